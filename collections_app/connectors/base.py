"""The contract of a connector: a folder with `manifest.json` and `connector.py` that holds a `Connector`.

A connector talks to one outside system and yields records. It never touches the database: the runner
(`services/connectors/`) writes what it yields and then calls `keep`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class ConnectorError(Exception):
	"""Base of a connector's errors; the message is for the person at the desk."""


class ConfigurationError(ConnectorError):
	"""An administrator has to change something; trying again without that is useless."""


class TransientError(ConnectorError):
	"""The other side is out of reach for now; a later sync may succeed."""


class UnsupportedError(ConnectorError):
	"""The manifest does not offer this verb."""


@dataclass(frozen=True)
class Record:
	"""One thing read. `source` names where it stood (file, page), `data` is what the stream carries."""

	stream: str
	external_id: str
	source: str
	data: Any


@dataclass(frozen=True)
class BadRecord:
	"""Something that could not be read: told, kept where it is, and the next one is read."""

	stream: str
	external_id: str
	source: str
	message: str


@dataclass(frozen=True)
class Checkpoint:
	"""Everything yielded before this belongs together and may be committed; `cursor` is where to go on."""

	cursor: Mapping[str, Any]
	source: str = ""


@dataclass(frozen=True)
class Manifest:
	"""What a provider offers. See `docs/connectors.md` for each key."""

	name: str
	label: str
	category: str
	description: str
	streams: tuple[str, ...]
	actions: tuple[str, ...] = ()
	auth: str = "none"
	environments: tuple[str, ...] = ()
	limits: Mapping[str, Any] = field(default_factory=dict)
	docs: str = ""

	@classmethod
	def read(cls, folder: Path) -> "Manifest":
		values = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
		for key in ("streams", "actions", "environments"):
			values[key] = tuple(values.get(key, ()))
		return cls(**values)


class Connector:
	"""Base class. `config` holds what the Connector Config says, paths and secrets already resolved."""

	def __init__(self, config: Mapping[str, Any]):
		self.config = config

	def check(self) -> str:
		"""Really tries the connection. Returns what was found; raises ConnectorError saying what to do."""
		raise UnsupportedError("check")

	def discover(self) -> list[str]:
		"""The streams this connection can read."""
		raise UnsupportedError("discover")

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""Yields what is new since `cursor`, with a Checkpoint wherever a commit makes sense."""
		raise UnsupportedError("read")

	def keep(self, checkpoint: Checkpoint, failed: bool) -> None:
		"""Called after the records before `checkpoint` were committed (or, `failed`, refused)."""

	def push(self, action: Mapping[str, Any]) -> str:
		"""Sends one action and returns the provider's reference."""
		raise UnsupportedError("push")

	def status(self, reference: str) -> str:
		"""What became of an action, as a state of the outbox."""
		raise UnsupportedError("status")

	def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> bool:
		"""Whether a webhook's signature over the raw body is the provider's."""
		raise UnsupportedError("verify_webhook")
