"""Bank statement files, wherever they come from: what one says, and a folder of the site in which they are kept."""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from collections_app.connectors.base import BadRecord, ConfigurationError, Record
from collections_app.engine.statements import CsvFormat, StatementError, parse
from collections_app.engine.texts import Text

# names that programs give to files they are still writing
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".writing", ".partial")
DONE, FAILED = "done", "failed"


def is_finished(name: str) -> bool:
	"""Whether a name is that of a file to read: not hidden, not one that is still being written."""
	return not name.startswith(".") and not name.casefold().endswith(UNFINISHED)


def too_large(stream: str, name: str, size: int, limit: int) -> BadRecord | None:
	if size <= limit:
		return None
	return BadRecord(stream, name, name, Text("{0} has {1} bytes; at most {2} are read.", name, size, limit))


def statements_of(
	stream: str, name: str, data: bytes, csv_formats: Sequence[CsvFormat] = ()
) -> Iterator[Record | BadRecord]:
	"""A Record per statement of a file, or one BadRecord and nothing."""
	digest = hashlib.sha256(data).hexdigest()
	try:
		statements = parse(data, name, csv_formats)
	except StatementError as error:
		message = error.text
		if name not in message:
			message = Text("{0}: {1}", name, message)
		yield BadRecord(stream, digest, name, message)
		return
	for number, statement in enumerate(statements, 1):
		identity = statement.statement_id or f"{digest[:32]}-{number}"
		yield Record(stream, f"{statement.account}|{identity}", name, statement)


class StatementFolder:
	"""A folder of the site: files wait in it; read ones are in `done`, the others in `failed`."""

	def __init__(self, path: Path, limit: int):
		self.path, self.limit = path, limit

	@classmethod
	def of(cls, folder: str | Path | None, limit: int) -> "StatementFolder":
		"""ConfigurationError when no folder is set, or it is not there."""
		if not folder:
			raise ConfigurationError("No folder is set.")
		if not Path(folder).is_dir():
			raise ConfigurationError("The folder {0} does not exist.", Path(folder).name)
		return cls(Path(folder), limit)

	def check(self) -> None:
		if not os.access(self.path, os.W_OK):
			raise ConfigurationError("The folder {0} cannot be written to.", self.path.name)

	def files(self) -> list[str]:
		"""The names of the files that wait."""
		return sorted(one.name for one in self.path.iterdir() if one.is_file() and is_finished(one.name))

	def read(
		self, stream: str, name: str, csv_formats: Sequence[CsvFormat] = ()
	) -> Iterator[Record | BadRecord]:
		path = self.path / name
		try:
			if large := too_large(stream, name, path.stat().st_size, self.limit):
				yield large
				return
			data = path.read_bytes()
		except FileNotFoundError:
			return  # another reader of the folder was faster
		except OSError as error:
			yield BadRecord(stream, name, name, Text("{0} cannot be read: {1}", name, error.strerror))
			return
		yield from statements_of(stream, name, data, csv_formats)

	def keep(self, name: str, failed: bool) -> None:
		"""Moves a file; one of that name already there keeps its place, the new one gets a number."""
		with suppress(FileNotFoundError):  # another reader of the folder was faster
			(self.path / name).rename(free_path(self._kept(failed) / name))

	def put(self, name: str, data: bytes) -> str:
		"""Lets a file that came from elsewhere wait here, whole or not at all. Returns the name it has here."""
		target = free_path(self.path / plain_name(name))
		unfinished = target.with_name(f".{target.name}.part")
		unfinished.write_bytes(data)
		unfinished.rename(target)
		return target.name

	def _kept(self, failed: bool) -> Path:
		folder = self.path / (FAILED if failed else DONE)
		folder.mkdir(exist_ok=True)
		return folder


def plain_name(name: str) -> str:
	"""A name that stays in its folder and that every file system takes."""
	plain = re.sub(r'[\x00-\x1f/\\:*?"<>|]', "_", name).lstrip(".")
	stem, dot, ending = plain.rpartition(".")
	return f"{stem[:120]}{dot}{ending[:20]}" if dot else plain[:140] or "file"


def free_path(path: Path) -> Path:
	"""The path itself, or with a number where a file stands there: none is ever overwritten."""
	free, number = path, 1
	while free.exists():
		number += 1
		free = path.with_name(f"{path.stem}-{number}{path.suffix}")
	return free
