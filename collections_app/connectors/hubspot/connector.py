"""HubSpot: changed companies and contacts, notes on a company, its properties.

HubSpot has no idempotency key: a note that got no clear answer is an UncertainError. Setting properties again to the
same values does no harm and is tried again.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from collections_app.connectors.base import (
	Action,
	BadRecord,
	Checkpoint,
	Discovery,
	Manifest,
	MessageStatus,
	Pushed,
	RateLimitError,
	Record,
	Refresh,
	TransientError,
	UncertainError,
	WebhookRequest,
)
from collections_app.connectors.http import HttpConnector
from collections_app.connectors.http.answers import json_object
from collections_app.connectors.http.auth import ApiKey, bearer
from collections_app.connectors.http.cursors import window
from collections_app.connectors.http.signatures import header_of, hmac_matches, within_tolerance
from collections_app.connectors.hubspot import mapper
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
PAGE = 200  # the most that a search gives at once
INDEXED = timedelta(minutes=30)  # a change is found by a search a little later
EVER = timedelta(days=20 * 365)
# the daily limit ends at midnight where the account is, which is not known here
DAILY_WAIT = timedelta(hours=1)


class HubSpot(HttpConnector):
	manifest = MANIFEST

	def auth(self) -> ApiKey:
		self.client_options = {"explain": self._explain}
		return bearer(self.credential("access_token"))

	def check(self) -> str:
		account = self.http.get("account-info/v3/details").json()
		return Text("Account {0} ({1})", account.get("portalId"), account.get("timeZone"))

	def discover(self) -> Discovery:
		return Discovery(("companies", "contacts"))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		span = window(cursor, self.runtime.now(), overlap=INDEXED, initial=EVER)
		extra = ["name", self.credential("tax_id_property")]
		if stream == "contacts":
			extra = ["email", mapper.COMPANY_OF_CONTACT]
		wanted = [*self._fields(stream), *extra, mapper.CHANGED[stream]]
		properties = [one for one in dict.fromkeys(wanted) if one]
		last_id = int(span.page or 0)
		while True:
			page = self._page(
				stream, mapper.search_of(stream, span.since, last_id, properties, PAGE), last_id
			)
			for found in page["results"]:
				last_id = max(last_id, int(found["id"]))
				yield from self._records(stream, found)
			if not (page.get("paging") or {}).get("next"):
				break
			yield Checkpoint(span.at(str(last_id)))
		yield Checkpoint(span.done())

	def read_again(self, stream: str, payload: Mapping[str, Any]) -> Iterator[Record | BadRecord]:
		yield from self._records(stream, payload)

	def push(self, action: Action) -> Pushed:
		if action.kind == "update_customer":
			path, body = mapper.properties_of(action.data)
			self.http.request("PATCH", f"crm/v3/objects/{path}", json=body, safe=True)
			return Pushed(path, "Delivered")
		answer = self.http.post(
			"crm/v3/objects/notes", mapper.note_of(action.data, self.runtime.now())
		).json()
		if not answer.get("id"):
			raise UncertainError("HubSpot took the note without naming it.")
		return Pushed(f"notes/{answer['id']}", "Delivered")

	def status(self, reference: str) -> MessageStatus:
		"""What was written is there, or the provider's 404 is told."""
		self.http.get(f"crm/v3/objects/{reference}")
		return MessageStatus(reference, "Delivered")

	def verify_webhook(self, request: WebhookRequest) -> bool:
		"""Version 3: over method, address, body and time (milliseconds)."""
		at = header_of(request.headers, "x-hubspot-request-timestamp")
		if not within_tolerance(at, self.runtime.now(), per_second=1000):
			return False
		signed = b"POST" + request.url.encode() + request.body + at.encode()
		given = header_of(request.headers, "x-hubspot-signature-v3")
		return hmac_matches(given, signed, self.credential("client_secret"), encoding="base64")

	def read_webhook(self, request: WebhookRequest) -> Iterator[BadRecord | Refresh]:
		"""The events say which objects changed; these are read."""
		try:
			kinds = {str(event["subscriptionType"]).partition(".")[0] for event in json.loads(request.body)}
		except (ValueError, KeyError, TypeError) as error:
			yield BadRecord(
				"companies", self.webhook_id(request), "webhook", Text("Not readable: {0}", error)
			)
			return
		for kind, stream in {"company": "companies", "contact": "contacts"}.items():
			if kind in kinds:
				yield Refresh(stream)

	def _fields(self, stream: str) -> dict[str, str]:
		return mapper.fields_of(
			self.credential("company_fields" if stream == "companies" else "contact_fields")
		)

	def _records(self, stream: str, found: Mapping[str, Any]) -> Iterator[Record | BadRecord]:
		fields, tax_id = self._fields(stream), self.credential("tax_id_property")
		try:
			for identity, value in mapper.customer_fields(stream, found, fields, tax_id):
				yield Record(stream, identity, "search", value)
		except (KeyError, TypeError, ValueError, AttributeError) as error:
			yield BadRecord(stream, str(found["id"]), "search", Text("Not readable: {0}", error), dict(found))

	def _page(self, stream: str, search: Mapping[str, Any], last_id: int) -> dict[str, Any]:
		"""One page of a search. A page of before is asked for again; when it stays, the reading ends."""
		for _ in range(2):
			page = self.http.post(f"crm/v3/objects/{stream}/search", search, safe=True).json()
			if not isinstance(page.get("results"), list):
				raise TransientError("HubSpot answered a search without results.")
			if all(int(found["id"]) > last_id for found in page["results"]):
				return page
		raise TransientError("{0} gave the same page twice.", MANIFEST.label)

	def _explain(self, status: int, body: bytes) -> str:
		"""The message of an error; the daily limit is told apart from that of ten seconds."""
		said = json_object(body)
		words = str(said.get("message", ""))
		if status == 429 and said.get("policyName") == "DAILY":
			until = self.runtime.now() + DAILY_WAIT
			raise RateLimitError(
				"{0}: {1}",
				MANIFEST.label,
				words or Text("The daily limit is reached."),
				next_allowed=until,
				status=429,
			)
		return words


CONNECTOR = HubSpot
