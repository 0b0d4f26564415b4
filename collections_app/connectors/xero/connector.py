"""Xero: payments of customers, and how customers can be reached. OAuth2 with a refresh token that changes with each use; the limits count by organisation."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any

from collections_app.connectors.base import (
	BadRecord,
	Checkpoint,
	ConfigurationError,
	Discovery,
	Manifest,
	Record,
	Refresh,
	WebhookRequest,
)
from collections_app.connectors.http import HttpConnector, pages
from collections_app.connectors.http.cursors import window
from collections_app.connectors.http.signatures import header_of, hmac_matches
from collections_app.connectors.http.tokens import AuthorizationCode
from collections_app.connectors.xero import mapper
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
OVERLAP = timedelta(hours=1)
INVOICES = 40  # as many IDs as an address surely holds


class Xero(HttpConnector):
	manifest = MANIFEST

	def auth(self) -> AuthorizationCode:
		return AuthorizationCode(
			self.url("authorize_url"),
			self.url("token_url"),
			self.credential("client_id"),
			self.credential("client_secret"),
			self.credential("scope"),
			basic=True,
		)

	def check(self) -> str:
		return Text("Reads {0}", self._tenant.get("tenantName") or self._tenant["tenantId"])

	def discover(self) -> Discovery:
		return Discovery(("payments", "contacts"))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""By the ID: what is changed meanwhile joins the list and moves nothing out of a page to come."""
		span = window(cursor, self.runtime.now(), overlap=OVERLAP, initial=timedelta(days=365))
		since = span.since.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
		options = self._options({"If-Modified-Since": since})
		if stream == "contacts":
			yield from self._contacts(stream, options)
			yield Checkpoint(span.done())
			return
		path, asked = "api.xro/2.0/Payments", {"order": "PaymentID ASC"}
		for page in pages.by_number(self.http, path, asked, rows="Payments", **options):
			payments = [one for one in page["Payments"] if mapper.is_of_customer(one)]
			currencies = self._currencies(payments)
			for payment in payments:
				yield self._payment(stream, payment, currencies)
		yield Checkpoint(span.done())

	def read_again(self, stream: str, payload: Any) -> Iterator[Record | BadRecord]:
		if stream == "contacts":
			yield from self._contact(stream, payload)
		else:
			yield self._payment(stream, payload, self._currencies([payload]))

	def verify_webhook(self, request: WebhookRequest) -> bool:
		given = header_of(request.headers, "x-xero-signature")
		return hmac_matches(given, request.body, self.credential("webhook_key"), encoding="base64")

	def read_webhook(self, request: WebhookRequest) -> Iterator[BadRecord | Refresh]:
		"""The events name what changed; the payments are read. Without events Xero only tests the signature."""
		try:
			events = json.loads(request.body)["events"]
			if any(event.get("eventCategory") == "CONTACT" for event in events):
				yield Refresh("contacts")
			if any(event.get("eventCategory") != "CONTACT" for event in events):
				yield Refresh("payments")
		except (ValueError, KeyError, TypeError, AttributeError) as error:
			yield BadRecord("payments", self.webhook_id(request), "webhook", Text("Not readable: {0}", error))

	@cached_property
	def _tenant(self) -> dict[str, Any]:
		"""The organisation to read: the one entered, or the only one of the consent."""
		wanted = self.credential("tenant_id")
		found = [
			one for one in self.http.get("connections").json() if one.get("tenantType") == "ORGANISATION"
		]
		chosen = [one for one in found if wanted in ("", one["tenantId"])]
		if len(chosen) == 1:
			return chosen[0]
		names = ", ".join(f"{one.get('tenantName')} ({one['tenantId']})" for one in found)
		raise ConfigurationError(
			"Xero: enter the Tenant ID of one organisation of the consent: {0}.", names or Text("none")
		)

	def _options(self, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
		tenant = self._tenant["tenantId"]
		return {"headers": {"xero-tenant-id": tenant, **(headers or {})}, "scope": tenant}

	def _currencies(self, payments: list[dict]) -> dict[str, str]:
		"""Invoice ID -> currency, of those invoices whose payment does not say it."""
		wanted = sorted(
			{
				one["Invoice"].get("InvoiceID")
				for one in payments
				if not one["Invoice"].get("CurrencyCode") and one["Invoice"].get("InvoiceID")
			}
		)
		found: dict[str, str] = {}
		for start in range(0, len(wanted), INVOICES):
			asked = {"IDs": ",".join(wanted[start : start + INVOICES]), "summaryOnly": "true"}
			answer = self.http.get("api.xro/2.0/Invoices", asked, **self._options()).json()
			found |= {one["InvoiceID"]: one["CurrencyCode"] for one in answer.get("Invoices") or ()}
		return found

	def _contacts(self, stream: str, options: dict[str, Any]) -> Iterator[Record | BadRecord]:
		path, asked = "api.xro/2.0/Contacts", {"order": "ContactID ASC"}
		for page in pages.by_number(self.http, path, asked, rows="Contacts", **options):
			for contact in page["Contacts"]:
				yield from self._contact(stream, contact)

	def _contact(self, stream: str, contact: dict) -> Iterator[Record | BadRecord]:
		try:
			for identity, value in mapper.customer_fields(contact):
				yield Record(stream, identity, "contacts", value)
		except (KeyError, TypeError, ValueError, AttributeError) as error:
			identity = str(contact.get("ContactID", ""))
			yield BadRecord(stream, identity, "contacts", Text("Not readable: {0}", error), contact)

	def _payment(self, stream: str, payment: dict, currencies: Mapping[str, str]) -> Record | BadRecord:
		try:
			identity, found = mapper.payment_of(payment, currencies)
			return Record(stream, identity, "payments", found)
		except (KeyError, TypeError, ValueError, ArithmeticError) as error:
			identity = str(payment.get("PaymentID", ""))
			return BadRecord(stream, identity, "payments", Text("Not readable: {0}", error), payment)


CONNECTOR = Xero
