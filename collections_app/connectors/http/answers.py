"""What an answer, or the lack of one, means: the response, or the error that says what is to be done."""

import json as jsonlib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NewConnectionError

from collections_app.connectors.errors import (
	ConfigurationError,
	ConnectorError,
	ConsentError,
	DataError,
	RateLimitError,
	TransientError,
	UncertainError,
)
from collections_app.connectors.http.retries import retry_after

UNKNOWN_WAIT = timedelta(minutes=1)  # a 429 that names no time
RETRIED = frozenset({408, 425})
CERTIFICATE_REFUSED = (
	"refuses the client certificate, or asks for one. Enter the certificate and the private key that were issued for this "
	"application and environment, and test the connection."
)
WORDS = ("message", "detail", "error_description", "title", "error", "errors", "summary")


@dataclass(frozen=True)
class Response:
	"""An answer with a good status. `json()` raises DataError when the body is none."""

	status: int
	headers: Mapping[str, str]
	body: bytes
	url: str
	links: Mapping[str, Mapping[str, str]]

	def json(self) -> Any:
		try:
			return jsonlib.loads(self.body)
		except ValueError:
			raise DataError(
				f"{urlsplit(self.url).hostname} answered with something that is not JSON.", status=self.status
			) from None

	@property
	def text(self) -> str:
		return self.body.decode("utf-8", "replace")


def json_object(body: bytes) -> Mapping[str, Any]:
	"""The JSON object that a body is; an empty one where it is none (a list, a text, half of one)."""
	try:
		found = jsonlib.loads(body)
	except ValueError:
		return {}
	return found if isinstance(found, dict) else {}


def raise_for_code(
	name: str,
	code: str,
	said: str,
	status: int,
	*,
	ended: Container[str] = (),
	misconfigured: Container[str] = (),
	passing: Container[str] = (),
) -> None:
	"""The error that a provider's own code stands for: the consent has `ended`, an administrator has to see to it, or it
	will pass. Other codes raise nothing: the status decides."""
	words = f"{name}: {said or code}".rstrip(".")
	if code in ended:
		raise ConsentError(f"{words}. Press Connect.", status=status)
	if code in misconfigured:
		raise ConfigurationError(f"{words}. Check the credentials and the environment.", status=status)
	if code in passing:
		raise TransientError(f"{words}.", status=status)


def judge(
	response: Response,
	name: str,
	repeatable: bool,
	now: datetime,
	said: str = "",
	named: datetime | None = None,
) -> Response:
	"""The response itself when its status is good and its JSON whole, else the right error. `name` is the provider's,
	`said` its own words, `named` the time its own headers name for the next call; `repeatable`: the request may be sent
	again."""
	status = response.status
	if status < 300:
		_refuse_garbled(response, repeatable)
		return response
	if status in (400, 403, 495, 496) and b"SSL certificate" in response.body:
		# a web server that lets everybody in and then says that the certificate is wrong or missing
		raise ConfigurationError(f"{name} {CERTIFICATE_REFUSED}")
	said = said or _said(response.body)
	words = f"{name} answered {status}" + (f": {said}" if said else "")
	if status == 429:
		until = max(filter(None, (retry_after(response.headers, now), named)), default=now + UNKNOWN_WAIT)
		raise RateLimitError(f"{words}. It takes the next call at {until:%H:%M:%S %Z}.", until, status=429)
	if status in RETRIED or status >= 500:
		if not repeatable:
			raise UncertainError(f"{words}; whether it took effect is not known.", status=status)
		raise TransientError(f"{words}.", status=status, next_allowed=retry_after(response.headers, now))
	if status in (402, 403):
		raise ConfigurationError(f"{words}. Check what the account is allowed to do.", status=status)
	raise DataError(f"{words}.", status=status)


def unreached(
	problem: requests.RequestException, name: str, repeatable: bool, certified: bool = False
) -> ConnectorError:
	"""The error for a request without an answer. `certified`: it was made with a client certificate."""
	if isinstance(problem, requests.exceptions.SSLError) and (refusal := _refused_handshake(str(problem))):
		return ConfigurationError(f"{name} {refusal}")
	if isinstance(problem, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
		return ConfigurationError(f"{name}: the address cannot be read.")
	timeout = isinstance(problem, requests.Timeout)
	words = f"{name} " + ("did not answer in time" if timeout else "broke off or refused the connection")
	if certified and not timeout:
		words += ", which may also mean that it refuses the client certificate"
	# a connection that never stood carried nothing
	reason = getattr(problem.args[0], "reason", None) if problem.args else None
	never_sent = isinstance(problem, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
	if repeatable or never_sent:
		error = TransientError(f"{words}.")
		error.never_sent = never_sent
		return error
	return UncertainError(f"{words}; whether the request took effect is not known.")


def _refused_handshake(said: str) -> str:
	"""What to do about a failed TLS handshake, in the words of OpenSSL; empty when the connection only broke off."""
	if "CERTIFICATE_VERIFY_FAILED" in said:
		return (
			"shows a certificate that is not trusted. Check the address, and the clock and the trusted certificates of "
			"this server."
		)
	if "ALERT" in said:
		return CERTIFICATE_REFUSED
	if "EOF" in said:
		return ""
	return "does not agree on a secure connection. Check the address."


def _refuse_garbled(response: Response, repeatable: bool) -> None:
	"""A good status with half a JSON document behaves like a lost connection."""
	if "json" not in response.headers.get("Content-Type", "") or not response.body:
		return
	try:
		response.json()
	except DataError as error:
		if repeatable:
			raise TransientError(str(error), status=response.status) from None
		raise UncertainError(
			f"{error} Whether it took effect is not known.", status=response.status
		) from None


def _said(body: bytes) -> str:
	"""The provider's own words in an error's body, where they are easily found."""
	try:
		found = jsonlib.loads(body)
	except ValueError:
		return ""
	for _ in range(3):
		if isinstance(found, list) and found:
			found = found[0]
		if isinstance(found, dict):
			found = next((found[key] for key in WORDS if found.get(key)), "")
	return found[:300] if isinstance(found, str) else ""
