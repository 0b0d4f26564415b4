"""How AR24 knows who asks, and hides what it answers.

Each request carries token and date (Europe/Paris, valid for 10 minutes) and, in the header `signature`, the date
encrypted by AES-256-CBC. A good answer comes encrypted; an error comes in the clear. The keys are hexadecimal SHA-256
texts of which AES takes the first 32 characters, the initialisation vector the first 16.
"""

import base64
import binascii
import hashlib
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import requests
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from collections_app.connectors.errors import ConfigurationError, DataError, TransientError
from collections_app.connectors.http import Response
from collections_app.connectors.http.auth import Auth
from collections_app.engine.texts import Text

PARIS = ZoneInfo("Europe/Paris")
# slugs by which AR24 says that an administrator has to do something
SETUP = ("token", "signature", "user_not_exist", "user_unavailable", "cgu", "payment", "access")
CLOCK = ("expired_date", "date_in_future", "invalid_date", "empty_date")


class Ar24Auth(Auth):
	"""Signs requests; `answer` is the client's `classify`: it decrypts, and raises AR24's errors, which all have status 200."""

	def __init__(self, token: str, private_key: str):
		self.token, self.private_key, self.date = token, private_key, ""

	def bind(self, client) -> None:
		self.now = client.runtime.now

	def apply(self, request: requests.Request) -> None:
		self.date = self.now().astimezone(PARIS).strftime("%Y-%m-%d %H:%M:%S")
		known = {"token": self.token, "date": self.date}
		if request.method == "GET":
			request.params = {**(request.params or {}), **known}
		else:
			request.data = {**(request.data or {}), **known}
		request.headers["signature"] = signature_of(self.date, self.private_key)

	def secrets(self) -> tuple[str, ...]:
		return (self.token, self.private_key)

	def answer(self, response: Response) -> Response:
		if response.body.startswith(b"%PDF"):
			return response
		body = (
			response.body if _is_json(response.body) else decrypt(response.body, self.date, self.private_key)
		)
		if _is_json(body):
			_raise_error(json.loads(body))
		# what is neither is garbled; the client judges what that means for this request
		return replace(response, body=body, headers={**response.headers, "Content-Type": "application/json"})


def signature_of(date: str, private_key: str) -> str:
	"""The signature of a request made at `date`."""
	hashed = _sha(private_key)
	padder = padding.PKCS7(128).padder()
	encryptor = _cipher(hashed, private_key).encryptor()
	padded = padder.update(date.encode()) + padder.finalize()
	return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def decrypt(body: bytes, date: str, private_key: str) -> bytes:
	"""An answer to a request made at `date`; as it came when it cannot be decrypted."""
	try:
		decryptor = _cipher(_sha(date + private_key), private_key).decryptor()
		padded = decryptor.update(base64.b64decode(body, validate=True)) + decryptor.finalize()
		unpadder = padding.PKCS7(128).unpadder()
		return unpadder.update(padded) + unpadder.finalize()
	except (ValueError, binascii.Error):
		return body


def _cipher(key: str, private_key: str) -> Cipher:
	return Cipher(algorithms.AES(key[:32].encode()), modes.CBC(_sha(_sha(private_key))[:16].encode()))


def _sha(text: str) -> str:
	return hashlib.sha256(text.encode()).hexdigest()


def _is_json(body: bytes) -> bool:
	try:
		return isinstance(json.loads(body), dict)
	except ValueError:
		return False


def _raise_error(answer: dict) -> None:
	status, slug = str(answer.get("status", "")), str(answer.get("slug", ""))
	if status.lower() == "maintenance":
		raise TransientError("AR24 is under maintenance.")
	if status.upper() != "ERROR":
		return
	words = Text("{0}: {1}", "AR24", answer.get("message") or slug or Text("refused"))
	if slug in CLOCK:
		raise ConfigurationError("{0}. Set the clock of this server.", words)
	if any(part in slug for part in SETUP):
		raise ConfigurationError("{0}. Check token, private key and sending user.", words)
	raise DataError(words)
