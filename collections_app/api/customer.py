"""The Collections tab of the Customer form."""

import frappe

from collections_app.services import customer_view


@frappe.whitelist()
def summary(customer: str, company: str | None = None) -> dict:
	"""How the customer stands with the company: see `customer_view.customer_summary`."""
	frappe.has_permission("Customer", "read", doc=customer, throw=True)
	return customer_view.customer_summary(customer, company or None)
