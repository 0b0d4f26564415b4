"""The team's results of a period for its page: cash collected and actions done, by collector and by day."""

import pandas as pd

from frappe.utils import flt

from collections_app.services.team.activity import KINDS, collected, done, in_one_currency
from collections_app.services.team.scope import Scope, names_of

# a chart of more days than this shows weeks
MOST_DAYS = 31


def cash(scope: Scope) -> dict:
	"""Collected by collector, the most first, and by day or week: rows, points, total, currency, by ("day", "week")."""
	frame = in_one_currency(scope, collected(scope))
	sums = frame.groupby("collector")["amount"].sum().sort_values(ascending=False)
	named = names_of(sums.index)
	points, by = _points(frame, scope, "amount")
	return {
		"currency": scope.currency,
		"total": flt(frame["amount"].sum(), 2),
		"rows": [
			{"collector": person, "name": named[person], "amount": flt(amount, 2)}
			for person, amount in sums.items()
		],
		"points": [{"day": day.date(), "amount": flt(amount, 2)} for day, amount in points.items()],
		"by": by,
	}


def activity(scope: Scope) -> dict:
	"""Actions done by collector and kind, the busiest first, and by day or week: rows, points, by."""
	frame = done(scope)
	table = frame.pivot_table(index="collector", columns="kind", values="count", aggfunc="sum", fill_value=0)
	table = table.reindex(columns=list(KINDS), fill_value=0)
	table = table.loc[table.sum(axis=1).sort_values(ascending=False).index]
	named = names_of(table.index)
	points = {}
	for kind in KINDS:
		points[kind], by = _points(frame[frame["kind"] == kind], scope, "count")
	days = points[KINDS[0]].index
	return {
		"rows": [
			{"collector": person, "name": named[person], **{kind: int(row[kind]) for kind in KINDS}}
			for person, row in table.iterrows()
		],
		"points": [
			{"day": day.date(), **{kind: int(points[kind].loc[day]) for kind in KINDS}} for day in days
		],
		"by": by,
	}


def _points(frame: pd.DataFrame, scope: Scope, value: str) -> tuple[pd.Series, str]:
	"""Sums for every day of the period, or every week from Monday where there are many days; zero where nothing was."""
	days = pd.date_range(scope.since, scope.until)
	sums = frame.groupby("day")[value].sum().reindex(days, fill_value=0)
	if len(days) <= MOST_DAYS:
		return sums, "day"
	return sums.groupby(days.to_period("W").start_time).sum(), "week"
