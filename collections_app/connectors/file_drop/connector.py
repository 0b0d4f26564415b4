"""Bank statement files from a folder of the site. A file read goes to `done`, one that cannot be read to `failed`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from collections_app.connectors.base import BadRecord, Checkpoint, Connector, Discovery, Manifest, Record
from collections_app.connectors.statement_files import StatementFolder
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
STREAM = "bank_statements"


class FileDrop(Connector):
	"""`config`: folder (Path below the site's private files, made by the service), csv_formats."""

	manifest = MANIFEST

	def check(self) -> str:
		waiting = len(self.folder.files())
		self.folder.check()
		return Text("{0} file(s) waiting in {1}", waiting, self.folder.path.name)

	def discover(self) -> Discovery:
		return Discovery((STREAM,))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""A Record per statement; its data is an `engine.statements.Statement`."""
		for name in self.folder.files():
			yield from self.folder.read(stream, name, self.config.get("csv_formats") or ())
			yield Checkpoint(cursor={"last_file": name}, source=name)

	def keep(self, checkpoint: Checkpoint, failed: bool) -> None:
		self.folder.keep(checkpoint.source, failed)

	@property
	def folder(self) -> StatementFolder:
		return StatementFolder.of(self.config.get("folder"), MANIFEST.limits["max_file_bytes"])


CONNECTOR = FileDrop
