"""Taking a decision on a payment back."""

import frappe
from frappe import _

from collections_app.exceptions import ActionStateError
from collections_app.services.cash import aliases

SET_ASIDE = ("Ignored", "No Customer")


def undo(name: str) -> None:
	"""Cancels the Payment Entry of an applied payment; its cancellation gives the bank line back to the queue and
	forgets what the payment taught. One that was set aside just waits again."""
	match = frappe.get_doc("Cash Match", name, for_update=True)
	if match.status in SET_ASIDE:
		match.status = "Undone"
		match.save(ignore_permissions=True)
		return
	if match.status != "Applied" or not match.payment_entry:
		frappe.throw(_("Only an applied payment can be undone."), ActionStateError)
	entry = frappe.get_doc("Payment Entry", match.payment_entry)
	entry.flags.ignore_permissions = True
	entry.cancel()


def reopen_cancelled_payment(payment_entry: str) -> None:
	"""A cancelled Payment Entry's Cash Match waits for a person again; it is not applied by itself a second time."""
	name = frappe.db.get_value("Cash Match", {"payment_entry": payment_entry, "status": "Applied"})
	if not name:
		return
	match = frappe.get_doc("Cash Match", name)
	if match.learned:
		aliases.forget(match)
	frappe.db.set_value("Cash Match", name, {"status": "Undone", "payment_entry": None, "learned": 0})
