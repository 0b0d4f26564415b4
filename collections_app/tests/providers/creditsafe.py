"""Creditsafe Connect, played: a login for an hour, search by country, reports, one portfolio and its notification events."""

from datetime import datetime, timedelta

from collections_app.tests.api_server import Answer, ApiServer, Refusal, Seen, route

PORTFOLIO = "589960"
CREDENTIALS = {
	"username": "credit@example.com",
	"password": "creditsafe-password-0123456789",
	"portfolio": PORTFOLIO,
}
DESCRIPTIONS = {
	"A": "Very Low Risk",
	"B": "Low Risk",
	"C": "Moderate Risk",
	"D": "High Risk",
	"E": "Not Rated",
}
FIGURES = {"A": "85", "B": "60", "C": "40", "D": "15", "E": "Not Rated"}


class CreditsafeServer(ApiServer):
	"""`watched`: the companies of the portfolio; `ordered`: of whom a report was ordered, `orders` each time."""

	def __init__(self, **options):
		super().__init__(**options)
		self.companies: dict[str, dict] = {}
		self.events: list[dict] = []
		self.watched: dict[str, dict] = {}
		self.ordered: set[str] = set()
		self.orders: list[str] = []

	def add(self, number: str, letter: str = "B", figure: str = "", **more) -> str:
		"""A company, or what is said of it from now on. `more`: name, vat, reg, country, status, description, limit."""
		said = {
			"name": f"Company {number}",
			"country": number[:2],
			"status": "Active",
			"limit": "50000",
			**more,
		}
		self.companies[number] = {"letter": letter, "figure": figure or FIGURES[letter], **said}
		return number

	def change(self, number: str, letter: str, portfolio: str = PORTFOLIO, **more) -> str:
		"""The company's letter changes and the portfolio tells it. Returns the id of the event."""
		old = self.companies[number]["letter"]
		self.companies[number] |= {"letter": letter, "figure": FIGURES[letter], **more}
		event = 7_000_000 + len(self.events)
		self.events.append(
			{
				"notificationEventId": event,
				"eventId": event - 5_000_000,
				"eventDate": self.now().date().isoformat(),
				"createdDate": self.now().isoformat(),
				"ruleCode": 101,
				"ruleName": "International Score Band Change",
				"oldValue": old,
				"newValue": letter,
				"isProcessed": False,
				"company": {"id": number, "countryCode": number[:2], "portfolioId": int(portfolio)},
			}
		)
		return str(event)

	@route("POST", "/authenticate")
	def authenticate(self, request: Seen):
		said = request.json()
		if any(said.get(name) != CREDENTIALS[name] for name in ("username", "password")):
			raise Refusal(401, {"message": "Invalid credentials"})
		return {"token": self.issue_token()["access_token"]}

	@route("GET", "/access")
	def access(self, request: Seen):
		self._authorised(request)
		countries = [{"countryIso2": one, "paid": 100, "used": 1} for one in ("GB", "DE", "FR")]
		return {"countryAccess": {"creditsafeConnectOnlineReports": countries}}

	@route("GET", "/companies")
	def search(self, request: Seen):
		self._authorised(request)
		asked = request.query
		country = asked.get("countries")
		if not country:
			raise _refused(400, "countries is required")
		if "vatNo" in asked and country == "GB":
			raise _refused(400, "vatNo is no criterion in GB")
		found = [
			number
			for number, one in self.companies.items()
			if one["country"] == country and _fits(one, asked)
		]
		return {"totalSize": len(found), "companies": [self._found(one) for one in found]}

	@route("GET", "/companies/{number}")
	def report(self, request: Seen):
		self._authorised(request)
		number = request.values["number"]
		if number not in self.companies:
			raise _refused(404, "Report not found")
		one = self.companies[number]
		self.ordered.add(number)
		self.orders.append(number)
		rating = {
			"commonValue": one["letter"],
			"commonDescription": DESCRIPTIONS[one["letter"]],
			"creditLimit": {"currency": "EUR", "value": one["limit"]},
			"providerValue": {"maxValue": "100", "minValue": "0", "value": one["figure"]},
			"providerDescription": DESCRIPTIONS[one["letter"]],
		}
		status = {"status": one["status"], "description": one.get("description", one["status"])}
		summary = {"businessName": one["name"], "country": one["country"], "companyStatus": status}
		return {
			"companyId": number,
			"report": {
				"companyId": number,
				"companyIdentification": {
					"basicInformation": {
						"companyRegistrationNumber": one.get("reg", ""),
						"vatRegistrationNumber": one.get("vat", ""),
					}
				},
				"companySummary": {**summary, "creditRating": rating},
				"creditScore": {
					"currentCreditRating": rating,
					"latestRatingChangeDate": "2026-10-01T00:00:00Z",
				},
			},
		}

	@route("GET", "/monitoring/portfolios/{portfolio}")
	def portfolio(self, request: Seen):
		self._of_portfolio(request)
		return {"portfolioId": int(PORTFOLIO), "name": "Customers", "isDefault": True}

	@route("POST", "/monitoring/portfolios/{portfolio}/companies")
	def watch(self, request: Seen):
		self._of_portfolio(request)
		said = request.json()
		if set(said) != {"id", "personalReference", "freeText", "personalLimit"}:
			raise _refused(400, "all four fields are expected")
		if said["id"] in self.watched:
			raise _refused(409, "The company is in the portfolio already")
		self.watched[said["id"]] = said
		return {"message": "Company added"}

	@route("GET", "/monitoring/portfolios/{portfolio}/companies/{number}")
	def watched_company(self, request: Seen):
		self._of_portfolio(request)
		if request.values["number"] not in self.watched:
			raise _refused(404, "Company not in portfolio")
		return {"data": {"connectId": request.values["number"]}}

	@route("DELETE", "/monitoring/portfolios/{portfolio}/companies/{number}")
	def unwatch(self, request: Seen):
		self._of_portfolio(request)
		if not self.watched.pop(request.values["number"], None):
			raise _refused(404, "Company not in portfolio")
		return {"message": "Company removed"}

	@route("GET", "/monitoring/notificationEvents")
	def notifications(self, request: Seen):
		self._authorised(request)
		since = datetime.fromisoformat(request.query["startDate"])
		told = [one for one in self.events if datetime.fromisoformat(one["createdDate"]) >= since]
		if not told:
			return Answer(b"", 204)
		page = int(request.query["page"])
		size = min(self.page_size, int(request.query["pageSize"]))
		last = (len(told) - 1) // size
		paging = {"size": size, "next": page + 1 if page < last else None, "last": last}
		return {"totalCount": len(told), "data": told[page * size : (page + 1) * size], "paging": paging}

	def late(self, event: str, days: int) -> None:
		"""The event was told so many days ago."""
		(one,) = [one for one in self.events if str(one["notificationEventId"]) == event]
		one["createdDate"] = (self.now() - timedelta(days=days)).isoformat()

	def _found(self, number: str) -> dict:
		one = self.companies[number]
		return {
			"id": number,
			"country": one["country"],
			"name": one["name"],
			"regNo": one.get("reg", ""),
			"vatNo": [one["vat"]] if one.get("vat") else [],
			"status": one["status"],
			"address": {"simpleValue": "1 Example Street, Example Town"},
		}

	def _of_portfolio(self, request: Seen) -> None:
		self._authorised(request)
		if request.values["portfolio"] != PORTFOLIO:
			raise _refused(404, "Portfolio not found")

	def _authorised(self, request: Seen) -> None:
		self.require_bearer(request)


def _fits(one: dict, asked: dict[str, str]) -> bool:
	if "vatNo" in asked:
		return one.get("vat") == asked["vatNo"]
	if "regNo" in asked:
		return one.get("reg") == asked["regNo"]
	return asked.get("name", "").casefold() in one["name"].casefold()


def _refused(status: int, said: str) -> Refusal:
	return Refusal(status, {"correlationId": "c-1", "message": "Refused", "details": said})
