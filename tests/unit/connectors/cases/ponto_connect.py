"""Ponto Connect."""

from collections_app.connectors.base import WebhookRequest
from collections_app.connectors.runtime import MemoryTokens, Token, utc_now
from sandbox.providers.ponto_connect import ACCOUNTS, PontoConnectServer, credentials
from tests.unit.connectors.contract import Case, refuse_path


def fill(server: PontoConnectServer) -> set[str]:
	return {server.book(account, f"{account[:4]}-{n}")["id"] for account in ACCOUNTS for n in range(5)}


def tokens(server: PontoConnectServer) -> MemoryTokens:
	given = server.issue_token(refresh=True)
	return MemoryTokens({"access": Token("", utc_now(), given["refresh_token"])})


def webhook(server: PontoConnectServer) -> WebhookRequest:
	body = server.event()
	return WebhookRequest("https://site.example/hook", {"signature": server.sign(body)}, body)


CASE = Case(
	server=PontoConnectServer,
	credentials=credentials(),
	stream="transactions",
	fill=fill,
	arrive=lambda server: {server.book(next(iter(ACCOUNTS)), "late")["id"]},
	data_path="/transactions",
	urls=lambda server: {"base_url": server.url, "authorize_url": f"{server.url}/oauth2/auth"},
	tokens=tokens,
	webhook=webhook,
	refuse=refuse_path(next(iter(ACCOUNTS))),
)
