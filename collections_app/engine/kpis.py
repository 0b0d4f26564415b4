"""The key figures of credit management. Rates are percentages; None where a figure has no meaning."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import timedelta

import pandas as pd

from collections_app.engine.frames import require_columns
from collections_app.engine.promises import BROKEN, KEPT, PARTLY_KEPT

MONTH_COLUMNS = ("sales", "days")


def dso(receivables: float, sales: float, days: int) -> float | None:
	"""Days sales outstanding = receivables / credit sales of the period × days of the period.

	Source: Credit Research Foundation, standard definition of DSO. None without sales (zero, negative or
	unknown).
	"""
	return _ratio(receivables, sales, days)


def countback_dso(receivables: float, monthly_sales: pd.DataFrame) -> float | None:
	"""Countback (exhaustion) DSO: how many days of the most recent sales the receivables amount to.

	Method: take off the latest month's sales and count its days; go on with the month before; of the month
	whose sales exceed what remains count the share remaining / sales. Source: count-back method as
	described by the Credit Research Foundation and the Chartered Institute of Credit Management.
	`monthly_sales`: one row per month, latest first: sales, days (of the month, or gone by in the running
	one).
	None when no month has sales. When the receivables exceed the sales of all months given, the days of all
	of them: the true figure is at least that.
	"""
	require_columns(monthly_sales, MONTH_COLUMNS, "monthly_sales")
	months = monthly_sales[list(MONTH_COLUMNS)].apply(pd.to_numeric).astype("float64").fillna(0)
	if _missing(receivables) or not (months["sales"] > 0).any():
		return None
	return _counted_back(float(receivables), months.itertuples(index=False, name=None))


def countback_dso_of_days(receivables: pd.Series, daily_sales: pd.Series, months: int = 12) -> pd.Series:
	"""Countback DSO (see `countback_dso`) at the end of each of many days, over as many calendar months, the running one
	first (only its days gone by).

	`receivables`: by day (dates). `daily_sales`: credit sales by posting date, in the same currency. NaN where no month
	has sales.
	"""
	sold_up_to = daily_sales.groupby(level=0).sum().sort_index().cumsum()
	days, sums = list(sold_up_to.index), [0.0, *sold_up_to]
	found = []
	for day, owed in receivables.items():
		table, end = [], day
		for _month in range(months):
			start = end.replace(day=1) - timedelta(days=1)
			sales = sums[bisect_right(days, end)] - sums[bisect_right(days, start)]
			table.append((sales, (end - start).days))
			end = start
		known = any(sales > 0 for sales, _length in table) and not _missing(owed)
		found.append(_counted_back(float(owed), table) if known else None)
	return pd.Series(found, index=receivables.index, dtype="float64")


def _counted_back(left: float, months: Iterable[tuple[float, float]]) -> float:
	counted = 0.0
	for sales, length in months:
		if left <= 0:
			break
		if sales > left:
			return counted + left / sales * length
		left -= sales
		counted += length
	return counted


def best_possible_dso(current_receivables: float, sales: float, days: int) -> float | None:
	"""Best possible DSO = receivables not yet due / credit sales × days: the DSO if everybody paid on time.

	Source: Credit Research Foundation. None without sales.
	"""
	return _ratio(current_receivables, sales, days)


def average_days_delinquent(dso: float | None, best_possible_dso: float | None) -> float | None:
	"""Average days delinquent = DSO − best possible DSO (Credit Research Foundation). None if either is."""
	if _missing(dso) or _missing(best_possible_dso):
		return None
	return float(dso) - float(best_possible_dso)


def cei(opening: float, sales: float, closing_total: float, closing_current: float) -> float | None:
	"""Collection effectiveness index, in percent.

	CEI = (opening receivables + credit sales − closing total receivables)
	/ (opening receivables + credit sales − closing current receivables) × 100.
	Source: Credit Research Foundation (Venkat Srinivasan's index). 100 = everything that was due was
	collected.
	None when nothing was due (the divisor is zero or less).
	"""
	if any(_missing(value) for value in (opening, sales, closing_total, closing_current)):
		return None
	return _ratio(opening + sales - closing_total, opening + sales - closing_current, 100)


def promise_kept_rate(settled: pd.DataFrame) -> float | None:
	"""Promises kept in full / promises decided (kept, partly kept, broken) × 100; open ones do not count.

	`settled`: from `promises.settle` (column status). None when none is decided.
	"""
	require_columns(settled, ("status",), "settled")
	decided = settled["status"].isin([KEPT, PARTLY_KEPT, BROKEN]).sum()
	return _ratio((settled["status"] == KEPT).sum(), decided, 100)


def straight_through_rate(applied_without_person: int, payments: int) -> float | None:
	"""Payments applied without a person / payments received × 100. None without payments."""
	return _ratio(applied_without_person, payments, 100)


def _ratio(part: float, whole: float, factor: float) -> float | None:
	if _missing(part) or _missing(whole) or whole <= 0:
		return None
	return float(part) / float(whole) * factor


def _missing(value: float | None) -> bool:
	return value is None or bool(pd.isna(value))
