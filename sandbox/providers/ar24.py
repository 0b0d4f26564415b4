"""AR24's API, played: signed requests, encrypted answers, always status 200."""

import base64
import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

import collections_app.connectors.ar24 as connector
from sandbox.providers.api_server import Answer, ApiServer, Refusal, Seen, route

CREDENTIALS = {
	"token": "7X9gx9E3Qx4EiUdB63nc",
	"private_key": "ar24-private-key-0123456789",
	"user_id": "4242",
}
SHAPE = json.loads((Path(connector.__file__).parent / "fixtures" / "mail.json").read_text())
PARIS = ZoneInfo("Europe/Paris")
PROOFS = {"sent": "ev", "ev": "ev", "ar": "ar", "refused": "rf", "negligence": "ng", "bounced": "bc"}


class Ar24Server(ApiServer):
	def __init__(self, strict_clock: bool = True, **options):
		super().__init__(**options)
		self.strict_clock = strict_clock
		self.mails: list[dict] = []
		self.files: dict[str, bytes] = {}
		self.maintenance = 0  # how many requests meet it

	def add(self, status: str = "sent", proof: bool = True, **more) -> str:
		"""A mail sent before; returns its id."""
		mail = {**SHAPE, "id": 1000 + len(self.mails), "status": status, **more}
		if proof and (kind := PROOFS.get(status.lower())):
			mail[f"proof_{kind}_url"] = f"{self.url}/get/proof/{kind}-{mail['id']}?token=1111"
		self.mails.append(mail)
		return str(mail["id"])

	@route("GET", "/api/user")
	def user(self, request: Seen):
		fields = self._fields(request)
		if fields.get("id_user") != CREDENTIALS["user_id"]:
			raise _error("user_not_exist", "User does not exist")
		return self._good(fields, {"id": 4242, "company": "Example SA", "email": "billing@example.com"})

	@route("POST", "/api/attachment")
	def attachment(self, request: Seen):
		fields = self._fields(request)
		file_id = hashlib.sha1(fields["file"]).hexdigest()
		self.files[file_id] = fields["file"]
		return self._good(fields, {"file_id": file_id})

	@route("POST", "/api/mail")
	def send(self, request: Seen):
		fields = self._fields(request)
		for name in ("id_user", "to_email", "to_firstname", "to_lastname", "dest_statut"):
			if not fields.get(name):
				raise _error(f"missing_{name.removeprefix('to_')}", f"{name} is missing")
		if fields["to_email"].endswith("@blocked.example"):
			raise _error("invalid_recipient", "The recipient is invalid")
		file_id = fields.get("attachment[]")
		if file_id and file_id not in self.files:
			raise _error("attachment_not_exists", "Attachment does not exist")
		self.add("waiting", ref_dossier=fields["ref_dossier"], to_email=fields["to_email"], form=dict(fields))
		return self._good(fields, self.mails[-1])

	@route("GET", "/api/mail")
	def mail(self, request: Seen):
		fields = self._fields(request)
		for mail in self.mails:
			if str(mail["id"]) == fields.get("id"):
				return self._good(fields, mail)
		raise _error("mail_not_exist", "Mail does not exist")

	@route("GET", "/get/proof/{name}")
	def proof(self, request: Seen):
		if "signature" in request.headers or request.query != {"token": "1111"}:
			raise Refusal(403)
		return Answer(
			b"%PDF-1.7 " + request.values["name"].encode(), 200, {"Content-Type": "application/pdf"}
		)

	def _fields(self, request: Seen) -> dict:
		"""What was sent, once token, date and signature were found right."""
		if self.maintenance:
			self.maintenance -= 1
			raise Refusal(200, {"status": "maintenance"})
		fields = request.query if request.method == "GET" else _form(request)
		if not fields.get("token"):
			raise _error("token_missing", "Token is missing")
		if fields["token"] != CREDENTIALS["token"]:
			raise _error("token_invalid", "Token is invalid")
		at = datetime.strptime(fields["date"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=PARIS)
		if self.strict_clock and abs(at - self.now()) > timedelta(minutes=10):
			raise _error("expired_date" if at < self.now() else "date_in_future", "Date is not valid")
		key = CREDENTIALS["private_key"]
		signature = request.headers.get("signature", "")
		if signature != _encrypt(fields["date"].encode(), _sha(key), _sha(_sha(key))):
			raise _error("invalid_signature", "Signature is invalid")
		return fields

	def _good(self, fields: dict, result: dict) -> Answer:
		key = CREDENTIALS["private_key"]
		plain = json.dumps({"status": "SUCCESS", "result": result}, default=str).encode()
		body = _encrypt(plain, _sha(fields["date"] + key), _sha(_sha(key)))
		return Answer(body, 200, {"Content-Type": "application/json"})


def _encrypt(plain: bytes, key: str, vector: str) -> str:
	missing = 16 - len(plain) % 16
	encryptor = Cipher(algorithms.AES(key[:32].encode()), modes.CBC(vector[:16].encode())).encryptor()
	return base64.b64encode(
		encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()
	).decode()


def _sha(text: str) -> str:
	return hashlib.sha256(text.encode()).hexdigest()


def _form(request: Seen) -> dict:
	"""The fields of a form, also of one with a file."""
	kind = request.headers.get("content-type", "")
	if "multipart" not in kind:
		return request.form
	fields = {}
	boundary = b"--" + kind.partition("boundary=")[2].encode()
	for part in request.body.split(boundary)[1:-1]:
		head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
		name = head.split(b'name="')[1].split(b'"')[0].decode()
		fields[name] = value if b"filename=" in head else value.decode()
	return fields


def _error(slug: str, message: str) -> Refusal:
	"""Errors come in the clear, with status 200."""
	return Refusal(200, {"status": "ERROR", "slug": slug, "message": message})
