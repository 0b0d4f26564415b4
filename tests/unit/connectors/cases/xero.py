"""Xero and its simulator."""

import json

from collections_app.connectors.base import Token, WebhookRequest
from collections_app.connectors.runtime import MemoryTokens
from sandbox.providers.xero import CREDENTIALS, XeroServer
from tests.unit.connectors.contract import Case


def consented(server: XeroServer) -> MemoryTokens:
	refresh = server.consent()
	return MemoryTokens({"access": Token("", None, refresh)})


def addresses(server: XeroServer) -> dict[str, str]:
	return {
		"base_url": server.url,
		"token_url": f"{server.url}/connect/token",
		"authorize_url": f"{server.url}/identity/connect/authorize",
	}


def webhook(server: XeroServer, events: list | None = None, key: str = CREDENTIALS["webhook_key"]):
	body = json.dumps({"events": [{"eventType": "UPDATE"}] if events is None else events}).encode()
	return WebhookRequest("https://site.example/hook", {"x-xero-signature": server.sign(body, key)}, body)


CASE = Case(
	server=XeroServer,
	credentials=CREDENTIALS,
	stream="payments",
	fill=lambda server: {f"{server.add(f'INV-{number}')}|AUTHORISED" for number in range(5)},
	arrive=lambda server: {f"{server.add('INV-late', hours_ago=0)}|AUTHORISED"},
	data_path="/Payments",
	urls=addresses,
	tokens=consented,
	webhook=webhook,
)
