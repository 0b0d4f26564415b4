"""Low-code connectors: one definition for each way to authenticate and to page, held to the contract as coded ones are."""

from datetime import datetime, timezone

from collections_app.tests.rest_server import (
	ACCOUNTS,
	API_KEY,
	APP_KEY,
	CLIENT,
	LOGIN,
	RestServer,
)
from tests.unit.connectors.contract import Case


def addresses(server: RestServer) -> dict[str, str]:
	return {"base_url": server.url, "token_url": f"{server.url}/oauth2/token"}


def changed(server: RestServer, name: str) -> str:
	"""A company; the record of its website is known by company, field and time."""
	identity = server.company(name)
	at = next(row["changed"] for row in server.rows["companies"] if row["id"] == identity)
	return f"{identity}|website|{datetime.fromtimestamp(at, timezone.utc).isoformat()}"


# fixture -> how it is tried
CASES = {
	"bank": Case(
		server=RestServer,
		credentials={"api_key": API_KEY},
		stream="transactions",
		fill=lambda server: {server.book(account) for account in ACCOUNTS for _ in range(5)},
		arrive=lambda server: {server.book("acc-1")},
		data_path="/transactions",
	),
	"bureau": Case(
		server=RestServer,
		credentials={"client_id": CLIENT[0], "client_secret": CLIENT[1], "app_key": APP_KEY},
		stream="reports",
		fill=lambda server: {server.report(f"C{number}") for number in range(5)},
		arrive=lambda server: {server.report("late")},
		data_path="/bureau/reports",
		urls=addresses,
	),
	"insurer": Case(
		server=RestServer,
		credentials={"user": LOGIN[0], "password": LOGIN[1]},
		stream="covers",
		fill=lambda server: {server.cover(f"C{number}") for number in range(5)},
		arrive=lambda server: {server.cover("late")},
		data_path="/insurer/covers",
	),
	"crm": Case(
		server=RestServer,
		credentials={"user": "anybody", "password": API_KEY},
		stream="companies",
		fill=lambda server: {changed(server, f"Company{number}") for number in range(5)},
		arrive=lambda server: {changed(server, "Late")},
		data_path="/crm/search",
	),
	"messenger": Case(
		server=RestServer,
		credentials={"access_token": API_KEY},
		stream="statuses",
		fill=lambda server: {server.message() for _ in range(5)},
		arrive=lambda server: {server.message()},
		data_path="/messages/changes",
		paged=False,
	),
	"payments": Case(
		server=RestServer,
		credentials={"api_key": API_KEY},
		stream="payments",
		fill=lambda server: {server.payment(f"INV-{number}") for number in range(5)},
		arrive=lambda server: {server.payment("late")},
		data_path="/payments",
	),
}
