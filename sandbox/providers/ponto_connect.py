"""Ponto Connect's API, played from its public documentation: OAuth2 with refresh tokens used once, JSON:API lists newest
first, synchronizations. It takes plain HTTP: the client certificate is made, loaded, and not asked for.
"""

import uuid
from datetime import date, datetime, timedelta, timezone
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.providers.api_server import Answer, ApiServer, Refusal, Seen, route

CLIENT = ("ponto-client", "ponto/secret+0123456789")
ACCOUNTS = {
	"8804e34f-12b0-4b70-86bf-265f013ca232": "BE53586671384412",
	"953934eb-229a-4fd2-8675-07794078cc7d": "BE62467153327786",
}


@cache
def certificate() -> tuple[str, str]:
	"""A client certificate and its key as PEM texts, made anew in each process."""
	key = ec.generate_private_key(ec.SECP256R1())
	name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client.example")])
	now = datetime.now(timezone.utc)
	made = (
		x509.CertificateBuilder()
		.subject_name(name)
		.issuer_name(name)
		.public_key(key.public_key())
		.serial_number(x509.random_serial_number())
		.not_valid_before(now - timedelta(days=1))
		.not_valid_after(now + timedelta(days=365))
		.sign(key, hashes.SHA256())
	)
	private = key.private_bytes(
		serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
	)
	return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def credentials() -> dict[str, str]:
	public, private = certificate()
	return {
		"client_id": CLIENT[0],
		"client_secret": CLIENT[1],
		"certificate": public,
		"certificate_key": private,
	}


class PontoConnectServer(ApiServer):
	"""`rows` by account id, oldest first. `synchronized` and `expires`: of the accounts; `sync_errors`: what the next
	synchronization ends with; `arrives`: (account, row) that it brings."""

	def __init__(self, **options):
		super().__init__(**options)
		self.rows: dict[str, list[dict]] = {one: [] for one in ACCOUNTS}
		self.synchronized = self.now()
		self.expires = dict.fromkeys(ACCOUNTS, self.now() + timedelta(days=60))
		self.sync_errors: list[dict] = []
		self.arrives: list[tuple[str, dict]] = []
		self.synchronizations: dict[str, dict] = {}

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
			"data": [self._account(one) for one in ACCOUNTS],
			"links": {},
			"meta": {"paging": {"limit": 100}},
		}

	@route("GET", "/accounts/{account}")
	def get_account(self, request: Seen):
		self._allow(request)
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
				"reference": ACCOUNTS[account],
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
