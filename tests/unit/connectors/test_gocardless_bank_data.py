"""GoCardless Bank Account Data: what its documentation shows becomes bank lines; consents, tokens and daily limits."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from collections_app.connectors.bank_feed import BankAccount
from collections_app.connectors.base import (
	BadRecord,
	ConfigurationError,
	ConsentError,
	RateLimitError,
	Record,
)
from collections_app.connectors.gocardless_bank_data.mapper import bank_line
from sandbox.providers.gocardless_bank_data import ACCOUNTS, GoCardlessBankDataServer
from tests.unit.connectors.bank_feeds import fixture, found, lines, read, statements
from tests.unit.connectors.contract import Trial

FIRST, SECOND = ACCOUNTS
FOUND = found("gocardless_bank_data")


@pytest.fixture
def trial():
	with GoCardlessBankDataServer() as server:
		trial = Trial(FOUND, server)
		yield trial
		# the id of a requisition opens nothing without the secrets
		assert not set(trial.leaks()) - set(server.requisitions)


def test_the_documented_answer():
	answer = fixture("gocardless_bank_data", "transactions.json")["transactions"]
	received, paid = (bank_line(row, "GL3343697694912188") for row in answer["booked"])
	assert (received.amount, received.currency) == (Decimal("45.00"), "EUR")
	assert received.booking_date == received.value_date == date(2020, 10, 30)
	assert (received.counterparty_name, received.counterparty_iban) == ("MON MOTHMA", "GL53SAFI055151515")
	assert received.remittance == "For the support of Restoration of the Republic foundation"
	assert received.external_id.startswith("2020103000624289-1-")
	assert (paid.amount, paid.value_date) == (Decimal("-15.00"), date(2020, 11, 12))
	assert paid.bank_transaction_code == "PMNT" and not paid.is_reversal


def test_every_field_survives(trial):
	trial.server.book(
		FIRST,
		"T-1",
		"1234.56",
		endToEndId="E2E-77",
		debtorName="Müller & Söhne GmbH",
		debtorAccount={"iban": "DE02120300000000202051"},
		debtorAgent="BYLADEM1001",
		creditorName="Ourselves",
		remittanceInformationUnstructuredArray=["Invoice 4711", "and 4712"],
		remittanceInformationUnstructured="Invoice 4711",
		remittanceInformationStructured="RF18539007547034",
		bankTransactionCode="PMNT-RCDT-ESCT",
		currencyExchange=[{"instructedAmount": {"amount": "1300.00", "currency": "USD"}}],
	)
	(line,) = lines(read(trial))
	assert (line.amount, line.currency) == (Decimal("1234.56"), "EUR")
	assert (line.counterparty_name, line.counterparty_iban) == (
		"Müller & Söhne GmbH",
		"DE02120300000000202051",
	)
	assert (line.counterparty_bic, line.end_to_end_id) == ("BYLADEM1001", "E2E-77")
	assert line.remittance == "Invoice 4711 and 4712 RF18539007547034"
	assert line.structured_reference == "RF18539007547034"
	assert (line.instructed_amount, line.instructed_currency) == (Decimal("1300.00"), "USD")


def test_a_returned_payment_keeps_its_sign_and_its_party(trial):
	names = {"creditorName": "Their Customer", "debtorName": "Ourselves"}
	trial.server.book(FIRST, "T-1", "80.00", bankTransactionCode="PMNT-ICDT-RRTN", **names)
	(line,) = lines(read(trial))
	assert line.is_reversal and line.amount == Decimal("80.00")
	assert line.counterparty_name == "Their Customer"


def test_pending_is_left_out_and_counted(trial):
	trial.server.pending[FIRST] = fixture("gocardless_bank_data", "transactions.json")["transactions"][
		"pending"
	]
	trial.server.book(FIRST, "T-1")
	statement = statements(read(trial))[0]
	assert len(statement.lines) == 1 and statement.pending_count == 1
	assert (statement.account_iban, statement.account_other_id) == (ACCOUNTS[FIRST], FIRST)


def test_equal_lines_without_reference_are_two(trial):
	for _ in range(2):
		trial.server.book(FIRST, "", transactionId=None, internalTransactionId=None)
	first = [line.external_id for line in lines(read(trial))]
	assert len(set(first)) == 2
	assert first == [line.external_id for line in lines(read(trial))]


def test_one_unreadable_transaction_is_parked_and_read_again(trial):
	row = trial.server.book(FIRST, "T-1", "12,50")
	trial.server.book(FIRST, "T-2")
	entries = read(trial)
	(bad,) = [one for one in entries if isinstance(one, BadRecord)]
	assert "'12,50' is no number" in bad.message and bad.payload["row"] == row
	assert len(lines(entries)) == 1
	row["transactionAmount"]["amount"] = "12.50"
	again = list(trial.connect().read_again("transactions", {**bad.payload, "row": row}))
	assert [line.amount for line in lines(again)] == [Decimal("12.50")]


def test_it_goes_on_a_week_before_where_it_ended(trial):
	read(trial)
	read(trial)
	asked = [one.query["date_from"] for one in trial.server.calls("/transactions")][::2]
	now = trial.clock.now()
	assert asked == [f"{now - timedelta(days=days):%Y-%m-%d}" for days in (89, 7)]


def test_a_spent_day_of_one_account_does_not_stop_the_other(trial):
	trial.server.daily = 1
	trial.server.successes[FIRST] = 1
	trial.server.book(SECOND, "T-1")
	error = trial.attempt(lambda: trial.take(trial.connect().read("transactions", {})))
	assert isinstance(error, RateLimitError)
	assert error.next_allowed == trial.clock.now() + timedelta(seconds=43200)
	assert len(trial.kept) == 1
	assert len(trial.server.calls(FIRST + "/transactions")) == 1, "a refused call is not made again at once"


def test_the_last_call_of_the_day_is_known_before_it_is_refused(trial):
	trial.server.daily = 1
	trial.sync()
	before = len(trial.server.calls("/transactions"))
	assert isinstance(trial.attempt(trial.sync), RateLimitError)
	assert len(trial.server.calls("/transactions")) == before
	trial.clock.sleep(43201)
	trial.server.successes.clear()
	trial.sync()


def test_tokens_are_refreshed_not_made_anew(trial):
	trial.sync()
	trial.server.tokens.clear()
	trial.sync()
	assert len(trial.server.calls("/token/new")) == len(trial.server.calls("/token/refresh")) == 1
	trial.server.tokens.clear()
	trial.server.refresh_tokens.clear()
	trial.sync()
	assert len(trial.server.calls("/token/new")) == 2


def test_wrong_secrets(trial):
	trial.server.tokens.clear()
	config = {
		"credentials": {**trial.case.credentials, "secret_key": "wrong-key"},
		"urls": trial.case.urls(trial.server),
	}
	connector = FOUND.connector(config, trial.connect().runtime)
	error = trial.attempt(connector.check)
	assert isinstance(error, ConfigurationError) and not isinstance(error, ConsentError)


@pytest.mark.parametrize("ended", ["status", "account_status", "agreement_expired", "access_expired"])
def test_an_ended_consent(trial, ended):
	"""Whichever way it shows, and nothing is lost when it was given again."""
	trial.server.book(FIRST, "T-1")
	setattr(trial.server, ended, {"status": "EX", "account_status": "EXPIRED"}.get(ended, True))
	error = trial.attempt(trial.sync)
	assert isinstance(error, ConsentError) and "Press Connect" in str(error)
	fresh = GoCardlessBankDataServer()
	setattr(trial.server, ended, getattr(fresh, ended))
	trial.sync()
	assert len(trial.kept) == 1


def test_consent_is_given_in_the_browser(trial):
	connector, memory = trial.connect(), {}
	link = connector.consent_url("https://site.example/back", "state-1", memory)
	made = memory["requisition"]
	assert made in link
	assert trial.server.requisitions[made]["redirect"] == "https://site.example/back?state=state-1"
	trial.server.status = "CR"
	with pytest.raises(ConsentError):
		connector.finish_consent("https://site.example/back", {"ref": "state-1"}, memory)
	trial.server.status = "LN"
	until = connector.finish_consent("https://site.example/back", {"ref": "state-1"}, memory)
	assert until == (trial.clock.now() + timedelta(days=80)).date()
	assert trial.connect().discover().accounts[0].iban == ACCOUNTS[FIRST]
	assert trial.server.calls(f"/requisitions/{made}")


def test_a_mapped_account_that_the_consent_lost(trial):
	"""It does not pass for one without movements, and does not stop the others; alone it is an error."""
	config = {**trial.connect().config, "accounts": [FIRST, "another"]}
	entries = list(FOUND.connector(config, trial.connect().runtime).read("transactions", {}))
	(bad,) = [one for one in entries if isinstance(one, BadRecord)]
	assert bad.external_id == "another" and "the consent does not cover it" in bad.message
	assert [one.account_other_id for one in statements(entries)] == [FIRST]
	connector = FOUND.connector({**config, "accounts": ["another"]}, trial.connect().runtime)
	with pytest.raises(ConfigurationError, match="the consent does not cover it"):
		list(connector.read("transactions", {}))


def test_an_account_whose_details_are_refused(trial):
	"""It is told by the test of the connection, and the form learns nothing wrong of it."""
	trial.server.fault("403", 5, path=f"/accounts/{FIRST}/")
	assert "(GoCardless Bank Account Data answered 403" in trial.connect().check()
	assert [one.account_id for one in trial.connect().discover().accounts] == [SECOND]


def test_only_mapped_accounts_are_read(trial):
	config = {**trial.connect().config, "accounts": [SECOND]}
	connector = FOUND.connector(config, trial.connect().runtime)
	records = [one for one in connector.read("transactions", {}) if isinstance(one, Record)]
	assert [one.data.account_other_id for one in records] == [SECOND]
	assert BankAccount(SECOND, SECOND).account_id == SECOND
