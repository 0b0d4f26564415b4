"""What a provider offers and needs, as its folder's `manifest.json` says it. See `docs/connectors.md`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CATEGORIES = (
	"Bank",
	"Credit Insurance",
	"Credit Bureau",
	"Letters",
	"Registered E-Mail",
	"Messaging",
	"CRM",
	"Accounting",
	"Payments",
)
# what a stream's records become, and how the stream remembers where to go on
TARGETS = (
	"bank_statement",
	"credit_report",
	"cover",
	"message_status",
	"customer_field",
	"payment",
	"payout",
)
CURSORS = ("none", "file", "remote_file", "date", "time", "token")
ACTIONS = (
	"send_letter",
	"send_registered_email",
	"send_sms",
	"send_whatsapp",
	"create_payment_link",
	"deactivate_payment_link",
	"request_cover",
	"declare_overdue",
	"identify",
	"order_report",
	"follow_report",
	"monitor",
	"end_monitoring",
	"update_customer",
	"log_activity",
)
AUTH_KINDS = (
	"none",
	"api_key",
	"basic",
	"login",
	"client_credentials",
	"authorization_code",
	"jwt",
	"mutual_tls",
	"hmac",
	"ssh",
)


class ManifestError(ValueError):
	"""A manifest says something that the platform does not know; the message names the key."""


@dataclass(frozen=True)
class StreamSpec:
	"""One thing to read: `target` names its records' dataclass, `cursor` how it goes on, `every_minutes` how often."""

	name: str
	target: str
	label: str = ""
	cursor: str = "none"
	every_minutes: int = 60


@dataclass(frozen=True)
class Field:
	"""One thing an administrator enters. A `secret` one is kept encrypted and never shown or logged."""

	name: str
	label: str
	secret: bool = True
	required: bool = True
	multiline: bool = False
	default: str = ""
	help: str = ""


@dataclass(frozen=True)
class Manifest:
	"""`environments`: name -> the URLs of that environment by name; the main one is `base_url`. `action_fields`: action ->
	the field without which a connection does not do it (a sender of text messages), though it does the others.

	`limits`: `calls` (list of {calls, seconds} or {calls, day}), `answer_bytes`, and whatever the connector reads
	itself. `consent`: a person consents in the provider's own screen, which comes back to the site. `webhook`: the provider
	calls the site.
	"""

	name: str
	label: str
	category: str
	description: str
	streams: tuple[StreamSpec, ...] = ()
	actions: tuple[str, ...] = ()
	action_fields: Mapping[str, str] = field(default_factory=dict)
	auth: str = "none"
	fields: tuple[Field, ...] = ()
	environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
	limits: Mapping[str, Any] = field(default_factory=dict)
	needs: str = ""
	webhook: bool = False
	consent: bool = False
	docs: str = ""

	@classmethod
	def read(cls, folder: Path) -> "Manifest":
		"""The manifest of a connector's folder; ManifestError names what is wrong with it."""
		return cls.of(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))

	@classmethod
	def of(cls, values: Mapping[str, Any]) -> "Manifest":
		values = dict(values)
		try:
			values["streams"] = tuple(StreamSpec(**one) for one in values.get("streams", ()))
			values["fields"] = tuple(Field(**one) for one in values.get("fields", ()))
			values["actions"] = tuple(values.get("actions", ()))
			manifest = cls(**values)
		except TypeError as error:
			raise ManifestError(f"{values.get('name')}: {error}") from None
		manifest.validate()
		return manifest

	def validate(self) -> None:
		self._known("category", self.category, CATEGORIES)
		self._known("auth", self.auth, AUTH_KINDS)
		for stream in self.streams:
			self._known(f"target of {stream.name}", stream.target, TARGETS)
			self._known(f"cursor of {stream.name}", stream.cursor, CURSORS)
		for action in self.actions:
			self._known("action", action, ACTIONS)
		for action, name in self.action_fields.items():
			self._known("action of action_fields", action, self.actions)
			self._known(f"field of {action}", name, tuple(one.name for one in self.fields))
		for kind, names in {
			"stream": [one.name for one in self.streams],
			"field": [one.name for one in self.fields],
		}.items():
			if len(set(names)) < len(names):
				raise ManifestError(f"{self.name}: a {kind} is there twice")
		for environment, urls in self.environments.items():
			for name, url in urls.items():
				if url and not url.startswith("https://"):
					raise ManifestError(f"{self.name}: {name} of {environment} is not an https address")

	def stream(self, name: str) -> StreamSpec:
		for one in self.streams:
			if one.name == name:
				return one
		raise KeyError(name)

	def _known(self, what: str, value: str, allowed: tuple[str, ...]) -> None:
		if value not in allowed:
			raise ManifestError(f"{self.name}: {what} {value!r} is none of {', '.join(allowed)}")
