"""What ERPNext's own install and setup wizard leave behind, as far as the ledger needs it."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

# ERPNext adds these to Frappe's own DocTypes
CUSTOM_FIELDS = {
	"Contact": [
		{
			"fieldname": "is_billing_contact",
			"fieldtype": "Check",
			"label": "Is Billing Contact",
			"insert_after": "is_primary_contact",
		}
	]
}
ROLES = (
	"Accounts Manager",
	"Accounts User",
	"Auditor",
	"Sales Manager",
	"Sales Master Manager",
	"Sales User",
)
MODES_OF_PAYMENT = {
	"Cash": "Cash",
	"Wire Transfer": "Bank",
	"Cheque": "Bank",
	"Credit Card": "Bank",
	"Bank Draft": "Bank",
}
TREES = {
	"Customer Group": ("All Customer Groups", ("Commercial", "Government", "Individual", "Non Profit")),
	"Territory": ("All Territories", ("Rest Of The World",)),
	"Item Group": ("All Item Groups", ("Products", "Services")),
}


def after_install():
	create_custom_fields(CUSTOM_FIELDS, ignore_validate=True)
	for role in ROLES:
		_insert("Role", role, role_name=role, desk_access=1)
	_insert("Party Type", "Customer", party_type="Customer", account_type="Receivable")
	for uom in ("Nos", "Unit", "Hour"):
		_insert("UOM", uom, uom_name=uom, enabled=1)
	for mode, kind in MODES_OF_PAYMENT.items():
		_insert("Mode of Payment", mode, mode_of_payment=mode, type=kind, enabled=1)
	for doctype, (root, leaves) in TREES.items():
		scrubbed = frappe.scrub(doctype)
		_insert(doctype, root, **{f"{scrubbed}_name": root, "is_group": 1})
		for leaf in leaves:
			_insert(doctype, leaf, **{f"{scrubbed}_name": leaf, f"parent_{scrubbed}": root})
	_set_single("Selling Settings", cust_master_name="Customer Name")
	frappe.db.set_default("cust_master_name", "Customer Name")
	_set_single("Accounts Settings", unlink_payment_on_cancellation_of_invoice=1, allow_stale=1, stale_days=1)


def _insert(doctype: str, name: str, **values):
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def _set_single(doctype: str, **values):
	for field, value in values.items():
		frappe.db.set_single_value(doctype, field, value)
