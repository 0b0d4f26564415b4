"""Enable Banking."""

from collections_app.engine.statements.identity import external_id
from sandbox.providers.enable_banking import ACCOUNTS, EnableBankingServer, credentials
from tests.unit.connectors.bank_feeds import exact, today
from tests.unit.connectors.contract import Case, refuse_path


def book(server: EnableBankingServer, account: str, number: str, amount: str = "10.00") -> str:
	server.book(account, number, amount)
	return external_id(ACCOUNTS[account][0], number, today(), exact(amount), "")


def fill(server: EnableBankingServer) -> set[str]:
	for account in ACCOUNTS:
		server.book(account, "pending", status="PDNG")
	return {book(server, account, f"{account[:4]}-{n}") for account in ACCOUNTS for n in range(5)}


CASE = Case(
	server=EnableBankingServer,
	credentials=credentials(),
	stream="transactions",
	fill=fill,
	arrive=lambda server: {book(server, next(iter(ACCOUNTS)), "late")},
	data_path="/transactions",
	refuse=refuse_path(next(iter(ACCOUNTS))),
)
