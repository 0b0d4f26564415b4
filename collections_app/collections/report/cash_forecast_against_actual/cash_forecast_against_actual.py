"""How well forecasts came true: for each week or month gone by, what was expected when it began, or some weeks before, and
what came in.

What a single forecast says of the days ahead is Cash Forecast. The figures are of the whole company; who does not see all
of its customers does not see them.
"""

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, format_date, get_first_day, get_last_day, getdate

from collections_app.engine.forecast import MONTH, WEEK
from collections_app.services import reporting
from collections_app.services.access import company_for, sees_totals
from collections_app.services.prediction.against import came_in
from collections_app.services.settings import company_currency

PERIODS = (WEEK, MONTH)
# a run is missed now and then; an older forecast than this is none of that day
REACH_DAYS = 7
MOST_ROWS = 26


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	period = filters.period or WEEK
	if period not in PERIODS:
		frappe.throw(_("By must be one of {0}").format(", ".join(PERIODS)))
	frappe.has_permission("Receivables Snapshot", "read", throw=True)
	if not company:
		return get_columns(), []
	if not sees_totals():
		return get_columns(), [], reporting.not_for_some()
	currency = company_currency(company)
	rows = get_rows(company, currency, period, filters)
	message = (
		None if rows else _("No forecast of a period that is over: forecasts come with each Collection Run.")
	)
	return get_columns(), rows, message, get_chart(rows, period, currency), get_summary(rows, currency)


def get_columns() -> list[dict]:
	return [
		reporting.day("period_start", _("From")),
		reporting.day("period_end", _("To")),
		reporting.day("made_on", _("Forecast Made On"), 150),
		reporting.money("low", _("At Least (10 %)")),
		reporting.money("expected", _("Expected")),
		reporting.money("high", _("At Most (90 %)")),
		reporting.money("came_in", _("Came In")),
		reporting.money("difference", _("Difference")),
		reporting.percent("error", _("Difference (%)"), 125),
		reporting.text("within", _("Within the Range"), 150),
		reporting.money("came_in_all", _("Came In, with New Invoices"), 230),
		reporting.currency_column(),
	]


def get_rows(company: str, currency: str, period: str, filters: frappe._dict) -> list[dict]:
	"""One row per period that is over and has a forecast, oldest first."""
	since, until = reporting.period_of(filters, 4)
	ahead = 7 * cint(filters.weeks_ahead)
	spans = [span for span in periods(since, until, period) if span[1] < getdate()][-MOST_ROWS:]
	if not spans:
		return []
	made = forecasts_of(company, spans[0][0] - timedelta(days=ahead + REACH_DAYS), spans[-1][0])
	chosen = {start: made_by(made, start - timedelta(days=ahead)) for start, _end in spans}
	lines = lines_of([one.name for one in chosen.values() if one], period)
	rows = []
	for start, end in spans:
		snapshot = chosen[start]
		line = lines.get((snapshot.name, start)) if snapshot else None
		if not line:
			continue
		actual = came_in(company, snapshot.modified, start, end)
		came = flt(actual["came_in"].sum(), 2)
		rows.append(
			{
				"period_start": start,
				"period_end": end,
				"made_on": getdate(snapshot.snapshot_date),
				**{field: flt(line[field], 2) for field in ("low", "expected", "high")},
				"came_in": came,
				"came_in_all": flt(actual["came_in_all"].sum(), 2),
				"difference": flt(came - line.expected, 2),
				"error": reporting.share(came - line.expected, line.expected),
				"inside": int(flt(line.low, 2) <= came <= flt(line.high, 2)),
				"within": _("Yes") if flt(line.low, 2) <= came <= flt(line.high, 2) else _("No"),
				"currency": currency,
			}
		)
	return rows


def periods(since: date, until: date, period: str) -> list[tuple[date, date]]:
	"""Whole weeks from Monday, or months, that touch the days."""
	start = since - timedelta(days=since.weekday()) if period == WEEK else get_first_day(since)
	spans = []
	while start <= until:
		end = start + timedelta(days=6) if period == WEEK else get_last_day(start)
		spans.append((start, end))
		start = getdate(add_days(end, 1))
	return spans


def forecasts_of(company: str, since: date, until: date) -> list[frappe._dict]:
	return frappe.get_list(
		"Receivables Snapshot",
		filters={"company": company, "rebuilt": 0, "snapshot_date": ["between", [since, until]]},
		fields=["name", "snapshot_date", "modified"],
		order_by="snapshot_date",
		limit=0,
	)


def made_by(made: list[frappe._dict], day: date) -> frappe._dict | None:
	"""The last forecast up to that day, if it is not too old."""
	found = [one for one in made if add_days(day, -REACH_DAYS) <= getdate(one.snapshot_date) <= day]
	return found[-1] if found else None


def lines_of(names: list[str], period: str) -> dict[tuple, frappe._dict]:
	rows = frappe.get_all(
		"Receivables Snapshot Forecast",
		filters={"parenttype": "Receivables Snapshot", "parent": ["in", [*names, ""]], "period": period},
		fields=["parent", "period_start", "low", "expected", "high"],
		order_by="period_start",
	)
	return {(row.parent, getdate(row.period_start)): row for row in rows}


def get_chart(rows: list[dict], period: str, currency: str) -> dict | None:
	if not rows:
		return None
	form = "d MMM" if period == WEEK else "MMM yy"
	# one point makes no line
	kind = "line" if len(rows) > 1 else "bar"
	return {
		"data": {
			"labels": [format_date(row["period_start"], form) for row in rows],
			"datasets": [
				{"name": _("Came In"), "chartType": "bar", "values": [row["came_in"] for row in rows]},
				{"name": _("Expected"), "chartType": kind, "values": [row["expected"] for row in rows]},
				{"name": _("At Least"), "chartType": kind, "values": [row["low"] for row in rows]},
				{"name": _("At Most"), "chartType": kind, "values": [row["high"] for row in rows]},
			],
		},
		"type": "axis-mixed" if len(rows) > 1 else "bar",
		"colors": [reporting.GREEN, reporting.BLUE, reporting.GREY, reporting.GREY],
		"lineOptions": {"hideDots": 1},
		"axisOptions": {"xIsSeries": 1},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": currency,
	}


def get_summary(rows: list[dict], currency: str) -> list[dict]:
	if not rows:
		return []
	expected, came = (sum(row[field] for row in rows) for field in ("expected", "came_in"))
	inside = sum(row["inside"] for row in rows)
	missed = sum(abs(row["difference"]) for row in rows)
	return [
		reporting.sum_figure(_("Expected"), expected, currency),
		reporting.sum_figure(_("Came In"), came, currency, "Green" if came >= expected else "Orange"),
		reporting.percent_figure(_("Average Difference"), reporting.share(missed, expected), "Grey"),
		reporting.figure(
			_("Periods within the Range"),
			f"{inside} / {len(rows)}",
			"Data",
			"Green" if inside >= 0.7 * len(rows) else "Orange",
		),
	]
