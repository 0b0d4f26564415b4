"""Twilio: text messages and WhatsApp messages.

Twilio has no idempotency key and keeps no reference of ours: a request that got no clear answer is an UncertainError.
What was taken can be found by number and text, as long as Twilio keeps the text; what is not found may still be there.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from collections_app.connectors.base import (
	Action,
	BadRecord,
	Checkpoint,
	DataError,
	Discovery,
	Manifest,
	MessageStatus,
	Pushed,
	Record,
	UncertainError,
	WebhookRequest,
)
from collections_app.connectors.http import HttpConnector, pages
from collections_app.connectors.http.auth import Basic
from collections_app.connectors.http.cursors import window
from collections_app.connectors.http.signatures import header_of, hmac_matches
from collections_app.connectors.twilio.mapper import form_of, is_of, status_of, status_of_callback
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
PAGE = 1000  # the most that Twilio gives at once
SETTLED = timedelta(days=3)  # a message's status may change that long after it was sent


class Twilio(HttpConnector):
	manifest = MANIFEST

	def auth(self) -> Basic:
		if key := self.credential("api_key_sid"):
			return Basic(key, self.credential("api_key_secret"))
		return Basic(self.credential("account_sid"), self.credential("auth_token"))

	def check(self) -> str:
		account = self.http.get(f"{self._account}.json").json()
		name = account.get("friendly_name") or account.get("sid")
		return Text("Account {0} is {1}", name, account.get("status"))

	def discover(self) -> Discovery:
		return Discovery(("message_statuses",))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		span = window(cursor, self.runtime.now(), overlap=SETTLED, initial=SETTLED)
		# the operator is part of the parameter's name
		asked = {"DateSent>": span.first_day.isoformat(), "PageSize": PAGE}
		for page in self._pages(asked):
			for message in page.get("messages") or ():
				if not str(message.get("direction", "")).startswith("inbound"):
					yield self._record(stream, message)
		yield Checkpoint(span.done())

	def read_again(self, stream: str, payload: Mapping[str, Any]) -> Iterator[Record | BadRecord]:
		yield self._called(payload) if "MessageSid" in payload else self._record(stream, payload)

	def push(self, action: Action) -> Pushed:
		ours = "whatsapp_sender" if action.kind == "send_whatsapp" else "sender"
		form = form_of(
			action.data,
			action.kind,
			action.data.sender or self.credential(ours),
			self.credential("whatsapp_template"),
			self.credential("status_callback"),
		)
		answer = self.http.request("POST", f"{self._account}/Messages.json", data=form).json()
		status = status_of(answer)
		return Pushed(status.reference, status.state, detail=status.detail)

	def find(self, action: Action, since: datetime) -> Pushed | None:
		prefix = "whatsapp:" if action.kind == "send_whatsapp" else ""
		asked = {
			"To": prefix + action.data.to,
			"DateSent>": since.astimezone(timezone.utc).date().isoformat(),
		}
		for page in self._pages({**asked, "PageSize": PAGE}):
			for message in page.get("messages") or ():
				if is_of(message, action.data.text, since):
					status = status_of(message)
					return Pushed(status.reference, status.state, detail=status.detail)
		raise UncertainError(
			"Twilio shows no message with this text to {0} since {1}.",
			action.data.to,
			f"{since:%Y-%m-%d %H:%M %Z}",
		)

	def status(self, reference: str) -> MessageStatus:
		return status_of(self.http.get(f"{self._account}/Messages/{reference}.json").json())

	def verify_webhook(self, request: WebhookRequest) -> bool:
		"""HMAC-SHA1 over the address as Twilio called it and the form's fields, sorted by name, each name and value."""
		given = header_of(request.headers, "x-twilio-signature")
		try:
			fields = parse_qs(request.body.decode(), keep_blank_values=True, strict_parsing=True)
		except ValueError:
			return False
		text = "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
		tokens = (self.credential("auth_token"), self.credential("next_auth_token"))
		return hmac_matches(given, (request.url + text).encode(), tokens, "sha1", "base64")

	def webhook_id(self, request: WebhookRequest) -> str:
		form = _form(request)
		return f"{form.get('MessageSid')}|{form.get('MessageStatus')}"

	def read_webhook(self, request: WebhookRequest) -> Iterator[Record | BadRecord]:
		yield self._called(_form(request))

	def _pages(self, asked: Mapping[str, Any]) -> Iterator[dict]:
		path = f"{self._account}/Messages.json"
		yield from pages.by_link(self.http, path, asked, rows="messages", next_url="next_page_uri")

	@property
	def _account(self) -> str:
		return f"2010-04-01/Accounts/{self.credential('account_sid')}"

	def _record(self, stream: str, message: Mapping[str, Any]) -> Record | BadRecord:
		# each status of a message is a record of its own
		identity = f"{message.get('sid')}|{message.get('status')}"
		try:
			return Record(stream, identity, "messages", status_of(message))
		except DataError as error:
			return BadRecord(stream, identity, "messages", error.text, dict(message))

	def _called(self, form: Mapping[str, str]) -> Record | BadRecord:
		"""A status callback's form; the identity is that of the same status when it is read."""
		stream, identity = "message_statuses", f"{form.get('MessageSid')}|{form.get('MessageStatus')}"
		try:
			return Record(stream, identity, "webhook", status_of_callback(form, self.runtime.now()))
		except DataError as error:
			return BadRecord(stream, identity, "webhook", error.text, dict(form))


def _form(request: WebhookRequest) -> dict[str, str]:
	fields = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
	return {name: values[-1] for name, values in fields.items()}


CONNECTOR = Twilio
