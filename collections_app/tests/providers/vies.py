"""VIES's REST service, played: numbers of member states, some of them away or busy, errors behind a good status."""

from collections_app.tests.api_server import ApiServer, Seen, route

CREDENTIALS = {"requester": "DE123456789"}
NOT_TOLD = "---"
# what the test service answers to such numbers, as VIES documents it
TEST_ERRORS = {
	"201": "INVALID_INPUT",
	"202": "INVALID_REQUESTER_INFO",
	"300": "SERVICE_UNAVAILABLE",
	"301": "MS_UNAVAILABLE",
	"302": "TIMEOUT",
	"401": "IP_BLOCKED",
	"500": "GLOBAL_MAX_CONCURRENT_REQ",
	"600": "MS_MAX_CONCURRENT_REQ",
}


class ViesServer(ApiServer):
	"""`away`: member states that do not answer; `busy`: member state -> how many requests it still turns away; `silent`: those
	that tell no name."""

	def __init__(self, **options):
		super().__init__(**options)
		self.numbers: dict[str, tuple[str, str]] = {}
		self.away: set[str] = set()
		self.busy: dict[str, int] = {}
		self.silent: set[str] = {"DE"}
		self.asked: set[str] = set()

	def add(self, number: str, name: str = "", address: str = "Example Street 1\n10115 Berlin") -> str:
		self.numbers[number] = (name or f"Company {number}", address)
		return number

	@route("GET", "/check-status")
	def check_status(self, request: Seen):
		countries = sorted({"DE", "FR", "IT", *self.away})
		return {
			"vow": {"available": True},
			"countries": [
				{
					"countryCode": one,
					"availability": "Unavailable" if one in self.away else "Available",
				}
				for one in countries
			],
		}

	@route("POST", "/check-vat-number")
	def check(self, request: Seen):
		asked = request.json()
		country, number = asked["countryCode"], asked["vatNumber"]
		if country in self.away:
			return error("MS_UNAVAILABLE")
		if self.busy.get(country):
			self.busy[country] -= 1
			return error("MS_MAX_CONCURRENT_REQ")
		return self._verdict(asked, country + number in self.numbers)

	@route("POST", "/check-vat-test-service")
	def check_test(self, request: Seen):
		asked = request.json()
		if code := TEST_ERRORS.get(asked["vatNumber"]):
			return error(code)
		return self._verdict(asked, asked["vatNumber"] == "100")

	def _verdict(self, asked: dict, valid: bool) -> dict:
		country = asked["countryCode"]
		number = country + asked["vatNumber"]
		self.asked.add(number)
		told = valid and country not in self.silent
		name, address = self.numbers.get(number, ("John Doe", "")) if told else (NOT_TOLD, NOT_TOLD)
		return {
			"countryCode": country,
			"vatNumber": asked["vatNumber"],
			"requestDate": self.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
			"valid": valid,
			"requestIdentifier": "WAPIAAAAexample" if asked.get("requesterNumber") else "",
			"name": name,
			"address": address,
			"traderName": NOT_TOLD,
			"traderNameMatch": "NOT_PROCESSED",
		}


def error(code: str) -> dict:
	return {"actionSucceed": False, "errorWrappers": [{"error": code}]}
