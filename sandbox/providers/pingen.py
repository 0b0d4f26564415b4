"""Pingen's API, played: token, file upload, letters with idempotency keys, signed webhooks."""

import hashlib
import hmac
import json
import uuid
from datetime import timedelta
from pathlib import Path

import collections_app.connectors.pingen as connector
from sandbox.providers.api_server import Answer, ApiServer, Refusal, Seen, route

ORGANISATION = "ed247161-6368-4278-abc7-32158472dc50"
CREDENTIALS = {
	"client_id": "pingen-client",
	"client_secret": "pingen/secret+12345",
	"organisation": ORGANISATION,
	"webhook_secret": "signing-secret-of-pingen",
}
SHAPE = json.loads((Path(connector.__file__).parent / "fixtures" / "letter.json").read_text())
CONTENT = {"Content-Type": "application/vnd.api+json"}


class PingenServer(ApiServer):
	def __init__(self, **options):
		super().__init__(**options)
		self.letters: list[dict] = []
		self.keys: dict[str, dict] = {}
		self.files: dict[str, bytes] = {}

	def add(self, status: str = "sent", days_ago: int = 1, **more) -> str:
		"""A letter made before; returns its id."""
		at = (self.now() - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S%z")
		about = {**SHAPE["attributes"], "status": status, "created_at": at, "updated_at": at, **more}
		self.letters.insert(0, {**SHAPE, "id": str(uuid.uuid4()), "attributes": about})
		return self.letters[0]["id"]

	def sign(self, body: bytes, secret: str = CREDENTIALS["webhook_secret"]) -> str:
		return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()

	@route("POST", "/auth/access-tokens")
	def token(self, request: Seen):
		form = request.form
		if (
			form.get("grant_type") != "client_credentials"
			or form.get("client_secret") != CREDENTIALS["client_secret"]
		):
			raise Refusal(401, {"error": "invalid_client", "message": "Client authentication failed"})
		return self.issue_token()

	@route("GET", "/organisations/{organisation}")
	def organisation(self, request: Seen):
		self._inside(request)
		about = {
			"name": "Example AG",
			"status": "active",
			"billing_balance": 120.5,
			"billing_currency": "CHF",
		}
		return Answer(
			{"data": {"type": "organisations", "id": ORGANISATION, "attributes": about}}, 200, CONTENT
		)

	@route("GET", "/file-upload")
	def upload_address(self, request: Seen):
		self.require_bearer(request)
		name = uuid.uuid4().hex
		self.files[name] = b""
		about = {"url": f"{self.url}/store/{name}?X-Amz-Signature=abc", "url_signature": f"$2y$10${name}"}
		return Answer({"data": {"type": "file_uploads", "id": name, "attributes": about}}, 200, CONTENT)

	@route("PUT", "/store/{name}")
	def upload(self, request: Seen):
		if "authorization" in request.headers:
			raise Refusal(400, "<Error><Code>InvalidArgument</Code></Error>")  # as a signed address answers
		self.files[request.values["name"]] = request.body
		return Answer("")

	@route("GET", "/organisations/{organisation}/deliveries/letters")
	def list_letters(self, request: Seen):
		self._inside(request)
		rows = self.letters
		if "filter" in request.query:
			((field, value),) = json.loads(request.query["filter"])["and"][0].items()
			rows = [one for one in rows if one["attributes"][field] == value]
		start = (int(request.query.get("page[number]", 1)) - 1) * self.page_size
		return Answer({"data": rows[start : start + self.page_size]}, 200, CONTENT)

	@route("POST", "/organisations/{organisation}/deliveries/letters")
	def create(self, request: Seen):
		self._inside(request)
		key = request.headers.get("idempotency-key", "")
		if len(key) > 64:
			raise _refusal(400, "Idempotency-Key", "must be between 1 and 64 characters")
		if key and key in self.keys:
			return Answer({"data": self.keys[key]}, 201, {**CONTENT, "Idempotent-Replayed": "true"})
		wanted = request.json()["data"]["attributes"]
		name = wanted["file_url_signature"].removeprefix("$2y$10$")
		if not self.files.get(name, b"").startswith(b"%PDF"):
			raise _refusal(422, "File not found", "The uploaded file could not be found")
		taken = ("file_original_name", "address_position", "delivery_product", "print_mode", "print_spectrum")
		self.add("validating", 0, price_value=None, **{field: wanted[field] for field in taken})
		self.keys[key] = self.letters[0]
		return Answer({"data": self.letters[0]}, 201, CONTENT)

	@route("GET", "/organisations/{organisation}/deliveries/letters/{letter}")
	def letter(self, request: Seen):
		self._inside(request)
		for letter in self.letters:
			if letter["id"] == request.values["letter"]:
				return Answer({"data": letter}, 200, CONTENT)
		raise _refusal(404, "Not Found", "Resource not found")

	def _inside(self, request: Seen) -> None:
		self.require_bearer(request)
		if request.values["organisation"] != ORGANISATION:
			raise _refusal(403, "Forbidden", "No access to this organisation")


def _refusal(status: int, title: str, detail: str) -> Refusal:
	return Refusal(status, {"errors": [{"code": str(status), "title": title, "detail": detail}]}, CONTENT)
