"""Contacts of a customer: whom to call and to write to, and where letters go."""

import frappe

from collections_app.services.customers import postal_addresses
from collections_app.services.letters.postal import customer_lines

MOST_CONTACTS = 50
CONTACT_FIELDS = (
	*("name", "full_name", "designation", "department", "email_id", "phone", "mobile_no"),
	*("is_primary_contact", "is_billing_contact"),
)


def people(customer: str, company: str) -> dict:
	"""`contacts` (CONTACT_FIELDS): who gets the invoices first, then the primary one; only such as the user may read.
	`own`: e-mail and mobile number in the customer's own record; `address`: the lines of a letter's address."""
	contacts = []
	if frappe.has_permission("Contact", "read"):
		contacts = frappe.get_list(
			"Contact",
			filters=[
				["Dynamic Link", "link_doctype", "=", "Customer"],
				["Dynamic Link", "link_name", "=", customer],
			],
			fields=list(CONTACT_FIELDS),
			# the joined table has the last column, too
			order_by="is_billing_contact desc, is_primary_contact desc, `tabContact`.`creation`",
			limit=MOST_CONTACTS,
		)
	own = frappe.db.get_value("Customer", customer, ["customer_name", "email_id", "mobile_no"], as_dict=True)
	return {
		"contacts": contacts,
		"may_read": bool(frappe.has_permission("Contact", "read")),
		"may_create": bool(frappe.has_permission("Contact", "create")),
		"own": {"email": own.email_id or "", "phone": own.mobile_no or ""},
		"address": customer_lines(customer, own.customer_name, "", company),
		"address_name": postal_addresses([customer]).get(customer),
	}
