"""Cash forecast: what is expected to come in per day, week or month, and the range it will probably lie in."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from collections_app.engine.frames import as_day, days, require_columns
from collections_app.engine.money import round_series

DAY, WEEK, MONTH = "Day", "Week", "Month"
PERIODS = (DAY, WEEK, MONTH)
# 10 % and 90 % of a normal distribution lie so many standard deviations off its mean
TENTH = 1.2816
COLUMNS = ["start", "end", "expected", "low", "high", "overdue_part"]


def cash_forecast(
	predicted: pd.DataFrame, as_of: date, until: date, period: str, currency: str | None = None
) -> pd.DataFrame:
	"""Expected receipts of what is open on `as_of`, per `period` (Day, Week from Monday, Month) up to `until`.

	`predicted`: customer, due_date, outstanding_base (company currency `currency`), expected_on, earliest_on,
	latest_on, as from `predict_payment_dates`; rows without a date (credits) are left out. Returns one row for each
	period the days from `as_of` to `until` touch: start, end (both within those days), expected, low, high (10 %
	and 90 %), overdue_part (of expected, what is overdue on `as_of`).

	Each item's day of payment has the distribution of `paid_by`. A customer pays what it owes in a period together
	or not at all, customers independently of each other; the sum is taken for normally distributed, within nothing
	and everything that may come.
	"""
	require_columns(
		predicted,
		("customer", "due_date", "outstanding_base", "expected_on", "earliest_on", "latest_on"),
		"predicted",
	)
	first, last = as_day(as_of), as_day(until)
	starts, ends = _periods(first, last, period)
	dated = predicted[predicted["expected_on"].notna()]
	points = _points(dated, first)
	amount = dated["outstanding_base"].to_numpy(dtype=float)
	overdue = (days(dated["due_date"]) < first).to_numpy()
	customer, names = pd.factorize(dated["customer"])
	before, rows = paid_by(points, np.full(len(dated), -1.0)), []
	for start, end in zip(starts, ends, strict=True):
		after = paid_by(points, np.full(len(dated), float((end - first).days)))
		part = amount * (after - before)
		before = after
		owed = np.bincount(customer, np.where(part > 0, amount, 0.0), len(names))
		mean = np.bincount(customer, part, len(names))
		expected, variance = float(part.sum()), float((mean * (owed - mean)).clip(min=0).sum())
		limits = probable_range(expected, float(owed.sum()), variance)
		rows.append((start, end, expected, *limits, float(part[overdue].sum())))
	frame = pd.DataFrame(rows, columns=COLUMNS)
	for column in COLUMNS[2:]:
		frame[column] = round_series(frame[column], currency)
	return frame


def expected_of_customers(predicted: pd.DataFrame, as_of: date, until: date) -> pd.DataFrame:
	"""What each customer is expected to pay from `as_of` to `until`, by customer: expected, and at_most (what it owes of the
	items that may come by then), so that the forecast of any selection of customers can be added up.

	`predicted`: as for `cash_forecast`, without due_date. The variance of what a customer pays is
	expected × (at_most − expected): it pays together or not at all. See `probable_range`.
	"""
	columns = ("customer", "outstanding_base", "expected_on", "earliest_on", "latest_on")
	require_columns(predicted, columns, "predicted")
	first = as_day(as_of)
	dated = predicted[predicted["expected_on"].notna()]
	number = float((as_day(until) - first).days)
	chance = paid_by(_points(dated, first), np.full(len(dated), number))
	amount = dated["outstanding_base"].to_numpy(dtype=float)
	parts = pd.DataFrame({"expected": amount * chance, "at_most": np.where(chance > 0, amount, 0.0)})
	return parts.groupby(dated["customer"].to_numpy()).sum()


def probable_range(expected: float, at_most: float, variance: float) -> tuple[float, float]:
	"""10 % and 90 % of a sum that is taken for normally distributed, within nothing and everything that may come."""
	width = TENTH * variance**0.5
	return max(0.0, expected - width), min(at_most, expected + width)


def chance_paid_within(predicted: pd.DataFrame, as_of: date, number: int) -> pd.Series:
	"""Chance (0..1) that each item is paid within `number` days from `as_of`; NaN without a predicted date."""
	dated = predicted["expected_on"].notna()
	points = _points(predicted[dated], as_day(as_of))
	chance = paid_by(points, np.full(int(dated.sum()), float(number)))
	return pd.Series(chance, index=predicted.index[dated]).reindex(predicted.index)


def paid_by(points: np.ndarray, day: np.ndarray) -> np.ndarray:
	"""Share of the chance of payment up to the end of `day` (0 = the day asked on; -1: before it, nothing).

	`points`: per item the days of 10 %, 50 % and 90 %. Straight lines between them; before the first the line goes on
	to zero, after the last one hundred per cent is reached after as many days again as lie between 50 % and 90 %. What
	lies before the day asked on has not happened: the rest stands for all.
	"""
	low, middle, high = points.T
	# a day is a span of time, not a point
	low, high = np.minimum(low, middle - 0.5), np.maximum(high, middle + 0.5)
	start, end = low - (middle - low) / 4, 2 * high - middle

	def share(moment: np.ndarray) -> np.ndarray:
		bounds, levels = (start, low, middle, high, end), (0.0, 0.1, 0.5, 0.9, 1.0)
		found = np.zeros(len(moment))
		for number in range(4):
			width = bounds[number + 1] - bounds[number]
			within = ((moment - bounds[number]) / width).clip(0, 1)
			found += within * (levels[number + 1] - levels[number])
		return found

	gone = share(np.full(len(day), -0.5))
	return ((share(day + 0.5) - gone) / np.maximum(1 - gone, 1e-9)).clip(0, 1)


def _points(predicted: pd.DataFrame, first: pd.Timestamp) -> np.ndarray:
	columns = ("earliest_on", "expected_on", "latest_on")
	return np.column_stack(
		[(days(predicted[name]) - first).dt.days.to_numpy(dtype=float) for name in columns]
	)


def _periods(first: pd.Timestamp, last: pd.Timestamp, period: str) -> tuple[pd.Series, pd.Series]:
	"""First and last day of each period, cut to the days from `first` to `last`."""
	every = pd.date_range(first, last, freq="D")
	if period == DAY:
		return every, every
	if period not in PERIODS:
		raise ValueError(f"{period} is no period; there are {', '.join(PERIODS)}")
	key = every.to_period("W-SUN" if period == WEEK else "M")
	table = pd.Series(every, index=key).groupby(level=0)
	return table.min(), table.max()
