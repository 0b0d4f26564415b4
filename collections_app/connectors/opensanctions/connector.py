"""OpenSanctions: which entries of sanctions lists are like a customer.

It never says that a customer is sanctioned: what is alike waits for a person. Only that nothing is alike is said.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from collections_app.connectors.base import ConfigurationError, DataError, Manifest, TransientError
from collections_app.connectors.company_source import CompanySource
from collections_app.connectors.http.auth import ApiKey
from collections_app.connectors.opensanctions import mapper
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
MOST_MATCHES = 10
# the month's quota is used up until the month ends, and no header says so
QUOTA_WAIT = timedelta(hours=1)
TRIES = 2


class OpenSanctions(CompanySource):
	manifest = MANIFEST

	@property
	def client_options(self) -> dict[str, Any]:
		return {"wait_until": _wait_until}

	def auth(self) -> ApiKey:
		return ApiKey(self.credential("api_key"), prefix="ApiKey ")

	def check(self) -> str:
		"""Really asks, which counts as one query: only that tells whether the key and the dataset are right."""
		self._settings()
		self._answer(Subject("check", "Example Company"))
		return Text("Compares with the dataset {0}", self.credential("dataset"))

	def own_number(self, subject: Subject) -> str:
		"""It has no numbers of companies that are on no list: a customer is known by ours."""
		return subject.customer if subject.name else ""

	def candidates(self, subject: Subject) -> tuple[Candidate, ...]:
		if not subject.name:
			raise DataError("OpenSanctions: enter a name.")
		number = subject.tax_id, subject.registration_number
		return (
			Candidate(subject.customer, subject.name, *number, subject.country, status="compared by name"),
		)

	def report(self, subject: Subject, number: str) -> CreditReport:
		found = [one for one in self._answer(subject) if one["score"] >= self._threshold()]
		today, dataset = self.today(), self.credential("dataset")
		return mapper.report(
			found, subject, number, dataset, self._threshold(), today, self.valid_until(today)
		)

	def _answer(self, subject: Subject) -> list[dict[str, Any]]:
		"""The entries that are like the subject. An answer to another question is asked for again."""
		asked = {"threshold": self._threshold(), "limit": MOST_MATCHES}
		if self.credential("algorithm"):
			asked["algorithm"] = self.credential("algorithm")
		path = f"match/{quote(self.credential('dataset'), safe='')}"
		body = {"queries": {subject.customer: mapper.query_of(subject)}}
		for _attempt in range(TRIES):
			answers = self.http.request("POST", path, params=asked, json=body, safe=True).json()["responses"]
			if (answer := answers.get(subject.customer)) is not None:
				break
		else:
			raise TransientError("OpenSanctions answers another question than the one asked.")
		if answer.get("status", 200) >= 400:
			raise DataError(
				"{0} refuses the query: {1}.", MANIFEST.label, answer.get("detail") or answer["status"]
			)
		return answer["results"]

	def _threshold(self) -> float:
		try:
			threshold = float(self.credential("threshold"))
		except ValueError:
			threshold = 0.0
		if not 0 < threshold <= 1:
			raise ConfigurationError(
				"OpenSanctions: Least Similarity has to be a number above 0 and at most 1."
			)
		return threshold


def _wait_until(headers, now: datetime) -> datetime | None:
	return None if headers.get("Retry-After") else now + QUOTA_WAIT


CONNECTOR = OpenSanctions
