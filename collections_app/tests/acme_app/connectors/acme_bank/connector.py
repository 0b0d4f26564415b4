"""Acme Bank: transactions by account, a webhook when there are new ones, payment links."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from collections_app.connectors.base import (
	Action,
	BadRecord,
	Checkpoint,
	Discovery,
	Manifest,
	MessageStatus,
	ProviderAccount,
	Pushed,
	Record,
	WebhookRequest,
)
from collections_app.connectors.http import HttpConnector, pages
from collections_app.connectors.http.cursors import window
from collections_app.connectors.http.signatures import timestamped_matches
from collections_app.connectors.http.tokens import ClientCredentials
from collections_app.connectors.records import BankLine, Statement

MANIFEST = Manifest.read(Path(__file__).parent)


class AcmeBank(HttpConnector):
	manifest = MANIFEST

	def auth(self) -> ClientCredentials:
		return ClientCredentials(
			self.url("base_url") + "/oauth2/token",
			self.credential("client_id"),
			self.credential("client_secret"),
		)

	def check(self) -> str:
		return f"{len(self._accounts())} account(s) can be read"

	def discover(self) -> Discovery:
		accounts = (
			ProviderAccount(one["id"], one["name"], one["iban"], one["currency"]) for one in self._accounts()
		)
		return Discovery(("transactions",), tuple(accounts))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		span = window(cursor, self.runtime.now())
		params = {"from": span.first_day, "to": span.last_day}
		for account in self._accounts():
			path = f"accounts/{account['id']}/transactions"
			for page in pages.by_cursor(
				self.http, path, params, rows="data", next_cursor="next", scope=account["id"]
			):
				yield from self._page(stream, account, page["data"], span.last_day)
		yield Checkpoint(span.done())

	def push(self, action: Action) -> Pushed:
		wanted = action.data
		body = {"amount": str(wanted.amount), "currency": wanted.currency, "reference": wanted.invoice}
		answer = self.http.post("payment-links", body, idempotency_key=action.key).json()
		return Pushed(answer["id"], url=answer["url"])

	def status(self, reference: str) -> MessageStatus:
		answer = self.http.get(f"payment-links/{reference}").json()
		return MessageStatus(reference, "Delivered" if answer["state"] == "paid" else "Sent")

	def verify_webhook(self, request: WebhookRequest) -> bool:
		header = request.headers.get("acme-signature", "")
		return timestamped_matches(
			header, request.body, self.credential("webhook_secret"), self.runtime.now()
		)

	def _accounts(self) -> list[dict]:
		mapped = self.config.get("accounts")
		found = self.http.get("accounts").json()["data"]
		return [one for one in found if not mapped or one["id"] in mapped]

	def _page(
		self, stream: str, account: dict, rows: list[dict], until: date
	) -> Iterator[Record | BadRecord]:
		lines = []
		for row in rows:
			try:
				lines.append(_line(row))
			except (KeyError, ValueError, InvalidOperation) as error:
				yield BadRecord(
					stream, str(row.get("id", "")), account["iban"], f"Not readable: {error}", row
				)
		identity = f"{account['id']}|{rows[0].get('id')}" if rows else account["id"]
		statement = Statement(
			account["iban"], account["id"], account["currency"], to_date=until, lines=tuple(lines)
		)
		yield Record(stream, identity, account["iban"], statement)


def _line(row: dict) -> BankLine:
	booked = date.fromisoformat(row["booked_on"])
	return BankLine(
		external_id=row["id"],
		booking_date=booked,
		value_date=booked,
		amount=Decimal(row["amount"]),
		currency=row["currency"],
		counterparty_name=row.get("payer", ""),
		remittance=row.get("text", ""),
	)


CONNECTOR = AcmeBank
