"""Postal addresses as they stand in an envelope's window."""

import frappe

from collections_app.services.customers import postal_addresses
from collections_app.services.letters.formats import locale_of
from collections_app.services.letters.languages import language_without_one

# where the town stands before its code, or the code has a line of its own
TOWN_FIRST = frozenset({"US", "CA", "AU", "IN"})
CODE_BELOW = frozenset({"GB", "IE"})
FIELDS = ["address_line1", "address_line2", "city", "county", "state", "pincode", "country"]


def customer_lines(customer: str, customer_name: str, contact: str, company: str) -> list[str]:
	"""Name, person, street, town and, for mail abroad, the country; empty when there is no postal address."""
	address = postal_addresses([customer]).get(customer)
	if not address:
		return []
	values = frappe.db.get_value("Address", address, FIELDS, as_dict=True)
	home = frappe.get_cached_value("Company", company, "country")
	person = contact if contact and contact != customer_name else ""
	lines = [customer_name, person, *address_lines(values)]
	if values.country and values.country != home:
		lines.append(country_name(values.country, language_without_one(company)).upper())
	return [line for line in lines if line]


def company_lines(company: str) -> list[str]:
	"""The company's own address, its postal one first; empty when none is kept."""
	link, address = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Address")
	rows = (
		frappe.qb.from_(link)
		.inner_join(address)
		.on(address.name == link.parent)
		.select(*(address[field] for field in FIELDS))
		.where(
			(link.parenttype == "Address")
			& (link.link_doctype == "Company")
			& (link.link_name == company)
			& (address.disabled == 0)
		)
		.orderby(address.is_primary_address, order=frappe.qb.desc)
		.orderby(address.creation)
		.limit(1)
	).run(as_dict=True)
	return address_lines(rows[0]) if rows else []


def address_lines(values) -> list[str]:
	"""Street and town in the order of the country."""
	street = [values.address_line1, values.address_line2]
	code = country_code(values.country)
	town, pincode = values.city or "", values.pincode or ""
	if code in TOWN_FIRST:
		place = [" ".join(part for part in (f"{town},", values.state, pincode) if part)]
	elif code in CODE_BELOW:
		place = [town, values.county, pincode]
	else:
		place = [f"{pincode} {town}".strip()]
	return [line.strip() for line in (*street, *place) if line and line.strip(" ,")]


def country_code(country: str | None) -> str:
	return (frappe.get_cached_value("Country", country, "code") or "").upper() if country else ""


def country_name(country: str, language: str) -> str:
	"""The country as the sender's language calls it: its own post reads it."""
	return locale_of(language).territories.get(country_code(country)) or country
