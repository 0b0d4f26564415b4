"""The review queue of incoming payments."""

import frappe
from frappe import _

from collections_app.services.cash import bulk, decide, queue
from collections_app.services.cash import undo as undoing

MOST_ROWS = 200


@frappe.whitelist()
def review_queue(
	view: str = "To Review",
	company: str | None = None,
	bank_account: str | None = None,
	older_than: int = 0,
	amount_from: float = 0,
	amount_to: float = 0,
	text: str | None = None,
	start: int = 0,
	page_length: int = 50,
) -> dict:
	"""One page of the queue: rows, and count and sums of all that the filters leave."""
	frappe.has_permission("Cash Match", "read", throw=True)
	wanted = queue.Wanted(view, company, bank_account, older_than, amount_from, amount_to, text)
	return {
		"rows": queue.rows(wanted, max(start, 0), min(max(page_length, 1), MOST_ROWS)),
		**queue.totals(wanted),
	}


@frappe.whitelist()
def review_detail(match: str) -> dict:
	"""One payment with its proposals and the references found in its text: see `queue.detail`."""
	frappe.has_permission("Cash Match", "read", match, throw=True)
	return queue.detail(frappe.get_doc("Cash Match", match))


@frappe.whitelist()
def customer_items(match: str, customer: str) -> dict:
	"""The open items of a customer that the payment may settle."""
	frappe.has_permission("Cash Match", "read", match, throw=True)
	frappe.has_permission("Customer", "read", customer, throw=True)
	values = frappe.db.get_value("Cash Match", match, ["company", "currency"], as_dict=True)
	return queue.customer_items(values.company, customer, values.currency)


@frappe.whitelist()
def surer_than(
	confidence: float,
	company: str | None = None,
	bank_account: str | None = None,
	older_than: int = 0,
	amount_from: float = 0,
	amount_to: float = 0,
	text: str | None = None,
) -> dict:
	"""The waiting payments that `accept_many` would take above a confidence in percent: names and sums."""
	frappe.has_permission("Cash Match", "read", throw=True)
	wanted = queue.Wanted("To Review", company, bank_account, older_than, amount_from, amount_to, text)
	return queue.surer_than(wanted, confidence)


@frappe.whitelist(methods=["POST"])
def accept_proposal(match: str, rank: int) -> dict:
	"""Posts the proposal as a Payment Entry and reconciles the bank line."""
	_check(match)
	return {"payment_entry": decide.accept_proposal(match, rank)}


@frappe.whitelist(methods=["POST"])
def accept_many(names: list | str) -> dict:
	"""Posts the first proposal of each of up to 20 payments: accepted, and refused with the reasons."""
	names = frappe.parse_json(names)
	if len(names) > bulk.MOST_AT_ONCE:
		frappe.throw(_("At most {0} payments at once").format(bulk.MOST_AT_ONCE))
	for name in names:
		_check(name)
	return bulk.accept_firsts(names)


@frappe.whitelist(methods=["POST"])
def allocate(match: str, customer: str, parts: list | str) -> dict:
	"""Posts an own allocation: see `decide.allocate`. Without parts all goes on the customer's account."""
	_check(match)
	frappe.has_permission("Customer", "read", customer, throw=True)
	return {
		"payment_entry": decide.allocate(
			match, customer, [frappe._dict(one) for one in frappe.parse_json(parts)]
		)
	}


@frappe.whitelist(methods=["POST"])
def ignore(match: str, reason: str | None = None) -> dict:
	"""Takes the payment out of the queue without booking it."""
	_check(match)
	decide.ignore(match, reason)
	return {"ignored": 1}


@frappe.whitelist(methods=["POST"])
def not_a_customer(match: str, reason: str | None = None) -> dict:
	"""Takes a payment out of the queue that is no customer's money."""
	_check(match)
	decide.not_a_customer(match, reason)
	return {"ignored": 1}


@frappe.whitelist(methods=["POST"])
def undo(match: str) -> dict:
	"""Cancels the Payment Entry of an applied payment; one that was set aside waits again."""
	_check(match, "cancel")
	undoing.undo(match)
	return {"undone": 1}


def _check(match: str, payment_right: str = "submit") -> None:
	"""Money needs both: the queue, and the right to post (or cancel) payments in ERPNext."""
	frappe.has_permission("Cash Match", "write", match, throw=True)
	frappe.has_permission("Payment Entry", payment_right, throw=True)
