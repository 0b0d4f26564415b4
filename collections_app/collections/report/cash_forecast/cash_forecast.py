"""What is expected to come in by day, week or month, with its range, and what came in."""

import pandas as pd

import frappe
from frappe import _
from frappe.utils import flt, format_date, getdate

from collections_app.engine.forecast import DAY, MONTH, PERIODS, WEEK
from collections_app.services import reporting
from collections_app.services.access import company_for, sees_totals
from collections_app.services.prediction.against import came_in
from collections_app.services.settings import company_currency

# of more days than these the axis cannot be read
MOST_POINTS = 31
AMOUNTS = ("low", "expected", "high", "overdue_part")


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	if company and not sees_totals():
		return get_columns(), [], reporting.not_for_some()
	snapshot = find_snapshot(company, filters.made_on) if company else None
	if not snapshot:
		return get_columns(), [], _("No forecast has been made yet: it comes with the first Collection Run.")
	period = filters.period if filters.period in PERIODS else WEEK
	rows = get_rows(company, snapshot, period)
	currency = company_currency(company)
	return (
		get_columns(),
		rows,
		_("Forecast of {0}: what was open then, without invoices still to come.").format(
			format_date(snapshot.snapshot_date)
		),
		get_chart(rows, period, currency),
		get_summary(rows, currency),
	)


def find_snapshot(company: str, made_on=None):
	"""The newest forecast up to that day."""
	found = frappe.get_list(
		"Receivables Snapshot",
		filters={"company": company, "rebuilt": 0, "snapshot_date": ["<=", getdate(made_on or None)]},
		fields=["name", "snapshot_date", "modified"],
		order_by="snapshot_date desc",
		limit=1,
	)
	return found[0] if found else None


def get_rows(company: str, snapshot, period: str) -> list[dict]:
	rows = frappe.get_all(
		"Receivables Snapshot Forecast",
		filters={"parent": snapshot.name, "period": period},
		fields=["period_start", "period_end", *AMOUNTS, "currency"],
		order_by="period_start",
	)
	if not rows:
		return []
	until = min(rows[-1].period_end or rows[-1].period_start, getdate())
	actual = came_in(company, snapshot.modified, snapshot.snapshot_date, until)
	for row in rows:
		row.period_end = row.period_end or row.period_start
		row.came_in = row.came_in_all = row.within = None
		if row.period_start <= until:
			days = actual[
				(actual["date"] >= pd.Timestamp(row.period_start))
				& (actual["date"] <= pd.Timestamp(row.period_end))
			]
			row.came_in, row.came_in_all = flt(days["came_in"].sum(), 2), flt(days["came_in_all"].sum(), 2)
		if row.period_end < getdate():
			row.within = _("Yes") if row.low <= row.came_in <= row.high else _("No")
	return rows


def get_columns() -> list[dict]:
	money = {"fieldtype": "Currency", "options": "currency", "width": 130}
	return [
		{"fieldname": "period_start", "label": _("From"), "fieldtype": "Date", "width": 110},
		{"fieldname": "period_end", "label": _("To"), "fieldtype": "Date", "width": 110},
		{"fieldname": "low", "label": _("At Least (10 %)"), **money},
		{"fieldname": "expected", "label": _("Expected"), **money},
		{"fieldname": "high", "label": _("At Most (90 %)"), **money},
		{"fieldname": "overdue_part", "label": _("Of Which Overdue"), **{**money, "width": 160}},
		{"fieldname": "came_in", "label": _("Came In"), **money},
		{"fieldname": "came_in_all", "label": _("Came In, with New Invoices"), **{**money, "width": 230}},
		{"fieldname": "within", "label": _("Within the Range"), "fieldtype": "Data", "width": 150},
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Link",
			"options": "Currency",
			"hidden": 1,
		},
	]


def get_chart(rows: list[dict], period: str, currency: str) -> dict | None:
	if not rows:
		return None
	labels = {DAY: "d MMM", WEEK: "d MMM", MONTH: "MMM yyyy"}
	rows = rows[:MOST_POINTS]
	series = [("low", _("At Least")), ("expected", _("Expected")), ("high", _("At Most"))]
	datasets = [
		{"name": label, "chartType": "line", "values": [row[field] for row in rows]}
		for field, label in series
	]
	if any(row.came_in for row in rows):
		came = [row.came_in or 0 for row in rows]
		datasets.insert(0, {"name": _("Came In"), "chartType": "bar", "values": came})
	return {
		"data": {
			"labels": [format_date(row.period_start, labels[period]) for row in rows],
			"datasets": datasets,
		},
		"type": "axis-mixed" if len(datasets) > len(series) else "line",
		"colors": ["#48BB74", "#A0AEC0", "#4299E1", "#A0AEC0"][-len(datasets) :],
		"lineOptions": {"hideDots": 1, "spline": 0},
		"axisOptions": {"xIsSeries": 1},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": currency,
	}


def get_summary(rows: list[dict], currency: str) -> list[dict]:
	if not rows:
		return []
	money = {"datatype": "Currency", "currency": currency}
	over = [row for row in rows if row.within]
	summary = [
		{
			"label": _("Expected until {0}").format(format_date(rows[-1].period_end)),
			"value": flt(sum(row.expected for row in rows), 2),
			"indicator": "Blue",
			**money,
		},
		{
			"label": _("Of Which Overdue"),
			"value": flt(sum(row.overdue_part for row in rows), 2),
			"indicator": "Orange",
			**money,
		},
	]
	if over:
		expected, came = sum(row.expected for row in over), sum(row.came_in for row in over)
		inside = sum(row.within == _("Yes") for row in over)
		summary += [
			{"label": _("Expected until Now"), "value": flt(expected, 2), "indicator": "Blue", **money},
			{
				"label": _("Came In"),
				"value": flt(came, 2),
				"indicator": "Green" if came >= expected else "Orange",
				**money,
			},
			{
				"label": _("Periods within the Range"),
				"value": f"{inside} / {len(over)}",
				"datatype": "Data",
				"indicator": "Green" if inside >= 0.7 * len(over) else "Orange",
			},
		]
	return summary
