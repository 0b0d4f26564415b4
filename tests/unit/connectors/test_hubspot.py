"""What is HubSpot's own; the contract's suite does the rest."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest

import collections_app.connectors.hubspot as package
from collections_app.connectors.base import (
	Action,
	ConfigurationError,
	DataError,
	RateLimitError,
	Refresh,
	TransientError,
	UncertainError,
	WebhookRequest,
)
from collections_app.connectors.hubspot import mapper
from collections_app.connectors.records import CustomerField
from sandbox.providers.hubspot import CREDENTIALS, HubSpotServer
from tests.unit.connectors.cases.hubspot import URL, webhook
from tests.unit.connectors.contract import Trial, connectors

FOUND = next(one for one in connectors() if one.name == "hubspot")


@pytest.fixture
def trial():
	with HubSpotServer() as server:
		yield Trial(FOUND, server)


def read(trial, stream: str = "companies", **credentials) -> list[CustomerField]:
	config = {"credentials": {**CREDENTIALS, **credentials}, "urls": {"base_url": trial.server.url}}
	connector = FOUND.connector(config, trial.connect().runtime)
	return [entry.data for entry in connector.read(stream, {}) if hasattr(entry, "data")]


def note(**more) -> Action:
	return Action("log_activity", "key", {"customer_id": "1000", "text": "Reminder sent", **more})


def test_companies(trial):
	trial.server.add(website="a.example", phone="030 1", name="A GmbH", vat="DE123", city="Berlin")
	trial.server.add(name="Empty")
	found = read(trial, tax_id_property="vat")
	assert {(one.fieldname, one.value) for one in found} == {("website", "a.example"), ("mobile_no", "030 1")}
	assert {(one.customer_id, one.name, one.tax_id) for one in found} == {("1000", "A GmbH", "DE123")}


def test_contacts_count_for_their_company(trial):
	trial.server.add("contacts", email="a@a.example", phone="030 1", associatedcompanyid="77")
	trial.server.add("contacts", email="alone@a.example")
	found = read(trial, "contacts")
	assert {(one.customer_id, one.fieldname, one.value) for one in found} == {
		("77", "email_id", "a@a.example"),
		("77", "mobile_no", "030 1"),
	}


def test_other_fields(trial):
	trial.server.add(city="Berlin")
	(found,) = read(trial, company_fields="city:territory")
	assert (found.fieldname, found.value) == ("territory", "Berlin")
	with pytest.raises(ConfigurationError, match="city"):
		read(trial, company_fields="phone:mobile_no, city")


def test_more_than_a_search_gives():
	"""HubSpot ends a search after 10,000 results (here 5): all are read nevertheless."""
	with HubSpotServer(cap=5) as server:
		trial = Trial(FOUND, server)
		for number in range(23):
			server.add(phone=f"030 {number}")
		assert len(read(trial)) == 23


def test_only_what_changed(trial):
	trial.server.add(phone="030 1", days_ago=2)
	trial.sync()
	assert len(trial.kept) == 1
	trial.kept.clear()
	trial.sync()
	assert not trial.kept
	trial.server.skew = timedelta(hours=1)
	trial.clock.sleep(3600)
	changed = trial.server.add(phone="030 2")
	trial.sync()
	assert [one.split("|")[1] for one in trial.kept] == [changed]


def test_it_goes_on_where_it_was_cut(trial):
	for number in range(9):
		trial.server.add(phone=f"030 {number}")
	trial.server.fault("403", 1, path="/search", after=2)
	with pytest.raises(ConfigurationError):
		trial.sync()
	assert len(trial.kept) == 4 and trial.cursor["page"] == "1003"
	trial.server.requests.clear()
	trial.sync()
	assert len(trial.kept) == 9 and len(trial.server.calls("/search")) == 3


def test_the_same_page_again_and_again(trial):
	for number in range(5):
		trial.server.add(phone=f"030 {number}")
	trial.server.stuck = True
	with pytest.raises(TransientError, match="same page"):
		trial.sync()
	trial.server.stuck = False
	trial.sync()
	assert len(trial.kept) == 5


def test_a_company_that_cannot_be_read_is_parked(trial):
	trial.server.add(phone="030 1")
	trial.server.add(phone="030 2")
	page = json.loads((Path(package.__file__).parent / "fixtures" / "search.json").read_text())
	broken = page["results"][0]
	broken["properties"]["hs_lastmodifieddate"] = "yesterday"
	connector = trial.connect()
	pages = connector._page
	connector._page = lambda *args: {
		**pages(*args),
		"results": [broken, *pages(*args)["results"]],
		"paging": None,
	}
	trial.take(connector.read("companies", {}))
	assert len(trial.kept) == 2 and len(trial.bad) == 1 and "yesterday" in trial.bad[0].message
	broken["properties"]["hs_lastmodifieddate"] = "2026-11-22T00:00:00Z"
	assert len(list(trial.connect().read_again("companies", broken))) == 2


def test_the_documented_company():
	page = json.loads((Path(package.__file__).parent / "fixtures" / "search.json").read_text())
	((identity, field),) = mapper.customer_fields(
		"companies", page["results"][0], {"phone": "mobile_no"}, "vat_number"
	)
	assert identity == "companies|9187|phone|2019-12-07T16:50:06.678Z"
	assert (field.customer_id, field.name, field.value) == ("9187", "HubSpot", "555-555-5555")
	assert field.changed_at.isoformat() == "2019-12-07T16:50:06.678000+00:00"


def test_the_daily_limit(trial):
	"""It is not tried again within seconds."""
	trial.server.daily = True
	with pytest.raises(RateLimitError, match="daily limit") as raised:
		trial.connect().check()
	assert raised.value.next_allowed - trial.clock.now() >= timedelta(minutes=30)
	assert len(trial.server.requests) == 1


def test_a_note(trial):
	trial.server.add(name="A GmbH")
	pushed = trial.connect().push(note(text="Paid <b>half</b> &\nasked for time", at=trial.clock.now()))
	(made,) = trial.server.notes
	assert made["properties"]["hs_note_body"] == "Paid &lt;b&gt;half&lt;/b&gt; &amp;<br>asked for time"
	assert made["properties"]["hs_timestamp"] == int(trial.clock.now().timestamp() * 1000)
	assert made["associations"][0]["types"][0]["associationTypeId"] == 190
	assert pushed.reference == f"notes/{made['id']}"
	assert trial.connect().status(pushed.reference).state == "Delivered"
	with pytest.raises(DataError, match="not found"):
		trial.connect().status("notes/1")


@pytest.mark.parametrize(
	"more", [{"customer_id": ""}, {"customer_id": "../x"}, {"text": " "}, {"text": "x" * 70000}]
)
def test_notes_that_are_not_sent(trial, more):
	with pytest.raises(DataError):
		trial.connect().push(note(**more))
	assert not trial.server.requests


@pytest.mark.parametrize("fault", ["500", "503", "timeout", "cut", "malformed"])
def test_an_uncertain_note_is_asked_once(trial, fault):
	trial.server.add()
	trial.server.fault(fault, 10, path="/notes")
	with pytest.raises(UncertainError):
		trial.connect().push(note())
	assert len(trial.server.calls("/notes", "POST")) == 1


@pytest.mark.parametrize("fault", ["500", "timeout", "cut", "malformed", "429"])
def test_a_property_is_set_again(trial, fault):
	trial.server.add()
	trial.server.fault(fault, path="/companies/1000")
	action = Action("update_customer", "key", CustomerField("1000", "credit_hold", "yes"))
	assert trial.connect().push(action).reference == "companies/1000"
	assert trial.server.objects["companies"][0]["properties"]["credit_hold"] == "yes"


def test_webhooks(trial):
	connector = trial.connect()
	assert list(connector.read_webhook(webhook(trial.server))) == [Refresh("companies")]
	assert list(connector.read_webhook(webhook(trial.server, "contact.creation"))) == [Refresh("contacts")]
	assert not list(connector.read_webhook(webhook(trial.server, "deal.creation")))
	for body in (b"", b"{}x", b'[{"a": 1}]', b"[1]"):
		(bad,) = connector.read_webhook(WebhookRequest(URL, {}, body))
		assert bad.message


def test_forged_webhooks(trial):
	connector, good = trial.connect(), webhook(trial.server)
	now = int(time.time() * 1000)
	old = webhook(trial.server, at=now - 400_000)
	shifted = {**good.headers, "x-hubspot-request-timestamp": str(now - 5)}
	for url, headers, body in [
		(good.url, good.headers, good.body.replace(b"123", b"124")),
		(good.url + "x", good.headers, good.body),
		(old.url, old.headers, old.body),
		(good.url, shifted, good.body),
		(good.url, {**good.headers, "x-hubspot-request-timestamp": "soon"}, good.body),
		(good.url, webhook(trial.server, secret="other").headers, good.body),
	]:
		assert not connector.verify_webhook(WebhookRequest(url, headers, body))
	assert connector.verify_webhook(good)


@pytest.mark.parametrize("body", [b"[1, 2]", b'"no"', b"", b"<html>"])
def test_an_error_that_is_no_object(trial, body):
	"""A proxy's page, or a list: the status alone decides."""
	connector = trial.connect()
	assert connector.http.explain(500, body) == ""
