"""What is Pingen's own; the contract's suite does the rest."""

import json
from decimal import Decimal

import pytest

from collections_app.connectors.base import (
	Action,
	ConfigurationError,
	DataError,
	RateLimitError,
	TransientError,
	UncertainError,
	WebhookRequest,
)
from collections_app.connectors.pingen import mapper
from collections_app.connectors.records import OutgoingMessage
from sandbox.providers.pingen import CREDENTIALS, SHAPE, PingenServer
from tests.unit.connectors.cases.pingen import webhook
from tests.unit.connectors.contract import Trial, connectors

FOUND = next(one for one in connectors() if one.name == "pingen")
LETTERS = "/deliveries/letters"


@pytest.fixture
def trial():
	with PingenServer() as server:
		yield Trial(FOUND, server)


def letter(key: str = "CA-1", **more) -> Action:
	return Action("send_letter", key, OutgoingMessage(**{"pdf": b"%PDF-1.7 x", **more}))


def test_a_letter(trial):
	pushed = trial.connect().push(letter())
	(made,) = trial.server.letters
	about = made["attributes"]
	assert (pushed.reference, pushed.state, pushed.cost) == (made["id"], "Sent", None)
	assert about["file_original_name"] == "CA-1.pdf" and about["delivery_product"] == "cheap"
	assert (about["print_mode"], about["print_spectrum"]) == ("duplex", "grayscale")
	assert b"%PDF-1.7 x" in trial.server.files.values()
	created = trial.server.calls(LETTERS, "POST")[0]
	assert created.headers["idempotency-key"] == "CA-1"
	assert created.json()["data"]["attributes"]["auto_send"] is True


def test_a_registered_letter_in_colour(trial):
	trial.connect().push(letter(registered=True, color=True, duplex=False))
	about = trial.server.letters[0]["attributes"]
	assert about["delivery_product"] == "registered"
	assert (about["print_mode"], about["print_spectrum"]) == ("simplex", "color")


def test_our_credentials_do_not_go_to_the_store(trial):
	trial.connect().push(letter())
	(upload,) = trial.server.calls("/store/")
	assert "authorization" not in upload.headers


def test_a_long_key(trial):
	trial.connect().push(letter("k" * 200))
	assert len(trial.server.calls(LETTERS, "POST")[0].headers["idempotency-key"]) == 64


def test_not_a_pdf(trial):
	with pytest.raises(DataError, match="PDF"):
		trial.connect().push(letter(pdf=b"<html>"))
	assert not trial.server.requests


POST_FAULTS = {
	"401": ConfigurationError,
	"403": ConfigurationError,
	"404": DataError,
	"409": UncertainError,
	"422": DataError,
	"429": RateLimitError,
	"429_date": RateLimitError,
	"429_bare": RateLimitError,
	"500": TransientError,
	"503": TransientError,
	"timeout": TransientError,
	"cut": TransientError,
	"malformed": TransientError,
	"clock_skew": TransientError,
}


@pytest.mark.parametrize("fault", POST_FAULTS)
@pytest.mark.parametrize("forgotten", [False, True])
def test_creating_meets_each_fault(trial, fault, forgotten):
	"""The letter is made once, even when Pingen has forgotten the key until the next attempt."""
	trial.server.fault(fault, 500, path=LETTERS, method="POST")
	with pytest.raises(POST_FAULTS[fault]):
		trial.connect().push(letter())
	assert len(trial.server.letters) <= 1
	if issubclass(POST_FAULTS[fault], TransientError):
		trial.server.forget()
		if forgotten:
			trial.server.keys.clear()
		trial.clock.sleep(3 * 3600)
		trial.connect().push(letter())
		assert len(trial.server.letters) == 1


@pytest.mark.parametrize("path", ["/file-upload", "/store/", "/access-tokens"])
@pytest.mark.parametrize("fault", ["500", "timeout", "cut", "403"])
def test_nothing_is_made_before_the_file_is_there(trial, path, fault):
	trial.server.fault(fault, 500, path=path)
	with pytest.raises((TransientError, ConfigurationError)):
		trial.connect().push(letter())
	assert not trial.server.letters


def test_a_filter_that_is_ignored(trial):
	"""Unfiltered, the latest letters come: one of another name is not taken for ours."""
	for days in range(100):
		trial.server.add(days_ago=100 - days)
	connector = trial.connect()
	letters = connector._letters
	connector._letters = lambda **params: letters()
	pushed = connector.push(letter())
	assert trial.server.letters[0]["id"] == pushed.reference
	assert connector.push(letter()).reference == pushed.reference
	assert len(trial.server.letters) == 101


@pytest.mark.parametrize(("status", "state"), sorted(mapper.STATES.items()))
def test_states(trial, status, state):
	reference = trial.server.add(status, tracking_number="98.34.1")
	found = trial.connect().status(reference)
	assert (found.state, found.detail) == (state, f"{status}, tracking number 98.34.1")


def test_the_documented_letter():
	found = mapper.status_of(SHAPE)
	assert (found.reference, found.state, found.detail) == (SHAPE["id"], "Sent", "sent")
	assert found.at.isoformat() == "2020-11-19T09:42:48+01:00"


def test_an_unknown_status_is_parked(trial):
	trial.server.add("teleported")
	known = trial.server.add("delivered")
	trial.sync()
	assert trial.kept == {f"{known}|delivered"}
	assert len(trial.bad) == 1 and "teleported" in trial.bad[0].message
	parked = trial.bad[0].payload
	parked["attributes"]["status"] = "sent"
	(record,) = trial.connect().read_again("message_statuses", parked)
	assert record.data.state == "Sent"
	(record,) = trial.connect().read_again("message_statuses", webhook(trial.server).body.decode())
	assert record.data.state == "Failed"


def test_old_letters_are_not_read_again(trial):
	trial.server.add(days_ago=45)
	fresh = trial.server.add(days_ago=5)
	trial.sync()
	assert trial.kept == {f"{fresh}|sent"}


@pytest.mark.parametrize(
	("kind", "status", "state"),
	[
		("webhook_sent", "sent", "Sent"),
		("webhook_delivered", "sent", "Delivered"),
		("webhook_undeliverable", "sent", "Failed"),
		("webhook_issues", "action_required", "Uncertain"),
		("webhook_issues", "unprintable", "Failed"),
		("webhook_issues", "new status", "Uncertain"),
	],
)
def test_webhook_kinds(trial, kind, status, state):
	(record,) = trial.connect().read_webhook(webhook(trial.server, kind, status=status))
	assert (record.data.reference, record.data.state) == (SHAPE["id"], state)
	assert "could not be determined" in record.data.detail
	assert record.external_id == "9f1c0d2e-6b47-4b1a-9d33-2c8a41f77b05"


@pytest.mark.parametrize(
	"body", [b"", b"[]", b'{"data": null}', b'{"data": {"type": "webhook_new"}}', b"\xff"]
)
def test_webhooks_that_cannot_be_read_are_parked(trial, body):
	request = WebhookRequest("https://site.example/hook", {}, body)
	(bad,) = trial.connect().read_webhook(request)
	assert bad.message and bad.external_id
	json.dumps(bad.payload)


def test_forged_webhooks(trial):
	connector, good = trial.connect(), webhook(trial.server)
	for headers in (
		{},
		{"signature": ""},
		{"signature": "not hex"},
		{"signature": trial.server.sign(good.body, "another secret")},
		{"signature": trial.server.sign(good.body, "")},
	):
		assert not connector.verify_webhook(WebhookRequest(good.url, headers, good.body))
	rotated = {
		**CREDENTIALS,
		"webhook_secret": "the new one",
		"next_webhook_secret": CREDENTIALS["webhook_secret"],
	}
	assert FOUND.connector({"credentials": rotated}).verify_webhook(good)
	none = {**CREDENTIALS, "webhook_secret": ""}
	unsigned = WebhookRequest(good.url, {"signature": trial.server.sign(good.body, "")}, good.body)
	assert not FOUND.connector({"credentials": none}).verify_webhook(unsigned)


def test_found_by_our_reference(trial):
	"""A letter whose answer got lost is found by its name; what is not there may be pushed again with its key."""
	connector = trial.connect()
	assert connector.find(letter("CA-9"), trial.server.now()) is None
	trial.server.fault("cut", 500, path=LETTERS, method="POST")
	with pytest.raises(TransientError) as raised:
		connector.push(letter("CA-9"))
	assert raised.value.may_have_worked
	found = connector.find(letter("CA-9"), trial.server.now())
	assert (found.reference, found.state) == (trial.server.letters[0]["id"], "Sent")


def test_what_was_surely_not_taken(trial):
	"""A limit, and trouble before the letter is made, leave no doubt."""
	for fault, path, method in (
		("429", LETTERS, "POST"),
		("500", "/file-upload", ""),
		("500", "/store/", "PUT"),
	):
		trial.server.fault(fault, 500, path=path, method=method, retry_after=3600)
		with pytest.raises(TransientError) as raised:
			trial.connect().push(letter())
		assert not raised.value.may_have_worked and not trial.server.letters
		trial.server.forget()
		trial.state.clear()


def test_price_and_return():
	about = {**SHAPE["attributes"], "status": "undeliverable", "price_value": 0.87, "price_currency": "CHF"}
	found = mapper.status_of({**SHAPE, "attributes": about})
	assert (found.cost, found.currency, found.unreachable) == (Decimal("0.87"), "CHF", True)
