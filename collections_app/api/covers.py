"""Credit insurance from the customer's file and the cover: what is covered, and asking the insurer for more or less."""

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.services.access import company_for
from collections_app.services.credit import cover_requests, cover_sending, cover_view, insurer_notice

COVER, REQUEST = "Credit Cover", cover_requests.DOCTYPE


@frappe.whitelist()
def overview(customer: str, company: str | None = None) -> dict:
	"""Covers, used and free, and requests of a customer: see `cover_view.overview`. `may_ask`: whether the user may."""
	frappe.has_permission("Customer", "read", doc=customer, throw=True)
	frappe.has_permission(COVER, "read", throw=True)
	company = company_for(company or None)
	if not company:
		frappe.throw(_("There is no company yet"))
	may_ask = bool(frappe.has_permission(REQUEST, "write"))
	return {"company": company, "may_ask": may_ask, **cover_view.overview(customer, company)}


@frappe.whitelist(methods=["POST"])
def request_cover(customer: str, company: str, connector: str, amount: float, currency: str) -> str:
	"""Asks a connected insurer for a new cover. Returns the Cover Request."""
	frappe.has_permission(REQUEST, "write", throw=True)
	frappe.has_permission(COVER, "create", throw=True)
	frappe.has_permission("Customer", "read", doc=customer, throw=True)
	company = company_for(company)
	if connector not in [one["connector"] for one in cover_requests.insurers_of(company)]:
		frappe.throw(_("{0} does not request covers for {1}.").format(connector, company))
	return cover_requests.request_new(company, customer, connector, amount, currency)


@frappe.whitelist(methods=["POST"])
def change_cover(cover: str, change: str, amount: float = 0.0) -> str:
	"""Asks the insurer to Raise, Lower or Cancel a cover. Returns the Cover Request."""
	return cover_requests.change(_cover(cover), change, amount)


@frappe.whitelist(methods=["POST"])
def declare_overdue(cover: str) -> str:
	"""Has the insurer told what the customer owes overdue. Returns the Cover Request."""
	doc = _cover(cover)
	today = getdate()
	overdue = insurer_notice.overdue_of(doc.company, doc.customer, today)
	if not overdue:
		frappe.throw(_("Nothing is overdue."))
	name = cover_requests.declare(doc, **overdue)
	insurer_notice.mark_told(doc.company, doc.customer, today)
	return name


@frappe.whitelist(methods=["POST"])
def settle_request(request: str, outcome: str) -> str:
	"""A person has looked at the insurer's: `again` or `taken`. Returns the status."""
	frappe.has_permission(REQUEST, "write", doc=request, throw=True)
	return cover_sending.settle_by_hand(request, outcome)


def _cover(name: str):
	"""The cover, for a user who may ask for changes of it."""
	frappe.has_permission(REQUEST, "write", throw=True)
	frappe.has_permission(COVER, "write", doc=name, throw=True)
	return frappe.get_doc(COVER, name)
