"""Bank statement files from an SFTP server. What was read is known by name, size and time; nothing is deleted there.

A file is fetched whole into the connection's folder on the site and read there as any other: so a file that failed can be
tried again, and what is cut off in the middle never counts.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, TypeVar

from collections_app.connectors.base import (
	BadRecord,
	Checkpoint,
	ConfigurationError,
	Connector,
	Discovery,
	Manifest,
	Record,
	TransientError,
)
from collections_app.connectors.sftp_drop.session import Login, Refused, RemoteFile, SftpSession
from collections_app.connectors.statement_files import DONE, StatementFolder, is_finished, too_large
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
STREAM = "bank_statements"
ATTEMPTS = 3
# a file changed so lately may still be written: it is looked at again after the pause
YOUNG_SECONDS, PAUSE_SECONDS = 120, 10
T = TypeVar("T")


class SftpDrop(Connector):
	"""`config`: folder (Path on the site, made by the service), csv_formats. The cursor is `files`: name -> [size, time]
	of what was read and is still on the server."""

	manifest = MANIFEST

	def __init__(self, config, runtime=None):
		super().__init__(config, runtime)
		self.session: SftpSession | None = None
		self.moves: dict[str, str] = {}

	def check(self) -> str:
		try:
			files = self._wanted(self._listed())
			self.inbox.check()
			return Text(
				"{0} file(s) in the folder {1} on {2}", len(files), self.folder, self.credential("host")
			)
		finally:
			self._close()

	def discover(self) -> Discovery:
		return Discovery((STREAM,))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""First what waits on the site (files to be tried again, or fetched right before an interruption), then what is new
		on the server."""
		known = dict(cursor.get("files") or {})
		try:
			for name in self.inbox.files():
				yield from self._read_here(stream, name)
				yield Checkpoint({"files": dict(known)}, source=name)
			listed = self._listed()
			known = {one.name: known[one.name] for one in listed if one.name in known}
			for one in self._settled(
				[one for one in self._wanted(listed) if known.get(one.name) != one.mark]
			):
				name, failure = one.name, too_large(stream, one.name, one.size, self.inbox.limit)
				if not failure:
					try:
						data = self._again(lambda one=one: self._whole(one))
					except Refused as refused:
						# not known from now on: whoever mends it on the server finds it read by the next sync
						yield BadRecord(stream, one.name, one.name, refused.text)
						yield Checkpoint({"files": dict(known)}, source=one.name)
						continue
					if data is None:
						continue
					name = self.inbox.put(one.name, data)
					self.moves[name] = one.name
				known[one.name] = one.mark
				yield from [failure] if failure else self._read_here(stream, name)
				yield Checkpoint({"files": dict(known)}, source=name)
		finally:
			self._close()

	def keep(self, checkpoint: Checkpoint, failed: bool) -> None:
		self.inbox.keep(checkpoint.source, failed)
		name = self.moves.pop(checkpoint.source, "")
		if name and not failed and self.credential("after_reading").strip().casefold() == "move":
			# the cursor knows the file: where it may not be moved it is not read again all the same
			with suppress(Refused, TransientError):
				self._open().move(self.folder, name, DONE)

	@property
	def inbox(self) -> StatementFolder:
		return StatementFolder.of(self.config.get("folder"), MANIFEST.limits["max_file_bytes"])

	@property
	def folder(self) -> str:
		return self.credential("folder").strip() or "."

	def _read_here(self, stream: str, name: str) -> Iterator[Record | BadRecord]:
		return self.inbox.read(stream, name, self.config.get("csv_formats") or ())

	def _listed(self) -> list[RemoteFile]:
		most = MANIFEST.limits["max_files"]
		return self._again(lambda: self._open().files(self.folder, most))

	def _wanted(self, files: list[RemoteFile]) -> list[RemoteFile]:
		pattern = self.credential("pattern").strip() or "*"
		return [one for one in files if is_finished(one.name) and fnmatch(one.name, pattern)]

	def _settled(self, files: list[RemoteFile]) -> list[RemoteFile]:
		"""Those that nobody writes to any more. A file changed lately, or in the future by the server's clock, has to look
		the same after a pause; the others wait for the next sync."""
		now = self.runtime.now().timestamp()
		if all(now - one.mtime > YOUNG_SECONDS for one in files):
			return files
		self.runtime.sleep(PAUSE_SECONDS)
		again = {one.name: one for one in self._listed()}
		return [one for one in files if again.get(one.name) == one]

	def _whole(self, one: RemoteFile) -> bytes | None:
		"""The file's bytes; None when it changed while it was fetched: the next sync takes it."""
		session = self._open()
		data = session.fetch(self.folder, one.name, self.inbox.limit)
		if len(data) == one.size:
			return data
		if session.size(self.folder, one.name) == one.size:
			raise TransientError("{0} came with {1} of {2} bytes.", one.name, len(data), one.size)
		return None

	def _again(self, do: Callable[[], T]) -> T:
		"""Reading is tried again on a new connection when one is cut."""
		for attempt in range(1, ATTEMPTS):
			try:
				return do()
			except TransientError:
				self._close()
				self.runtime.sleep(2**attempt)
		return do()

	def _open(self) -> SftpSession:
		if not self.session:
			host = self.credential("host").strip().removeprefix("sftp://").rstrip("/")
			port = self.credential("port").strip()
			if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
				raise ConfigurationError(
					"{0}: the port {1} is no port.", Text(MANIFEST.label), repr(port[:20])
				)
			entered = self.config.get("credentials") or {}
			login = Login(
				host,
				int(port),
				self.credential("user"),
				# asked for by the session, which can say what the server shows
				entered.get("host_key", ""),
				self.credential("password"),
				self.credential("private_key"),
				self.credential("passphrase"),
			)
			self.session = SftpSession(login, self.runtime)
		return self.session

	def _close(self) -> None:
		if self.session:
			self.session.close()


CONNECTOR = SftpDrop
