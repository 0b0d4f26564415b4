"""An SMS gateway on 127.0.0.1 that keeps what it was asked and misbehaves as real ones do. It speaks real HTTP:

with SmsServer() as server:
	server.answer = 500           # a status, or TIMEOUT, CUT, MALFORMED
	...
	server.requests               # [{"to": "+49...", "text": "...", "method": "POST", "key": None}]
"""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

TIMEOUT, CUT, MALFORMED = "timeout", "cut", "malformed"
WAIT_SECONDS = 30


class Handler(BaseHTTPRequestHandler):
	def do_GET(self):
		self.take(dict(parse_qsl(urlsplit(self.path).query)))

	def do_POST(self):
		body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
		is_json = "json" in (self.headers.get("Content-Type") or "")
		self.take(json.loads(body) if is_json else dict(parse_qsl(body)))

	def take(self, values: dict) -> None:
		gateway: SmsServer = self.server.gateway
		gateway.requests.append({**values, "method": self.command, "key": self.headers.get("X-Api-Key")})
		if gateway.answer == TIMEOUT:
			gateway.ended.wait(WAIT_SECONDS)
		elif gateway.answer == CUT:
			self.connection.shutdown(socket.SHUT_RDWR)
		elif gateway.answer == MALFORMED:
			self.wfile.write(b"this is not HTTP\r\n\r\n")
		else:
			self.say(gateway.answer, {"message_id": f"SMS-{len(gateway.requests)}"})

	def say(self, status: int, values: dict) -> None:
		content = json.dumps(values).encode()
		self.send_response(status)
		if 300 <= status < 400:
			self.send_header("Location", "/elsewhere")
		self.send_header("Content-Type", "application/json")
		self.send_header("Content-Length", str(len(content)))
		self.end_headers()
		self.wfile.write(content)

	def log_message(self, *_values) -> None:
		"""Requests are kept; nothing is printed."""


class SmsServer:
	"""Running within a `with` block, on the given port or a free one."""

	def __init__(self, answer: int | str = 200, port: int = 0):
		self.answer = answer
		self.port = port
		self.requests: list[dict] = []
		self.ended = threading.Event()

	def __enter__(self) -> "SmsServer":
		self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
		self.server.daemon_threads = True
		self.server.gateway = self
		threading.Thread(target=self.server.serve_forever, daemon=True).start()
		return self

	def __exit__(self, *exception) -> None:
		self.ended.set()
		self.server.shutdown()
		self.server.server_close()

	@property
	def url(self) -> str:
		return f"http://127.0.0.1:{self.server.server_port}/send"
