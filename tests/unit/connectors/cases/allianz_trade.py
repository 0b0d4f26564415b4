"""Allianz Trade and its simulator."""

import json
from decimal import Decimal

from collections_app.connectors.allianz_trade import mapper
from collections_app.connectors.base import Action, WebhookRequest
from collections_app.connectors.records import CoverRequest
from sandbox.providers.allianz_trade import CREDENTIALS, AllianzTradeServer
from tests.unit.connectors.contract import Case


def webhook(server: AllianzTradeServer, key: str = "our-key-1") -> WebhookRequest:
	signature = mapper.signature(CREDENTIALS["callback_secret"], key)
	url = f"{CREDENTIALS['callback_url']}&about={key}&signature={signature}"
	return WebhookRequest(url, {}, json.dumps({"jobId": "job-1", "status": "processed"}).encode())


CASE = Case(
	server=AllianzTradeServer,
	credentials=CREDENTIALS,
	stream="covers",
	fill=lambda server: {server.add(1000 * number) for number in range(1, 6)},
	arrive=lambda server: {server.add(99000)},
	data_path="/covers",
	urls=lambda server: {"base_url": f"{server.url}/v1"},
	action=Action("request_cover", "our-key-1", CoverRequest("Request", "1003", Decimal(50000), "EUR")),
	push_path="/covers",
	effects=lambda server: server.changes,
	webhook=webhook,
	token_path="authorize",
	signed=False,
)
