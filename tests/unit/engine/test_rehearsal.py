import itertools
from datetime import time, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.engine.consolidation import consolidate
from collections_app.engine.frames import FrameError
from collections_app.engine.holds import HoldPolicy
from collections_app.engine.rehearsal import LINE_COLUMNS, MESSAGE_COLUMNS, rehearse
from collections_app.engine.rehearsal_totals import by_day, by_week, totals
from collections_app.engine.steps import due_steps
from tests.unit.engine.builders import AS_OF, item, items, step

PLAN = [step(1, -3), step(2, 1), step(3, 10), step(4, 30, channel="Call", letter=None)]
FREE = HoldPolicy(stale_after_business_days=None)


def day(offset: int) -> str:
	return str(AS_OF + timedelta(days=offset))


def open_items(*rows: dict) -> pd.DataFrame:
	return items(*rows).assign(case="", language="en")


def customers(**values) -> pd.DataFrame:
	"""Customer -> its e-mail address, none of them paused."""
	return pd.DataFrame({"email": values, "paused_until": pd.NaT}, index=list(values))


def sent(*rows: dict, steps=PLAN, days=40, gap=1, **values) -> list[tuple[int, int]]:
	"""(days from the start, level) of every message, those held not among them."""
	found = rehearse(open_items(*rows), steps, AS_OF, days, {"P": gap}, **values).messages
	return [(offset(row.day), row.level) for row in found.itertuples() if not row.held]


def offset(when) -> int:
	return (pd.Timestamp(when).date() - AS_OF).days


def test_an_item_goes_through_its_plan_day_by_day():
	assert sent(item(due_date=day(5))) == [(2, 1), (6, 2), (15, 3), (35, 4)]


def test_a_late_item_takes_one_step_after_the_other_with_the_gap_between():
	assert sent(item(due_date=day(-90)), gap=7) == [(0, 2), (7, 3), (14, 4)]
	assert sent(item(due_date=day(-90), last_level=2, last_done_on=day(-2)), gap=7) == [(5, 3), (12, 4)]


def test_it_ends_with_the_days_asked_for():
	assert sent(item(due_date=day(5)), days=15) == [(2, 1), (6, 2)]
	assert sent(item(due_date=day(5)), days=16)[-1] == (15, 3)


def test_a_paid_item_is_chased_no_more():
	assert sent(item(due_date=day(5), paid_on=pd.Timestamp(day(15)))) == [(2, 1), (6, 2)]
	assert sent(item(due_date=day(5), paid_on=pd.Timestamp(day(16))))[-1] == (15, 3)


def test_the_first_day_is_as_the_ledger_has_it():
	assert sent(item(due_date=day(-1), paid_on=pd.Timestamp(day(0)))) == [(0, 2)]


def test_a_promised_item_is_out_of_sight_until_it_is_free():
	row = item(due_date=day(-1), free_from=pd.Timestamp(day(9)))
	assert sent(row) == [(9, 2), (10, 3), (29, 4)]
	# nor does it help another one over the minimum meanwhile
	steps = [step(1, 1, minimum_amount=150.0)]
	assert sent(row, item("SI-2", due_date=day(-1)), steps=steps) == [(9, 1)]


def test_items_of_one_customer_share_a_message():
	frame = open_items(
		item("SI-1", due_date=day(-12), last_level=2),
		item("SI-2", due_date=day(-1), outstanding=40.0, outstanding_base=44.0),
	)
	messages, lines = rehearse(frame, PLAN, AS_OF, 1)
	assert len(messages) == 1
	first = messages.iloc[0]
	assert (first["level"], first["step"], first["total"], first["total_base"]) == (3, "S3", 140.0, 144.0)
	assert first["items"] == ("Sales Invoice|SI-1|", "Sales Invoice|SI-2|")
	assert lines[["level", "outstanding_base"]].to_numpy().tolist() == [[3, 100.0], [2, 44.0]]


def test_weekends_move_messages_and_no_calls():
	policy = HoldPolicy(weekends=False)
	saturday = 5  # AS_OF is a Monday
	row = item(due_date=day(saturday - 1))
	known = customers(C1="a@example.com")
	assert sent(row, steps=[step(1, 1)], policy=policy, customers=known) == [(saturday + 2, 1)]
	call = [step(1, 1, channel="Call", letter=None)]
	assert sent(row, steps=call, policy=policy, customers=known) == [(saturday, 1)]


def test_sending_hours_and_an_old_bank_feed_move_nothing():
	hours = HoldPolicy(bank_feed_required=True, send_from=time(9), send_to=time(10))
	assert sent(item(due_date=day(-1)), days=1, policy=hours, customers=customers(C1="a@b.example"))


def test_a_paused_customer_waits_its_last_day_included():
	known = customers(C1="a@example.com").assign(paused_until=pd.Timestamp(day(4)))
	assert sent(item(due_date=day(-1)), policy=FREE, customers=known)[0] == (5, 2)


def test_what_a_person_must_mend_is_told_once_and_goes_no_further():
	frame = open_items(item("SI-1", due_date=day(-1)), item("SI-2", customer="C2", due_date=day(-1)))
	found = rehearse(frame, PLAN, AS_OF, 40, None, customers(C2="a@example.com"), FREE).messages
	held = found[found["held"].map(len) > 0]
	assert [(row.customer, offset(row.day), row.held[0].code) for row in held.itertuples()] == [
		("C1", 0, "no_email_address")
	]
	assert set(found["customer"][1:]) == {"C2"}


def test_what_is_held_still_counts_in_what_the_customer_owes():
	steps = [step(1, 1, letter=None), step(1, 1, plan="Q", step="Q1", minimum_amount=150.0)]
	rows = [item("SI-1", due_date=day(-1)), item("SI-2", due_date=day(2), plan="Q")]
	found = rehearse(open_items(*rows), steps, AS_OF, 5, None, customers(C1="a@b.example"), FREE).messages
	assert [(row.step, offset(row.day)) for row in found.itertuples()] == [("S1", 0), ("Q1", 3)]


def test_nothing_at_all():
	for frame in (open_items(item(plan=None)), open_items()):
		messages, lines = rehearsal = rehearse(frame, PLAN, AS_OF, 3)
		assert messages.empty and lines.empty
		assert (list(messages.columns), list(lines.columns)) == (MESSAGE_COLUMNS, LINE_COLUMNS)
		assert totals(rehearsal) == {
			"messages": 0,
			"calls": 0,
			"handed_over": 0,
			"held": 0,
			"customers": 0,
			"amount": 0.0,
		}
		assert by_day(rehearsal, AS_OF, 3)["messages"].tolist() == [0, 0, 0]


def test_bad_input():
	with pytest.raises(ValueError, match="at least one day, not 0"):
		rehearse(open_items(item()), PLAN, AS_OF, 0)
	with pytest.raises(FrameError, match="language"):
		rehearse(items(item()), PLAN, AS_OF, 1)


def test_totals_count_an_item_once_and_calls_apart():
	steps = [step(1, 1), step(2, 3), step(3, 5, channel="Call", letter=None)]
	frame = open_items(
		item("SI-1", due_date=day(-1)),
		item("SI-2", customer="C2", due_date=day(-1), outstanding=50.0),
		item("SI-3", customer="C3", due_date=day(-1), outstanding=7.0),
	)
	known = customers(C1="a@b.example", C2="c@d.example")
	rehearsal = rehearse(frame, steps, AS_OF, 9, None, known, FREE)
	# C3 has no address
	assert totals(rehearsal) == {
		"messages": 4,
		"calls": 2,
		"handed_over": 0,
		"held": 1,
		"customers": 2,
		"amount": 150.0,
	}
	days = by_day(rehearsal, AS_OF, 9)
	assert days["messages"].tolist() == [2, 0, 2, 0, 0, 0, 0, 0, 0]
	assert days["calls"].tolist() == [0, 0, 0, 0, 2, 0, 0, 0, 0]
	assert days["held"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0]
	assert days["amount"].tolist() == [150.0, 0, 150.0, 0, 150.0, 0, 0, 0, 0]
	assert str(days["day"].iloc[-1].date()) == day(8)


def test_weeks_start_on_monday_even_before_the_first_day():
	start = AS_OF + timedelta(days=5)  # a Saturday
	rehearsal = rehearse(open_items(item(due_date=str(start))), [step(1, 1), step(2, 2)], start, 4)
	weeks = by_week(rehearsal, start, 4)
	assert weeks["week_start"].dt.strftime("%Y-%m-%d").tolist() == [day(0), day(7)]
	assert weeks["messages"].tolist() == [1, 1]
	assert weeks["amount"].tolist() == [100.0, 100.0]


ROWS = st.lists(
	st.tuples(
		st.integers(-40, 60),
		st.integers(0, 4),
		st.none() | st.integers(0, 20),
		st.sampled_from(["C1", "C2", "C3"]),
		st.sampled_from(["EUR", "USD"]),
	),
	min_size=1,
	max_size=8,
)
TRIGGERS = st.lists(st.integers(-15, 50), min_size=1, max_size=5, unique=True).map(sorted)


def drawn_items(drawn, shuffled=False) -> pd.DataFrame:
	rows = [
		item(
			f"SI-{number}",
			due_date=day(-overdue),
			last_level=level,
			last_done_on=None if done is None else day(-done),
			customer=customer,
			currency=currency,
		)
		for number, (overdue, level, done, customer, currency) in enumerate(drawn)
	]
	return open_items(*(reversed(rows) if shuffled else rows))


def drawn_steps(triggers):
	return [
		step(level, trigger, minimum_amount=150.0 if level == 3 else 0)
		for level, trigger in enumerate(triggers, start=1)
	]


@given(ROWS, TRIGGERS, st.integers(0, 10))
def test_day_0_is_what_the_daily_run_would_plan(drawn, triggers, gap):
	frame, steps = drawn_items(drawn), drawn_steps(triggers)
	due = due_steps(frame, steps, AS_OF, {"P": gap}).due
	expected = consolidate(due.merge(frame.drop(columns=["last_level", "last_done_on"]), on="item"), AS_OF)
	found = rehearse(frame, steps, AS_OF, 1, {"P": gap}).messages
	assert [
		(row.customer, row.currency, row.channel, row.step, row.level, row.items, row.total)
		for row in found.itertuples()
	] == [
		(
			one.customer,
			one.currency,
			one.channel,
			one.step,
			one.level,
			tuple(i.item for i in one.items),
			one.total,
		)
		for one in expected
	]


@settings(max_examples=15)
@given(ROWS, TRIGGERS, st.integers(0, 10), st.booleans())
def test_an_item_takes_one_step_at_a_time(drawn, triggers, gap, limited):
	frame, steps = drawn_items(drawn), drawn_steps(triggers)
	policy = HoldPolicy(weekends=False, contacts_per_day=1, contacts_per_week=2) if limited else None
	known = customers(C1="a@b.example", C2="c@d.example")
	lines = rehearse(frame, steps, AS_OF, 30, {"P": gap}, known, policy).lines
	assert not lines.duplicated(["item", "day"]).any()
	before = frame.set_index("item")
	for name, taken in lines.groupby("item", sort=False):
		levels = [int(before.at[name, "last_level"]), *taken["level"]]
		days = [when.date() for when in taken["day"]]
		due_date = before.at[name, "due_date"].date()
		for (low, high), when in zip(itertools.pairwise(levels), days, strict=True):
			between = [one for one in steps if low < one.level < high]
			# what lies between was to come before the due date, and that is over
			assert low < high and all(one.trigger_days < 0 and when > due_date for one in between)
			assert (when - due_date).days >= steps[high - 1].trigger_days
		for first, second in itertools.pairwise(days):
			assert (second - first).days >= max(gap, 1)


@settings(max_examples=15)
@given(ROWS, TRIGGERS)
def test_the_same_items_give_the_same_rehearsal_in_any_order(drawn, triggers):
	steps = drawn_steps(triggers)
	policy = HoldPolicy(contacts_per_day=1)
	known = customers(C1="a@b.example", C2="c@d.example")
	one, again, other = (
		rehearse(drawn_items(drawn, shuffled), steps, AS_OF, 12, None, known, policy)
		for shuffled in (False, False, True)
	)
	for number in (0, 1):
		pd.testing.assert_frame_equal(one[number], again[number])
		pd.testing.assert_frame_equal(one[number], other[number])


def test_the_items_given_are_not_changed():
	frame = open_items(item(due_date=day(-40)), item("SI-2", customer="C2", due_date=day(-40)))
	before = frame.copy(deep=True)
	rehearse(frame, PLAN, AS_OF, 30, None, customers(C2="a@b.example"), FREE)
	pd.testing.assert_frame_equal(frame, before)


def test_the_start_is_an_argument():
	later = AS_OF + timedelta(days=100)
	found = rehearse(open_items(item()), PLAN, later, 2).messages
	assert found["day"].iloc[0].date() == later
