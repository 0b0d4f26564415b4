"""Open items of a company, from the Payment Ledger, in a few set-based queries.

Outstanding is the sum of the Payment Ledger Entries (`delinked = 0`) that point at a voucher: what ERPNext's Accounts
Receivable report shows, to the cent. An invoice with a payment schedule gives one item per term still open.
"""

from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Abs, Max, Min, Sum

from collections_app.engine.money import minor_series, round_series
from collections_app.services.frames import chunks, empty, query_frame, typed

# half a minor unit of the finest currency in use
EPSILON = 0.0005
ITEM_COLUMNS = [
	"item",
	"voucher_type",
	"voucher_no",
	"payment_term",
	"customer",
	"account",
	"posting_date",
	"due_date",
	"currency",
	"invoiced",
	"outstanding",
	"outstanding_base",
	"po_no",
	"is_credit",
]
DATES = ("posting_date", "due_date")
AMOUNTS = ("invoiced", "outstanding", "outstanding_base")


def open_items(company: str, as_of: date | None = None, customers: list[str] | None = None) -> pd.DataFrame:
	"""What customers owe, one row per open item (ITEM_COLUMNS).

	`as_of`: as the ledger stood at the end of that day; None: now. `customers`: only these.
	`currency`: of the receivable account; `outstanding` in it, `outstanding_base` in company currency; negative for
	credit notes and payments on account. `item`: voucher type, number and schedule row, joined by "|".
	"""
	balances = pd.concat(
		[
			query_frame(_balances(company, as_of, customers, journals), DATES, AMOUNTS)
			for journals in (False, True)
		],
		ignore_index=True,
	)
	if balances.empty:
		return typed(empty(ITEM_COLUMNS), DATES, AMOUNTS).assign(is_credit=False)
	items = _split_by_term(_with_invoices(balances, company), company, as_of)
	for column in ("outstanding", "invoiced"):
		items[column] = round_series(items[column], items["currency"])
	items["outstanding_base"] = items["outstanding_base"].round(2)
	items["is_credit"] = items["outstanding"] < 0
	# a journal entry can name several customers, so for it the customer is part of the key
	party = items["customer"].where(items["voucher_type"] == "Journal Entry", "")
	items["item"] = items["voucher_type"] + "|" + items["voucher_no"] + "|" + items["payment_term"] + party
	return items[ITEM_COLUMNS].sort_values(["customer", "due_date", "item"], ignore_index=True)


def _balances(company: str, as_of: date | None, customers: list[str] | None, journals: bool):
	"""Sum per voucher. Grouping in index order is six times faster than grouping by party as well, which
	only journal entries need: they alone can hold several parties."""
	ple = DocType("Payment Ledger Entry")
	own = ple.voucher_no == ple.against_voucher_no
	query = (
		frappe.qb.from_(ple)
		.select(
			ple.against_voucher_type.as_("voucher_type"),
			ple.against_voucher_no.as_("voucher_no"),
			Max(ple.party).as_("customer"),
			Max(ple.account).as_("account"),
			Max(ple.account_currency).as_("currency"),
			Min(Case().when(own, ple.posting_date)).as_("posting_date"),
			Max(Case().when(own, ple.due_date)).as_("due_date"),
			Sum(
				Case()
				.when(own & (ple.amount_in_account_currency > 0), ple.amount_in_account_currency)
				.else_(0)
			).as_("invoiced"),
			Sum(ple.amount_in_account_currency).as_("outstanding"),
			Sum(ple.amount).as_("outstanding_base"),
		)
		.where(
			(ple.company == company)
			& (ple.delinked == 0)
			& (ple.account_type == "Receivable")
			& (ple.party_type == "Customer")
		)
		.having((Abs(Sum(ple.amount_in_account_currency)) > EPSILON) & (Abs(Sum(ple.amount)) > EPSILON))
	)
	if journals:
		query = query.where(ple.against_voucher_type == "Journal Entry").groupby(
			ple.against_voucher_no, ple.against_voucher_type, ple.party, ple.account
		)
	else:
		query = query.where(ple.against_voucher_type != "Journal Entry").groupby(
			ple.against_voucher_no, ple.against_voucher_type
		)
	if as_of:
		query = query.where(ple.posting_date <= as_of)
	if customers is not None:
		query = query.where(ple.party.isin(customers or [""]))
	return query


def _with_invoices(balances: pd.DataFrame, company: str) -> pd.DataFrame:
	"""Adds the customer's order number and the invoice's own dates."""
	invoices = balances.loc[balances["voucher_type"] == "Sales Invoice", "voucher_no"]
	si = DocType("Sales Invoice")
	found = [
		query_frame(
			frappe.qb.from_(si)
			.select(si.name.as_("voucher_no"), si.po_no, si.due_date.as_("invoice_due_date"))
			.where(si.name.isin(names)),
			["invoice_due_date"],
		)
		for names in chunks(invoices)
	]
	if not found:
		balances["po_no"] = ""
		return balances
	merged = balances.merge(pd.concat(found, ignore_index=True), on="voucher_no", how="left")
	merged["po_no"] = merged["po_no"].fillna("")
	merged["due_date"] = merged.pop("invoice_due_date").fillna(merged["due_date"])
	return merged


def _split_by_term(items: pd.DataFrame, company: str, as_of: date | None) -> pd.DataFrame:
	"""Invoices with several payment terms become one row per term that is still open."""
	items["payment_term"] = ""
	is_invoice = (items["voucher_type"] == "Sales Invoice") & (items["outstanding"] > 0)
	terms = _terms(items.loc[is_invoice, "voucher_no"])
	if terms.empty:
		return items
	split = items[is_invoice].drop(columns=["payment_term", "due_date"]).merge(terms, on="voucher_no")
	split = _spread(split, now=as_of is None)
	whole = items[~items["voucher_no"].isin(split["voucher_no"].unique()) | ~is_invoice]
	return pd.concat([whole, split[whole.columns]], ignore_index=True)


def _terms(invoices: pd.Series) -> pd.DataFrame:
	schedule = DocType("Payment Schedule")
	numbers = ("term_amount", "term_outstanding", "idx")
	found = [
		query_frame(
			frappe.qb.from_(schedule)
			.select(
				schedule.parent.as_("voucher_no"),
				schedule.name.as_("payment_term"),
				schedule.due_date,
				schedule.idx,
				schedule.payment_amount.as_("term_amount"),
				schedule.outstanding.as_("term_outstanding"),
			)
			.where((schedule.parenttype == "Sales Invoice") & schedule.parent.isin(names)),
			["due_date"],
			numbers,
		)
		for names in chunks(invoices)
	]
	if not found:
		return empty(["voucher_no", "payment_term"])
	terms = pd.concat(found, ignore_index=True)
	several = terms.groupby("voucher_no")["payment_term"].transform("size") > 1
	return terms[several]


def _spread(split: pd.DataFrame, now: bool) -> pd.DataFrame:
	"""Spreads each invoice's outstanding over its terms.

	The terms' own outstanding is taken where it adds up to the ledger's (a payment may have named its term);
	otherwise, and for a past day, payments fill the oldest term first.
	"""
	split = split.sort_values(["voucher_no", "due_date", "idx"], ignore_index=True)
	by_invoice = split.groupby("voucher_no", sort=False)
	share = split["term_amount"] / by_invoice["term_amount"].transform("sum").where(lambda total: total != 0)
	# the schedule is in the invoice's currency, the ledger in the receivable account's
	amount = round_series(share.fillna(0) * split["invoiced"], split["currency"])
	later = amount[::-1].groupby(split["voucher_no"][::-1], sort=False).cumsum()[::-1] - amount
	left = (split["outstanding"] - later).clip(lower=0)
	first = ~split["voucher_no"].duplicated()
	oldest_first = left.where(first, left.clip(upper=amount))
	term_sum = by_invoice["term_outstanding"].transform("sum")
	exact = minor_series(term_sum.round(4), split["currency"]) == minor_series(
		split["outstanding"].round(4), split["currency"]
	)
	by_term = oldest_first.where(~(exact & now), split["term_outstanding"])
	ratio = (by_term / split["outstanding"]).fillna(0)
	base = (split["outstanding_base"] * ratio).round(2)
	rest = split["outstanding_base"].round(2) - base.groupby(split["voucher_no"]).transform("sum")
	split = split.assign(invoiced=amount, outstanding=by_term, outstanding_base=base)
	split = split[split["outstanding"] > EPSILON]
	# what rounding left over goes to the oldest open term, so that the terms add up to the invoice
	oldest = ~split["voucher_no"].duplicated()
	split["outstanding_base"] += rest.loc[split.index].where(oldest, 0.0)
	return split
