"""Payment Entries and Journal Entries on the bank's ledger accounts that no bank line cleared."""

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum
from frappe.utils import add_days

from collections_app.engine.matching.booked import SAME_REFERENCE_DAYS
from collections_app.services.frames import chunks, query_frame

VOUCHERS = ("Payment Entry", "Journal Entry")


def unreconciled(payments: pd.DataFrame) -> pd.DataFrame:
	"""Submitted Payment Entries and Journal Entries on the lines' ledger accounts that no bank line cleared, from some
	months before the lines on, as `match_booked` takes them; in the direction of the lines."""
	accounts = sorted(set(payments["account"].dropna()))
	since = add_days(payments["date"].min().date(), -SAME_REFERENCE_DAYS)
	sign = 1 if payments["amount"].iloc[0] > 0 else -1
	entries = _payment_entries(accounts, since, sign)
	journals = _journal_entries(accounts, since, sign)
	vouchers = pd.concat([entries, journals], ignore_index=True)
	if vouchers.empty:
		return vouchers
	vouchers = _less_allocated(vouchers)
	paid = pd.concat([_invoices_of(doctype, vouchers) for doctype in VOUCHERS], ignore_index=True)
	invoices = paid.groupby("voucher_no")["invoice"].agg(list)
	vouchers["invoices"] = [invoices.get(name, []) for name in vouchers["voucher_no"]]
	vouchers["amount"] *= sign
	return vouchers[vouchers["amount"] != 0].reset_index(drop=True)


def _payment_entries(accounts: list[str], since, sign: int) -> pd.DataFrame:
	entry = DocType("Payment Entry")
	side, amount, currency = (
		(entry.paid_to, entry.received_amount, entry.paid_to_account_currency)
		if sign > 0
		else (entry.paid_from, entry.paid_amount, entry.paid_from_account_currency)
	)
	query = (
		frappe.qb.from_(entry)
		.select(
			entry.name.as_("voucher_no"),
			side.as_("account"),
			currency.as_("currency"),
			amount.as_("amount"),
			entry.party_type,
			entry.party.as_("customer"),
			entry.party_name.as_("customer_name"),
			entry.reference_no.as_("reference"),
			entry.posting_date.as_("date"),
		)
		.where(
			(entry.docstatus == 1)
			& entry.payment_type.isin(["Receive" if sign > 0 else "Pay", "Internal Transfer"])
			& entry.clearance_date.isnull()
			& side.isin(accounts or [""])
			& (entry.posting_date >= since)
		)
	)
	return _of_customers(query_frame(query, ["date"], ["amount"])).assign(voucher_type="Payment Entry")


def _journal_entries(accounts: list[str], since, sign: int) -> pd.DataFrame:
	entry, row = DocType("Journal Entry"), DocType("Journal Entry Account")
	booked = Sum(row.debit_in_account_currency - row.credit_in_account_currency)
	query = (
		frappe.qb.from_(row)
		.inner_join(entry)
		.on(entry.name == row.parent)
		.select(
			entry.name.as_("voucher_no"),
			row.account,
			row.account_currency.as_("currency"),
			booked.as_("amount"),
			entry.cheque_no.as_("reference"),
			entry.posting_date.as_("date"),
		)
		.where(
			(entry.docstatus == 1)
			& (entry.voucher_type != "Opening Entry")
			& entry.clearance_date.isnull()
			& row.account.isin(accounts or [""])
			& (entry.posting_date >= since)
		)
		.groupby(entry.name, row.account, row.account_currency, entry.cheque_no, entry.posting_date)
	)
	found = query_frame(query, ["date"], ["amount"])
	found["amount"] *= sign
	found = found[found["amount"] > 0]
	return found.merge(_journal_parties(found["voucher_no"]), how="left", on="voucher_no").assign(
		voucher_type="Journal Entry"
	)


def _journal_parties(names: pd.Series) -> pd.DataFrame:
	"""voucher_no, customer, customer_name of the journals that have just one customer."""
	row, customer = DocType("Journal Entry Account"), DocType("Customer")
	found = [
		query_frame(
			frappe.qb.from_(row)
			.inner_join(customer)
			.on(customer.name == row.party)
			.select(row.parent.as_("voucher_no"), row.party.as_("customer"), customer.customer_name)
			.where((row.party_type == "Customer") & row.parent.isin(some))
			.distinct()
		)
		for some in chunks(names)
	]
	columns = ["voucher_no", "customer", "customer_name"]
	parties = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns, dtype=object)
	return parties.drop_duplicates("voucher_no", keep=False)[columns]


def _of_customers(entries: pd.DataFrame) -> pd.DataFrame:
	"""Without the parties that are no customers: these are vouchers without one."""
	other = entries["party_type"] != "Customer"
	entries.loc[other, ["customer", "customer_name"]] = None
	return entries.drop(columns="party_type")


def _less_allocated(vouchers: pd.DataFrame) -> pd.DataFrame:
	"""Less what other bank lines took of a voucher."""
	row, line = DocType("Bank Transaction Payments"), DocType("Bank Transaction")
	found = [
		query_frame(
			frappe.qb.from_(row)
			.inner_join(line)
			.on(line.name == row.parent)
			.select(
				row.payment_document.as_("voucher_type"),
				row.payment_entry.as_("voucher_no"),
				Sum(row.allocated_amount).as_("taken"),
			)
			.where((line.docstatus == 1) & row.payment_entry.isin(names))
			.groupby(row.payment_document, row.payment_entry),
			(),
			["taken"],
		)
		for names in chunks(vouchers["voucher_no"])
	]
	vouchers = vouchers.merge(
		pd.concat(found, ignore_index=True), how="left", on=["voucher_type", "voucher_no"]
	)
	vouchers["amount"] = (vouchers["amount"] - vouchers["taken"].fillna(0.0)).clip(lower=0.0).round(4)
	return vouchers.drop(columns="taken")


def _invoices_of(doctype: str, vouchers: pd.DataFrame) -> pd.DataFrame:
	if doctype == "Payment Entry":
		row = DocType("Payment Entry Reference")
		kind, invoice = row.reference_doctype, row.reference_name
	else:
		row = DocType("Journal Entry Account")
		kind, invoice = row.reference_type, row.reference_name
	found = [
		query_frame(
			frappe.qb.from_(row)
			.select(row.parent.as_("voucher_no"), invoice.as_("invoice"))
			.where((row.parenttype == doctype) & (kind == "Sales Invoice") & row.parent.isin(names))
			.distinct()
		)
		for names in chunks(vouchers.loc[vouchers["voucher_type"] == doctype, "voucher_no"])
	]
	return (
		pd.concat(found, ignore_index=True)
		if found
		else pd.DataFrame(columns=["voucher_no", "invoice"], dtype=object)
	)
