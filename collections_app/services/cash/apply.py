"""Cash application: sure payments become Payment Entries, the rest waits in the review queue."""

from dataclasses import replace
from typing import Any

import pandas as pd

import frappe
from frappe import _
from frappe.utils import flt

from collections_app.engine.matching import MatchSettings, match_payments
from collections_app.services import settings
from collections_app.services.cash import aliases, booked
from collections_app.services.cash.deductions import settings_row, with_accounts
from collections_app.services.cash.load import matchable_items, open_payments, with_discount_terms
from collections_app.services.cash.posting import Allocation, post_payment
from collections_app.services.cash.returned import queue_returns
from collections_app.services.cash.review import claim_match, record_review
from collections_app.services.run.context import ERROR, RunContext
from collections_app.services.run.errors import error_text

TEACHING_RULES = ("reference", "reference_sum")


def apply_cash(context: RunContext) -> dict[str, Any]:
	"""Matches every bank credit not yet applied, and shows what the bank took back. Returns counts; the amount as it
	stands on the bank lines."""
	payers, limits = aliases.known_payers(), policy(context.company)
	returned = queue_returns(context, payers, limits)
	payments = open_payments(context.company)
	counts = {
		"payments": len(payments),
		"applied": 0,
		"applied_amount": 0.0,
		"to_review": 0,
		"failed": 0,
		"returned": returned,
	}
	if payments.empty:
		return counts
	known = booked.find_booked(context.company, payments, payers, limits)
	items = with_discount_terms(matchable_items(context.items, context.customers), context.company)
	fresh = payments[~payments["payment_id"].isin(known.sure)]
	matches, decisions = match_payments(fresh, items, payers, limits)
	allocations = _allocations(matches)
	decisions = _decisions(decisions, known)
	for position, payment in enumerate(payments.to_dict("records")):
		context.progress(position, len(payments))
		decision = decisions[payment["payment_id"]]
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


def _decisions(decisions: pd.DataFrame, known: booked.Booked) -> dict[str, dict]:
	"""Payment -> decision, with the vouchers it may be booked as already."""
	found = {row["payment_id"]: row for row in decisions.to_dict("records")}
	for name, proposals in known.proposals.items():
		sure = name in known.sure
		found[name] = booked.decision_of(proposals) if sure else booked.beside(found[name], proposals)
	return found


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
	sure = settings.get().auto_apply and decision["status"] == "apply"
	frappe.db.savepoint("cash_payment")
	try:
		if not sure:
			record_review(context, payment, decision)
			return "to_review"
		match = claim_match(context, payment, decision)
		if not match:
			return "to_review"
		match.update({"status": "Applied", "error": None})
		if decision["rule"] in booked.RULES:
			match.update(booked.settle(payment["payment_id"], decision["proposals"][0]["vouchers"]))
		else:
			allocations, notes = with_accounts(context.company, payment["currency"], allocations)
			match.payment_entry = post_payment(payment["payment_id"], decision["customer"], allocations)
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
	if decision["rule"] not in TEACHING_RULES:
		return False
	return "payer_by_name" in {reason.code for reason in decision["reasons"]}


def _queue_failed(context: RunContext, payment: dict, decision, message: str) -> None:
	"""The error stands on the payment in the queue; where even that fails it is logged, and the next one is tried."""
	frappe.db.savepoint("cash_failed")
	try:
		record_review(context, payment, decision, error=message)
	except Exception:
		context.savepoint_failed("cash_failed")
		frappe.log_error(title=f"Cash Match: {payment['payment_id']}")
