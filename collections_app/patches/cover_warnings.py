"""Covers that end are warned of 30 days before: a setting that stands in no database yet would mean never."""

import frappe

SETTINGS, FIELD = "Collections Settings", "cover_warning_days"
DAYS = 30


def execute() -> None:
	if not frappe.db.exists("Singles", {"doctype": SETTINGS, "field": FIELD}):
		frappe.db.set_single_value(SETTINGS, FIELD, DAYS)
