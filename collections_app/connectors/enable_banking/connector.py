"""Enable Banking: each request carries a JWT signed by the application's key; a session holds the account holder's consent."""

from collections.abc import Mapping, MutableMapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from collections_app.connectors.bank_feed import BankAccount, BankFeed, Fetched
from collections_app.connectors.bank_lines import moment, text_of
from collections_app.connectors.base import (
	ConfigurationError,
	ConsentError,
	Manifest,
	RateLimitError,
	Token,
)
from collections_app.connectors.enable_banking.mapper import bank_line
from collections_app.connectors.http.answers import json_object, raise_for_code
from collections_app.connectors.http.cursors import Window
from collections_app.connectors.http.pages import by_cursor
from collections_app.connectors.http.tokens import JwtAssertion
from collections_app.engine.statements import BankLine

MANIFEST = Manifest.read(Path(__file__).parent)
LABEL = MANIFEST.label
SESSION = "session"
ENDED = frozenset(
	{
		"EXPIRED_SESSION",
		"CLOSED_SESSION",
		"REVOKED_SESSION",
		"SESSION_DOES_NOT_EXIST",
		"WRONG_SESSION_STATUS",
		"ASPSP_PSU_ACTION_REQUIRED",
	}
)
BANK_TROUBLE = frozenset({"ASPSP_ERROR", "ASPSP_TIMEOUT"})
# a bank allows 4 readings in 24 hours without the account holder and does not say when the next one is
BANK_PAUSE = timedelta(hours=6)
LONGEST_CONSENT = timedelta(days=180)


class EnableBanking(BankFeed):
	manifest = MANIFEST

	@property
	def client_options(self) -> dict[str, Any]:
		return {"explain": self.explain}

	def auth(self) -> JwtAssertion:
		return JwtAssertion(
			self.credential("private_key"),
			{"iss": "enablebanking.com", "aud": "api.enablebanking.com"},
			{"kid": self.credential("application_id")},
		)

	def accounts(self) -> list[BankAccount]:
		"""`uid` belongs to the session; the identification hash stays the same over sessions."""
		return [
			self.described(one["identification_hash"], partial(self._account, one))
			for one in self._session()["accounts_data"]
		]

	def consent_until(self) -> date | None:
		until = moment((self._session().get("access") or {}).get("valid_until"))
		return until.date() if until else None

	def fetch(self, account: BankAccount, period: Window) -> Fetched:
		"""Page by page. The first time as far back as the bank goes, up to `history`."""
		first = self.runtime.now() - period.since >= self.history
		params = {"date_from": period.first_day.isoformat()}
		params |= {"strategy": "longest"} if first else {"date_to": period.last_day.isoformat()}
		pages = by_cursor(
			self.http,
			f"accounts/{account.path_id}/transactions",
			params,
			rows="transactions",
			next_cursor="continuation_key",
			param="continuation_key",
			scope=f"{account.account_id}/transactions",
		)
		return Fetched([row for page in pages for row in page["transactions"]])

	def line(self, row: Any, account: BankAccount) -> BankLine | None:
		return bank_line(row, account.account_id) if row["status"] == "BOOK" else None

	def consent_url(self, redirect_uri: str, state: str, memory: MutableMapping[str, Any]) -> str:
		name, country = self.credential("bank"), self.credential("country")
		if not name or not country:
			raise ConfigurationError("{0}: enter the bank and its country under Credentials.", LABEL)
		banks = self.http.get("aspsps", {"country": country}).json()["aspsps"]
		bank = next((one for one in banks if one["name"] == name), None)
		if not bank:
			raise ConfigurationError(
				"{0}: there is no bank {1} in {2}. Check its name.", LABEL, name, country
			)
		seconds = bank.get("maximum_consent_validity") or LONGEST_CONSENT.total_seconds()
		# a minute less: what the bank allows is counted from when it reads the request
		validity = min(timedelta(seconds=seconds), LONGEST_CONSENT) - timedelta(minutes=1)
		answer = self.http.post(
			"auth",
			{
				"access": {"valid_until": (self.runtime.now() + validity).isoformat()},
				"aspsp": {"name": name, "country": country},
				"state": state,
				"redirect_url": redirect_uri,
				"psu_type": self.credential("psu_type"),
			},
		).json()
		return answer["url"]

	def finish_consent(
		self, redirect_uri: str, answer: Mapping[str, str], memory: Mapping[str, Any]
	) -> date | None:
		session = self.http.post("sessions", {"code": self.code_of(answer)}).json()
		until = moment((session.get("access") or {}).get("valid_until"))
		self.runtime.tokens.set(SESSION, Token(session["session_id"], until))
		for account in session["accounts"]:
			self._remember(account)
		return until.date() if until else None

	def explain(self, status: int, body: bytes) -> str:
		"""The code under `error` says more than the status."""
		answer = json_object(body)
		code, said = text_of(answer, "error"), text_of(answer, "message")
		raise_for_code(LABEL, code, said, status, ended=ENDED, passing=BANK_TROUBLE)
		if code == "ASPSP_RATE_LIMIT_EXCEEDED":
			until = self.runtime.now() + BANK_PAUSE
			raise RateLimitError(
				"{0}: the bank takes no more readings for now; the next is tried at {1}.",
				LABEL,
				f"{until:%H:%M %Z}",
				next_allowed=until,
				status=status,
			)
		return said

	def _session(self) -> Mapping[str, Any]:
		"""The session, authorized. ConsentError when there is none or it has ended."""
		session = self.http.get(f"sessions/{self.consent(SESSION, 'session_id')}").json()
		until = moment((session.get("access") or {}).get("valid_until"))
		if session.get("status") != "AUTHORIZED" or (until and until <= self.runtime.now()):
			raise ConsentError(
				"{0}: the consent has ended ({1}). Press Connect.", LABEL, session.get("status")
			)
		return session

	def _account(self, found: Mapping[str, Any]) -> BankAccount:
		"""Its IBAN is asked for once: a bank counts that as a reading."""
		known = self.runtime.state.get("accounts", {}).get(found["identification_hash"])
		if not known:
			details = self.http.get(f"accounts/{found['uid']}/details").json()
			known = self._remember({**details, "identification_hash": found["identification_hash"]})
		return BankAccount(found["identification_hash"], found["uid"], **known)

	def _remember(self, account: Mapping[str, Any]) -> dict[str, str]:
		known = {
			"iban": text_of(account, "account_id", "iban"),
			"currency": text_of(account, "currency"),
			"label": text_of(account, "name") or text_of(account, "product"),
		}
		self.runtime.state.setdefault("accounts", {})[account["identification_hash"]] = known
		return known


CONNECTOR = EnableBanking
