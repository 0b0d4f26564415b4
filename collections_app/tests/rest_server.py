"""Services that a low-code connector is defined for, played: a bank, a bureau, an insurer, a CRM, a messenger and a payment
service, each with another way to authenticate and to page. Their definitions are beside it, in `fixtures/low_code/`.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from collections_app.tests.api_server import Answer, ApiServer, Refusal, Seen, route

FIXTURES = Path(__file__).parent / "fixtures" / "low_code"
API_KEY = "rest/key+0123456789"
APP_KEY = "app-key-987654321"
CLIENT = ("rest-client", "rest/secret+0123456789")
LOGIN = ("rest-user", "rest/password+42")
ACCOUNTS = {"acc-1": "DE02120300000000202051", "acc-2": "DE02500105170137075030"}


def definition(name: str) -> dict[str, Any]:
	"""One of the definitions as it would be imported."""
	return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


class RestServer(ApiServer):
	"""`rows` by service: what each of them has."""

	def __init__(self, accounts: Mapping[str, str] = ACCOUNTS, **options):
		super().__init__(**options)
		self.accounts = dict(accounts)
		self.rows: dict[str, list[dict[str, Any]]] = {
			name: [] for name in ("bank", "reports", "covers", "companies", "messages", "payments")
		}
		# two servers have no record in common
		self.series = secrets.token_hex(3)
		# a fixed key that can be withdrawn as a token expires
		self.tokens.add(API_KEY)

	# -- what is in it

	def add(self, service: str, **values: Any) -> dict[str, Any]:
		row = {"id": f"{service}-{self.series}-{len(self.rows[service]) + 1}", **values}
		self.rows[service].append(row)
		return row

	def book(self, account: str = "acc-1", amount: str = "10.00", side: str = "CRDT", **values: Any) -> str:
		"""A transaction of the bank; returns its id."""
		row = {
			"account": account,
			"booked": date.today().isoformat(),
			"amount": {"value": amount, "currency": "EUR"},
			"side": side,
			"party": {"name": "Payer GmbH", "iban": "DE89370400440532013000"},
			"texts": ["Invoice", "4711"],
			"status": "booked",
		}
		return self.add("bank", **{**row, **values})["id"]

	def report(self, customer: str, score: int = 270, vat: str = "", **values: Any) -> str:
		"""A report of the bureau, whose scale goes from 600 (worst) to 100 (best)."""
		row = {
			"company": {"number": customer, "staff": 12, "vat": vat},
			"date": date.today().strftime("%d.%m.%Y"),
			"index": score,
			"limit": "12.500,00",
			"pd": "1,4",
		}
		return self.add("reports", **{**row, **values})["id"]

	def cover(self, number: str, state: str = "A", amount: int = 2_500_000, **values: Any) -> str:
		"""A cover of the insurer, in cents."""
		row = {
			"buyer": {"no": number},
			"state": state,
			"limit": amount,
			"currency": "EUR",
			"since": _epoch(-10),
		}
		return self.add("covers", **{**row, **values})["id"]

	def company(self, name: str, **values: Any) -> str:
		row = {"name": name, "vat": None, "site": f"https://{name.lower()}.example", "changed": _epoch(0)}
		return self.add("companies", **{**row, **values})["id"]

	def message(self, status: str = "DELIVERED", **values: Any) -> str:
		return self.add("messages", **{"status": status, "time": _iso(), **values})["id"]

	def payment(self, invoice: str, amount: str = "10.00", **values: Any) -> str:
		row = {"invoice": invoice, "gross": amount, "fee": "0.35", "currency": "eur", "state": "captured"}
		return self.add("payments", **{**row, "day": date.today().isoformat(), **values})["id"]

	# -- how one authenticates

	def _key(self, request: Seen) -> None:
		if request.headers.get("x-api-key") not in self.tokens:
			raise Refusal(401, {"message": "unknown key"})

	@route("POST", "/oauth2/token")
	def token(self, request: Seen):
		given = request.form
		if request.basic != CLIENT and (given.get("client_id"), given.get("client_secret")) != CLIENT:
			raise Refusal(401, {"error": "invalid_client"})
		return self.issue_token()

	@route("POST", "/session/token")
	def log_in(self, request: Seen):
		said = request.json() or {}
		if (said.get("login"), said.get("pass")) != LOGIN:
			raise Refusal(401, {"error": "wrong login"})
		return {"session": {"id": self.issue_token()["access_token"], "ttl": 900}}

	# -- the bank: a list of accounts, transactions in numbered pages

	@route("GET", "/bank/accounts")
	def list_accounts(self, request: Seen):
		self._key(request)
		return {
			"accounts": [
				{"id": one, "number": iban, "unit": "EUR", "name": f"Account {one}"}
				for one, iban in self.accounts.items()
			]
		}

	@route("GET", "/bank/accounts/{account}/transactions")
	def transactions(self, request: Seen):
		self._key(request)
		since, until = request.query["from"], request.query["to"]
		rows = [
			row
			for row in self.rows["bank"]
			if row["account"] == request.values["account"] and since <= row["booked"] <= until
		]
		start = (int(request.query["page"]) - 1) * self.page_size
		return {"data": {"transactions": rows[start : start + self.page_size]}}

	# -- the bureau: a cursor in the answer, client credentials

	@route("GET", "/bureau/reports")
	def reports(self, request: Seen):
		self.require_bearer(request)
		if request.headers.get("x-app-key") != APP_KEY:
			raise Refusal(403, {"message": "which application?"})
		rows, following = self.slice(request, self.rows["reports"], "after")
		return {"items": rows, "paging": {"next": following or None}}

	# -- the insurer: Link headers, its own login

	@route("GET", "/insurer/covers")
	def covers(self, request: Seen):
		self.require_bearer(request, "Session ")
		rows, following = self.slice(request, self.rows["covers"], "start")
		headers = {"Link": f'<{self.url}/insurer/covers?start={following}>; rel="next"'} if following else {}
		return Answer(rows, headers=headers)

	# -- the CRM: a search by POST with an offset, Basic

	@route("POST", "/crm/search")
	def search(self, request: Seen):
		if request.basic[1] not in self.tokens:
			raise Refusal(401)
		said = request.json()
		found = [row for row in self.rows["companies"] if row["changed"] >= int(said["changed_after"])]
		start = said["skip"]
		return {"found": found[start : start + self.page_size], "total": len(found)}

	# -- the messenger: what is new since a token, a fixed bearer token

	@route("GET", "/messages/changes")
	def changes(self, request: Seen):
		self.require_bearer(request)
		start = int(request.query.get("since") or 0)
		rows = self.rows["messages"][start:]
		return {"changes": rows, "token": str(len(self.rows["messages"]))}

	# -- the payment service: a link in the answer, the key in the query

	@route("GET", "/payments")
	def payments(self, request: Seen):
		if request.query.get("key") not in self.tokens:
			raise Refusal(401, {"message": "unknown key"})
		rows, following = self.slice(request, self.rows["payments"], "start")
		return {"payments": rows, "next": f"/payments?start={following}" if following else None}


def _iso() -> str:
	return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _epoch(days: int) -> int:
	return int((datetime.now(timezone.utc) + timedelta(days=days)).timestamp())
