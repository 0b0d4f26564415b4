"""What people reconcile in ERPNext itself: the queue follows the Bank Transaction and never offers it again."""

import frappe
from frappe.utils import flt

WAITING = ("To Review", "Undone")
BY_HAND = "Reconciled by Hand"


def follow(transaction) -> None:
	"""Brings the payment's Cash Match in line with what is left of the bank line."""
	if transaction.flags.applying_cash:
		return
	match = frappe.db.get_value(
		"Cash Match", {"bank_transaction": transaction.name}, ("name", "status", "amount"), as_dict=True
	)
	if not match:
		return
	left = flt(transaction.unallocated_amount) if transaction.docstatus == 1 else 0.0
	if match.status in WAITING and left <= 0:
		frappe.db.set_value("Cash Match", match.name, "status", BY_HAND)
	elif match.status == BY_HAND and left > 0:
		frappe.db.set_value("Cash Match", match.name, {"status": "To Review", "amount": left})
	elif match.status in WAITING and left != flt(match.amount):
		# a part was reconciled: proposals for the whole no longer fit, the next run makes new ones
		frappe.db.set_value("Cash Match", match.name, "amount", left)
