"""Companies House, the register of the United Kingdom: a key as user name, 600 requests in five minutes."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from collections_app.connectors.base import DataError, Manifest
from collections_app.connectors.companies_house import mapper
from collections_app.connectors.company_source import CompanySource
from collections_app.connectors.http.auth import Basic
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
FOUND = 10  # candidates that a person still reads
# where a customer may be whose number is this register's; empty: not known
HERE = ("", "GB")


class CompaniesHouse(CompanySource):
	manifest = MANIFEST

	def auth(self) -> Basic:
		return Basic(self.credential("api_key"))

	def check(self) -> str:
		self._settings()
		found = self.http.get("search/companies", {"q": "limited", "items_per_page": 1}).json()
		return Text("Searches {0} companies", found.get("total_results", 0))

	def own_number(self, subject: Subject) -> str:
		if subject.country not in HERE:
			return ""  # eight digits are a number of other registers, too
		return mapper.company_number(subject.registration_number)

	def candidates(self, subject: Subject) -> tuple[Candidate, ...]:
		"""By the number; by the name, too, where there is none, or it may be that of another register."""
		number = mapper.company_number(subject.registration_number)
		found = self._known_by(number) if number else []
		if not subject.name and not number:
			raise DataError("{0}: enter a name or a company number.", MANIFEST.label)
		if subject.name and not (found and subject.country in HERE):
			asked = {"q": subject.name, "items_per_page": FOUND}
			rows = self.http.get("search/companies", asked).json().get("items") or ()
			found += [one for one in map(mapper.candidate, rows) if one.customer_id != number]
		return tuple(found)

	def report(self, subject: Subject, number: str) -> CreditReport:
		profile = self._profile(number)
		cases = self._cases(number) if mapper.asks_for_cases(profile) else []
		today = self.today()
		return mapper.report(profile, cases, subject, today, self.valid_until(today))

	def _known_by(self, number: str) -> list[Candidate]:
		try:
			return [mapper.candidate(self._profile(number))]
		except DataError as error:
			if error.status == 404:
				return []
			raise

	def _profile(self, number: str) -> dict[str, Any]:
		profile = self.http.get(f"company/{quote(number, safe='')}").json()
		if profile["company_number"] != number:
			raise DataError(
				"{0} answered about {1}, not {2}.", MANIFEST.label, profile["company_number"], number
			)
		return profile

	def _cases(self, number: str) -> list[dict[str, Any]]:
		"""The insolvency cases; 404 means that none are recorded."""
		try:
			return self.http.get(f"company/{quote(number, safe='')}/insolvency").json().get("cases") or []
		except DataError as error:
			if error.status == 404:
				return []
			raise


CONNECTOR = CompaniesHouse
