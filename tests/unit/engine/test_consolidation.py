from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.consolidation import consolidate
from collections_app.engine.frames import FrameError
from collections_app.engine.outbox import action_key
from tests.unit.engine.builders import AS_OF, item


def row(name="SI-1", **values):
	"""An item joined with its due step and its customer's case and language."""
	joined = {
		**item(name),
		"step": "S1",
		"level": 1,
		"channel": "Email",
		"letter": "Letter 1",
		"tone": "Neutral",
		"requires_approval": False,
		"attach_invoices": False,
		"attach_statement": False,
		"language": "en",
		"case": "CASE-1",
	}
	return {**joined, **values}


def actions(*rows, as_of=AS_OF):
	frame = pd.DataFrame(list(rows))
	frame["due_date"] = pd.to_datetime(frame["due_date"])
	return consolidate(frame, as_of)


def test_one_message_for_all_items_of_a_customer():
	(action,) = actions(
		row("SI-1", outstanding=0.1),
		row("SI-2", outstanding=0.2, due_date="2024-04-01", level=3, step="S3", letter="Letter 3"),
		row("SI-3", outstanding=5.0, due_date="2024-07-01"),
	)
	assert (action.level, action.step, action.letter) == (3, "S3", "Letter 3")
	assert [one.voucher_no for one in action.items] == ["SI-2", "SI-1", "SI-3"]
	assert (action.total, action.total_overdue) == (5.3, 0.3)
	assert (action.case, action.customer, action.plan) == ("CASE-1", "C1", "P")
	assert (action.channel, action.language, action.currency) == ("Email", "en", "EUR")
	first = action.items[0]
	assert (first.item, first.due_date, first.level, first.step) == (
		"Sales Invoice|SI-2|",
		date(2024, 4, 1),
		3,
		"S3",
	)
	assert (first.voucher_type, first.payment_term, first.currency) == ("Sales Invoice", "", "EUR")


@pytest.mark.parametrize(
	"other",
	[
		{"customer": "C2", "case": "CASE-2"},
		{"currency": "USD"},
		{"channel": "Call"},
		{"language": "fr"},
	],
)
def test_what_makes_a_message_of_its_own(other):
	assert len(actions(row("SI-1"), row("SI-2"), row("SI-3", **other))) == 2


def test_the_level_is_that_of_the_oldest_item_even_when_lower():
	(action,) = actions(row("SI-1", due_date="2024-01-01", level=1), row("SI-2", level=4, step="S4"))
	assert (action.level, action.step) == (1, "S1")


def test_of_items_equally_old_the_highest_level_counts():
	rows = [row("SI-1", level=1), row("SI-2", level=4, step="S4"), row("SI-3", level=2, step="S2")]
	for order in (rows, rows[::-1]):
		(action,) = actions(*order)
		assert (action.level, action.step) == (4, "S4")


def test_one_item_is_enough_for_approval_and_attachments():
	(action,) = actions(row("SI-1"), row("SI-2", requires_approval=True), row("SI-3", attach_invoices=True))
	assert action.requires_approval and action.attach_invoices and not action.attach_statement
	assert actions(row("SI-1"), row("SI-2", attach_statement=True))[0].attach_statement
	(action,) = actions(row("SI-1"), row("SI-2"))
	assert not action.requires_approval and not action.attach_invoices


def test_the_tone_is_that_of_the_oldest_item():
	(action,) = actions(row("SI-1"), row("SI-2", due_date="2024-01-01", tone="Firm"))
	assert action.tone == "Firm"
	assert actions(row(tone=None))[0].tone == ""


def test_items_of_other_customers_in_the_message_of_who_receives_it():
	rows = [row("SI-1", debtor="Child"), row("SI-2", debtor=None), row("SI-3", debtor="Sister")]
	(action,) = actions(*rows)
	assert action.customer == "C1"
	assert [(one.voucher_no, one.customer) for one in action.items] == [
		("SI-1", "Child"),
		("SI-2", "C1"),
		("SI-3", "Sister"),
	]
	assert [one.customer for one in actions(row())[0].items] == ["C1"]


def test_what_is_due_today_is_not_overdue():
	(action,) = actions(row(due_date=str(AS_OF)))
	assert (action.total, action.total_overdue) == (100.0, 0.0)


def test_the_key_is_that_of_its_items_and_levels():
	(action,) = actions(row("SI-1"), row("SI-2", due_date="2024-01-01", level=2, step="S2"))
	pairs = [("Sales Invoice|SI-1|", 1), ("Sales Invoice|SI-2|", 2)]
	assert action.key == action_key("CASE-1", "P", "S2", pairs, "Email")
	assert actions(row("SI-1"), row("SI-2"))[0].key == actions(row("SI-2"), row("SI-1"))[0].key


def test_missing_case_letter_and_language_do_not_lose_the_item():
	(action,) = actions(row(case=None, language=None, letter=None))
	assert (action.case, action.language, action.letter) == ("", "", "")


def test_nothing_due_wrong_frames_and_twice_the_same_item():
	assert consolidate(pd.DataFrame(columns=list(row())), AS_OF) == []
	with pytest.raises(FrameError, match="language"):
		consolidate(pd.DataFrame([row()]).drop(columns="language"), AS_OF)
	with pytest.raises(ValueError, match="SI-1"):
		actions(row(), row())


DRAWN = st.lists(
	st.tuples(
		st.sampled_from(["A", "B"]),
		st.sampled_from(["EUR", "JPY", "KWD"]),
		st.sampled_from(["Email", "Call"]),
		st.integers(1, 10**6),
		st.integers(1, 28),
		st.integers(1, 4),
	),
	min_size=1,
	max_size=25,
)


@given(DRAWN, st.randoms())
def test_every_item_is_in_exactly_one_action_and_sums_hold(drawn, random):
	digits = {"EUR": 100, "JPY": 1, "KWD": 1000}
	rows = [
		row(
			f"SI-{number}",
			customer=customer,
			currency=currency,
			channel=channel,
			outstanding=minor / digits[currency],
			due_date=f"2024-05-{day:02d}",
			level=level,
		)
		for number, (customer, currency, channel, minor, day, level) in enumerate(drawn)
	]
	planned = actions(*rows)
	assert sorted(one.item for action in planned for one in action.items) == sorted(
		one["item"] for one in rows
	)
	keys = [(action.customer, action.currency, action.channel) for action in planned]
	assert len(set(keys)) == len(keys)
	for action in planned:
		factor = digits[action.currency]
		assert round(action.total * factor) == sum(round(one.outstanding * factor) for one in action.items)
		oldest = min(one.due_date for one in action.items)
		assert action.level == max(one.level for one in action.items if one.due_date == oldest)
	random.shuffle(rows)
	assert actions(*rows) == planned
