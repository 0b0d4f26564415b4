"""What the desk needs to say why somebody sees nothing."""

import frappe

from collections_app.services import access


@frappe.whitelist()
def sees_totals() -> bool:
	"""Whether the user sees what is of all customers of a company: see `access.sees_totals`."""
	frappe.has_permission("Collection Case", "read", throw=True)
	return access.sees_totals()
