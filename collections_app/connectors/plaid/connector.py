"""Plaid: one cursor for all accounts of an Item; each update says what was added, modified and removed since."""

import json
from collections.abc import Iterator, Mapping, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from collections_app.connectors.bank_feed import BankAccount, BankFeed
from collections_app.connectors.bank_lines import moment
from collections_app.connectors.base import (
	BadRecord,
	Checkpoint,
	ConfigurationError,
	Manifest,
	Record,
	Token,
	TransientError,
	WebhookRequest,
)
from collections_app.connectors.http.auth import ApiKey, Together
from collections_app.connectors.http.pages import by_cursor
from collections_app.connectors.plaid.codes import Mutated, explain
from collections_app.connectors.plaid.link import link_request, public_token_of
from collections_app.connectors.plaid.mapper import bank_account, bank_line
from collections_app.connectors.plaid.webhooks import is_genuine
from collections_app.engine.statements import BankLine
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
LABEL = MANIFEST.label
ITEM = "item"
RESTARTS = 3


class Plaid(BankFeed):
	manifest = MANIFEST
	client_options = {"explain": explain}

	def auth(self) -> Together:
		return Together(
			ApiKey(self.credential("client_id"), "PLAID-CLIENT-ID"),
			ApiKey(self.credential("secret"), "PLAID-SECRET"),
		)

	def accounts(self) -> list[BankAccount]:
		found = self._ask("accounts/get")["accounts"]
		return [bank_account(one) for one in found if one.get("type") == "depository"]

	def consent_until(self) -> date | None:
		until = moment(self._item()["item"].get("consent_expiration_time"))
		return until.date() if until else None

	def line(self, row: Any, account: BankAccount) -> BankLine | None:
		return None if row["pending"] else bank_line(row)

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""A Statement an account, then one Checkpoint. An account that is mapped later is read from its beginning."""
		accounts = self.wanted(self.accounts())
		yield from self.tell_problems(stream, accounts)
		accounts = [one for one in accounts if not one.problem]
		wanted = {one.path_id for one in accounts}
		start = cursor.get("cursor", "") if wanted <= set(cursor.get("accounts") or ()) else ""
		status = self._item().get("status") or {}
		fresh = moment((status.get("transactions") or {}).get("last_successful_update"))
		pages = self._updates(start)
		rows = [row for page in pages for row in (*page["added"], *page["modified"])]
		pending = set(cursor.get("pending") or ()) | {row["transaction_id"] for row in rows if row["pending"]}
		for account in accounts:
			own = [row for row in rows if row["account_id"] == account.path_id]
			yield from self.statement(stream, account, own, reach=fresh.date() if fresh else None)
		for gone in [one for page in pages for one in page["removed"]]:
			# what was pending was never booked here; it goes when it is posted
			if gone["transaction_id"] not in pending and gone.get("account_id", "") in {"", *wanted}:
				message = Text(
					"{0} withdrew the transaction {1}. If it was booked, cancel its Bank Transaction.",
					LABEL,
					gone["transaction_id"],
				)
				yield BadRecord(stream, gone["transaction_id"], LABEL, message)
			pending.discard(gone["transaction_id"])
		reached = pages[-1]["next_cursor"] or start
		yield Checkpoint({"cursor": reached, "accounts": sorted(wanted), "pending": sorted(pending)})

	def _updates(self, start: str) -> list[Mapping[str, Any]]:
		"""All pages since `start`, as of one moment."""
		asked = {"access_token": self.consent(ITEM, "access_token"), "count": 500}
		asked["options"] = {"include_original_description": True}
		for _ in range(RESTARTS):
			try:
				return list(
					by_cursor(
						self.http,
						"transactions/sync",
						asked,
						rows="added",
						next_cursor=lambda answer: answer["next_cursor"] if answer["has_more"] else None,
						start=start,
						method="POST",
					)
				)
			except Mutated:
				continue
		raise TransientError("{0}: the transactions change while they are read; they are read later.", LABEL)

	def consent_url(self, redirect_uri: str, state: str, memory: MutableMapping[str, Any]) -> str:
		"""Plaid's hosted Link; an Item that is there is connected again, and stays the same."""
		back = f"{redirect_uri}?{urlencode({'state': state})}"
		countries, webhook = self.credential("countries"), self.credential("webhook_url")
		asked = link_request(state, back, countries, webhook, self.kept_consent(ITEM, "access_token"))
		answer = self.http.post("link/token/create", asked).json()
		memory["link_token"] = answer["link_token"]
		return answer["hosted_link_url"]

	def finish_consent(
		self, redirect_uri: str, answer: Mapping[str, str], memory: Mapping[str, Any]
	) -> date | None:
		found = self.http.post("link/token/get", {"link_token": memory["link_token"]}, safe=True).json()
		if public_token := public_token_of(found):
			exchanged = self.http.post("item/public_token/exchange", {"public_token": public_token})
			self.runtime.tokens.set(ITEM, Token(exchanged.json()["access_token"]))
		elif not self.kept_consent(ITEM, "access_token"):
			raise ConfigurationError("{0}: consent was not given. Press Connect to try again.", LABEL)
		return self.consent_until()

	def verify_webhook(self, request: WebhookRequest) -> bool:
		return is_genuine(request, self._webhook_key, self.runtime.state, self.runtime.now())

	def _webhook_key(self, kid: str) -> Mapping[str, Any]:
		return self.http.post("webhook_verification_key/get", {"key_id": kid}, safe=True).json()["key"]

	def _item(self) -> Mapping[str, Any]:
		"""The Item and its status. ConsentError when the bank wants its customer to log in again."""
		found = self._ask("item/get")
		if error := found["item"].get("error"):
			explain(400, json.dumps(error).encode())
		return found

	def _ask(self, path: str) -> Mapping[str, Any]:
		return self.http.post(path, {"access_token": self.consent(ITEM, "access_token")}, safe=True).json()


CONNECTOR = Plaid
