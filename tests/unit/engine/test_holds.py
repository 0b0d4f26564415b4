from dataclasses import replace
from datetime import date, time

import pytest

from collections_app.engine.holds import HoldFacts, HoldPolicy, hold_reasons, within_hours
from tests.unit.engine.builders import AS_OF

FREE = HoldFacts(
	as_of=AS_OF,
	channel="Email",
	items=("A", "B"),
	letter="Letter 1",
	email="pay@example.com",
	last_statement_on=AS_OF,
	now=time(10),
)
POLICY = HoldPolicy(
	stale_after_business_days=2,
	bank_feed_required=True,
	send_from=time(8),
	send_to=time(18),
	contact_limit=3,
	contact_limit_days=7,
)


def reasons(policy=POLICY, **changes):
	return {one.code: one.params for one in hold_reasons(replace(FREE, **changes), policy)}


def test_nothing_holds_an_action_that_may_go():
	assert reasons() == {}


@pytest.mark.parametrize(
	("changes", "code", "params"),
	[
		({"paid_items": frozenset({"B", "X"})}, "paid_meanwhile", {"items": ["B"]}),
		({"dispute_items": frozenset({"A"})}, "dispute_open", {"items": ["A"]}),
		({"paused_items": frozenset({"A"})}, "invoice_paused", {"items": ["A"]}),
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
		({"contacts": 3}, "contact_limit", {"count": 3, "limit": 3, "days": 7}),
		({"now": time(7, 59)}, "outside_hours", {"from": "08:00", "to": "18:00"}),
		({"now": time(18)}, "outside_hours", {"from": "08:00", "to": "18:00"}),
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
		{"contacts": 2},
		{"now": time(8)},
		{"now": None},
	],
)
def test_what_does_not_hold(changes):
	assert reasons(**changes) == {}


def test_holidays_do_not_make_a_bank_feed_stale():
	policy = replace(POLICY, holidays=frozenset({date(2024, 5, 30)}))
	assert reasons(policy, last_statement_on=date(2024, 5, 29)) == {}


@pytest.mark.parametrize(
	("day", "channel", "held"),
	[
		(date(2026, 11, 20), "Email", False),
		(date(2026, 11, 21), "Email", True),
		(date(2026, 11, 22), "Email", True),
		(date(2026, 11, 21), "Call", False),
		(date(2026, 11, 24), "Email", True),
	],
)
def test_nothing_automatic_goes_out_on_weekends_and_holidays_where_the_policy_says_so(day, channel, held):
	policy = replace(POLICY, weekends=False, holidays=frozenset({date(2026, 11, 24)}))
	facts = {"as_of": day, "last_statement_on": day, "channel": channel}
	assert ("weekend" in reasons(policy, **facts)) is held
	assert "weekend" not in reasons(replace(policy, weekends=True), **facts)


def test_a_call_needs_neither_letter_nor_address_nor_hour():
	assert reasons(channel="Call", letter=None, email=None, now=time(3)) == {}
	assert "dispute_open" in reasons(channel="Call", dispute_items=frozenset({"A"}))


def test_rules_switched_off():
	policy = HoldPolicy(stale_after_business_days=None)
	assert reasons(policy, last_statement_on=date(2020, 1, 1), contacts=99, now=time(3)) == {}
	assert reasons(policy, last_statement_on=None) == {}


def test_all_reasons_are_given_at_once():
	found = reasons(email=None, letter=None, requires_approval=True, contacts=9, last_statement_on=None)
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
