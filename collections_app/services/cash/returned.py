"""Payments that the bank took back: shown in the queue with the receipt they return."""

import pandas as pd

import frappe
from frappe.query_builder import Criterion, DocType
from frappe.query_builder.functions import Abs
from frappe.utils import add_days, cint, flt

from collections_app.engine.matching import MatchSettings, match_returns, says_returned
from collections_app.engine.matching.booked import SHORTEST_REFERENCE
from collections_app.engine.matching.returns import LONGEST_DAYS
from collections_app.engine.reasons import Reason
from collections_app.services.cash import booked
from collections_app.services.cash.load import open_debits
from collections_app.services.cash.review import record_review
from collections_app.services.frames import chunks, empty, query_frame
from collections_app.services.run.context import ERROR, RunContext
from collections_app.services.run.errors import error_text

RULE = "returned"
# so few returns are looked up at a time: each is a condition of its own
AT_ONCE = 100
RECEIPT_COLUMNS = [
	"voucher_no",
	"account",
	"currency",
	"amount",
	"customer",
	"counterparty_name",
	"counterparty_iban",
	"end_to_end_id",
	"date",
]


def queue_returns(context: RunContext, aliases: pd.DataFrame, limits: MatchSettings) -> int:
	"""Puts the company's returned payments into the queue, or brings them up to date; how many.

	None is booked without a person. A debit counts as a return when the bank marks it so, its words say so, or it bears
	the end-to-end reference of a receipt of that amount; other money going out is not looked at.
	"""
	debits = _candidates(open_debits(context.company))
	if debits.empty:
		return 0
	receipts = _receipts(debits, limits)
	found = match_returns(debits, receipts, limits)
	returns = debits[[_is_return(row, found) for row in debits.to_dict("records")]]
	known = booked.find_booked(context.company, returns, aliases, limits).proposals
	for row in returns.to_dict("records"):
		name = row["payment_id"]
		frappe.db.savepoint("cash_return")
		try:
			record_review(context, row, _decision(known.get(name, []), found.get(name, [])))
		except Exception as error:
			context.savepoint_failed("cash_return")
			context.tell(ERROR, error_text(error), "Bank Transaction", name)
		context.checkpoint()
	return len(returns)


def _candidates(debits: pd.DataFrame) -> pd.DataFrame:
	"""The debits that may be returns: few of all that goes out, so that only these are looked up."""
	marked = (debits["is_return"] > 0) | debits["remittance"].fillna("").map(says_returned).astype(bool)
	references = {
		one for one in debits.loc[~marked, "end_to_end_id"].dropna() if len(one) >= SHORTEST_REFERENCE
	}
	line = DocType("Bank Transaction")
	received: set[str] = set()
	for some in chunks(references):
		query = frappe.qb.from_(line).select(line.reference_number).distinct()
		query = query.where((line.docstatus == 1) & (line.deposit > 0) & line.reference_number.isin(some))
		received |= {row[0] for row in query.run()}
	return debits[marked | debits["end_to_end_id"].isin(received)].reset_index(drop=True)


def _is_return(row: dict, found: dict[str, list[dict]]) -> bool:
	if cint(row["is_return"]) or says_returned(row["remittance"] or ""):
		return True
	best = found.get(row["payment_id"])
	return bool(best) and any(reason["code"] == "same_end_to_end" for reason in best[0]["reasons"])


def _decision(known: list[dict], found: list[dict]) -> dict:
	"""Vouchers that somebody booked for the return, then the receipts that it may take back."""
	proposals = [one for one in known if one["confidence"] >= booked.MAYBE_BOOKED]
	proposals += [
		{
			"customer": one["customer"],
			"confidence": one["confidence"],
			"vouchers": [
				{
					"voucher_type": "Payment Entry",
					"voucher_no": one["voucher_no"],
					"amount": -one["amount"],
					"short": one["charge"],
				}
			],
			"reasons": one["reasons"],
		}
		for one in found
	]
	best = proposals[0] if proposals else {"customer": "", "confidence": 0, "reasons": []}
	return {
		"status": "review",
		"customer": best["customer"],
		"confidence": best["confidence"],
		"rule": RULE,
		"reasons": best["reasons"] or [Reason("no_receipt_found")],
		"proposals": proposals,
	}


def _receipts(debits: pd.DataFrame, limits: MatchSettings) -> pd.DataFrame:
	"""Customers' payments that were reconciled on these accounts and are as large as one of the debits, or less by no
	more than a charge, as `match_returns` takes them; without those taken back already."""
	found = [_receipts_of(debits.loc[names], limits) for names in chunks(debits.index, AT_ONCE)]
	receipts = (
		pd.concat(found, ignore_index=True).drop_duplicates("voucher_no") if found else empty(RECEIPT_COLUMNS)
	)
	row = DocType("Payment Entry Reference")
	invoices: dict[str, list[str]] = {}
	for names in chunks(receipts["voucher_no"]):
		query = (
			frappe.qb.from_(row)
			.select(row.parent, row.reference_name)
			.where((row.reference_doctype == "Sales Invoice") & row.parent.isin(names))
			.distinct()
		)
		for voucher, invoice in query.run():
			invoices.setdefault(voucher, []).append(invoice)
	receipts["invoices"] = [invoices.get(name, []) for name in receipts["voucher_no"]]
	return receipts


def _receipts_of(debits: pd.DataFrame, limits: MatchSettings) -> pd.DataFrame:
	line, row, account = (
		DocType(name) for name in ("Bank Transaction", "Bank Transaction Payments", "Bank Account")
	)
	entry, match = DocType("Payment Entry"), DocType("Cash Match")
	# half a cent more: amounts are binary fractions on some databases
	sizes = [
		Abs(entry.received_amount).between(-flt(amount) - limits.largest_fee - 0.005, -flt(amount) + 0.005)
		for amount in sorted(set(debits["amount"]))
	]
	taken_back = (
		frappe.qb.from_(match)
		.select(match.returned_payment)
		.where((match.status == "Applied") & match.returned_payment.isnotnull())
	)
	query = (
		frappe.qb.from_(line)
		.inner_join(row)
		.on((row.parent == line.name) & (row.payment_document == "Payment Entry"))
		.inner_join(entry)
		.on(entry.name == row.payment_entry)
		.inner_join(account)
		.on(account.name == line.bank_account)
		.select(
			entry.name.as_("voucher_no"),
			account.account,
			line.currency,
			entry.received_amount.as_("amount"),
			entry.party.as_("customer"),
			line.bank_party_name.as_("counterparty_name"),
			line.bank_party_iban.as_("counterparty_iban"),
			line.reference_number.as_("end_to_end_id"),
			line.date,
		)
		.where(
			(line.docstatus == 1)
			& (line.deposit > 0)
			& line.bank_account.isin(sorted(set(debits["bank_account"])))
			& (line.date >= add_days(debits["date"].min().date(), -LONGEST_DAYS))
			& (entry.docstatus == 1)
			& (entry.payment_type == "Receive")
			& (entry.party_type == "Customer")
			& entry.name.notin(taken_back)
			& Criterion.any(sizes)
		)
	)
	return query_frame(query, ["date"], ["amount"])
