import frappe
from frappe import _
from frappe.utils import add_months, flt, formatdate, get_first_day, getdate, nowdate

from collections_app.services.access import company_for, sees_totals

MONTHS = 13


# Without Frappe's chart cache: it is kept by chart, not by user, and would show one company's figures to another's people.
@frappe.whitelist()
def get(chart_name: str | None = None, filters: str | dict | list | None = None, **kwargs) -> dict | None:
	"""DSO and best possible DSO at the end of each of the last thirteen months; this month's is the latest.

	Read from the Receivables Snapshots the user may see; a month without one is left out. None when there is none, and for
	who does not see all customers: a snapshot is of all.
	"""
	parsed = frappe.parse_json(filters) if filters else {}
	company = company_for(parsed.get("company") if isinstance(parsed, dict) else None)
	if not company or not sees_totals():
		return None
	since = add_months(get_first_day(nowdate()), 1 - MONTHS)
	snapshots = frappe.get_list(
		"Receivables Snapshot",
		filters={"company": company, "snapshot_date": [">=", since]},
		fields=["snapshot_date", "dso", "best_possible_dso"],
		order_by="snapshot_date asc",
		limit=0,
	)
	months = {getdate(row.snapshot_date).strftime("%Y-%m"): row for row in snapshots}
	rows = list(months.values())
	if not rows:
		return None
	return {
		"labels": [formatdate(row.snapshot_date, "MMM yy") for row in rows],
		"datasets": [
			{"name": _("DSO"), "values": [flt(row.dso, 1) for row in rows]},
			{"name": _("Best Possible DSO"), "values": [flt(row.best_possible_dso, 1) for row in rows]},
		],
	}
