"""What every connector is held to. A connector over HTTP brings a `Case` in `cases/<name>.py`: its simulator and what it says.

`test_contract.py` runs the suite over all connectors that apps list under `collections_connectors`, and over the low-code
ones of `cases/low_code.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote

from collections_app import hooks
from collections_app.connectors.base import (
	Action,
	BadRecord,
	Checkpoint,
	Connector,
	Manifest,
	Record,
	WebhookRequest,
)
from collections_app.connectors.low_code.connector import connector_of
from collections_app.connectors.low_code.definition import Definition
from collections_app.connectors.records import Statement
from collections_app.connectors.runtime import MemoryTokens, RequestRecord, Runtime
from collections_app.tests.acme_app import hooks as acme_hooks
from collections_app.tests.api_server import ApiServer
from collections_app.tests.rest_server import definition

CASES = "tests.unit.connectors.cases"


def addresses(server: ApiServer) -> dict[str, str]:
	return {"base_url": server.url}


def fresh_tokens(server: ApiServer) -> MemoryTokens:
	return MemoryTokens()


@dataclass(frozen=True)
class Case:
	"""A connector's simulator and how to use it.

	`fill` puts records into the simulator, several pages of them, and returns their ids: of a statement its lines'
	`external_id`, else the Record's. `arrive` adds one more, while the first page is read. `data_path`: part of the path of the requests that bring them. `urls`: the simulator's
	addresses by the manifest's names. `tokens`: those of a consent given before. `action`, `push_path`, `effects` (how many
	the provider did) for those that push; `webhook` for those that are called. `other`: fault -> the errors that are right for
	this provider where they differ. `paged`: False where all comes in one answer. `faults`: those that its protocol has, where
	that is not HTTP. `token_path`: part of the path where access is fetched. `signed`: False where the provider does not sign what
	it sends: then nothing in it is believed. `refuse`: of a bank feed, has one of its accounts refused with a fault and returns what ends that. `config`: what else it is configured with, or what gives that for the simulator.
	"""

	server: Callable[[], ApiServer]
	credentials: dict[str, str]
	stream: str = ""
	fill: Callable[[Any], Iterable[str]] | None = None
	arrive: Callable[[Any], Iterable[str]] | None = None
	data_path: str = ""
	urls: Callable[[Any], dict[str, str]] = addresses
	tokens: Callable[[Any], MemoryTokens] = fresh_tokens
	action: Action | None = None
	push_path: str = ""
	effects: Callable[[Any], int] | None = None
	webhook: Callable[[Any], WebhookRequest] | None = None
	other: dict[str, tuple[type[Exception], ...]] = field(default_factory=dict)
	paged: bool = True
	refuse: Callable[[Any, str], Callable[[], None]] | None = None
	config: dict[str, Any] | Callable[[Any], dict[str, Any]] = field(default_factory=dict)
	faults: frozenset[str] | None = None
	token_path: str = "token"
	signed: bool = True


@dataclass(frozen=True)
class Found:
	"""A connector as the hook names it."""

	name: str
	path: str
	manifest: Manifest
	connector: type[Connector]
	case: Case | None


def connectors() -> list[Found]:
	"""Every connector of the app, and the example of another app."""
	return [_found(path) for path in [*hooks.collections_connectors, *acme_hooks.collections_connectors]]


def low_code() -> list[Found]:
	"""Connectors that are defined, not coded."""
	cases = import_module(f"{CASES}.low_code").CASES
	return [_defined(name, case) for name, case in cases.items()]


def _defined(name: str, case: Case) -> Found:
	connector = connector_of(Definition.of(definition(name)))
	return Found(f"low_code-{name}", "", connector.manifest, connector, case)


def _found(path: str) -> Found:
	module = import_module(f"{path}.connector")
	name = path.rsplit(".", 1)[-1]
	case = import_module(f"{CASES}.{name}").CASE if find_spec(f"{CASES}.{name}") else None
	return Found(name, path, module.MANIFEST, module.CONNECTOR, case)


class Clock:
	"""A clock that only sleeping moves."""

	def __init__(self):
		self.time = datetime.now(timezone.utc)
		self.slept = 0.0

	def now(self) -> datetime:
		return self.time

	def sleep(self, seconds: float) -> None:
		self.slept += seconds
		self.time += timedelta(seconds=seconds)


class Trial:
	"""A connector beside its simulator, with a runner that commits at checkpoints as the real one does."""

	def __init__(self, found: Found, server: ApiServer):
		self.found, self.case, self.server = found, found.case, server
		self.clock = Clock()
		self.log: list[RequestRecord] = []
		self.messages: list[str] = []
		self.tokens = self.case.tokens(server)
		self.state: dict[str, Any] = {}
		self.cursor: dict[str, Any] = {}
		self.kept: set[str] = set()
		self.bad: list[BadRecord] = []

	def connect(self) -> Connector:
		"""A fresh one, as each sync has it; what outlives it is in tokens and state."""
		runtime = Runtime(
			now=self.clock.now,
			sleep=self.clock.sleep,
			random=lambda: 1.0,
			log=self.log.append,
			tokens=self.tokens,
			state=self.state,
			allowed_hosts=frozenset({self.server.host}),
			timeout=(1, 0.3),
		)
		config = {
			"company": "Company",
			"credentials": self.case.credentials,
			"urls": self.case.urls(self.server),
			**(self.case.config(self.server) if callable(self.case.config) else self.case.config),
		}
		return self.found.connector(config, runtime)

	def sync(self) -> None:
		"""One sync. What stands after the last checkpoint is lost with an error, as in the real runner."""
		connector = self.connect()
		self.take(connector.read(self.case.stream, self.cursor), connector)

	def take(self, entries: Iterable[Any], connector: Connector | None = None) -> None:
		waiting: set[str] = set()
		told = len(self.bad)
		for entry in entries:
			if isinstance(entry, Checkpoint):
				self.kept |= waiting
				self.cursor, waiting = dict(entry.cursor), set()
				if connector:
					connector.keep(entry, len(self.bad) > told)
				told = len(self.bad)
			elif isinstance(entry, BadRecord):
				self.bad.append(entry)
			else:
				waiting |= set(ids(entry))
		assert not waiting, "records after the last checkpoint"

	def attempt(self, call: Callable[[], Any]) -> Exception | None:
		"""The error of a call, its message noted."""
		try:
			call()
		except Exception as error:
			self.messages.append(str(error))
			return error
		return None

	def leaks(self) -> list[str]:
		"""Secrets that stand in the log or in a message."""
		fields = {one.name for one in self.found.manifest.fields if one.secret}
		hidden = {value for name, value in self.case.credentials.items() if name in fields}
		hidden |= self.server.tokens | self.server.refresh_tokens
		hidden |= {one for token in self.tokens.tokens.values() for one in (token.access, token.refresh)}
		hidden = {form for one in hidden if one and len(one) > 3 for form in (one, quote(one, safe=""))}
		texts = [*self.messages, *(str(one) for one in self.log), *(str(one) for one in self.bad)]
		return sorted(form for form in hidden if any(form in text for text in texts))


def refuse_path(path: str) -> Callable[[Any, str], Callable[[], None]]:
	"""Has the requests about one account refused."""

	def refuse(server: ApiServer, fault: str) -> Callable[[], None]:
		server.fault(fault, 500, path=path)
		return server.forget

	return refuse


def ids(record: Record) -> list[str]:
	if isinstance(record.data, Statement):
		return [line.external_id for line in record.data.lines]
	return [record.external_id]
