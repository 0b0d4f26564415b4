"""Open items of a company, from the Payment Ledger, in a few set-based queries.

Outstanding is the sum of the Payment Ledger Entries (`delinked = 0`) that point at a voucher: what ERPNext's Accounts
Receivable report shows, to the cent. An invoice with a payment schedule gives one item per term still open
(`payment_terms`).
"""

from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Abs, Max, Min, Sum

from collections_app.engine.money import round_series
from collections_app.services import payment_terms
from collections_app.services.frames import chunks, empty, query_frame, typed
from collections_app.services.names import Names
from collections_app.services.settings import company_currency

# half a minor unit of the finest currency in use
EPSILON = 0.0005
# what only these leave in company currency, with nothing in the customer's, is still part of the receivables
REVALUATIONS = ("Exchange Rate Revaluation", "Exchange Gain Or Loss")
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
	credit notes and payments on account, and 0 with something in company currency for an exchange revaluation.
	`is_credit`: nothing is owed. `item`: voucher type, number and schedule row, joined by "|".
	"""
	balances = pd.concat(
		[
			query_frame(_balances(company, as_of, customers, journals), DATES, (*AMOUNTS, "has_own"))
			for journals in (False, True)
		],
		ignore_index=True,
	)
	balances = _with_own_voucher(balances, company, as_of)
	base_currency = company_currency(company)
	for column in ("invoiced", "outstanding"):
		balances[column] = round_series(balances[column], balances["currency"])
	balances["outstanding_base"] = round_series(balances["outstanding_base"], base_currency)
	balances = balances[_is_open(balances)].reset_index(drop=True)
	if balances.empty:
		return typed(empty(ITEM_COLUMNS), DATES, AMOUNTS).assign(is_credit=False)
	items = payment_terms.split(_with_invoices(balances), base_currency, now=as_of is None)
	items["is_credit"] = items["outstanding"] <= 0
	# a journal entry can name several customers, so for it the customer is part of the key
	party = items["customer"].where(items["voucher_type"] == "Journal Entry", "")
	items["item"] = items["voucher_type"] + "|" + items["voucher_no"] + "|" + items["payment_term"] + party
	return items[ITEM_COLUMNS].sort_values(["customer", "due_date", "item"], ignore_index=True)


def _balances(company: str, as_of: date | None, customers: list[str] | None, journals: bool):
	"""Sum per voucher. Grouping in index order is six times faster than grouping by party as well, which
	only journal entries need: they alone can hold several parties."""
	ple = DocType("Payment Ledger Entry")
	own = ple.voucher_no == ple.against_voucher_no
	has_own = Max(Case().when(own, 1).else_(0))
	in_base = Abs(Sum(ple.amount)) > EPSILON
	query = _ledger(company, as_of).select(
		ple.against_voucher_type.as_("voucher_type"),
		ple.against_voucher_no.as_("voucher_no"),
		Max(ple.party).as_("customer"),
		Max(ple.account).as_("account"),
		Max(ple.account_currency).as_("currency"),
		Min(Case().when(own, ple.posting_date)).as_("posting_date"),
		Max(Case().when(own, ple.due_date)).as_("due_date"),
		Sum(
			Case().when(own & (ple.amount_in_account_currency > 0), ple.amount_in_account_currency).else_(0)
		).as_("invoiced"),
		Sum(ple.amount_in_account_currency).as_("outstanding"),
		Sum(ple.amount).as_("outstanding_base"),
		has_own.as_("has_own"),
	)
	if journals:
		query = (
			query.where(ple.against_voucher_type == "Journal Entry")
			.groupby(ple.against_voucher_no, ple.against_voucher_type, ple.party, ple.account)
			.having(in_base | (has_own == 0))
		)
	else:
		query = (
			query.where(ple.against_voucher_type != "Journal Entry")
			.groupby(ple.against_voucher_no, ple.against_voucher_type)
			.having((in_base & (Abs(Sum(ple.amount_in_account_currency)) > EPSILON)) | (has_own == 0))
		)
	if customers is not None:
		query = query.where(ple.party.isin(Names(customers)))
	return query


def _ledger(company: str, as_of: date | None):
	"""The company's receivable entries, up to that day."""
	ple = DocType("Payment Ledger Entry")
	query = frappe.qb.from_(ple).where(
		(ple.company == company)
		& (ple.delinked == 0)
		& (ple.account_type == "Receivable")
		& (ple.party_type == "Customer")
	)
	return query.where(ple.posting_date <= as_of) if as_of else query


def _with_own_voucher(balances: pd.DataFrame, company: str, as_of: date | None) -> pd.DataFrame:
	"""Gives what points at a voucher that is not in the ledger (an order, an invoice of a later day) to the voucher
	that brought it, and what points at a credit note booked on its invoice to that invoice."""
	orphans = balances.loc[balances["has_own"] == 0, ["voucher_type", "voucher_no", "customer"]]
	balances = balances[balances["has_own"] != 0].drop(columns="has_own")
	if orphans.empty:
		return balances
	moved = pd.concat(
		[
			query_frame(_pointing_at(names, company, as_of), DATES, ("outstanding", "outstanding_base"))
			for names in chunks(orphans["voucher_no"].unique())
		],
		ignore_index=True,
	)
	orphans.columns = ["against_voucher_type", "against_voucher_no", "customer"]
	moved = moved.merge(orphans.drop_duplicates()).assign(invoiced=0.0)
	on_invoice = moved["return_against"].fillna("") != ""
	moved["voucher_no"] = moved["return_against"].where(on_invoice, moved["voucher_no"])
	moved["voucher_type"] = moved["voucher_type"].where(~on_invoice, "Sales Invoice")
	both = pd.concat([balances, moved[balances.columns]], ignore_index=True)
	how = dict.fromkeys(("currency", *DATES), "first") | dict.fromkeys(AMOUNTS, "sum")
	return both.groupby(["voucher_type", "voucher_no", "customer", "account"], as_index=False).agg(how)


def _pointing_at(names: list[str], company: str, as_of: date | None):
	"""The single entries that point at these vouchers."""
	ple, si = DocType("Payment Ledger Entry"), DocType("Sales Invoice")
	return (
		_ledger(company, as_of)
		.left_join(si)
		.on((si.name == ple.against_voucher_no) & (ple.against_voucher_type == "Sales Invoice"))
		.select(
			ple.against_voucher_type,
			ple.against_voucher_no,
			ple.voucher_type,
			ple.voucher_no,
			ple.party.as_("customer"),
			ple.account,
			ple.account_currency.as_("currency"),
			ple.posting_date,
			ple.due_date,
			ple.amount_in_account_currency.as_("outstanding"),
			ple.amount.as_("outstanding_base"),
			si.return_against,
		)
		.where(ple.against_voucher_no.isin(names))
	)


def _is_open(balances: pd.DataFrame) -> pd.Series:
	"""Something is left in both currencies; of an exchange revaluation, in company currency."""
	in_base = balances["outstanding_base"] != 0
	only_base = in_base & (balances["outstanding"] == 0) & (balances["voucher_type"] == "Journal Entry")
	revaluations = {
		name
		for names in chunks(balances.loc[only_base, "voucher_no"].unique())
		for name in frappe.get_all(
			"Journal Entry",
			filters={"name": ["in", names], "voucher_type": ["in", REVALUATIONS]},
			pluck="name",
			order_by=None,
		)
	}
	return in_base & ((balances["outstanding"] != 0) | balances["voucher_no"].isin(revaluations))


def _with_invoices(balances: pd.DataFrame) -> pd.DataFrame:
	"""Adds the customer's order number, the invoice's own due date and its currency."""
	invoices = balances.loc[balances["voucher_type"] == "Sales Invoice", "voucher_no"]
	si = DocType("Sales Invoice")
	found = [
		query_frame(
			frappe.qb.from_(si)
			.select(
				si.name.as_("voucher_no"),
				si.po_no,
				si.due_date.as_("invoice_due_date"),
				si.currency.as_("invoice_currency"),
			)
			.where(si.name.isin(names)),
			["invoice_due_date"],
		)
		for names in chunks(invoices)
	]
	if not found:
		return balances.assign(po_no="", invoice_currency="")
	merged = balances.merge(pd.concat(found, ignore_index=True), on="voucher_no", how="left")
	merged["po_no"] = merged["po_no"].fillna("")
	merged["due_date"] = merged.pop("invoice_due_date").fillna(merged["due_date"])
	return merged
