from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.ageing import add_ageing, ageing_table, bucket_labels
from collections_app.engine.frames import FrameError
from tests.unit.engine.builders import AS_OF, item, items


def due(days_ago: int) -> str:
	return str(AS_OF - timedelta(days=days_ago))


@pytest.mark.parametrize(
	("days", "bucket"),
	[
		(-5, "Not due"),
		(0, "Not due"),
		(1, "1-30"),
		(30, "1-30"),
		(31, "31-60"),
		(60, "31-60"),
		(61, "61-90"),
		(90, "61-90"),
		(91, "91-120"),
		(120, "91-120"),
		(121, "Over 120"),
	],
)
def test_bucket_edges(days, bucket):
	aged = add_ageing(items(item(due_date=due(days))), AS_OF)
	assert aged["days_overdue"].tolist() == [days]
	assert aged["bucket"].tolist() == [bucket]


def test_other_limits_name_the_buckets():
	assert bucket_labels((15, 45)) == ["Not due", "1-15", "16-45", "Over 45"]
	aged = add_ageing(items(item(due_date=due(20))), AS_OF, limits=(15, 45))
	assert aged["bucket"].tolist() == ["16-45"]
	assert aged["bucket"].cat.ordered


@pytest.mark.parametrize("limits", [(), (0,), (30, 30), (60, 30), (-1,), (10.5,)])
def test_limits_that_make_no_sense_are_refused(limits):
	with pytest.raises(ValueError, match="limits"):
		bucket_labels(limits)


def test_an_item_without_due_date_is_aged_by_posting_date():
	aged = add_ageing(items(item(due_date=None, posting_date=due(40))), AS_OF)
	assert aged["days_overdue"].tolist() == [40]
	with pytest.raises(FrameError, match="SI-9"):
		add_ageing(items(item("SI-9", due_date=None, posting_date=None)), AS_OF)


def test_the_frame_given_is_not_changed():
	given_items = items(item())
	before = given_items.copy()
	add_ageing(given_items, AS_OF)
	pd.testing.assert_frame_equal(given_items, before)


def test_table_by_customer_with_credits():
	aged = add_ageing(
		items(
			item("SI-1", customer="A", due_date=due(10), outstanding=0.1),
			item("SI-2", customer="A", due_date=due(10), outstanding=0.2),
			item("SI-3", customer="A", due_date=due(-3), outstanding=50.0),
			item("CN-1", customer="A", due_date=due(10), outstanding=-0.05),
			item("SI-4", customer="B", due_date=due(200), outstanding=7.0),
		),
		AS_OF,
	)
	table = ageing_table(aged, ["customer"], currency="EUR").set_index("customer")
	assert table.loc["A"].to_dict() == {
		"Not due": 50.0,
		"1-30": 0.25,
		"31-60": 0.0,
		"61-90": 0.0,
		"91-120": 0.0,
		"Over 120": 0.0,
		"total": 50.25,
		"overdue": 0.25,
	}
	assert table.loc["B", ["Over 120", "total", "overdue"]].tolist() == [7.0, 7.0, 7.0]


def test_table_without_keys_without_rows_and_with_a_missing_key():
	empty = ageing_table(add_ageing(items(), AS_OF))
	assert empty[["total", "overdue"]].to_numpy().tolist() == [[0.0, 0.0]]
	assert len(ageing_table(add_ageing(items(), AS_OF), ["customer"])) == 0
	rows = items(item("SI-1", territory=None), item("SI-2", territory="North"))
	table = ageing_table(add_ageing(rows, AS_OF), ["territory"])
	assert table["territory"].tolist() == ["", "North"]
	assert table["total"].sum() == 200.0


def test_missing_columns_are_named():
	with pytest.raises(FrameError, match="due_date"):
		add_ageing(items(item()).drop(columns="due_date"), AS_OF)
	with pytest.raises(FrameError, match="territory"):
		ageing_table(add_ageing(items(item()), AS_OF), ["territory"])


@given(
	st.lists(
		st.tuples(st.integers(-200, 400), st.integers(-(10**6), 10**6), st.sampled_from("AB")), max_size=30
	)
)
def test_buckets_add_up_to_the_total(rows):
	frame = items(
		*(
			item(f"SI-{n}", due_date=due(days), outstanding=cents / 100, customer=customer)
			for n, (days, cents, customer) in enumerate(rows)
		)
	)
	aged = add_ageing(frame, AS_OF)
	table = ageing_table(aged, ["customer"], "EUR")
	buckets = table[bucket_labels()].mul(100).round().astype("int64")
	assert buckets.to_numpy().sum() == sum(cents for _days, cents, _customer in rows)
	assert (table["total"] * 100).round().sum() == sum(cents for _days, cents, _customer in rows)
	assert (table["overdue"] * 100).round().sum() == sum(cents for days, cents, _customer in rows if days > 0)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 500))
def test_a_day_later_is_a_day_more(as_of, later):
	first = add_ageing(items(item()), as_of)["days_overdue"].iloc[0]
	second = add_ageing(items(item()), as_of + timedelta(days=later))["days_overdue"].iloc[0]
	assert second - first == later
