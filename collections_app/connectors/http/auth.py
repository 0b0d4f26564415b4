"""Ways to authenticate, to be combined: each puts its part into a request.

An `Auth` sees a request before it is prepared (`apply`) and the finished bytes (`sign`). Those that live by a token are in
`tokens.py`.
"""

import base64
import hashlib
import hmac
import os
import ssl
import tempfile
from collections.abc import Callable
from datetime import datetime, timezone

import requests
from cryptography import x509

from collections_app.connectors.errors import ConfigurationError


class Auth:
	"""Base: identifies nobody."""

	def bind(self, client) -> None:
		"""Called once with the HttpClient that uses it."""

	def ready(self) -> None:
		"""Fetches what is needed before the request is made."""

	def apply(self, request: requests.Request) -> None:
		"""Puts headers, parameters or body fields into the request."""

	def sign(self, prepared: requests.PreparedRequest) -> None:
		"""Signs the request as it will be sent."""

	def renew(self) -> bool:
		"""After a 401: whether other credentials are there to try with."""
		return False

	def secrets(self) -> tuple[str, ...]:
		"""What must never be seen in a log."""
		return ()

	def ssl_context(self) -> ssl.SSLContext | None:
		"""The context with a client certificate, where there is one."""
		return None


class NoAuth(Auth):
	"""No credentials."""


class ApiKey(Auth):
	"""A key in a header, the query or a field of the JSON or form body. `prefix` stands before it (`Bearer `)."""

	def __init__(self, key: str, name: str = "Authorization", place: str = "header", prefix: str = ""):
		if place not in ("header", "query", "body"):
			raise ValueError(f"{place} is none of header, query, body")
		self.key, self.name, self.place, self.value = key, name, place, prefix + key

	def apply(self, request: requests.Request) -> None:
		if self.place == "header":
			request.headers[self.name] = self.value
		elif self.place == "query":
			request.params = {**(request.params or {}), self.name: self.value}
		elif request.data:
			request.data = {**request.data, self.name: self.value}
		else:
			request.json = {**(request.json or {}), self.name: self.value}

	def secrets(self) -> tuple[str, ...]:
		return (self.key,)


def bearer(token: str) -> ApiKey:
	return ApiKey(token, prefix="Bearer ")


class Basic(Auth):
	"""User name and password (or key and nothing)."""

	def __init__(self, user: str, password: str = ""):
		self.user, self.password = user, password
		self.header = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

	def apply(self, request: requests.Request) -> None:
		request.headers["Authorization"] = self.header

	def secrets(self) -> tuple[str, ...]:
		# without a password the user name is the key
		return (self.password or self.user, self.header.partition(" ")[2])


class HmacSigning(Auth):
	"""A signature over the request in a header. `message` makes the bytes to sign; the body alone by default."""

	def __init__(
		self,
		secret: str,
		header: str,
		algorithm: str = "sha256",
		encoding: str = "hex",
		prefix: str = "",
		message: Callable[[requests.PreparedRequest], bytes] | None = None,
	):
		self.secret, self.header, self.algorithm = secret, header, algorithm
		self.encoding, self.prefix = encoding, prefix
		self.message = message or _body_bytes

	def sign(self, prepared: requests.PreparedRequest) -> None:
		digest = hmac.new(
			self.secret.encode(), self.message(prepared), getattr(hashlib, self.algorithm)
		).digest()
		text = digest.hex() if self.encoding == "hex" else base64.b64encode(digest).decode()
		prepared.headers[self.header] = self.prefix + text

	def secrets(self) -> tuple[str, ...]:
		return (self.secret,)


def _body_bytes(prepared: requests.PreparedRequest) -> bytes:
	body = prepared.body or b""
	return body.encode() if isinstance(body, str) else body


class MutualTls(Auth):
	"""A client certificate and its private key, both PEM texts. The key touches the disk only while it is loaded, in a
	file that nobody else can read."""

	def __init__(self, certificate: str, private_key: str, password: str = ""):
		self.certificate, self.private_key, self.password = certificate, private_key, password

	def ssl_context(self) -> ssl.SSLContext:
		self._check_dates()
		context = ssl.create_default_context()
		handle, path = tempfile.mkstemp()
		try:
			with os.fdopen(handle, "w") as file:
				file.write(f"{self.certificate.strip()}\n{self.private_key.strip()}\n")
			context.load_cert_chain(path, password=self.password)
		except (ssl.SSLError, OSError):
			raise ConfigurationError(
				"The client certificate and its private key do not fit together, are not PEM texts, or the password of the "
				"key is wrong."
			) from None
		finally:
			os.unlink(path)
		return context

	def _check_dates(self) -> None:
		"""The other side would only break off."""
		try:
			found = x509.load_pem_x509_certificate(self.certificate.strip().encode())
		except ValueError:
			raise ConfigurationError(
				"The client certificate cannot be read; it is a PEM text that begins with -----BEGIN CERTIFICATE-----."
			) from None
		now = datetime.now(timezone.utc)
		begins, ends = _utc(found, "not_valid_before"), _utc(found, "not_valid_after")
		if ends < now:
			raise ConfigurationError(
				"The client certificate expired on {0}. Have a new one issued and enter it with its private key under "
				"Credentials.",
				ends.date(),
			)
		if begins > now:
			raise ConfigurationError("The client certificate is valid from {0} only.", begins.date())

	def secrets(self) -> tuple[str, ...]:
		return (self.private_key, self.password)


def _utc(certificate: x509.Certificate, name: str) -> datetime:
	"""A time of a certificate; before version 42 the library gave it without its zone."""
	return getattr(certificate, f"{name}_utc", None) or getattr(certificate, name).replace(
		tzinfo=timezone.utc
	)


class Together(Auth):
	"""Several ways at once, in order: a client certificate and a token, a key and a signature."""

	def __init__(self, *parts: Auth):
		self.parts = parts

	def bind(self, client) -> None:
		for part in self.parts:
			part.bind(client)

	def ready(self) -> None:
		for part in self.parts:
			part.ready()

	def apply(self, request: requests.Request) -> None:
		for part in self.parts:
			part.apply(request)

	def sign(self, prepared: requests.PreparedRequest) -> None:
		for part in self.parts:
			part.sign(prepared)

	def renew(self) -> bool:
		return any([part.renew() for part in self.parts])

	def secrets(self) -> tuple[str, ...]:
		return tuple(secret for part in self.parts for secret in part.secrets())

	def ssl_context(self) -> ssl.SSLContext | None:
		return next((context for part in self.parts if (context := part.ssl_context())), None)
