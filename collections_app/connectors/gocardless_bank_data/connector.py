"""GoCardless Bank Account Data (formerly Nordigen): a requisition holds the account holder's consent and the accounts."""

from collections.abc import Mapping, MutableMapping
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from collections_app.connectors.bank_feed import BankAccount, BankFeed, Fetched
from collections_app.connectors.bank_lines import moment, text_of
from collections_app.connectors.base import ConfigurationError, ConsentError, Manifest, Token
from collections_app.connectors.gocardless_bank_data.mapper import bank_line
from collections_app.connectors.gocardless_bank_data.secrets import Secrets
from collections_app.connectors.http.answers import json_object
from collections_app.connectors.http.cursors import Window
from collections_app.engine.statements import BankLine
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
LABEL = MANIFEST.label
CONSENT = "consent"
# scopes that count calls: per account only successful ones, and a bank may allow as few as 4 a day
COUNTERS = ("HTTP_X_RATELIMIT", "HTTP_X_RATELIMIT_ACCOUNT_SUCCESS")
ENDED = {
	"EX": Text("{0}: the consent has expired. Press Connect.", LABEL),
	"RJ": Text("{0}: the consent was refused by the bank. Press Connect.", LABEL),
	"SU": Text("{0}: the consent was suspended. Press Connect.", LABEL),
}


def explain(status: int, body: bytes) -> str:
	"""Consents end with 401 (at the bank) or 400 (the end user agreement)."""
	answer = json_object(body)
	summary, detail = text_of(answer, "summary"), text_of(answer, "detail")
	if text_of(answer, "type") == "AccessExpiredError" or ("EUA" in summary and "expired" in summary):
		raise ConsentError("{0}: {1}. Press Connect.", LABEL, detail or summary, status=status)
	return detail or summary


def wait_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
	"""When a counter that has run out begins anew."""
	waits = [
		now + timedelta(seconds=int(headers[f"{counter}_RESET"]))
		for counter in COUNTERS
		if headers.get(f"{counter}_REMAINING") == "0" and headers.get(f"{counter}_RESET", "").isdigit()
	]
	return max(waits, default=None)


class GoCardlessBankData(BankFeed):
	manifest = MANIFEST
	client_options = {"explain": explain, "wait_until": wait_until}
	history = timedelta(days=89)  # the agreement's 90 days count from when the account holder consented

	def auth(self) -> Secrets:
		return Secrets(self.credential("secret_id"), self.credential("secret_key"))

	def accounts(self) -> list[BankAccount]:
		return [self.described(one, partial(self._account, one)) for one in self._requisition()["accounts"]]

	def _account(self, account_id: str) -> BankAccount:
		answer = self.http.get(f"accounts/{account_id}/").json()
		if answer.get("status") == "EXPIRED":
			raise ConsentError(
				"{0}: the consent for {1} has expired. Press Connect.", LABEL, answer.get("iban")
			)
		label = " ".join(filter(None, (answer.get("name"), answer.get("owner_name"), answer.get("iban"))))
		return BankAccount(account_id, account_id, answer.get("iban") or "", label=label)

	def consent_until(self) -> date | None:
		agreement_id = self._requisition().get("agreement")
		if not agreement_id:
			return None
		agreement = self.http.get(f"agreements/enduser/{agreement_id}/").json()
		accepted = moment(agreement.get("accepted"))
		days = agreement.get("access_valid_for_days")
		return (accepted + timedelta(days=days)).date() if accepted and days else None

	def fetch(self, account: BankAccount, period: Window) -> Fetched:
		"""One answer holds all; `booked` and `pending` apart. Whole days on both ends."""
		scope = f"{account.path_id}/transactions"
		response = self.http.get(
			f"accounts/{account.path_id}/transactions/",
			{"date_from": period.first_day.isoformat(), "date_to": period.last_day.isoformat()},
			scope=scope,
		)
		if until := wait_until(response.headers, self.runtime.now()):
			self.http.limiter.hold(until, scope)  # the bank's last call of the day was this one
		found = response.json()["transactions"]
		pending = [{"pending": True} for _ in found.get("pending") or ()]
		return Fetched([*(found.get("booked") or ()), *pending])

	def line(self, row: Any, account: BankAccount) -> BankLine | None:
		return None if row.get("pending") is True else bank_line(row, account.iban or account.account_id)

	def consent_url(self, redirect_uri: str, state: str, memory: MutableMapping[str, Any]) -> str:
		institution = self.credential("institution_id")
		if not institution:
			raise ConfigurationError("{0}: enter {1} under Credentials.", LABEL, Text("Institution ID"))
		agreement = self.http.post(
			"agreements/enduser/",
			{
				"institution_id": institution,
				"max_historical_days": 90,
				"access_valid_for_days": int(self.credential("access_days")),
				"access_scope": ["balances", "details", "transactions"],
			},
		).json()
		requisition = self.http.post(
			"requisitions/",
			{
				"redirect": f"{redirect_uri}?{urlencode({'state': state})}",
				"institution_id": institution,
				"agreement": agreement["id"],
				"reference": state,
			},
		).json()
		memory["requisition"] = requisition["id"]
		return requisition["link"]

	def finish_consent(
		self, redirect_uri: str, answer: Mapping[str, str], memory: Mapping[str, Any]
	) -> date | None:
		self._requisition(memory["requisition"])
		self.runtime.tokens.set(CONSENT, Token(memory["requisition"]))
		return self.consent_until()

	def _requisition(self, requisition_id: str = "") -> Mapping[str, Any]:
		"""The requisition, linked. ConsentError when there is none or it has ended."""
		requisition_id = requisition_id or self.consent(CONSENT, "requisition_id")
		requisition = self.http.get(f"requisitions/{requisition_id}/").json()
		status = requisition.get("status")
		if status != "LN":
			unfinished = Text("{0}: the consent was not finished ({1}). Press Connect.", LABEL, status)
			raise ConsentError(ENDED.get(status, unfinished))
		return requisition


CONNECTOR = GoCardlessBankData
