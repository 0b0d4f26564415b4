"""One headless Chromium per process, kept alive and spoken to over a pipe (DevTools protocol).

Starting a browser takes about a second; printing a page in one that runs takes a tenth of that. Any number of
threads may print at once: each print has its own page. The browser ends with its process, however that ends,
because its pipe closes.
"""

import atexit
import base64
import fcntl
import json
import mimetypes
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sandbox.paths import RUN
from sandbox.system import FLAGS, chromium

TIMEOUT = 60
END_SECONDS = 5
PAGE = "/__print__"
Finder = Callable[[str], Path | None]


class BrowserError(RuntimeError):
	"""Chromium refused a command, did not answer in time, or ended."""


class Browser:
	"""A running Chromium. `find_file` answers which local file a path of the site shows."""

	def __init__(self):
		RUN.mkdir(parents=True, exist_ok=True)
		self.profile = tempfile.mkdtemp(prefix="chromium-", dir=RUN)
		self.lock = threading.Lock()
		self.answers: dict[int, Future] = {}
		self.listeners: dict[str, Callable[[str, dict], None]] = {}
		self.count = 0
		to_browser, self.commands = os.pipe()
		self.messages, from_browser = os.pipe()
		self.pid = self.spawn(to_browser, from_browser)
		os.close(to_browser)
		os.close(from_browser)
		threading.Thread(target=self.listen, daemon=True).start()

	def spawn(self, commands: int, messages: int) -> int:
		"""Start the browser with the pipes where the protocol wants them, at file descriptors 3 and 4.

		Returns its id.
		"""
		path = chromium()
		words = [path, *FLAGS, f"--user-data-dir={self.profile}", "--remote-debugging-pipe"]
		# first out of the way of 3 and 4, so that neither is overwritten while it is still needed
		high = [fcntl.fcntl(pipe, fcntl.F_DUPFD_CLOEXEC, 100) for pipe in (commands, messages)]
		actions = [(os.POSIX_SPAWN_DUP2, high[0], 3), (os.POSIX_SPAWN_DUP2, high[1], 4)]
		actions += [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_RDWR, 0) for stream in (0, 1, 2)]
		try:
			return os.posix_spawn(path, words, os.environ, file_actions=actions, setpgroup=0)
		finally:
			for pipe in high:
				os.close(pipe)

	@property
	def alive(self) -> bool:
		if self.pid:
			try:
				ended, _ = os.waitpid(self.pid, os.WNOHANG)
			except ChildProcessError:
				ended = self.pid
			if ended:
				self.pid = 0
		return bool(self.pid)

	def listen(self) -> None:
		"""Hand each message to who waits for it, until the browser closes its end."""
		buffer = b""
		while chunk := os.read(self.messages, 1 << 20):
			*whole, buffer = (buffer + chunk).split(b"\0")
			for message in whole:
				self.receive(json.loads(message))
		for answer in list(self.answers.values()):
			answer.set_exception(BrowserError("Chromium ended"))

	def receive(self, message: dict) -> None:
		if "id" not in message:
			if listener := self.listeners.get(message.get("sessionId", "")):
				listener(message["method"], message["params"])
			return
		if answer := self.answers.pop(message["id"], None):
			if error := message.get("error"):
				answer.set_exception(BrowserError(error["message"]))
			else:
				answer.set_result(message["result"])

	def send(self, method: str, session: str | None = None, **params) -> Future:
		"""Give a command; the answer comes as a future."""
		answer = Future()
		with self.lock:
			self.count += 1
			message = {"id": self.count, "method": method, "params": params}
			if session:
				message["sessionId"] = session
			self.answers[self.count] = answer
			data = memoryview(json.dumps(message).encode() + b"\0")
			try:
				while data:
					data = data[os.write(self.commands, data) :]
			except OSError as error:
				raise BrowserError("Chromium ended") from error
		return answer

	def call(self, method: str, session: str | None = None, **params) -> dict:
		"""Give a command and wait for the answer."""
		try:
			return self.send(method, session, **params).result(TIMEOUT)
		except TimeoutError as error:
			raise BrowserError(f"Chromium did not answer {method} in {TIMEOUT} s") from error

	def print_to_pdf(self, html: str, origin: str, find_file: Finder, options: dict) -> bytes:
		"""The page as PDF.

		`origin` is the site's address; its files come from `find_file`, all other requests fail.
		"""
		target = self.call("Target.createTarget", url="about:blank")["targetId"]
		session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
		loaded = threading.Event()

		def listener(method, params):
			if method == "Page.loadEventFired":
				loaded.set()
			elif method == "Fetch.requestPaused":
				self.serve(session, params, html, find_file)

		self.listeners[session] = listener
		try:
			self.call("Page.enable", session)
			self.call("Fetch.enable", session, patterns=[{"urlPattern": "*"}])
			self.call("Page.navigate", session, url=origin.rstrip("/") + PAGE)
			if not loaded.wait(TIMEOUT):
				raise BrowserError(f"the page to print was not loaded in {TIMEOUT} s")
			self.call("Runtime.evaluate", session, expression="document.fonts.ready", awaitPromise=True)
			result = self.call("Page.printToPDF", session, printBackground=True, **options)
			return base64.b64decode(result["data"])
		finally:
			self.listeners.pop(session, None)
			self.send("Target.closeTarget", targetId=target)

	def serve(self, session: str, request: dict, html: str, find_file: Finder) -> None:
		"""Answer one request of the page from memory or from a file."""
		path = unquote(urlsplit(request["request"]["url"]).path)
		file = None if path == PAGE else find_file(path)
		if path == PAGE:
			body, kind = html.encode(), "text/html; charset=utf-8"
		elif file and file.is_file():
			body, kind = file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"
		else:
			self.send("Fetch.failRequest", session, requestId=request["requestId"], errorReason="Failed")
			return
		self.send(
			"Fetch.fulfillRequest",
			session,
			requestId=request["requestId"],
			responseCode=200,
			responseHeaders=[{"name": "Content-Type", "value": kind}],
			body=base64.b64encode(body).decode(),
		)

	def close(self) -> None:
		"""End the browser and remove its profile."""
		end = time.monotonic() + END_SECONDS
		while self.alive:
			os.kill(self.pid, signal.SIGTERM if time.monotonic() < end else signal.SIGKILL)
			time.sleep(0.05)
		for descriptor in (self.commands, self.messages):
			try:
				os.close(descriptor)
			except OSError:
				continue
		shutil.rmtree(self.profile, ignore_errors=True)


running: dict[int, Browser] = {}
starting = threading.Lock()


def browser() -> Browser:
	"""This process's browser, started when it is first needed, or again after it ended."""
	with starting:
		found = running.get(os.getpid())
		if found and not found.alive:
			found.close()
			found = None
		if not found:
			found = running[os.getpid()] = Browser()
		return found


@atexit.register
def close_browser() -> None:
	"""End this process's browser, if there is one."""
	if found := running.pop(os.getpid(), None):
		found.close()
