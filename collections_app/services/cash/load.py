"""What cash application works on: bank lines not yet applied, and the invoices they may settle."""

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.utils import add_days, getdate

from collections_app.services.frames import query_frame

# A return is looked for among the debits of so many days; older ones were seen by an earlier run.
RETURN_DAYS = 90
CENT = 0.005


def open_payments(company: str) -> pd.DataFrame:
	"""Bank credits of the company with something left to apply, oldest first.

	payment_id (Bank Transaction), date, amount (unallocated), currency, counterparty_name, counterparty_iban,
	remittance, end_to_end_id, bank_account and its ledger account, cash_match and its status (None when never looked
	at). Those a person decided about are left out.
	"""
	transaction = DocType("Bank Transaction")
	return query_frame(_undecided(company).where(transaction.deposit > 0), ["date"], ["amount"])


def open_debits(company: str) -> pd.DataFrame:
	"""The same of money that went out lately, with amounts < 0, is_return and return_reason as the bank gave them."""
	transaction = DocType("Bank Transaction")
	query = (
		_undecided(company)
		.select(transaction.collections_is_return.as_("is_return"))
		.select(transaction.collections_return_reason.as_("return_reason"))
		.where(transaction.withdrawal > 0)
		.where(transaction.date >= add_days(getdate(), -RETURN_DAYS))
	)
	debits = query_frame(query, ["date"], ["amount", "is_return"])
	debits["amount"] = -debits["amount"]
	return debits


def _undecided(company: str):
	transaction, match, account = DocType("Bank Transaction"), DocType("Cash Match"), DocType("Bank Account")
	return (
		frappe.qb.from_(transaction)
		.left_join(match)
		.on(match.bank_transaction == transaction.name)
		.left_join(account)
		.on(account.name == transaction.bank_account)
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
			account.account,
			match.name.as_("cash_match"),
			match.status,
		)
		.where(
			(transaction.company == company)
			& (transaction.docstatus == 1)
			& (transaction.unallocated_amount > 0)
			& (match.status.isnull() | (match.status == "To Review"))
		)
		.orderby(transaction.date)
		.orderby(transaction.name)
	)


def with_discount_terms(items: pd.DataFrame, company: str) -> pd.DataFrame:
	"""The matchable items with `discount` and `discount_until`: the early-payment discount that the payment terms of an
	invoice grant on each of its terms that is open whole, where its ledger account has its currency."""
	schedule, invoice = DocType("Payment Schedule"), DocType("Sales Invoice")
	terms = query_frame(
		frappe.qb.from_(schedule)
		.inner_join(invoice)
		.on((invoice.name == schedule.parent) & (schedule.parenttype == "Sales Invoice"))
		.select(
			schedule.parent.as_("voucher_no"),
			schedule.name.as_("payment_term"),
			schedule.payment_amount,
			schedule.discount_type,
			schedule.discount.as_("granted"),
			schedule.discount_date.as_("discount_until"),
			invoice.currency,
		)
		.where(
			(invoice.company == company)
			& (invoice.docstatus == 1)
			& (invoice.outstanding_amount > 0)
			& (schedule.discount > 0)
			& (schedule.discounted_amount == 0)
			& schedule.discount_date.isnotnull()
		),
		["discount_until"],
		["payment_amount", "granted"],
	)
	if terms.empty:
		return items
	share = terms["payment_amount"] * terms["granted"] / 100
	terms["discount"] = share.where(terms["discount_type"] == "Percentage", terms["granted"])
	# an invoice of one term is one item without the term's name
	whole = terms[~terms["voucher_no"].duplicated(keep=False)].assign(payment_term="")
	keys = ["voucher_no", "payment_term", "currency"]
	columns = [*keys, "payment_amount", "discount", "discount_until"]
	items = items.merge(pd.concat([terms, whole])[columns], how="left", on=keys)
	items["discount"] = items["discount"].where(
		(items["outstanding"] - items["payment_amount"]).abs() < CENT, 0.0
	)
	return items.drop(columns="payment_amount")


def matchable_items(items: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
	"""Open invoices and credit notes as the matching engine wants them."""
	invoices = items[items["voucher_type"] == "Sales Invoice"].copy()
	invoices["invoice"] = invoices["voucher_no"]
	invoices["customer_name"] = (
		invoices["customer"].map(customers["customer_name"]).fillna(invoices["customer"])
	)
	return invoices
