"""Acme Post: messages of every kind. On its plan `keyed` it keeps our reference, on the plan `plain` it does not."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from collections_app.connectors.base import (
	Action,
	Discovery,
	Manifest,
	MessageStatus,
	Pushed,
	UncertainError,
)
from collections_app.connectors.http import HttpConnector
from collections_app.connectors.http.auth import ApiKey, bearer

MANIFEST = Manifest.read(Path(__file__).parent)
STATES = {
	"accepted": "Sent",
	"delivered": "Delivered",
	"proved": "Proved",
	"returned": "Failed",
	"stuck": "Uncertain",
}


class AcmePost(HttpConnector):
	manifest = MANIFEST

	def auth(self) -> ApiKey:
		return bearer(self.credential("token"))

	def check(self) -> str:
		return f"{len(self.http.get('messages').json()['data'])} message(s) so far"

	def discover(self) -> Discovery:
		return Discovery(())

	def push(self, action: Action) -> Pushed:
		message = action.data
		body = {
			"kind": action.kind,
			"to": message.to,
			"text": message.text or message.html,
			"reference": action.key if self._keyed else "",
			"pages": len(message.pdf),
			"registered": message.registered,
		}
		key = action.key if self._keyed else ""
		return _pushed(self.http.post("messages", body, idempotency_key=key).json())

	def find(self, action: Action, since: datetime) -> Pushed | None:
		if not self._keyed:
			raise UncertainError("Acme Post keeps no reference of ours.")
		found = self.http.get("messages", {"reference": action.key}).json()["data"]
		return _pushed(found[0]) if found else None

	def status(self, reference: str) -> MessageStatus:
		answer = self.http.get(f"messages/{reference}").json()
		proof = b"%PDF-1.4 proof" if answer["state"] == "proved" else b""
		return MessageStatus(
			reference,
			STATES[answer["state"]],
			detail=answer["state"],
			proof=proof,
			proof_name=f"{reference}.pdf" if proof else "",
			unreachable=answer["state"] == "returned",
		)

	@property
	def _keyed(self) -> bool:
		return self.credential("plan") == "keyed"


def _pushed(answer: Mapping[str, Any]) -> Pushed:
	return Pushed(
		answer["id"], STATES[answer["state"]], detail=answer["state"], cost=Decimal("0.08"), currency="EUR"
	)


CONNECTOR = AcmePost
