"""What people reconcile in ERPNext itself: the queue follows the Bank Transaction and never offers it again."""

import frappe
from frappe.utils import flt

from collections_app.services.cash import aliases
from collections_app.services.cash.undo import WAITING_AGAIN
from collections_app.services.online_payments import payouts

WAITING = ("To Review", "Undone")
BY_HAND = "Reconciled by Hand"


def follow(transaction) -> None:
	"""Brings the payment's Cash Match in line with what is left of the bank line."""
	if transaction.flags.applying_cash:
		return
	match = frappe.db.get_value(
		"Cash Match",
		{"bank_transaction": transaction.name},
		("name", "status", "amount", "voucher", "is_return"),
		as_dict=True,
	)
	if not match:
		return
	left = flt(transaction.unallocated_amount) if transaction.docstatus == 1 else 0.0
	if match.status in WAITING and left <= 0:
		frappe.db.set_value("Cash Match", match.name, "status", BY_HAND)
	elif match.status == "Applied" and match.voucher and left > 0:
		_wait_again(match.name)
	elif match.status == BY_HAND and left > 0:
		frappe.db.set_value(
			"Cash Match", match.name, {"status": "To Review", "amount": -left if match.is_return else left}
		)
	elif match.status in WAITING and left != abs(flt(match.amount)):
		# a part was reconciled: proposals for the whole no longer fit, the next run makes new ones
		frappe.db.set_value("Cash Match", match.name, "amount", -left if match.is_return else left)


def _wait_again(name: str) -> None:
	"""The voucher that the line was booked as is off the line, or cancelled."""
	match = frappe.get_doc("Cash Match", name)
	if match.voucher_type == "Online Payout":
		payouts.mark_booked(match.voucher, None)
	if match.learned:
		aliases.forget(match)
	frappe.db.set_value("Cash Match", name, WAITING_AGAIN)
