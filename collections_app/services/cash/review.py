"""The review queue: one Cash Match per incoming payment, with ranked proposals."""

import frappe
from frappe import _

from collections_app.exceptions import ActionStateError
from collections_app.services.cash.posting import Allocation, post_payment
from collections_app.services.reasons import sentences


def claim_match(context, payment: dict, decision):
	"""The payment's Cash Match, locked for applying; None when another worker or a person has settled it.

	The unique Bank Transaction makes sure that two workers never apply the same payment.
	"""
	return _save_match(context, payment, decision)


def record_review(context, payment: dict, decision, error: str | None = None) -> None:
	"""Puts the payment into the queue, or brings its proposals up to date."""
	_save_match(context, payment, decision, error)


def _save_match(context, payment: dict, decision, error: str | None = None):
	if payment["cash_match"]:
		match = frappe.get_doc("Cash Match", payment["cash_match"], for_update=True)
		if match.status != "To Review":
			return None
	else:
		match = frappe.new_doc("Cash Match")
	match.update(
		{
			"company": context.company,
			"bank_transaction": payment["payment_id"],
			"bank_account": payment["bank_account"],
			"date": payment["date"].date(),
			"amount": payment["amount"],
			"currency": payment["currency"],
			"counterparty_name": payment["counterparty_name"],
			"counterparty_iban": payment["counterparty_iban"],
			"remittance": payment["remittance"],
			"customer": decision["customer"] or None,
			"confidence": round(100 * float(decision["confidence"] or 0), 1),
			"rule": decision["rule"],
			"reasons": "\n".join(sentences(decision["reasons"])),
			"error": error,
			"run": context.run,
		}
	)
	match.set("proposals", _proposal_rows(decision, payment["currency"]))
	frappe.db.savepoint("cash_match")
	try:
		return match.save(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="cash_match")
		return None


def _proposal_rows(decision, currency: str) -> list[dict]:
	rows = []
	for rank, proposal in enumerate(decision["proposals"], 1):
		for allocation in proposal["allocations"]:
			rows.append(
				{
					"rank": rank,
					"sales_invoice": allocation["invoice"],
					"item_key": allocation["item"],
					"customer": proposal["customer"],
					"currency": currency,
					"amount": allocation["amount"],
					"confidence": round(100 * proposal["confidence"], 1),
					"reason": "; ".join(sentences(proposal["reasons"])),
				}
			)
	return rows


def accept_proposal(name: str, rank: int) -> str:
	"""Posts the proposal of that rank. Returns the Payment Entry."""
	match = _locked(name, ("To Review", "Undone"))
	rows = [row for row in match.proposals if row.rank == rank]
	if not rows:
		frappe.throw(_("There is no proposal number {0}.").format(rank), ActionStateError)
	allocations = [Allocation(row.sales_invoice, row.item_key or "", row.amount) for row in rows]
	match.payment_entry = post_payment(match.bank_transaction, rows[0].customer, allocations)
	match.update({"status": "Applied", "customer": rows[0].customer, "error": None, "rule": "person"})
	match.save(ignore_permissions=True)
	return match.payment_entry


def ignore(name: str, reason: str | None = None) -> None:
	"""Sets the payment aside: it is no customer's, or someone books it elsewhere."""
	match = _locked(name, ("To Review", "Undone"))
	match.status = "Ignored"
	match.save(ignore_permissions=True)
	if reason:
		match.add_comment("Comment", reason)


def _locked(name: str, statuses: tuple[str, ...]):
	match = frappe.get_doc("Cash Match", name, for_update=True)
	if match.status not in statuses:
		frappe.throw(_("This payment is {0}; nothing was changed.").format(_(match.status)), ActionStateError)
	return match
