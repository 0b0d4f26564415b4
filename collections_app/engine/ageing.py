"""Ageing: how many days each open item is overdue, and its bucket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from collections_app.engine.frames import FrameError, as_day, effective_due_date, require_columns
from collections_app.engine.money import amount_series, minor_series

DEFAULT_LIMITS = (30, 60, 90, 120)
NOT_DUE = "Not due"


def bucket_labels(limits: Sequence[int] = DEFAULT_LIMITS) -> list[str]:
	"""The bucket names of `limits`, youngest first: (30, 60) gives "Not due", "1-30", "31-60", "Over 60".

	`limits`: last day of each bucket, whole, positive and rising; ValueError otherwise.
	"""
	if not limits or any(int(limit) != limit for limit in limits):
		raise ValueError(f"Ageing limits must be whole days: {tuple(limits)}")
	starts = [1, *(int(limit) + 1 for limit in limits[:-1])]
	if any(start > limit for start, limit in zip(starts, limits, strict=True)):
		raise ValueError(f"Ageing limits must be positive and rise: {tuple(limits)}")
	ranges = [f"{start}-{int(limit)}" for start, limit in zip(starts, limits, strict=True)]
	return [NOT_DUE, *ranges, f"Over {int(limits[-1])}"]


def add_ageing(items: pd.DataFrame, as_of: date, limits: Sequence[int] = DEFAULT_LIMITS) -> pd.DataFrame:
	"""A copy of `items` with two more columns.

	`items` needs item, due_date (posting_date stands in where it is missing).
	Added: days_overdue (int, calendar days after the due date; 0 or less = not overdue) and bucket (ordered
	categorical of `bucket_labels(limits)`). FrameError when a column or a date is missing.
	"""
	labels = bucket_labels(limits)
	aged = items.copy()
	aged["days_overdue"] = (as_day(as_of) - effective_due_date(items)).dt.days.astype("int64")
	# 0 up to day 0, 1 up to the first limit, …: a limit belongs to the younger bucket.
	position = np.searchsorted(np.array([0, *limits]), aged["days_overdue"].to_numpy(), side="left")
	aged["bucket"] = pd.Categorical.from_codes(position, categories=labels, ordered=True)
	return aged


def ageing_table(aged: pd.DataFrame, by: Sequence[str] = (), currency: str | None = None) -> pd.DataFrame:
	"""Outstanding in company currency per bucket.

	`aged`: from `add_ageing`, with outstanding_base and the columns of `by` (a missing key counts as "").
	`currency`: the company's, for exact sums (two digits when not given).
	Returns one row per combination of `by` (one row in all when `by` is empty), sorted by it: the keys, one
	column per bucket, total, overdue (all buckets but "Not due"). Credits lower the bucket of their own
	date.
	"""
	by = list(by)
	require_columns(aged, ("bucket", "outstanding_base", *by), "aged")
	if not isinstance(aged["bucket"].dtype, pd.CategoricalDtype):
		raise FrameError("Frame aged: column bucket is not from add_ageing")
	buckets = list(aged["bucket"].cat.categories)
	minor = minor_series(aged["outstanding_base"], currency)
	one_hot = pd.get_dummies(aged["bucket"], dtype="int64")[buckets].mul(minor, axis=0)
	if by:
		keys = [aged[key].astype(object).where(aged[key].notna(), "").rename(key) for key in by]
		sums = one_hot.groupby(keys, sort=True).sum()
	else:
		sums = one_hot.sum().to_frame().T
	sums.columns = pd.Index(buckets)
	sums["total"] = sums[buckets].sum(axis=1)
	sums["overdue"] = sums["total"] - sums[NOT_DUE]
	table = sums.apply(lambda column: amount_series(column, currency))
	return table.reset_index() if by else table.reset_index(drop=True)
