"""Taking an applied payment back."""

import frappe
from frappe import _

from collections_app.exceptions import ActionStateError


def undo(name: str) -> None:
	"""Cancels the Payment Entry; its cancellation gives the bank line back to the queue."""
	match = frappe.get_doc("Cash Match", name, for_update=True)
	if match.status != "Applied" or not match.payment_entry:
		frappe.throw(_("Only an applied payment can be undone."), ActionStateError)
	entry = frappe.get_doc("Payment Entry", match.payment_entry)
	entry.flags.ignore_permissions = True
	entry.cancel()


def reopen_cancelled_payment(payment_entry: str) -> None:
	"""A cancelled Payment Entry's Cash Match waits for a person again; it is not applied by itself a second time."""
	name = frappe.db.get_value("Cash Match", {"payment_entry": payment_entry, "status": "Applied"})
	if name:
		frappe.db.set_value("Cash Match", name, {"status": "Undone", "payment_entry": None})
