"""A call: a task for the collector, on the case."""

import frappe
from frappe import _
from frappe.utils import fmt_money, now_datetime


def check() -> None:
	"""A call needs nothing but a collector, and without one the action is held."""


def hand_over(action) -> dict:
	"""Makes the collector's ToDo. Returns the fields to write on the action."""
	collector = frappe.db.get_value("Collection Case", action.case, "collector")
	task = frappe.get_doc(
		{
			"doctype": "ToDo",
			"allocated_to": collector,
			"assigned_by": frappe.session.user,
			"reference_type": "Collection Case",
			"reference_name": action.case,
			"date": action.planned_on,
			"priority": "High" if action.dunning_level > 2 else "Medium",
			"description": description_of(action),
		}
	).insert(ignore_permissions=True)
	return {"status": "Sent", "sent_at": now_datetime(), "task": task.name}


def description_of(action) -> str:
	"""What the call is about; with the charges, where the step has some."""
	text = _("Call {0}: {1} overdue on {2} invoices ({3})").format(
		frappe.utils.escape_html(action.customer_name or action.customer),
		fmt_money(action.total_overdue, currency=action.currency),
		len(action.items),
		frappe.utils.escape_html(action.step_name or ""),
	)
	if not (action.interest or action.indemnity):
		return text
	charges = _("Late interest {0}, fixed indemnity {1}").format(
		*(fmt_money(amount, currency=action.currency) for amount in (action.interest, action.indemnity))
	)
	return f"{text}. {charges}"
