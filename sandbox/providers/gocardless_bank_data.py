"""GoCardless Bank Account Data's API, played from its public documentation: tokens, requisitions, agreements, accounts, and
the four successful calls a day that a bank may allow.
"""

import secrets
import uuid
from datetime import date, timedelta

from sandbox.providers.api_server import Answer, ApiServer, Refusal, Seen, route
from sandbox.providers.consent_screen import consent_screen

CREDENTIALS = {
	"secret_id": "3fa1c9b2-secret-id",
	"secret_key": "gc/secret+key-0123456789",
	"institution_id": "SANDBOXFINANCE_SFIN0000",
	"requisition_id": "8126e9fb-93c9-4228-937c-68f0383c2df7",
}
ACCOUNTS = {
	"3fa85f64-5717-4562-b3fc-2c963f66afa6": "GL3343697694912188",
	"7e944232-bda9-40bc-b784-660c7ab5fe78": "GL0865354374424724",
}


class GoCardlessBankDataServer(ApiServer):
	"""`accounts`: their IBANs by id; `booked` and `pending` by account id. `status`, `account_status`: of the consent;
	`daily`: calls a bank allows."""

	def __init__(self, daily: int = 4, accounts: dict[str, str] | None = None, **options):
		super().__init__(**options)
		self.accounts = accounts or ACCOUNTS
		self.booked: dict[str, list[dict]] = {one: [] for one in self.accounts}
		self.pending: dict[str, list[dict]] = {one: [] for one in self.accounts}
		self.status, self.account_status = "LN", "READY"
		self.access_expired = self.agreement_expired = False
		self.daily = daily
		self.successes: dict[str, int] = {}
		self.requisitions = {CREDENTIALS["requisition_id"]: {"reference": "", "redirect": ""}}

	def book(self, account: str, number: str, amount: str = "10.00", **more) -> dict:
		"""Books a transaction and returns it."""
		today = date.today().isoformat()
		row = {
			"transactionId": number,
			"bookingDate": today,
			"valueDate": today,
			"transactionAmount": {"amount": amount, "currency": "EUR"},
			"internalTransactionId": uuid.uuid5(uuid.NAMESPACE_OID, number).hex,
			**more,
		}
		self.booked[account].append({key: value for key, value in row.items() if value is not None})
		return self.booked[account][-1]

	@route("POST", "/token/new")
	def new_token(self, request: Seen):
		sent = request.json()
		if (sent.get("secret_id"), sent.get("secret_key")) != (
			CREDENTIALS["secret_id"],
			CREDENTIALS["secret_key"],
		):
			raise self._refusal(
				401, "Authentication failed", "No active account found with the given credentials"
			)
		refresh = secrets.token_hex(16)
		self.refresh_tokens.add(refresh)
		return {**self._access(), "refresh": refresh, "refresh_expires": 2592000}

	@route("POST", "/token/refresh")
	def refresh_token(self, request: Seen):
		if request.json().get("refresh") not in self.refresh_tokens:
			raise self._refusal(401, "Invalid token", "Token is invalid or expired")
		return self._access()

	@route("POST", "/agreements/enduser")
	def make_agreement(self, request: Seen):
		self._allow(request)
		return Answer({"id": "2dea1b84-97b0-4cb4-8805-302c227587c8", **request.json(), "accepted": None}, 201)

	@route("GET", "/agreements/enduser/{agreement}")
	def agreement(self, request: Seen):
		self._allow(request)
		accepted = (self.now() - timedelta(days=10)).isoformat()
		return {"id": request.values["agreement"], "access_valid_for_days": 90, "accepted": accepted}

	@route("POST", "/requisitions")
	def make_requisition(self, request: Seen):
		self._allow(request)
		made = f"made-{len(self.requisitions)}"
		self.requisitions[made] = request.json()
		link = f"{self.url}/psd2/start/{made}/SANDBOXFINANCE_SFIN0000"
		return Answer({"id": made, "status": "CR", "accounts": [], "link": link}, 201)

	@route("GET", "/psd2/start/{requisition}/{institution}")
	def screen(self, request: Seen):
		made = self.requisitions[request.values["requisition"]]
		back = {"ref": made["reference"]}
		refused = {**back, "error": "UserCancelledSession", "details": "User cancelled the session"}
		return consent_screen("GoCardless", list(self.accounts.values()), made["redirect"], back, refused)

	@route("GET", "/requisitions/{requisition}")
	def requisition(self, request: Seen):
		self._allow(request)
		if request.values["requisition"] not in self.requisitions:
			raise self._refusal(404, "Not found.", "Not found.")
		return {
			"id": request.values["requisition"],
			"status": self.status,
			"agreement": "2dea1b84-97b0-4cb4-8805-302c227587c8",
			"accounts": list(self.accounts),
		}

	@route("GET", "/accounts/{account}")
	def account(self, request: Seen):
		self._allow(request)
		account = request.values["account"]
		return {
			"id": account,
			"iban": self.accounts[account],
			"institution_id": "SANDBOXFINANCE_SFIN0000",
			"status": self.account_status,
			"owner_name": "Jane Doe",
		}

	@route("GET", "/accounts/{account}/transactions")
	def transactions(self, request: Seen):
		self._allow(request)
		account = request.values["account"]
		if self.agreement_expired:
			raise self._refusal(
				400,
				"End User Agreement (EUA) 2dea1b84-97b0-4cb4-8805-302c227587c8 has expired",
				"EUA was valid for 90 days and it expired at 2026-01-01 00:00:00",
			)
		if self.access_expired:
			raise self._refusal(
				401, "Access expired", "Access has expired or it has been revoked", type="AccessExpiredError"
			)
		if self.successes.get(account, 0) >= self.daily:
			raise self._refusal(
				429,
				"Rate limit exceeded",
				"Daily request limit set by the Institution has been exceeded",
				headers=self._counters(account),
				type="RateLimitError",
			)
		self.successes[account] = self.successes.get(account, 0) + 1
		first, last = request.query.get("date_from", ""), request.query.get("date_to", "9999")
		booked = [one for one in self.booked[account] if first <= one.get("bookingDate", first) <= last]
		return Answer(
			{"transactions": {"booked": booked, "pending": self.pending[account]}},
			headers=self._counters(account),
		)

	def _access(self) -> dict:
		return {"access": self.issue_token()["access_token"], "access_expires": 86400}

	def _allow(self, request: Seen) -> None:
		value = request.headers.get("authorization", "").removeprefix("Bearer ")
		if value not in self.tokens:
			raise self._refusal(401, "Invalid token", "Token is invalid or expired")

	def _counters(self, account: str) -> dict[str, str]:
		left = max(self.daily - self.successes.get(account, 0), 0)
		return {
			"HTTP_X_RATELIMIT_LIMIT": "100",
			"HTTP_X_RATELIMIT_REMAINING": "99",
			"HTTP_X_RATELIMIT_RESET": "60",
			"HTTP_X_RATELIMIT_ACCOUNT_SUCCESS_LIMIT": str(self.daily),
			"HTTP_X_RATELIMIT_ACCOUNT_SUCCESS_REMAINING": str(left),
			"HTTP_X_RATELIMIT_ACCOUNT_SUCCESS_RESET": "43200",
		}

	def _refusal(
		self, status: int, summary: str, detail: str, headers: dict | None = None, **more
	) -> Refusal:
		return Refusal(
			status, {"summary": summary, "detail": detail, "status_code": status, **more}, headers or {}
		)
