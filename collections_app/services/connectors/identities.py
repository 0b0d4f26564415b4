"""Which of our customers a provider means: found once, then known by the provider's own number.

A Customer Identity keeps it. Where nobody fits for certain it waits for a person; what needed the customer is parked and
written when the person has chosen.
"""

import hashlib

import frappe
from frappe import _

from collections_app.connectors.base import Record
from collections_app.services.connectors.targets import UnknownCustomer

DOCTYPE = "Customer Identity"
OPEN, FOUND, CONFIRMED = "To Identify", "Found", "Confirmed"
TAX_ID, NAME, PERSON = "Tax ID", "Exact Name", "Person"


def key_of(connector: str, provider_id: str) -> str:
	return hashlib.sha256(f"{connector}|{provider_id}".encode()).hexdigest()


def customer_of(config, record: Record) -> str:
	"""The customer of a record that says `customer_id`, `tax_id` and `name`. UnknownCustomer where none fits."""
	said = record.data
	asked = getattr(said, "customer", "")
	if asked and frappe.db.exists("Customer", asked):
		return asked  # the provider was asked about this customer
	if not said.customer_id:
		raise UnknownCustomer(record, _("It does not say whom it is about."))
	if customer := find(config.name, said.customer_id, said.tax_id, said.name):
		return customer
	raise UnknownCustomer(
		record,
		_("{0} is not known: choose its customer in Customer Identity; this is then written.").format(
			" ".join(filter(None, (said.name, f"({said.customer_id})")))
		),
	)


def find(connector: str, provider_id: str, tax_id: str = "", name: str = "") -> str | None:
	"""By the number seen before, else by tax ID, else by the exact name; only where exactly one customer fits."""
	known = frappe.db.get_value(DOCTYPE, {"identity_key": key_of(connector, provider_id)}, "customer")
	if known and frappe.db.exists("Customer", known):
		return known
	for field, value, how in (("tax_id", tax_id, TAX_ID), ("customer_name", name, NAME)):
		if not value:
			continue
		found = frappe.get_all("Customer", {field: value}, pluck="name", limit=2, order_by="creation")
		if len(found) == 1:
			_keep(connector, provider_id, tax_id, name, found[0], how)
			return found[0]
	return None


def number_of(connector: str, customer: str) -> str | None:
	"""The provider's number of one of our customers, to write there."""
	filters = {"connector": connector, "customer": customer}
	return frappe.db.get_value(DOCTYPE, filters, "provider_id", order_by="creation desc")


def ask(config, unknown: UnknownCustomer) -> None:
	"""Has a person choose the customer: an open identity, once."""
	said = unknown.said
	if said.customer_id and not frappe.db.exists(
		DOCTYPE, {"identity_key": key_of(config.name, said.customer_id)}
	):
		_keep(config.name, said.customer_id, said.tax_id, said.name)


def retry_waiting(connector: str) -> None:
	"""Queues what is parked for the connector: a customer was chosen."""
	frappe.enqueue(
		"collections_app.services.connectors.parked.retry_all",
		queue="short",
		job_id=f"connector-retry-{connector}",
		deduplicate=True,
		enqueue_after_commit=True,
		connector=connector,
	)


def _keep(
	connector: str, provider_id: str, tax_id: str, name: str, customer: str | None = None, how: str = ""
) -> None:
	existing = frappe.db.get_value(DOCTYPE, {"identity_key": key_of(connector, provider_id)})
	identity = frappe.get_doc(DOCTYPE, existing) if existing else frappe.new_doc(DOCTYPE)
	identity.update(
		{
			"connector": connector,
			"provider_id": provider_id,
			"provider_name": name[:255],
			"provider_tax_id": tax_id[:140],
			"customer": customer,
		}
	)
	identity.flags.found_by = how
	frappe.db.savepoint("customer_identity")
	try:
		identity.save(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="customer_identity")  # somebody found it at the same moment
