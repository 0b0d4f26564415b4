"""INSEE's Sirene API, played: legal units by number and by name, a key in a header."""

import re

from collections_app.tests.api_server import ApiServer, Refusal, Seen, route

CREDENTIALS = {"api_key": "0f3c9a52-insee-key"}


class InseeSireneServer(ApiServer):
	def __init__(self, **options):
		super().__init__(**options)
		self.units: dict[str, dict] = {}

	def add(self, siren: str, name: str = "", state: str = "A", since: str = "2015-01-01", **more) -> str:
		"""A legal unit; before `since` it was active under another name."""
		before = {
			"dateDebut": "2001-02-03",
			"dateFin": "2014-12-31",
			"etatAdministratifUniteLegale": "A",
			"denominationUniteLegale": "ANCIEN NOM",
		}
		period = {
			**before,
			"dateDebut": since,
			"dateFin": None,
			"etatAdministratifUniteLegale": state,
			"denominationUniteLegale": name or f"SOCIETE {siren}",
			"nomUniteLegale": None,
			"categorieJuridiqueUniteLegale": "5710",
			"activitePrincipaleUniteLegale": "62.01Z",
		}
		self.units[siren] = {
			"siren": siren,
			"statutDiffusionUniteLegale": "O",
			"dateCreationUniteLegale": "2001-02-03",
			"trancheEffectifsUniteLegale": "12",
			"categorieEntreprise": "PME",
			"periodesUniteLegale": [period, before],
			**more,
		}
		return siren

	@route("GET", "/informations")
	def informations(self, request: Seen):
		self._authorised(request)
		return {"etatService": "UP", "versionService": "3.11.1"}

	@route("GET", "/siren")
	def search(self, request: Seen):
		self._authorised(request)
		words = re.fullmatch(r'periode\(denominationUniteLegale:"([^"]+)"\)', request.query["q"])
		if not words:
			raise _refusal(400, "Erreur de syntaxe dans le paramètre q")
		found = [
			one
			for one in self.units.values()
			if words[1].casefold() in one["periodesUniteLegale"][0]["denominationUniteLegale"].casefold()
		]
		if not found:
			raise _refusal(404, f"Aucun élément trouvé pour q={request.query['q']}")
		header = {"statut": 200, "message": "ok", "total": len(found), "debut": 0, "nombre": len(found)}
		return {"header": header, "unitesLegales": found[: int(request.query["nombre"])]}

	@route("GET", "/siren/{siren}")
	def unit(self, request: Seen):
		self._authorised(request)
		siren = request.values["siren"]
		if siren not in self.units:
			raise _refusal(404, f"Aucun élément trouvé pour le siren {siren}")
		return {"header": {"statut": 200, "message": "ok"}, "uniteLegale": self.units[siren]}

	def _authorised(self, request: Seen) -> None:
		if request.headers.get("x-insee-api-key-integration") != CREDENTIALS["api_key"]:
			raise Refusal(401, {"message": "Unauthorized", "http_status_code": 401})


def _refusal(status: int, message: str) -> Refusal:
	return Refusal(status, {"header": {"statut": status, "message": message}})
