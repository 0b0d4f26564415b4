"""The two sides of a claim, as their master data stands."""

from __future__ import annotations

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.contacts.doctype.address.address import get_default_address

from collections_app.services.customers import contacts, customer_frame
from collections_app.services.letters.facts import bank_account

ADDRESS_FIELDS = ("address_line1", "address_line2", "pincode", "city", "state", "country")
COMPANY_FIELDS = ["company_name", "tax_id", "email", "phone_no"]
CUSTOMER_FIELDS = ["customer_name", "customer_type", "tax_id", "mobile_no"]


@dataclass(frozen=True)
class Party:
	"""A side of the claim, as its master data stands today."""

	name: str
	number: str = ""
	kind: str = ""
	address: tuple[str, ...] = ()
	tax_id: str = ""
	contact: str = ""
	email: str = ""
	phone: str = ""
	bank: str = ""

	@property
	def title(self) -> str:
		"""Name and, where it is another, number."""
		return self.name if self.number in ("", self.name) else f"{self.name} ({self.number})"


def creditor_of(company: str) -> Party:
	values = frappe.get_cached_value("Company", company, COMPANY_FIELDS, as_dict=True)
	return Party(
		name=values.company_name or company,
		address=_address("Company", company),
		tax_id=values.tax_id or "",
		email=values.email or "",
		phone=values.phone_no or "",
		bank=_bank(company),
	)


def _bank(company: str) -> str:
	"""Where the money is to go, as letters say it."""
	account = bank_account(company)
	return ", ".join(part for part in (account.get("iban"), account.get("bank")) if part)


def debtor_of(customer: str) -> Party:
	values = frappe.db.get_value("Customer", customer, CUSTOMER_FIELDS, as_dict=True)
	email = customer_frame([customer])["email"].iloc[0]
	people = contacts([customer])
	return Party(
		name=values.customer_name or customer,
		number=customer,
		kind=_(values.customer_type or ""),
		address=_address("Customer", customer),
		tax_id=values.tax_id or "",
		contact=people["contact_name"].iloc[0] if len(people) else "",
		email=email if isinstance(email, str) else "",
		phone=values.mobile_no or "",
	)


def _address(doctype: str, name: str) -> tuple[str, ...]:
	"""The customer's primary address, else its default one; line by line, the postal code before the city."""
	address = doctype == "Customer" and frappe.db.get_value("Customer", name, "customer_primary_address")
	address = address or get_default_address(doctype, name)
	if not address:
		return ()
	found = frappe.db.get_value("Address", address, ADDRESS_FIELDS, as_dict=True)
	city = " ".join(part for part in (found.pincode, found.city) if part)
	lines = (found.address_line1, found.address_line2, city, found.state, found.country)
	return tuple(line for line in lines if line)
