"""Coface's business information (ICON Data API): reports that are ordered and take their time, and monitoring for a year."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from collections_app.connectors.base import DataError, Manifest, Token, TransientError, UncertainError
from collections_app.connectors.coface import login as service
from collections_app.connectors.coface_information import mapper
from collections_app.connectors.http import pages
from collections_app.connectors.http.answers import json_object
from collections_app.connectors.http.auth import Together
from collections_app.connectors.http.client import Response
from collections_app.connectors.http.tokens import Login
from collections_app.connectors.monitored_source import Change
from collections_app.connectors.ordered_source import NOT_SHOWN, PENDING, REFUSED, Order, OrderedSource
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
NAME = "Coface"
PAGE = 20
FOUND = 10
ORDERS, MONITORINGS, NOTIFICATIONS = "publications/orders", "monitorings", "notifications"
# no more rows, an order that is not finished, one that is cancelled
PARTIAL, NOT_FINISHED, CANCELLED = 206, 202, 205
# a number that a country does not know, or nobody found by it
NOT_SO = (400, 404)
WATCHED = ("monitoring_active", "in-preparation", "ready")


class CofaceInformation(OrderedSource):
	manifest = MANIFEST
	client_options = {
		"explain": lambda status, body: _said(body),
		"classify": lambda response: _whole(response),
	}

	def auth(self) -> Together:
		return Together(Login(self._log_in, prefix=""), service.key(self.credential("api_key")))

	def check(self) -> str:
		self._settings()
		mapper.more_of(self.credential("more"), "")
		return Text("Reports of {0} countries", len(mapper.rows_of(self.http.get("countries").json())))

	def candidates(self, subject: Subject) -> tuple[Candidate, ...]:
		"""By VAT number, number of the register or name, whichever finds somebody first."""
		country = (subject.country or self.credential("country")).upper()
		if not country:
			raise DataError("{0}: enter the customer's country, or Country Searched of the connection.", NAME)
		searches = [{"externalId": one} for one in _numbers(subject, country)]
		if subject.name:
			searches.append({"companyName": subject.name})
		if not searches:
			raise DataError("{0}: enter a name, a VAT number or a registration number.", NAME)
		for asked in searches:
			try:
				found = mapper.rows_of(self.http.get("companies", {**asked, "countryCode": country}).json())
			except DataError as error:
				if error.status not in NOT_SO:
					raise
				continue
			if found:
				return tuple(mapper.candidate(one, country) for one in found[:FOUND])
		return ()

	def place(self, subject: Subject, number: str, key: str) -> Order:
		body = {
			**self._company(number),
			"customerReference": key,
			"report": {**self._product(), "proccessingTimeInstruction": self.credential("processing")},
		}
		answer = self._taken(ORDERS, body, key)
		if not answer.get("id"):
			raise UncertainError("{0} took {1} without naming it.", NAME, key)
		return mapper.order(answer, self.credential("report"))

	def order_of(self, reference: str) -> Order:
		answer = self.http.get(ORDERS, {"id": reference}).json()
		if isinstance(answer, Mapping) and "finished" in answer:
			return Order(reference, PENDING if not answer["finished"] else REFUSED, detail=answer["said"])
		row = next(iter(mapper.rows_of(answer)), None)
		if not row:
			return Order(reference, NOT_SHOWN)
		return mapper.order(row, self.credential("report"))

	def search(self, number: str, key: str, since: datetime) -> Order | None:
		slug = self.credential("report")
		asked = {**self._company(number), "orderedFrom": since.date().isoformat()}
		row = mapper.ours(list(self._rows(ORDERS, asked)), key, slug)
		return mapper.order(row, slug) if row else None

	def fetch(self, order: Order, subject: Subject, number: str) -> CreditReport:
		answer = self.http.get("publications", {"format": "json", "id": order.publication}).json()
		if "finished" in answer:
			raise TransientError("Coface says that the report is ready, and does not have it yet.")
		today = self.today()
		return mapper.report(answer, number, subject, today, self.valid_until(today))

	def watches(self) -> bool:
		return True

	def events(self, since: datetime) -> Iterator[Mapping[str, Any]]:
		asked = {"deliveryDateFrom": since.date().isoformat(), "deliveryDateTo": self.today().isoformat()}
		yield from self._rows(NOTIFICATIONS, asked)

	def change_of(self, event: Mapping[str, Any]) -> Change | None:
		"""A notification names the monitoring, which names the company."""
		company = self._monitored(str(event["monitoringId"]))
		return Change(str(event["id"]), company) if company else None

	def changed(self, subject: Subject, change: Change) -> CreditReport:
		"""The notification says what changed: that costs nothing."""
		path = f"{NOTIFICATIONS}/{quote(change.event, safe='')}/content"
		told, today = self.http.get(path, {"format": "json"}).json(), self.today()
		return mapper.notified(told, change.number, subject, today, self.valid_until(today))

	def watch(self, subject: Subject, number: str) -> date | None:
		"""What became of an attempt without an answer is seen among the monitorings, so it may be made again."""
		if running := self._running(number):
			return _day(running.get("endDate"))
		product = {**self._product(), "investigationSpeedLevel": "normal"}
		body = {**self._company(number), "customerReference": subject.customer, "report": product}
		answer = self._taken("monitorings/orders", body, subject.customer)
		placed = next(iter(answer.get("monitorings") or ()), {})
		return _day(placed.get("endDate"))

	def unwatch(self, subject: Subject, number: str) -> None:
		path = self.credential("end_path")
		if not path:
			raise DataError(
				"Coface: enter Path to End Monitoring; else a monitoring ends by itself after a year."
			)
		if running := self._running(number):
			self.http.request("DELETE", path.replace("{id}", quote(str(running["id"]), safe="")))

	def _running(self, number: str) -> Mapping[str, Any] | None:
		"""The monitoring of the company that goes on."""
		today = self.today().isoformat()
		for row in self._rows(MONITORINGS, self._company(number)):
			if row.get("status") in WATCHED and str(row.get("endDate") or today) >= today:
				return row
		return None

	def _monitored(self, monitoring: str) -> str:
		"""Our number of the company of a monitoring; empty where it was not made by a number."""
		known = self.__dict__.setdefault("_companies", {})
		if monitoring not in known:
			row = self.http.get(f"{MONITORINGS}/{quote(monitoring, safe='')}").json()
			external = row.get("externalId")
			known[monitoring] = f"{row['countryCode']} {external}" if external else ""
		return known[monitoring]

	def _company(self, number: str) -> dict[str, str]:
		country, external = mapper.place_of(number)
		return {"countryCode": country, "externalId": external}

	def _product(self) -> dict[str, Any]:
		return {
			"slug": self.credential("report"),
			"language": self.credential("language"),
			"format": ["json"],
		}

	def _taken(self, path: str, body: dict[str, Any], key: str) -> Mapping[str, Any]:
		"""The answer to an order, which is never sent twice."""
		more = mapper.more_of(self.credential("more"), body["countryCode"])
		response = self.http.post(path, {**more, **body}, safe=False)
		try:
			answer = response.json()
		except DataError as error:
			raise UncertainError("{0} Whether {1} was taken is not known.", error.text, key) from None
		return answer if isinstance(answer, Mapping) else {}

	def _rows(self, path: str, asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
		seen = 0

		def following(answer: Any) -> str:
			nonlocal seen
			seen += len(mapper.rows_of(answer))
			return f"{seen + 1}-{PAGE}" if isinstance(answer, Mapping) and answer.get("more") else ""

		for page in pages.by_cursor(
			self.http, path, asked, rows=mapper.rows_of, next_cursor=following, param="range"
		):
			yield from mapper.rows_of(page)

	def _log_in(self, login: Login) -> Token:
		entered = [self.credential(name) for name in ("api_key", "user", "password")]
		answer = service.ask(login, self.url("authentication_url"), *entered)
		token = answer.get("idToken") if isinstance(answer, Mapping) else None
		if not token:
			raise TransientError("{0} answered without a token.", NAME)
		seconds = float(answer.get("expiresIn") or service.TOKEN_SECONDS)
		return Token(token, self.runtime.now() + timedelta(seconds=seconds))


def _numbers(subject: Subject, country: str) -> list[str]:
	"""As external ids: a VAT number with the country's letters and without, the registration number."""
	tax = "".join(filter(str.isalnum, subject.tax_id)).upper()
	taxes = dict.fromkeys((tax, tax.removeprefix(country))) if tax else ()
	numbers = [f"vat-number#{one}" for one in taxes]
	if subject.registration_number:
		numbers.append(f"registration-number#{subject.registration_number.strip()}")
	return numbers


def _whole(response: Response) -> Response | None:
	"""What the status says beside the body: that there is more, that an order is not finished, that it is cancelled."""
	if response.status == PARTIAL:
		try:
			body = {"rows": response.json(), "more": True}
		except DataError:
			return None  # garbled, which is told as that
	elif response.status in (NOT_FINISHED, CANCELLED):
		body = {"finished": response.status == CANCELLED, "said": _said(response.body)}
	else:
		return None
	return replace(response, body=json.dumps(body).encode())


def _said(body: bytes) -> str:
	messages = json_object(body).get("messages") or ()
	told = [str(one.get("message") or one.get("code")) for one in messages if isinstance(one, Mapping)]
	return "; ".join(told)[:300]


def _day(text: Any) -> date | None:
	try:
		return date.fromisoformat(str(text)[:10])
	except ValueError:
		return None


CONNECTOR = CofaceInformation
