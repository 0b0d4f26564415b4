"""What a voucher takes from its customer: account, currency, terms, address and contact."""

import frappe
from frappe import _
from frappe.utils import add_days, add_months, get_last_day, getdate

from erpnext.exceptions import PartyDisabled, PartyFrozen


def get_party_account(party_type, party=None, company=None):
	"""Return the receivable account of a party: its own, its group's, else the company's.

	A party that already has entries in another currency keeps the account of those entries.
	"""
	if not company:
		frappe.throw(_("Please select a Company"))
	default = frappe.get_cached_value("Company", company, "default_receivable_account")
	if not party:
		return default
	customer = frappe.get_cached_doc(party_type, party)
	account = _account_row(customer, company)
	if not account and customer.get("customer_group"):
		account = _account_row(frappe.get_cached_doc("Customer Group", customer.customer_group), company)
	account = account or default
	existing = _existing_entry(party_type, party, company)
	if existing and (
		not account
		or frappe.get_cached_value("Account", account, "account_currency") != existing.account_currency
	):
		return existing.account
	return account


def _account_row(doc, company):
	return next(
		(row.account for row in doc.get("accounts") or [] if row.company == company and row.account), None
	)


def _existing_entry(party_type, party, company):
	return frappe.db.get_value(
		"GL Entry",
		{"party_type": party_type, "party": party, "company": company, "is_cancelled": 0},
		["account", "account_currency"],
		as_dict=True,
		order_by=None,
	)


def get_party_gle_currency(party_type, party, company):
	"""Return the currency of a party's entries with a company, None if it has none."""
	entry = _existing_entry(party_type, party, company)
	return entry and entry.account_currency


def get_party_account_currency(party_type, party, company):
	account = get_party_account(party_type, party, company)
	return frappe.get_cached_value("Account", account, "account_currency") if account else None


def get_party_bank_account(party_type, party):
	return frappe.db.get_value(
		"Bank Account", {"party_type": party_type, "party": party, "is_default": 1, "disabled": 0}
	)


def validate_party_frozen_disabled(party_type, party):
	"""Raise if nothing may be booked on a party."""
	if party_type != "Customer" or not party:
		return
	values = frappe.db.get_value("Customer", party, ("disabled", "is_frozen"), as_dict=True, cache=True)
	if values and values.disabled:
		frappe.throw(_("{0} {1} is disabled").format(party_type, party), PartyDisabled)
	if values and values.is_frozen:
		role = frappe.db.get_single_value("Accounts Settings", "frozen_accounts_modifier")
		if role not in frappe.get_roles():
			frappe.throw(_("{0} {1} is frozen").format(party_type, party), PartyFrozen)


def get_payment_terms_template(party, party_type="Customer", company=None):
	"""Return the payment terms of a customer, else of its group, else of the company."""
	customer = frappe.get_cached_doc(party_type, party)
	template = customer.payment_terms
	if not template and customer.customer_group:
		template = frappe.get_cached_value("Customer Group", customer.customer_group, "payment_terms")
	if not template and company:
		template = frappe.get_cached_value("Company", company, "payment_terms")
	return template


def get_due_date(posting_date, party_type, party, company=None, bill_date=None, template_name=None):
	"""Return the latest due date that the terms give for an invoice of a date."""
	template_name = template_name or get_payment_terms_template(party, party_type, company)
	if not template_name:
		return posting_date
	return get_due_date_from_template(template_name, posting_date, bill_date)


def get_due_date_from_template(template_name, posting_date, bill_date=None):
	due_date = getdate(bill_date or posting_date)
	for term in frappe.get_cached_doc("Payment Terms Template", template_name).terms:
		if term.due_date_based_on == "Day(s) after invoice date":
			candidate = add_days(due_date, term.credit_days)
		elif term.due_date_based_on == "Day(s) after the end of the invoice month":
			candidate = add_days(get_last_day(due_date), term.credit_days)
		else:
			candidate = get_last_day(add_months(due_date, term.credit_months))
		due_date = max(due_date, candidate)
	return due_date
