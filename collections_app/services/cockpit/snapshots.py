"""Snapshots of the scope's companies as one series of days."""

from datetime import date, timedelta

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum
from frappe.utils import add_months, getdate

from collections_app.engine import kpis
from collections_app.services.cockpit.scope import Scope
from collections_app.services.frames import chunks

# a month end before the period stands for its beginning
REACH_DAYS = 31
# more points than these a small line cannot show
MOST_POINTS = 60
SUMS = ("outstanding", "overdue", "not_due", "sales", "opening", "collected_7_days")
RATES = ("dso", "countback_dso", "best_possible_dso", "add_days", "cei")
PERIOD_DAYS = 90
# months of sales that are read for a day's countback: twelve whole ones and the running one
COUNTED_BACK = 13


def read(scope: Scope) -> pd.DataFrame:
	"""The snapshots of the period and shortly before: name, company, day, and the figures, oldest first. The figures are of
	all customers: who sees some gets the days alone."""
	frappe.has_permission("Receivables Snapshot", "read", throw=True)
	figures = [*SUMS, *RATES] if scope.customers is None else []
	rows = frappe.get_all(
		"Receivables Snapshot",
		filters={
			"company": ["in", [*scope.companies, ""]],
			"snapshot_date": [">=", scope.since - timedelta(days=REACH_DAYS)],
		},
		fields=["name", "company", "snapshot_date", "rebuilt", *figures],
		order_by="snapshot_date",
	)
	frame = pd.DataFrame(
		[dict(row) for row in rows], columns=["name", "company", "snapshot_date", "rebuilt", *SUMS, *RATES]
	)
	return frame.rename(columns={"snapshot_date": "day"})


def combined(scope: Scope, frame: pd.DataFrame) -> pd.DataFrame:
	"""One row per day on which every company has been looked at, of the companies together, in the scope's currency: SUMS
	and RATES, by day. Days of several companies are put together by what was last known of each."""
	if frame.empty:
		return pd.DataFrame(columns=[*SUMS, *RATES])
	frame = frame.astype(dict.fromkeys((*SUMS, *RATES), "float64"))
	if len(scope.companies) == 1:
		return _from_one(frame.set_index("day")[[*SUMS, *RATES]])
	known = frame.groupby("company")["dso"].transform(lambda one: one.notna().any())
	frame = frame.assign(sales=_sales(frame), counted=known)
	wide = (
		frame.pivot_table(index="day", columns="company", values=list(SUMS), aggfunc="last").ffill().dropna()
	)
	rates = pd.Series(scope.rates)
	sums = pd.DataFrame(
		{name: (wide[name] * rates.reindex(wide[name].columns)).sum(axis=1) for name in SUMS if name in wide}
	)
	return _with_rates(scope, sums.reindex(columns=list(SUMS)))


def _from_one(table: pd.DataFrame) -> pd.DataFrame:
	# a snapshot keeps 0 where a figure has no meaning
	table[list(RATES)] = table[list(RATES)].where(table["dso"] > 0)
	return table


def _sales(frame: pd.DataFrame) -> pd.Series:
	"""Snapshots of earlier versions of the app keep no sales: what the DSO says they were."""
	told = frame["outstanding"] / frame["dso"].where(frame["dso"] > 0) * PERIOD_DAYS
	return frame["sales"].where(frame["sales"] > 0, told).fillna(0.0)


def _with_rates(scope: Scope, sums: pd.DataFrame) -> pd.DataFrame:
	"""The figures of several companies together: of their sums, not the mean of each one's."""
	countback = kpis.countback_dso_of_days(sums["outstanding"], _sold(scope, sums.index))
	found = []
	for row in sums.to_dict("records"):
		dso = kpis.dso(row["outstanding"], row["sales"], PERIOD_DAYS)
		best = kpis.best_possible_dso(row["not_due"], row["sales"], PERIOD_DAYS)
		index = kpis.cei(row["opening"], row["sales"], row["outstanding"], row["not_due"])
		found.append(
			{
				"dso": dso,
				"best_possible_dso": best,
				"add_days": kpis.average_days_delinquent(dso, best),
				"cei": index if row["opening"] else None,
			}
		)
	rates = pd.DataFrame(found, index=sums.index, columns=list(RATES)).astype("float64")
	return sums.assign(**rates.assign(countback_dso=countback))


def _sold(scope: Scope, days: pd.Index) -> pd.Series:
	"""Credit sales of the companies by posting date, for the countback of these days; in the scope's currency, as one
	company's are taken for its snapshot."""
	if days.empty or not scope.is_whole:
		return pd.Series(dtype="float64")
	invoice = DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(invoice)
		.select(invoice.posting_date, invoice.company, Sum(invoice.base_grand_total))
		.where(
			invoice.company.isin(scope.companies)
			& (invoice.docstatus == 1)
			& (invoice.posting_date > add_months(days.min(), -COUNTED_BACK))
			& (invoice.posting_date <= days.max())
		)
		.groupby(invoice.posting_date, invoice.company)
	).run()
	return pd.Series(
		[scope.into(float(sales), company) for _day, company, sales in rows],
		index=[getdate(day) for day, _company, _sales in rows],
		dtype="float64",
	)


def overdue_of_team(scope: Scope, frame: pd.DataFrame) -> pd.Series:
	"""Overdue of the team's cases by day, as their collectors were then, in the scope's currency."""
	taken = frame[frame["rebuilt"] != 1].set_index("name")
	sums: dict[str, float] = {}
	for names in chunks(taken.index):
		for row in frappe.get_all(
			"Receivables Snapshot Group",
			filters={
				"parenttype": "Receivables Snapshot",
				"parent": ["in", names],
				"collector": ["in", list(scope.collectors)],
			},
			fields=["parent", "overdue"],
			order_by="parent",
		):
			sums[row.parent] = sums.get(row.parent, 0.0) + (row.overdue or 0.0)
	found = pd.DataFrame(
		[
			{"day": taken.at[name, "day"], "overdue": scope.into(amount, taken.at[name, "company"])}
			for name, amount in sums.items()
		],
		columns=["day", "overdue"],
	)
	return found.groupby("day")["overdue"].sum()


def series_of(column: pd.Series, since: date) -> tuple[list, list, float | None]:
	"""Days and values of the period for a small line, and the value at its beginning: the last one known by then, else the
	first one in it."""
	known = column.dropna()
	if known.empty:
		return [], [], None
	before, within = known[known.index <= since], known[known.index > since]
	first = before.iloc[-1] if len(before) else within.iloc[0]
	points = pd.concat([before.tail(1), within])
	step = -(-len(points) // MOST_POINTS)
	# the newest always counts
	points = points.iloc[::-1].iloc[::step].iloc[::-1]
	return [str(getdate(day)) for day in points.index], [round(float(one), 2) for one in points], float(first)


def newest(frame: pd.DataFrame) -> date | None:
	"""The day on which the companies' figures are as of: the oldest of their newest snapshots."""
	return None if frame.empty else min(frame.groupby("company")["day"].max())
