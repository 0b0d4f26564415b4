"""VIES: whether a VAT number is valid, asked of the member state's own system.

An invalid number is an answer. A member state that is out of reach is none: nothing is written, the others are asked, and it
is asked again with the next sync.
"""

from pathlib import Path
from typing import Any

from collections_app.connectors.base import ConfigurationError, DataError, Manifest, TransientError
from collections_app.connectors.company_source import CompanySource, PartUnavailableError
from collections_app.connectors.http.answers import Response, json_object, raise_for_code
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.connectors.vies import mapper
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
# the test service answers 100 valid, 200 invalid, 201 and above with each error
SERVICES = {"production": "check-vat-number", "sandbox": "check-vat-test-service"}
# the whole service: every request meets these
PASSING = ("SERVICE_UNAVAILABLE", "TIMEOUT", "GLOBAL_MAX_CONCURRENT_REQ", "GLOBAL_MAX_CONCURRENT_REQ_TIME")
MISCONFIGURED = ("INVALID_REQUESTER_INFO", "IP_BLOCKED")
# one member state is out of reach, or busy for a moment
AWAY = ("MS_UNAVAILABLE",)
BUSY = ("MS_MAX_CONCURRENT_REQ", "MS_MAX_CONCURRENT_REQ_TIME")
TRIES = 4


class Vies(CompanySource):
	manifest = MANIFEST

	@property
	def client_options(self) -> dict[str, Any]:
		return {"explain": self._explain, "classify": self._classify}

	def check(self) -> str:
		self._settings()
		self._path()
		self._requester()
		found = self.http.get("check-status").json()
		away = [
			str(one.get("countryCode"))
			for one in found.get("countries") or ()
			if one.get("availability") != "Available"
		]
		if not (found.get("vow") or {}).get("available"):
			raise TransientError("VIES is not available at the moment.")
		if away:
			return Text("Answers; out of reach for now: {0}", ", ".join(away))
		return Text("Answers for every member state")

	def own_number(self, subject: Subject) -> str:
		return "".join(mapper.vat_number(subject.tax_id))

	def part_of(self, subject: Subject) -> str:
		return (subject.customer_id or self.own_number(subject))[:2]

	def candidates(self, subject: Subject) -> tuple[Candidate, ...]:
		number = mapper.vat_number(subject.tax_id, subject.country)
		if not number[1]:
			raise DataError("VIES: enter a VAT number with the letters of a member state (DE123456789).")
		return (mapper.candidate(self._answer(number, subject)),)

	def report(self, subject: Subject, number: str) -> CreditReport:
		answer = self._answer(mapper.vat_number(number), subject)
		return mapper.report(answer, subject, self.today(), self.valid_until(self.today()))

	def _answer(self, number: tuple[str, str], subject: Subject) -> dict[str, Any]:
		"""What the member state says. A busy one is asked some more times, as is a service that answers about somebody else."""
		country, vat = number
		asked = {"countryCode": country, "vatNumber": vat, **self._requester()}
		if subject.name:
			asked["traderName"] = subject.name
		code = ""
		for attempt in range(1, TRIES + 1):
			answer = self.http.post(self._path(), asked, safe=True).json()
			code = mapper.error_of(answer)
			if code in AWAY:
				break
			if code in BUSY:
				self.runtime.sleep(self.http.backoff.pause(attempt, self.runtime.random))
				continue
			if code:
				raise DataError("VIES refuses {0}: {1}.", country + vat, code)
			if (answer["countryCode"], answer["vatNumber"]) == number:
				return answer
		if code:
			raise PartUnavailableError(
				"VIES: {0} does not answer at the moment ({1}).", country, code, part=country
			)
		raise TransientError("VIES answers about another number than {0}.", country + vat)

	def _requester(self) -> dict[str, str]:
		text = self.credential("requester")
		if not text:
			return {}
		country, number = mapper.vat_number(text)
		if not number:
			raise ConfigurationError("VIES: Own VAT Number has to begin with the letters of a member state.")
		return {"requesterMemberStateCode": country, "requesterNumber": number}

	def _path(self) -> str:
		environment = self.config.get("environment")
		if environment not in SERVICES:
			raise ConfigurationError("VIES: choose the environment.")
		return SERVICES[environment]

	def _classify(self, response: Response) -> None:
		"""Errors of the whole service come with a good status, too."""
		code = mapper.error_of(json_object(response.body))
		raise_for_code("VIES", code, "", response.status, misconfigured=MISCONFIGURED, passing=PASSING)

	def _explain(self, status: int, body: bytes) -> str:
		code = mapper.error_of(json_object(body))
		raise_for_code(
			"VIES", code, "", status, misconfigured=MISCONFIGURED, passing=(*PASSING, *AWAY, *BUSY)
		)
		return code


CONNECTOR = Vies
