"""A bank's SFTP server on 127.0.0.1: the real protocol, files in memory, scripted faults, a log of what was asked.

with SftpServer() as server:
	server.put("statement.xml", b"...")
	server.fault("cut", path="GET")
"""

import logging
import secrets
import socket
import threading
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import paramiko
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED

from collections_app.connectors.sftp_drop.hostkeys import fingerprint

USER, PASSWORD = "collections", "pass-word-of-sftp"
FOLDER = "outgoing"
# what can be provoked, in place of the real answer, at a step: CONNECT, LOGIN, LIST folder, GET file, READ file offset,
# STAT file, MOVE file
FAULTS = ("401", "403", "404", "500", "503", "timeout", "cut", "malformed", "short")
REFUSALS = {"403": SFTP_PERMISSION_DENIED, "404": SFTP_NO_SUCH_FILE, "500": SFTP_FAILURE}
logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)


@dataclass
class Fault:
	kind: str
	times: int
	path: str
	after: int


class SftpServer:
	"""`files`: folder -> name -> (bytes, mtime). `steps`: what was asked, in order."""

	def __init__(self, host_key: paramiko.PKey | None = None, public_key: paramiko.PKey | None = None):
		self.host_key = host_key or paramiko.ECDSAKey.generate()
		self.public_key = public_key
		self.needs_both = False
		self.files: dict[str, dict[str, tuple[bytes, int]]] = {FOLDER: {}}
		self.steps: list[str] = []
		# as the connectors' contract asks of every simulator
		self.tokens: set[str] = set()
		self.refresh_tokens: set[str] = set()
		self.faults: list[Fault] = []
		self.slow_seconds = 2.0
		self._lock = threading.Lock()
		self._transports: list[paramiko.Transport] = []

	def __enter__(self) -> "SftpServer":
		# where the site keeps what it fetched
		self._inbox = TemporaryDirectory()
		self.inbox = Path(self._inbox.name)
		self._listener = socket.create_server(("127.0.0.1", 0))
		self._ended = threading.Event()
		threading.Thread(target=self._accept, daemon=True).start()
		return self

	def __exit__(self, *_exception) -> None:
		self._ended.set()
		self._listener.close()
		for one in self._transports:
			one.close()
		self._inbox.cleanup()

	@property
	def port(self) -> int:
		return self._listener.getsockname()[1]

	@property
	def host(self) -> str:
		"""As the site's allowed hosts name it."""
		return f"127.0.0.1:{self.port}"

	@property
	def url(self) -> str:
		return f"sftp://{self.host}"

	@property
	def credentials(self) -> dict[str, str]:
		"""What an administrator enters for it."""
		return {
			"host": "127.0.0.1",
			"port": str(self.port),
			"user": USER,
			"password": PASSWORD,
			"host_key": fingerprint(self.host_key),
			"folder": FOLDER,
		}

	@property
	def config(self) -> dict[str, object]:
		"""What the tests of the contract configure a connection with."""
		return {"folder": self.inbox, "credentials": self.credentials}

	def put(self, name: str, data: bytes, folder: str = FOLDER, age: int = 3600) -> None:
		"""A file that was last written `age` seconds ago."""
		self.files.setdefault(folder, {})[name] = (data, int(time.time()) - age)

	def fault(self, kind: str, times: int = 1, path: str = "", after: int = 0) -> None:
		"""The next `times` steps whose name holds `path` meet a fault, but for the first `after` of them."""
		kind = "401" if kind == "expired_token" else kind
		if kind not in FAULTS:
			raise ValueError(kind)
		self.faults.append(Fault(kind, times, path, after))

	def forget(self) -> None:
		self.faults.clear()

	def meet(self, step: str) -> str:
		"""Notes a step; the fault that it meets, or nothing."""
		with self._lock:
			self.steps.append(step)
			for one in self.faults:
				if one.path not in step:
					continue
				if one.after:
					one.after -= 1
				elif one.times:
					one.times -= 1
					return one.kind
		return ""

	def _accept(self) -> None:
		while not self._ended.is_set():
			try:
				client, _address = self._listener.accept()
			except OSError:
				return
			threading.Thread(target=self._serve, args=(client,), daemon=True).start()

	def _serve(self, client: socket.socket) -> None:
		fault = self.meet("CONNECT")
		if fault in ("cut", "503", "500"):
			client.close()
			return
		if fault == "malformed":
			client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 200)
			client.close()
			return
		if fault == "timeout":
			time.sleep(self.slow_seconds)
			client.close()
			return
		transport = paramiko.Transport(client)
		self._transports.append(transport)
		transport.add_server_key(self.host_key)
		transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, bank=self, transport=transport)
		try:
			transport.start_server(server=_Door(self, transport))
		except (EOFError, OSError, paramiko.SSHException):
			transport.close()


class _Door(paramiko.ServerInterface):
	"""Who may come in."""

	def __init__(self, server: SftpServer, transport: paramiko.Transport):
		self.server, self.transport = server, transport
		self.key_shown = False

	def get_allowed_auths(self, username):
		return "password,publickey"

	def check_channel_request(self, kind, chanid):
		return paramiko.OPEN_SUCCEEDED

	def check_auth_password(self, username, password):
		fault = self.server.meet("LOGIN")
		if fault == "cut":
			self.transport.close()
		if fault == "timeout":
			time.sleep(self.server.slow_seconds)
		right = not fault and username == USER and secrets.compare_digest(password, PASSWORD)
		if right and self.server.needs_both and not self.key_shown:
			return paramiko.AUTH_FAILED
		return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

	def check_auth_publickey(self, username, key):
		self.server.meet("LOGIN")
		if not self.server.public_key or key.asbytes() != self.server.public_key.asbytes():
			return paramiko.AUTH_FAILED
		self.key_shown = True
		return paramiko.AUTH_PARTIALLY_SUCCESSFUL if self.server.needs_both else paramiko.AUTH_SUCCESSFUL


class _Files(paramiko.SFTPServerInterface):
	"""The folders; every step may meet a fault."""

	def __init__(self, door, *args, bank: SftpServer, transport: paramiko.Transport, **kwargs):
		super().__init__(door, *args, **kwargs)
		self.server, self.transport = bank, transport

	def list_folder(self, path):
		if refused := self._fault(f"LIST {path}"):
			return refused
		folder = path.strip("/")
		if folder not in self.server.files:
			return SFTP_NO_SUCH_FILE
		return [_attributes(name, *one) for name, one in list(self.server.files[folder].items())]

	def stat(self, path):
		if refused := self._fault(f"STAT {path}"):
			return refused
		found = self._find(path)
		return _attributes(path, *found) if found else SFTP_NO_SUCH_FILE

	lstat = stat

	def open(self, path, flags, attr):
		fault = self.server.meet(f"GET {path}")
		found = self._find(path)
		if refused := self._refusal(fault):
			return refused
		if not found:
			return SFTP_NO_SUCH_FILE
		return _Handle(self, path, *found, fault)

	def mkdir(self, path, attr):
		self.server.files.setdefault(path.strip("/"), {})
		return SFTP_OK

	def rename(self, oldpath, newpath):
		if refused := self._fault(f"MOVE {oldpath}"):
			return refused
		(old, name), (new, target) = _split(oldpath), _split(newpath)
		if target in self.server.files.get(new, {}):
			return SFTP_FAILURE
		self.server.files.setdefault(new, {})[target] = self.server.files[old].pop(name)
		return SFTP_OK

	def _find(self, path: str) -> tuple[bytes, int] | None:
		folder, name = _split(path)
		return self.server.files.get(folder, {}).get(name)

	def _fault(self, step: str) -> int:
		return self._refusal(self.server.meet(step))

	def _refusal(self, fault: str) -> int:
		if fault == "timeout":
			time.sleep(self.server.slow_seconds)
		if fault == "401":  # the login has ended: who comes back is not let in
			self.server.fault("401", path="LOGIN")
		if fault in ("401", "cut", "malformed", "503"):
			self.transport.close()
		return REFUSALS.get(fault, 0)


class _Handle(paramiko.SFTPHandle):
	"""An open file. A `short` one ends in its middle; `cut` comes after the first bytes when the file is read in pieces."""

	def __init__(self, files: _Files, path: str, data: bytes, mtime: int, fault: str):
		super().__init__()
		self.files, self.path, self.mtime, self.size = files, path, mtime, len(data)
		self.readfile = BytesIO(data[: len(data) // 2] if fault == "short" else data)

	def stat(self):
		return _attributes("", b"\0" * self.size, self.mtime)

	def read(self, offset, length):
		if refused := self.files._fault(f"READ {self.path} {offset}"):
			return refused
		return super().read(offset, length)


def _split(path: str) -> tuple[str, str]:
	folder, _slash, name = path.strip("/").rpartition("/")
	return folder, name


def _attributes(name: str, data: bytes, mtime: int) -> paramiko.SFTPAttributes:
	found = paramiko.SFTPAttributes()
	found.filename, found.st_size, found.st_mtime, found.st_atime = name, len(data), mtime, mtime
	found.st_mode = 0o100644
	return found
