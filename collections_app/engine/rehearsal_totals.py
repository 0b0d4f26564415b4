"""A rehearsal counted: by day for a calendar, by week and in all to compare plans."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from collections_app.engine.channels import PARTNERS, TASKS
from collections_app.engine.frames import as_day
from collections_app.engine.rehearsal import Rehearsal

COUNT_COLUMNS = ["messages", "calls", "handed_over", "held", "customers", "amount"]


def by_day(rehearsal: Rehearsal, start: date, days: int) -> pd.DataFrame:
	"""One row per day, also where nothing goes out: day and COUNT_COLUMNS (see `totals`)."""
	every = pd.date_range(as_day(start), periods=days)
	return _counted(rehearsal, rehearsal.messages["day"], every).rename_axis("day").reset_index()


def by_week(rehearsal: Rehearsal, start: date, days: int) -> pd.DataFrame:
	"""One row per week the days touch: week_start (its Monday, even before `start`) and COUNT_COLUMNS."""
	first, last = monday(start), monday(start + timedelta(days=days - 1))
	every = pd.date_range(as_day(first), as_day(last), freq="7D")
	day = rehearsal.messages["day"]
	weeks = day - pd.to_timedelta(day.dt.dayofweek, unit="D")
	return _counted(rehearsal, weeks, every).rename_axis("week_start").reset_index()


def totals(rehearsal: Rehearsal) -> dict[str, int | float]:
	"""COUNT_COLUMNS of it all.

	messages: what goes to a customer; calls: those and other tasks for a collector; handed_over: what goes to an
	agency, a lawyer or an insurer; held: what would wait for a person; customers: reached at all; amount: what is chased, in company currency, an item once however often it is chased. What is
	held counts nowhere else.
	"""
	everything = pd.Series(0, index=rehearsal.messages.index)
	row = _counted(rehearsal, everything, pd.Index([0])).iloc[0]
	return {
		**{name: int(row[name]) for name in COUNT_COLUMNS if name != "amount"},
		"amount": float(row["amount"]),
	}


def monday(day: date) -> date:
	return day - timedelta(days=day.weekday())


def _counted(rehearsal: Rehearsal, period: pd.Series, every: pd.Index) -> pd.DataFrame:
	messages, lines = rehearsal
	held = messages["held"].map(len).astype("int64") > 0
	out = messages.assign(period=period)[~held]
	call, partner = out["channel"].isin(TASKS), out["channel"].isin(PARTNERS)
	chased = lines.assign(period=lines["message"].map(period))[lines["message"].map(~held).eq(True)]
	once = chased.drop_duplicates(["period", "item"])
	counts = {
		"messages": out[~(call | partner)].groupby("period").size(),
		"calls": out[call].groupby("period").size(),
		"handed_over": out[partner].groupby("period").size(),
		"held": period[held].value_counts(),
		"customers": out.groupby("period")["customer"].nunique(),
		"amount": once.groupby("period")["outstanding_base"].sum().round(2),
	}
	frame = pd.DataFrame({name: series.reindex(every) for name, series in counts.items()}, index=every)
	frame = frame.fillna(0.0)
	whole = [name for name in COUNT_COLUMNS if name != "amount"]
	return frame.astype(dict.fromkeys(whole, "int64"))
