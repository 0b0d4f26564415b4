"""Payouts of payment providers on the bank statement: one Payment Entry for each online payment, less the provider's fee."""

import pandas as pd

import frappe
from frappe import _
from frappe.utils import add_days, flt, fmt_money

from collections_app.engine.matching import MatchSettings, match_payouts
from collections_app.engine.matching.payouts import MOST_DAYS
from collections_app.exceptions import CashPostingError
from collections_app.services.cash.posting import Allocation, new_payment_entry, reconcile_with
from collections_app.services.online_payments import payouts
from collections_app.services.receivables import open_items

RULE = "payout"
DOCTYPE = "Online Payout"
CENT = 0.005


def find_payouts(company: str, payments: pd.DataFrame, limits: MatchSettings) -> dict[str, list[dict]]:
	"""Payment -> proposals, surest first, of the payouts that no bank line brought yet."""
	if payments.empty:
		return {}
	waiting = payouts.open_payouts(company, add_days(payments["date"].min().date(), -MOST_DAYS))
	if waiting.empty:
		return {}
	found = match_payouts(payments, waiting, limits)
	return {name: [_proposal(one) for one in rated] for name, rated in found.items()}


def _proposal(one: dict) -> dict:
	voucher = {"voucher_type": DOCTYPE, "voucher_no": one["payout"], "amount": one["amount"]}
	return {"customer": "", "confidence": one["confidence"], "vouchers": [voucher], "reasons": one["reasons"]}


def settle_payout(bank_transaction: str, payout: str) -> None:
	"""Books the payments of a payout, each with the provider's fee as a deduction, and reconciles the line with them.

	CashPostingError when the payout is booked, has parts that are no payments of ours (refunds, chargebacks), is not what
	the line brings, or the account for the fees is missing.
	"""
	transaction = frappe.get_doc("Bank Transaction", bank_transaction, for_update=True)
	known = frappe.db.get_value(
		DOCTYPE, payout, ("bank_transaction", "reference"), as_dict=True, for_update=True
	)
	if not known or known.bank_transaction:
		frappe.throw(_("Payout {0} is booked already.").format(payout), CashPostingError)
	lines = payouts.payout_lines([payout])
	paid = [row for row in lines.to_dict("records") if row["kind"] == "Payment"]
	fees = flt(-sum(row["net"] for row in lines.to_dict("records") if row["kind"] == "Fee"), 4)
	_check(transaction, payout, lines, paid, fees)
	# what the provider charges beside its fees is taken off the largest payment
	largest = max(range(len(paid)), key=lambda number: paid[number]["net"])
	entries = []
	for number, row in enumerate(paid):
		extra = fees if number == largest else 0
		entries.append(_book(transaction, row, flt(row["net"] - extra, 4), flt(row["fee"] + extra, 4)))
	reconcile_with(transaction, [("Payment Entry", name) for name in entries])
	if flt(transaction.unallocated_amount):
		frappe.throw(_("The payments do not make up the bank line."), CashPostingError)
	payouts.mark_booked(payout, transaction.name)


def _check(transaction, payout: str, lines: pd.DataFrame, paid: list[dict], fees: float) -> None:
	if transaction.docstatus != 1 or flt(transaction.unallocated_amount) <= 0:
		frappe.throw(
			_("Bank Transaction {0} has nothing left to apply.").format(transaction.name), CashPostingError
		)
	others = set(lines["kind"]) - {"Payment", "Fee"}
	strangers = [row["reference"] for row in paid if not row["customer"]]
	booked = [row["reference"] for row in paid if row["payment_entry"]]
	foreign = [
		row["reference"] for row in paid if row["payment_currency"] not in (None, transaction.currency)
	]
	total = flt(sum(row["net"] for row in paid) - fees, 4)
	if others or strangers or not paid:
		frappe.throw(
			_("Payout {0} has parts that are no payments of invoices ({1}): book it by hand.").format(
				payout, ", ".join([*sorted(_(one) for one in others), *strangers]) or _("none known")
			),
			CashPostingError,
		)
	if booked or foreign:
		frappe.throw(
			_(
				"Payments of payout {0} are booked already, or in another currency ({1}): book it by hand."
			).format(payout, ", ".join([*booked, *foreign])),
			CashPostingError,
		)
	if abs(total - flt(transaction.unallocated_amount)) > CENT:
		frappe.throw(
			_("The payments of payout {0} make {1}, the bank line brings {2}.").format(
				payout,
				fmt_money(total, currency=transaction.currency),
				fmt_money(transaction.unallocated_amount, currency=transaction.currency),
			),
			CashPostingError,
		)


def _book(transaction, row: dict, net: float, charge: float) -> str:
	"""One online payment: `net` came to the bank, `charge` was kept by the provider."""
	entry = new_payment_entry(
		transaction,
		row["customer"],
		net,
		_allocations(transaction.company, row),
		charge=charge,
		reference_no=row["reference"],
	)
	entry.flags.ignore_permissions = True
	entry.insert()
	entry.submit()
	return entry.name


def _allocations(company: str, row: dict) -> list[Allocation]:
	"""The payment on what is still open of its invoices; the rest goes on account."""
	items = open_items(company, customers=[row["customer"]])
	allocations, left = [], flt(row["payment_amount"], 4)
	for invoice, amount in row["invoices"]:
		part = min(flt(amount), left)
		own = items[(items["voucher_no"] == invoice) & (items["outstanding"] > 0)]
		for item in own.to_dict("records"):
			share = flt(min(part, item["outstanding"]), 4)
			if share > 0:
				allocations.append(Allocation(invoice, item["item"], share))
				part, left = flt(part - share, 4), flt(left - share, 4)
	return allocations


def take_back(bank_transaction: str, payout: str) -> None:
	"""Cancels the Payment Entries of a payout; the bank line and the payout wait again."""
	entries = frappe.get_all(
		"Bank Transaction Payments",
		filters={"parent": bank_transaction, "payment_document": "Payment Entry"},
		pluck="payment_entry",
	)
	for name in entries:
		entry = frappe.get_doc("Payment Entry", name)
		entry.flags.ignore_permissions = True
		entry.cancel()
	payouts.mark_booked(payout, None)
