"""What dunning plans would send over the next days."""

import frappe
from frappe import _

from collections_app.services.access import company_for, permitted_customers
from collections_app.services.plans.rehearsal import Wanted
from collections_app.services.plans.rehearsal_view import answer

MAX_DAYS = 120


@frappe.whitelist()
def rehearse(
	company: str | None = None,
	plan: str | None = None,
	customer: str | None = None,
	compare_with: str | None = None,
	days: int = 30,
	expected_payments: bool = False,
) -> dict:
	"""Messages of the next days for a plan, a customer or all the user may see: see `rehearsal_view.answer`. Writes
	and sends nothing."""
	for doctype in ("Dunning Plan", "Collection Action", "Customer"):
		frappe.has_permission(doctype, "read", throw=True)
	for doctype, name in (("Customer", customer), ("Dunning Plan", plan), ("Dunning Plan", compare_with)):
		if name:
			frappe.has_permission(doctype, "read", name, throw=True)
	if not 1 <= days <= MAX_DAYS:
		frappe.throw(_("Days must be from 1 to {0}").format(MAX_DAYS))
	company = company_for(company or None)
	if not company:
		frappe.throw(_("There is no company yet"))
	return answer(
		Wanted(
			company=company,
			days=days,
			plan=plan or None,
			customer=customer or None,
			compare_with=compare_with or None,
			expected_payments=expected_payments,
			# also of one customer: its messages may be about others it receives for
			allowed=frozenset(permitted_customers()),
		)
	)
