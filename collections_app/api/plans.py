"""Which customers a plan catches."""

import frappe
from frappe import _

from collections_app.services.access import permitted_customers
from collections_app.services.plans.coverage import KINDS, counts_of_all, coverage_of, customers_of


@frappe.whitelist()
def coverage(plan: str) -> dict:
	"""How many of today's debtors get this plan, how many it fits but another takes, how many get none: see
	`plan_coverage.coverage_of`. Of the companies and customers the user may see."""
	check(plan)
	return coverage_of(plan, permitted_customers())


@frappe.whitelist()
def customers(plan: str, kind: str) -> dict:
	"""The customers behind these figures. `kind`: "caught", "taken" (it fits, another plan is taken), "uncovered"."""
	check(plan)
	if kind not in KINDS:
		frappe.throw(_("Kind must be one of {0}").format(", ".join(KINDS)))
	return customers_of(plan, kind, permitted_customers())


@frappe.whitelist()
def counts() -> dict[str, int]:
	"""Enabled plan -> how many of today's debtors that the user may see it catches; plans that catch nobody are left
	out."""
	for doctype in ("Customer", "Dunning Plan"):
		frappe.has_permission(doctype, "read", throw=True)
	return counts_of_all(permitted_customers())


def check(plan: str) -> None:
	frappe.has_permission("Customer", "read", throw=True)
	frappe.has_permission("Dunning Plan", "read", plan, throw=True)
