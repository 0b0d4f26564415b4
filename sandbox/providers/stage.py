"""Where the simulators stand: in a process behind the desk, or in that of the demo while it runs.

Run as `python -m sandbox.providers.stage`. Their ports stay the same as long as they are free, so that the addresses in
the desk's connections stay right.
"""

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.paths import HOME
from sandbox.providers.prompt import Prompt

FIRST_PORT = 8701
PORTS = HOME / "providers" / "ports.json"
MEMORY = HOME / "providers" / "memory.json"


def chosen_ports() -> dict[str, int]:
	"""Those of before where they are free, else the next free ones; written down."""
	from sandbox.providers.cast import ROLES
	from sandbox.services import free_port

	known, ports, following = _noted(), {}, FIRST_PORT
	for name in (*ROLES, "prompter"):
		port = known.get(name)
		if not port or port in ports.values() or free_port(port) != port:
			port = free_port(following)
			# a newcomer takes none that another one had
			while port in {*known.values(), *ports.values()}:
				port = free_port(port + 1)
			following = port + 1
		ports[name] = port
	PORTS.parent.mkdir(parents=True, exist_ok=True)
	PORTS.write_text(json.dumps(ports, indent="\t") + "\n")
	return ports


def allow(site: str) -> None:
	"""Chooses the ports and lets a site of the sandbox call them."""
	from sandbox import site as sites

	folder = sites.SITES / site
	allowed = [f"127.0.0.1:{port}" for port in chosen_ports().values()]
	sites.write_config(
		folder / "site_config.json", {**sites.read_config(folder), "collections_allowed_hosts": allowed}
	)


@contextmanager
def standing() -> Iterator[Prompt]:
	"""The prompter of the simulators: the desk's, where they run, else of ones that run within the block."""
	from sandbox.providers.cast import Cast

	prompt = Prompt(f"http://127.0.0.1:{_noted().get('prompter', 1)}")
	if _is_ours(prompt):
		yield prompt
		return
	with Cast(chosen_ports(), MEMORY) as cast:
		yield Prompt(cast.prompter.url)


def main() -> None:
	from sandbox.providers.cast import Cast

	ended = threading.Event()
	for wanted in (signal.SIGINT, signal.SIGTERM):
		signal.signal(wanted, lambda *_: ended.set())
	with Cast(_noted(), MEMORY):
		ended.wait()


def _is_ours(prompt: Prompt) -> bool:
	"""Whether it runs, and is not that of another sandbox on this machine."""
	try:
		return prompt.home() == str(HOME)
	except (OSError, ValueError, KeyError):
		return False


def _noted() -> dict[str, int]:
	return json.loads(PORTS.read_text()) if PORTS.exists() else {}


if __name__ == "__main__":
	sys.exit(main())
