import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.engine.frames import FrameError
from collections_app.engine.reasons import Reason
from collections_app.engine.skipped import SKIPPED_COLUMNS
from collections_app.engine.steps import DUE_COLUMNS, check_steps, due_steps
from tests.unit.engine.builders import AS_OF, item, items, step

PLAN = [step(1, -3), step(2, 1), step(3, 10), step(4, 30)]


def due(days_ago: int) -> str:
	return str(AS_OF - timedelta(days=days_ago))


def run(*rows, steps=PLAN, as_of=AS_OF, gap=None):
	"""Level due per item name, and (name, level, code) of what was skipped."""
	result = due_steps(items(*rows), steps, as_of, gap)
	levels = {
		name.split("|")[1]: level for name, level in zip(result.due["item"], result.due["level"], strict=True)
	}
	skipped = [(row.item.split("|")[1], row.level, row.reason.code) for row in result.skipped.itertuples()]
	return levels, skipped


@pytest.mark.parametrize(
	("days_overdue", "last_level", "level"),
	[
		(-4, 0, None),
		(-3, 0, 1),
		(-2, 0, 1),
		(0, 0, 1),
		(0, 1, None),
		(1, 0, 2),
		(1, 1, 2),
		(5, 2, None),
		(10, 2, 3),
		(29, 3, None),
		(30, 3, 4),
		(400, 4, None),
		(400, 9, None),
	],
)
def test_the_next_step_by_due_date_and_last_level(days_overdue, last_level, level):
	levels, _skipped = run(item(due_date=due(days_overdue), last_level=last_level))
	assert levels == ({} if level is None else {"SI-1": level})


def test_late_start_takes_one_step_at_a_time():
	levels, skipped = run(item(due_date=due(100)))
	assert levels == {"SI-1": 2}
	assert skipped == [("SI-1", 1, "window_passed")]


def test_a_step_before_the_due_date_is_not_sent_after_it():
	result = due_steps(items(item(due_date=due(1))), [step(1, -10), step(2, -3)], AS_OF)
	assert result.due.empty
	assert result.skipped["level"].tolist() == [1, 2]
	expected = Reason("window_passed", {"trigger_days": -10, "due_date": due(1)})
	assert result.skipped["reason"].iloc[0] == expected


def test_a_step_on_the_due_date_is_still_sent_later():
	levels, skipped = run(item(due_date=due(2)), steps=[step(1, 0)])
	assert (levels, skipped) == ({"SI-1": 1}, [])


def test_the_gap_between_two_steps():
	row = item(due_date=due(100), last_level=2, last_done_on=due(4))
	assert run(row, gap={"P": 5})[0] == {}
	assert run(row, gap={"P": 4})[0] == {"SI-1": 3}
	assert run(row, gap={"other": 50})[0] == {"SI-1": 3}
	# The gap only waits: the step keeps its own day when that is later.
	assert run(item(due_date=due(5), last_level=2, last_done_on=due(4)), gap={"P": 1})[0] == {}


def test_never_two_steps_of_an_item_on_one_day():
	row = item(due_date=due(100), last_level=2, last_done_on=due(0))
	assert run(row)[0] == {}
	assert run(row, gap={"P": 0})[0] == {}


def test_due_on_is_the_day_it_became_due():
	frame = due_steps(
		items(
			item("SI-1", due_date=due(12), last_level=2),
			item("SI-2", due_date=due(12), last_level=2, last_done_on=due(6)),
		),
		PLAN,
		AS_OF,
		{"P": 5},
	).due
	assert frame["due_on"].dt.strftime("%Y-%m-%d").tolist() == [due(2), due(1)]
	assert list(frame.columns) == DUE_COLUMNS


def test_credits_and_paid_items_never_get_a_step():
	rows = [
		item("SI-1", outstanding=500.0),
		item("CN-1", outstanding=-50.0),
		item("PE-1", outstanding=50.0, is_credit=True),
		item("SI-2", outstanding=0.0),
		item("SI-3", plan=None),
		item("SI-4", plan=""),
	]
	assert run(*rows) == ({"SI-1": 2}, [("SI-1", 1, "window_passed")])


def test_minimum_amount_is_of_the_customers_overdue_total_in_the_currency():
	steps = [step(1, 1, minimum_amount=150.0)]
	assert run(item("SI-1"), steps=steps) == ({}, [("SI-1", 1, "below_minimum")])
	assert run(item("SI-1"), item("SI-2", outstanding=50.0), steps=steps)[0] == {"SI-1": 1, "SI-2": 1}
	# Neither another customer's, nor another currency's, nor what is not due yet, counts.
	for other in ({"customer": "C2"}, {"currency": "USD"}, {"due_date": due(-10)}):
		levels, _skipped = run(item("SI-1"), item("SI-2", outstanding=50.0, **other), steps=steps)
		assert levels == {}
	# An overdue item of a customer without a due step counts.
	assert run(item("SI-1"), item("SI-2", outstanding=50.0, plan=None), steps=steps)[0] == {"SI-1": 1}


def test_minimum_amount_before_the_due_date_counts_the_items_reminded_of():
	steps = [step(1, -3, minimum_amount=100.0)]
	assert run(item(due_date=due(-2)), steps=steps)[0] == {"SI-1": 1}
	assert run(item(due_date=due(-2), outstanding=99.99), steps=steps)[0] == {}


def test_credits_count_against_the_minimum_and_what_they_cover_is_not_chased():
	steps = [step(1, 1, minimum_amount=60.0)]
	assert run(item("SI-1"), item("CN-1", outstanding=-50.0), steps=steps)[0] == {}
	assert run(item("SI-1"), item("CN-1", outstanding=-30.0), steps=steps)[0] == {"SI-1": 1}
	assert run(item("SI-1"), item("CN-1", outstanding=-100.0), steps=[step(1, 1)])[0] == {}


def test_credits_count_whatever_their_date():
	rows = [item("SI-1"), item("CN-1", outstanding=-100.0, due_date=due(-20))]
	assert run(*rows, steps=[step(1, 1)])[0] == {}


def test_a_step_already_passed_or_done_is_not_skipped_again():
	assert run(item(due_date=due(5), last_level=1)) == ({"SI-1": 2}, [])
	assert run(item(due_date=due(5), last_level=2)) == ({}, [])


def test_the_minimum_is_exact_to_the_cent_and_said():
	steps = [step(1, 1, minimum_amount=0.3)]
	rows = [item("SI-1", outstanding=0.1), item("SI-2", outstanding=0.2)]
	assert len(run(*rows, steps=steps)[0]) == 2
	skipped = due_steps(items(rows[0]), steps, AS_OF).skipped
	reason = Reason("below_minimum", {"total": 0.1, "minimum": 0.3, "currency": "EUR"})
	assert skipped.to_dict("records") == [
		{"item": "Sales Invoice|SI-1|", "step": "S1", "level": 1, "reason": reason}
	]


def test_what_a_step_says_is_handed_on():
	one = step(1, 1, channel="Call", requires_approval=True, attach_invoices=True, letter=None, tone="Firm")
	row = due_steps(items(item()), [one], AS_OF).due.iloc[0]
	assert (row["step"], row["channel"], row["letter"], row["tone"]) == ("S1", "Call", None, "Firm")
	assert row["requires_approval"] and row["attach_invoices"]


def test_plans_are_apart():
	steps = [*PLAN, step(1, 60, plan="Q", step="Q1")]
	levels, _skipped = run(
		item("SI-1", due_date=due(59)), item("SI-2", due_date=due(60), plan="Q"), steps=steps
	)
	assert levels == {"SI-1": 2, "SI-2": 1}


def test_a_plan_that_cannot_be_used_stops_only_its_items():
	steps = [step(1, 1), step(2, 5, plan="Bad"), step(1, 9, plan="Bad")]
	assert list(check_steps(steps)) == ["Bad"]
	rows = [item("SI-1"), item("SI-2", plan="Bad"), item("SI-3", plan="Gone")]
	levels, skipped = run(*rows, steps=steps)
	assert levels == {"SI-1": 1}
	assert sorted(skipped) == [("SI-2", 0, "levels_not_rising"), ("SI-3", 0, "plan_without_steps")]


def test_an_item_that_cannot_be_used_stops_only_itself():
	rows = [
		item("SI-1"),
		item("SI-2", due_date=None, posting_date=None),
		item("SI-3", outstanding=float("nan"), is_credit=False),
	]
	levels, skipped = run(*rows, steps=[step(1, 1)])
	assert levels == {"SI-1": 1}
	assert sorted(skipped) == [("SI-2", 0, "unusable_item"), ("SI-3", 0, "unusable_item")]


def test_nothing_to_do():
	for frame in (items(), items(item(plan=None))):
		result = due_steps(frame, PLAN, AS_OF)
		assert result.due.empty and result.skipped.empty
		assert list(result.due.columns) == DUE_COLUMNS and list(result.skipped.columns) == SKIPPED_COLUMNS
	with pytest.raises(FrameError, match="last_level"):
		due_steps(items(item()).drop(columns="last_level"), PLAN, AS_OF)


def plainly(row: dict, steps, as_of: date, gap: int):
	"""The rule for one item, written as it is read."""
	for one in sorted(steps, key=lambda s: s.trigger_days):
		due_date = date.fromisoformat(row["due_date"])
		if one.level <= row["last_level"]:
			continue
		if one.trigger_days < 0 and as_of > due_date:
			continue
		done = row["last_done_on"] and date.fromisoformat(row["last_done_on"])
		waits = done and as_of < done + timedelta(days=max(gap, 1))
		return None if as_of < due_date + timedelta(days=one.trigger_days) or waits else one.level
	return None


ITEMS = st.lists(
	st.tuples(st.integers(-20, 90), st.integers(0, 5), st.none() | st.integers(0, 30)),
	min_size=1,
	max_size=10,
)
TRIGGERS = st.lists(st.integers(-15, 60), min_size=1, max_size=5).map(sorted)


@given(ITEMS, TRIGGERS, st.integers(0, 20))
def test_every_item_agrees_with_the_rule_read_plainly(drawn, triggers, gap):
	steps = [step(level, trigger) for level, trigger in enumerate(triggers, start=1)]
	rows = [
		item(
			f"SI-{number}",
			due_date=due(days_overdue),
			last_level=last_level,
			last_done_on=None if done is None else due(done),
		)
		for number, (days_overdue, last_level, done) in enumerate(drawn)
	]
	expected = {row["voucher_no"]: plainly(row, steps, AS_OF, gap) for row in rows}
	levels, _skipped = run(*rows, steps=steps, gap={"P": gap})
	assert levels == {name: level for name, level in expected.items() if level}


@settings(max_examples=6)
@given(st.lists(st.booleans(), min_size=45, max_size=45), st.integers(0, 10))
def test_missed_days_never_lose_or_double_a_step(runs, gap):
	start = AS_OF - timedelta(days=10)
	state = item(due_date=str(AS_OF))
	done: list[tuple[int, date]] = []
	for number, happens in enumerate([*runs, *([True] * 25)]):
		today = start + timedelta(days=number)
		# Twice a day must be the same as once.
		for _again in range(2 if happens else 0):
			levels, _skipped = run(state, as_of=today, gap={"P": gap})
			if levels:
				done.append((levels["SI-1"], today))
				state = {**state, "last_level": levels["SI-1"], "last_done_on": str(today)}
	levels = [level for level, _day in done]
	assert levels in ([1, 2, 3, 4], [2, 3, 4])
	for (_level, first), (_next, second) in itertools.pairwise(done):
		assert (second - first).days >= max(gap, 1)
	for level, day in done:
		assert (day - AS_OF).days >= {1: -3, 2: 1, 3: 10, 4: 30}[level]
