"""Speaks to the prompter of the simulators (see `cast.py`) over HTTP, from wherever the demo runs."""

import json
import urllib.request
from typing import Any

SECONDS = 120


class Prompt:
	"""Tells a running prompter what to do."""

	def __init__(self, url: str):
		self.url = url

	def cast(self) -> dict[str, dict[str, Any]]:
		"""url, host and credentials of each provider."""
		return self._ask("/cast")

	def home(self) -> str:
		"""The folder of the sandbox it belongs to."""
		return self._ask("/home")["home"]

	def play(self, seed: int, as_of: str) -> None:
		self._ask("/play", {"seed": seed, "as_of": as_of})

	def forget(self) -> None:
		"""What was sent before is forgotten: it came from a site that is no more, and its names come again."""
		self._ask("/forget", {})

	def fall(self) -> None:
		"""A company under monitoring is rated worse."""
		self._ask("/fall", {})

	def deliver(self) -> None:
		"""Text messages and letters that were taken arrive; insurers and bureaus decide on what they were asked for."""
		self._ask("/deliver", {})

	def fault(self, provider: str, name: str, **options) -> None:
		"""See ApiServer.fault."""
		self._ask("/fault", {"provider": provider, "name": name, **options})

	def _ask(self, path: str, body: Any = None) -> Any:
		data = None if body is None else json.dumps(body).encode()
		opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
		with opener.open(urllib.request.Request(self.url + path, data), timeout=SECONDS) as answer:
			return json.load(answer)
