import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import collections_app
from collections_app.engine.frames import FrameError
from collections_app.engine.interest import (
	ACTUAL_365,
	ACTUAL_ACTUAL,
	InterestError,
	fixed_indemnity,
	late_interest,
)
from collections_app.engine.interest_items import PAYMENT_COLUMNS, RESULT_COLUMNS, interest_for_items
from collections_app.engine.interest_rates import RateTable, rates_from_data

DATA = Path(collections_app.__file__).parent / "data" / "late_interest_rates.json"
RATES = RateTable(rates_from_data(json.loads(DATA.read_text(encoding="utf-8"))))
AS_OF = date(2024, 6, 3)


def item(name="A", **values):
	row = {"item": name, "country": "FR", "currency": "EUR", "due_date": "2024-05-24", "outstanding": 36500.0}
	return {**row, **values}


def run(items, payments=None, as_of=AS_OF, **values):
	if payments is not None:
		payments = pd.DataFrame(payments, columns=list(PAYMENT_COLUMNS))
	frame = interest_for_items(pd.DataFrame(items), RATES, as_of, payments, **values)
	assert list(frame.columns) == list(RESULT_COLUMNS)
	return {row["item"]: row for row in frame.to_dict("records")}


def test_interest_and_indemnity_of_an_item():
	row = run([item()])["A"]
	assert row == {
		"item": "A",
		"days": 10,
		"rate": 14.5,
		"interest": 145.0,
		"indemnity": 40.0,
		"indemnity_currency": "EUR",
		"reason": None,
	}


def test_each_item_by_its_own_law():
	rows = run(
		[
			item("fr"),
			item("be", country="be"),
			item("gb", country="GB", currency="GBP"),
			item("pt", country="PT"),
			item("late", country="GB", currency="GBP", due_date="2023-06-30"),
		]
	)
	assert {name: row["rate"] for name, row in rows.items()} == {
		"fr": 14.5,
		"be": 12.5,
		"gb": 13.25,
		"pt": 12.5,
		# Fixed when interest started to run.
		"late": 13.0,
	}
	assert rows["gb"]["indemnity"] == 100.0 and rows["gb"]["indemnity_currency"] == "GBP"
	assert rows["late"]["interest"] == 13.0 * 339 and rows["late"]["days"] == 339


def test_paid_late_still_owes_for_the_days_until_then():
	rows = run(
		[item("paid", outstanding=0.0), item("part", outstanding=18250.0), item("in_time", outstanding=0.0)],
		[
			("paid", "2024-05-29", 36500.0),
			("part", "2024-05-29", 18250.0),
			("in_time", "2024-05-24", 36500.0),
			("unknown", "2024-05-29", 1.0),
		],
	)
	assert (rows["paid"]["interest"], rows["paid"]["days"], rows["paid"]["indemnity"]) == (72.5, 5, 40.0)
	assert (rows["part"]["interest"], rows["part"]["days"]) == (108.75, 10)
	assert rows["in_time"]["reason"].code == "interest_not_due"
	assert (rows["in_time"]["interest"], rows["in_time"]["indemnity"], rows["in_time"]["days"]) == (0, 0, 0)


def test_the_indemnity_goes_by_what_was_unpaid_when_it_fell_late():
	rows = run(
		[item(country="GB", currency="GBP", outstanding=900.0)],
		[("A", "2024-05-20", 9000.0), ("A", "2024-05-30", 100.0)],
	)
	assert rows["A"]["indemnity"] == 70.0


@pytest.mark.parametrize(
	("change", "code", "params"),
	[
		({"due_date": "2024-06-03"}, "interest_not_due", {}),
		({"outstanding": 0.0}, "interest_not_due", {}),
		({"outstanding": -5.0}, "interest_credit", {}),
		({"is_b2b": False}, "interest_not_b2b", {}),
		({"country": "US"}, "interest_rate_missing", {"country": "US", "date": None}),
		({"country": None}, "interest_rate_missing", {"country": None, "date": None}),
		(
			{"due_date": "2018-12-30"},
			"interest_rate_missing",
			{"country": "FR", "date": "2018-12-31"},
		),
		({"due_date": None}, "interest_invalid", {"field": "due_date"}),
		({"outstanding": None}, "interest_invalid", {"field": "outstanding"}),
		({"outstanding": 1e15}, "interest_invalid", {"field": "outstanding"}),
		({"currency": None}, "interest_invalid", {"field": "currency"}),
	],
)
def test_an_item_that_is_not_charged_says_why_and_stops_only_itself(change, code, params):
	rows = run([item("bad", **change), item("good")])
	bad = rows["bad"]
	assert (bad["reason"].code, bad["reason"].params) == (code, params)
	assert (bad["days"], bad["rate"], bad["interest"], bad["indemnity"]) == (0, 0.0, 0.0, 0.0)
	assert rows["good"]["interest"] == 145.0 and rows["good"]["reason"] is None


@pytest.mark.parametrize(("day", "amount"), [(None, 5.0), ("2024-05-30", None), ("2024-05-30", float("inf"))])
def test_a_payment_that_cannot_be_used_stops_only_its_item(day, amount):
	rows = run([item("bad"), item("good")], [("bad", day, amount)])
	assert rows["bad"]["reason"].to_dict() == {"code": "interest_invalid", "params": {"field": "payments"}}
	assert rows["good"]["interest"] == 145.0


def test_without_an_exchange_rate_the_interest_is_still_charged():
	items = [
		item("without", country="GB", outstanding=1100.0),
		item("with", country="GB", outstanding=1100.0, exchange_rate=0.95),
		item("none_needed", country="FR", currency="USD", outstanding=1100.0),
	]
	rows = run(items)
	assert rows["without"]["reason"].to_dict() == {
		"code": "indemnity_exchange_rate_missing",
		"params": {"currency": "EUR", "indemnity_currency": "GBP"},
	}
	assert rows["without"]["interest"] == rows["with"]["interest"] == 3.99
	assert (rows["without"]["indemnity"], rows["with"]["indemnity"]) == (0.0, 70.0)
	assert (rows["none_needed"]["indemnity"], rows["none_needed"]["indemnity_currency"]) == (40.0, "EUR")


def test_what_was_overpaid_for_a_time_earns_nothing():
	payments = [("A", "2024-05-29", 100000.0), ("A", "2024-05-31", -100000.0)]
	rows = run([item()], payments)
	assert rows["A"]["interest"] == 14.5 * 8


def test_what_came_back_after_the_due_date_is_late_from_then_on():
	rows = run([item()], [("A", "2024-05-20", 36500.0), ("A", "2024-05-29", -36500.0)])
	assert (rows["A"]["interest"], rows["A"]["reason"]) == (72.5, None)
	# It was paid when it fell due.
	assert rows["A"]["indemnity"] == 0.0


def test_the_days_of_the_year_as_the_calendar_has_them():
	rows = run([item(outstanding=36600.0)], day_count=ACTUAL_ACTUAL)
	assert rows["A"]["interest"] == 145.0


def test_no_items_missing_columns_and_doubles():
	empty = interest_for_items(pd.DataFrame([item()]).iloc[:0], RATES, AS_OF)
	assert empty.empty and list(empty.columns) == list(RESULT_COLUMNS)
	with pytest.raises(FrameError, match="country"):
		interest_for_items(pd.DataFrame([item()]).drop(columns="country"), RATES, AS_OF)
	with pytest.raises(FrameError, match="amount"):
		interest_for_items(pd.DataFrame([item()]), RATES, AS_OF, pd.DataFrame({"item": [], "date": []}))
	with pytest.raises(FrameError, match="Item A is given twice"):
		run([item(), item()])
	with pytest.raises(InterestError, match="30/360"):
		run([item()], day_count="30/360")


ITEMS = st.lists(
	st.tuples(
		st.sampled_from(["FR", "DE", "BE", "IE", "GB", "PT"]),
		st.sampled_from(["EUR", "JPY", "KWD"]),
		st.integers(0, 2600),
		st.integers(0, 10**7),
		st.lists(st.tuples(st.integers(-100, 2700), st.integers(-20000, 50000)), max_size=3),
	),
	min_size=1,
	max_size=5,
)
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}


@settings(max_examples=200)
@given(ITEMS, st.integers(0, 2700), st.sampled_from([ACTUAL_365, ACTUAL_ACTUAL]))
def test_to_the_cent_what_one_by_one_gives(drawn, as_of, count):
	start = date(2019, 1, 1)
	day = start + timedelta(days=as_of)
	items, payments, expected = [], [], {}
	for number, (country, currency, due, minor, paid) in enumerate(drawn):
		unit, due_date = Decimal(10) ** -DIGITS[currency], start + timedelta(days=due)
		events = [(start + timedelta(days=offset), amount * unit) for offset, amount in paid if amount]
		items.append(
			item(
				number, country=country, currency=currency, due_date=due_date, outstanding=float(minor * unit)
			)
		)
		items[-1]["exchange_rate"] = 1.1
		payments += [(number, when, float(amount)) for when, amount in events]
		principal = minor * unit + sum(amount for _when, amount in events)
		if principal >= 0:
			debt = minor * unit + sum(amount for when, amount in events if when > due_date)
			expected[number] = (
				late_interest(principal, currency, due_date, day, RATES, country, events, count),
				fixed_indemnity(max(debt, 0), currency, due_date, day, RATES, country, exchange_rate=1.1),
			)
	rows = run(items, payments, day, day_count=count)
	for number, (single, fixed) in expected.items():
		assert rows[number]["interest"] == float(single.total)
		assert rows[number]["indemnity"] == float(fixed.amount)
	for number in set(rows) - set(expected):
		assert rows[number]["reason"].code == "interest_credit"


def test_the_order_and_the_index_of_the_items_do_not_matter():
	frame = pd.DataFrame([item("A"), item("B", outstanding=18250.0), item("C", due_date=None)])
	shuffled = frame.iloc[[2, 0, 1]].set_index(np.array([7, 7, 9]))
	result = interest_for_items(shuffled, RATES, AS_OF)
	assert result["item"].tolist() == ["C", "A", "B"]
	assert result["interest"].tolist() == [0.0, 145.0, 72.5]
