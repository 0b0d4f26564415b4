"""Plaid's API, played from its public documentation: updates by cursor, Items, hosted Link, signed webhooks."""

import base64
import hashlib
import secrets
import time
from datetime import date
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.providers.api_server import ApiServer, Refusal, Seen, route

CREDENTIALS = {
	"client_id": "5fd43aad1186c30013d6f3e2",
	"secret": "plaid-secret-0123456789",
	"access_token": "access-sandbox-de3ce8ef-33f8-452c-a685-8671031fc0f6",
}
ACCOUNTS = ("BxBXxLj1m4HMXBm9WZZmCWVbPjX16EHwv99vp", "dVzbVMLjrxTnLjX4G66XUp5GLklm4oiZy88yK")
KID = "bfbd5111-8e33-4643-8ced-b2e642a72f3c"


@cache
def signing_key() -> ec.EllipticCurvePrivateKey:
	return ec.generate_private_key(ec.SECP256R1())


class PlaidServer(ApiServer):
	"""`updates` are (kind, row) in the order they happened. `item_error`, `refuse`: code that the Item, or a reading, has.
	`mutations`: how often a second page says that something changed. `closed`: accounts that the consent does not cover."""

	def __init__(self, **options):
		super().__init__(**options)
		self.updates: list[tuple[str, dict]] = []
		self.tokens.add(CREDENTIALS["access_token"])
		self.item_error: str | None = None
		self.refuse: tuple[int, str, str] | None = None
		self.mutations = 0
		self.closed: set[str] = set()
		self.linked = True
		self.key_expired_at: int | None = None
		self.link_requests: list[dict] = []

	def post(self, account: str, number: str, amount: float = -10.0, kind: str = "added", **more) -> dict:
		"""A transaction, money in as a negative number; returns it."""
		row = {
			"transaction_id": number,
			"account_id": account,
			"amount": amount,
			"iso_currency_code": "USD",
			"unofficial_currency_code": None,
			"date": date.today().isoformat(),
			"name": f"ACH {number}",
			"pending": False,
			"pending_transaction_id": None,
			**more,
		}
		self.updates.append((kind, row))
		return row

	def remove(self, account: str, number: str) -> None:
		self.updates.append(("removed", {"transaction_id": number, "account_id": account}))

	def sign(self, body: bytes, at: float | None = None, **header) -> str:
		claims = {
			"iat": int(time.time() if at is None else at),
			"request_body_sha256": hashlib.sha256(body).hexdigest(),
		}
		return jwt.encode(claims, signing_key(), algorithm="ES256", headers={"kid": KID, **header})

	@route("POST", "/transactions/sync")
	def sync(self, request: Seen):
		asked = self._allow(request)
		if self.refuse:
			raise _refusal(*self.refuse)
		start = int(asked.get("cursor") or 0)
		if start and self.mutations:
			self.mutations -= 1
			raise _refusal(
				400,
				"TRANSACTIONS_ERROR",
				"TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION",
				"Underlying transaction data changed since last page was fetched. Please restart pagination.",
			)
		end = start + min(self.page_size, asked.get("count", 100))
		page = self.updates[start:end]
		described = (asked.get("options") or {}).get("include_original_description")
		answer = {
			kind: [row for one, row in page if one == kind] for kind in ("added", "modified", "removed")
		}
		if not described:
			for row in (*answer["added"], *answer["modified"]):
				row.pop("original_description", None)
		reached = min(end, len(self.updates))
		return {**answer, "next_cursor": str(reached), "has_more": end < len(self.updates), "accounts": []}

	@route("POST", "/accounts/get")
	def accounts(self, request: Seen):
		self._allow(request)
		rows = [
			{
				"account_id": one,
				"balances": {"available": 110.94, "current": 110.94, "iso_currency_code": "USD"},
				"mask": f"000{number}",
				"name": "Plaid Checking",
				"official_name": "Plaid Gold Standard 0% Interest Checking",
				"type": "depository",
				"subtype": "checking",
			}
			for number, one in enumerate(ACCOUNTS)
			if one not in self.closed
		]
		rows.append({"account_id": "card", "name": "Card", "type": "credit", "balances": {}})
		return {"accounts": rows}

	@route("POST", "/item/get")
	def item(self, request: Seen):
		self._allow(request)
		error = None
		if self.item_error:
			error = {
				"error_type": "ITEM_ERROR",
				"error_code": self.item_error,
				"error_message": "log in again",
			}
		return {
			"item": {"item_id": "DWVAAPWq4RHGlEaNyGKRTAnPLaEmo8Cvq7na6", "error": error}
			| {"consent_expiration_time": "2027-03-01T00:00:00Z"},
			"status": {"transactions": {"last_successful_update": self.now().isoformat()}},
		}

	@route("POST", "/link/token/create")
	def make_link(self, request: Seen):
		self.link_requests.append(self._allow(request, item=False))
		link = f"link-sandbox-{secrets.token_hex(8)}"
		return {"link_token": link, "hosted_link_url": "https://secure.plaid.com/hl/ls1234"}

	@route("POST", "/link/token/get")
	def link(self, request: Seen):
		self._allow(request, item=False)
		added = [{"public_token": "public-sandbox-b0e2c4ee"}] if self.linked else []
		return {"link_sessions": [{"results": {"item_add_results": added}}]}

	@route("POST", "/item/public_token/exchange")
	def exchange(self, request: Seen):
		self._allow(request, item=False)
		token = f"access-sandbox-{secrets.token_hex(8)}"
		self.tokens.add(token)
		return {"access_token": token, "item_id": "M5eVJqLnv3tbzdngLDp9FL5OlDNxlNhlE55op"}

	@route("POST", "/webhook_verification_key/get")
	def webhook_key(self, request: Seen):
		if self._allow(request, item=False)["key_id"] != KID:
			raise _refusal(400, "INVALID_INPUT", "INVALID_WEBHOOK_VERIFICATION_KEY_ID", "invalid key_id")
		numbers = signing_key().public_key().public_numbers()
		x, y = (
			base64.urlsafe_b64encode(one.to_bytes(32, "big")).rstrip(b"=").decode()
			for one in (numbers.x, numbers.y)
		)
		key = {"alg": "ES256", "crv": "P-256", "kid": KID, "kty": "EC", "use": "sig", "x": x, "y": y}
		return {"key": {**key, "created_at": 1560466150, "expired_at": self.key_expired_at}}

	def _allow(self, request: Seen, item: bool = True) -> dict:
		given = request.headers.get("plaid-client-id"), request.headers.get("plaid-secret")
		if given != (CREDENTIALS["client_id"], CREDENTIALS["secret"]):
			raise _refusal(400, "INVALID_INPUT", "INVALID_API_KEYS", "invalid client_id or secret provided")
		asked = request.json()
		if item and asked.get("access_token") not in self.tokens:
			raise _refusal(
				400, "INVALID_INPUT", "INVALID_ACCESS_TOKEN", "could not find matching access token"
			)
		return asked


def _refusal(status: int, kind: str, code: str, message: str = "") -> Refusal:
	said = {"error_type": kind, "error_code": code, "error_message": message, "display_message": None}
	return Refusal(status, {**said, "request_id": "HNTDNrA8F1shFEW"})
