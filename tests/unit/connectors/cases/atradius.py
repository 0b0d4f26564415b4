"""Atradius and its simulator."""

from decimal import Decimal

from collections_app.connectors.base import Action
from collections_app.connectors.records import CoverRequest
from sandbox.providers.atradius import CREDENTIALS, AtradiusServer
from tests.unit.connectors.contract import Case

CASE = Case(
	server=AtradiusServer,
	credentials=CREDENTIALS,
	stream="covers",
	fill=lambda server: {server.add(1000 * number) for number in range(1, 6)},
	arrive=lambda server: {server.add(99000)},
	data_path="/covers",
	urls=lambda server: {"base_url": server.url, "token_url": f"{server.url}/authenticate/v2/tokens"},
	action=Action("request_cover", "our-key-1", CoverRequest("Request", "1003", Decimal(50000), "EUR")),
	push_path="/covers",
	effects=lambda server: server.changes,
)
