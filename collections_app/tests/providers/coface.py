"""Coface's credit insurance, played: an API key, a user's token without a word before it, the contract in a header."""

from collections_app.tests.api_server import Answer, Refusal, Seen, route
from collections_app.tests.providers.insurers import InsurerServer

POLICY = "0123456"
CREDENTIALS = {
	"api_key": "coface-api-key-0123456789",
	"user": "collections@example.com",
	"password": "coface-password-0123456789",
	"policy": POLICY,
}


class CofaceServer(InsurerServer):
	NAMES = {
		"id": "deliveryId",
		"buyer": "company.easyNumber",
		"name": "company.name",
		"tax_id": "company.vatNumber",
		"amount": "decision.amount",
		"requested": "requestedAmount",
		"currency": "currency",
		"status": "decision.status",
		"until": "decision.endDate",
		"reason": "decision.comment",
		"own": "customerReference",
	}
	GRANTED, PENDING, CANCELLED = "Full Agreement", "In Progress", "Cancellation"

	@route("POST", "/authentication/v1/token")
	def token(self, request: Seen):
		said = request.json() or {}
		right = (said.get("username"), said.get("password")) == (
			CREDENTIALS["user"],
			CREDENTIALS["password"],
		)
		if not right or request.headers.get("x-api-key") != CREDENTIALS["api_key"]:
			raise Refusal(401, {"message": "Incorrect username or password."})
		return {"idToken": self.issue_token()["access_token"], "expiresIn": 3600}

	@route("GET", "/products")
	def list_covers(self, request: Seen):
		self._inside(request)
		return {"products": [self.shown(one) for one in self.numbered(request, self.covers)]}

	@route("GET", "/products/{cover}")
	def one_cover(self, request: Seen):
		self._inside(request)
		return self.shown(self.find(request.values["cover"]))

	@route("POST", "/products")
	def request_cover(self, request: Seen):
		self._inside(request)
		said = request.json() or {}
		number = self.ask(
			said.get("easyNumber", ""),
			said.get("requestedAmount", 0),
			said.get("currency", ""),
			said.get("customerReference", ""),
		)
		return Answer({"deliveryId": number}, 201)

	@route("PUT", "/products/{cover}")
	def change_cover(self, request: Seen):
		self._inside(request)
		said = request.json() or {}
		self.change(request.values["cover"], said["requestedAmount"], said.get("customerReference", ""))
		return self.shown(self.find(request.values["cover"]))

	@route("DELETE", "/products/{cover}")
	def cancel_cover(self, request: Seen):
		self._inside(request)
		self.end(request.values["cover"])
		return {}

	@route("GET", "/overdues")
	def list_overdues(self, request: Seen):
		self._inside(request)
		return {"overdues": self.numbered(request, self.overdues)}

	@route("GET", "/overdues/{overdue}")
	def one_overdue(self, request: Seen):
		self._inside(request)
		return next(one for one in self.overdues if one["overdueId"] == request.values["overdue"])

	@route("POST", "/overdues")
	def declare(self, request: Seen):
		self._inside(request)
		number = f"OV-{len(self.overdues) + 1}"
		self.overdues.append({"overdueId": number, "status": "declared", **(request.json() or {})})
		return Answer({"overdueId": number}, 201)

	@route("GET", "/companies")
	def companies(self, request: Seen):
		self._inside(request)
		asked = request.query
		found = self.companies_like(
			asked.get("vatNumber", ""), asked.get("name", ""), asked.get("countryCode", "")
		)
		fields = ("easyNumber", "name", "vatNumber", "countryCode", "city")
		return {"companies": [dict(zip(fields, one, strict=True)) for one in found]}

	def _inside(self, request: Seen) -> None:
		self.require_bearer(request, prefix="")
		if request.headers.get("x-cof-policy-number") != POLICY:
			raise Refusal(403, {"message": "no such contract"})
		if request.headers.get("x-api-key") != CREDENTIALS["api_key"]:
			raise Refusal(403, {"message": "Forbidden"})
