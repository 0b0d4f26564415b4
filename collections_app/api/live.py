"""What pages need to understand that figures moved."""

import frappe

from collections_app.services.access import allowed_companies
from collections_app.services.live import key_of


@frappe.whitelist()
def companies() -> dict[str, str]:
	"""Key, as events name a company -> the company, of those the user may see."""
	frappe.has_permission("Collection Case", "read", throw=True)
	allowed = allowed_companies()
	names = frappe.get_all("Company", pluck="name", order_by="name") if allowed is None else allowed
	return {key_of(name): name for name in names}
