"""What is known of customers: master data, addresses for reminders, limits. One query per kind, never per customer."""

from collections.abc import Iterable

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Min

from collections_app.services.frames import chunks, empty, query_frame

COLUMNS = [
	"customer",
	"customer_name",
	"customer_group",
	"territory",
	"country",
	"language",
	"default_currency",
	"email",
	"contact_name",
	"tax_id",
	"disabled",
	"is_frozen",
	"plan_override",
	"paused_until",
	"risk_band",
]


def customer_frame(customers: Iterable[str]) -> pd.DataFrame:
	"""COLUMNS for these customers. `email`: the billing contact's, else the primary contact's, else the customer's."""
	customers = list(dict.fromkeys(customers))
	found = [_customers(names) for names in chunks(customers)]
	if not found:
		return empty(COLUMNS)
	frame = pd.concat(found, ignore_index=True).merge(contacts(customers), on="customer", how="left")
	frame["email"] = frame.pop("contact_email").fillna(frame.pop("customer_email"))
	frame["country"] = frame["country"].fillna(frame["territory"])
	return frame[COLUMNS]


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
			customer.territory,
			address.country,
			customer.language,
			customer.default_currency,
			customer.email_id.as_("customer_email"),
			customer.tax_id,
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


def credit_limits(company: str) -> pd.Series:
	"""Customer -> credit limit in company currency, for the customers that have one of their own."""
	limit = DocType("Customer Credit Limit")
	frame = query_frame(
		frappe.qb.from_(limit)
		.select(limit.parent.as_("customer"), Min(limit.credit_limit).as_("credit_limit"))
		.where((limit.company == company) & (limit.parenttype == "Customer") & (limit.credit_limit > 0))
		.groupby(limit.parent),
		numbers=["credit_limit"],
	)
	return frame.set_index("customer")["credit_limit"]
