"""Atradius' API, played: a token for client and application key, buyers, covers, non-payments."""

from collections_app.tests.api_server import Answer, Refusal, Seen, route
from collections_app.tests.providers.insurers import InsurerServer

POLICY = "A-778001"
APP_KEY = "atradius-app-key-0123456789"
CREDENTIALS = {
	"client_id": "atradius-client",
	"client_secret": "atradius/secret+0123456789",
	"app_key": APP_KEY,
	"policy": POLICY,
}
COVERS = "/credit-insurance/cover-management/v1/covers"
OVERDUES = "/credit-insurance/non-payments-management/v1/non-payments"


class AtradiusServer(InsurerServer):
	NAMES = {
		"id": "coverId",
		"buyer": "buyer.id",
		"name": "buyer.name",
		"tax_id": "buyer.nationalId",
		"amount": "decision.amount",
		"requested": "application.amount",
		"currency": "currency",
		"status": "status",
		"until": "decision.expiryDate",
		"reason": "decision.reason",
		"own": "customerReference",
	}
	GRANTED, PENDING, CANCELLED = "Approved", "Pending", "Withdrawn"

	@route("POST", "/authenticate/v1/tokens")
	@route("POST", "/authenticate/v2/tokens")
	def token(self, request: Seen):
		wanted = (CREDENTIALS["client_id"], CREDENTIALS["client_secret"])
		if request.basic != wanted or request.headers.get("atradius-app-key") != APP_KEY:
			raise Refusal(401, {"title": "Unauthorized"})
		return self.issue_token()

	@route("GET", COVERS)
	def list_covers(self, request: Seen):
		self._inside(request)
		return {"covers": [self.shown(one) for one in self.numbered(request, self.covers)]}

	@route("GET", COVERS + "/{cover}")
	def one_cover(self, request: Seen):
		self._inside(request)
		return self.shown(self.find(request.values["cover"]))

	@route("POST", COVERS)
	def request_cover(self, request: Seen):
		self._inside(request)
		said = request.json() or {}
		buyer, amount = said.get("buyer", {}).get("id", ""), said.get("application", {}).get("amount", 0)
		number = self.ask(buyer, amount, said.get("currency", ""), said.get("customerReference", ""))
		return Answer(self.shown(self.find(number)), 201)

	@route("PATCH", COVERS + "/{cover}")
	def change_cover(self, request: Seen):
		self._inside(request)
		said = request.json() or {}
		self.change(request.values["cover"], said["application"]["amount"], said.get("customerReference", ""))
		return self.shown(self.find(request.values["cover"]))

	@route("DELETE", COVERS + "/{cover}")
	def cancel_cover(self, request: Seen):
		self._inside(request)
		self.end(request.values["cover"])
		return Answer("", 204)

	@route("GET", OVERDUES)
	def list_overdues(self, request: Seen):
		self._inside(request)
		return {"nonPayments": self.numbered(request, self.overdues)}

	@route("GET", OVERDUES + "/{overdue}")
	def one_overdue(self, request: Seen):
		self._inside(request)
		return next(one for one in self.overdues if one["nonPaymentId"] == request.values["overdue"])

	@route("POST", OVERDUES)
	def declare(self, request: Seen):
		self._inside(request)
		number = f"NP-{len(self.overdues) + 1}"
		self.overdues.append({"nonPaymentId": number, "status": "registered", **(request.json() or {})})
		return Answer(self.overdues[-1], 201)

	@route("GET", "/credit-insurance/organisation-management/v1/buyers")
	def buyers(self, request: Seen):
		self._inside(request)
		asked = request.query
		found = self.companies_like(
			asked.get("nationalId", ""), asked.get("name", ""), asked.get("country", "")
		)
		return {
			"buyers": [
				{
					"id": one[0],
					"name": one[1],
					"nationalId": one[2],
					"address": {"country": one[3], "city": one[4]},
				}
				for one in found
			]
		}

	def _inside(self, request: Seen) -> None:
		self.require_bearer(request)
		if request.headers.get("atradius-app-key") != APP_KEY:
			raise Refusal(403, {"title": "Forbidden"})
