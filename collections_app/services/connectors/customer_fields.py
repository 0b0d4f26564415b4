"""What a CRM says of a customer goes into its field; the customer is found once and then known by the CRM's id."""

import frappe
from frappe import _

from collections_app.connectors.base import Record
from collections_app.connectors.records import CustomerField
from collections_app.services.connectors import references
from collections_app.services.connectors.targets import RefusedRecord, Written

STREAM = "customers"
TYPES = ("Data", "Small Text", "Text", "Select", "Phone", "Link", "Int", "Float", "Date", "Check")
# what decides about money and deliveries is nobody else's to change
PROTECTED = {
	"naming_series",
	"customer_name",
	"disabled",
	"is_frozen",
	"represents_company",
	"default_currency",
}
# ERPNext takes these from the primary contact: filled where they are empty, never overwritten
FROM_CONTACT = {"email_id", "mobile_no"}


def write_customer_field(config, record: Record) -> Written:
	"""RefusedRecord when the field is none that may be written so."""
	said: CustomerField = record.data
	_check_field(record, said.fieldname)
	customer = _find(config, said)
	if not customer:
		return Written(seen=1)  # somebody that this company does not sell to
	document = frappe.get_doc("Customer", customer)
	before = document.get(said.fieldname)
	if str(before or "") == said.value or (before and said.fieldname in FROM_CONTACT):
		return Written(seen=1)
	if said.fieldname in FROM_CONTACT:
		document.db_set(said.fieldname, said.value)
	else:
		document.set(said.fieldname, said.value)
		document.save(ignore_permissions=True)
	return Written(created=1)


def _check_field(record: Record, fieldname: str) -> None:
	field = frappe.get_meta("Customer").get_field(fieldname)
	allowed = field and field.fieldtype in TYPES and not field.permlevel
	if not allowed or fieldname in PROTECTED or fieldname.startswith("collections_"):
		raise RefusedRecord(
			record, _("{0} is no field of Customer that a connector may write.").format(fieldname)
		)


def _find(config, said: CustomerField) -> str | None:
	"""By the id seen before, else by tax ID, else by the exact name; only where exactly one customer fits."""
	known = references.find(config.name, STREAM, said.customer_id)
	if known and frappe.db.exists("Customer", known):
		return known
	for field, value in (("tax_id", said.tax_id), ("customer_name", said.name)):
		if not value:
			continue
		found = frappe.get_all("Customer", {field: value}, pluck="name", limit=2, order_by="creation")
		if len(found) == 1:
			references.add(config.name, STREAM, said.customer_id, "Customer", found[0])
			return found[0]
	return None
