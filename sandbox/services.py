"""The processes that serve a site: Redis, web server, worker; beside the desk's, the simulators of providers.

Started, found again and ended by the files in `.sandbox/run`.
"""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from sandbox import redis_server
from sandbox.paths import LOGS, PYTHON, REPO, RUN
from sandbox.providers import stage
from sandbox.site import PASSWORD

FIRST_PORT = 8000
START_SECONDS = 60
END_SECONDS = 10


class ServiceError(SystemExit):
	"""A process did not start; the message ends with what it said."""


class Services:
	"""The processes of one site. With `shared`, processes started later join its Redis (the desk's own)."""

	def __init__(self, site: str, shared: bool = False):
		self.site = site
		self.shared = shared
		self.note = RUN / f"{site}.json"
		self.started: dict[int, subprocess.Popen] = {}

	@property
	def state(self) -> dict:
		return json.loads(self.note.read_text()) if self.note.exists() else {}

	@property
	def url(self) -> str | None:
		"""The address, when the web server runs."""
		state = self.state
		return state.get("url") if state and self.runs(state["pids"].get("web"), "sandbox.server") else None

	def start(self, version: str = "", worker: bool = True) -> str:
		"""Start what is needed and wait until the site answers.

		Returns its address. Running ones of the same version stay.
		"""
		if (url := self.url) and self.state.get("version") == version:
			return url
		self.stop()
		RUN.mkdir(parents=True, exist_ok=True)
		port = free_port(FIRST_PORT if self.shared else 0)
		url = f"http://127.0.0.1:{port}"
		environment = {**os.environ, "SANDBOX_URL": url}
		pids = {}
		if not os.environ.get("SANDBOX_REDIS"):
			redis_port = free_port(0)
			environment["SANDBOX_REDIS_URL"] = f"redis://127.0.0.1:{redis_port}"
			pids["redis"] = self.launch("redis", ["sandbox.redis_server", str(redis_port)], environment)
			wait_for_port(redis_port)
			if self.shared:
				redis_server.NOTE.write_text(environment["SANDBOX_REDIS_URL"])
		if self.shared:
			stage.allow(self.site)
			pids["providers"] = self.launch("providers", ["sandbox.providers.stage"], environment)
		pids["web"] = self.launch("web", ["sandbox.server", self.site, str(port)], environment)
		if worker:
			pids["worker"] = self.launch("worker", ["sandbox.worker", self.site], environment)
		state = {"url": url, "pids": pids, "version": version, "redis": environment.get("SANDBOX_REDIS_URL")}
		self.note.write_text(json.dumps(state, indent="\t") + "\n")
		self.wait_until_served(url, pids["web"])
		return url

	def launch(self, name: str, module: list[str], environment: dict) -> int:
		"""Start a process of its own session, writing to its log; returns its id."""
		LOGS.mkdir(parents=True, exist_ok=True)
		with open(self.log(name), "w") as log:
			process = subprocess.Popen(
				[str(PYTHON), "-m", *module],
				cwd=REPO,
				env=environment,
				stdin=subprocess.DEVNULL,
				stdout=log,
				stderr=subprocess.STDOUT,
				start_new_session=True,
			)
		self.started[process.pid] = process
		return process.pid

	def runs(self, pid: int | None, module: str) -> bool:
		"""Whether the process runs: one of this object's own is asked itself, another is looked up."""
		if pid in self.started:
			return self.started[pid].poll() is None
		return is_ours(pid, module)

	def log(self, name: str) -> Path:
		return LOGS / f"{self.site}-{name}.log"

	def remove_logs(self) -> None:
		for log in LOGS.glob(f"{self.site}-*.log"):
			log.unlink()

	def wait_until_served(self, url: str, pid: int) -> None:
		end = time.monotonic() + START_SECONDS
		while time.monotonic() < end:
			try:
				with urllib.request.urlopen(f"{url}/api/method/ping", timeout=START_SECONDS):
					if self.runs(pid, "sandbox.server"):
						return
				self.fail("another program answers at the address", "web")
			except urllib.error.HTTPError as error:
				self.fail(f"the site answers {error.code}", "web")
			except OSError:
				if not self.runs(pid, "sandbox.server"):
					self.fail("the web server ended", "web")
				time.sleep(0.1)
		self.fail(f"the site did not answer in {START_SECONDS} s", "web")

	def fail(self, what: str, name: str) -> None:
		said = self.log(name).read_text()[-3000:]
		self.stop()
		raise ServiceError(f"sandbox: {what}; {self.log(name)} ends with:\n{said}")

	def stop(self) -> list[str]:
		"""End the processes; returns which were running."""
		state = self.state
		modules = {
			"web": "sandbox.server",
			"worker": "sandbox.worker",
			"redis": "sandbox.redis_server",
			"providers": "sandbox.providers.stage",
		}
		ended = []
		for name, module in modules.items():
			pid = state.get("pids", {}).get(name)
			if self.runs(pid, module):
				self.end(pid, module)
				ended.append(name)
		self.note.unlink(missing_ok=True)
		if self.shared:
			redis_server.NOTE.unlink(missing_ok=True)
		return ended

	def end(self, pid: int, module: str) -> None:
		"""Ask the process to end, and make it when it does not."""
		os.kill(pid, signal.SIGTERM)
		end = time.monotonic() + END_SECONDS
		while self.runs(pid, module):
			if time.monotonic() > end:
				os.kill(pid, signal.SIGKILL)
			time.sleep(0.05)


def is_ours(pid: int | None, module: str) -> bool:
	"""Whether the process runs and is that module of the sandbox, not another that got the same number."""
	try:
		command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
	except OSError:
		return False
	return module.encode() in command


def free_port(first: int) -> int:
	"""The first free port from `first` on; any free one for 0."""
	for port in range(first, first + 200) if first else (0,):
		with socket.socket() as probe:
			probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
			try:
				probe.bind(("127.0.0.1", port))
			except OSError:
				continue
			return probe.getsockname()[1]
	raise ServiceError(f"sandbox: no free port from {first} on")


def wait_for_port(port: int) -> None:
	end = time.monotonic() + START_SECONDS
	while time.monotonic() < end:
		with socket.socket() as probe:
			if probe.connect_ex(("127.0.0.1", port)) == 0:
				return
		time.sleep(0.05)
	raise ServiceError(f"sandbox: nothing came to listen on port {port}")


def describe(services: Services) -> str:
	"""What runs, in words."""
	if not services.url:
		return "the desk does not run"
	pids = ", ".join(f"{name} {pid}" for name, pid in services.state["pids"].items())
	return f"{services.url}  login Administrator, password {PASSWORD}  (processes: {pids})"
