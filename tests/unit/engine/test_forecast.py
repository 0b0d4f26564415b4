"""The cash forecast: sums over periods, and the range they lie in."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.forecast import (
	PERIODS,
	cash_forecast,
	chance_paid_within,
	expected_of_customers,
	paid_by,
	probable_range,
)

TODAY = date(2024, 6, 5)  # a Wednesday
UNTIL = TODAY + timedelta(days=90)


def items(*rows) -> pd.DataFrame:
	"""(customer, outstanding, due, earliest, expected, latest), days from today; None: no date."""

	def day(number):
		return pd.NaT if number is None else pd.Timestamp(TODAY) + pd.Timedelta(days=number)

	return pd.DataFrame(
		[
			{
				"customer": customer,
				"outstanding_base": amount,
				"due_date": day(due),
				"earliest_on": day(early),
				"expected_on": day(middle),
				"latest_on": day(late),
			}
			for customer, amount, due, early, middle, late in rows
		]
	)


def test_periods():
	"""Weeks begin on Monday, months on the first; the first and the last are cut to the days asked for."""
	frame = items(("A", 100, 5, 5, 6, 8))
	weeks = cash_forecast(frame, TODAY, UNTIL, "Week", "EUR")
	assert weeks["start"].iloc[0] == pd.Timestamp(TODAY) and weeks["end"].iloc[0] == pd.Timestamp(
		"2024-06-09"
	)
	assert set(weeks["start"].dt.weekday.iloc[1:]) == {0} and weeks["end"].iloc[-1] == pd.Timestamp(UNTIL)
	months = cash_forecast(frame, TODAY, UNTIL, "Month", "EUR")
	assert months["start"].dt.strftime("%m-%d").tolist() == ["06-05", "07-01", "08-01", "09-01"]
	assert len(cash_forecast(frame, TODAY, UNTIL, "Day", "EUR")) == 91
	with pytest.raises(ValueError, match="Fortnight is no period"):
		cash_forecast(frame, TODAY, UNTIL, "Fortnight")


def test_expected_where_the_points_lie():
	"""Half of it is expected by the middle day, a tenth by the first, nine tenths by the last."""
	days = cash_forecast(items(("A", 1000, 40, 20, 30, 50)), TODAY, UNTIL, "Day", "EUR")
	gone = days["expected"].cumsum()
	assert abs(gone.iloc[30] - 500) < 25 and abs(gone.iloc[20] - 100) < 25 and abs(gone.iloc[50] - 900) < 15
	assert gone.iloc[-1] == pytest.approx(1000, abs=0.5)


def test_overdue_part_and_credits():
	"""What is overdue today is told apart; what has no date (a credit) is not in it."""
	frame = items(("A", 100, -5, 0, 1, 2), ("B", 50, 3, 2, 3, 4), ("B", -30, None, None, None, None))
	weeks = cash_forecast(frame, TODAY, UNTIL, "Week", "EUR")
	assert weeks["expected"].sum() == pytest.approx(150, abs=0.1)
	assert weeks["overdue_part"].sum() == pytest.approx(100, abs=0.1)


def test_range():
	"""One customer may pay everything or nothing; many small ones leave a narrow range."""
	alone = cash_forecast(items(("A", 1000, 5, 0, 5, 90)), TODAY, TODAY + timedelta(days=5), "Month")
	assert alone["low"].iloc[0] == 0 and alone["high"].iloc[0] == 1000
	together = items(*[("A", 1, 5, 0, 5, 90)] * 1000)
	same = cash_forecast(together, TODAY, TODAY + timedelta(days=5), "Month")
	assert (same["low"].iloc[0], same["high"].iloc[0]) == (0, 1000)
	many = items(*[(f"C{number}", 1, 5, 0, 5, 90) for number in range(1000)])
	narrow = cash_forecast(many, TODAY, TODAY + timedelta(days=5), "Month")
	assert narrow["high"].iloc[0] - narrow["low"].iloc[0] < 60
	assert narrow["low"].iloc[0] < narrow["expected"].iloc[0] < narrow["high"].iloc[0]


def test_range_holds_what_it_says():
	"""Of payments drawn from the items' own distributions, about eight in ten sums lie in the range."""
	random = np.random.default_rng(5)
	rows = [
		(f"C{number}", float(random.integers(50, 500)), 10, early, early + step, early + 2 * step)
		for number, (early, step) in enumerate(
			zip(random.integers(0, 20, 400), random.integers(2, 20, 400), strict=True)
		)
	]
	frame = items(*rows)
	week = cash_forecast(frame, TODAY, TODAY + timedelta(days=13), "Week").iloc[1]
	points = np.array([row[3:] for row in rows], dtype=float)
	amounts = np.array([row[1] for row in rows])
	start, end = (week["start"].date() - TODAY).days, (week["end"].date() - TODAY).days
	before = paid_by(points, np.full(len(rows), start - 1.0))
	within = paid_by(points, np.full(len(rows), float(end))) - before
	sums = [(amounts * (random.random(len(rows)) < within)).sum() for _draw in range(2000)]
	share = np.mean([week["low"] <= one <= week["high"] for one in sums])
	assert 0.76 < share < 0.84


def test_customers_add_up_to_the_forecast():
	"""Of any selection, what its customers are expected to pay adds up to the forecast of their items, with its range."""
	frame = items(
		*(("A", 100, 5, 0, 2, 9), ("A", 40, 5, 30, 40, 50), ("B", 70, 5, 1, 3, 4), ("C", 500, 5, 0, 8, 20)),
		*(("B", -30, None, None, None, None), ("D", 60, 5, 40, 50, 60)),
	)
	sunday = TODAY + timedelta(days=4)
	customers = expected_of_customers(frame, TODAY, sunday)
	assert customers.loc["A", "at_most"] == 100 and customers.loc["D"].tolist() == [0, 0]
	for some in (["A", "B", "C", "D"], ["A", "C"], ["D"]):
		week = cash_forecast(frame[frame["customer"].isin(some)], TODAY, sunday, "Week", "EUR").iloc[0]
		expected, at_most = customers.loc[some, "expected"], customers.loc[some, "at_most"]
		found = probable_range(expected.sum(), at_most.sum(), (expected * (at_most - expected)).sum())
		assert [expected.sum(), *found] == pytest.approx(
			[week["expected"], week["low"], week["high"]], abs=0.01
		)
	assert expected_of_customers(frame.iloc[:0], TODAY, sunday).empty


def test_chance_paid_within():
	chance = chance_paid_within(
		items(("A", 1, 0, 1, 2, 3), ("B", 1, 0, 40, 50, 60), ("C", 1, 0, None, None, None)), TODAY, 14
	)
	assert chance.iloc[0] == 1 and chance.iloc[1] == 0 and np.isnan(chance.iloc[2])


def test_nothing_open():
	empty = items(("A", 1, 0, 1, 2, 3)).iloc[:0]
	weeks = cash_forecast(empty, TODAY, UNTIL, "Week", "EUR")
	assert weeks["expected"].sum() == 0 and len(weeks) == 14


dates = st.tuples(st.integers(0, 120), st.integers(0, 60), st.integers(0, 120))


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 10**6), dates), max_size=20))
def test_adds_up(rows):
	"""Days, weeks and months add up to the same, never below nothing nor above what is open; the range holds the mean."""
	frame = (
		items(
			*(
				(customer, cents / 100, 5, low, low + first, low + first + second)
				for customer, cents, (low, first, second) in rows
			)
		)
		if rows
		else items(("A", 1, 0, 1, 2, 3)).iloc[:0]
	)
	total = frame["outstanding_base"].sum()
	sums = []
	for period in PERIODS:
		table = cash_forecast(frame, TODAY, UNTIL, period, "EUR")
		assert (table["expected"] >= 0).all()
		assert (table["low"] <= table["expected"] + 0.01).all() and (
			table["expected"] <= table["high"] + 0.01
		).all()
		assert (table["overdue_part"] <= table["expected"] + 0.01).all()
		sums.append(table["expected"].sum())
	assert max(sums) - min(sums) < 1 and max(sums) <= total + 1
