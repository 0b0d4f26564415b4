"""Enable Banking's API, played from its public documentation: JWTs signed with RS256, sessions, pages of transactions."""

from datetime import date, datetime, timedelta
from functools import cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.providers.api_server import Answer, ApiServer, Refusal, Seen, route

APPLICATION = "cf589be3-3755-465b-a8df-a90a16a31403"
SESSION = "4604aba7-af12-44b3-bd85-bfe12e8e4b9c"
# uid of this session -> hash that stays the same, IBAN
ACCOUNTS = {
	"497f6eca-6276-4993-bfeb-53cbbbba6f08": ("WwpbCiJh.E8GzhnnsFC7K", "FI7473834510057469"),
	"0b2f1f6e-54f5-4aa4-9f3e-2f9f3f7f1c11": ("WwpbCiJi.K9PqhnnsABCD", "FI2112345600000785"),
}


@cache
def key() -> tuple[str, str]:
	"""The application's key, made anew in each process: private and public PEM text."""
	made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
	private = made.private_bytes(
		serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
	)
	public = made.public_key().public_bytes(
		serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
	)
	return private.decode(), public.decode()


def credentials() -> dict[str, str]:
	return {
		"application_id": APPLICATION,
		"private_key": key()[0],
		"bank": "Nordea",
		"country": "FI",
		"session_id": SESSION,
	}


class EnableBankingServer(ApiServer):
	"""`rows` by account uid. `status` and `valid_until`: of the session; `refuse`: code that a reading is refused with."""

	def __init__(self, **options):
		super().__init__(**options)
		self.rows: dict[str, list[dict]] = {one: [] for one in ACCOUNTS}
		self.status, self.valid_until = "AUTHORIZED", self.now() + timedelta(days=90)
		self.refuse: tuple[int, str] | None = None
		self.asked: list[dict] = []
		self._known: set[str] = set()

	def book(
		self, account: str, number: str | None, amount: str = "10.00", kind: str = "CRDT", **more
	) -> dict:
		"""Books a transaction and returns it."""
		today = date.today().isoformat()
		row = {
			"entry_reference": number,
			"transaction_amount": {"currency": "EUR", "amount": amount},
			"credit_debit_indicator": kind,
			"status": "BOOK",
			"booking_date": today,
			"value_date": today,
			"remittance_information": [],
			**more,
		}
		self.rows[account].append(row)
		return row

	@route("GET", "/aspsps")
	def banks(self, request: Seen):
		self._allow(request)
		bank = {"name": "Nordea", "country": "FI", "maximum_consent_validity": 7776000}
		return {"aspsps": [bank] if request.query.get("country") == "FI" else []}

	@route("POST", "/auth")
	def authorize(self, request: Seen):
		self._allow(request)
		asked = request.json()
		if datetime.fromisoformat(asked["access"]["valid_until"]) > self.now() + timedelta(seconds=7776000):
			raise _refusal(
				422,
				"WRONG_REQUEST_PARAMETERS",
				"ASPSP does not support consent validity more than 7776000 seconds in the future",
			)
		self.asked.append(asked)
		return {"url": f"https://tilisy.enablebanking.com/welcome?sessionid={SESSION}", "psu_id_hash": "hash"}

	@route("POST", "/sessions")
	def make_session(self, request: Seen):
		self._allow(request)
		if request.json().get("code") != "good-code":
			raise _refusal(422, "WRONG_AUTHORIZATION_CODE", "Wrong authorization code provided")
		return {
			"session_id": SESSION,
			"accounts": [self._details(uid) for uid in ACCOUNTS],
			"access": {"valid_until": self.valid_until.isoformat()},
		}

	@route("GET", "/sessions/{session}")
	def session(self, request: Seen):
		self._allow(request)
		if request.values["session"] != SESSION:
			raise _refusal(404, "SESSION_DOES_NOT_EXIST", "No session found matching provided id")
		return {
			"status": self.status,
			"accounts": list(ACCOUNTS),
			"accounts_data": [{"uid": uid, "identification_hash": ACCOUNTS[uid][0]} for uid in ACCOUNTS],
			"access": {"valid_until": self.valid_until.isoformat()},
		}

	@route("GET", "/accounts/{account}/details")
	def details(self, request: Seen):
		self._allow(request)
		return self._details(request.values["account"])

	@route("GET", "/accounts/{account}/transactions")
	def transactions(self, request: Seen):
		self._allow(request)
		if self.refuse:
			raise _refusal(*self.refuse, "refused by the bank")
		rows = self.rows[request.values["account"]]
		if "date_from" not in request.query and "date_to" in request.query:
			raise _refusal(422, "DATE_TO_WITHOUT_DATE_FROM", "date_from must be provided if date_to provided")
		rows = [one for one in rows if one["booking_date"] >= request.query.get("date_from", "")]
		found, following = self.slice(request, rows, "continuation_key")
		# the id of a transaction is another one each time
		found = [{**one, "transaction_id": f"id-{len(self.requests)}-{n}"} for n, one in enumerate(found)]
		return Answer({"transactions": found, "continuation_key": following or None})

	def _details(self, uid: str) -> dict:
		stable, iban = ACCOUNTS[uid]
		return {
			"uid": uid,
			"identification_hash": stable,
			"account_id": {"iban": iban},
			"name": "Acme Oy",
			"currency": "EUR",
		}

	def _allow(self, request: Seen) -> None:
		token = request.headers.get("authorization", "").removeprefix("Bearer ")
		try:
			if jwt.get_unverified_header(token).get("kid") != APPLICATION:
				raise jwt.InvalidTokenError
			claims = jwt.decode(
				token, key()[1], algorithms=["RS256"], audience="api.enablebanking.com", leeway=4 * 3600
			)
			if claims["iss"] != "enablebanking.com" or claims["exp"] - claims["iat"] > 86400:
				raise jwt.InvalidTokenError
		except jwt.InvalidTokenError:
			raise _refusal(401, "UNAUTHORIZED_ACCESS", "Unauthorized access") from None
		if token not in self._known:
			self._known.add(token)
			self.tokens.add(token)
		if token not in self.tokens:
			raise _refusal(401, "UNAUTHORIZED_ACCESS", "Unauthorized access")


def _refusal(status: int, code: str, message: str) -> Refusal:
	return Refusal(status, {"code": status, "error": code, "message": message, "detail": None})
