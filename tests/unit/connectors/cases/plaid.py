"""Plaid."""

from collections_app.connectors.base import WebhookRequest
from sandbox.providers.plaid import ACCOUNTS, CREDENTIALS, PlaidServer
from tests.unit.connectors.contract import Case


def fill(server: PlaidServer) -> set[str]:
	server.post(ACCOUNTS[0], "pending", pending=True)
	return {
		server.post(account, f"{account[:4]}-{n}")["transaction_id"] for account in ACCOUNTS for n in range(5)
	}


def webhook(server: PlaidServer) -> WebhookRequest:
	body = b'{"webhook_type": "TRANSACTIONS", "webhook_code": "SYNC_UPDATES_AVAILABLE"}'
	return WebhookRequest("https://site.example/hook", {"plaid-verification": server.sign(body)}, body)


CASE = Case(
	server=PlaidServer,
	credentials=CREDENTIALS,
	stream="transactions",
	fill=fill,
	arrive=lambda server: {server.post(ACCOUNTS[0], "late")["transaction_id"]},
	data_path="/transactions/sync",
	webhook=webhook,
)
