"""INSEE Sirene, the register of France: a key in a header, 30 requests a minute."""

from pathlib import Path
from typing import Any

from collections_app.connectors.base import DataError, Manifest
from collections_app.connectors.company_source import CompanySource
from collections_app.connectors.http.answers import json_object
from collections_app.connectors.http.auth import ApiKey
from collections_app.connectors.insee_sirene import mapper
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.engine.texts import Text

MANIFEST = Manifest.read(Path(__file__).parent)
HEADER = "X-INSEE-Api-Key-Integration"
FOUND = 10


class InseeSirene(CompanySource):
	manifest = MANIFEST
	client_options = {"explain": lambda status, body: _said(body)}

	def auth(self) -> ApiKey:
		return ApiKey(self.credential("api_key"), HEADER)

	def check(self) -> str:
		self._settings()
		state = self.http.get("informations").json()
		return Text(
			"{0}: {1}",
			f"Sirene {state.get('versionService') or '3.11'}",
			state.get("etatService") or Text("answers"),
		)

	def own_number(self, subject: Subject) -> str:
		french = subject.country in ("", "FR")
		return mapper.siren_of(subject.registration_number, french) or mapper.siren_of(subject.tax_id, french)

	def candidates(self, subject: Subject) -> tuple[Candidate, ...]:
		"""By SIREN, SIRET or VAT number where there is one, else by the name."""
		if number := self.own_number(subject):
			return (mapper.candidate(self._unit(number)),)
		if not (query := mapper.search_of(subject.name)):
			raise DataError("INSEE Sirene: enter a name, a SIREN, a SIRET or a VAT number.")
		try:
			found = self.http.get("siren", {"q": query, "nombre": FOUND}).json()
		except DataError as error:
			if error.status == 404:  # nobody of that name
				return ()
			raise
		return tuple(mapper.candidate(one) for one in found.get("unitesLegales") or ())

	def report(self, subject: Subject, number: str) -> CreditReport:
		today = self.today()
		return mapper.report(self._unit(number), subject, today, self.valid_until(today))

	def _unit(self, number: str) -> dict[str, Any]:
		return self.http.get(f"siren/{number}").json()["uniteLegale"]


def _said(body: bytes) -> str:
	header = json_object(body).get("header")
	return str(header.get("message") or "") if isinstance(header, dict) else ""


CONNECTOR = InseeSirene
