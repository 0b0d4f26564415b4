"""Builders for the tests of what the desk shows: cases, promises, actions and users, without running a cycle."""

from contextlib import contextmanager

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.cases.records import case_key
from collections_app.tests.utils import COMPANY


def make_case(customer: str, **values):
	"""An open case with the figures given, as a run would have left it."""
	name = frappe.db.get_value("Collection Case", {"case_key": case_key(COMPANY, customer)})
	if not name:
		name = (
			frappe.get_doc(
				{"doctype": "Collection Case", "company": COMPANY, "customer": customer, "currency": "EUR"}
			)
			.insert()
			.name
		)
	defaults = {"status": "Open", "outstanding": values.get("overdue", 0), "dunning_level": 0}
	if values.get("overdue"):
		defaults["oldest_due_date"] = add_days(getdate(), -10)
	frappe.db.set_value("Collection Case", name, {**defaults, **values})
	return frappe.get_doc("Collection Case", name)


def make_promise(customer: str, due_in: int, amount: float = 100, status: str = "Open", **values):
	"""A promise due in so many days; written as it is, whatever its state."""
	promise = frappe.get_doc(
		{
			"doctype": "Promise to Pay",
			"company": COMPANY,
			"customer": customer,
			"status": status,
			"due_on": add_days(getdate(), due_in),
			"promised_on": add_days(getdate(), min(due_in, 0) - 5),
			"amount": amount,
			"currency": "EUR",
			**values,
		}
	)
	promise.set_new_name()
	promise.db_insert()
	return promise


def make_action(case, status: str, **values):
	action = frappe.get_doc(
		{
			"doctype": "Collection Action",
			"company": COMPANY,
			"customer": case.customer,
			"customer_name": case.customer_name,
			"case": case.name,
			"status": status,
			"channel": "Email",
			"planned_on": getdate(),
			"step_name": "Final notice",
			"action_key": frappe.generate_hash(length=40),
			**values,
		}
	)
	action.set_new_name()
	action.db_insert()
	return action


def make_snapshot(days_ago: int = 0, **values):
	day = add_days(getdate(), -days_ago)
	snapshot = frappe.get_doc(
		{
			"doctype": "Receivables Snapshot",
			"company": COMPANY,
			"snapshot_date": day,
			"currency": "EUR",
			"snapshot_key": f"{COMPANY}|{day}|{frappe.generate_hash(length=6)}",
			**values,
		}
	)
	snapshot.set_new_name()
	snapshot.db_insert()
	return snapshot


def make_user(*roles: str) -> str:
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": f"{frappe.generate_hash(length=8)}@example.com",
			"first_name": "Desk",
			"send_welcome_email": 0,
			"roles": [{"role": role} for role in roles],
		}
	).insert(ignore_permissions=True)
	return user.name


def restrict(user: str, doctype: str, name: str) -> None:
	"""A User Permission: of `doctype` the user sees only `name`."""
	frappe.get_doc(
		{
			"doctype": "User Permission",
			"user": user,
			"allow": doctype,
			"for_value": name,
			"apply_to_all_doctypes": 1,
		}
	).insert(ignore_permissions=True)


@contextmanager
def signed_in(user: str):
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user("Administrator")
