"""Low-code connectors against their services: requests, pages, cursors, secrets."""

import json
from datetime import timedelta

import pytest

from collections_app.connectors.base import BadRecord, Checkpoint, ConfigurationError, DataError, Record
from collections_app.connectors.low_code.connector import connector_of
from collections_app.connectors.low_code.definition import Definition
from collections_app.connectors.low_code.preview import preview
from collections_app.connectors.records import CreditReport
from collections_app.connectors.runtime import Runtime
from collections_app.tests.rest_server import API_KEY, LOGIN, RestServer, definition
from tests.unit.connectors.contract import Trial, low_code

FOUND = {found.name.removeprefix("low_code-"): found for found in low_code()}


@pytest.fixture
def server():
	with RestServer() as server:
		yield server


def trial(server: RestServer, name: str) -> Trial:
	return Trial(FOUND[name], server)


def changed(name: str, server: RestServer, credentials: dict[str, str], **stream):
	"""A connector of a definition whose stream was changed."""
	values = definition(name)
	values["streams"][0] = {**values["streams"][0], **stream}
	runtime = Runtime(allowed_hosts=frozenset({server.host}))
	config = {"credentials": credentials, "urls": {"base_url": server.url}}
	return connector_of(Definition.of(values))(config, runtime)


def test_accounts_are_discovered(server):
	found = trial(server, "bank").connect().discover()
	assert [(one.account_id, one.iban, one.currency) for one in found.accounts] == [
		("acc-1", "DE02120300000000202051", "EUR"),
		("acc-2", "DE02500105170137075030", "EUR"),
	]


def test_only_mapped_accounts_are_read(server):
	bank = trial(server, "bank")
	server.book("acc-1")
	server.book("acc-2")
	connector = bank.connect()
	connector.config = {**connector.config, "accounts": ["acc-2"]}
	bank.take(connector.read("transactions", {}))
	assert len(bank.kept) == 1 and not server.calls("acc-1/transactions")


def test_the_window_of_a_day_cursor(server):
	"""The first reading goes back as far as the stream says; the next one overlaps."""
	bank = trial(server, "bank")
	bank.sync()
	today = bank.clock.now().date()
	assert server.calls("/transactions")[0].query["from"] == str(today - timedelta(days=90))
	server.forget()
	bank.sync()
	assert server.calls("/transactions")[0].query["from"] == str(today - timedelta(days=7))


def test_a_token_goes_on_where_it_was(server):
	messenger = trial(server, "messenger")
	server.message()
	messenger.sync()
	assert "since" not in server.calls("/messages")[0].query
	assert messenger.cursor == {"token": "1"}
	late = server.message()
	server.forget()
	messenger.sync()
	assert server.calls("/messages")[0].query["since"] == "1" and late in messenger.kept


def test_pages_that_are_smaller_than_asked(server):
	"""A service that gives fewer rows a page than it was asked for loses none."""
	expected = {server.company(f"Company{number}") for number in range(5)}
	pages = {"kind": "offset", "param": "skip", "size_param": "take", "size": 500}
	crm = changed("crm", server, {"user": "x", "password": API_KEY}, pages=pages)
	read = [one for one in crm.read("companies", {}) if isinstance(one, Record)]
	assert {one.data.customer_id for one in read} == expected
	assert server.calls("/crm/search")[0].json()["take"] == 500


def test_the_word_of_the_service_ends_the_pages(server):
	server.company("One")
	pages = {"kind": "offset", "param": "skip", "next": "total > `1`"}
	crm = changed("crm", server, {"user": "x", "password": API_KEY}, pages=pages)
	assert [type(one) for one in crm.read("companies", {})] == [Record, Checkpoint, Checkpoint]
	assert len(server.calls("/crm/search")) == 1


def test_an_answer_without_its_rows(server):
	"""An API that changed is not mistaken for one without news."""
	payments = changed("payments", server, {"api_key": API_KEY}, rows="entries")
	with pytest.raises(DataError, match="nothing at 'entries'"):
		list(payments.read("payments", {}))


def test_a_bad_row_is_parked_and_read_again(server):
	"""The rest goes on; the payload is enough to map it anew; its id stays, so that it is parked once."""
	bureau = trial(server, "bureau")
	server.report("C1", date="soon", limit="x")
	good = server.report("C2")
	bureau.sync()
	(bad,) = bureau.bad
	assert bureau.kept == {good}
	assert "reported_on" in bad.message and "credit_limit" in bad.message
	bureau.sync()
	assert {one.external_id for one in bureau.bad} == {bad.external_id}
	row = json.loads(json.dumps(bad.payload))
	row["row"] |= {"date": "01.02.2026", "limit": "5,00"}
	(again,) = bureau.connect().read_again("reports", row)
	assert isinstance(again.data, CreditReport) and again.data.score_0_100 == 66.0
	(still,) = bureau.connect().read_again("reports", bad.payload)
	assert isinstance(still, BadRecord)


def test_what_a_login_answers_is_never_logged(server):
	"""Wherever the token stands, also when its place was mistaken."""
	insurer = trial(server, "insurer")
	insurer.sync()
	issued = server.tokens - {API_KEY}
	assert issued and LOGIN[1] not in str(insurer.log)
	assert not any(token in str(insurer.log) for token in issued)
	values = definition("insurer")
	values["auth"]["token"] = "no.such.place"
	log = []
	mistaken = connector_of(Definition.of(values))(
		{"credentials": insurer.case.credentials, "urls": {"base_url": server.url}},
		Runtime(allowed_hosts=frozenset({server.host}), log=log.append, sleep=lambda seconds: None),
	)
	error = insurer.attempt(mistaken.check)
	assert "without a token" in str(error)
	assert log and not any(token in str(log) for token in server.tokens - {API_KEY})


def test_a_key_in_the_query_stays_off_other_hosts(server):
	"""A next page on another host is refused: the key would go there."""
	payments = trial(server, "payments")
	server.payment("INV-1")
	server.payment("INV-2")
	server.payment("INV-3")
	original = server.payments

	def elsewhere(request):
		answer = original(request)
		return {**answer, "next": "https://elsewhere.example/payments"}

	server._routes = [
		(method, pattern, elsewhere if function == original else function)
		for method, pattern, function in server._routes
	]
	assert "another host" in str(payments.attempt(payments.sync))


def test_private_addresses(server):
	"""Without the administrator's word no local address is reached, whatever a definition says."""
	for address in ("https://127.0.0.1/x", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254"):
		values = definition("payments")
		values["environments"]["production"]["base_url"] = address
		connector = connector_of(Definition.of(values))({"credentials": {"api_key": API_KEY}})
		with pytest.raises(ConfigurationError, match="not a public address"):
			connector.check()


def test_preview(server):
	bank = trial(server, "bank")
	server.book(amount="5.00")
	server.book(amount="x")
	server.rows["bank"][0]["status"] = "booked"
	found = preview(bank.connect(), "transactions")
	assert found.count == 2 and found.account == "Account acc-1" and not found.problem
	good, bad = found.rows
	assert str(good.values["amount"]) == "5.00" and not good.problems
	assert [one.field for one in bad.problems] == ["amount"]
	server.rows["bank"][0]["status"] = "pending"
	assert preview(bank.connect(), "transactions").rows[0].left_out


def test_preview_tells_what_fits_only_as_a_whole(server):
	bureau = trial(server, "bureau")
	server.report("C1", score=99)
	(row,) = preview(bureau.connect(), "reports").rows
	assert row.problems[0].field == "score"


def test_refusals_are_understood(server):
	bureau = trial(server, "bureau")
	connector = bureau.connect()
	connector.config = {**connector.config, "credentials": {**bureau.case.credentials, "app_key": "wrong"}}
	with pytest.raises(ConfigurationError, match="which application"):
		connector.check()
