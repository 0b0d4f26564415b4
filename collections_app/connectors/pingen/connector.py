"""Pingen: letters. The PDF is uploaded, the letter is created from it and sent at once.

The Idempotency-Key is ours. How long Pingen remembers it is not documented, so the file also bears our reference as its
name, and a letter of that name is never made a second time.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

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
from collections_app.connectors.errors import reason_of
from collections_app.connectors.http import HttpConnector, pages
from collections_app.connectors.http.auth import NoAuth
from collections_app.connectors.http.cursors import window
from collections_app.connectors.http.signatures import header_of, hmac_matches
from collections_app.connectors.http.tokens import ClientCredentials
from collections_app.connectors.pingen import mapper
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
JSON_API = {"Content-Type": "application/vnd.api+json", "Accept": "application/vnd.api+json"}
SETTLED = timedelta(days=30)  # an undeliverable letter takes weeks to come back


class Pingen(HttpConnector):
	manifest = MANIFEST
	event_path = ("data", "id")

	def auth(self) -> ClientCredentials:
		return ClientCredentials(
			self.url("identity_url") + "/auth/access-tokens",
			self.credential("client_id"),
			self.credential("client_secret"),
			"letter organisation_read",
		)

	def check(self) -> str:
		about = self.http.get(self._organisation, headers=JSON_API).json()["data"]["attributes"]
		credits = f"{about.get('billing_balance')} {about.get('billing_currency')}"
		return Text("Organisation {0} is {1}; credits: {2}", about.get("name"), about.get("status"), credits)

	def discover(self) -> Discovery:
		return Discovery(("message_statuses",))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""The latest letters first, back to where nothing changes any more."""
		span = window(cursor, self.runtime.now(), overlap=SETTLED, initial=SETTLED)
		for letter in self._letters():
			created = mapper.time_of((letter.get("attributes") or {}).get("created_at"))
			if created and created < span.since:
				break
			yield self._record(stream, letter)
		yield Checkpoint(span.done())

	def read_again(self, stream: str, payload: Any) -> Iterator[Record | BadRecord]:
		if isinstance(payload, str):  # a webhook's body
			yield from self.read_webhook(WebhookRequest("", {}, payload.encode()))
		else:
			yield self._record(stream, payload)

	def push(self, action: Action) -> Pushed:
		message = action.data
		if not message.pdf.startswith(b"%PDF"):
			raise DataError("The letter is not a PDF.")
		name = mapper.name_of(action.key)
		return mapper.pushed(self._made_before(name) or self._create(action, name))

	def find(self, action: Action, since: datetime) -> Pushed | None:
		"""By the name of the file. What is not there is pushed again with its key: Pingen would know it."""
		letter = self._made_before(mapper.name_of(action.key))
		return mapper.pushed(letter) if letter else None

	def status(self, reference: str) -> MessageStatus:
		return mapper.status_of(
			self.http.get(f"{self._path}/{reference}", headers=JSON_API).json().get("data") or {}
		)

	def verify_webhook(self, request: WebhookRequest) -> bool:
		secrets = (self.credential("webhook_secret"), self.credential("next_webhook_secret"))
		return hmac_matches(header_of(request.headers, "signature"), request.body, secrets)

	def read_webhook(self, request: WebhookRequest) -> Iterator[Record | BadRecord]:
		identity = self.webhook_id(request)
		try:
			status = mapper.status_of_event(json.loads(request.body))
			yield Record("message_statuses", identity, "webhook", status)
		except (ValueError, AttributeError, DataError) as error:
			text, message = (
				request.body.decode("utf-8", "replace"),
				Text("Not readable: {0}", reason_of(error)),
			)
			yield BadRecord("message_statuses", identity, "webhook", message, text)

	@property
	def _organisation(self) -> str:
		return f"organisations/{self.credential('organisation')}"

	@property
	def _path(self) -> str:
		return f"{self._organisation}/{self.credential('letters_path')}"

	def _record(self, stream: str, letter: dict) -> Record | BadRecord:
		# each status of a letter is a record of its own
		identity = f"{letter.get('id')}|{(letter.get('attributes') or {}).get('status')}"
		try:
			return Record(stream, identity, "letters", mapper.status_of(letter))
		except DataError as error:
			return BadRecord(stream, identity, "letters", error.text, letter)

	def _letters(self, **params) -> Iterator[dict]:
		asked = {"sort": "-created_at", **params}
		for page in pages.by_number(
			self.http, self._path, asked, rows="data", param="page[number]", headers=JSON_API
		):
			yield from page["data"]

	def _made_before(self, name: str) -> dict | None:
		"""The letter that an earlier attempt made. The name is compared here, too: a filter that Pingen does not take is
		ignored; what then comes are the latest letters, and those of two months back are not looked at."""
		query = json.dumps({"and": [{"file_original_name": name}]})
		oldest = self.runtime.now() - 2 * SETTLED
		for letter in self._letters(filter=query):
			about = letter.get("attributes") or {}
			created = mapper.time_of(about.get("created_at"))
			if about.get("file_original_name") == name:
				return letter
			if created and created < oldest:
				break
		return None

	def _create(self, action: Action, name: str) -> dict:
		upload = self.http.get("file-upload", headers=JSON_API).json()["data"]["attributes"]
		# a signed address at the store: our credentials do not go there
		self.http.request("PUT", upload["url"], data=action.data.pdf, auth=NoAuth())
		body = mapper.letter_of(
			action.data,
			name,
			upload,
			self.credential("delivery_product"),
			self.credential("address_position"),
		)
		try:
			answer = self.http.post(
				self._path, body, headers=JSON_API, idempotency_key=mapper.key_of(action.key)
			)
		except DataError as error:
			if error.status == 409:  # this key is being worked on, or was used for another file
				raise UncertainError("{0} Look at Pingen for {1}.", error.text, name, status=409) from None
			raise
		return answer.json()["data"]


CONNECTOR = Pingen
