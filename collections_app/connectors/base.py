"""The contract of a connector: a folder with `manifest.json` and `connector.py` that holds a `Connector`.

A connector talks to one outside system and yields records. It never touches the database: the runner
(`services/connectors/`) writes what it yields and then calls `keep`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from collections_app.connectors.errors import (
	ConfigurationError,
	ConnectorError,
	ConsentError,
	DataError,
	RateLimitError,
	TransientError,
	UncertainError,
	UnsupportedError,
)
from collections_app.connectors.manifest import Field, Manifest, ManifestError, StreamSpec
from collections_app.connectors.records import Action, MessageStatus, Pushed
from collections_app.connectors.runtime import Runtime, Token
from collections_app.engine.texts import Text

__all__ = [
	"Action",
	"BadRecord",
	"Checkpoint",
	"ConfigurationError",
	"Connector",
	"ConnectorError",
	"ConsentError",
	"DataError",
	"Discovery",
	"Field",
	"Manifest",
	"ManifestError",
	"MessageStatus",
	"ProviderAccount",
	"Pushed",
	"RateLimitError",
	"Record",
	"Refresh",
	"Runtime",
	"StreamSpec",
	"Token",
	"TransientError",
	"UncertainError",
	"UnsupportedError",
	"WebhookRequest",
]


@dataclass(frozen=True)
class Record:
	"""One thing read. `source` names where it stood (file, page), `data` is a dataclass of the stream's target."""

	stream: str
	external_id: str
	source: str
	data: Any


@dataclass(frozen=True)
class BadRecord:
	"""Something that could not be read: told (`message`, a Text), parked with its `payload` (JSON-able), and the next one is
	read."""

	stream: str
	external_id: str
	source: str
	message: str
	payload: Any = None


@dataclass(frozen=True)
class Checkpoint:
	"""Everything yielded before this belongs together and may be committed; `cursor` is where to go on."""

	cursor: Mapping[str, Any]
	source: str = ""


@dataclass(frozen=True)
class Refresh:
	"""A webhook says only that something is new: the stream is read."""

	stream: str


@dataclass(frozen=True)
class ProviderAccount:
	"""A bank account as the provider names it, to be mapped to one of ours."""

	account_id: str
	label: str = ""
	iban: str = ""
	currency: str = ""


@dataclass(frozen=True)
class Discovery:
	"""What this connection can read; `consent_until` is the last day of the account holder's consent."""

	streams: tuple[str, ...]
	accounts: tuple[ProviderAccount, ...] = ()
	consent_until: date | None = None


@dataclass(frozen=True)
class WebhookRequest:
	"""A call of the provider as it came: `url` as the provider called it, `headers` by lower-case name, raw `body`."""

	url: str
	headers: Mapping[str, str]
	body: bytes


class Connector:
	"""Base class. `config` holds what the Connector Config says, secrets resolved:

	company, environment, credentials (by field name), urls (overrides), accounts (the provider's account ids that are
	mapped; none: all), folder (Path). `runtime` is what the caller lends.
	"""

	manifest: ClassVar[Manifest]
	# where the JSON body of a webhook names the event: ("data", "id")
	event_path: ClassVar[tuple[str, ...]] = ()

	def __init__(self, config: Mapping[str, Any], runtime: Runtime | None = None):
		self.config = config
		self.runtime = runtime or Runtime()

	def credential(self, name: str) -> str:
		"""What was entered for a field of the manifest; ConfigurationError when a required one is missing."""
		spec = next(one for one in self.manifest.fields if one.name == name)
		value = (self.config.get("credentials") or {}).get(name) or spec.default
		if not value and spec.required:
			raise ConfigurationError(
				"{0}: enter {1} under Credentials.", Text(self.manifest.label), Text(spec.label)
			)
		return value or ""

	def check(self) -> str:
		"""Really tries the connection. Returns what was found; raises ConnectorError saying what to do."""
		raise UnsupportedError("check")

	def discover(self) -> Discovery:
		"""The streams this connection can read, and the bank accounts behind it."""
		raise UnsupportedError("discover")

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""Yields what is new since `cursor`, with a Checkpoint wherever a commit makes sense."""
		raise UnsupportedError("read")

	def keep(self, checkpoint: Checkpoint, failed: bool) -> None:
		"""Called after the records before `checkpoint` were committed (or, `failed`, refused)."""

	def read_again(self, stream: str, payload: Any) -> Iterator[Record | BadRecord]:
		"""Maps the payload of a BadRecord anew, when an administrator tries it again."""
		raise UnsupportedError("read_again")

	def consent_url(self, redirect_uri: str, state: str, memory: MutableMapping[str, Any]) -> str:
		"""Where the account holder gives consent. `state` comes back with the answer; `memory` (JSON-able) is what
		`finish_consent` gets again."""
		raise UnsupportedError("consent_url")

	def finish_consent(
		self, redirect_uri: str, answer: Mapping[str, str], memory: Mapping[str, Any]
	) -> date | None:
		"""Takes the parameters with which the browser came back, keeps what they are worth in `runtime.tokens`. Returns
		the consent's last day where it is known."""
		raise UnsupportedError("finish_consent")

	def push(self, action: Action) -> Pushed:
		"""Does one action. UncertainError when nobody can know whether it took effect."""
		raise UnsupportedError("push")

	def find(self, action: Action, since: datetime) -> Pushed | None:
		"""What became of a `push` of this action whose answer was lost, begun at `since` (aware). None: it was not taken, or
		may be pushed again without harm. UncertainError where what is not found may yet be there. Providers that keep no
		reference of ours and cannot be searched do not offer it."""
		raise UnsupportedError("find")

	def status(self, reference: str) -> MessageStatus:
		"""What became of an action, by the reference that `push` returned."""
		raise UnsupportedError("status")

	def verify_webhook(self, request: WebhookRequest) -> bool:
		"""Whether the signature over the raw body is the provider's. Compare in constant time (`http.signatures`)."""
		raise UnsupportedError("verify_webhook")

	def webhook_id(self, request: WebhookRequest) -> str:
		"""The event's own id, by which a repetition is known; the body's digest where there is none."""
		try:
			found = json.loads(request.body) if self.event_path else None
			for step in self.event_path:
				found = found[step]
		except (ValueError, KeyError, TypeError):
			found = None
		if isinstance(found, str | int) and found:
			return str(found)
		return hashlib.sha256(request.body).hexdigest()

	def read_webhook(self, request: WebhookRequest) -> Iterator[Record | BadRecord | Refresh]:
		"""What a verified event says; by default only that the streams are to be read."""
		for stream in self.manifest.streams:
			yield Refresh(stream.name)
