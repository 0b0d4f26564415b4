"""What is AR24's own; the contract's suite does the rest."""

from datetime import timedelta

import pytest

from collections_app.connectors.ar24 import mapper, signing
from collections_app.connectors.base import (
	Action,
	ConfigurationError,
	DataError,
	TransientError,
	UncertainError,
)
from collections_app.connectors.records import OutgoingMessage, PostalAddress
from sandbox.providers.ar24 import CREDENTIALS, SHAPE, Ar24Server
from tests.unit.connectors.contract import Trial, connectors

FOUND = next(one for one in connectors() if one.name == "ar24")
PDF = b"%PDF-1.7 x"


@pytest.fixture
def trial():
	with Ar24Server() as server:
		trial = Trial(FOUND, server)
		yield trial
		assert not trial.leaks()


def mail(**more) -> Action:
	values = {"to": "billing@customer.example", "subject": "Mise en demeure", "text": "Payez.", "pdf": PDF}
	return Action("send_registered_email", "CA-1", OutgoingMessage(**{**values, **more}))


def test_the_signature_is_that_of_openssl():
	"""openssl enc -aes-256-cbc over the date, key and vector as documented"""
	signature = signing.signature_of("2026-11-22 02:00:00", "ar24-private-key-0123456789")
	assert signature == "F+bcjPL8MEp1pgeIGjgB9tTr2JPnrrfsRFi7DqTgdTY="


def test_a_mail(trial):
	address = PostalAddress("Client SARL", "1 rue A", "Paris", "FR")
	pushed = trial.connect().push(mail(address=address))
	form = trial.server.mails[0]["form"]
	assert pushed.reference == "1000" and pushed.state == "Sent"
	assert form["ref_dossier"] == "CA-1" and form["to_company"] == "Client SARL"
	assert form["content"] == "Mise en demeure\n\nPayez."
	assert trial.server.files[form["attachment[]"]] == PDF
	assert trial.log and not any(PDF.decode() in record.url for record in trial.log)


def test_without_an_attachment(trial):
	trial.connect().push(mail(pdf=b""))
	assert "attachment[]" not in trial.server.mails[0]["form"]


@pytest.mark.parametrize(
	("status", "state", "proof"),
	[
		("waiting", "Sent", b""),
		("dp", "Sent", b""),
		("sent", "Sent", b"%PDF-1.7 ev-1000"),
		("ev", "Sent", b"%PDF-1.7 ev-1000"),
		("AR", "Proved", b"%PDF-1.7 ar-1000"),
		("refused", "Failed", b"%PDF-1.7 rf-1000"),
		("negligence", "Failed", b"%PDF-1.7 ng-1000"),
		("bounced", "Failed", b"%PDF-1.7 bc-1000"),
		("error", "Failed", b""),
	],
)
def test_states_and_proofs(trial, status, state, proof):
	found = trial.connect().status(trial.server.add(status))
	assert (found.state, found.proof) == (state, proof)
	assert bool(found.proof_name) == bool(proof)


def test_a_receipt_whose_proof_is_not_there_yet(trial):
	assert trial.connect().status(trial.server.add("AR", proof=False)).state == "Delivered"


def test_a_proof_that_is_none(trial):
	trial.server.add("AR", proof=False, proof_ar_url=f"{trial.server.url}/api/user")
	with pytest.raises((TransientError, ConfigurationError)):
		trial.connect().status("1000")


def test_a_failed_sending(trial):
	assert trial.connect().status(trial.server.add("waiting", send_fail=1)).state == "Failed"


def test_the_documented_mail():
	found = mapper.status_of(SHAPE)
	assert (found.reference, found.state) == ("123", "Sent")
	assert found.at.isoformat() == "2017-11-15T18:13:01+01:00"


def test_an_unknown_status(trial):
	with pytest.raises(DataError, match="teleported"):
		trial.connect().status(trial.server.add("teleported"))


@pytest.mark.parametrize(("name", "value"), [("token", "wrong"), ("private_key", "wrong"), ("user_id", "1")])
def test_wrong_credentials(trial, name, value):
	config = {"credentials": {**CREDENTIALS, name: value}, "urls": {"base_url": trial.server.url + "/api"}}
	connector = FOUND.connector(config, trial.connect().runtime)
	with pytest.raises(ConfigurationError):
		connector.check()


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_wrong_clock(trial, hours):
	"""A date too far from AR24's is refused: the message says so, and nothing was sent."""
	trial.server.skew = timedelta(hours=hours)
	with pytest.raises(ConfigurationError, match="clock"):
		trial.connect().push(mail())
	assert not trial.server.mails


@pytest.mark.parametrize("times", [1, 500])
def test_maintenance(trial, times):
	trial.server.maintenance = times
	error = trial.attempt(lambda: trial.connect().push(mail()))
	assert (error is None, len(trial.server.mails)) == ((True, 1) if times == 1 else (False, 0))
	assert error is None or type(error) is TransientError


@pytest.mark.parametrize("message", [{"to": "nobody"}, {"to": ""}, {"to": "a@blocked.example"}])
def test_what_is_refused(trial, message):
	with pytest.raises(DataError):
		trial.connect().push(mail(**message))
	assert not trial.server.mails


@pytest.mark.parametrize("fault", ["500", "503", "timeout", "cut", "malformed"])
def test_an_uncertain_fate_is_asked_once(trial, fault):
	trial.server.fault(fault, 10, path="/api/mail")
	with pytest.raises(UncertainError):
		trial.connect().push(mail())
	assert len(trial.server.calls("/api/mail", "POST")) == 1


@pytest.mark.parametrize("fault", ["500", "timeout", "cut", "malformed"])
def test_an_attachment_is_uploaded_again(trial, fault):
	trial.server.fault(fault, path="/api/attachment")
	trial.connect().push(mail())
	assert len(trial.server.mails) == 1 and len(trial.server.files) == 1
	trial.server.fault(fault, 500, path="/api/attachment")
	with pytest.raises(TransientError):
		trial.connect().push(mail())
	assert len(trial.server.mails) == 1
