"""Cash application: sure payments become Payment Entries, the rest waits in the review queue."""

from dataclasses import replace
from typing import Any

import pandas as pd

import frappe
from frappe import _
from frappe.utils import flt

from collections_app.engine.matching import MatchSettings, match_payments
from collections_app.services import settings
from collections_app.services.cash import aliases
from collections_app.services.cash.deductions import settings_row, with_accounts
from collections_app.services.cash.load import matchable_items, open_payments
from collections_app.services.cash.posting import Allocation, post_payment
from collections_app.services.cash.review import claim_match, record_review
from collections_app.services.run.context import ERROR, RunContext
from collections_app.services.run.errors import error_text

TEACHING_RULES = ("reference", "reference_sum")


def apply_cash(context: RunContext) -> dict[str, Any]:
	"""Matches every bank credit not yet applied. Returns counts; the amount as it stands on the bank lines."""
	payments = open_payments(context.company)
	counts = {"payments": len(payments), "applied": 0, "applied_amount": 0.0, "to_review": 0, "failed": 0}
	if payments.empty:
		return counts
	items = matchable_items(context.items, context.customers)
	matches, decisions = match_payments(payments, items, aliases.known_payers(), policy(context.company))
	allocations = _allocations(matches)
	decisions = decisions.set_index("payment_id")
	for position, payment in enumerate(payments.to_dict("records")):
		context.progress(position, len(payments))
		decision = decisions.loc[payment["payment_id"]]
		outcome = _settle_one(context, payment, decision, allocations.get(payment["payment_id"], []))
		counts[outcome] += 1
		if outcome == "applied":
			counts["applied_amount"] += payment["amount"]
		context.checkpoint()
	counts["applied_amount"] = round(counts["applied_amount"], 2)
	return counts


def policy(company: str) -> MatchSettings:
	"""The engine's limits as the settings have them, those of differences by company."""
	confidence = (settings.get().minimum_confidence or 98) / 100
	row = settings_row(company)
	limits = MatchSettings(apply_confidence=min(max(confidence, 0.5), 1.0))
	if not row:
		return limits
	return replace(
		limits,
		largest_discount=flt(row.largest_discount) / 100,
		largest_fee=flt(row.largest_bank_charge),
		largest_rounding=flt(row.largest_rounding),
	)


def _allocations(matches: pd.DataFrame) -> dict[str, list[Allocation]]:
	found: dict[str, list[Allocation]] = {}
	for row in matches.to_dict("records"):
		found.setdefault(row["payment_id"], []).append(
			Allocation(
				row["invoice"], row["item"], float(row["amount"]), float(row["short"]), row["short_kind"]
			)
		)
	return found


def _settle_one(context: RunContext, payment: dict, decision, allocations: list[Allocation]) -> str:
	"""Applies or queues one payment in a savepoint: a failure costs only itself."""
	sure = settings.get().auto_apply and decision["status"] == "apply" and allocations
	frappe.db.savepoint("cash_payment")
	try:
		if not sure:
			record_review(context, payment, decision)
			return "to_review"
		match = claim_match(context, payment, decision)
		if not match:
			return "to_review"
		allocations, notes = with_accounts(context.company, payment["currency"], allocations)
		entry = post_payment(payment["payment_id"], decision["customer"], allocations)
		match.update({"payment_entry": entry, "status": "Applied", "error": None})
		match.reasons = "\n".join([match.reasons, *notes])
		if _teaches(decision):
			aliases.learn(match, aliases.SURE)
		match.save(ignore_permissions=True)
		return "applied"
	except Exception as error:
		context.savepoint_failed("cash_payment")
		message = error_text(error)
		context.tell(
			ERROR,
			_("Payment {0} of {1} could not be applied: {2}").format(
				payment["payment_id"], payment["counterparty_name"] or _("unknown payer"), message
			),
			"Bank Transaction",
			payment["payment_id"],
		)
		_queue_failed(context, payment, decision, message)
		return "failed"


def _teaches(decision) -> bool:
	"""A payment that names its invoices and comes under the customer's own name shows whose the account number is."""
	codes = {reason.code for reason in decision["reasons"]}
	return decision["rule"] in TEACHING_RULES and "payer_by_name" in codes


def _queue_failed(context: RunContext, payment: dict, decision, message: str) -> None:
	"""The error stands on the payment in the queue; where even that fails it is logged, and the next one is tried."""
	frappe.db.savepoint("cash_failed")
	try:
		record_review(context, payment, decision, error=message)
	except Exception:
		context.savepoint_failed("cash_failed")
		frappe.log_error(title=f"Cash Match: {payment['payment_id']}")
