"""Which customers a plan catches."""

import frappe

from collections_app.services.plan_coverage import coverage_of


@frappe.whitelist()
def coverage(plan: str) -> dict:
	"""How many of today's debtors get this plan, and how many get none, over all companies in use."""
	frappe.has_permission("Dunning Plan", "read", plan, throw=True)
	return coverage_of(plan)
