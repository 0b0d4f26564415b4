"""Stripe and its simulator."""

import json
from decimal import Decimal

from collections_app.connectors.base import Action, DataError, TransientError, WebhookRequest
from collections_app.connectors.records import PaymentLinkRequest
from sandbox.providers.stripe import CREDENTIALS, StripeServer
from tests.unit.connectors.contract import Case


def webhook(
	server: StripeServer, kind: str = "checkout.session.completed", found: dict | None = None, **signing
) -> WebhookRequest:
	event = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": found or {}}}
	body = json.dumps(event).encode()
	return WebhookRequest(
		"https://site.example/hook", {"stripe-signature": server.sign(body, **signing)}, body
	)


CASE = Case(
	server=StripeServer,
	credentials=CREDENTIALS,
	stream="payments",
	fill=lambda server: {f"{server.pay(f'INV-{number}')}|Paid" for number in range(5)},
	arrive=lambda server: {f"{server.pay('INV-late')}|Paid"},
	data_path="/v1/checkout/sessions",
	action=Action(
		"create_payment_link", "our-key-1", PaymentLinkRequest(Decimal("10.00"), "EUR", "INV-1", "Invoice 1")
	),
	push_path="/v1/payment_links",
	effects=lambda server: len(server.links),
	webhook=webhook,
	other={"409": (DataError, TransientError)},
)
