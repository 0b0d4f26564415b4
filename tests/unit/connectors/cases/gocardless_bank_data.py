"""GoCardless Bank Account Data."""

from collections_app.connectors.base import DataError
from collections_app.engine.statements.identity import external_id
from sandbox.providers.gocardless_bank_data import ACCOUNTS, CREDENTIALS, GoCardlessBankDataServer
from tests.unit.connectors.bank_feeds import exact, today
from tests.unit.connectors.contract import Case, refuse_path


def book(server: GoCardlessBankDataServer, account: str, number: str, amount: str = "10.00") -> str:
	server.book(account, number, amount)
	return external_id(ACCOUNTS[account], number, today(), exact(amount), "")


def fill(server: GoCardlessBankDataServer) -> set[str]:
	server.pending = {one: [{"valueDate": "2026-01-01"}] for one in ACCOUNTS}
	return {book(server, account, f"{account[:4]}-{n}") for account in ACCOUNTS for n in range(5)}


CASE = Case(
	server=lambda: GoCardlessBankDataServer(daily=100),
	credentials=CREDENTIALS,
	stream="transactions",
	fill=fill,
	arrive=lambda server: {book(server, next(iter(ACCOUNTS)), "late")},
	data_path="/transactions",  # one answer an account: the second request is the second account
	# the first account was read: the second one alone is refused
	other={"402": (DataError,), "403": (DataError,)},
	refuse=refuse_path(next(iter(ACCOUNTS))),
)
