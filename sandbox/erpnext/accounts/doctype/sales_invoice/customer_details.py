"""What an invoice takes over from its customer when the user left it empty."""

import frappe

from erpnext.accounts.party import get_payment_terms_template


def set_customer_details(doc, company):
	"""Fill empty fields of an invoice from its customer; payment terms only while it is new."""
	customer = frappe.get_cached_doc("Customer", doc.customer)
	values = {
		"customer_name": customer.customer_name,
		"customer_group": customer.customer_group,
		"territory": customer.territory,
		"tax_id": customer.tax_id,
		"language": customer.language or frappe.db.get_default("lang"),
		"currency": customer.default_currency or company.default_currency,
		"company_tax_id": company.tax_id,
		"letter_head": company.default_letter_head,
	}
	if doc.is_new() and not doc.is_return:
		values["payment_terms_template"] = get_payment_terms_template(doc.customer, "Customer", doc.company)
	if not doc.customer_address and customer.customer_primary_address:
		values["customer_address"] = customer.customer_primary_address
		values["address_display"] = customer.primary_address
	if not doc.contact_person and customer.customer_primary_contact:
		values.update(get_contact_details(customer))
	for field, value in values.items():
		if value and not doc.get(field):
			doc.set(field, value)
	doc.customer_name = doc.customer_name or customer.customer_name


def get_contact_details(customer) -> dict:
	"""Return the contact fields of a customer's primary contact."""
	contact = frappe.db.get_value(
		"Contact",
		customer.customer_primary_contact,
		("name", "first_name", "last_name", "company_name", "email_id", "mobile_no"),
		as_dict=True,
		cache=True,
	)
	if not contact:
		return {}
	name = " ".join(filter(None, (contact.first_name, contact.last_name)))
	return {
		"contact_person": contact.name,
		"contact_display": name or contact.company_name,
		"contact_email": contact.email_id,
		"contact_mobile": contact.mobile_no,
	}
