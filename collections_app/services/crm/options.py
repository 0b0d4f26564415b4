"""Which CRM a company has, and what is written there, as Collections Settings says."""

import frappe
from frappe import _

from collections_app.services import settings

LOG, UPDATE = "log_activity", "update_customer"
# what may be told -> the field of the Collection Case that holds it
FIELDS = {
	"risk_band": "risk_band",
	"overdue_amount": "overdue",
	"dunning_level": "dunning_level",
	"credit_hold": "delivery_stopped",
}


def crms() -> list[tuple]:
	"""The companies with an enabled CRM: (row of the settings, name of its Connector Config)."""
	rows = [(row, row.get("crm")) for row in settings.get().companies if row.get("crm")]
	return [
		(row, name)
		for row, name in rows
		if frappe.db.get_value("Connector Config", {"name": name, "company": row.company, "enabled": 1})
	]


def properties_of(text: str | None) -> dict[str, str]:
	"""Our field -> the CRM's property, from lines such as `overdue_amount: collections_overdue`. A line that cannot be read is
	refused, with its number."""
	found: dict[str, str] = {}
	for number, line in enumerate((text or "").splitlines(), 1):
		if not line.strip():
			continue
		field, colon, name = (part.strip() for part in line.partition(":"))
		if not colon or not name or field not in FIELDS:
			frappe.throw(
				_("Line {0} of {1} is not one of {2}, a colon and the name of a property: {3}").format(
					number, _("Fields for the CRM"), ", ".join(FIELDS), frappe.utils.escape_html(line)
				)
			)
		found[field] = name
	return found
