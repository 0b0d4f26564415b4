"""The example connector of another app."""

from decimal import Decimal

from collections_app.connectors.base import Action, WebhookRequest
from collections_app.connectors.records import PaymentLinkRequest
from collections_app.tests.acme_app.server import CREDENTIALS, AcmeServer
from tests.unit.connectors.contract import Case


def fill(server: AcmeServer) -> set[str]:
	return {server.add(account, f"{account}-{n}") for account in ("A1", "A2") for n in range(5)}


def webhook(server: AcmeServer) -> WebhookRequest:
	body = b'{"event": "transactions.new"}'
	return WebhookRequest("https://site.example/hook", {"acme-signature": server.sign(body)}, body)


CASE = Case(
	server=AcmeServer,
	credentials=CREDENTIALS,
	stream="transactions",
	fill=fill,
	arrive=lambda server: {server.add("A1", "A1-late")},
	data_path="/transactions",
	action=Action(
		"create_payment_link", "our-key-1", PaymentLinkRequest(Decimal("10.00"), "EUR", "INV-1", "Invoice 1")
	),
	push_path="/payment-links",
	effects=lambda server: len(server.links),
	webhook=webhook,
)
