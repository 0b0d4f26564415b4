"""Taking a decision on a payment back."""

import frappe
from frappe import _

from collections_app.exceptions import ActionStateError
from collections_app.services.cash import aliases, payouts

WAITING_AGAIN = {
	"status": "Undone",
	"payment_entry": None,
	"voucher_type": None,
	"voucher": None,
	"returned_payment": None,
	"learned": 0,
}
SET_ASIDE = ("Ignored", "No Customer")


def undo(name: str) -> None:
	"""Cancels the Payment Entry of an applied payment, or the Journal Entry of a return; the cancellation gives the bank
	line back to the queue and forgets what the payment taught. A voucher that was there before is only taken off the bank
	line. One that was set aside just waits again."""
	match = frappe.get_doc("Cash Match", name, for_update=True)
	if match.status in SET_ASIDE:
		match.status = "Undone"
		match.save(ignore_permissions=True)
		return
	if match.status != "Applied" or not (match.payment_entry or match.voucher):
		frappe.throw(_("Only an applied payment can be undone."), ActionStateError)
	if match.voucher_type == payouts.DOCTYPE:
		payouts.take_back(match.bank_transaction, match.voucher)
		return
	if match.voucher and not match.returned_payment:
		_take_off(match)
		return
	if match.payment_entry:
		entry = frappe.get_doc("Payment Entry", match.payment_entry)
	else:
		entry = frappe.get_doc(match.voucher_type, match.voucher)
	entry.flags.ignore_permissions = True
	entry.cancel()


def _take_off(match) -> None:
	"""Takes the vouchers of the proposals off the bank line; saving it gives the payment back to the queue."""
	vouchers = {(row.voucher_type, row.voucher) for row in match.proposals if row.voucher}
	transaction = frappe.get_doc("Bank Transaction", match.bank_transaction, for_update=True)
	rows = [
		row for row in transaction.payment_entries if (row.payment_document, row.payment_entry) in vouchers
	]
	for row in rows:
		transaction.remove(row)
	transaction.flags.ignore_permissions = True
	transaction.save()


def reopen_cancelled_payment(payment_entry: str) -> None:
	"""A cancelled Payment Entry's Cash Match waits for a person again; it is not applied by itself a second time."""
	name = frappe.db.get_value("Cash Match", {"payment_entry": payment_entry, "status": "Applied"})
	if not name:
		return
	match = frappe.get_doc("Cash Match", name)
	if match.learned:
		aliases.forget(match)
	frappe.db.set_value("Cash Match", name, WAITING_AGAIN)
