"""Xero's API, played: rotating refresh tokens, tenants, payments and contacts modified since, limits by tenant, signed webhooks."""

import base64
import copy
import hashlib
import hmac
import json
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

import collections_app.connectors.xero as connector
from sandbox.providers.api_server import ApiServer, Refusal, Seen, route

CREDENTIALS = {
	"client_id": "xero-client",
	"client_secret": "xero/secret+12345",
	"webhook_key": "xero-webhook-key-0123456789",
}
SHAPE = json.loads((Path(connector.__file__).parent / "fixtures" / "payment.json").read_text())
TENANT = "7cb02eba-0f41-4e3c-9b1a-2a4f3d1a0001"


class XeroServer(ApiServer):
	TOKEN_SECONDS = 1800

	def __init__(self, **options):
		super().__init__(**options)
		self.tenants = [{"tenantId": TENANT, "tenantType": "ORGANISATION", "tenantName": "Example Ltd"}]
		self.payments: list[dict] = []
		self.contacts: list[dict] = []
		self.currencies: dict[str, str] = {}
		self.spent: set[str] = set()

	def add(self, number: str = "INV-1", currency: str = "NZD", hours_ago: float = 1, **more) -> str:
		"""A payment recorded before; returns its ID."""
		payment = copy.deepcopy(SHAPE)
		payment["PaymentID"], invoice = str(uuid.uuid4()), str(uuid.uuid4())
		payment["Invoice"] |= {"InvoiceID": invoice, "InvoiceNumber": number}
		payment |= {"UpdatedDateUTC": self._stamp(hours_ago), **more}
		self.currencies[invoice] = currency
		self.payments.append(payment)
		return payment["PaymentID"]

	def add_contact(self, name: str, hours_ago: float = 1, **more) -> str:
		"""A customer among the contacts; returns its ID."""
		contact = {
			"ContactID": str(uuid.uuid4()),
			"ContactStatus": "ACTIVE",
			"Name": name,
			"IsCustomer": True,
		}
		self.contacts.append({**contact, "UpdatedDateUTC": self._stamp(hours_ago), "Phones": [], **more})
		return contact["ContactID"]

	def consent(self) -> str:
		"""The refresh token of a consent given before."""
		return self.issue_token(refresh=True)["refresh_token"]

	def delete(self, payment_id: str) -> None:
		for payment in self.payments:
			if payment["PaymentID"] == payment_id:
				payment |= {"Status": "DELETED", "UpdatedDateUTC": self._stamp(0)}

	def sign(self, body: bytes, key: str = CREDENTIALS["webhook_key"]) -> str:
		return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()

	@route("POST", "/connect/token")
	def token(self, request: Seen):
		form = request.form
		if request.basic != (CREDENTIALS["client_id"], CREDENTIALS["client_secret"]):
			raise Refusal(401, {"error": "invalid_client"})
		if form.get("grant_type") == "authorization_code" and form.get("code") == "good-code":
			return self.issue_token(refresh=True)
		old = form.get("refresh_token", "")
		if form.get("grant_type") != "refresh_token" or old not in self.refresh_tokens or old in self.spent:
			raise Refusal(400, {"error": "invalid_grant"})
		self.spent.add(old)
		return self.issue_token(refresh=True)

	@route("GET", "/connections")
	def connections(self, request: Seen):
		self.require_bearer(request)
		return self.tenants

	@route("GET", "/api.xro/2.0/Payments")
	def list_payments(self, request: Seen):
		return {"Status": "OK", "Payments": self._modified(request, self.payments, "PaymentID")}

	@route("GET", "/api.xro/2.0/Contacts")
	def list_contacts(self, request: Seen):
		return {"Status": "OK", "Contacts": self._modified(request, self.contacts, "ContactID")}

	@route("GET", "/api.xro/2.0/Invoices")
	def list_invoices(self, request: Seen):
		self._inside(request)
		wanted = request.query["IDs"].split(",")
		found = [
			{"InvoiceID": one, "CurrencyCode": self.currencies[one]}
			for one in wanted
			if one in self.currencies
		]
		return {"Status": "OK", "Invoices": found}

	def _modified(self, request: Seen, rows: list[dict], key: str) -> list[dict]:
		self._inside(request)
		since = datetime.fromisoformat(request.headers["if-modified-since"]).replace(tzinfo=timezone.utc)
		rows = [one for one in rows if int(one["UpdatedDateUTC"][6:-7]) >= since.timestamp() * 1000]
		if request.query.get("order") == f"{key} ASC":
			rows.sort(key=lambda one: one[key])
		start = (int(request.query["page"]) - 1) * self.page_size
		return rows[start : start + self.page_size]

	def _inside(self, request: Seen) -> None:
		self.require_bearer(request)
		if request.headers.get("xero-tenant-id") not in [one["tenantId"] for one in self.tenants]:
			raise Refusal(403, {"Title": "Forbidden", "Detail": "AuthenticationUnsuccessful"})

	def _stamp(self, hours_ago: float) -> str:
		at = self.now() - timedelta(hours=hours_ago)
		return f"/Date({int(at.timestamp() * 1000)}+0000)/"
