"""The forecast of a snapshot was one of weeks; now it says of each row which period it is."""

import frappe
from frappe.model.utils.rename_field import rename_field
from frappe.query_builder import DocType


def execute() -> None:
	table = "Receivables Snapshot Forecast"
	if not frappe.db.has_column(table, "week_start"):
		return
	rename_field(table, "week_start", "period_start")
	row = DocType(table)
	frappe.qb.update(row).set(row.period, "Week").where(row.period.isnull() | (row.period == "")).run()
