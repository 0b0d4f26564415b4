"""The HTTP client of connectors: one way out, guarded, limited, retried where that is safe, and logged without secrets.

Errors by what is to be done: see `errors.py`. A request that is neither idempotent by its method nor carries an
idempotency key is sent once; when its fate cannot be known, that is an UncertainError.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from collections_app.connectors.errors import (
	ConfigurationError,
	ConnectorError,
	DataError,
	RateLimitError,
	TransientError,
	UncertainError,
)
from collections_app.connectors.http.answers import Response, judge, unreached
from collections_app.connectors.http.auth import Auth, NoAuth
from collections_app.connectors.http.guard import check_url, guarded_session
from collections_app.connectors.http.limits import Limiter
from collections_app.connectors.http.masking import Masker
from collections_app.connectors.http.retries import (
	IDEMPOTENT_METHODS,
	SAFE_METHODS,
	Backoff,
	Breaker,
)
from collections_app.connectors.runtime import RequestRecord, Runtime
from collections_app.engine.texts import Text

ANSWER_BYTES = 20 * 1024 * 1024
MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class HttpClient:
	"""`name` is the provider's, for messages. `explain(status, body)` may give the provider's own words for an error, or
	raise the error that its code stands for. `classify(response)` may raise for errors that hide behind a good status, or return another response.
	`wait_until(headers, now)` reads a provider's own headers that name the time of the next call."""

	def __init__(
		self,
		base_url: str,
		runtime: Runtime | None = None,
		auth: Auth | None = None,
		*,
		name: str = "The provider",
		headers: Mapping[str, str] | None = None,
		secrets: tuple[str, ...] = (),
		rules: tuple[Mapping[str, Any], ...] = (),
		answer_bytes: int = ANSWER_BYTES,
		backoff: Backoff | None = None,
		idempotency_header: str = "Idempotency-Key",
		explain: Callable[[int, bytes], str] | None = None,
		classify: Callable[[Response], Response | None] | None = None,
		wait_until: Callable[[Mapping[str, str], datetime], datetime | None] | None = None,
	):
		self.runtime = runtime or Runtime()
		self.base_url = base_url.rstrip("/") + "/"
		self.auth = auth or NoAuth()
		self.name, self.headers = name, dict(headers or {})
		self.masker = Masker((*secrets, *self.auth.secrets()))
		run = self.runtime
		self.limiter = Limiter(rules, run.state, run.now, run.sleep, run.max_wait, name)
		self.breaker = Breaker(run.state, run.now, name)
		self.answer_bytes, self.backoff = answer_bytes, backoff or Backoff()
		self.idempotency_header = idempotency_header
		self.explain, self.classify, self.wait_until = explain, classify, wait_until
		context = self.auth.ssl_context()
		self.certified = context is not None
		self.session = guarded_session(run.allowed_hosts, context)
		self.auth.bind(self)

	def get(self, path: str, params: Mapping[str, Any] | None = None, **options) -> Response:
		return self.request("GET", path, params=params, **options)

	def post(self, path: str, json: Any = None, **options) -> Response:
		return self.request("POST", path, json=json, **options)

	def request(
		self,
		method: str,
		path: str,
		*,
		params: Mapping[str, Any] | None = None,
		json: Any = None,
		data: Any = None,
		files: Any = None,
		headers: Mapping[str, str] | None = None,
		idempotency_key: str = "",
		safe: bool | None = None,
		scope: str = "",
		auth: Auth | None = None,
	) -> Response:
		"""One call. `path` is relative to the base URL or a whole address. `safe`: says of a POST that only reads (a
		search, a token) that it may be repeated. `scope`: whose limit it counts for. JSON is expected of a good answer
		only when `.json()` is called; a garbled one of a repeatable request is asked for again."""
		call = _Call(method, self.url(path), params, json, data, files, dict(headers or {}), scope, auth)
		call.repeatable = method in IDEMPOTENT_METHODS if safe is None else safe
		if idempotency_key:
			call.headers[self.idempotency_header] = idempotency_key
			call.repeatable = True
		try:
			return self._attempts(call)
		except ConnectorError as error:
			# nothing secret leaves in a message, whoever worded it
			error.args = (error.text.changed(self.masker.text),)
			if idempotency_key and call.in_doubt and isinstance(error, TransientError):
				error.may_have_worked = True
			raise

	def url(self, path: str) -> str:
		return path if "://" in path else urljoin(self.base_url, path.lstrip("/"))

	def _attempts(self, call: "_Call") -> Response:
		self.breaker.check()
		auth = call.auth or self.auth
		attempt, renewed = 1, False
		while True:
			auth.ready()  # what goes wrong there has been tried again already
			last = attempt >= self.backoff.attempts
			self.limiter.acquire(call.scope)
			try:
				response = self._send(call, attempt)
			except RateLimitError as error:
				self.limiter.hold(error.next_allowed, call.scope)
				if last or (error.next_allowed - self.runtime.now()).total_seconds() > self.runtime.max_wait:
					raise
			except TransientError as error:
				call.in_doubt = call.in_doubt or not error.never_sent
				wait = self.backoff.pause(attempt, self.runtime.random)
				if error.next_allowed:
					wait = max(wait, (error.next_allowed - self.runtime.now()).total_seconds())
				if last or wait > self.runtime.max_wait:
					self.breaker.failed()
					raise
				self.runtime.sleep(wait)
			except UncertainError:
				self.breaker.failed()
				raise
			else:
				if response is not None:
					self.breaker.succeeded()
					return response
				# 401: once more, with new credentials
				if renewed or not auth.renew():
					raise ConfigurationError(
						"{0} refuses the credentials. Enter them again and test the connection.",
						self.name,
						status=401,
					)
				renewed = True
				continue
			attempt += 1

	def _send(self, call: "_Call", attempt: int) -> Response | None:
		"""One attempt, redirects of reading requests included. None when the credentials were refused."""
		url, method = call.url, call.method
		for _ in range(MAX_REDIRECTS + 1):
			response, location = self._exchange(call, method, url, attempt)
			if not location:
				return response
			target = urljoin(url, location)
			if method not in SAFE_METHODS:
				raise DataError("{0} redirects a request that must not be repeated.", self.name)
			if urlsplit(target).netloc != urlsplit(url).netloc:
				call = call.without_credentials()
			url, call.params = target, None
		raise DataError("{0} redirects without end.", self.name)

	def _exchange(self, call: "_Call", method: str, url: str, attempt: int) -> tuple[Response | None, str]:
		"""Sends one request and reads its answer. Returns the answer (None for 401) and where it redirects to."""
		check_url(url, self.runtime.allowed_hosts)
		auth = call.auth or self.auth
		request = requests.Request(
			method,
			url,
			headers={"Accept": "application/json", **self.headers, **call.headers},
			params=dict(call.params or {}),
			json=call.json,
			data=call.data,
			files=call.files,
		)
		auth.apply(request)
		prepared = self.session.prepare_request(request)
		auth.sign(prepared)
		started = self.runtime.now()
		status, body, error = None, b"", ""
		try:
			raw = self.session.send(
				prepared, stream=True, timeout=self.runtime.timeout, allow_redirects=False
			)
			with raw:
				status = raw.status_code
				body = self._body(raw, started)
			response = Response(status, raw.headers, body, url, raw.links)
			if status in REDIRECTS and raw.headers.get("Location"):
				return None, raw.headers["Location"]
			if self.classify and status < 300:
				response = self.classify(response) or response
			# also of a 401: a consent that ended is no wrong password
			said = (self.explain and status >= 300 and self.explain(status, body)) or ""
			if status == 401:
				return None, ""
			now = self.runtime.now()
			named = self.wait_until and self.wait_until(raw.headers, now)
			return judge(response, self.name, call.repeatable, now, said, named), ""
		except requests.RequestException as problem:
			error = type(problem).__name__
			raise unreached(problem, self.name, call.repeatable, self.certified) from None
		except ConnectorError as problem:
			error = problem.text
			raise
		finally:
			self._note(prepared, status, body, error, started, attempt)

	def _body(self, raw: requests.Response, started) -> bytes:
		parts, size = [], 0
		for part in raw.iter_content(65536):
			size += len(part)
			if size > self.answer_bytes:
				raise DataError("{0} answered with more than {1} bytes.", self.name, self.answer_bytes)
			if (self.runtime.now() - started).total_seconds() > self.runtime.deadline:
				raise requests.Timeout()
			parts.append(part)
		announced = raw.headers.get("Content-Length", "")
		if announced.isdigit() and raw.request.method != "HEAD" and raw.raw.tell() < int(announced):
			raise requests.ConnectionError("cut off")
		return b"".join(parts)

	def _note(self, prepared, status, body: bytes, error: str, started, attempt: int) -> None:
		if not self.runtime.log:
			return
		headers = self.masker.headers(prepared.headers)
		lines = [f"{name}: {value}" for name, value in headers.items()]
		self.runtime.log(
			RequestRecord(
				method=prepared.method,
				url=self.masker.url(prepared.url),
				status=status,
				seconds=round((self.runtime.now() - started).total_seconds(), 3),
				attempt=attempt,
				request="\n".join([*lines, "", self.masker.body(prepared.body)]).strip(),
				answer=self.masker.body(body),
				error=Text(error).changed(self.masker.text),
			)
		)


@dataclass
class _Call:
	method: str
	url: str
	params: Mapping[str, Any] | None
	json: Any
	data: Any
	files: Any
	headers: dict[str, str]
	scope: str
	auth: Auth | None
	repeatable: bool = False
	# an attempt got no clear answer
	in_doubt: bool = False

	def without_credentials(self) -> "_Call":
		"""For another host: nothing that identifies us goes there."""
		return _Call(self.method, self.url, None, None, None, None, {}, self.scope, NoAuth(), self.repeatable)
