"""Who may use the app at all, and what a user sees of it.

Companies and customers are left to User Permissions. Those on Customer Group, Territory and the like narrow the customers, but
Frappe applies them to the customers' own list alone: documents of a customer follow it here.
"""

import frappe
from frappe.model.db_query import DatabaseQuery

from collections_app.constants.roles import APP_ROLES


def has_app_permission() -> bool:
	"""Shows the app's tile on the apps screen."""
	return bool({*APP_ROLES, "System Manager"}.intersection(frappe.get_roles()))


def of_seen_customers(user: str | None, doctype: str) -> str:
	"""For lists (`permission_query_conditions`): what has a customer is seen by who may read the customer. Nothing is added for
	who may read every one, or none: then a role gives the documents without their customers."""
	user = user or frappe.session.user
	if user == "Administrator" or not frappe.has_permission("Customer", "read", user=user):
		return ""
	restricted = DatabaseQuery("Customer", user=user).build_match_conditions()
	if not restricted:
		return ""
	# the hook wants SQL: these are the DocType's own name and Frappe's conditions, which are escaped
	customer = f"`tab{doctype}`.`customer`"
	seen = f"{customer} in (select `tabCustomer`.`name` from `tabCustomer` where {restricted})"
	if frappe.get_meta(doctype).get_field("customer").reqd:
		return seen
	return f"(ifnull({customer}, '') = '' or {seen})"


def is_of_seen_customer(doc, user: str | None = None) -> bool:
	"""For one document (`has_permission`): the same."""
	customer = doc.get("customer")
	if not customer or not of_seen_customers(user, doc.doctype):
		return True
	return bool(frappe.get_list("Customer", filters={"name": customer}, user=user, limit=1))
