"""Stripe's API, played: payment links with idempotency keys, checkout sessions, payouts, signed events."""

import copy
import hashlib
import hmac
import json
import time
from pathlib import Path

import collections_app.connectors.stripe as connector
from collections_app.tests.api_server import Answer, ApiServer, Refusal, Seen, route

CREDENTIALS = {
	"secret_key": "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
	"webhook_secret": "whsec_0123456789abcdef",
	"next_webhook_secret": "",
}
SHAPE = json.loads((Path(connector.__file__).parent / "fixtures" / "session.json").read_text())


class StripeServer(ApiServer):
	def __init__(self, **options):
		super().__init__(**options)
		self.links: list[dict] = []
		self.sessions: list[dict] = []
		self.payouts: list[dict] = []
		self.entries: dict[str, list[dict]] = {}
		self.keys: dict[str, tuple[dict, Answer]] = {}

	def pay(self, invoice: str = "INV-1", link: str = "plink_1", charge: dict | None = None, **more) -> str:
		"""Somebody paid through a link; returns the session's id."""
		session = copy.deepcopy(SHAPE)
		session |= {"id": f"cs_test_{len(self.sessions)}", "created": int(self.now().timestamp())}
		session |= {"payment_link": link, "metadata": {"invoice": invoice} if invoice else {}, **more}
		number = len(self.sessions)
		made = {"id": f"ch_{number}", "payment_intent": f"pi_{number}", "created": session["created"]}
		session["payment_intent"]["id"] = f"pi_{number}"
		session["payment_intent"]["latest_charge"] |= {**made, **(charge or {})}
		self.sessions.insert(0, session)  # the latest first
		return session["id"]

	def pay_through(self, link: dict, **more) -> str:
		"""Somebody paid all that a link asks for; Stripe copies the link's metadata to what comes of it."""
		form = link["form"]
		about = {key[9:-1]: value for key, value in form.items() if key.startswith("metadata[")}
		asked = {
			"amount_total": int(form["line_items[0][price_data][unit_amount]"]),
			"currency": form["line_items[0][price_data][currency]"],
			"metadata": about,
		}
		fee = {"currency": asked["currency"], "fee": 100}
		charge = {"balance_transaction": fee, "metadata": about}
		return self.pay("", link["id"], charge, **asked, **more)

	def pay_out(self, *entries: dict, status: str = "paid", **more) -> str:
		"""A payout of these balance transactions (type, amount, fee, source); returns its id."""
		number = f"po_{len(self.payouts) + 1}"
		made = []
		for position, entry in enumerate(entries):
			fee = entry.get("fee", 0)
			whole = {
				"id": f"txn_{number}_{position}",
				"fee": fee,
				"net": entry["amount"] - fee,
				"source": None,
			}
			made.append({"object": "balance_transaction", "currency": "eur", **whole, **entry})
		total = sum(one["net"] for one in made)
		itself = {"id": f"txn_{number}", "type": "payout", "amount": -total, "fee": 0, "net": -total}
		self.entries[number] = [{**itself, "source": {"id": number, "object": "payout"}}, *made]
		stamp = int(self.now().timestamp())
		payout = {"id": number, "object": "payout", "amount": total, "arrival_date": stamp, "automatic": True}
		payout |= {"created": stamp, "currency": "eur", "statement_descriptor": "STRIPE", "status": status}
		self.payouts.insert(0, {**payout, **more})
		return number

	def sign(self, body: bytes, at: int | None = None, secret: str = CREDENTIALS["webhook_secret"]) -> str:
		at = int(time.time()) if at is None else at
		digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
		return f"t={at},v0=00,v1={digest}"

	@route("GET", "/v1/balance")
	def balance(self, request: Seen):
		self._authorised(request)
		return {"object": "balance", "livemode": False, "available": [{"amount": 100, "currency": "eur"}]}

	@route("POST", "/v1/payment_links")
	def create_link(self, request: Seen):
		self._authorised(request)
		form, key = request.form, request.headers.get("idempotency-key", "")
		if key and key in self.keys:
			first, answer = self.keys[key]
			if first != form:
				words = "Keys for idempotent requests can only be used with the same parameters."
				raise _refusal(400, "idempotency_error", words)
			return answer
		if not request.headers.get("stripe-version") >= "2025-07-30":
			raise _refusal(
				400, "invalid_request_error", "Received unknown parameter: line_items[0][price_data]"
			)
		if int(form["line_items[0][price_data][unit_amount]"]) < 50:
			raise _refusal(
				400, "invalid_request_error", "The amount must be greater than the minimum charge."
			)
		number = f"plink_{len(self.links) + 1}"
		link = {"id": number, "active": True, "url": f"https://buy.stripe.com/test_{number}", "form": form}
		self.links.append(link)
		self.keys[key] = (form, Answer(link))
		return link

	@route("GET", "/v1/payment_links/{link}")
	def link(self, request: Seen):
		self._authorised(request)
		for link in self.links:
			if link["id"] == request.values["link"]:
				return link
		raise _refusal(404, "invalid_request_error", "No such payment_link")

	@route("POST", "/v1/payment_links/{link}")
	def change_link(self, request: Seen):
		link = self.link(request)
		link["active"] = request.form["active"] == "true"
		return link

	@route("GET", "/v1/payouts")
	def list_payouts(self, request: Seen):
		self._authorised(request)
		since = int(request.query.get("created[gte]", 0))
		return self._page(request, [one for one in self.payouts if one["created"] >= since])

	@route("GET", "/v1/balance_transactions")
	def list_entries(self, request: Seen):
		self._authorised(request)
		rows = self.entries.get(request.query["payout"], [])
		if request.query.get("expand[]") != "data.source":
			rows = [{**one, "source": (one["source"] or {}).get("id")} for one in rows]
		return self._page(request, rows)

	@route("GET", "/v1/checkout/sessions")
	def list_sessions(self, request: Seen):
		self._authorised(request)
		rows = [one for one in self.sessions if one["created"] >= int(request.query.get("created[gte]", 0))]
		if link := request.query.get("payment_link"):
			rows = [one for one in rows if one["payment_link"] == link]
		if status := request.query.get("status"):
			rows = [one for one in rows if one["status"] == status]
		if not request.query.get("expand[]"):
			rows = [{**one, "payment_intent": one["payment_intent"]["id"]} for one in rows]
		return self._page(request, rows)

	def _page(self, request: Seen, rows: list[dict]) -> dict:
		if after := request.query.get("starting_after"):
			rows = rows[[one["id"] for one in rows].index(after) + 1 :]
		rows, more = rows[: self.page_size], len(rows) > self.page_size
		return {"object": "list", "url": request.path, "has_more": more, "data": rows}

	def _authorised(self, request: Seen) -> None:
		if request.headers.get("authorization") != f"Bearer {CREDENTIALS['secret_key']}":
			raise _refusal(401, "invalid_request_error", "Invalid API Key provided")


def _refusal(status: int, kind: str, message: str) -> Refusal:
	return Refusal(status, {"error": {"type": kind, "message": message}})
