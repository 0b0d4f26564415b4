"""What every rule does first with a frame: check its columns, and turn the argument `as_of` into a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import pandas as pd


class FrameError(ValueError):
	"""A frame lacks a column, or a row lacks a value the rule cannot do without. The message names both."""


def require_columns(frame: pd.DataFrame, columns: Iterable[str], name: str) -> None:
	"""FrameError naming the frame and every column of `columns` that it lacks."""
	missing = [column for column in columns if column not in frame.columns]
	if missing:
		raise FrameError(f"Frame {name}: missing column(s) {', '.join(missing)}")


def as_day(as_of: date | datetime | str | pd.Timestamp) -> pd.Timestamp:
	"""`as_of` as a normalised Timestamp. FrameError when it is no date."""
	try:
		day = pd.Timestamp(as_of)
	except (TypeError, ValueError):
		day = pd.NaT
	if pd.isna(day):
		raise FrameError(f"Not a date: {as_of!r}")
	return day.tz_localize(None).normalize()


def days(column: pd.Series) -> pd.Series:
	"""A column of dates, texts or Timestamps as normalised datetime64[ns]; missing values become NaT."""
	return pd.to_datetime(column).astype("datetime64[ns]").dt.normalize()


def effective_due_date(items: pd.DataFrame, required: bool = True) -> pd.Series:
	"""The due date of each item; where it has none (credits, payments on account) its posting date.

	FrameError naming the first item that has neither; with `required` False such an item gets NaT.
	"""
	require_columns(items, ("item", "due_date"), "items")
	due = days(items["due_date"])
	if due.isna().any() and "posting_date" in items.columns:
		due = due.fillna(days(items["posting_date"]))
	if required and due.isna().any():
		raise FrameError(f"Item {items.loc[due.isna(), 'item'].iloc[0]}: no due date and no posting date")
	return due
