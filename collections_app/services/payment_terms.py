"""Splitting an invoice's open amount over the terms of its payment schedule, as the Accounts Receivable report does."""

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum

from collections_app.engine.money import amount_series, minor_series, round_series
from collections_app.services.frames import chunks, empty, query_frame


def split(items: pd.DataFrame, base_currency: str, now: bool) -> pd.DataFrame:
	"""Open invoices with several payment terms become one row per term still open; `payment_term`: its row's name.

	Payments that named their term stay with it, where `now`; for a past day, and for all other payments and credit
	notes, the oldest term is filled first. `base_currency`: the company's.
	"""
	items["payment_term"] = ""
	is_open_invoice = (items["voucher_type"] == "Sales Invoice") & (items["outstanding"] > 0)
	terms = _terms(items.loc[is_open_invoice, "voucher_no"])
	if terms.empty:
		return items.drop(columns="invoice_currency")
	parts = items[is_open_invoice].drop(columns=["payment_term", "due_date"]).merge(terms, on="voucher_no")
	parts = _spread(parts, base_currency, now)
	whole = items[~items["voucher_no"].isin(parts["voucher_no"].unique()) | ~is_open_invoice]
	whole = whole.drop(columns="invoice_currency")
	return pd.concat([whole, parts[whole.columns]], ignore_index=True)


def _terms(invoices: pd.Series) -> pd.DataFrame:
	schedule = DocType("Payment Schedule")
	numbers = ("amount", "base_amount", "paid", "base_paid", "discounted", "idx")
	found = [
		query_frame(
			frappe.qb.from_(schedule)
			.select(
				schedule.parent.as_("voucher_no"),
				schedule.name.as_("payment_term"),
				schedule.due_date,
				schedule.idx,
				schedule.payment_amount.as_("amount"),
				schedule.base_payment_amount.as_("base_amount"),
				schedule.paid_amount.as_("paid"),
				schedule.base_paid_amount.as_("base_paid"),
				schedule.discounted_amount.as_("discounted"),
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


def _spread(parts: pd.DataFrame, base_currency: str, now: bool) -> pd.DataFrame:
	"""Fills `outstanding` and `outstanding_base` of each term, so that they add up to the invoice's."""
	parts = _in_account_currency(parts, now).sort_values(
		["voucher_no", "paid", "due_date", "idx"], ascending=[True, False, True, True], ignore_index=True
	)
	invoice, currency = parts["voucher_no"], parts["currency"]
	left = minor_series((parts["amount"] - parts["paid"]).clip(lower=0), currency)
	ledger = minor_series(parts["outstanding"], currency)
	rest = left.groupby(invoice).transform("sum") - ledger
	credited = _credited(parts, rest)
	# as in the report: payments go to terms that no payment names, credit notes to any; what is then left to any
	left -= _taken(left.where(parts["paid"] == 0, 0), rest - credited, invoice)
	left -= _taken(left, credited, invoice)
	left -= _taken(left, left.groupby(invoice).transform("sum") - ledger, invoice)
	# a debit beyond the terms is due with the first of them
	left += (-rest).clip(lower=0).where(~invoice.duplicated(), 0)
	open_part = amount_series(left, currency)
	base = round_series(parts["outstanding_base"] * open_part / parts["outstanding"], base_currency)
	parts = parts.assign(invoiced=parts["amount"], whole_base=parts["outstanding_base"])
	parts = parts.assign(outstanding=open_part, outstanding_base=base)[left > 0]
	parts = parts.sort_values(["voucher_no", "due_date", "idx"], ignore_index=True)
	# what rounding left over goes to the oldest open term
	over = parts["whole_base"] - parts.groupby("voucher_no")["outstanding_base"].transform("sum")
	parts["outstanding_base"] += over.where(~parts["voucher_no"].duplicated(), 0.0)
	parts["outstanding_base"] = round_series(parts["outstanding_base"], base_currency)
	return parts


def _in_account_currency(parts: pd.DataFrame, now: bool) -> pd.DataFrame:
	"""The schedule is in the invoice's currency, the ledger in that of the receivable account."""
	same = parts["invoice_currency"] == parts["currency"]
	rate = (parts["base_amount"] / parts["amount"]).where(~same & (parts["amount"] != 0), 1.0)
	amount = parts["amount"].where(same, parts["base_amount"])
	paid = parts["paid"].where(same, parts["base_paid"]) + parts["discounted"] * rate
	return parts.assign(
		amount=round_series(amount, parts["currency"]),
		paid=round_series(paid, parts["currency"]) if now else 0.0,
	)


def _taken(capacity: pd.Series, total: pd.Series, invoice: pd.Series) -> pd.Series:
	"""How much of `total` each term takes when they are filled in order (all in minor units)."""
	before = capacity.groupby(invoice).cumsum() - capacity
	return (total - before).clip(lower=0).clip(upper=capacity)


def _credited(parts: pd.DataFrame, rest: pd.Series) -> pd.Series:
	"""What of `rest` came by credit notes; asked only where payments named some terms, since elsewhere both fill the
	terms in the same order."""
	mixed = (parts.groupby("voucher_no")["paid"].transform("max") > 0) & (rest > 0)
	ple = DocType("Payment Ledger Entry")
	found = [
		query_frame(
			frappe.qb.from_(ple)
			.select(ple.against_voucher_no, Sum(ple.amount_in_account_currency).as_("amount"))
			.where(
				(ple.delinked == 0)
				& (ple.voucher_type == "Sales Invoice")
				& (ple.against_voucher_type == "Sales Invoice")
				& (ple.voucher_no != ple.against_voucher_no)
				& ple.against_voucher_no.isin(names)
			)
			.groupby(ple.against_voucher_no),
			numbers=["amount"],
		)
		for names in chunks(parts.loc[mixed, "voucher_no"].unique())
	]
	if not found:
		return rest * 0
	amounts = pd.concat(found).set_index("against_voucher_no")["amount"]
	credited = minor_series(-parts["voucher_no"].map(amounts).fillna(0.0), parts["currency"])
	return credited.clip(lower=0).clip(upper=rest.clip(lower=0))
