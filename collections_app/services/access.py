"""What the signed-in user may see, for queries built as a whole, which pass Frappe's own checks by."""

import frappe
from frappe import _
from frappe.model.db_query import DatabaseQuery
from frappe.permissions import get_allowed_docs_for_doctype, get_user_permissions

from collections_app.compat import aggregate

# what a User Permission on one of these narrows is the customers
NARROWING = {"Customer", "Customer Group", "Territory"}


def allowed_companies() -> list[str] | None:
	"""Companies the user is restricted to by User Permissions; None when there is no restriction."""
	rules = get_user_permissions(frappe.session.user).get("Company")
	if not rules:
		return None
	return get_allowed_docs_for_doctype(rules, "Collection Case") or None


def company_for(company: str | None = None) -> str | None:
	"""`company` if the user may see it; without one, the user's default, else the first that is permitted.

	None on a site without any company, so that the workspace opens before the setup wizard ran. PermissionError for a
	company outside the user's permissions.
	"""
	allowed = allowed_companies()
	if company:
		if not frappe.db.exists("Company", company):
			frappe.throw(_("Company {0} does not exist").format(frappe.bold(company)))
		if allowed is not None and company not in allowed:
			frappe.throw(_("You may not see company {0}").format(company), frappe.PermissionError)
		return company
	default = frappe.defaults.get_user_default("Company")
	if default and (allowed is None or default in allowed):
		return default
	if allowed:
		return sorted(allowed)[0]
	first = frappe.get_all("Company", pluck="name", order_by="name", limit=1)
	return first[0] if first else None


def permitted_customers(names: list[str] | None = None) -> dict[str, frappe._dict]:
	"""Customers the user may read, by name, with customer_name, customer_group and collections_risk_band.

	`names`: only these. PermissionError when the user may read no customer at all.
	"""
	filters = {"name": ["in", names]} if names else {}
	rows = frappe.get_list(
		"Customer",
		filters=filters,
		fields=["name", "customer_name", "customer_group", "collections_risk_band"],
		order_by="name",
		limit=0,
	)
	return {row.name: row for row in rows}


def seen_customers() -> list[str] | None:
	"""Names of the customers the user may read; None when that is every one, so that sums need no filter.

	PermissionError when the user may read no customer at all.
	"""
	# counted first: most users see every customer, and thousands of names take long to read
	if _sees_each(frappe.session.user):
		return None
	return frappe.get_list("Customer", pluck="name", order_by="name", limit=0)


def sees_totals(user: str | None = None) -> bool:
	"""Whether sums over all customers of a company are for the user (without one: who is signed in), not only for who sees some
	customers. Which companies, User Permissions on Company say."""
	user = user or frappe.session.user
	if user == "Administrator":
		return True
	if not frappe.has_permission("Customer", "read", user=user):
		return not NARROWING.intersection(get_user_permissions(user))
	if not DatabaseQuery("Customer", user=user).build_match_conditions():
		return True
	return _sees_each(user)


def _sees_each(user: str) -> bool:
	rows = frappe.get_list(
		"Customer",
		fields=["docstatus", aggregate("COUNT", "name", "customers")],
		group_by="docstatus",
		order_by="docstatus",
		limit=0,
		user=user,
	)
	return sum(row.customers for row in rows) == frappe.db.count("Customer")
