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
from collections_app.engine.texts import Text

UNKNOWN_WAIT = timedelta(minutes=1)  # a 429 that names no time
RETRIED = frozenset({408, 425})
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
				"{0} answered with something that is not JSON.",
				urlsplit(self.url).hostname,
				status=self.status,
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
	words = (said or code).rstrip(".")
	if code in ended:
		raise ConsentError("{0}: {1}. Press Connect.", name, words, status=status)
	if code in misconfigured:
		raise ConfigurationError(
			"{0}: {1}. Check the credentials and the environment.", name, words, status=status
		)
	if code in passing:
		raise TransientError("{0}: {1}.", name, words, status=status)


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
		raise _certificate_refused(name)
	said = said or _said(response.body)
	words = (
		Text("{0} answered {1}: {2}", name, status, said) if said else Text("{0} answered {1}", name, status)
	)
	if status == 429:
		until = max(filter(None, (retry_after(response.headers, now), named)), default=now + UNKNOWN_WAIT)
		at = f"{until:%H:%M:%S %Z}"
		raise RateLimitError("{0}. It takes the next call at {1}.", words, at, next_allowed=until, status=429)
	if status in RETRIED or status >= 500:
		if not repeatable:
			raise UncertainError("{0}; whether it took effect is not known.", words, status=status)
		raise TransientError("{0}.", words, status=status, next_allowed=retry_after(response.headers, now))
	if status in (402, 403):
		raise ConfigurationError("{0}. Check what the account is allowed to do.", words, status=status)
	raise DataError("{0}.", words, status=status)


def unreached(
	problem: requests.RequestException, name: str, repeatable: bool, certified: bool = False
) -> ConnectorError:
	"""The error for a request without an answer. `certified`: it was made with a client certificate."""
	if isinstance(problem, requests.exceptions.SSLError) and (
		refused := _refused_handshake(name, str(problem))
	):
		return refused
	if isinstance(problem, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
		return ConfigurationError("{0}: the address cannot be read.", name)
	timeout = isinstance(problem, requests.Timeout)
	if timeout:
		words = Text("{0} did not answer in time", name)
	elif certified:
		words = Text(
			"{0} broke off or refused the connection, which may also mean that it refuses the client certificate",
			name,
		)
	else:
		words = Text("{0} broke off or refused the connection", name)
	# a connection that never stood carried nothing
	reason = getattr(problem.args[0], "reason", None) if problem.args else None
	never_sent = isinstance(problem, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)
	if repeatable or never_sent:
		error = TransientError("{0}.", words)
		error.never_sent = never_sent
		return error
	return UncertainError("{0}; whether the request took effect is not known.", words)


def _refused_handshake(name: str, said: str) -> ConfigurationError | None:
	"""What to do about a failed TLS handshake, `said` in the words of OpenSSL; None when the connection only broke off."""
	if "CERTIFICATE_VERIFY_FAILED" in said:
		return ConfigurationError(
			"{0} shows a certificate that is not trusted. Check the address, and the clock and the trusted certificates of "
			"this server.",
			name,
		)
	if "ALERT" in said:
		return _certificate_refused(name)
	if "EOF" in said:
		return None
	return ConfigurationError("{0} does not agree on a secure connection. Check the address.", name)


def _certificate_refused(name: str) -> ConfigurationError:
	return ConfigurationError(
		"{0} refuses the client certificate, or asks for one. Enter the certificate and the private key that were issued for "
		"this application and environment, and test the connection.",
		name,
	)


def _refuse_garbled(response: Response, repeatable: bool) -> None:
	"""A good status with half a JSON document behaves like a lost connection."""
	if "json" not in response.headers.get("Content-Type", "") or not response.body:
		return
	try:
		response.json()
	except DataError as error:
		if repeatable:
			raise TransientError(error.text, status=response.status) from None
		raise UncertainError(
			"{0} Whether it took effect is not known.", error.text, status=response.status
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
