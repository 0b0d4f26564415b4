"""Creditsafe Connect: reports by its connectId, and Global Monitoring of a portfolio. A login gives a token of an hour."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from collections_app.connectors.base import DataError, Manifest, Token, TransientError
from collections_app.connectors.creditsafe import mapper
from collections_app.connectors.http import pages
from collections_app.connectors.http.answers import json_object
from collections_app.connectors.http.client import Response
from collections_app.connectors.http.tokens import Login
from collections_app.connectors.monitored_source import Change, MonitoredSource
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
TOKEN_LIFE = timedelta(hours=1)
FOUND = 10
EVENTS_A_PAGE = 100
# how a company may be looked for, the surest first
SEARCHES = (("vatNo", "tax_id"), ("regNo", "registration_number"), ("name", "name"))
# a criterion that a country does not know, or nobody found by it
NOT_SO = (400, 404)


class Creditsafe(MonitoredSource):
	manifest = MANIFEST
	client_options = {
		"explain": lambda status, body: _said(body),
		"classify": lambda response: _whole(response),
	}

	def auth(self) -> Login:
		return Login(self._log_in)

	def check(self) -> str:
		self._settings()
		access = self.http.get("access").json().get("countryAccess") or {}
		countries = {one.get("countryIso2") for one in access.get("creditsafeConnectOnlineReports") or ()}
		if not self.watches():
			return Text("Reports of {0} countries", len(countries))
		portfolio = self.http.get(self._portfolio()).json()
		name = portfolio.get("name") or self.credential("portfolio")
		return Text("Reports of {0} countries; monitoring in the portfolio {1}", len(countries), name)

	def candidates(self, subject: Subject) -> tuple[Candidate, ...]:
		"""By VAT number, number of the register or name, whichever finds somebody first."""
		country = (subject.country or self.credential("country")).upper()
		searches = [(theirs, getattr(subject, ours)) for theirs, ours in SEARCHES if getattr(subject, ours)]
		if not country:
			raise DataError(
				"{0}: enter the customer's country, or Country Searched of the connection.", MANIFEST.label
			)
		if not searches:
			raise DataError("{0}: enter a name, a VAT number or a registration number.", MANIFEST.label)
		refused = None
		for name, value in searches:
			asked = {"countries": country, name: value, "page": 1, "pageSize": FOUND}
			try:
				found = self.http.get("companies", asked).json().get("companies") or ()
			except DataError as error:
				if error.status not in NOT_SO:
					raise
				refused = error
				continue
			if found:
				return tuple(mapper.candidate(one) for one in found)
			refused = None
		if refused and refused.status != 404:
			raise refused
		return ()

	def report(self, subject: Subject, number: str) -> CreditReport:
		asked = {"language": "en"}
		if template := self.credential("template"):
			asked["template"] = template
		answer = self.http.get(f"companies/{quote(number, safe='')}", asked).json()
		words, today = mapper.words_of(self.credential("insolvency_words")), self.today()
		return mapper.report(answer, number, subject, words, today, self.valid_until(today))

	def watches(self) -> bool:
		return bool(self.credential("portfolio"))

	def events(self, since: datetime) -> Iterator[Mapping[str, Any]]:
		asked = {
			"startDate": since.isoformat(timespec="seconds"),
			"filterByCreatedDate": "true",
			"sortBy": "eventId",
			"sortDir": "asc",
			"pageSize": EVENTS_A_PAGE,
		}
		path = "monitoring/notificationEvents"
		for page in pages.by_number(self.http, path, asked, rows="data", first=0, more=_more):
			yield from page["data"]

	def change_of(self, event: Mapping[str, Any]) -> Change | None:
		return mapper.change(event, self.credential("portfolio"))

	def watch(self, subject: Subject, number: str) -> None:
		"""What became of an attempt without an answer is seen in the portfolio, so it may be made again."""
		if self._is_watched(number):
			return
		try:
			body = mapper.watched(number, subject.customer)
			self.http.post(f"{self._portfolio()}/companies", body, safe=True)
		except DataError:
			if not self._is_watched(number):
				raise

	def unwatch(self, subject: Subject, number: str) -> None:
		try:
			self.http.request("DELETE", self._of_portfolio(number))
		except DataError as error:
			if error.status != 404:
				raise

	def _is_watched(self, number: str) -> bool:
		try:
			self.http.get(self._of_portfolio(number))
		except DataError as error:
			if error.status == 404:
				return False
			raise
		return True

	def _portfolio(self) -> str:
		portfolio = self.credential("portfolio")
		if not portfolio:
			raise DataError("Creditsafe: enter the Portfolio ID under Credentials to monitor companies.")
		return f"monitoring/portfolios/{quote(portfolio, safe='')}"

	def _of_portfolio(self, number: str) -> str:
		return f"{self._portfolio()}/companies/{quote(number, safe='')}"

	def _log_in(self, login: Login) -> Token:
		"""Five wrong logins within two minutes lock the account, so a refused one is not tried again by itself."""
		wanted = {"username": self.credential("username"), "password": self.credential("password")}
		answer: Any = login.ask("authenticate", json=wanted)
		token = answer.get("token") if isinstance(answer, dict) else None
		if not token:
			raise TransientError("{0} answered without a token.", MANIFEST.label)
		return Token(token, self.runtime.now() + TOKEN_LIFE)


def _more(page: Mapping[str, Any]) -> bool:
	"""Where it does not say whether there is a next page, that is asked."""
	paging = page.get("paging")
	return not isinstance(paging, dict) or paging.get("next") is not None


def _whole(response: Response) -> Response | None:
	"""No events are told by an answer without content."""
	return replace(response, body=b"{}") if response.status == 204 else None


def _said(body: bytes) -> str:
	found = json_object(body)
	return ": ".join(str(found[name]) for name in ("message", "details") if found.get(name))[:300]


CONNECTOR = Creditsafe
