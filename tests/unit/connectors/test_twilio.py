"""What is Twilio's own; the contract's suite does the rest."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from collections_app.connectors.base import (
	Action,
	ConfigurationError,
	DataError,
	UncertainError,
	WebhookRequest,
)
from collections_app.connectors.records import OutgoingMessage
from collections_app.connectors.twilio import mapper
from sandbox.providers.twilio import CREDENTIALS, SHAPE, TwilioServer
from tests.unit.connectors.cases.twilio import webhook
from tests.unit.connectors.contract import Trial, connectors

FOUND = next(one for one in connectors() if one.name == "twilio")


@pytest.fixture
def trial():
	with TwilioServer() as server:
		yield Trial(FOUND, server)


def sms(**more) -> Action:
	return Action("send_sms", "key", OutgoingMessage(**{"to": "+491701234567", "text": "Due.", **more}))


def test_sms(trial):
	pushed = trial.connect().push(sms())
	assert trial.server.messages[0]["form"] == {
		"To": "+491701234567",
		"From": CREDENTIALS["sender"],
		"Body": "Due.",
		"StatusCallback": CREDENTIALS["status_callback"],
	}
	assert pushed.state == "Sent" and pushed.reference == trial.server.messages[0]["sid"]


def test_messaging_service(trial):
	trial.connect().push(sms(sender="MG" + "0d" * 16))
	form = trial.server.messages[0]["form"]
	assert form["MessagingServiceSid"] == "MG" + "0d" * 16 and "From" not in form


def test_whatsapp_uses_the_template(trial):
	message = OutgoingMessage(to="+491701234567", text="Dear Ms Ünal,\n\ninvoice 1\tis due.")
	trial.connect().push(Action("send_whatsapp", "key", message))
	form = trial.server.messages[0]["form"]
	assert form["To"] == "whatsapp:+491701234567" and form["From"] == "whatsapp:+14155238886"
	assert json.loads(form["ContentVariables"]) == {"1": "Dear Ms Ünal, invoice 1 is due."}
	assert form["ContentSid"] == CREDENTIALS["whatsapp_template"] and "Body" not in form


@pytest.mark.parametrize(
	("message", "error"),
	[
		({"to": "0170 1234567"}, DataError),
		({"to": ""}, DataError),
		({"text": " "}, DataError),
		({"text": "x" * 1601}, DataError),
		({"to": "+4917000000000"}, None),
	],
)
def test_what_is_not_sent(trial, message, error):
	if error:
		with pytest.raises(error):
			trial.connect().push(sms(**message))
		assert not trial.server.requests
	else:
		with pytest.raises(DataError, match="Invalid 'To'"):
			trial.connect().push(sms(**message))
	assert not trial.server.messages


def test_no_sender():
	with pytest.raises(ConfigurationError, match="sender"):
		mapper.form_of(OutgoingMessage(to="+491701234567", text="Due."), "send_sms", "")


@pytest.mark.parametrize("fault", ["500", "503", "timeout", "cut", "malformed"])
def test_an_uncertain_fate_is_asked_once(trial, fault):
	trial.server.fault(fault, 10, path="/Messages.json")
	with pytest.raises(UncertainError):
		trial.connect().push(sms())
	assert len(trial.server.calls("/Messages.json", "POST")) == 1


@pytest.mark.parametrize(("status", "state"), sorted(mapper.STATES.items()))
def test_states(trial, status, state):
	sid = trial.server.add(status, error_code=30003 if state == "Failed" else None)
	found = trial.connect().status(sid)
	assert found.state == state
	assert ("30003" in found.detail) == (state == "Failed")


def test_the_documented_message():
	found = mapper.status_of(SHAPE)
	assert (found.reference, found.state) == (SHAPE["sid"], "Sent")
	assert found.at.isoformat() == "2023-08-24T05:01:45+00:00"


def test_an_unknown_status_is_parked(trial):
	trial.server.add("teleported")
	known = trial.server.add("delivered")
	trial.sync()
	assert trial.kept == {f"{known}|delivered"}
	assert len(trial.bad) == 1 and "teleported" in trial.bad[0].message
	parked = {**trial.bad[0].payload, "status": "delivered"}
	(record,) = trial.connect().read_again("message_statuses", parked)
	assert record.data.state == "Delivered"


def test_received_messages_are_not_ours(trial):
	trial.server.add("received", direction="inbound")
	trial.sync()
	assert not trial.kept and not trial.bad


def test_a_status_that_changes_later_is_read_again(trial):
	sid = trial.server.add("sent")
	trial.sync()
	trial.server.messages[0]["status"] = "delivered"
	trial.clock.sleep(timedelta(hours=20).total_seconds())
	trial.sync()
	assert trial.kept == {f"{sid}|sent", f"{sid}|delivered"}


def test_webhook(trial):
	(record,) = trial.connect().read_webhook(webhook(trial.server, "undelivered", ErrorCode="30005"))
	assert (record.data.state, record.data.detail) == ("Failed", "undelivered: error 30005")
	(bad,) = trial.connect().read_webhook(webhook(trial.server, "unheard"))
	assert "unheard" in bad.message
	parked = {**bad.payload, "MessageStatus": "sent"}
	(record,) = trial.connect().read_again("message_statuses", parked)
	assert record.data.state == "Sent"


def test_forged_webhooks(trial):
	connector, good = trial.connect(), webhook(trial.server)
	signature = good.headers["x-twilio-signature"]
	for url, headers, body in [
		(good.url + "&more=1", good.headers, good.body),
		(good.url, good.headers, good.body.replace(b"delivered", b"undelivered")),
		(good.url, good.headers, good.body + b"&ErrorCode=1"),
		(good.url, {"x-twilio-signature": signature.swapcase()}, good.body),
		(good.url, {"x-twilio-signature": "not base64 ü"}, good.body),
		(good.url, good.headers, b"\xff\xfe"),
		(good.url, good.headers, b""),
	]:
		assert not connector.verify_webhook(WebhookRequest(url, headers, body))


def test_two_tokens_while_rotated(trial):
	good = webhook(trial.server)
	rotated = {**CREDENTIALS, "auth_token": "the-new-one-1", "next_auth_token": CREDENTIALS["auth_token"]}
	assert FOUND.connector({"credentials": rotated}).verify_webhook(good)
	rotated["next_auth_token"] = ""
	assert not FOUND.connector({"credentials": rotated}).verify_webhook(good)


def test_an_api_key_in_place_of_the_token(trial):
	keyed = {**CREDENTIALS, "api_key_sid": "SK1", "api_key_secret": "secret-of-key"}
	assert FOUND.connector({"credentials": keyed}).auth().user == "SK1"


def test_found_by_number_and_text(trial):
	"""What was taken although the answer got lost is found; a message of before, or to another, is not taken for it."""
	started = trial.server.now()
	trial.server.add("delivered", body="Due.", date_created="Thu, 24 Aug 2023 05:01:45 +0000")
	trial.server.add("queued", to="+491707654321", body="Due.")
	trial.server.add("queued", body="Something else.")
	connector = trial.connect()
	with pytest.raises(UncertainError, match="no message with this text"):
		connector.find(sms(), started)
	sid = trial.server.add("sent", body="Sent from your trial account - Due.")
	found = connector.find(sms(), started)
	assert (found.reference, found.state) == (sid, "Sent")


def test_found_by_whatsapp(trial):
	action = Action(
		"send_whatsapp", "key", OutgoingMessage(to="+491701234567", text="Dear Ms Ünal,\n\ninvoice 1 is due.")
	)
	started = trial.server.now()
	pushed = trial.connect().push(action)
	assert trial.connect().find(action, started).reference == pushed.reference
	with pytest.raises(UncertainError):
		trial.connect().find(sms(text="Dear Ms Ünal,"), started)


def test_price_and_number_out_of_reach():
	price = {"price": "-0.0740", "price_unit": "USD"}
	found = mapper.status_of({**SHAPE, **price, "status": "undelivered"})
	assert (found.cost, found.currency, found.unreachable) == (Decimal("0.0740"), "USD", True)
	found = mapper.status_of({**SHAPE, "status": "failed"})
	assert (found.cost, found.currency, found.unreachable) == (None, "", False)
