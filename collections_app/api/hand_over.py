"""Handing a case to an agency or lawyer, taking it back, and stopping its deliveries."""

import frappe
from frappe import _

from collections_app.constants.roles import MANAGERS
from collections_app.services.credit import delivery_stop
from collections_app.services.hand_over import files
from collections_app.services.hand_over.take_back import take_back as take_case_back


@frappe.whitelist(methods=["POST"])
def prepare_file(case: str) -> dict:
	"""Makes the hand-over file of a case and attaches it there: see `files.prepare` for what it returns.

	It holds all there is on the customer: whoever may export cases and see the invoices may have it.
	"""
	doc = frappe.get_doc("Collection Case", case)
	doc.check_permission("read")
	doc.check_permission("export")
	frappe.has_permission("Customer", "read", doc.customer, throw=True)
	return files.prepare(doc)


@frappe.whitelist(methods=["POST"])
def take_back(case: str, reason: str) -> dict:
	"""The case is the house's own again, for a reason that is kept."""
	return {"taken_back": take_case_back(_writable(case), reason)}


@frappe.whitelist(methods=["POST"])
def stop_deliveries(case: str, reason: str) -> dict:
	"""Stops deliveries to the case's customer until nothing is overdue. For credit managers."""
	return {"stopped": int(delivery_stop.stop(_managed(case).name, _given(reason)))}


@frappe.whitelist(methods=["POST"])
def resume_deliveries(case: str, reason: str) -> dict:
	"""Lets deliveries to the case's customer go on although something is overdue. For credit managers."""
	return {"resumed": int(delivery_stop.lift(_managed(case).name, _given(reason)))}


def _writable(case: str):
	doc = frappe.get_doc("Collection Case", case)
	doc.check_permission("write")
	return doc


def _managed(case: str):
	if not MANAGERS.intersection(frappe.get_roles()):
		frappe.throw(_("Only a Credit Manager may stop or resume deliveries."), frappe.PermissionError)
	return _writable(case)


def _given(reason: str) -> str:
	reason = (reason or "").strip()
	if not reason:
		frappe.throw(_("Give the reason: it is kept on the case."))
	return reason
