"""Ponto Connect (Isabel Group, through Ibanity): mutual TLS and OAuth2; lists come newest first."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from collections_app.connectors.bank_feed import STREAM, BankAccount, BankFeed, Fetched
from collections_app.connectors.bank_lines import moment, text_of
from collections_app.connectors.base import (
	BadRecord,
	ConsentError,
	DataError,
	Manifest,
	Refresh,
	WebhookRequest,
)
from collections_app.connectors.http.answers import json_object
from collections_app.connectors.http.auth import MutualTls, NoAuth, Together
from collections_app.connectors.http.cursors import Window
from collections_app.connectors.http.pages import by_link
from collections_app.connectors.http.tokens import AuthorizationCode
from collections_app.connectors.ponto_connect import webhooks
from collections_app.connectors.ponto_connect.mapper import bank_account, bank_line, last_day
from collections_app.engine.statements import BankLine

MANIFEST = Manifest.read(Path(__file__).parent)
LABEL = MANIFEST.label
PAGE = 100
# Ponto reads the banks itself four times a day; older data are asked for
STALE = timedelta(hours=8)
POLLS, POLL_SECONDS = 5, 3
CONSENT_ERRORS = frozenset({"authorizationExpired", "authorizationRevoked", "authorizationInvalid"})


class AuthorizationEnded(ConsentError):
	"""Said of one account it is about that account; said of the list it is about all."""


def explain(status: int, body: bytes) -> str:
	"""JSON:API errors: a code and a detail."""
	errors = json_object(body).get("errors")
	errors = errors if isinstance(errors, list) else []
	if any(text_of(one, "code") in CONSENT_ERRORS for one in errors):
		raise AuthorizationEnded(
			"{0}: {1} Press Connect.", LABEL, text_of(errors[0], "detail"), status=status
		)
	return " ".join(text_of(one, "detail") or text_of(one, "code") for one in errors)


class PontoConnect(BankFeed):
	manifest = MANIFEST
	event_path = ("data", "id")
	client_options = {"explain": explain}

	def auth(self) -> Together:
		certificate = MutualTls(
			self.credential("certificate"),
			self.credential("certificate_key"),
			self.credential("certificate_password"),
		)
		code = AuthorizationCode(
			self.url("authorize_url"),
			"oauth2/token",
			self.credential("client_id"),
			self.credential("client_secret"),
			scope="ai offline_access",
			basic=True,
		)
		return Together(certificate, code)

	def accounts(self) -> list[BankAccount]:
		return [bank_account(found) for found in self._accounts()]

	def consent_until(self) -> date | None:
		"""Of the account whose consent ends first."""
		ends = [
			moment(one["attributes"].get("authorizationExpirationExpectedAt")) for one in self._accounts()
		]
		return min((end.date() for end in ends if end), default=None)

	def finish_consent(
		self, redirect_uri: str, answer: Mapping[str, str], memory: Mapping[str, Any]
	) -> date | None:
		super().finish_consent(redirect_uri, answer, memory)
		return self.consent_until()

	def fetch(self, account: BankAccount, period: Window) -> Fetched:
		try:
			return self._fetched(account, period)
		except AuthorizationEnded as error:
			raise DataError(error.text, status=error.status) from None

	def _fetched(self, account: BankAccount, period: Window) -> Fetched:
		"""Newest first: a page of older days only is the last one needed."""
		reach = self._synchronized(account)
		rows: list[Any] = []
		pages = by_link(
			self.http,
			f"accounts/{account.path_id}/transactions",
			{"page[limit]": PAGE},
			rows="data",
			next_url="links.next",
		)
		for page in pages:
			rows += page["data"]
			if page["data"] and all(last_day(one) < period.first_day.isoformat() for one in page["data"]):
				break
		return Fetched([one for one in rows if last_day(one) >= period.first_day.isoformat()], reach)

	def line(self, row: Any, account: BankAccount) -> BankLine | None:
		return bank_line(row)

	def verify_webhook(self, request: WebhookRequest) -> bool:
		issuer = urljoin(self.http.base_url, "/").rstrip("/")
		runtime, application = self.runtime, self.credential("application_id")
		return webhooks.is_genuine(
			request, self._webhook_key, runtime.state, runtime.now(), issuer, application
		)

	def read_webhook(self, request: WebhookRequest) -> Iterator[BadRecord | Refresh]:
		yield from webhooks.news(request, STREAM, self.webhook_id(request))

	def _webhook_key(self, kid: str) -> Mapping[str, Any]:
		"""The certificate alone opens the list of keys."""
		keys = self.http.get(urljoin(self.http.base_url, "/webhooks/keys"), auth=NoAuth()).json()
		return webhooks.key_of(keys, kid)

	def _accounts(self) -> list[Mapping[str, Any]]:
		pages = by_link(self.http, "accounts", {"page[limit]": PAGE}, rows="data", next_url="links.next")
		return [one for page in pages for one in page["data"]]

	def _synchronized(self, account: BankAccount) -> date | None:
		"""The day the bank's data reach to; asks Ponto to read the bank when that was long ago. DataError when the account
		holder's consent for this account has ended."""
		path = f"accounts/{account.path_id}"
		found = self.http.get(path).json()["data"]
		ends = moment(found["attributes"].get("authorizationExpirationExpectedAt"))
		if ends and ends <= self.runtime.now():
			raise DataError("the consent for this account ended on {0}. Renew it in Ponto.", ends.date())
		at = moment((found.get("meta") or {}).get("synchronizedAt"))
		if not at or self.runtime.now() - at > STALE:
			self._synchronize(account)
			at = moment((self.http.get(path).json()["data"].get("meta") or {}).get("synchronizedAt"))
		return at.date() if at else None

	def _synchronize(self, account: BankAccount) -> None:
		"""Has Ponto read the bank now, and waits a moment. What it has not got by then comes with the next sync."""
		asked = {"resourceType": "account", "resourceId": account.path_id, "subtype": "accountTransactions"}
		body = {"data": {"type": "synchronization", "attributes": asked}}
		# made twice it only reads the bank twice
		made = self.http.post("synchronizations", body, safe=True).json()["data"]
		for _ in range(POLLS):
			if made["attributes"]["status"] in ("success", "error"):
				break
			self.runtime.sleep(POLL_SECONDS)
			made = self.http.get(f"synchronizations/{made['id']}").json()["data"]
		errors = made["attributes"].get("errors") or []
		if any(text_of(one, "code") in CONSENT_ERRORS for one in errors):
			raise DataError("the consent for this account has ended. Renew it in Ponto.")


CONNECTOR = PontoConnect
