"""Pingen and its simulator."""

import json
from pathlib import Path

import collections_app.connectors.pingen as connector
from collections_app.connectors.base import Action, WebhookRequest
from collections_app.connectors.records import OutgoingMessage
from sandbox.providers.pingen import CREDENTIALS, PingenServer
from tests.unit.connectors.contract import Case

UNDELIVERABLE = (Path(connector.__file__).parent / "fixtures" / "webhook_undeliverable.json").read_text()


def webhook(server: PingenServer, kind: str = "webhook_undeliverable", **included) -> WebhookRequest:
	event = json.loads(UNDELIVERABLE)
	event["data"]["type"] = kind
	event["included"][0]["attributes"] |= included
	body = json.dumps(event).encode()
	return WebhookRequest("https://site.example/hook", {"signature": server.sign(body)}, body)


CASE = Case(
	server=PingenServer,
	credentials=CREDENTIALS,
	stream="message_statuses",
	fill=lambda server: {f"{server.add(status)}|{status}" for status in ("sent", "undeliverable") * 3},
	arrive=lambda server: {f"{server.add('printing')}|printing"},
	data_path="/deliveries/letters",
	urls=lambda server: {"base_url": server.url, "identity_url": server.url},
	action=Action("send_letter", "our-key-1", OutgoingMessage(pdf=b"%PDF-1.7 letter")),
	push_path="/deliveries/letters",
	effects=lambda server: len(server.letters),
	webhook=webhook,
)
