"""What a CRM says of a customer goes into its field; the customer is found once and then known by the CRM's id."""

import frappe
from frappe import _

from collections_app.connectors.base import Record
from collections_app.connectors.records import CustomerField
from collections_app.services.connectors import identities
from collections_app.services.connectors.targets import RefusedRecord, Written

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
	customer = identities.find(config.name, said.customer_id, said.tax_id, said.name)
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
	# those of the contact are read-only on the form, and still filled
	writable = field and (field.fieldtype in TYPES or fieldname in FROM_CONTACT)
	allowed = writable and not field.permlevel
	if not allowed or fieldname in PROTECTED or fieldname.startswith("collections_"):
		raise RefusedRecord(
			record, _("{0} is no field of Customer that a connector may write.").format(fieldname)
		)
