"""The review queue of incoming payments."""

import frappe

from collections_app.services.cash import review
from collections_app.services.cash import undo as undoing


@frappe.whitelist(methods=["POST"])
def accept_proposal(match: str, rank: int) -> dict:
	"""Posts the proposal as a Payment Entry and reconciles the bank line."""
	_check(match)
	return {"payment_entry": review.accept_proposal(match, rank)}


@frappe.whitelist(methods=["POST"])
def ignore(match: str, reason: str | None = None) -> dict:
	"""Takes the payment out of the queue without booking it."""
	_check(match)
	review.ignore(match, reason)
	return {"ignored": 1}


@frappe.whitelist(methods=["POST"])
def undo(match: str) -> dict:
	"""Cancels the Payment Entry of an applied payment."""
	_check(match, "cancel")
	undoing.undo(match)
	return {"undone": 1}


def _check(match: str, payment_right: str = "submit") -> None:
	"""Money needs both: the queue, and the right to post (or cancel) payments in ERPNext."""
	frappe.has_permission("Cash Match", "write", match, throw=True)
	frappe.has_permission("Payment Entry", payment_right, throw=True)
