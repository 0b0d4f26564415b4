"""When each open item will be paid: the baseline, from the customer's own past and its segment's."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from collections_app.engine.calendar import add_business_days_to_all
from collections_app.engine.frames import as_day, effective_due_date, require_columns

# So many paid invoices of its own weigh as much as the segment.
PRIOR_INVOICES = 5
MEASURES = ("mean_days_late", "low_days_late", "high_days_late", "late_ratio")
# Of an item later than its customer's usual range the wait from here, as a share of the wait beyond that range so far
# (and the customer's spread): 10 %, 50 % and 90 % of a Pareto distribution with exponent 1, where what has lasted twice as
# long lasts twice as long again.
BELATED = (1 / 9, 1, 9)
# Where nobody has paid anything yet: at the due date, within a month, late as likely as not.
NO_HISTORY = {"mean_days_late": 0.0, "low_days_late": 0.0, "high_days_late": 30.0, "late_ratio": 0.5}


def predict_payment_dates(
	items: pd.DataFrame, behaviour: pd.DataFrame, segments: pd.Series, as_of: date
) -> pd.DataFrame:
	"""A copy of `items` with the expected payment date of each.

	`items`: item, customer, due_date, is_credit. `behaviour`: from `payment_behaviour`. `segments`:
	customer -> segment (a customer without one is in the segment "").
	Added: expected_on (due date + mean days late), earliest_on, latest_on (its 10 % and 90 % quantiles),
	all datetime64[ns], and p_late (0..1, chance to be paid after the due date; 1 once overdue). Credits get
	NaT and NaN.

	A customer's measures are its own (fading, see `payment_behaviour`) shrunk to its segment's: own weight
	paid_count / (paid_count + 5). A segment's measure is the mean over its customers weighted by
	paid_count; a segment without paid invoices takes all customers'.
	No date lies before `as_of`; an expected date already past becomes the next business day, while the usual range
	is not over. An item later than that is belated: the longer it has waited, the longer it will
	(`BELATED`).
	"""
	require_columns(items, ("item", "customer", "due_date", "is_credit"), "items")
	day = as_day(as_of)
	due = effective_due_date(items)
	names = pd.Index(items["customer"].unique())
	table = customer_measures(behaviour, segments, names)
	measures = table.reindex(items["customer"]).set_axis(items.index)
	next_day = pd.Timestamp(add_business_days_to_all(day.to_numpy()[None], 1)[0])

	expected = due + _whole_days(measures["mean_days_late"])
	expected = expected.where(expected >= day, next_day)
	earliest = (due + _whole_days(measures["low_days_late"])).clip(lower=day)
	latest = due + _whole_days(measures["high_days_late"])
	spread = (measures["high_days_late"] - measures["mean_days_late"]).clip(lower=1)
	waited = (day - latest).dt.days + spread
	belated = latest < day
	earliest, expected, latest = (
		usual.where(~belated, day + _whole_days(waited * factor))
		for usual, factor in zip((earliest, expected, latest), BELATED, strict=True)
	)

	result = items.copy()
	result["expected_on"] = expected
	result["earliest_on"] = np.minimum(earliest, expected)
	result["latest_on"] = np.maximum(latest, expected)
	result["p_late"] = measures["late_ratio"].where(due >= day, 1.0)
	credit = items["is_credit"].eq(True)
	result.loc[credit, ["expected_on", "earliest_on", "latest_on"]] = pd.NaT
	result.loc[credit, "p_late"] = np.nan
	return result


def customer_measures(behaviour: pd.DataFrame, segments: pd.Series, customers: pd.Index) -> pd.DataFrame:
	"""The measures (mean, low, high days late, late ratio) of each customer, shrunk to its segment's."""
	require_columns(behaviour, ("paid_count", *MEASURES), "behaviour")
	with_history = behaviour[behaviour["paid_count"] > 0]
	segment_of = segments.reindex(with_history.index.union(customers)).fillna("")
	by_segment = _weighted_means(with_history, segment_of.reindex(with_history.index))
	overall = _weighted_means(with_history, pd.Series("", index=with_history.index))
	everybody = overall.iloc[0] if len(overall) else pd.Series(NO_HISTORY)
	own = with_history.reindex(customers)
	prior = by_segment.reindex(segment_of.reindex(customers)).set_axis(customers).fillna(everybody)
	count = own["paid_count"].fillna(0)
	weight = count / (count + PRIOR_INVOICES)
	blended = {name: weight * own[name].fillna(prior[name]) + (1 - weight) * prior[name] for name in MEASURES}
	return pd.DataFrame(blended, index=customers)


def _weighted_means(behaviour: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
	weights = behaviour["paid_count"].astype("float64")
	totals = weights.groupby(group).sum()
	means = {
		name: (behaviour[name].fillna(NO_HISTORY[name]) * weights).groupby(group).sum() / totals
		for name in MEASURES
	}
	return pd.DataFrame(means)


def _whole_days(number: pd.Series) -> pd.Series:
	return pd.to_timedelta(number.round(), unit="D")
