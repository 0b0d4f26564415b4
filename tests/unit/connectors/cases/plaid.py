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


def refuse(server: PlaidServer, fault: str):
	"""Plaid knows one refusal of a single account: the consent does not cover it any more."""
	server.closed.add(ACCOUNTS[0])
	return server.closed.clear


CASE = Case(
	server=PlaidServer,
	credentials=CREDENTIALS,
	stream="transactions",
	fill=fill,
	arrive=lambda server: {server.post(ACCOUNTS[0], "late")["transaction_id"]},
	data_path="/transactions/sync",
	webhook=webhook,
	refuse=refuse,
	config={"accounts": list(ACCOUNTS)},
)
