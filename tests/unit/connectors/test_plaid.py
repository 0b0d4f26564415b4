"""Plaid: what its documentation shows becomes bank lines; updates, mutations, Items and signed webhooks."""

import time
from datetime import date
from decimal import Decimal

import pytest

from collections_app.connectors.base import (
	BadRecord,
	ConfigurationError,
	ConsentError,
	TransientError,
	WebhookRequest,
)
from collections_app.connectors.plaid.mapper import bank_line
from sandbox.providers.plaid import ACCOUNTS, CREDENTIALS, PlaidServer
from tests.unit.connectors.bank_feeds import fixture, found, lines, read, statements
from tests.unit.connectors.contract import Trial

FIRST, SECOND = ACCOUNTS
FOUND = found("plaid")
BODY = b'{"webhook_type": "TRANSACTIONS"}'


@pytest.fixture
def trial():
	with PlaidServer() as server:
		trial = Trial(FOUND, server)
		yield trial
		assert not trial.leaks()


def test_the_documented_answer():
	answer = fixture("plaid", "sync.json")
	line = bank_line(answer["added"][0])
	assert (line.amount, line.currency) == (Decimal("-72.1"), "USD"), "positive is money out"
	assert line.booking_date == line.value_date == date(2023, 9, 24)
	assert (line.counterparty_name, line.remittance) == ("Walmart", "PURCHASE WM SUPERCENTER #1700")
	assert line.external_id == "lPNjeW1nR6CDn5okmGQ6hEpMo4lLNoSrzqDje"
	assert bank_line(answer["modified"][0]).counterparty_name == "Burger King", "not the marketplace between"


def test_every_field_survives(trial):
	account = {"international": {"iban": "GB33BUKB20201555555555", "bic": "BUKBGB22"}}
	trial.server.post(
		FIRST,
		"T-1",
		-1234.56,
		iso_currency_code="GBP",
		original_description="FASTER PAYMENT INV-4711",
		check_number="1027",
		transaction_code="transfer",
		payment_meta={"payer": "Acme Ltd", "reference_number": "E2E-77", "reason": "March invoices"},
		counterparties=[{"name": "Other", "type": "merchant", "account_numbers": account}],
	)
	(line,) = lines(read(trial))
	assert (line.amount, line.currency) == (Decimal("1234.56"), "GBP")
	assert (line.counterparty_name, line.counterparty_iban) == ("Acme Ltd", "GB33BUKB20201555555555")
	assert (line.counterparty_bic, line.end_to_end_id) == ("BUKBGB22", "E2E-77")
	assert line.remittance == "FASTER PAYMENT INV-4711 March invoices Check 1027"
	assert line.bank_transaction_code == "transfer"


def test_pending_becomes_posted(trial):
	"""The pending one is never booked, and that it goes is no news."""
	trial.server.post(FIRST, "P-1", pending=True)
	first = read(trial)
	assert not lines(first) and statements(first)[0].pending_count == 1
	trial.server.remove(FIRST, "P-1")
	trial.server.post(FIRST, "T-1", pending_transaction_id="P-1")
	second = read(trial)
	assert [line.external_id for line in lines(second)] == ["T-1"]
	assert not [one for one in second if isinstance(one, BadRecord)]
	assert trial.cursor["pending"] == []


def test_a_booked_transaction_that_is_withdrawn_is_told(trial):
	trial.server.post(FIRST, "T-1")
	read(trial)
	trial.server.remove(FIRST, "T-1")
	(bad,) = [one for one in read(trial) if isinstance(one, BadRecord)]
	assert bad.external_id == "T-1" and "cancel its Bank Transaction" in bad.message


def test_a_change_while_it_is_read_starts_over(trial):
	for number in range(5):
		trial.server.post(FIRST, f"T-{number}")
	trial.server.mutations = 2
	assert len(lines(read(trial))) == 5
	trial.cursor, trial.server.mutations = {}, 99
	with pytest.raises(TransientError):
		read(trial)


def test_only_what_is_new(trial):
	trial.server.post(FIRST, "T-1")
	read(trial)
	trial.server.post(FIRST, "T-2")
	assert [line.external_id for line in lines(read(trial))] == ["T-2"]
	assert not lines(read(trial))


def test_an_account_mapped_later_is_read_from_its_beginning(trial):
	trial.server.post(FIRST, "T-1")
	trial.server.post(SECOND, "T-2")

	def sync(*accounts):
		connector = FOUND.connector(
			{**trial.connect().config, "accounts": list(accounts)}, trial.connect().runtime
		)
		entries = list(connector.read("transactions", trial.cursor))
		trial.cursor = dict(entries[-1].cursor)
		return [line.external_id for line in lines(entries)]

	assert sync(FIRST) == ["T-1"]
	assert sync(FIRST, SECOND) == ["T-1", "T-2"]
	assert sync(FIRST, SECOND) == []


def test_cards_are_no_bank_accounts(trial):
	discovery = trial.connect().discover()
	assert [one.account_id for one in discovery.accounts] == list(ACCOUNTS)
	assert discovery.consent_until == date(2027, 3, 1)


def test_a_consent_that_ended(trial):
	trial.server.post(FIRST, "T-1")
	trial.server.item_error = "ITEM_LOGIN_REQUIRED"
	assert isinstance(trial.attempt(trial.sync), ConsentError)
	trial.server.item_error = None
	trial.server.refuse = (400, "ITEM_ERROR", "ITEM_LOGIN_REQUIRED")
	assert isinstance(trial.attempt(trial.sync), ConsentError)
	trial.server.refuse = (400, "INSTITUTION_ERROR", "INSTITUTION_DOWN")
	assert isinstance(trial.attempt(trial.sync), TransientError)
	trial.server.refuse = None
	trial.sync()
	assert trial.kept == {"T-1"}


def test_wrong_keys(trial):
	config = {**trial.connect().config, "credentials": {**CREDENTIALS, "secret": "another-secret"}}
	error = trial.attempt(FOUND.connector(config, trial.connect().runtime).check)
	assert isinstance(error, ConfigurationError) and not isinstance(error, ConsentError)


def test_consent_is_given_in_the_browser(trial):
	connector, memory = trial.connect(), {}
	connector.config["credentials"] = {**CREDENTIALS, "access_token": ""}
	with pytest.raises(ConsentError):
		connector.accounts()
	assert connector.consent_url("https://site.example/back", "state-1", memory).startswith(
		"https://secure.plaid"
	)
	(asked,) = trial.server.link_requests
	assert asked["hosted_link"]["completion_redirect_uri"] == "https://site.example/back?state=state-1"
	assert asked["products"] == ["transactions"] and "access_token" not in asked
	trial.server.linked = False
	with pytest.raises(ConfigurationError, match="not given"):
		connector.finish_consent("", {}, memory)
	trial.server.linked = True
	assert connector.finish_consent("", {}, memory) == date(2027, 3, 1)
	assert trial.tokens.get("item").access in trial.server.tokens
	connector.consent_url("https://site.example/back", "state-2", memory)
	assert trial.server.link_requests[1]["access_token"] == trial.tokens.get("item").access, (
		"the same Item again"
	)


@pytest.mark.parametrize(
	("change", "genuine"),
	[
		({}, True),
		({"at": -200}, True),
		({"at": -400}, False),
		({"kid": "another"}, False),
		({"expired": True}, False),
		({"body": b"{}"}, False),
	],
)
def test_webhooks(trial, change, genuine):
	if change.get("expired"):
		trial.server.key_expired_at = 1
	header = {"kid": change["kid"]} if "kid" in change else {}
	signed = trial.server.sign(BODY, time.time() + change.get("at", 0), **header)
	request = WebhookRequest("", {"plaid-verification": signed}, change.get("body", BODY))
	assert trial.connect().verify_webhook(request) is genuine


def test_a_webhook_signed_with_a_shared_secret_is_not_believed(trial):
	import jwt

	forged = jwt.encode({"iat": int(time.time())}, "x" * 32, algorithm="HS256", headers={"kid": "k"})
	assert not trial.connect().verify_webhook(WebhookRequest("", {"plaid-verification": forged}, BODY))
	assert not trial.server.calls("/webhook_verification_key"), "nobody asks for the key of a wrong algorithm"


def test_a_webhook_key_is_fetched_once(trial):
	for _ in range(3):
		request = WebhookRequest("", {"plaid-verification": trial.server.sign(BODY)}, BODY)
		assert trial.connect().verify_webhook(request)
	assert len(trial.server.calls("/webhook_verification_key")) == 1
