"""How customers paid: invoices of the last years with the day each was settled."""

from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Count, Max, Sum

from collections_app.services.frames import query_frame

YEARS = 3


def payment_history(company: str, as_of: date, customer: str | None = None) -> pd.DataFrame:
	"""Of one customer, or of all. One row per invoice posted in the last YEARS years: customer, voucher_no, posting_date, due_date, currency,
	amount_base (company currency), paid_on (NaT while open), payment_count, all as the ledger stood at the end of
	`as_of`. Credit notes are no history of payment."""
	si = DocType("Sales Invoice")
	settled = _settlements(company, as_of, customer)
	since = frappe.utils.add_years(as_of, -YEARS)
	query = (
		frappe.qb.from_(si)
		.left_join(settled)
		.on(settled.voucher_no == si.name)
		.select(
			si.name.as_("voucher_no"),
			si.customer,
			si.posting_date,
			si.due_date,
			si.party_account_currency.as_("currency"),
			si.base_grand_total.as_("amount_base"),
			settled.outstanding,
			settled.paid_on,
			settled.payment_count,
		)
		.where(
			(si.company == company)
			& (si.docstatus == 1)
			& (si.is_return == 0)
			& (si.posting_date >= since)
			& (si.posting_date <= as_of)
		)
	)
	if customer:
		query = query.where(si.customer == customer)
	frame = query_frame(
		query, ("posting_date", "due_date", "paid_on"), ("amount_base", "outstanding", "payment_count")
	)
	frame.loc[frame["outstanding"].abs() > 0.005, "paid_on"] = pd.NaT
	return frame


def _settlements(company: str, as_of: date, customer: str | None):
	"""Per invoice, what was open of it at the end of the day, the last entry that reduced it and how many there were."""
	ple = DocType("Payment Ledger Entry")
	by_others = ple.voucher_no != ple.against_voucher_no
	query = (
		frappe.qb.from_(ple)
		.select(
			ple.against_voucher_no.as_("voucher_no"),
			Sum(ple.amount_in_account_currency).as_("outstanding"),
			Max(Case().when(by_others, ple.posting_date)).as_("paid_on"),
			Count(Case().when(by_others, ple.voucher_no)).distinct().as_("payment_count"),
		)
		.where(
			(ple.company == company)
			& (ple.delinked == 0)
			& (ple.against_voucher_type == "Sales Invoice")
			& (ple.posting_date <= as_of)
		)
		.groupby(ple.against_voucher_no)
	)
	if customer:
		query = query.where((ple.party == customer) & (ple.party_type == "Customer"))
	return query.as_("settled")


def is_receipt(entry):
	"""The condition that a Payment Ledger Entry is a customer's payment, or one taken back."""
	return (
		(entry.delinked == 0)
		& (entry.account_type == "Receivable")
		& (entry.party_type == "Customer")
		& entry.voucher_type.isin(["Payment Entry", "Journal Entry"])
	)


def receipts(company: str, since: date, until: date) -> pd.DataFrame:
	"""What reduced invoices between two days: customer, item (invoice), date, amount, amount_base, currency.

	Amounts are positive for payments, negative when one was taken back.
	"""
	ple = DocType("Payment Ledger Entry")
	frame = query_frame(
		frappe.qb.from_(ple)
		.select(
			ple.party.as_("customer"),
			ple.against_voucher_no.as_("item"),
			ple.posting_date.as_("date"),
			ple.amount_in_account_currency.as_("amount"),
			ple.amount.as_("amount_base"),
			ple.account_currency.as_("currency"),
			ple.voucher_type,
		)
		.where(
			(ple.company == company)
			& is_receipt(ple)
			& (ple.posting_date >= since)
			& (ple.posting_date <= until)
		),
		["date"],
		("amount", "amount_base"),
	)
	frame["amount"] = -frame["amount"]
	frame["amount_base"] = -frame["amount_base"]
	return frame
