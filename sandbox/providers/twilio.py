"""Twilio's messaging API, played: messages, their statuses, signed status callbacks."""

import base64
import hashlib
import hmac
import json
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlencode

import collections_app.connectors.twilio as connector
from sandbox.providers.api_server import Answer, ApiServer, Refusal, Seen, route

CREDENTIALS = {
	"account_sid": "AC" + "0a" * 16,
	"auth_token": "twilio-auth-token-0123456789",
	"next_auth_token": "",
	"sender": "+14155552345",
	"whatsapp_sender": "+14155238886",
	"whatsapp_template": "HX" + "0b" * 16,
	"status_callback": "https://site.example/hook?connection=Twilio",
}
SHAPE = json.loads((Path(connector.__file__).parent / "fixtures" / "message.json").read_text())


class TwilioServer(ApiServer):
	def __init__(self, **options):
		super().__init__(**options)
		self.messages: list[dict] = []

	def add(self, status: str = "delivered", to: str = "+491701234567", **more) -> str:
		"""A message that was sent before; returns its sid."""
		sid = f"SM{len(self.messages):032x}"
		day = format_datetime(self.now())
		message = {**SHAPE, "sid": sid, "to": to, "status": status}
		message |= dict.fromkeys(("date_created", "date_sent", "date_updated"), day)
		self.messages.insert(0, {**message, **more})  # Twilio lists the latest first
		return sid

	def settle(self, status: str, **more) -> None:
		"""What became of all messages that were sent."""
		for message in self.messages:
			message.update({"status": status, "date_updated": format_datetime(self.now()), **more})

	def sign(self, url: str, form: dict[str, str], token: str = CREDENTIALS["auth_token"]) -> str:
		text = url + "".join(name + form[name] for name in sorted(form))
		return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()

	@route("GET", "/2010-04-01/Accounts/{account}.json")
	def account(self, request: Seen):
		self._authorised(request)
		return {"sid": CREDENTIALS["account_sid"], "friendly_name": "Collections", "status": "active"}

	@route("POST", "/2010-04-01/Accounts/{account}/Messages.json")
	def send(self, request: Seen):
		self._authorised(request)
		form = request.form
		if not form.get("From") and not form.get("MessagingServiceSid"):
			raise _refusal(400, 21603, "A 'From' phone number is required.")
		if not form.get("Body") and not form.get("ContentSid"):
			raise _refusal(400, 21602, "Message body is required.")
		if form["To"].endswith("0000000"):
			raise _refusal(400, 21211, "Invalid 'To' Phone Number")
		# of a template the text is kept as the customer reads it
		body = form.get("Body") or json.loads(form.get("ContentVariables") or "{}").get("1", "")
		sid = self.add("queued", form["To"], body=body, form=form)
		return Answer(self._find(sid), 201)

	@route("GET", "/2010-04-01/Accounts/{account}/Messages.json")
	def list_messages(self, request: Seen):
		self._authorised(request)
		to = request.query.get("To")
		rows = [one for one in self.messages if to in (None, one["to"])]
		rows, following = self.slice(request, rows, "PageToken")
		query = urlencode({**request.query, "PageToken": following})
		return {"messages": rows, "next_page_uri": f"{request.path}?{query}" if following else None}

	@route("GET", "/2010-04-01/Accounts/{account}/Messages/{sid}.json")
	def message(self, request: Seen):
		self._authorised(request)
		return self._find(request.values["sid"])

	def _find(self, sid: str) -> dict:
		for message in self.messages:
			if message["sid"] == sid:
				return message
		raise _refusal(404, 20404, "The requested resource was not found")

	def _authorised(self, request: Seen) -> None:
		if request.basic != (CREDENTIALS["account_sid"], CREDENTIALS["auth_token"]):
			raise _refusal(401, 20003, "Authenticate")


def _refusal(status: int, code: int, message: str) -> Refusal:
	more = f"https://www.twilio.com/docs/errors/{code}"
	return Refusal(status, {"code": code, "message": message, "more_info": more, "status": status})
