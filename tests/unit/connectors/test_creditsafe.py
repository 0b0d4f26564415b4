"""What is Creditsafe's own: its scale, its search, and the portfolio whose events have reports ordered anew."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from collections_app.connectors.base import (
	Action,
	BadRecord,
	ConfigurationError,
	DataError,
	RateLimitError,
	TransientError,
)
from collections_app.connectors.creditsafe import mapper
from collections_app.connectors.records import Subject
from sandbox.providers.creditsafe import CREDENTIALS, CreditsafeServer
from tests.unit.connectors.contract import Trial, connectors

(FOUND,) = (one for one in connectors() if one.name == "creditsafe")
EVENTS = "monitoring_events"
CASE = replace(FOUND.case, server=CreditsafeServer, stream=EVENTS, data_path="/notificationEvents")
FOUND = replace(FOUND, case=CASE)
FIRST, SECOND, THIRD = "GB-0-1", "GB-0-2", "GB-0-3"


class Portfolio(Trial):
	def push(self, kind: str, number: str = FIRST, **said):
		return self.connect().push(Action(kind, "key", Subject("C-1", customer_id=number, **said)))

	def identify(self, **said):
		return self.connect().push(Action("identify", "key", Subject("C-1", **said))).answers

	def report(self, number: str = FIRST):
		(report,) = self.push("order_report", number).answers
		return report


@pytest.fixture
def trial():
	with CreditsafeServer() as server:
		for number in (FIRST, SECOND, THIRD):
			server.add(number)
		trial = Portfolio(FOUND, server)
		yield trial
		assert not trial.leaks()


@pytest.mark.parametrize(
	("letter", "figure", "score"),
	[
		("A", "98", 98),
		("B", "60", 60),
		("D", "0", 0),
		("A", "101", 85),  # a local figure of another scale
		("A", "12", 85),  # a local scale that runs the other way
		("C", "n/a", 40),
		("D", "", 15),
		("E", "Not Rated", None),
		("", "60", None),
	],
)
def test_scale(letter, figure, score):
	assert mapper.score_of(letter, figure) == score


def test_report(trial):
	trial.server.add(FIRST, "C", "45", limit="12500", name="Example Ltd", reg="01234567", vat="GB1")
	report = trial.report()
	assert (report.registration_number, report.tax_id) == ("01234567", "GB1")
	assert (report.score_0_100, report.provider_score) == (45, "C")
	assert (report.credit_limit, report.currency) == (Decimal(12500), "EUR")
	assert report.valid_until == report.reported_on + timedelta(days=90)
	assert report.details["insolvent"] is False
	assert report.summary == "C Moderate Risk (45). Status: Active"


def test_a_limit_in_words(trial):
	trial.server.add(FIRST, limit="No limit")
	assert trial.report().credit_limit is None
	trial.server.add(FIRST, limit="0")
	assert trial.report().credit_limit == 0


@pytest.mark.parametrize(
	("status", "description", "insolvent", "ceased"),
	[
		("Active", "Active", False, False),
		("Active", "In Administration", True, False),
		("NonActive", "In LIQUIDATION", True, True),
		("NonActive", "Merged", None, True),
		("Other", "Insolvenzverfahren eröffnet", True, None),
		("Pending", "Pending", None, None),
	],
)
def test_status(trial, status, description, insolvent, ceased):
	trial.server.add(FIRST, status=status, description=description)
	details = trial.report().details
	assert (details.get("insolvent"), details.get("ceased")) == (insolvent, ceased)


def test_search_goes_on_to_the_next_criterion(trial):
	"""One that a country does not know, or by which nobody is found, is followed by the next."""
	trial.server.add("GB-0-7", reg="01234567", name="Example Ltd")
	trial.server.add("DE-0-7", vat="DE123456789", name="Beispiel GmbH")
	(found,) = trial.identify(tax_id="GB1", registration_number="01234567", country="GB", name="?")
	assert (found.customer_id, found.registration_number) == ("GB-0-7", "01234567")
	(found,) = trial.identify(tax_id="DE123456789", country="DE", name="?")
	assert (found.customer_id, found.tax_id) == ("DE-0-7", "DE123456789")
	assert [one.customer_id for one in trial.identify(tax_id="DE9", name="beispiel", country="DE")] == [
		"DE-0-7"
	]
	assert trial.identify(name="Nobody", country="DE") == ()
	with pytest.raises(DataError, match="no criterion"):
		trial.identify(tax_id="GB1", country="GB")
	with pytest.raises(DataError, match="country"):
		trial.identify(name="Example")


def test_wrong_login(trial):
	"""One wrong login a call: five in two minutes lock the account."""
	trial.case = replace(CASE, credentials={**CREDENTIALS, "password": "wrong-password"})
	with pytest.raises(ConfigurationError):
		trial.connect().check()
	assert len(trial.server.calls("authenticate")) == 1


def test_unknown_portfolio(trial):
	trial.case = replace(CASE, credentials={**CREDENTIALS, "portfolio": "1"})
	with pytest.raises(DataError, match="Portfolio not found"):
		trial.connect().check()


def test_under_monitoring_and_out(trial):
	"""Each may be done again without harm."""
	for _ in range(2):
		trial.push("monitor")
		assert list(trial.server.watched) == [FIRST]
	for _ in range(2):
		trial.push("end_monitoring")
		assert not trial.server.watched
	assert trial.server.calls("/companies", "POST")[0].json()["personalReference"] == "C-1"


@pytest.mark.parametrize("fault", ["timeout", "cut", "500", "malformed"])
def test_a_lost_answer_of_monitoring(trial, fault):
	"""What was done though nobody learnt it is seen in the portfolio."""
	trial.server.fault(fault, path="/companies", method="POST")
	trial.push("monitor")
	assert list(trial.server.watched) == [FIRST]


def test_no_portfolio(trial):
	"""Then nothing is monitored, and nothing of it asked."""
	trial.case = replace(CASE, credentials={**CREDENTIALS, "portfolio": ""})
	assert trial.connect().discover().streams == ("monitored",)
	trial.sync()
	assert not trial.server.requests
	with pytest.raises(DataError, match="Portfolio ID"):
		trial.push("monitor")


def test_an_event_orders_one_report(trial):
	"""One report of a company however often it changed, none for who did not or is no customer, and never again."""
	trial.server.change(FIRST, "C")
	last = trial.server.change(FIRST, "D")
	trial.server.change(SECOND, "A", portfolio="42")
	trial.server.add("GB-0-8")
	trial.case = replace(
		CASE, config={"subjects": [Subject("C-1", customer_id=FIRST), Subject("C-2", customer_id=FIRST)]}
	)
	trial.server.change("GB-0-8", "A")
	trial.sync()
	orders = len(trial.server.orders)
	for _ in range(2):
		trial.clock.sleep(3600)
		trial.sync()
	assert len(trial.server.orders) == orders, "ordered, and paid, again"
	assert trial.kept == {f"{FIRST}|C-1|{last}", f"{FIRST}|C-2|{last}"}
	assert set(trial.server.orders) == {FIRST}
	new = trial.server.change(FIRST, "B")
	trial.sync()
	assert f"{FIRST}|C-1|{new}" in trial.kept


def test_old_events(trial):
	"""What was told before the connection existed is in the first report; what is told late is not missed."""
	trial.server.late(trial.server.change(FIRST, "D"), days=5)
	trial.sync()
	assert not trial.kept
	trial.server.late(trial.server.change(SECOND, "D"), days=2)
	trial.sync()
	assert len(trial.kept) == 1


def test_a_report_that_is_refused_waits(trial):
	"""The others come, and it is tried again as what it is: the report that the event ordered."""
	gone = trial.server.change(FIRST, "D")
	trial.server.change(SECOND, "D")
	company = trial.server.companies.pop(FIRST)
	trial.case = replace(
		CASE, config={"subjects": [Subject("C-1", customer_id=FIRST), Subject("C-2", customer_id=SECOND)]}
	)
	trial.sync()
	(bad,) = trial.bad
	assert len(trial.kept) == 1 and "Report not found" in bad.message
	trial.sync()
	assert len(trial.bad) == 1, "asked for, and paid, again and again"
	trial.server.companies[FIRST] = company
	(record,) = trial.connect().read_again(EVENTS, bad.payload)
	assert record.external_id == f"{FIRST}|C-1|{gone}" and record.data.provider_score == "D"


def test_an_event_that_says_too_little(trial):
	"""It is told and can be tried again; the others count."""
	trial.server.change(FIRST, "D")
	trial.server.change(SECOND, "D")
	del trial.server.events[0]["company"]
	trial.sync()
	(bad,) = trial.bad
	assert isinstance(bad, BadRecord) and "event of Creditsafe" in bad.message
	assert len(trial.kept) == 1
	mended = {"told": {**bad.payload["told"], "company": {"id": FIRST}}}
	assert [one.data.customer for one in trial.connect().read_again(EVENTS, mended)] == [f"C-{FIRST}"]


def fill(trial) -> set[str]:
	return {f"{one}|C-{one}|{trial.server.change(one, 'D')}" for one in (FIRST, SECOND, THIRD)}


PASSING = ("429", "429_date", "500", "503", "timeout", "cut", "malformed", "duplicate_page", "clock_skew")
LASTING = {
	**dict.fromkeys(("401", "402", "403"), ConfigurationError),
	**dict.fromkeys(("404", "409", "422"), DataError),
	**dict.fromkeys(("429", "429_date", "429_bare"), RateLimitError),
	**dict.fromkeys(("500", "503", "timeout", "cut", "malformed", "clock_skew"), TransientError),
}


@pytest.mark.parametrize("path", ["/notificationEvents", "/companies/"])
@pytest.mark.parametrize("fault", PASSING)
def test_a_passing_fault(trial, fault, path):
	expected = fill(trial)
	trial.server.fault(fault, path=path, after=1)
	trial.sync()
	assert trial.kept == expected and not trial.bad


@pytest.mark.parametrize("path", ["/notificationEvents", "/companies/"])
@pytest.mark.parametrize("fault", LASTING)
def test_a_lasting_fault(trial, fault, path):
	"""When it is over nothing is missed, and nothing that came is ordered again."""
	expected = fill(trial)
	trial.server.fault(fault, 500, path=path, after=1)
	error = trial.attempt(trial.sync)
	if error:
		assert isinstance(error, LASTING[fault]), repr(error)
	else:
		assert LASTING[fault] is DataError and trial.bad
	trial.server.forget()
	trial.clock.sleep(3 * 3600)
	trial.sync()
	again = {one.external_id for bad in trial.bad for one in trial.connect().read_again(EVENTS, bad.payload)}
	assert trial.kept | again == expected
	orders = len(trial.server.orders)
	trial.sync()
	assert len(trial.server.orders) == orders
