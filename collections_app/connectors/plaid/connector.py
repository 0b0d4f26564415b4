"""Plaid: one cursor for all accounts of an Item; each update says what was added, modified and removed since."""

import json
from collections.abc import Iterator, Mapping, MutableMapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from collections_app.connectors.bank_feed import BankAccount, BankFeed
from collections_app.connectors.bank_lines import moment, text_of
from collections_app.connectors.base import (
	BadRecord,
	Checkpoint,
	ConfigurationError,
	ConsentError,
	DataError,
	Manifest,
	Record,
	Token,
	TransientError,
	WebhookRequest,
)
from collections_app.connectors.http.auth import ApiKey, Together
from collections_app.connectors.http.pages import by_cursor
from collections_app.connectors.plaid.mapper import bank_line
from collections_app.connectors.plaid.webhooks import is_genuine
from collections_app.engine.statements import BankLine

MANIFEST = Manifest.read(Path(__file__).parent)
LABEL = MANIFEST.label
ITEM = "item"
RESTARTS = 3
ENDED = frozenset(
	{
		"ITEM_LOGIN_REQUIRED",
		"ITEM_NOT_FOUND",
		"INVALID_ACCESS_TOKEN",
		"ACCESS_NOT_GRANTED",
		"USER_PERMISSION_REVOKED",
		"NO_ACCOUNTS",
	}
)
MISCONFIGURED = frozenset({"INVALID_API_KEYS", "UNAUTHORIZED_ENVIRONMENT", "INVALID_PRODUCT"})
PASSING = frozenset({"INSTITUTION_ERROR", "API_ERROR"})


class Mutated(DataError):
	"""Something changed while the pages were read: they have to be read again from the first one."""


def explain(status: int, body: bytes) -> str:
	"""Plaid's own codes tell more than the status, which is 400 for most."""
	try:
		answer = json.loads(body)
	except ValueError:
		return ""
	code, said = text_of(answer, "error_code"), text_of(answer, "error_message")
	if code in ENDED:
		raise ConsentError(f"{LABEL}: {said or code}. Press Connect.", status=status)
	if code in MISCONFIGURED:
		raise ConfigurationError(
			f"{LABEL}: {said or code}. Check Client ID, Secret and environment.", status=status
		)
	if code == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION":
		raise Mutated(f"{LABEL}: {said or code}", status=status)
	if text_of(answer, "error_type") in PASSING or code == "PRODUCT_NOT_READY":
		raise TransientError(f"{LABEL}: {said or code}.", status=status)
	return said


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
		return [_account(one) for one in found if one.get("type") == "depository"]

	def consent_until(self) -> date | None:
		until = moment(self._item()["item"].get("consent_expiration_time"))
		return until.date() if until else None

	def line(self, row: Any, account: BankAccount) -> BankLine | None:
		return None if row["pending"] else bank_line(row)

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""A Statement an account, then one Checkpoint. An account that is mapped later is read from its beginning."""
		accounts = self.wanted(self.accounts())
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
				message = (
					f"{LABEL} withdrew the transaction {gone['transaction_id']}. "
					"If it was booked, cancel its Bank Transaction."
				)
				yield BadRecord(stream, gone["transaction_id"], LABEL, message)
			pending.discard(gone["transaction_id"])
		reached = pages[-1]["next_cursor"] or start
		yield Checkpoint({"cursor": reached, "accounts": sorted(wanted), "pending": sorted(pending)})

	def _updates(self, start: str) -> list[Mapping[str, Any]]:
		"""All pages since `start`, as of one moment."""
		asked = {"access_token": self._access_token(), "count": 500}
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
		raise TransientError(f"{LABEL}: the transactions change while they are read; they are read later.")

	def consent_url(self, redirect_uri: str, state: str, memory: MutableMapping[str, Any]) -> str:
		"""Plaid's hosted Link; an Item that is there is connected again, and stays the same."""
		asked = {
			"client_name": "Collections",
			"language": "en",
			"country_codes": [one.strip().upper() for one in self.credential("countries").split(",")],
			"user": {"client_user_id": state},
			"hosted_link": {"completion_redirect_uri": f"{redirect_uri}?{urlencode({'state': state})}"},
		}
		if webhook := self.credential("webhook_url"):
			asked["webhook"] = webhook
		kept = self._kept_token()
		asked |= {"access_token": kept} if kept else {"products": ["transactions"]}
		answer = self.http.post("link/token/create", asked).json()
		memory["link_token"] = answer["link_token"]
		return answer["hosted_link_url"]

	def finish_consent(
		self, redirect_uri: str, answer: Mapping[str, str], memory: Mapping[str, Any]
	) -> date | None:
		found = self.http.post("link/token/get", {"link_token": memory["link_token"]}, safe=True).json()
		results = [(one.get("results") or {}) for one in found.get("link_sessions") or ()]
		added = [item for one in results for item in one.get("item_add_results") or ()]
		if added:
			exchanged = self.http.post(
				"item/public_token/exchange", {"public_token": added[0]["public_token"]}
			)
			self.runtime.tokens.set(ITEM, Token(exchanged.json()["access_token"]))
		elif not self._kept_token():
			raise ConfigurationError(f"{LABEL}: consent was not given. Press Connect to try again.")
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
		return self.http.post(path, {"access_token": self._access_token()}, safe=True).json()

	def _access_token(self) -> str:
		token = self._kept_token()
		if not token:
			raise ConsentError(f"{LABEL}: no bank has been connected yet. Press Connect.")
		return token

	def _kept_token(self) -> str:
		kept = self.runtime.tokens.get(ITEM)
		token = (kept and kept.access) or self.credential("access_token")
		self.http.masker.add(token)
		return token


def _account(found: Mapping[str, Any]) -> BankAccount:
	name = found.get("official_name") or found.get("name") or ""
	label = f"{name} …{found['mask']}" if found.get("mask") else name
	money = text_of(found, "balances", "iso_currency_code")
	return BankAccount(found["account_id"], found["account_id"], currency=money, label=label)


CONNECTOR = Plaid
