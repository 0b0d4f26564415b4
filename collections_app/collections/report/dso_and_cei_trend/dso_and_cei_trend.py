"""DSO and its kin, CEI, and what is overdue, over time, from the Receivables Snapshots: the last of each month, week or day.

The figures are of the whole company; who does not see all of its customers does not see them.
"""

from datetime import date

import frappe
from frappe import _
from frappe.utils import flt, format_date, getdate

from collections_app.services import reporting
from collections_app.services.access import company_for, sees_totals
from collections_app.services.settings import company_currency

DAY, WEEK, MONTH = "Day", "Week", "Month"
PERIODS = (MONTH, WEEK, DAY)
MONTHS = 13
RATES = ("dso", "countback_dso", "best_possible_dso", "add_days", "cei")
SHARES = ("promise_kept_rate", "straight_through_rate")
AMOUNTS = ("outstanding", "overdue", "not_due")
# more points than these a line cannot show
MOST_POINTS = 60


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	period = filters.period or MONTH
	if period not in PERIODS:
		frappe.throw(_("By must be one of {0}").format(", ".join(PERIODS)))
	frappe.has_permission("Receivables Snapshot", "read", throw=True)
	if not company:
		return get_columns(), []
	if not sees_totals():
		return get_columns(), [], reporting.not_for_some()
	rows = get_rows(company, period, filters)
	message = None if rows else _("No snapshot has been taken yet: it comes with the first Collection Run.")
	return get_columns(), rows, message, get_chart(rows, period), get_summary(rows)


def get_columns() -> list[dict]:
	return [
		reporting.day("snapshot_date", _("As of"), 110),
		reporting.number("dso", _("DSO"), 85),
		reporting.number("countback_dso", _("Countback DSO"), 155),
		reporting.number("best_possible_dso", _("Best Possible DSO"), 175),
		reporting.number("add_days", _("ADD"), 85),
		reporting.percent("cei", _("CEI"), 90),
		reporting.money("outstanding", _("Outstanding")),
		reporting.money("overdue", _("Overdue")),
		reporting.percent("overdue_rate", _("Overdue (%)"), 110),
		reporting.money("not_due", _("Not Due")),
		reporting.percent("promise_kept_rate", _("Promises Kept (%)"), 150),
		reporting.percent("straight_through_rate", _("Straight-Through (%)"), 165),
		reporting.currency_column(),
	]


def get_rows(company: str, period: str, filters: frappe._dict) -> list[dict]:
	"""The last snapshot of each period, oldest first."""
	since, until = reporting.period_of(filters, MONTHS)
	snapshots = frappe.get_list(
		"Receivables Snapshot",
		filters={"company": company, "snapshot_date": ["between", [since, until]]},
		fields=["snapshot_date", "rebuilt", *AMOUNTS, *RATES, *SHARES],
		order_by="snapshot_date",
		limit=0,
	)
	last = {key_of(getdate(row.snapshot_date), period): row for row in snapshots}
	currency = company_currency(company)
	for row in last.values():
		for field in AMOUNTS:
			row[field] = flt(row[field], 2)
		# a snapshot keeps 0 where a figure has no meaning
		if not flt(row.dso):
			row.update(dict.fromkeys(RATES))
		if row.rebuilt:
			row.update(dict.fromkeys(SHARES))
		row.overdue_rate = reporting.share(row.overdue, row.overdue + row.not_due)
		row.currency = currency
	return list(last.values())


def key_of(day: date, period: str) -> tuple:
	if period == DAY:
		return (day,)
	return day.isocalendar()[:2] if period == WEEK else (day.year, day.month)


def get_chart(rows: list[dict], period: str) -> dict | None:
	rows = [row for row in rows if row.dso is not None][-MOST_POINTS:]
	if not rows:
		return None
	lines = (
		("dso", _("DSO"), reporting.BLUE),
		("cei", _("CEI (%)"), reporting.GREEN),
		# the legend has the room for a long name at its end only
		("best_possible_dso", _("Best Possible DSO"), reporting.GREY),
	)
	form = "MMM yy" if period == MONTH else "d MMM"
	return {
		"data": {
			"labels": [format_date(row.snapshot_date, form) for row in rows],
			"datasets": [
				{"name": name, "values": [flt(row[field], 1) for row in rows]} for field, name, _c in lines
			],
		},
		"type": "line",
		"colors": [colour for _field, _name, colour in lines],
		"lineOptions": {"regionFill": 0, "hideDots": int(len(rows) > 31)},
		"axisOptions": {"xIsSeries": 1},
	}


def get_summary(rows: list[dict]) -> list[dict]:
	"""The latest figures, and how the DSO moved since the first of the period."""
	known = [row for row in rows if row.dso is not None]
	if not known:
		return []
	first, last = known[0], known[-1]
	moved = flt(last.dso - first.dso, 1)
	return [
		reporting.decimal_figure(_("DSO"), last.dso),
		reporting.decimal_figure(
			_("DSO since {0}").format(format_date(first.snapshot_date)),
			moved,
			"Red" if moved > 0 else "Green",
		),
		reporting.decimal_figure(_("ADD"), last.add_days, "Orange"),
		reporting.percent_figure(_("CEI"), last.cei, "Green" if flt(last.cei) >= 80 else "Orange"),
	]
