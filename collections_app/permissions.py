"""Who may use the app at all, and what a user sees of it.

Companies and customers are left to User Permissions. Those on Customer Group, Territory and the like narrow the customers, but
Frappe applies them to the customers' own list alone: documents of a customer follow it here, and what is of all customers of a
company is for who sees all of them. Each rule has two hooks: for lists, exports and links (`permission_query_conditions`, which
want SQL), and for one document (`has_permission`, which in v16 must say True).
"""

import frappe
from frappe.model.db_query import DatabaseQuery

from collections_app.constants.doctypes import OF_ROWS, ROWS_OF
from collections_app.constants.roles import APP_ROLES
from collections_app.services.access import sees_totals


def has_app_permission() -> bool:
	"""Shows the app's tile on the apps screen."""
	return bool({*APP_ROLES, "System Manager"}.intersection(frappe.get_roles()))


def of_seen_customers(user: str | None, doctype: str) -> str:
	"""For lists: what has a customer, or rows of customers, is seen by who may read each of them. Nothing is added for who may
	read every one, or none: then a role gives the documents without their customers."""
	user = user or frappe.session.user
	if user == "Administrator" or not frappe.has_permission("Customer", "read", user=user):
		return ""
	restricted = DatabaseQuery("Customer", user=user).build_match_conditions()
	if not restricted:
		return ""
	# these are names of DocTypes and Frappe's conditions, which are escaped
	seen = f"(select `tabCustomer`.`name` from `tabCustomer` where {restricted})"
	conditions = []
	if field := frappe.get_meta(doctype).get_field("customer"):
		customer = f"`tab{doctype}`.`customer`"
		mine = f"{customer} in {seen}"
		conditions.append(mine if field.reqd else f"(ifnull({customer}, '') = '' or {mine})")
	if doctype in OF_ROWS:
		conditions.append(_without_unseen_rows(doctype, seen))
	return " and ".join(conditions)


def _without_unseen_rows(doctype: str, seen: str) -> str:
	_table, fieldname, row, linked = _rows_of(doctype)
	rows, customer = f"`tab{row}`", f"`tab{row}`.`{fieldname}`"
	if linked != "Customer":
		rows, customer = (
			f"{rows} join `tab{linked}` on `tab{linked}`.`name` = {customer}",
			f"`tab{linked}`.`customer`",
		)
	return (
		f"not exists (select 1 from {rows} where `tab{row}`.`parent` = `tab{doctype}`.`name`"
		f" and ifnull({customer}, '') != '' and {customer} not in {seen})"
	)


def is_of_seen_customer(doc, user: str | None = None) -> bool:
	"""For one document: the same."""
	if not of_seen_customers(user, doc.doctype):
		return True
	customers = _customers_of(doc)
	seen = frappe.get_list("Customer", filters={"name": ["in", [*customers, ""]]}, user=user, limit=0)
	return len(seen) == len(customers)


def _customers_of(doc) -> set[str]:
	found = {doc.get("customer")}
	if doc.doctype in OF_ROWS:
		table, fieldname, _row, linked = _rows_of(doc.doctype)
		names = {row.get(fieldname) for row in doc.get(table)}
		if linked != "Customer":
			names = set(frappe.get_all(linked, {"name": ["in", [*names, ""]]}, pluck="customer"))
		found |= names
	return found - {None, ""}


def _rows_of(doctype: str) -> tuple[str, str, str, str]:
	"""The table whose rows lead to customers, their field for it, their DocType, and what the field links to."""
	table, fieldname = OF_ROWS[doctype]
	row = frappe.get_meta(doctype).get_field(table).options
	return table, fieldname, row, frappe.get_meta(row).get_field(fieldname).options


def of_all_customers(user: str | None, doctype: str) -> str:
	"""For lists: what is of all customers of a company is not for who sees some of them only."""
	return "" if sees_totals(user) else "1 = 0"


def is_of_all_customers(doc, user: str | None = None) -> bool:
	"""For one document: the same."""
	return sees_totals(user)


def of_seen_documents(user: str | None, doctype: str) -> str:
	"""For lists of rows, which Frappe gives to who may read any document they could belong to: only those of documents the
	user may see."""
	user = user or frappe.session.user
	if user == "Administrator":
		return ""
	parent = ROWS_OF[doctype]
	seen = DatabaseQuery(parent, user=user).build_match_conditions()
	if not seen:
		return ""
	return f"`tab{doctype}`.`parent` in (select `tab{parent}`.`name` from `tab{parent}` where {seen})"
