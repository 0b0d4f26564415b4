"""Acme Bank's API, played."""

import hashlib
import hmac
import time
from datetime import date

from collections_app.tests.api_server import Answer, ApiServer, Refusal, Seen, route

CREDENTIALS = {
	"client_id": "acme-client",
	"client_secret": "acme/secret+12345",
	"webhook_secret": "whsec-987654321",
}
ACCOUNTS = [
	{"id": "A1", "name": "Main", "iban": "DE02120300000000202051", "currency": "EUR"},
	{"id": "A2", "name": "Second", "iban": "DE02500105170137075030", "currency": "EUR"},
]


class AcmeServer(ApiServer):
	def __init__(self, accounts: list[dict] = ACCOUNTS, **options):
		super().__init__(**options)
		self.accounts = accounts
		self.transactions = {one["id"]: [] for one in self.accounts}
		self.links: dict[str, dict] = {}

	def add(self, account: str, number: str, amount: str = "10.00", text: str = "", **more) -> str:
		"""Books a transaction; returns its id."""
		row = {"id": number, "booked_on": date.today().isoformat(), "amount": amount, "currency": "EUR"}
		self.transactions[account].append({**row, "text": text, **more})
		return number

	def sign(self, body: bytes, at: int | None = None) -> str:
		at = int(time.time()) if at is None else at
		digest = hmac.new(
			CREDENTIALS["webhook_secret"].encode(), f"{at}.".encode() + body, hashlib.sha256
		).hexdigest()
		return f"t={at},v1={digest}"

	@route("POST", "/oauth2/token")
	def token(self, request: Seen):
		form = request.form
		if form.get("client_secret") != CREDENTIALS["client_secret"]:
			raise Refusal(401, {"error": "invalid_client"})
		return self.issue_token()

	@route("GET", "/accounts")
	def list_accounts(self, request: Seen):
		self.require_bearer(request)
		return {"data": self.accounts}

	@route("GET", "/accounts/{account}/transactions")
	def list_transactions(self, request: Seen):
		self.require_bearer(request)
		rows, following = self.slice(request, self.transactions[request.values["account"]])
		return {"data": rows, "next": following or None}

	@route("POST", "/payment-links")
	def create_link(self, request: Seen):
		self.require_bearer(request)
		key = request.headers.get("idempotency-key", "")
		wanted = request.json()
		link = self.links.setdefault(
			key, {"id": f"L{len(self.links) + 1}", "state": "open", "url": "https://pay.example/1", **wanted}
		)
		return Answer(link, 201)

	@route("GET", "/payment-links/{link}")
	def get_link(self, request: Seen):
		self.require_bearer(request)
		for link in self.links.values():
			if link["id"] == request.values["link"]:
				return link
		raise Refusal(404)
