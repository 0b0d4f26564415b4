"""Companies House's public data API, played: profiles, insolvency, search; a key as user name."""

from collections_app.tests.api_server import ApiServer, Refusal, Seen, route

CREDENTIALS = {"api_key": "companies-house-key-0123456789"}


class CompaniesHouseServer(ApiServer):
	def __init__(self, **options):
		super().__init__(**options)
		self.companies: dict[str, dict] = {}
		self.cases: dict[str, list[dict]] = {}

	def add(self, number: str, name: str = "", status: str = "active", cases: tuple = (), **more) -> str:
		"""A company; `cases`: the types of its insolvency cases."""
		self.companies[number] = {
			"company_number": number,
			"company_name": name or f"COMPANY {number} LIMITED",
			"company_status": status,
			"type": "ltd",
			"date_of_creation": "2001-02-03",
			"registered_office_address": {"address_line_1": "1 Example Street", "locality": "Leeds"},
			"accounts": {"next_due": "2026-09-30", "overdue": False},
			"confirmation_statement": {"next_due": "2027-01-31", "overdue": False},
			"has_insolvency_history": bool(cases),
			**more,
		}
		if cases:
			self.cases[number] = [{"number": str(at), "type": one} for at, one in enumerate(cases, 1)]
		return number

	@route("GET", "/search/companies")
	def search(self, request: Seen):
		self._authorised(request)
		words = request.query["q"].casefold().split()
		found = [
			one
			for one in self.companies.values()
			if all(word in one["company_name"].casefold() for word in words)
		]
		rows = found[: int(request.query.get("items_per_page") or 20)]
		return {
			"kind": "search#companies",
			"total_results": len(found),
			"items": [
				{
					"kind": "searchresults#company",
					"title": one["company_name"],
					"company_number": one["company_number"],
					"company_status": one["company_status"],
					"company_type": one["type"],
					"address_snippet": "1 Example Street, Leeds",
				}
				for one in rows
			],
		}

	@route("GET", "/company/{number}")
	def profile(self, request: Seen):
		self._authorised(request)
		number = request.values["number"]
		if number not in self.companies:
			raise _missing("company-profile-not-found")
		return self.companies[number]

	@route("GET", "/company/{number}/insolvency")
	def insolvency(self, request: Seen):
		self._authorised(request)
		number = request.values["number"]
		if number not in self.cases:
			raise _missing("company-insolvency-not-found")
		return {"status": ["in-administration"], "cases": self.cases[number]}

	def _authorised(self, request: Seen) -> None:
		if request.basic != (CREDENTIALS["api_key"], ""):
			raise Refusal(401, {"error": "Invalid Authorization", "type": "ch:service"})


def _missing(code: str) -> Refusal:
	return Refusal(404, {"errors": [{"error": code, "type": "ch:service"}]})
