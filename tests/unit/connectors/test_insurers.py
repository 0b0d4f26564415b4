"""Credit insurers: decisions in jobs, declared overdues, buyers identified, names that an administrator changes."""

from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from collections_app.connectors.base import (
	Action,
	BadRecord,
	ConfigurationError,
	DataError,
	Record,
	UncertainError,
)
from collections_app.connectors.records import CoverRequest, OverdueNotice, Subject
from tests.unit.connectors.contract import Trial, connectors

INSURERS = ("allianz_trade", "atradius", "coface")
FOUND = {one.name: one for one in connectors() if one.name in INSURERS}
NOTICE = OverdueNotice("1003", Decimal("160.50"), "EUR", date(2026, 1, 31), "SINV-7", reference="C00001")


@pytest.fixture(params=INSURERS)
def trial(request):
	found = FOUND[request.param]
	with found.case.server() as server:
		trial = Trial(found, server)
		yield trial
		assert not trial.leaks()


def push(trial: Trial, change: str, amount: str = "50000", reference: str = "C00001", key: str = "our-key-1"):
	asked = CoverRequest(change, "1003", Decimal(amount), "EUR", reference)
	return trial.connect().push(Action("request_cover", key, asked))


def work(trial: Trial, **decision) -> None:
	if hasattr(trial.server, "work"):
		trial.server.work()
	trial.server.decide(**decision)


def covers(trial: Trial) -> list:
	found = [one for one in trial.connect().read("covers", {}) if isinstance(one, Record)]
	return [(one.data.status, one.data.amount) for one in found]


def test_from_the_request_to_the_end(trial):
	"""A pending request is Requested, a granted one Active; what was granted counts until a raise is decided"""
	pushed = push(trial, "Request", reference="")
	assert trial.connect().status(pushed.reference).state == "Sent"
	assert covers(trial) == [("Requested", 50000)]
	work(trial)
	said = trial.connect().status(pushed.reference)
	assert (said.state, said.detail) == ("Delivered", "Active")
	raised = push(trial, "Raise", "80000", key="our-key-2")
	assert trial.connect().status(raised.reference).state == "Sent"
	assert covers(trial) == [("Active", 50000)]
	work(trial)
	assert covers(trial) == [("Active", 80000)]
	push(trial, "Lower", "10000", key="our-key-3")
	work(trial)
	push(trial, "Cancel", "0", key="our-key-4")
	assert covers(trial) == [("Cancelled", 10000)]


def test_what_a_cover_says(trial):
	"""Buyer, tax ID, last day and reason reach the record"""
	until, reason = date(2027, 1, 31), "Late accounts"
	trial.server.add(12345.67, until=until.isoformat(), reason=reason)
	(record,) = [one for one in trial.connect().read("covers", {}) if isinstance(one, Record)]
	cover = record.data
	assert (cover.customer_id, cover.tax_id, cover.name) == ("1003", "DE129273398", "Nordwind GmbH")
	assert (cover.amount, cover.currency, cover.valid_until) == (Decimal("12345.67"), "EUR", until)
	assert (cover.reason, cover.reference, cover.insurer) == (reason, "C00001", trial.found.manifest.label)


def test_a_lost_answer_is_found(trial):
	"""By our reference, a cancellation by the cover's status; what is not there nobody can know"""
	action = trial.case.action
	with pytest.raises(UncertainError):
		trial.connect().find(action, trial.clock.now())
	trial.server.fault("cut", path=trial.case.push_path, method="POST")
	with pytest.raises(UncertainError):
		trial.connect().push(action)
	found = trial.connect().find(action, trial.clock.now())
	assert trial.connect().status(found.reference).state == "Sent"
	ended = Action("request_cover", "our-key-9", CoverRequest("Cancel", "1003", Decimal(0), "EUR", "C00001"))
	with pytest.raises(UncertainError):
		trial.connect().find(ended, trial.clock.now())
	trial.server.end("C00001")
	assert trial.connect().find(ended, trial.clock.now())


def test_a_declared_overdue(trial):
	"""Amount, due date and document go out once; it is found again by our reference"""
	trial.server.add()
	action = Action("declare_overdue", "our-notice-1", NOTICE)
	trial.server.fault("timeout", path=trial.connect().names["path.overdues"], method="POST")
	with pytest.raises(UncertainError):
		trial.connect().push(action)
	found = trial.connect().find(action, trial.clock.now())
	assert trial.connect().status(found.reference).state == "Delivered"
	(said,) = trial.server.overdues
	assert {160.5, "2026-01-31", "SINV-7", "our-notice-1", "1003"} <= set(said.values())
	pushed = trial.connect().push(Action("declare_overdue", "our-notice-2", NOTICE))
	work(trial)
	assert trial.connect().status(pushed.reference).state == "Delivered"


@pytest.mark.parametrize(
	"said, numbers",
	[
		({"tax_id": "FR40303265045", "name": "Something else"}, ["1001"]),
		({"name": "ateliers"}, ["1001", "1002"]),
		({"name": "ateliers", "country": "DE"}, []),
	],
)
def test_identified(trial, said, numbers):
	"""By the tax ID where there is one, else by the name, within the country"""
	pushed = trial.connect().push(Action("identify", "k", Subject("CUST-1", **said)))
	assert [one.customer_id for one in pushed.answers] == numbers


def test_nobody_to_identify(trial):
	with pytest.raises(DataError, match="name or a tax ID"):
		trial.connect().push(Action("identify", "k", Subject("CUST-1")))


def test_a_word_not_known(trial):
	"""A status not known parks this cover alone; once the word is entered it is read"""
	trial.server.add(1)
	trial.server.add(2, status="Under Appeal")
	trial.sync()
	(bad,) = trial.bad
	assert trial.kept == {"C00001"} and "Under Appeal" in bad.message and bad.payload
	connector = trial.connect()
	connector.config["credentials"] = {
		**trial.case.credentials,
		"field_names": "status.under appeal = Reduced",
	}
	(again,) = connector.read_again("covers", bad.payload)
	assert again.data.status == "Reduced"


def test_other_names(trial):
	"""An administrator's names take the place of ours; a line that is none is told"""
	connector = trial.connect()
	connector.config["credentials"] = {
		**trial.case.credentials,
		"field_names": "cover.reason = note\npath.companies = elsewhere",
	}
	assert (connector.names["cover.reason"], connector.names["path.companies"]) == ("note", "elsewhere")
	for line in ("amount = x", "cover.amount", "status.granted = Perhaps"):
		connector = trial.connect()
		connector.config["credentials"] = {**trial.case.credentials, "field_names": line}
		with pytest.raises(ConfigurationError, match=line.split(" ")[0]):
			connector.check()


def test_only_what_changed(trial):
	"""Where the insurer can be asked for changes since a time, it is, with an overlap; the first sync reads all"""
	connector = trial.connect()
	connector.config["credentials"] = {**trial.case.credentials, "field_names": "covers.since = changedSince"}
	(checkpoint,) = list(connector.read("covers", {}))
	assert not any("changedSince" in one.query for one in trial.server.requests)
	list(connector.read("covers", checkpoint.cursor))
	assert trial.server.requests[-1].query["changedSince"] < checkpoint.cursor["read_until"]


def test_a_cover_that_is_not_readable(trial):
	"""A row without a number or with a senseless amount is parked alone"""
	trial.server.add(1)
	trial.server.add("a lot")
	trial.sync()
	assert trial.kept == {"C00001"} and "a lot" in trial.bad[0].message
	assert isinstance(trial.bad[0], BadRecord)


class TestJobs:
	@pytest.fixture
	def trial(self):
		found = FOUND["allianz_trade"]
		with found.case.server() as server:
			yield Trial(found, server)

	def test_failed(self, trial):
		"""A job that fails says why"""
		pushed = push(trial, "Request")
		trial.server.work(failed="Buyer is blocked")
		said = trial.connect().status(pushed.reference)
		assert (said.state, said.detail) == ("Failed", "Buyer is blocked")

	def test_another_host(self, trial):
		"""Nothing that identifies us goes to an address elsewhere that a job names"""
		pushed = push(trial, "Request")
		trial.server.jobs["job-1"] |= {
			"status": "processed",
			"resourceUrl": "https://evil.example/v1/covers/1",
		}
		with pytest.raises(DataError, match="another host"):
			trial.connect().status(pushed.reference)

	def test_call_back(self, trial):
		"""Each change names the address to be called, signed for its reference, and the log does not show it"""
		push(trial, "Request")
		(wanted,) = trial.server.called_for
		address = urlsplit(wanted["callbackUrl"])
		assert address.netloc == "site.example" and "about=our-key-1" in address.query
		assert wanted["timeToLive"] == 24
		(sent,) = trial.server.calls("/covers", "POST")
		assert sent.headers["callback"] not in "".join(one.request for one in trial.log)
