"""What is Coface's own: companies by external id, orders that take their time, monitoring for a year and what it tells."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from collections_app.connectors.base import (
	Action,
	ConfigurationError,
	DataError,
	RateLimitError,
	TransientError,
	UncertainError,
)
from collections_app.connectors.coface_information import mapper
from collections_app.connectors.records import Subject
from sandbox.providers.coface_information import CREDENTIALS, CofaceInformationServer
from tests.unit.connectors.contract import Trial, connectors

(FOUND,) = (one for one in connectors() if one.name == "coface_information")
FOUND = replace(FOUND, case=replace(FOUND.case, server=CofaceInformationServer))
ORDERS = "/publications/orders"


class Bureau(Trial):
	def push(self, kind: str, number: str = "PL icon#1", key: str = "our-key-1", **said):
		return self.connect().push(Action(kind, key, Subject("C-1", customer_id=number, **said)))

	def order(self, number: str = "PL icon#1", **said) -> str:
		return self.push("order_report", number, **said).reference

	def follow(self, reference: str, number: str = "PL icon#1"):
		return self.push("follow_report", number, order=reference)

	def find(self, key: str = "our-key-1", minutes: int = 5):
		action = Action("order_report", key, Subject("C-1", customer_id="PL icon#1"))
		return self.connect().find(action, self.clock.now() - timedelta(minutes=minutes))

	def identify(self, **said):
		return self.connect().push(Action("identify", "key", Subject("C-1", **said))).answers

	def entered(self, **values) -> None:
		self.case = replace(self.case, credentials={**CREDENTIALS, **values})

	def report(self, number: str = "PL icon#1"):
		(report,) = self.follow(self.order(number), number).answers
		return report


@pytest.fixture
def trial():
	with CofaceInformationServer() as server:
		server.add("1", vat="5240303257", reg="KRS0000079628", name="Hydrobudowa")
		trial = Bureau(FOUND, server)
		yield trial
		assert not trial.leaks()


def test_report(trial):
	report = trial.report()
	assert (report.provider_score, report.score_0_100, report.probability_of_default) == ("6", 60, 0.02)
	assert (report.credit_limit, report.currency) == (Decimal(45000), "PLN")
	assert (report.registration_number, report.tax_id) == ("KRS0000079628", "5240303257")
	assert report.valid_until == report.reported_on + timedelta(days=365)
	assert report.details["ceased"] is False and "insolvent" not in report.details
	assert report.summary == "DRA 6. Status: OPEN"


@pytest.mark.parametrize(
	("score", "found"), [("0", 0), ("10", 100), ("1", 10), ("11", None), ("8015", None), ("", None)]
)
def test_score(score, found):
	assert mapper.score_of(score) == found


@pytest.mark.parametrize(("limit", "found"), [("45 000", 45000), ("0", 0), ("", None), ("n/a", None)])
def test_limit(trial, limit, found):
	trial.server.add("1", limit=limit)
	assert trial.report().credit_limit == found


@pytest.mark.parametrize(("status", "ceased"), [("OPEN", False), ("CLOSED", True), ("DORMANT", None)])
def test_ceased(trial, status, ceased):
	trial.server.add("1", status=status)
	assert trial.report().details.get("ceased") is ceased


def test_an_order_that_takes_its_time(trial):
	"""It is followed until it is ready, and not ordered again meanwhile."""
	trial.server.processing = "in-preparation"
	reference = trial.order()
	waiting = trial.follow(reference)
	expected = (trial.server.now() + timedelta(days=5)).date().isoformat()
	assert (waiting.state, waiting.answers, waiting.detail) == ("Sent", (), expected)
	assert trial.connect().status(reference).state == "Sent"
	trial.server.settle()
	assert trial.follow(reference).answers[0].provider_score == "6"
	assert len(trial.server.orders) == 1


def test_an_order_that_is_refused(trial):
	trial.server.processing = "cancelled"
	found = trial.follow(trial.order())
	assert (found.state, found.answers) == ("Failed", ())


def test_an_order_that_was_never_made(trial):
	"""Coface may answer with a number, and make no order of it."""
	assert trial.follow("order-99").state == "Uncertain"


@pytest.mark.parametrize("names_references", [True, False])
def test_a_lost_answer(trial, names_references):
	"""requirement: found again by our reference, and where the list shows none, by company, report and time; another's is not ours"""
	trial.server.names_references = names_references
	with pytest.raises(UncertainError):
		trial.find()
	trial.server.fault("cut", path=ORDERS, method="POST")
	with pytest.raises(UncertainError):
		trial.order()
	(made,) = trial.server.orders
	assert trial.find().reference == made["id"]
	if names_references:
		with pytest.raises(UncertainError):
			trial.find("another-key")
	made["publications"][0]["reportSlug"] = "full-report"
	made["customerReference"] = "of another system"
	with pytest.raises(UncertainError):
		trial.find()
	assert len(trial.server.orders) == 1


@pytest.mark.parametrize(
	("fault", "error"),
	[
		("429", RateLimitError),
		("500", TransientError),
		("timeout", TransientError),
		("malformed", TransientError),
		("401", ConfigurationError),
	],
)
def test_a_fault_while_it_is_followed(trial, fault, error):
	"""The report is not lost: it is there afterwards, and was ordered once."""
	reference = trial.order()
	trial.server.fault(fault, 500, path="/publications", method="GET")
	found = trial.attempt(lambda: trial.follow(reference))
	assert isinstance(found, error)
	trial.server.forget()
	trial.clock.sleep(3 * 3600)
	assert trial.follow(reference).answers
	assert len(trial.server.orders) == 1


def test_a_report_that_is_not_readable_is_no_refusal(trial):
	reference = trial.order()
	del trial.server.companies["1"]["status"]
	trial.server._result = lambda order: None
	trial.server.companies["1"]["status"] = "OPEN"
	with pytest.raises(TransientError, match="not readable"):
		trial.follow(reference)


def test_search(trial):
	"""The surest number first; a country's letters may stand before a VAT number or not; by name at last."""
	trial.server.add("2", name="Beispiel GmbH", country="DE", vat="DE123456789")
	(found,) = trial.identify(tax_id="PL 524-030-32-57", country="PL", name="?")
	assert found.customer_id == "PL icon#1" and found.registration_number == "KRS0000079628"
	(found,) = trial.identify(tax_id="DE123456789", country="DE")
	assert found.customer_id == "DE icon#2"
	(found,) = trial.identify(registration_number="KRS0000079628", country="PL")
	assert found.customer_id == "PL icon#1"
	(found,) = trial.identify(tax_id="PL999", name="hydro", country="PL")
	assert found.customer_id == "PL giid#giid1"
	assert trial.identify(name="Nobody", country="PL") == ()
	with pytest.raises(DataError, match="country"):
		trial.identify(name="Hydrobudowa")
	trial.entered(country="pl")
	assert trial.identify(name="Hydrobudowa")
	assert trial.order("PL giid#giid1")
	with pytest.raises(DataError, match="identify it again"):
		trial.order("5415240")


def test_more_of_an_order(trial):
	"""What a country or a contract asks for is entered; a line that says nothing is told."""
	trial.server.add("2", country="DE")
	with pytest.raises(DataError, match="legitimateInterest"):
		trial.order("DE icon#2")
	trial.entered(more="DE: legitimateInterest = 102\ncostCentre = 7", report="dra-report")
	trial.order("DE icon#2")
	trial.order("PL icon#1")
	german, polish = (one.json() for one in trial.server.calls(ORDERS, "POST")[1:])
	assert (german["legitimateInterest"], german["costCentre"]) == ("102", "7")
	assert "legitimateInterest" not in polish and polish["costCentre"] == "7"
	assert polish["report"]["slug"] == "dra-report" and polish["customerReference"] == "our-key-1"
	trial.entered(more="legitimate interest")
	with pytest.raises(ConfigurationError, match="legitimate interest"):
		trial.order()


def test_monitoring(trial):
	"""For a year; one that goes on is not ordered again, also after a lost answer."""
	trial.server.fault("cut", path="/monitorings/orders")
	with pytest.raises(UncertainError):
		trial.push("monitor")
	(until,) = trial.push("monitor").answers
	assert until == (trial.server.now() + timedelta(days=365)).date()
	(monitoring,) = trial.server.monitorings
	with pytest.raises(DataError, match="Path to End Monitoring"):
		trial.push("end_monitoring")
	trial.entered(end_path="monitorings/{id}")
	trial.push("end_monitoring")
	trial.push("end_monitoring")
	assert not trial.server.monitorings
	monitoring["endDate"] = "2020-01-01"
	trial.server.monitorings.append(monitoring)
	trial.push("monitor")
	assert len(trial.server.monitorings) == 2


def test_what_monitoring_tells(trial):
	"""The notification is the report: nothing is ordered for it. Once, and of nobody who is no customer."""
	trial.push("monitor")
	trial.server.add("2")
	trial.push("monitor", "PL icon#2")
	event = trial.server.change("1", "3", status="CLOSED")
	trial.server.change("2", "9")
	subject = Subject("C-1", customer_id="PL icon#1")
	trial.case = replace(trial.case, config={"subjects": [subject]})
	connector = trial.connect()
	(record,) = [one for one in connector.read("monitoring_events", {}) if hasattr(one, "data")]
	report = record.data
	assert record.external_id == f"PL icon#1|C-1|{event}"
	assert (report.score_0_100, report.probability_of_default, report.credit_limit) == (30, 0.004, None)
	assert report.details["previous_score"] == "6" and report.details["ceased"] is True
	trial.sync()
	trial.sync()
	assert trial.kept == {record.external_id} and not trial.server.orders


def test_a_notification_that_is_missing_waits(trial):
	trial.push("monitor")
	trial.server.change("1", "3")
	subject = Subject("C-1", customer_id="PL icon#1")
	trial.case = replace(trial.case, config={"subjects": [subject]})
	trial.server.fault("404", path="/content")
	trial.sync()
	(bad,) = trial.bad
	(again,) = trial.connect().read_again("monitoring_events", bad.payload)
	assert again.data.score_0_100 == 30
