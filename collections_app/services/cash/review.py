"""The review queue: one Cash Match per incoming payment, with ranked proposals."""

import frappe

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
			"is_return": int(payment["amount"] < 0),
			"return_reason": payment.get("return_reason"),
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
		shared = {
			"rank": rank,
			"customer": proposal["customer"],
			"currency": currency,
			"confidence": round(100 * proposal["confidence"], 1),
			"reason": "; ".join(sentences(proposal["reasons"])),
		}
		rows += [{**shared, **_invoice_row(one, proposal)} for one in proposal.get("allocations", ())]
		rows += [{**shared, **_voucher_row(one)} for one in proposal.get("vouchers", ())]
	return rows


def _invoice_row(allocation: dict, proposal: dict) -> dict:
	return {
		"sales_invoice": allocation["invoice"],
		"item_key": allocation["item"],
		"amount": allocation["amount"],
		"short": allocation["short"],
		"short_kind": proposal["short_kind"] if allocation["short"] else "",
	}


def _voucher_row(voucher: dict) -> dict:
	"""A voucher that the line is booked as, or (of a return) the payment it takes back; `short` is the bank's charge."""
	return {
		"voucher_type": voucher["voucher_type"],
		"voucher": voucher["voucher_no"],
		"item_key": f"{voucher['voucher_type']}|{voucher['voucher_no']}|",
		"amount": voucher["amount"],
		"short": voucher.get("short", 0),
		"short_kind": "fee" if voucher.get("short") else "",
	}
