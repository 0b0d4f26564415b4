"""A call: a task for the collector, on the case."""

import frappe
from frappe import _
from frappe.utils import escape_html, fmt_money, now_datetime


def check() -> None:
	"""A call needs nothing but a collector, and without one the action is held."""


def hand_over(action) -> dict:
	"""Makes the collector's ToDo. Returns the fields to write on the action."""
	return assign(action, description_of(action))


def assign(action, description: str) -> dict:
	"""A ToDo for the case's collector. Returns the fields to write on the action."""
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
			"description": description,
		}
	).insert(ignore_permissions=True)
	return {"status": "Sent", "sent_at": now_datetime(), "task": task.name}


def description_of(action) -> str:
	"""What the call is about, and the step's script; with the charges, where the step has some."""
	text = _("Call {0}: {1} overdue on {2} invoices ({3})").format(
		escape_html(action.customer_name or action.customer),
		fmt_money(action.total_overdue, currency=action.currency),
		len(action.items),
		escape_html(action.step_name or ""),
	)
	script = frappe.db.get_value("Dunning Plan Step", action.plan_step, "task")
	if script:
		text += "<br>" + "<br>".join(escape_html(line) for line in script.strip().splitlines())
	if not (action.interest or action.indemnity):
		return text
	charges = _("Late interest {0}, fixed indemnity {1}").format(
		*(fmt_money(amount, currency=action.currency) for amount in (action.interest, action.indemnity))
	)
	return f"{text}{'<br>' if script else '. '}{charges}"
