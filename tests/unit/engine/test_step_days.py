"""Steps that count in business days, and steps that wait for the age of a debt."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.calendar import Calendar, add_business_days
from collections_app.engine.reasons import Reason
from collections_app.engine.steps import check_steps, due_steps, order_steps
from tests.unit.engine.builders import AS_OF, item, items, step


def due(days_ago: int) -> str:
	return str(AS_OF - timedelta(days=days_ago))


def run(*rows, steps):
	"""Level due per item name, and the codes of what was skipped."""
	result = due_steps(items(*rows), steps, AS_OF)
	names = [name.split("|")[1] for name in result.due["item"]]
	levels = dict(zip(names, result.due["level"], strict=True))
	return levels, [reason.code for reason in result.skipped["reason"]]


# AS_OF is Monday, 3 June 2024
MAY_DAY = {"Germany": Calendar(frozenset({date(2024, 5, 1), date(2024, 5, 30)}))}


@pytest.mark.parametrize(
	("due_date", "trigger", "country", "is_due"),
	[
		# Friday: Monday is the first business day after it, Sunday none
		("2024-05-31", 1, "Spain", True),
		("2024-05-31", 2, "Spain", False),
		# Wednesday 29 May: Thursday is a holiday in Germany
		("2024-05-29", 3, "Spain", True),
		("2024-05-29", 3, "Germany", False),
		("2024-05-29", 2, "Germany", True),
		# no country, or one without a calendar: Monday to Friday
		("2024-05-29", 3, None, True),
		("2024-05-29", 4, "Atlantis", False),
		# before the due date: Wednesday is two business days after this Monday, Thursday three
		("2024-06-05", -2, "Spain", True),
		("2024-06-06", -2, "Spain", False),
		("2024-06-06", -3, "Spain", True),
		("2024-06-10", -5, "Spain", True),
	],
)
def test_business_days_of_the_customers_country(due_date, trigger, country, is_due):
	one = step(1, trigger, business_days=True)
	rows = items(item(due_date=due_date, country=country))
	assert len(due_steps(rows, [one], AS_OF, None, MAY_DAY).due) == is_due


def test_each_customer_by_its_own_calendar_and_calendar_days_as_they_are():
	rows = items(
		item("SI-1", due_date="2024-05-29", country="Germany"),
		item("SI-2", due_date="2024-05-29", country="Spain", customer="C2"),
		item("SI-3", due_date="2024-05-29", country="Germany", customer="C3", plan="Q"),
	)
	steps = [step(1, 3, business_days=True), step(1, 5, plan="Q", step="Q1")]
	due = due_steps(rows, steps, AS_OF, None, MAY_DAY).due
	assert due["item"].tolist() == ["Sales Invoice|SI-2|", "Sales Invoice|SI-3|"]
	assert due["due_on"].dt.day.tolist() == [3, 3]


def test_business_and_calendar_days_in_one_plan_keep_their_order():
	# five business days are a week: before eight calendar days, after six
	steps = [step(3, 8), step(2, 5, business_days=True), step(1, 6)]
	assert [one.level for one in order_steps(steps)["P"]] == [1, 2, 3]
	assert check_steps(steps) == {}
	# where holidays make the second later than the third, the third waits for it all the same
	rows = items(item(due_date="2024-05-24", last_level=1, country="Germany"))
	long_holidays = {"Germany": Calendar(frozenset(date(2024, 5, day) for day in range(25, 32)))}
	assert due_steps(rows, steps, AS_OF, None, long_holidays).due.empty
	assert due_steps(rows, steps, AS_OF).due["level"].tolist() == [2]


def test_business_days_without_countries_are_monday_to_friday():
	rows = items(item(due_date="2024-05-31"))
	assert len(due_steps(rows, [step(1, 1, business_days=True)], AS_OF).due) == 1


@given(st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.integers(-20, 20), st.integers(-40, 40))
def test_business_days_agree_with_the_calendar(due_date, trigger, offset):
	calendar = Calendar(frozenset({date(2024, 5, 1), date(2024, 12, 25)}))
	today = due_date + timedelta(days=offset)
	rows = items(item(due_date=str(due_date), country="Germany"))
	due = due_steps(rows, [step(1, trigger, business_days=True)], today, None, {"Germany": calendar}).due
	comes = add_business_days(due_date, trigger, calendar)
	passed = trigger < 0 and today > due_date
	assert len(due) == (today >= comes and not passed)
	assert due.empty or due["due_on"].iloc[0].date() == comes


def test_a_step_waits_for_the_oldest_items_age_and_says_so():
	steps = [step(1, 1, minimum_age=10)]
	result = due_steps(items(item(due_date=due(9))), steps, AS_OF)
	assert result.due.empty
	assert result.skipped["reason"].tolist() == [Reason("below_minimum_age", {"days": 9, "minimum": 10})]
	assert run(item(due_date=due(10)), steps=steps)[0] == {"SI-1": 1}
	# the oldest of the customer in that currency counts for all of them
	assert len(run(item("SI-1", due_date=due(10)), item("SI-2", due_date=due(2)), steps=steps)[0]) == 2
	for other in ({"customer": "C2"}, {"currency": "USD"}, {"outstanding": -50.0}):
		rows = [item("SI-1", due_date=due(2)), item("SI-2", due_date=due(90), last_level=9, **other)]
		assert run(*rows, steps=steps)[0] == {}, other


def test_minimum_amount_and_age_both_hold_back():
	steps = [step(1, 1, minimum_age=10, minimum_amount=500.0)]
	_levels, skipped = run(item(due_date=due(5)), steps=steps)
	assert skipped == ["below_minimum", "below_minimum_age"]
	assert run(item(due_date=due(10), outstanding=500.0), steps=steps)[0] == {"SI-1": 1}


def test_a_notice_to_the_insurer_is_skipped_for_who_has_none():
	steps = [step(1, 1), step(2, 5, channel="Insurer Notice"), step(3, 9)]
	for overdue, insured, expected in (
		(8, True, {"SI-1": 2}),
		(8, False, {}),
		(9, False, {"SI-1": 3}),
		# the one before comes first
		(0, False, {}),
	):
		levels, skipped = run(item(due_date=due(overdue), last_level=1, insured=insured), steps=steps)
		assert (levels, skipped) == (expected, [] if insured else ["not_insured"])
	assert run(item(due_date=due(9), insured=False), steps=steps) == ({"SI-1": 1}, [])
	# without the column it is not known, and judged when it is to go out
	assert run(item(due_date=due(9), last_level=1), steps=steps)[0] == {"SI-1": 2}
