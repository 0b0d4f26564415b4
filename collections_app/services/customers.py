"""What is known of customers: master data, addresses for reminders. One query per kind, never per customer."""

from collections.abc import Iterable

import pandas as pd

import frappe
from frappe.query_builder import Case, DocType, Order

from collections_app.services.frames import chunks, empty, query_frame

COLUMNS = [
	"customer",
	"customer_name",
	"customer_group",
	"customer_type",
	"territory",
	"country",
	"language",
	"default_currency",
	"email",
	"phone",
	"postal_address",
	"time_zone",
	"receiver",
	"contact_name",
	"tax_id",
	"registration_number",
	"disabled",
	"is_frozen",
	"plan_override",
	"paused_until",
	"risk_band",
]
# how and where somebody is reached: each is a query more
REACHED_BY = ("email", "phone", "postal_address", "contact_name")
MASTER = [name for name in COLUMNS if name not in REACHED_BY]


def master_data(customers: Iterable[str]) -> pd.DataFrame:
	"""COLUMNS for these customers but those of REACHED_BY."""
	return _all(customers)[MASTER]


def customer_frame(customers: Iterable[str]) -> pd.DataFrame:
	"""COLUMNS for these customers.

	`email`: the billing contact's, else the primary contact's, else the customer's; `phone`: a mobile number, found the
	same way. `postal_address`: the name of the Address a letter goes to. `receiver`: who gets the customer's messages,
	where it is somebody else.
	"""
	frame = _all(customers)
	if frame.empty:
		return empty(COLUMNS)
	customers = frame["customer"].tolist()
	frame = frame.merge(contacts(customers), on="customer", how="left")
	frame["email"] = frame.pop("contact_email").fillna(frame.pop("customer_email"))
	phone = frame["customer"].map(mobile_numbers(customers))
	frame["phone"] = phone.fillna(frame.pop("customer_phone"))
	frame["postal_address"] = frame["customer"].map(postal_addresses(customers))
	return frame[COLUMNS]


def _all(customers: Iterable[str]) -> pd.DataFrame:
	found = [_customers(names) for names in chunks(list(dict.fromkeys(customers)))]
	if not found:
		return empty([*MASTER, "customer_email", "customer_phone"])
	frame = pd.concat(found, ignore_index=True)
	frame["country"] = frame["country"].fillna(frame["territory"])
	return frame


def _customers(names: list[str]) -> pd.DataFrame:
	customer, address = DocType("Customer"), DocType("Address")
	return query_frame(
		frappe.qb.from_(customer)
		.left_join(address)
		.on(address.name == customer.customer_primary_address)
		.select(
			customer.name.as_("customer"),
			customer.customer_name,
			customer.customer_group,
			customer.customer_type,
			customer.territory,
			address.country,
			customer.language,
			customer.default_currency,
			customer.email_id.as_("customer_email"),
			customer.mobile_no.as_("customer_phone"),
			customer.collections_time_zone.as_("time_zone"),
			customer.collections_receiver.as_("receiver"),
			customer.tax_id,
			customer.collections_registration_number.as_("registration_number"),
			customer.disabled,
			customer.is_frozen,
			customer.collections_plan.as_("plan_override"),
			customer.collections_paused_until.as_("paused_until"),
			customer.collections_risk_band.as_("risk_band"),
		)
		.where(customer.name.isin(names)),
		["paused_until"],
	)


def contacts(customers: Iterable[str]) -> pd.DataFrame:
	"""customer, contact_email, contact_name: the billing contact first, then the primary, then the oldest."""
	link, contact = DocType("Dynamic Link"), DocType("Contact")
	found = [
		query_frame(
			frappe.qb.from_(link)
			.inner_join(contact)
			.on(contact.name == link.parent)
			.select(
				link.link_name.as_("customer"),
				contact.email_id.as_("contact_email"),
				contact.full_name.as_("contact_name"),
				contact.is_billing_contact,
				contact.is_primary_contact,
				contact.creation,
			)
			.where(
				(link.parenttype == "Contact")
				& (link.link_doctype == "Customer")
				& link.link_name.isin(names)
				& (contact.email_id != "")
			),
			numbers=("is_billing_contact", "is_primary_contact"),
		)
		for names in chunks(customers)
	]
	if not found:
		return empty(["customer", "contact_email", "contact_name"])
	frame = pd.concat(found, ignore_index=True).sort_values(
		["is_billing_contact", "is_primary_contact", "creation"], ascending=[False, False, True]
	)
	return frame.drop_duplicates("customer")[["customer", "contact_email", "contact_name"]]


def mobile_numbers(customers: Iterable[str]) -> dict[str, str]:
	"""Customer -> mobile number: the billing contact's first, then the primary's, then the oldest contact's."""
	link, contact = DocType("Dynamic Link"), DocType("Contact")
	found: dict[str, str] = {}
	for names in chunks(customers):
		rows = (
			frappe.qb.from_(link)
			.inner_join(contact)
			.on(contact.name == link.parent)
			.select(link.link_name, contact.mobile_no)
			.where(
				(link.parenttype == "Contact")
				& (link.link_doctype == "Customer")
				& link.link_name.isin(names)
				& (contact.mobile_no != "")
			)
			.orderby(contact.is_billing_contact, contact.is_primary_contact, order=Order.desc)
			.orderby(contact.creation)
		).run()
		for customer, number in rows:
			found.setdefault(customer, number)
	return found


def postal_addresses(customers: Iterable[str]) -> dict[str, str]:
	"""Customer -> Address of its letters: the primary one, else one for billing, else the oldest.

	A disabled address, or one without street and town, reaches nobody.
	"""
	link, address, customer = DocType("Dynamic Link"), DocType("Address"), DocType("Customer")
	found: dict[str, str] = {}
	for names in chunks(customers):
		rows = (
			frappe.qb.from_(link)
			.inner_join(address)
			.on(address.name == link.parent)
			.inner_join(customer)
			.on(customer.name == link.link_name)
			.select(link.link_name, address.name)
			.where(
				(link.parenttype == "Address")
				& (link.link_doctype == "Customer")
				& link.link_name.isin(names)
				& (address.disabled == 0)
				& (address.address_line1 != "")
				& (address.city != "")
			)
			.orderby(
				Case().when(customer.customer_primary_address == address.name, 0).else_(1),
				Case().when(address.address_type == "Billing", 0).else_(1),
				address.creation,
			)
		).run()
		for name, chosen in rows:
			found.setdefault(name, chosen)
	return found
