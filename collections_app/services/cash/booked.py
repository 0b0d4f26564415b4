"""Payments that people booked before the bank showed them: found, and reconciled with the bank line."""

from dataclasses import dataclass

import pandas as pd

import frappe
from frappe import _
from frappe.utils import flt

from collections_app.engine.matching import MatchSettings, match_booked
from collections_app.engine.reasons import Reason
from collections_app.exceptions import CashPostingError
from collections_app.services.cash import payouts
from collections_app.services.cash.posting import reconcile_with
from collections_app.services.cash.vouchers import unreconciled

RULE = "booked"
RULES = (RULE, payouts.RULE)
# where a voucher of the same customer and amount waits, no other proposal is surer than this
MAYBE_BOOKED = 0.9


@dataclass
class Booked:
	"""What was found for the bank lines: payment -> proposals. `sure`: those that are reconciled without a person."""

	proposals: dict[str, list[dict]]
	sure: set[str]


def find_booked(company: str, payments: pd.DataFrame, aliases: pd.DataFrame, limits: MatchSettings) -> Booked:
	"""Vouchers not yet reconciled that the bank lines (of one sign) may be, and payouts of payment providers."""
	if payments.empty:
		return Booked({}, set())
	vouchers = unreconciled(payments)
	found = {} if vouchers.empty else match_booked(payments, vouchers, aliases, limits)
	for name, proposals in payouts.find_payouts(company, payments, limits).items():
		found[name] = sorted([*found.get(name, []), *proposals], key=lambda one: -one["confidence"])
	sure = {
		name for name, proposals in found.items() if proposals[0]["confidence"] >= limits.apply_confidence
	}
	return Booked(found, sure)


def decision_of(proposals: list[dict]) -> dict:
	"""A decision as `match_payments` gives it, of a payment that is surely booked."""
	best = proposals[0]
	return {
		"status": "apply",
		"customer": best["customer"],
		"confidence": best["confidence"],
		"rule": rule_of(best),
		"reasons": best["reasons"],
		"proposals": proposals,
	}


def rule_of(proposal: dict) -> str:
	"""The rule of a proposal of vouchers."""
	return payouts.RULE if proposal["vouchers"][0]["voucher_type"] == payouts.DOCTYPE else RULE


def beside(decision: dict, proposals: list[dict]) -> dict:
	"""The decision on a payment that may have been booked before: a voucher of the same customer and amount keeps it from
	being booked again without a person."""
	likely = [
		one
		for one in proposals
		if one["confidence"] >= MAYBE_BOOKED or (one["customer"] and one["customer"] == decision["customer"])
	]
	if not likely and decision["status"] == "apply":
		return decision
	own = decision["proposals"]
	if likely:
		names = [voucher["voucher_no"] for one in likely for voucher in one["vouchers"]]
		reason = Reason("maybe_booked", {"vouchers": names}).to_dict()
		own = [
			{
				**one,
				"confidence": min(one["confidence"], MAYBE_BOOKED),
				"reasons": [*one["reasons"], reason],
			}
			for one in own
		]
	ranked = sorted([*proposals, *own], key=lambda one: -one["confidence"])
	best = ranked[0]
	return {
		**decision,
		"status": "review",
		"customer": best["customer"] or decision["customer"],
		"confidence": best["confidence"],
		"rule": rule_of(best) if best.get("vouchers") else decision["rule"],
		"reasons": best["reasons"],
		"proposals": ranked,
	}


def settle(bank_transaction: str, vouchers: list[dict]) -> dict:
	"""Reconciles the line with the vouchers of a proposal. What the Cash Match then says: the first of them."""
	pairs = [(one["voucher_type"], one["voucher_no"]) for one in vouchers]
	if pairs[0][0] == payouts.DOCTYPE:
		payouts.settle_payout(bank_transaction, pairs[0][1])
	else:
		reconcile_booked(bank_transaction, pairs)
	return {"voucher_type": pairs[0][0], "voucher": pairs[0][1]}


def reconcile_booked(bank_transaction: str, vouchers: list[tuple[str, str]]) -> None:
	"""Reconciles the bank line with vouchers that exist. CashPostingError unless they are submitted, not reconciled yet,
	and make up the line."""
	transaction = frappe.get_doc("Bank Transaction", bank_transaction, for_update=True)
	if transaction.docstatus != 1 or flt(transaction.unallocated_amount) <= 0:
		frappe.throw(
			_("Bank Transaction {0} has nothing left to apply.").format(bank_transaction), CashPostingError
		)
	for doctype, name in vouchers:
		# the lock keeps a second line from taking the same voucher meanwhile
		known = frappe.db.get_value(
			doctype, name, ("docstatus", "clearance_date"), as_dict=True, for_update=True
		)
		if not known or known.docstatus != 1 or known.clearance_date:
			frappe.throw(
				_("{0} {1} is cancelled, or reconciled with another bank line.").format(_(doctype), name),
				CashPostingError,
			)
	reconcile_with(transaction, vouchers)
	if flt(transaction.unallocated_amount):
		frappe.throw(
			_("The vouchers do not make up the bank line: {0} is left.").format(
				transaction.get_formatted("unallocated_amount")
			),
			CashPostingError,
		)
