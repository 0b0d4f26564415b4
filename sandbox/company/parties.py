"""Customers with their contacts, addresses and bank accounts."""

from collections.abc import Iterable

import frappe

from .models import Customer, SampleCompany
from .site_setup import TERMS, ensure, receivable_account


def load_customers(sample: SampleCompany) -> Iterable[Customer]:
	"""Inserts what is missing of each customer; yields each customer it has seen to."""
	for bank, bic in sorted({(c.bank, c.bic) for c in sample.customers}):
		ensure("Bank", bank, bank_name=bank, swift_number=bic)
	for customer in sample.customers:
		if not frappe.db.exists("Customer", customer.name):
			_insert_customer(sample, customer)
		yield customer


def _insert_customer(sample: SampleCompany, customer: Customer) -> None:
	values = {
		"doctype": "Customer",
		"customer_name": customer.name,
		"customer_type": "Company",
		"customer_group": customer.group,
		"territory": customer.country,
		"tax_id": customer.tax_id,
		"language": customer.language,
		"default_currency": customer.currency,
		"payment_terms": TERMS[customer.terms_days],
		"customer_details": f"{customer.number}, customer since {customer.customer_since.isoformat()}",
	}
	if customer.currency != sample.company.currency:
		account = receivable_account(sample, customer.currency)
		values["accounts"] = [{"company": sample.company.name, "account": account}]
	doc = frappe.get_doc(values).insert(ignore_permissions=True, set_name=customer.name)
	address = _insert_address(customer)
	contact = _insert_contact(customer)
	doc.db_set(
		{
			"customer_primary_address": address.name,
			"primary_address": address.get_display() if hasattr(address, "get_display") else None,
			"customer_primary_contact": contact.name,
			"email_id": contact.email_id,
			"mobile_no": contact.mobile_no,
		},
		update_modified=False,
	)
	if customer.iban_on_file:
		_insert_bank_account(customer)


def _insert_address(customer: Customer):
	return frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": customer.name,
			"address_type": "Billing",
			"address_line1": customer.street,
			"city": customer.city,
			"pincode": customer.postal_code,
			"country": customer.country,
			"phone": customer.contact.phone,
			"email_id": customer.contact.email,
			"is_primary_address": 1,
			"links": [{"link_doctype": "Customer", "link_name": customer.name}],
		}
	).insert(ignore_permissions=True)


def _insert_contact(customer: Customer):
	contact = customer.contact
	values = {
		"doctype": "Contact",
		"first_name": contact.first_name,
		"last_name": contact.last_name,
		"company_name": customer.name,
		"is_primary_contact": 1,
		"is_billing_contact": 1,
		"phone_nos": [{"phone": contact.phone, "is_primary_phone": 1}],
		"links": [{"link_doctype": "Customer", "link_name": customer.name}],
	}
	if contact.email:
		values["email_ids"] = [{"email_id": contact.email, "is_primary": 1}]
	return frappe.get_doc(values).insert(ignore_permissions=True)


def _insert_bank_account(customer: Customer) -> None:
	ensure(
		"Bank Account",
		f"{customer.name} - {customer.bank}"[:140],
		account_name=customer.name,
		bank=customer.bank,
		iban=customer.iban,
		party_type="Customer",
		party=customer.name,
		is_default=1,
	)


def load_credit_limits(sample: SampleCompany) -> int:
	"""Sets the limits once all invoices stand, as some customers are over theirs; returns how many there are.

	Written as child rows directly: ERPNext refuses a limit below what a customer owes already.
	"""
	limits = [c for c in sample.customers if c.credit_limit is not None]
	with_limit = set(
		frappe.get_all("Customer Credit Limit", filters={"company": sample.company.name}, pluck="parent")
	)
	for customer in limits:
		if customer.name in with_limit:
			continue
		row = frappe.get_doc("Customer", customer.name).append(
			"credit_limits",
			{
				"company": sample.company.name,
				"credit_limit": float(customer.credit_limit),
				"bypass_credit_limit_check": 1,
			},
		)
		row.db_insert()
		frappe.clear_document_cache("Customer", customer.name)
	return len(limits)
