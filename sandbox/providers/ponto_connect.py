"""Ponto Connect's API, played from its public documentation: OAuth2 with refresh tokens used once, JSON:API lists newest
first, synchronizations, calls signed with RS512. Given `tls` it asks for the client certificate; else it takes plain HTTP.
"""

import base64
import hashlib
import json
import time
import uuid
from datetime import date, timedelta
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.providers.api_server import Answer, ApiServer, Refusal, Seen, route
from sandbox.providers.certificates import Authority
from sandbox.providers.consent_screen import consent_screen

APPLICATION = "0b7c3c1e-9f0e-4b7e-8a55-6a4d3ff2f5d1"
KID = "c2a5a1f0-6a5b-4b0e-b1a3-0f6f2b3b7a11"
CLIENT = ("ponto-client", "ponto/secret+0123456789")
ACCOUNTS = {
	"8804e34f-12b0-4b70-86bf-265f013ca232": "BE53586671384412",
	"953934eb-229a-4fd2-8675-07794078cc7d": "BE62467153327786",
}


@cache
def authority() -> Authority:
	"""Who issues the client certificates, made anew in each process."""
	return Authority("Ibanity, played")


@cache
def certificate() -> tuple[str, str]:
	"""A client certificate and its key as PEM texts."""
	return authority().issue("client.example")


@cache
def signing_key() -> rsa.RSAPrivateKey:
	return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def credentials() -> dict[str, str]:
	public, private = certificate()
	return {
		"client_id": CLIENT[0],
		"client_secret": CLIENT[1],
		"certificate": public,
		"certificate_key": private,
		"application_id": APPLICATION,
	}


class PontoConnectServer(ApiServer):
	"""`accounts`: their IBANs by id; `rows` by account id, oldest first. `synchronized` and `expires`: of the accounts; `sync_errors`: what the next
	synchronization ends with; `arrives`: (account, row) that it brings; `key_status`: of the key that signs its calls;
	`withdrawn`: accounts that may not be read any more."""

	def __init__(self, accounts: dict[str, str] | None = None, **options):
		super().__init__(**options)
		self.accounts = accounts or ACCOUNTS
		self.rows: dict[str, list[dict]] = {one: [] for one in self.accounts}
		self.synchronized = self.now()
		self.expires = dict.fromkeys(self.accounts, self.now() + timedelta(days=60))
		self.sync_errors: list[dict] = []
		self.arrives: list[tuple[str, dict]] = []
		self.synchronizations: dict[str, dict] = {}
		self.key_status = "ACTIVE"
		self.withdrawn: set[str] = set()

	def book(self, account: str, number: str, amount: float = 10.0, days_ago: int = 0, **more) -> dict:
		"""Books a transaction; returns it."""
		row = self.row(number, amount, days_ago, **more)
		self.rows[account].append(row)
		return row

	def row(self, number: str, amount: float = 10.0, days_ago: int = 0, **more) -> dict:
		at = f"{date.today() - timedelta(days=days_ago)}T00:00:00.000Z"
		said = {"amount": amount, "currency": "EUR", "executionDate": at, "valueDate": at, **more}
		identity = str(uuid.uuid5(uuid.NAMESPACE_OID, number))
		return {"type": "transaction", "id": identity, "attributes": said}

	def event(self, kind: str = "account.transactionsCreated", account: str = "") -> bytes:
		"""The body of a call."""
		related = {"account": {"data": {"type": "account", "id": account or next(iter(self.accounts))}}}
		said = {"type": f"pontoConnect.{kind}", "id": str(uuid.uuid4()), "relationships": related}
		return json.dumps({"data": {**said, "attributes": {"count": 1}}}).encode()

	def sign(self, body: bytes, at: float | None = None, kid: str = KID, **claims) -> str:
		"""The header `Signature` of a call."""
		at = int(time.time() if at is None else at)
		said = {
			"iat": at,
			"exp": at + 60,
			"iss": self.url,
			"aud": APPLICATION,
			"jti": str(uuid.uuid4()),
			"digest": base64.b64encode(hashlib.sha512(body).digest()).decode(),
		}
		return jwt.encode({**said, **claims}, signing_key(), algorithm="RS512", headers={"kid": kid})

	@route("GET", "/webhooks/keys")
	def webhook_keys(self, request: Seen):
		numbers = signing_key().public_key().public_numbers()
		n, e = (
			base64.urlsafe_b64encode(one.to_bytes((one.bit_length() + 7) // 8, "big")).rstrip(b"=").decode()
			for one in (numbers.n, numbers.e)
		)
		key = {"kid": KID, "kty": "RSA", "alg": "RS512", "use": "sig", "n": n, "e": e}
		return {"keys": [{**key, "status": self.key_status}]}

	@route("GET", "/oauth2/auth")
	def screen(self, request: Seen):
		asked = request.query
		if asked.get("client_id") != CLIENT[0]:
			raise Refusal(400, {"error": "invalid_client"})
		allowed = {"code": "good-code", "state": asked["state"]}
		refused = {"error": "access_denied", "state": asked["state"]}
		return consent_screen("Ponto", list(self.accounts.values()), asked["redirect_uri"], allowed, refused)

	@route("POST", "/oauth2/token")
	def token(self, request: Seen):
		if request.basic != CLIENT:
			raise Refusal(401, {"error": "invalid_client"})
		form = request.form
		if form.get("grant_type") == "refresh_token":
			if form.get("refresh_token") not in self.refresh_tokens:
				raise Refusal(400, {"error": "invalid_grant"})
			self.refresh_tokens.discard(form["refresh_token"])
		elif form.get("grant_type") != "authorization_code" or form.get("code") != "good-code":
			raise Refusal(400, {"error": "invalid_grant"})
		return self.issue_token(refresh=True, scope="offline_access ai")

	@route("GET", "/accounts")
	def list_accounts(self, request: Seen):
		self._allow(request)
		return {
			"data": [self._account(one) for one in self.accounts],
			"links": {},
			"meta": {"paging": {"limit": 100}},
		}

	@route("GET", "/accounts/{account}")
	def get_account(self, request: Seen):
		self._allow(request)
		if request.values["account"] in self.withdrawn:
			said = "The authorization of this account was withdrawn."
			raise Refusal(403, {"errors": [{"code": "authorizationRevoked", "detail": said}]})
		return {"data": self._account(request.values["account"])}

	@route("GET", "/accounts/{account}/transactions")
	def transactions(self, request: Seen):
		self._allow(request)
		rows = self.rows[request.values["account"]][::-1]
		after = request.query.get("page[after]")
		start = next((n for n, one in enumerate(rows, 1) if one["id"] == after), 0)
		page = rows[start : start + self.page_size]
		links = {"first": f"{self.url}{request.path}"}
		if start + self.page_size < len(rows):
			links["next"] = f"{links['first']}?page[limit]={self.page_size}&page[after]={page[-1]['id']}"
		return Answer({"data": page, "links": links, "meta": {"paging": {"limit": self.page_size}}})

	@route("POST", "/synchronizations")
	def synchronize(self, request: Seen):
		self._allow(request)
		made = {
			"type": "synchronization",
			"id": str(uuid.uuid4()),
			"attributes": request.json()["data"]["attributes"],
		}
		made["attributes"] |= {"status": "pending", "errors": []}
		self.synchronizations[made["id"]] = made
		return Answer({"data": made}, 201)

	@route("GET", "/synchronizations/{synchronization}")
	def synchronization(self, request: Seen):
		self._allow(request)
		made = self.synchronizations[request.values["synchronization"]]
		made["attributes"]["status"] = "error" if self.sync_errors else "success"
		made["attributes"]["errors"] = self.sync_errors
		if not self.sync_errors:
			self.synchronized = self.now()
			for account, row in self.arrives:
				self.rows[account].append(row)
			self.arrives = []
		return {"data": made}

	def _account(self, account: str) -> dict:
		return {
			"type": "account",
			"id": account,
			"meta": {"synchronizedAt": self.synchronized.isoformat()},
			"attributes": {
				"reference": self.accounts[account],
				"referenceType": "IBAN",
				"holderName": "Malvina Dibbert",
				"product": "Current account",
				"currency": "EUR",
				"authorizationExpirationExpectedAt": self.expires[account].isoformat(),
			},
		}

	def _allow(self, request: Seen) -> None:
		if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
			raise Refusal(
				401, {"errors": [{"code": "invalidAccessToken", "detail": "The access token is invalid."}]}
			)
