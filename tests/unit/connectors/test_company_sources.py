"""What is each register's own, and what they share; the contract's suite does the rest."""

from datetime import date, timedelta

import pytest

from collections_app.connectors import company_source
from collections_app.connectors.base import (
	Action,
	BadRecord,
	ConfigurationError,
	DataError,
	RateLimitError,
	TransientError,
)
from collections_app.connectors.companies_house import mapper as companies_house
from collections_app.connectors.insee_sirene import mapper as insee_sirene
from collections_app.connectors.opensanctions import mapper as opensanctions
from collections_app.connectors.records import Subject
from collections_app.connectors.vies import mapper as vies
from tests.unit.connectors.contract import Trial, connectors

FOUND = {one.name: one for one in connectors()}


class Asking(Trial):
	"""A connector that is asked; `subjects` are lent to it, `entered` is what an administrator entered."""

	subjects: tuple = ()
	environment = "production"

	def __init__(self, found, server):
		super().__init__(found, server)
		self.entered: dict[str, str] = {}

	def connector(self):
		runtime = self.connect().runtime
		config = {
			"environment": self.environment,
			"credentials": {**self.case.credentials, **self.entered},
			"urls": {"base_url": self.server.url},
			"subjects": self.subjects,
		}
		return self.found.connector(config, runtime)

	def ask(self, kind: str, **said):
		answers = self.connector().push(Action(kind, "key", Subject("C-1", **said))).answers
		return answers if kind == "identify" else answers[0]

	def read(self, cursor: dict | None = None) -> list:
		entries = []
		try:
			for entry in self.connector().read("monitored", cursor or {}):
				entries.append(entry)
				self.cursor = getattr(entry, "cursor", self.cursor)
		except Exception as error:
			entries.append(error)
		return entries


@pytest.fixture
def asking(request):
	found = FOUND[request.param]
	with found.case.server() as server:
		trial = Asking(found, server)
		yield trial
		assert not trial.leaks()


def of(name: str):
	return pytest.mark.parametrize("asking", [name], indirect=True)


# -- what they share


@of("companies_house")
def test_whose_report_is_due(asking):
	"""The day itself counts: a report of 30 days ago is old enough, one of 29 days ago is not."""
	today = asking.clock.now().date()
	for number in ("00000001", "00000002", "00000003"):
		asking.server.add(number)
	asking.subjects = (
		Subject("A", customer_id="00000001", reported_on=today - timedelta(days=29)),
		Subject("B", customer_id="00000002", reported_on=today - timedelta(days=30)),
		Subject("C", customer_id="00000003"),
		Subject("not identified"),
	)
	reports = [one.data for one in asking.read() if hasattr(one, "data")]
	assert [one.customer for one in reports] == ["C", "B"], "who has none comes first"
	assert reports[0].valid_until == today + timedelta(days=30)


@of("companies_house")
def test_no_more_than_fit_into_a_sync(asking, monkeypatch):
	"""Who was refused comes last the next time: nobody else waits for them."""
	monkeypatch.setattr(company_source, "MOST", 3)
	asking.server.add("00000001")
	unknown = [Subject(f"A{number}", customer_id=f"1{number:07d}") for number in range(3)]
	asking.subjects = (*unknown, Subject("Z", customer_id="00000001"))
	first = asking.read()
	assert len([one for one in first if isinstance(one, BadRecord)]) == 3 == len(asking.server.requests)
	again = asking.read(asking.cursor)
	assert [one.data.customer for one in again if hasattr(one, "data")] == ["Z"]


@of("companies_house")
@pytest.mark.parametrize("days", ["", "0", "soon", "-1"])
def test_days_that_are_none(asking, days):
	asking.entered = {"refresh_days": days} if days else {"refresh_days": " "}
	with pytest.raises(ConfigurationError, match="Days Between Reports"):
		asking.connector().check()


@of("vies")
def test_who_is_watched(asking):
	asking.entered = {"monitor": "some"}
	with pytest.raises(ConfigurationError, match="Watched Customers"):
		asking.connector().check()


@of("insee_sirene")
def test_a_parked_customer_is_asked_about_again(asking):
	told = date(2026, 1, 2)
	asking.subjects = (Subject("A", "Company", customer_id="732829320", reported_on=told),)
	bad = next(one for one in asking.read() if isinstance(one, BadRecord))
	assert "732829320" in bad.message and bad.payload["reported_on"] == "2026-01-02"
	asking.server.add("732829320")
	(record,) = asking.connector().read_again("monitored", bad.payload)
	assert record.data.customer == "A" and record.external_id == "732829320|A"


@pytest.mark.parametrize(
	("asking", "calls", "minutes"),
	[("companies_house", 600, 5), ("insee_sirene", 30, 1)],
	indirect=["asking"],
)
def test_the_rate_is_kept(asking, calls, minutes):
	"""In whichever span of that length, and without giving a sync up for the time it takes."""
	limiter, times = asking.connector().http.limiter, []
	for _ in range(calls + 100):
		limiter.acquire()
		times.append(asking.clock.now())
	spans = [later - first for first, later in zip(times, times[calls:], strict=False)]
	assert min(spans) >= timedelta(minutes=minutes)


# -- Companies House


@pytest.mark.parametrize(
	("status", "cases", "insolvent"),
	[
		("active", [], False),
		("active", ["corporate-voluntary-arrangement"], False),
		("open", [], False),
		("administration", ["in-administration"], True),
		("receivership", [], True),
		("voluntary-arrangement", [], True),
		("insolvency-proceedings", [], True),
		("liquidation", ["creditors-voluntary-liquidation"], True),
		("liquidation", ["compulsory-liquidation"], True),
		("liquidation", [], True),
		("liquidation", ["members-voluntary-liquidation"], False),
		("liquidation", ["members-voluntary-liquidation", "compulsory-liquidation"], True),
	],
)
def test_insolvent(status, cases, insolvent):
	assert companies_house.is_insolvent(status, cases) is insolvent


@of("companies_house")
def test_a_number_of_another_register(asking):
	"""Eight digits are no company number of somebody who is not in the United Kingdom."""
	connector = asking.connector()
	assert connector.own_number(Subject("C", registration_number="445790", country="GB")) == "00445790"
	assert connector.own_number(Subject("C", registration_number="12345678", country="NL")) == ""


@pytest.mark.parametrize(
	("status", "said"),
	[
		("dissolved", {"ceased": True}),
		("converted-closed", {"ceased": True}),
		("active", {"ceased": False, "insolvent": False}),
		("liquidation", {"ceased": False, "insolvent": True}),
	],
)
def test_ceased(status, said):
	"""A company that is gone is told as that: whether it could pay before, the register does not say any more."""
	profile = {"company_number": "00445790", "company_status": status}
	details = companies_house.report(profile, [], Subject("C-1"), date.today(), date.today()).details
	assert {name: details[name] for name in ("ceased", "insolvent") if name in details} == said


@pytest.mark.parametrize(
	("text", "number"),
	[
		("445790", "00445790"),
		(" SC 123456", "SC123456"),
		("oc301234", "OC301234"),
		("IP12345R", "IP12345R"),
		("GB123456789", ""),
		("", ""),
		("../x", ""),
	],
)
def test_company_numbers(text, number):
	assert companies_house.company_number(text) == number


@of("companies_house")
def test_insolvency_is_asked_only_where_there_is_some(asking):
	asking.server.add("00000001")
	asking.server.add("00000002", status="liquidation", has_insolvency_history=True)
	asking.ask("order_report", customer_id="00000001")
	assert not asking.server.calls("insolvency")
	report = asking.ask("order_report", customer_id="00000002")
	assert asking.server.calls("insolvency") and report.details["insolvent"] is True
	for fault, error in (("422", DataError), ("500", TransientError)):
		asking.server.fault(fault, 4, path="insolvency")
		with pytest.raises(error):
			asking.ask("order_report", customer_id="00000002")
		asking.server.forget()


@of("companies_house")
def test_it_answers_about_another_company(asking):
	asking.server.add("00000001")
	asking.server.companies["00000002"] = asking.server.companies["00000001"]
	with pytest.raises(DataError, match="00000001"):
		asking.ask("order_report", customer_id="00000002")


# -- VIES


@pytest.mark.parametrize(
	("text", "country", "number"),
	[
		("DE 123.456-789", "", ("DE", "123456789")),
		("gr123456789", "", ("EL", "123456789")),
		("U12345678", "AT", ("AT", "U12345678")),
		("123456789", "GR", ("EL", "123456789")),
		("XI123456789", "GB", ("XI", "123456789")),
		("GB123456789", "GB", ("", "")),
		("12/345/67890", "", ("", "")),
		("DE", "DE", ("", "")),
		("", "FR", ("", "")),
	],
)
def test_vat_numbers(text, country, number):
	assert vies.vat_number(text, country) == number


@of("vies")
def test_a_number_without_letters_is_not_watched(asking):
	"""A German tax number is no VAT number: nobody is told that it is not valid."""
	asking.subjects = (Subject("A", tax_id="12/345/67890", country="DE"),)
	assert not asking.read() and not asking.server.requests


@of("vies")
@pytest.mark.parametrize("valid", [True, False])
def test_a_verdict(asking, valid):
	if valid:
		asking.server.add("IT12345678901", "ESEMPIO  SRL")
	report = asking.ask("order_report", tax_id="IT12345678901", name="Esempio Srl")
	assert report.details["vat_valid"] is valid and report.reported_on == asking.clock.now().date()
	assert report.details.get("name_match") == ("same" if valid else None)
	assert report.score_0_100 is None and not {"insolvent", "sanctioned"} & set(report.details)
	body = asking.server.requests[-1].json()
	assert (body["requesterMemberStateCode"], body["requesterNumber"]) == ("DE", "123456789")
	assert report.details["consultation_number"] == "WAPIAAAAexample"


@pytest.mark.parametrize(
	("stated", "told", "ours", "match"),
	[
		("VALID", "---", "Exemplo", "same"),
		("INVALID", "---", "Exemplo", "other"),
		("NOT_PROCESSED", "---", "Exemplo", ""),
		("NOT_PROCESSED", "EXEMPLO, LDA", "Exemplo", "same"),
		("NOT_PROCESSED", "OUTRO LDA", "Exemplo Lda", "other"),
		("NOT_PROCESSED", "OUTRO LDA", "", ""),
	],
)
def test_names(stated, told, ours, match):
	assert vies.name_match({"traderNameMatch": stated, "name": told}, ours) == match


@of("vies")
@pytest.mark.parametrize(
	("number", "error"),
	[
		("300", TransientError),
		("301", TransientError),
		("302", TransientError),
		("500", TransientError),
		("600", TransientError),
		("201", DataError),
		("202", ConfigurationError),
		("401", ConfigurationError),
	],
)
def test_no_answer_is_no_verdict(asking, number, error):
	"""VIES's own test service: each of its errors, all with status 200."""
	asking.environment = "sandbox"
	with pytest.raises(error):
		asking.ask("order_report", customer_id=f"DE{number}")
	assert asking.ask("order_report", customer_id="DE100").details["vat_valid"] is True
	assert asking.ask("order_report", customer_id="DE200").details["vat_valid"] is False


@of("vies")
def test_a_busy_country_is_asked_again(asking):
	asking.server.add("FR44732829320")
	asking.server.busy = {"FR": 3}
	assert asking.ask("order_report", customer_id="FR44732829320").details["vat_valid"] is True
	asking.server.busy = {"FR": 4}
	with pytest.raises(TransientError, match="FR does not answer"):
		asking.ask("order_report", customer_id="FR44732829320")


@of("vies")
def test_a_country_away_keeps_nobody_waiting(asking):
	"""However many of its customers there are, the others are asked and the breaker stays closed."""
	asking.server.away = {"FR"}
	french = [Subject(f"A{number}", customer_id=f"FR{number:011d}") for number in range(20)]
	asking.server.add("IT12345678901")
	asking.subjects = (*french, Subject("Z", customer_id="IT12345678901"))
	entries = asking.read()
	assert [one.data.customer for one in entries if hasattr(one, "data")] == ["Z"]
	assert isinstance(entries[-1], TransientError) and not any(isinstance(one, BadRecord) for one in entries)
	assert len(asking.server.requests) == 2 and "breaker" not in asking.state


@of("vies")
def test_an_own_number_that_is_none(asking):
	asking.entered = {"requester": "12345"}
	with pytest.raises(ConfigurationError, match="Own VAT Number"):
		asking.connector().check()


@of("vies")
def test_who_is_away_is_told_by_the_test(asking):
	asking.server.away = {"FR"}
	assert "FR" in asking.connector().check()


# -- INSEE Sirene


@pytest.mark.parametrize(
	("text", "french", "siren"),
	[
		("732 829 320", True, "732829320"),
		("73282932000074", True, "732829320"),
		("FR44732829320", False, "732829320"),
		("732829321", True, ""),
		("732829320", False, ""),
		("DE732829320", True, ""),
		("", True, ""),
	],
)
def test_sirens(text, french, siren):
	assert insee_sirene.siren_of(text, french) == siren


@of("insee_sirene")
def test_a_unit(asking):
	asking.server.add("732829320", "EXEMPLE SARL")
	(found,) = asking.ask("identify", name="Exemple, SARL")
	assert (found.customer_id, found.name, found.tax_id) == ("732829320", "EXEMPLE SARL", "FR44732829320")
	report = asking.ask("order_report", customer_id="732829320")
	assert report.details["status"] == "active" and report.details["ceased"] is False
	assert "insolvent" not in report.details


@of("insee_sirene")
def test_a_private_name_stays_private(asking):
	asking.server.add("732829320", "[ND]", statutDiffusionUniteLegale="P")
	report = asking.ask("order_report", customer_id="732829320")
	assert report.name == "" and report.details["withheld"] is True


@of("insee_sirene")
def test_a_state_that_is_not_known(asking):
	"""A letter that the documentation does not know is never read as active."""
	asking.server.add("732829320", state="X")
	with pytest.raises(DataError, match="not readable"):
		asking.ask("order_report", customer_id="732829320")


# -- OpenSanctions


@of("opensanctions")
def test_matches_wait_for_a_person(asking):
	entry = asking.server.add("Northern Shipping Joint Company")
	asking.server.add("Northern Lights")
	said = {"name": "Northern Shipping Company", "country": "RU", "tax_id": "7701"}
	report = asking.ask("order_report", **said)
	(match,) = report.details["matches"]
	assert (match["id"], match["similarity"]) == (entry, 0.75)
	assert "sanctioned" not in report.details
	query = asking.server.requests[-1].json()["queries"]["C-1"]
	assert query["properties"] == {"name": [said["name"]], "country": ["ru"], "taxNumber": ["7701"]}


@of("opensanctions")
def test_the_threshold(asking):
	asking.server.add("Northern Shipping Trading Company")
	asking.entered = {"threshold": "0.8"}
	report = asking.ask("order_report", name="Northern Shipping")
	assert report.details["sanctioned"] is False and report.details["threshold"] == 0.8
	assert asking.server.requests[-1].query["threshold"] == "0.8"
	asking.entered = {"threshold": "0.5"}
	assert len(asking.ask("order_report", name="Northern Shipping").details["matches"]) == 1


@of("opensanctions")
@pytest.mark.parametrize("threshold", ["0", "1.1", "much", "-1", "nan"])
def test_thresholds_that_are_none(asking, threshold):
	asking.entered = {"threshold": threshold}
	with pytest.raises(ConfigurationError, match="Least Similarity"):
		asking.connector().check()


@of("opensanctions")
def test_the_months_quota(asking):
	"""It is not tried again within seconds."""
	asking.server.quota = 0
	with pytest.raises(RateLimitError) as raised:
		asking.ask("order_report", name="Northern Shipping")
	assert raised.value.next_allowed - asking.clock.now() >= timedelta(minutes=30)
	assert len(asking.server.requests) == 1


@of("opensanctions")
def test_another_dataset(asking):
	asking.entered = {"dataset": "nowhere"}
	with pytest.raises(DataError):
		asking.connector().check()


def test_the_order_of_matches():
	found = [
		{"id": "1", "caption": "A", "score": 0.7},
		{"id": "2", "caption": "B", "score": 0.95},
	]
	report = opensanctions.report(found, Subject("C"), "C", "sanctions", 0.7, date.today(), date.today())
	assert [one["id"] for one in report.details["matches"]] == ["2", "1"]
	assert "B (95%), A (70%)" in report.summary
