from dataclasses import replace
from datetime import date, datetime, time

import pytest

from collections_app.engine.calendar import Calendar
from collections_app.engine.channels import CHANNELS
from collections_app.engine.holds import HoldFacts, HoldPolicy, hold_reasons, within_hours
from tests.unit.engine.builders import AS_OF

FREE = HoldFacts(
	as_of=AS_OF,
	channel="Email",
	items=("A", "B"),
	letter="Letter 1",
	email="pay@example.com",
	last_statement_on=AS_OF,
	phone="+49 170 1234567",
	postal_address="Office",
	plan="Plan",
	local=datetime.combine(AS_OF, time(10)),
	time_zone="Europe/Berlin",
	country="Germany",
)
POLICY = HoldPolicy(
	stale_after_business_days=2,
	bank_feed_required=True,
	send_from=time(8),
	send_to=time(18),
	contacts_per_day=2,
	contacts_per_week=3,
	country="Germany",
)


def at(*when: int, day: date = AS_OF) -> datetime:
	"""The day at this hour (and minute)."""
	return datetime.combine(day, time(*when))


def reasons(policy=POLICY, **changes):
	return {one.code: one.params for one in hold_reasons(replace(FREE, **changes), policy)}


def test_nothing_holds_an_action_that_may_go():
	assert reasons() == {}


@pytest.mark.parametrize(
	("changes", "code", "params"),
	[
		({"paid_items": frozenset({"B", "X"})}, "paid_meanwhile", {"items": ["B"]}),
		({"online_items": frozenset({"A", "X"})}, "paid_online", {"items": ["A"]}),
		({"dispute_items": frozenset({"A"})}, "dispute_open", {"items": ["A"]}),
		({"paused_items": frozenset({"A"})}, "invoice_paused", {"items": ["A"]}),
		({"passed_items": frozenset({"B", "X"})}, "window_passed", {"items": ["B"]}),
		({"promise_items": frozenset({"A", "B"})}, "promise_open", {"items": ["A", "B"]}),
		({"paused_until": AS_OF}, "paused_until", {"date": "2024-06-03"}),
		({"last_statement_on": None}, "no_bank_feed", {}),
		(
			{"last_statement_on": date(2024, 5, 29)},
			"bank_feed_stale",
			{"last_statement": "2024-05-29", "days": 3, "limit": 2},
		),
		({"email": None}, "no_email_address", {}),
		({"email": "  "}, "no_email_address", {}),
		({"letter": None}, "no_letter", {}),
		({"requires_approval": True}, "approval_missing", {}),
		({"contacts_this_week": 3}, "contact_limit", {"count": 3, "limit": 3, "days": 7}),
		({"contacts_today": 2}, "contact_limit", {"count": 2, "limit": 2, "days": 1}),
		({"plan_paused_until": AS_OF}, "plan_paused", {"plan": "Plan", "date": "2024-06-03"}),
		({"channel": "SMS", "phone": ""}, "no_phone_number", {}),
		({"channel": "Letter", "postal_address": None}, "no_postal_address", {}),
		(
			{"local": at(7, 59)},
			"outside_hours",
			{"from": "08:00", "to": "18:00", "zone": "Europe/Berlin"},
		),
		({"local": at(18)}, "outside_hours", {"from": "08:00", "to": "18:00", "zone": "Europe/Berlin"}),
	],
)
def test_each_reason_alone(changes, code, params):
	assert reasons(**changes) == {code: params}


@pytest.mark.parametrize(
	"changes",
	[
		{
			"promise_items": frozenset({"X"}),
			"dispute_items": frozenset({"Y"}),
			"paid_items": frozenset({"Z"}),
		},
		{"paused_until": date(2024, 6, 2)},
		{"last_statement_on": date(2024, 5, 30)},  # Thursday: two business days before Monday
		{"requires_approval": True, "approved": True},
		{"plan_paused_until": date(2024, 6, 2)},
		{"contacts_today": 1, "contacts_this_week": 2},
		{"local": at(8)},
		{"local": None},
		{"channel": "SMS", "email": None, "postal_address": None},
		{"channel": "Letter", "email": None, "phone": None},
		{"phone": None, "postal_address": None},
	],
)
def test_what_does_not_hold(changes):
	assert reasons(**changes) == {}


def test_holidays_of_the_company_do_not_make_a_bank_feed_stale():
	holiday = Calendar(frozenset({date(2024, 5, 30)}))
	policy = replace(POLICY, calendars={"Germany": holiday})
	assert reasons(policy, last_statement_on=date(2024, 5, 29)) == {}
	policy = replace(POLICY, calendars={"Germany": holiday}, country="Spain")
	assert "bank_feed_stale" in reasons(policy, last_statement_on=date(2024, 5, 29))


@pytest.mark.parametrize(
	("day", "country", "held"),
	[
		(date(2026, 11, 20), "Germany", False),
		(date(2026, 11, 21), "Germany", True),
		(date(2026, 11, 22), "Germany", True),
		(date(2026, 11, 24), "Germany", True),
		(date(2026, 11, 24), "Spain", False),
		# Friday and Saturday are the weekend there
		(date(2026, 11, 20), "Jordan", True),
		(date(2026, 11, 22), "Jordan", False),
		(date(2026, 11, 22), "", True),
	],
)
def test_days_off_are_those_of_the_customers_country_on_its_own_day(day, country, held):
	calendars = {
		"Germany": Calendar(frozenset({date(2026, 11, 24)})),
		"Jordan": Calendar(weekend=frozenset({4, 5})),
	}
	policy = replace(POLICY, weekends=False, calendars=calendars)
	facts = {"local": at(10, day=day), "country": country}
	for channel in CHANNELS:
		found = "weekend" in reasons(policy, channel=channel, **facts)
		assert found is (held and channel in ("Email", "SMS", "WhatsApp", "Registered E-Mail")), channel
	assert "weekend" not in reasons(replace(policy, weekends=True), **facts)


@pytest.mark.parametrize(
	("channel", "codes"),
	[
		("Email", ["no_email_address", "no_letter", "contact_limit", "contact_limit", "outside_hours"]),
		("SMS", ["no_phone_number", "no_letter", "contact_limit", "contact_limit", "outside_hours"]),
		("WhatsApp", ["no_phone_number", "no_letter", "contact_limit", "contact_limit", "outside_hours"]),
		(
			"Registered E-Mail",
			["no_email_address", "no_letter", "contact_limit", "contact_limit", "outside_hours"],
		),
		("Letter", ["no_postal_address", "no_letter", "contact_limit", "contact_limit"]),
		("Call", []),
		("Task", []),
		("Hand Over", []),
		("Insurer Notice", []),
	],
)
def test_what_each_channel_needs(channel, codes):
	nothing = {"letter": None, "email": None, "phone": None, "postal_address": None}
	facts = replace(FREE, channel=channel, contacts_today=9, contacts_this_week=9, local=at(3), **nothing)
	assert [one.code for one in hold_reasons(facts, POLICY)] == codes


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_holds_whatever_the_channel(channel):
	found = reasons(
		channel=channel,
		dispute_items=frozenset({"A"}),
		paused_until=AS_OF,
		plan_paused_until=AS_OF,
		last_statement_on=None,
		requires_approval=True,
	)
	assert list(found) == ["dispute_open", "paused_until", "plan_paused", "no_bank_feed", "approval_missing"]


@pytest.mark.parametrize("channel", CHANNELS)
def test_channels_that_nothing_sends(channel):
	"""A message of a channel without a service is held with its name; the others are not."""
	policy = replace(POLICY, unconnected=frozenset({"WhatsApp"}))
	held = [(one.code, one.params) for one in hold_reasons(replace(FREE, channel=channel), policy)]
	assert held == ([("no_connector", {"channel": "WhatsApp"})] if channel == "WhatsApp" else [])


def test_rules_switched_off():
	policy = HoldPolicy(stale_after_business_days=None)
	assert reasons(policy, last_statement_on=date(2020, 1, 1), contacts_this_week=99, local=at(3)) == {}
	assert reasons(policy, last_statement_on=None) == {}


def test_all_reasons_are_given_at_once():
	found = reasons(
		email=None, letter=None, requires_approval=True, contacts_this_week=9, last_statement_on=None
	)
	assert list(found) == [
		"no_bank_feed",
		"no_email_address",
		"no_letter",
		"approval_missing",
		"contact_limit",
	]


@pytest.mark.parametrize(
	("now", "inside"),
	[(time(23), True), (time(22), True), (time(5, 59), True), (time(6), False), (time(12), False)],
)
def test_hours_may_cross_midnight(now, inside):
	assert within_hours(now, time(22), time(6)) is inside
	assert within_hours(now, time(9), time(9))
