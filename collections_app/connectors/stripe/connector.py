"""Stripe: payment links, the payments and refunds made through them, and the payouts to the bank.

A link is made with our key as Idempotency-Key. Stripe forgets keys after a day at the earliest; a second link could then
come into being, whose address nobody was given.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

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
	Refresh,
	TransientError,
	WebhookRequest,
)
from collections_app.connectors.http import HttpConnector, pages
from collections_app.connectors.http.auth import ApiKey, bearer
from collections_app.connectors.http.cursors import window
from collections_app.connectors.http.signatures import header_of, timestamped_matches
from collections_app.connectors.stripe import mapper, payouts
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
# the first version whose payment links take a price made on the spot
VERSION = "2025-07-30.basil"
SETTLED = timedelta(days=14)  # a direct debit may need that long, and a payout that fails
SESSIONS, LINKS, PAYOUTS, ENTRIES = (
	"v1/checkout/sessions",
	"v1/payment_links",
	"v1/payouts",
	"v1/balance_transactions",
)


class Stripe(HttpConnector):
	manifest = MANIFEST
	event_path = ("id",)
	client_options = {"headers": {"Stripe-Version": VERSION}}

	def auth(self) -> ApiKey:
		return bearer(self.credential("secret_key"))

	def check(self) -> str:
		balance = self.http.get("v1/balance").json()
		currencies = sorted({one["currency"].upper() for one in balance.get("available") or ()})
		shown = ", ".join(currencies) or Text("no currency")
		if balance.get("livemode"):
			return Text("A live account with balances in {0}", shown)
		return Text("A test account with balances in {0}", shown)

	def discover(self) -> Discovery:
		return Discovery(("payments", "payouts"))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		span = window(cursor, self.runtime.now(), overlap=SETTLED)
		asked = {"created[gte]": int(span.since.timestamp())}
		if stream == "payouts":
			for payout in self._list(PAYOUTS, asked):
				yield from self._payout(stream, payout)
		else:
			asked["expand[]"] = "data.payment_intent.latest_charge.balance_transaction"
			for session in self._list(SESSIONS, asked):
				yield from self._payments(stream, session)
		yield Checkpoint(span.done())

	def read_again(self, stream: str, payload: Any) -> Iterator[Record | BadRecord]:
		if isinstance(payload, str):  # a webhook's body; what it only points to, the next sync brings
			entries = self.read_webhook(WebhookRequest("", {}, payload.encode()))
			yield from (entry for entry in entries if not isinstance(entry, Refresh))
		elif stream == "payouts":
			yield from self._payout(stream, payload)
		else:
			yield from self._payments(stream, payload)

	def push(self, action: Action) -> Pushed:
		if action.kind == "deactivate_payment_link":
			path = f"{LINKS}/{action.data['reference']}"
			self.http.request("POST", path, data={"active": "false"}, safe=True)
			return Pushed(action.data["reference"], "Delivered")
		form = mapper.form_of(action.data, action.key)
		try:
			answer = self.http.request(
				"POST", LINKS, data=form, idempotency_key=mapper.key_of(action.key)
			).json()
		except DataError as error:
			if error.status == 409:  # the same key is being worked on: it may be tried again
				raise TransientError(error.text, status=409) from None
			raise
		url = answer["url"]
		if action.data.email:
			url += "?" + urlencode({"prefilled_email": action.data.email})
		return Pushed(answer["id"], url=url)

	def status(self, reference: str) -> MessageStatus:
		"""Delivered once it was paid; Failed when somebody switched the link off before."""
		link = self.http.get(f"{LINKS}/{reference}").json()
		asked = {"payment_link": reference, "status": "complete", "limit": 100}
		sessions = self.http.get(SESSIONS, asked).json().get("data") or ()
		if any(one.get("payment_status") == "paid" for one in sessions):
			return MessageStatus(reference, "Delivered", detail=Text("paid"))
		if sessions or link.get("active"):
			return MessageStatus(reference, "Sent", detail=Text("payment pending" if sessions else "open"))
		return MessageStatus(reference, "Failed", detail=Text("the link was switched off"))

	def verify_webhook(self, request: WebhookRequest) -> bool:
		secrets = (self.credential("webhook_secret"), self.credential("next_webhook_secret"))
		header = header_of(request.headers, "stripe-signature")
		return timestamped_matches(header, request.body, secrets, self.runtime.now())

	def read_webhook(self, request: WebhookRequest) -> Iterator[Record | BadRecord | Refresh]:
		"""A payment is read anew, with its fee. A failure and a refund of long ago stand in no list: they are taken from
		the event."""
		try:
			event = json.loads(request.body)
			kind, found = event["type"], event["data"]["object"]
			about = found.get("metadata") or {}
			if kind in ("checkout.session.completed", "checkout.session.async_payment_succeeded"):
				yield Refresh("payments")
			elif kind.startswith("payout."):
				yield Refresh("payouts")
			elif about.get("invoice") and kind == "checkout.session.async_payment_failed":
				yield _record("payments", mapper.payment_of_session(found, "Failed", {}))
			elif about.get("invoice") and kind == "charge.refunded":
				yield _record("payments", mapper.refund_of(found, about))
		except (ValueError, KeyError, TypeError, AttributeError) as error:
			text = request.body.decode("utf-8", "replace")
			yield BadRecord(
				"payments", self.webhook_id(request), "webhook", Text("Not readable: {0}", error), text
			)

	def _list(self, path: str, asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
		for page in pages.by_cursor(
			self.http,
			path,
			{**asked, "limit": 100},
			rows="data",
			next_cursor=_last_id,
			param="starting_after",
		):
			yield from page["data"]

	def _payout(self, stream: str, payout: Mapping[str, Any]) -> Iterator[Record | BadRecord]:
		"""Stripe tells what is in a payout only of those that it makes by itself."""
		try:
			asked = {"payout": payout["id"], "expand[]": "data.source"}
			entries = self._list(ENTRIES, asked) if payout.get("automatic") else ()
			identity, found = payouts.payout_of(payout, entries)
			yield Record(stream, identity, "payouts", found)
		except (KeyError, TypeError, ValueError, AttributeError) as error:
			identity = str(payout.get("id", ""))
			yield BadRecord(stream, identity, "payouts", Text("Not readable: {0}", error), dict(payout))

	def _payments(self, stream: str, session: Mapping[str, Any]) -> Iterator[Record | BadRecord]:
		try:
			for entry in mapper.payments_of(session):
				yield _record(stream, entry)
		except (KeyError, TypeError, ValueError, AttributeError) as error:
			identity = str(session.get("id", ""))
			yield BadRecord(stream, identity, "sessions", Text("Not readable: {0}", error), dict(session))


def _record(stream: str, entry: tuple) -> Record:
	return Record(stream, entry[0], "sessions", entry[1])


def _last_id(page: Mapping[str, Any]) -> str:
	return page["data"][-1]["id"] if page.get("has_more") and page.get("data") else ""


CONNECTOR = Stripe
