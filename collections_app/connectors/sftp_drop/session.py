"""One login on an SFTP server: connect, know the server by its key, list, fetch, rename. Every error is a typed one."""

import errno
import logging
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import StringIO

import paramiko

from collections_app.connectors.errors import ConfigurationError, ConnectorError, DataError, TransientError
from collections_app.connectors.http.guard import is_allowed, is_public
from collections_app.connectors.runtime import RequestRecord, Runtime
from collections_app.connectors.sftp_drop.hostkeys import check_host_key
from collections_app.engine.texts import Text

KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)
CHUNK = 262_144
LOG = "collections_app.sftp"
# the library logs what servers say, with names of files
logging.getLogger(LOG).setLevel(logging.CRITICAL + 1)


class Refused(DataError):
	"""The server refuses this one file."""


@dataclass(frozen=True)
class Login:
	"""What an administrator entered; `host_key` may be empty: then the error says which one the server shows."""

	host: str
	port: int
	user: str
	host_key: str
	password: str = ""
	private_key: str = ""
	passphrase: str = ""


@dataclass(frozen=True)
class RemoteFile:
	"""A file as the server lists it: `size` in bytes, `mtime` in seconds since 1970 by the server's clock."""

	name: str
	size: int
	mtime: int

	@property
	def mark(self) -> list[int]:
		"""What changes when the file does (JSON-able)."""
		return [self.size, self.mtime]


class SftpSession:
	"""Opened by the first call, closed by `close`; `runtime` lends timeouts, the log and the allowed hosts."""

	def __init__(self, login: Login, runtime: Runtime):
		self.login, self.runtime = login, runtime
		self.transport: paramiko.Transport | None = None
		self.sftp: paramiko.SFTPClient | None = None

	def open(self) -> None:
		if self.sftp:
			return
		with self._told("CONNECT", ""):
			self.transport = paramiko.Transport(self._socket())
			self.transport.set_log_channel(LOG)
			connect, read = self.runtime.timeout
			self.transport.banner_timeout = self.transport.handshake_timeout = connect
			self.transport.auth_timeout = self.transport.channel_timeout = read
			self.transport.start_client(timeout=connect)
			check_host_key(self.transport.get_remote_server_key(), self.login.host_key, self.login.host)
			self._log_in(self.transport)
			self.sftp = paramiko.SFTPClient.from_transport(self.transport)
			self.sftp.get_channel().settimeout(read)

	def close(self) -> None:
		"""Ends the connection, whatever state it is in."""
		for one in (self.sftp, self.transport):
			if one:
				with suppress(Exception):
					one.close()
		self.sftp = self.transport = None

	def files(self, folder: str, most: int) -> list[RemoteFile]:
		"""The regular files of a folder by name. ConfigurationError when it is not there or holds more than `most`."""
		self.open()
		found = []
		with self._told("LIST", folder, folder=True):
			for one in self.sftp.listdir_iter(folder):
				if one.st_mode is None or stat.S_ISREG(one.st_mode):
					found.append(RemoteFile(one.filename, one.st_size or 0, int(one.st_mtime or 0)))
				if len(found) > most:
					raise ConfigurationError(
						"The folder {0} on the server holds more than {1} files: choose another one, or tidy it up.",
						folder,
						most,
					)
		return sorted(found, key=lambda one: one.name)

	def fetch(self, folder: str, name: str, limit: int) -> bytes:
		"""A file's bytes. TransientError when the connection is cut, Refused when the server refuses or it is larger."""
		self.open()
		path, data = _join(folder, name), bytearray()
		until = self._now() + self.runtime.deadline
		with self._told("GET", path), self.sftp.open(path, "rb") as file:
			while chunk := file.read(CHUNK):
				data += chunk
				if len(data) > limit:
					raise Refused("{0} has more than {1} bytes; that is not read.", name, limit)
				if self._now() > until:
					raise TimeoutError
		return bytes(data)

	def size(self, folder: str, name: str) -> int | None:
		"""The file's size now; None when it is gone."""
		self.open()
		try:
			with self._told("STAT", _join(folder, name)):
				return self.sftp.stat(_join(folder, name)).st_size
		except Refused:
			return None

	def move(self, folder: str, name: str, target: str) -> None:
		"""Renames a file into a folder beside it; one of that name there keeps its place. Refused when not allowed."""
		self.open()
		with self._told("MOVE", _join(folder, name)):
			there = _join(folder, target)
			with suppress(OSError):
				self.sftp.mkdir(there)
			taken = set(self.sftp.listdir(there))
			free, number = name, 1
			while free in taken:
				number += 1
				free = f"{name}-{number}"
			self.sftp.rename(_join(folder, name), _join(there, free))

	def _socket(self) -> socket.socket:
		"""A socket to the server. Private addresses are refused unless the site allows them, judged on the open socket,
		before a byte is sent."""
		login = self.login
		found = socket.create_connection((login.host, login.port), timeout=self.runtime.timeout[0])
		if not is_allowed(login.host, login.port, self.runtime.allowed_hosts):
			peer = found.getpeername()[0]
			if not is_public(peer):
				found.close()
				raise ConfigurationError("{0} is not a public address; it is not called.", login.host)
		return found

	def _log_in(self, transport: paramiko.Transport) -> None:
		login = self.login
		if not (login.password or login.private_key):
			raise ConfigurationError("Enter a Password or a Private Key under Credentials.")
		further = ["password"]
		if login.private_key:
			# some banks want the password after the key
			further = transport.auth_publickey(login.user, read_key(login.private_key, login.passphrase))
			if further and not login.password:
				raise ConfigurationError("The server wants a password after the private key: enter it, too.")
		if further:
			transport.auth_password(login.user, login.password)

	@contextmanager
	def _told(self, what: str, path: str, folder: bool = False) -> Iterator[None]:
		"""Notes a step in the log, and makes a typed error of what goes wrong in it."""
		started, said = self._now(), Text()
		try:
			yield
		except Exception as error:
			typed = self._typed(error, path, folder)
			said = typed.text
			if not isinstance(typed, Refused):
				self.close()
			raise typed from None
		finally:
			if self.runtime.log:
				url = f"sftp://{self.login.host}:{self.login.port}/{path.lstrip('/')}"
				seconds = round(self._now() - started, 3)
				self.runtime.log(RequestRecord(what, url, None, seconds, 1, error=said))

	def _typed(self, error: Exception, path: str, folder: bool) -> ConnectorError:
		host = self.login.host
		if isinstance(error, ConnectorError):
			return error
		if isinstance(error, paramiko.AuthenticationException):
			return ConfigurationError(
				"{0} refuses the user {1}: check User, Password and Private Key.", host, self.login.user
			)
		if isinstance(error, TimeoutError):
			return TransientError("{0} did not answer in time.", host)
		number = getattr(error, "errno", None)
		if number in (errno.ENOENT, errno.EACCES) and path:
			missing = number == errno.ENOENT
			if folder and missing:
				return ConfigurationError("The folder {0} is not on {1}.", path, host)
			if folder:
				user = self.login.user
				return ConfigurationError(
					"{0} does not let the user {1} read the folder {2}.", host, user, path
				)
			if missing:
				return Refused("{0} is not there any more.", path)
			return Refused("{0} may not be read.", path)
		if isinstance(error, socket.gaierror):
			return TransientError("The name {0} cannot be found: check Host, or try again later.", host)
		if isinstance(error, paramiko.SSHException | EOFError | OSError):
			said = str(error) or type(error).__name__
			return TransientError("The connection to {0} failed: {1}", host, said[:200])
		raise error

	def _now(self) -> float:
		return self.runtime.now().timestamp()


def read_key(text: str, passphrase: str) -> paramiko.PKey:
	"""A private key of any kind. ConfigurationError when it cannot be read or the passphrase is wrong."""
	text = text.strip().replace("\r\n", "\n") + "\n"
	for kind in KEYS:
		try:
			return kind.from_private_key(StringIO(text), password=passphrase or None)
		except paramiko.PasswordRequiredException:
			raise ConfigurationError(
				"The private key has a passphrase: enter it under Credentials."
			) from None
		except (paramiko.SSHException, ValueError, IndexError, TypeError):
			continue
	raise ConfigurationError(
		"The private key cannot be read: it has to be a whole Ed25519, ECDSA or RSA key in OpenSSH or PEM format, "
		"and the passphrase has to be right."
	)


def _join(folder: str, name: str) -> str:
	return f"{folder.rstrip('/')}/{name}" if folder != "." else name
