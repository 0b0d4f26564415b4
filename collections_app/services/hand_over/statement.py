"""The statement of account: every entry since the oldest open item, with the balance after each, per currency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max, Sum

from collections_app.engine.money import from_minor, to_minor
from collections_app.services.frames import chunks, query_frame
from collections_app.services.receivables import open_items


@dataclass(frozen=True)
class Line:
	"""One voucher. What the customer owes more is a debit, what it owes less a credit. `due_date`: an invoice's;
	`reference`: a payment's."""

	date: date
	voucher_type: str
	voucher_no: str
	due_date: date | None
	reference: str
	debit: float
	credit: float
	balance: float


@dataclass(frozen=True)
class Account:
	"""The account in one currency; `closing` is what is open now, credits taken off."""

	customer: str
	customer_name: str
	currency: str
	since: date
	opening: float
	lines: tuple[Line, ...]
	closing: float


def statement_of(company: str, customer: str) -> list[Account]:
	"""One Account of the customer per currency that has an open item; read from the Payment Ledger."""
	items = open_items(company, customers=[customer])
	if items.empty:
		return []
	entries = entries_of(company, customer)
	name = frappe.db.get_value("Customer", customer, "customer_name")
	return [
		account_of(
			(customer, name or customer, currency), since.date(), entries[entries["currency"] == currency]
		)
		for currency, since in items.groupby("currency")["posting_date"].min().items()
	]


def account_of(whose: tuple[str, str, str], since: date, entries: pd.DataFrame) -> Account:
	"""The account of (customer, name, currency) from that day on; `entries`: its `entries_of` of the currency."""
	currency = whose[-1]
	before = entries["date"] < pd.Timestamp(since)
	balance = opening = sum(to_minor(amount, currency) for amount in entries.loc[before, "amount"])
	lines = []
	due_dates = _known(entries[~before], "Sales Invoice", "due_date")
	references = _known(entries[~before], "Payment Entry", "reference_no")
	references.update(_known(entries[~before], "Journal Entry", "cheque_no"))
	for row in entries[~before].to_dict("records"):
		minor = to_minor(row["amount"], currency)
		if not minor:
			continue
		balance += minor
		lines.append(
			Line(
				date=row["date"].date(),
				voucher_type=row["voucher_type"],
				voucher_no=row["voucher_no"],
				due_date=due_dates.get(row["voucher_no"]),
				reference=references.get(row["voucher_no"], ""),
				debit=from_minor(max(minor, 0), currency),
				credit=from_minor(max(-minor, 0), currency),
				balance=from_minor(balance, currency),
			)
		)
	return Account(*whose, since, from_minor(opening, currency), tuple(lines), from_minor(balance, currency))


def entries_of(company: str, customer: str, until: date | None = None) -> pd.DataFrame:
	"""currency, voucher_type, voucher_no, date, amount, to the end of that day: a payment for several invoices is one
	row."""
	ple = DocType("Payment Ledger Entry")
	query = (
		frappe.qb.from_(ple)
		.select(
			ple.account_currency.as_("currency"),
			ple.voucher_type,
			ple.voucher_no,
			Max(ple.posting_date).as_("date"),
			Sum(ple.amount_in_account_currency).as_("amount"),
		)
		.where(
			(ple.company == company)
			& (ple.party_type == "Customer")
			& (ple.party == customer)
			& (ple.account_type == "Receivable")
			& (ple.delinked == 0)
		)
		.groupby(ple.account_currency, ple.voucher_type, ple.voucher_no)
	)
	if until:
		query = query.where(ple.posting_date <= until)
	entries = query_frame(query, ["date"], ["amount"])
	# of one day, the invoice stands before its payment
	return entries.sort_values(["date", "amount", "voucher_no"], ascending=[True, False, True])


def _known(entries: pd.DataFrame, doctype: str, field: str) -> dict:
	"""Voucher -> the field's value, for the vouchers of this doctype that have one."""
	known: dict = {}
	for names in chunks(entries.loc[entries["voucher_type"] == doctype, "voucher_no"]):
		rows = frappe.get_all(doctype, {"name": ["in", names]}, ["name", field], as_list=True)
		known.update({name: value for name, value in rows if value})
	return known
