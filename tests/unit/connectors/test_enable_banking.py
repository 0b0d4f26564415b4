"""Enable Banking: what its documentation shows becomes bank lines; sessions, pages and the bank's own refusals."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from collections_app.connectors.base import (
	BadRecord,
	ConfigurationError,
	ConsentError,
	RateLimitError,
	TransientError,
)
from collections_app.connectors.enable_banking.mapper import bank_line
from sandbox.providers.enable_banking import ACCOUNTS, SESSION, EnableBankingServer
from tests.unit.connectors.bank_feeds import fixture, found, lines, read, statements
from tests.unit.connectors.contract import Trial

FIRST, SECOND = ACCOUNTS
FOUND = found("enable_banking")


@pytest.fixture
def trial():
	with EnableBankingServer() as server:
		trial = Trial(FOUND, server)
		yield trial
		# the id of a session opens nothing without the application's key
		assert not set(trial.leaks()) - {SESSION}


def test_the_documented_answer():
	received, paid = (
		bank_line(row, "hash") for row in fixture("enable_banking", "transactions.json")["transactions"]
	)
	assert (received.amount, received.currency) == (Decimal("1.23"), "EUR")
	assert (received.booking_date, received.value_date) == (date(2020, 1, 3), date(2020, 1, 2))
	assert (received.counterparty_iban, received.counterparty_bic) == ("FI8638798819867751", "NDEAFIHH")
	assert received.remittance == "RF07850352502356628678117 Gift for Alex"
	assert received.structured_reference == "RF07850352502356628678117"
	assert received.bank_transaction_code == "12-32"
	assert (received.instructed_amount, received.instructed_currency) == (Decimal("1.85"), "USD")
	assert received.external_id.startswith("5561990681-")
	assert paid.amount == Decimal("-49.90"), "the indicator says the sign, once"
	assert (paid.counterparty_name, paid.counterparty_iban) == ("K-Market Tapiola", "123456")


def test_only_booked_transactions_of_all_pages(trial):
	for number in range(5):
		trial.server.book(FIRST, f"T-{number}")
	for status in ("PDNG", "HOLD", "RJCT", "CNCL", "SCHD", "OTHR"):
		trial.server.book(FIRST, f"T-{status}", status=status)
	statement = statements(read(trial))[0]
	assert len(statement.lines) == 5 and statement.pending_count == 6
	assert (statement.account_other_id, statement.account_iban) == ACCOUNTS[FIRST]


def test_equal_lines_on_two_pages_without_reference(trial):
	for _ in range(3):
		trial.server.book(FIRST, None, remittance_information=["same"])
	first = [line.external_id for line in lines(read(trial))]
	assert len(set(first)) == 3, "pages of two: the third equal line stands on another page"
	assert first == [line.external_id for line in lines(read(trial))]


def test_a_line_that_comes_on_two_pages_is_one(trial):
	for number in ("T-1", "T-2", "T-2", "T-3"):
		trial.server.book(FIRST, number)
	assert len(lines(read(trial))) == 3


def test_another_session_keeps_accounts_and_ids(trial, monkeypatch):
	trial.server.book(FIRST, "T-1")
	before = statements(read(trial))[0]
	moved = {"11111111-2222-4333-8444-555555555555": ACCOUNTS[FIRST]}
	trial.server.rows = {next(iter(moved)): trial.server.rows[FIRST]}
	monkeypatch.setattr("sandbox.providers.enable_banking.ACCOUNTS", moved)
	after = statements(read(trial))[0]
	assert after.account_other_id == before.account_other_id
	assert [one.external_id for one in after.lines] == [one.external_id for one in before.lines]


def test_the_first_reading_goes_as_far_back_as_the_bank_does(trial):
	read(trial)
	read(trial)
	first, later = (one.query for one in trial.server.calls("/transactions")[::2])
	assert first["strategy"] == "longest" and "date_to" not in first
	assert "strategy" not in later
	assert later["date_from"] == f"{trial.clock.now() - timedelta(days=7):%Y-%m-%d}"


def test_details_are_asked_once(trial):
	read(trial)
	read(trial)
	assert len(trial.server.calls("/details")) == 2


@pytest.mark.parametrize("ended", ["EXPIRED", "CLOSED", "REVOKED", "CANCELLED", "until", "code"])
def test_an_ended_consent(trial, ended):
	trial.server.book(FIRST, "T-1")
	until = trial.server.valid_until
	if ended == "until":
		trial.server.valid_until = trial.clock.now()
	elif ended == "code":
		trial.server.refuse = (401, "EXPIRED_SESSION")
	else:
		trial.server.status = ended
	error = trial.attempt(trial.sync)
	assert isinstance(error, ConsentError) and "Press Connect" in str(error)
	trial.server.status, trial.server.valid_until, trial.server.refuse = "AUTHORIZED", until, None
	trial.sync()
	assert len(trial.kept) == 1


def test_the_bank_takes_no_more_readings(trial):
	trial.server.refuse = (429, "ASPSP_RATE_LIMIT_EXCEEDED")
	error = trial.attempt(trial.sync)
	assert isinstance(error, RateLimitError)
	assert error.next_allowed == trial.clock.now() + timedelta(hours=6)
	assert len(trial.server.calls("/transactions")) == 2, "one an account, none repeated"


@pytest.mark.parametrize("code", ["ASPSP_ERROR", "ASPSP_TIMEOUT"])
def test_trouble_at_the_bank(trial, code):
	trial.server.refuse = (400, code)
	assert isinstance(trial.attempt(trial.sync), TransientError)
	trial.server.refuse = None
	trial.server.book(SECOND, "T-1")
	trial.clock.sleep(3600)
	trial.sync()
	assert len(trial.kept) == 1


def test_one_account_that_is_not_accessible(trial):
	trial.server.refuse = (403, "ACCESS_DENIED")
	assert isinstance(trial.attempt(trial.sync), ConfigurationError)
	trial.server.refuse = (404, "ACCOUNT_DOES_NOT_EXIST")
	entries = read(trial)
	assert [one.external_id for one in entries if isinstance(one, BadRecord)] == [
		one[0] for one in ACCOUNTS.values()
	]
	assert trial.cursor == {"accounts": {}}, "it is read from where it was"


def test_a_wrong_indicator_is_parked(trial):
	trial.server.book(FIRST, "T-1", kind="BOTH")
	trial.server.book(FIRST, "T-2")
	entries = read(trial)
	assert [one.message for one in entries if isinstance(one, BadRecord)]
	assert len(lines(entries)) == 1


def test_consent_is_given_in_the_browser(trial):
	connector, memory = trial.connect(), {}
	assert connector.consent_url("https://site.example/back", "state-1", memory).startswith("https://tilisy.")
	(asked,) = trial.server.asked
	assert (asked["state"], asked["redirect_url"]) == ("state-1", "https://site.example/back")
	assert asked["psu_type"] == "business"
	until = datetime.fromisoformat(asked["access"]["valid_until"])
	assert until == trial.clock.now() + timedelta(days=90, minutes=-1), "no longer than this bank allows"
	with pytest.raises(ConfigurationError, match="not given"):
		connector.finish_consent("", {"error": "access_denied"}, memory)
	assert connector.finish_consent("", {"code": "good-code"}, memory) == trial.server.valid_until.date()
	assert trial.connect().discover().accounts[0].iban == ACCOUNTS[FIRST][1]
	assert not trial.server.calls("/details"), "the session told them"


def test_another_key(trial):
	from cryptography.hazmat.primitives import serialization
	from cryptography.hazmat.primitives.asymmetric import rsa

	other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
		serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
	)
	config = trial.connect().config
	config = {**config, "credentials": {**config["credentials"], "private_key": other.decode()}}
	connector = FOUND.connector(config, trial.connect().runtime)
	assert isinstance(trial.attempt(connector.check), ConfigurationError)
