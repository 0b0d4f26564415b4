"""The contact limit, once so many messages in so many days, is now one per day and one per week."""

import frappe
from frappe.utils import cint

SETTINGS = "Collections Settings"
OLD = ("contact_limit", "contact_limit_days")
WEEK = 7


def execute() -> None:
	"""Carries the old limit over, and removes it, so that a second run leaves the new ones alone."""
	single = frappe.qb.DocType("Singles")
	rows = (
		frappe.qb.from_(single)
		.select(single.field, single.value)
		.where((single.doctype == SETTINGS) & single.field.isin(OLD))
	).run()
	if not rows:
		return
	old = {field: cint(value) for field, value in rows}
	for field, value in limits(old.get("contact_limit", 0), old.get("contact_limit_days", 0)).items():
		frappe.db.set_single_value(SETTINGS, field, value)
	frappe.qb.from_(single).delete().where((single.doctype == SETTINGS) & single.field.isin(OLD)).run()
	frappe.clear_document_cache(SETTINGS, SETTINGS)


def limits(count: int, days: int) -> dict[str, int]:
	"""The new limits for `count` messages in `days` days: never more within a week than the old one allowed on average,
	and on one day no more than it allowed at once. 0 = no limit."""
	if count <= 0:
		return {"contacts_per_day": 0, "contacts_per_week": 0}
	week = max(1, count * WEEK // max(1, days))
	return {"contacts_per_day": min(count, week), "contacts_per_week": week}
