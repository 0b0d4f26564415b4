"""Coface and its simulator."""

from decimal import Decimal

from collections_app.connectors.base import Action
from collections_app.connectors.records import CoverRequest
from sandbox.providers.coface import CREDENTIALS, CofaceServer
from tests.unit.connectors.contract import Case

CASE = Case(
	server=CofaceServer,
	credentials=CREDENTIALS,
	stream="covers",
	fill=lambda server: {server.add(1000 * number) for number in range(1, 6)},
	arrive=lambda server: {server.add(99000)},
	data_path="/products",
	urls=lambda server: {"base_url": server.url, "authentication_url": f"{server.url}/authentication/v1"},
	action=Action("request_cover", "our-key-1", CoverRequest("Request", "1003", Decimal(50000), "EUR")),
	push_path="/products",
	effects=lambda server: server.changes,
)
