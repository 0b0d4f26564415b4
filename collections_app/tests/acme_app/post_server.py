"""Acme Post's API, played."""

from collections_app.tests.api_server import Answer, ApiServer, Refusal, Seen, route

CREDENTIALS = {"token": "acme-post-token-12345", "whatsapp_sender": "+14155238886"}


class AcmePostServer(ApiServer):
	def __init__(self, **options):
		super().__init__(**options)
		self.tokens.add(CREDENTIALS["token"])
		self.messages: list[dict] = []

	def state(self, state: str) -> None:
		"""What became of all messages."""
		for one in self.messages:
			one["state"] = state

	@route("POST", "/messages")
	def send(self, request: Seen):
		self.require_bearer(request)
		wanted, key = request.json(), request.headers.get("idempotency-key")
		if wanted["to"].endswith("000000"):
			raise Refusal(422, {"message": "no such number"})
		known = [one for one in self.messages if key and one["reference"] == key]
		if known:
			return Answer(known[0], 201)
		self.messages.append({"id": f"M{len(self.messages) + 1}", "state": "accepted", **wanted})
		return Answer(self.messages[-1], 201)

	@route("GET", "/messages")
	def list_messages(self, request: Seen):
		self.require_bearer(request)
		wanted = request.query.get("reference")
		return {"data": [one for one in self.messages if not wanted or one["reference"] == wanted]}

	@route("GET", "/messages/{message}")
	def message(self, request: Seen):
		self.require_bearer(request)
		for one in self.messages:
			if one["id"] == request.values["message"]:
				return one
		raise Refusal(404)
