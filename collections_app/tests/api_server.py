"""A provider's API on 127.0.0.1: real HTTP, scripted faults, a log of what came. Simulators are made of it.

class AcmeServer(ApiServer):
	@route("GET", "/accounts/{account}/transactions")
	def transactions(self, request):
		self.require_bearer(request)
		return self.page(request, self.rows)

with AcmeServer() as server:
	server.fault("429", retry_after=3)
	...
"""

import base64
import json
import re
import secrets
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

# what can be provoked; each is answered in place of, or around, the real answer
FAULTS = (
	"expired_token",
	"401",
	"402",
	"403",
	"404",
	"409",
	"422",
	"429",
	"429_date",
	"429_bare",
	"500",
	"503",
	"timeout",
	"cut",
	"malformed",
	"duplicate_page",
	"clock_skew",
)


@dataclass
class Seen:
	"""A request as it came. `values` are those of the path's {names}; header names are in lower case."""

	method: str
	path: str
	query: dict[str, str]
	headers: dict[str, str]
	body: bytes
	values: dict[str, str] = field(default_factory=dict)

	def json(self) -> Any:
		return json.loads(self.body or b"null")

	@property
	def form(self) -> dict[str, str]:
		return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

	@property
	def basic(self) -> tuple[str, str]:
		"""User and password of Basic authentication."""
		kind, _, value = self.headers.get("authorization", "").partition(" ")
		if kind != "Basic":
			return "", ""
		user, _, password = base64.b64decode(value).decode().partition(":")
		return user, password


@dataclass
class Answer:
	"""An answer; `body` that is neither bytes nor str is sent as JSON."""

	body: Any = None
	status: int = 200
	headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
	"""Raised by a route: the request ends with this status."""

	def __init__(self, status: int, body: Any = None, headers: Mapping[str, str] | None = None):
		super().__init__(status)
		self.answer = Answer({"message": "refused"} if body is None else body, status, dict(headers or {}))


@dataclass
class _Fault:
	name: str
	left: int
	path: str
	method: str
	retry_after: int
	after: int


def route(method: str, pattern: str) -> Callable:
	"""Marks a method of a simulator as the answer to requests; `{name}` stands for one part of the path."""

	def mark(function: Callable) -> Callable:
		expression = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
		function.routes = [*getattr(function, "routes", ()), (method, re.compile(expression + "/?"))]
		return function

	return mark


class ApiServer:
	"""Base of the simulators, running within a `with` block or between `start` and `stop`.

	`tokens` are the access tokens that are valid, `requests` what came, `skew` how far its clock is ahead of ours. With `tls` it
	speaks https.
	"""

	TOKEN_SECONDS = 3600

	def __init__(self, port: int = 0, page_size: int = 2, tls: ssl.SSLContext | None = None):
		self.port, self.page_size, self.tls = port, page_size, tls
		self.requests: list[Seen] = []
		self.tokens: set[str] = set()
		self.refresh_tokens: set[str] = set()
		self.skew = timedelta()
		self._faults: list[_Fault] = []
		self._last_page: dict[str, Answer] = {}
		self._lock = threading.Lock()
		self._closing = threading.Event()
		self._server: ThreadingHTTPServer | None = None
		self._routes = [
			(method, pattern, getattr(self, name))
			for name in dir(type(self))
			for method, pattern in getattr(getattr(type(self), name), "routes", ())
		]

	# -- running it

	def start(self) -> "ApiServer":
		self._server = ThreadingHTTPServer(
			("127.0.0.1", self.port), type("Handler", (_Handler,), {"api": self})
		)
		self._server.daemon_threads = True
		if self.tls:
			self._server.socket = self.tls.wrap_socket(
				self._server.socket, server_side=True, do_handshake_on_connect=False
			)
		self.port = self._server.server_address[1]
		threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
		return self

	def stop(self) -> None:
		self._closing.set()
		if self._server:
			self._server.shutdown()
			self._server.server_close()
			self._server = None

	def __enter__(self) -> "ApiServer":
		return self.start()

	def __exit__(self, *exception) -> None:
		self.stop()

	@property
	def host(self) -> str:
		"""What a Runtime's `allowed_hosts` names to let requests through to here."""
		return f"127.0.0.1:{self.port}"

	@property
	def url(self) -> str:
		return f"{'https' if self.tls else 'http'}://{self.host}"

	# -- scripting it

	def fault(
		self,
		name: str,
		times: int = 1,
		*,
		path: str = "",
		method: str = "",
		retry_after: int = 2,
		after: int = 0,
	) -> None:
		"""The next `times` requests whose path contains `path` (token requests only when named), having let `after` of
		them pass, meet the fault."""
		if name not in FAULTS:
			raise ValueError(f"{name} is none of {', '.join(FAULTS)}")
		self._faults.append(_Fault(name, times, path, method, retry_after, after))

	def calls(self, path: str = "", method: str = "") -> list[Seen]:
		"""The requests so far whose path contains `path`."""
		return [one for one in self.requests if path in one.path and (not method or one.method == method)]

	def forget(self) -> None:
		"""Faults and requests as at the start."""
		self._faults.clear()
		self.requests.clear()
		self._last_page.clear()

	# -- parts that simulators use

	def issue_token(self, refresh: bool = False, **more) -> dict[str, Any]:
		"""An OAuth2 token answer; the token is valid from now on."""
		token = secrets.token_hex(16)
		self.tokens.add(token)
		answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.TOKEN_SECONDS, **more}
		if refresh:
			answer["refresh_token"] = secrets.token_hex(16)
			self.refresh_tokens.add(answer["refresh_token"])
		return answer

	def require_bearer(self, request: Seen, prefix: str = "Bearer ") -> None:
		value = request.headers.get("authorization", "")
		if not value.startswith(prefix) or value[len(prefix) :] not in self.tokens:
			raise Refusal(401, {"message": "invalid token"})

	def slice(self, request: Seen, rows: list, param: str = "cursor") -> tuple[list, str]:
		"""A page of the rows by an opaque cursor, and the cursor of the next one (empty at the end)."""
		start = int(request.query.get(param) or 0)
		end = start + self.page_size
		return rows[start:end], str(end) if end < len(rows) else ""

	def now(self) -> datetime:
		return datetime.now(timezone.utc) + self.skew

	# -- answering

	def answer(self, request: Seen) -> Answer | str:
		"""The answer to a request, or `timeout` or `cut`."""
		with self._lock:
			self.requests.append(request)
			fault = self._due_fault(request)
			if fault and (early := self._instead(fault)):
				if early in ("timeout", "cut") and request.method != "GET":
					self._dispatch(request)  # the worst case: it was done, and nobody learns it
				return early
			answer = self._dispatch(request)
			return self._changed(fault, request, answer)

	def _due_fault(self, request: Seen) -> _Fault | None:
		for fault in self._faults:
			if fault.path not in request.path or fault.method not in ("", request.method):
				continue
			if "token" in request.path and "token" not in fault.path:
				continue
			if fault.after:
				fault.after -= 1
				continue
			fault.left -= 1
			if fault.left <= 0:
				self._faults.remove(fault)
			return fault
		return None

	def _instead(self, fault: _Fault) -> Answer | str | None:
		name, headers = fault.name, {}
		if name in ("timeout", "cut"):
			return name
		if name == "expired_token":
			self.tokens.clear()  # the real route finds it out
			return None
		if name == "clock_skew":
			self.skew = timedelta(hours=3)
			headers["Retry-After"] = self._date(timedelta(seconds=fault.retry_after))
			return Answer({"message": "come back later"}, 503, headers)
		if name.startswith("429"):
			if name == "429":
				headers["Retry-After"] = str(fault.retry_after)
			if name == "429_date":
				headers["Retry-After"] = self._date(timedelta(seconds=fault.retry_after))
			return Answer({"message": "too many requests"}, 429, headers)
		if name.isdigit():
			return Answer({"message": f"provoked {name}"}, int(name))
		return None

	def _changed(self, fault: _Fault | None, request: Seen, answer: Answer) -> Answer:
		if fault and fault.name == "malformed":
			return Answer(b'{"data": [{"id": "1", ', answer.status, {"Content-Type": "application/json"})
		if fault and fault.name == "duplicate_page" and request.path in self._last_page:
			return self._last_page[request.path]
		if answer.status == 200:
			self._last_page[request.path] = answer
		return answer

	def _dispatch(self, request: Seen) -> Answer:
		for method, pattern, function in self._routes:
			found = pattern.fullmatch(request.path)
			if method == request.method and found:
				request.values = found.groupdict()
				try:
					answer = function(request)
				except Refusal as refusal:
					return refusal.answer
				return answer if isinstance(answer, Answer) else Answer(answer)
		return Answer({"message": f"no {request.method} {request.path}"}, 404)

	def _date(self, ahead: timedelta) -> str:
		return format_datetime(self.now() + ahead, usegmt=True)


class _Handler(BaseHTTPRequestHandler):
	api: ApiServer
	protocol_version = "HTTP/1.1"

	def setup(self) -> None:
		self.refused = False
		if self.api.tls:
			try:
				self.request.do_handshake()
			except OSError:
				self.refused = True
				self._hear_out()
		super().setup()

	def handle(self) -> None:
		if not self.refused:
			super().handle()

	def _hear_out(self) -> None:
		"""As servers do: what the caller still sends is taken, so that it gets to read why it was refused."""
		try:
			self.request.settimeout(1)
			while socket.socket.recv(self.request, 65536):
				pass
		except OSError:
			pass

	def handle_one_request(self) -> None:
		try:
			super().handle_one_request()
		except (ConnectionError, ValueError):
			self.close_connection = True

	def _serve(self) -> None:
		parts = urlsplit(self.path)
		body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
		request = Seen(
			self.command,
			parts.path,
			dict(parse_qsl(parts.query, keep_blank_values=True)),
			{name.lower(): value for name, value in self.headers.items()},
			body,
		)
		answer = self.api.answer(request)
		if answer == "timeout":
			# until the caller gives up, or the server ends
			self.api._closing.wait(30)
			self.close_connection = True
		elif answer == "cut":
			self._cut()
		else:
			self._write(answer)

	do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve

	def _cut(self) -> None:
		"""A good beginning, then a reset."""
		self.send_response(200)
		self.send_header("Content-Type", "application/json")
		self.send_header("Content-Length", "1000")
		self.end_headers()
		self.wfile.write(b'{"data": [')
		self.wfile.flush()
		time.sleep(0.01)
		self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		self.close_connection = True

	def _write(self, answer: Answer) -> None:
		body, headers = answer.body, dict(answer.headers)
		if not isinstance(body, bytes | str):
			body = json.dumps(body)
			headers.setdefault("Content-Type", "application/json")
		body = body.encode() if isinstance(body, str) else body
		self.send_response_only(answer.status)
		self.send_header("Date", self.api._date(timedelta()))
		self.send_header("Content-Length", str(len(body)))
		for name, value in headers.items():
			self.send_header(name, value)
		self.end_headers()
		if self.command != "HEAD":
			self.wfile.write(body)

	def log_message(self, *args) -> None:
		"""The server's `requests` are its log."""
