"""What cash application works on: incoming bank payments not yet applied, and the invoices they may settle."""

import pandas as pd

import frappe
from frappe.query_builder import DocType

from collections_app.services.frames import query_frame


def open_payments(company: str) -> pd.DataFrame:
	"""Bank credits of the company with something left to apply, oldest first.

	payment_id (Bank Transaction), date, amount (unallocated), currency, counterparty_name, counterparty_iban,
	remittance, end_to_end_id, bank_account, cash_match and its status (None when never looked at). Those a person
	decided about are left out.
	"""
	transaction, match = DocType("Bank Transaction"), DocType("Cash Match")
	return query_frame(
		frappe.qb.from_(transaction)
		.left_join(match)
		.on(match.bank_transaction == transaction.name)
		.select(
			transaction.name.as_("payment_id"),
			transaction.date,
			transaction.unallocated_amount.as_("amount"),
			transaction.currency,
			transaction.bank_party_name.as_("counterparty_name"),
			transaction.bank_party_iban.as_("counterparty_iban"),
			transaction.description.as_("remittance"),
			transaction.reference_number.as_("end_to_end_id"),
			transaction.bank_account,
			match.name.as_("cash_match"),
			match.status,
		)
		.where(
			(transaction.company == company)
			& (transaction.docstatus == 1)
			& (transaction.deposit > 0)
			& (transaction.unallocated_amount > 0)
			& (match.status.isnull() | (match.status == "To Review"))
		)
		.orderby(transaction.date)
		.orderby(transaction.name),
		["date"],
		["amount"],
	)


def matchable_items(items: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
	"""Open invoices and credit notes as the matching engine wants them."""
	invoices = items[items["voucher_type"] == "Sales Invoice"].copy()
	invoices["invoice"] = invoices["voucher_no"]
	invoices["customer_name"] = (
		invoices["customer"].map(customers["customer_name"]).fillna(invoices["customer"])
	)
	return invoices
