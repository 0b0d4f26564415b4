"""Ponto Connect: what its documentation shows becomes bank lines; pages, synchronizations and consents."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from collections_app.connectors.base import (
	BadRecord,
	ConfigurationError,
	ConsentError,
	Refresh,
	WebhookRequest,
)
from collections_app.connectors.ponto_connect.mapper import bank_line
from sandbox.providers.ponto_connect import ACCOUNTS, PontoConnectServer
from tests.unit.connectors.bank_feeds import fixture, found, lines, read, statements
from tests.unit.connectors.contract import Trial

FIRST, SECOND = ACCOUNTS
FOUND = found("ponto_connect")


@pytest.fixture
def trial():
	with PontoConnectServer() as server:
		trial = Trial(FOUND, server)
		yield trial
		assert not trial.leaks()


def test_the_documented_answer():
	(row,) = fixture("ponto_connect", "transactions.json")["data"]
	line = bank_line(row)
	assert (line.amount, line.currency) == (Decimal("2.76"), "EUR")
	assert line.booking_date == line.value_date == date(2020, 6, 19)
	assert (line.counterparty_name, line.counterparty_iban) == ("Rice Ltd", "BE62467153327786")
	assert (line.remittance, line.structured_reference) == ("Tempora animi qui!", "")
	assert line.end_to_end_id == "a965fa0788c241f3b13df3fbda744a07"
	assert line.bank_transaction_code == "PMNT-IRCT-ESCT" and not line.is_reversal
	assert line.external_id == "a4a47c21-b606-464f-ae17-f8e3af6772c9"


def test_a_structured_communication(trial):
	trial.server.book(
		FIRST,
		"T-1",
		-12.3,
		remittanceInformation="+++090/9337/55493+++",
		remittanceInformationType="structured",
	)
	(line,) = lines(read(trial))
	assert line.amount == Decimal("-12.3")
	assert line.remittance == line.structured_reference == "+++090/9337/55493+++"


def test_it_stops_at_days_it_has_read(trial):
	for number in range(6):
		trial.server.book(FIRST, f"old-{number}", days_ago=60)
	assert len(lines(read(trial))) == 6
	trial.server.forget()
	trial.server.book(FIRST, "new")
	assert len(lines(read(trial))) == 1
	assert len(trial.server.calls(f"{FIRST}/transactions")) == 2, (
		"the second page is older, the third is not asked"
	)


def test_old_data_are_synchronized_first(trial):
	trial.server.synchronized -= timedelta(hours=9)
	trial.server.arrives = [(FIRST, trial.server.row("T-1"))]
	entries = read(trial)
	assert len(lines(entries)) == 1
	assert len(trial.server.calls("/synchronizations", "POST")) == 1, (
		"the first brought the second up to date"
	)
	assert statements(entries)[0].to_date == date.today()
	read(trial)
	assert len(trial.server.calls("/synchronizations", "POST")) == 1


def test_a_bank_that_ponto_cannot_read_leaves_the_feed_as_old_as_it_is(trial):
	trial.server.synchronized -= timedelta(days=3)
	trial.server.sync_errors = [{"code": "financialInstitutionUnavailable", "detail": "try later"}]
	trial.server.book(FIRST, "T-1", days_ago=4)
	statement = statements(read(trial))[0]
	assert len(statement.lines) == 1
	assert statement.to_date == trial.server.synchronized.date()


@pytest.mark.parametrize("shown", ["expires", "synchronization"])
def test_the_consent_of_one_account_ends(trial, shown):
	"""The other account goes on; when it was renewed nothing is missing."""
	row = trial.server.book(FIRST, "T-1")
	trial.server.book(SECOND, "T-2")
	if shown == "expires":
		trial.server.expires[FIRST] = trial.clock.now()
	else:
		trial.server.synchronized -= timedelta(hours=9)
		trial.server.sync_errors = [{"code": "authorizationExpired", "detail": "expired"}]
	entries = read(trial)
	bad = [one for one in entries if isinstance(one, BadRecord)]
	assert bad[0].external_id == FIRST and "consent for this account" in bad[0].message
	assert FIRST not in trial.cursor["accounts"]
	assert len(lines(entries)) == (shown == "expires")
	trial.server.expires[FIRST] = trial.clock.now() + timedelta(days=90)
	trial.server.sync_errors = []
	assert row["id"] in [line.external_id for line in lines(read(trial))]


def test_a_withdrawn_integration(trial):
	trial.server.refresh_tokens.clear()
	trial.server.tokens.clear()
	error = trial.attempt(trial.sync)
	assert isinstance(error, ConsentError) and "Press Connect" in str(error)


def test_refresh_tokens_are_used_once(trial):
	trial.sync()
	first = trial.tokens.get("access").refresh
	trial.server.tokens.clear()
	trial.sync()
	assert trial.tokens.get("access").refresh != first
	assert len(trial.server.calls("/oauth2/token")) == 2


def test_consent_is_given_in_the_browser(trial):
	connector, memory = trial.connect(), {}
	address = connector.consent_url("https://site.example/back", "state-1", memory)
	assert "scope=ai+offline_access" in address and "state=state-1" in address
	until = connector.finish_consent("https://site.example/back", {"code": "good-code"}, memory)
	assert until == trial.server.expires[FIRST].date()
	discovery = trial.connect().discover()
	assert [one.iban for one in discovery.accounts] == list(ACCOUNTS.values())


def test_a_withdrawn_account_does_not_stop_the_others(trial):
	"""Said while an account is read, the ended authorization is that account's."""
	trial.server.book(SECOND, "T-2")
	trial.server.withdrawn.add(FIRST)
	entries = read(trial)
	(bad,) = [one for one in entries if isinstance(one, BadRecord)]
	assert bad.external_id == FIRST and "withdrawn" in bad.message
	assert len(lines(entries)) == 1


def test_what_a_call_says(trial):
	"""News are read, other events need nothing, and what is not readable is told."""
	connector = trial.connect()

	def entries(body: bytes) -> list:
		return list(connector.read_webhook(WebhookRequest("", {}, body)))

	assert entries(trial.server.event()) == [Refresh("transactions")]
	assert entries(trial.server.event("account.reauthorized")) == [Refresh("transactions")]
	assert entries(trial.server.event("synchronization.failed")) == []
	assert isinstance(entries(b"[]")[0], BadRecord)
	body = trial.server.event()
	assert connector.webhook_id(WebhookRequest("", {}, body)) == json.loads(body)["data"]["id"]


@pytest.mark.parametrize(
	"wrong", ["aud", "iss", "digest", "old", "ahead", "kid", "withdrawn", "no application"]
)
def test_a_call_that_is_not_believed(trial, wrong):
	body, signed = trial.server.event(), {}
	if wrong in ("aud", "iss", "digest"):
		signed = {wrong: "another"}
	elif wrong in ("old", "ahead"):
		signed = {"at": trial.clock.now().timestamp() + (-200 if wrong == "old" else 200)}
	elif wrong == "kid":
		signed = {"kid": "made-up"}
	elif wrong == "withdrawn":
		trial.server.key_status = "DEACTIVATED"
	config = trial.connect().config
	if wrong == "no application":
		config = {**config, "credentials": {**config["credentials"], "application_id": ""}}
	connector = FOUND.connector(config, trial.connect().runtime)
	request = WebhookRequest("", {"signature": trial.server.sign(body, **signed)}, body)
	assert not connector.verify_webhook(request)


def test_made_up_keys_do_not_make_us_call(trial):
	"""One question a minute, however many calls come with key ids that do not exist."""
	body = trial.server.event()
	for number in range(20):
		given = {"signature": trial.server.sign(body, kid=f"made-up-{number}")}
		assert not trial.connect().verify_webhook(WebhookRequest("", given, body))
	assert len(trial.server.calls("/webhooks/keys")) == 1
	trial.clock.sleep(61)
	good = {"signature": trial.server.sign(body, at=trial.clock.now().timestamp())}
	assert trial.connect().verify_webhook(WebhookRequest("", good, body))
	assert trial.connect().verify_webhook(WebhookRequest("", good, body))
	assert len(trial.server.calls("/webhooks/keys")) == 2


def test_a_certificate_and_a_key_that_do_not_fit(trial):
	config = trial.connect().config
	config = {**config, "credentials": {**config["credentials"], "certificate": "no PEM text"}}
	error = trial.attempt(FOUND.connector(config, trial.connect().runtime).check)
	assert isinstance(error, ConfigurationError) and "certificate" in str(error)
