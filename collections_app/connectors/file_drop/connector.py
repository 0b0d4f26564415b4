"""Bank statement files from a folder. A file read goes to `done`, one that cannot be read to `failed`."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from collections_app.connectors.base import (
	BadRecord,
	Checkpoint,
	ConfigurationError,
	Connector,
	Discovery,
	Manifest,
	Record,
)
from collections_app.engine.statements import StatementError, parse

MANIFEST = Manifest.read(Path(__file__).parent)
STREAM = "bank_statements"
# names that programs give to files they are still writing
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload")


class FileDrop(Connector):
	"""`config`: folder (Path below the site's private files, made by the service)."""

	manifest = MANIFEST

	def check(self) -> str:
		waiting = len(self._files())
		if not os.access(self.folder, os.W_OK):
			raise ConfigurationError(f"The folder {self.folder.name} cannot be written to.")
		return f"{waiting} file(s) waiting in {self.folder.name}"

	def discover(self) -> Discovery:
		return Discovery((STREAM,))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""A Record per statement; its data is an `engine.statements.Statement`."""
		for path in self._files():
			yield from self._read_file(path)
			yield Checkpoint(cursor={"last_file": path.name}, source=path.name)

	def keep(self, checkpoint: Checkpoint, failed: bool) -> None:
		"""Moves the file; one of that name already there keeps its place, the new one gets a number."""
		path = self.folder / checkpoint.source
		target_folder = self.folder / ("failed" if failed else "done")
		target_folder.mkdir(exist_ok=True)
		with suppress(FileNotFoundError):  # another reader of the folder was faster
			path.rename(free_path(target_folder / path.name))

	@property
	def folder(self) -> Path:
		folder = self.config.get("folder")
		if not folder:
			raise ConfigurationError("No folder is set.")
		if not Path(folder).is_dir():
			raise ConfigurationError(f"The folder {Path(folder).name} does not exist.")
		return Path(folder)

	def _files(self) -> list[Path]:
		return sorted(
			path
			for path in self.folder.iterdir()
			if path.is_file() and not path.name.startswith(".") and path.suffix not in UNFINISHED
		)

	def _read_file(self, path: Path) -> Iterator[Record | BadRecord]:
		limit = MANIFEST.limits["max_file_bytes"]
		try:
			size = path.stat().st_size
			if size > limit:
				message = f"{path.name} has {size} bytes; at most {limit} are read."
				yield BadRecord(STREAM, path.name, path.name, message)
				return
			data = path.read_bytes()
		except FileNotFoundError:
			return  # another reader of the folder was faster
		except OSError as error:
			yield BadRecord(STREAM, path.name, path.name, f"{path.name} cannot be read: {error.strerror}")
			return
		digest = hashlib.sha256(data).hexdigest()
		try:
			statements = parse(data, path.name)
		except StatementError as error:
			message = str(error)
			if path.name not in message:
				message = f"{path.name}: {message}"
			yield BadRecord(STREAM, digest, path.name, message)
			return
		for number, statement in enumerate(statements, 1):
			identity = statement.statement_id or f"{digest[:32]}-{number}"
			yield Record(STREAM, f"{statement.account}|{identity}", path.name, statement)


def free_path(path: Path) -> Path:
	"""The path itself, or with a number where a file stands there: none is ever overwritten."""
	free, number = path, 1
	while free.exists():
		number += 1
		free = path.with_name(f"{path.stem}-{number}{path.suffix}")
	return free


CONNECTOR = FileDrop
