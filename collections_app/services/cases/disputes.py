"""Disputes: who answers until when, and when one is over."""

import frappe
from frappe import _
from frappe.desk.form.assign_to import notify_assignment
from frappe.utils import add_days, formatdate, getdate

from collections_app.services.run.context import INFO, RunContext

ANSWER_DAYS = 7


def answer_due_on(reason: str, opened_on) -> str:
	"""The day by which the customer gets an answer: what the reason allows, else ANSWER_DAYS."""
	days = frappe.get_cached_value("Dispute Reason", reason, "answer_days") if reason else 0
	return add_days(opened_on, days or ANSWER_DAYS)


def close_disputes(context: RunContext) -> int:
	"""A dispute is over when nothing is open on its invoice any more. Returns how many were closed."""
	disputes = frappe.get_all(
		"Invoice Dispute",
		filters={"company": context.company, "status": "Open"},
		fields=["name", "sales_invoice"],
		order_by="name",
	)
	still_open = set(context.items.loc[context.items["outstanding"] > 0, "voucher_no"])
	closed = {
		dispute.name: {
			"status": "Resolved",
			"closed_on": context.run_date,
			"resolution": _("The invoice is settled"),
		}
		for dispute in disputes
		if dispute.sales_invoice not in still_open
	}
	frappe.db.bulk_update("Invoice Dispute", closed)
	for task in open_tasks(list(closed)):
		close_task(task.name)
	return len(closed)


def tell_late_answers(context: RunContext) -> int:
	"""Names the disputes whose answer is overdue. Returns how many."""
	late = frappe.get_all(
		"Invoice Dispute",
		filters={"company": context.company, "status": "Open", "answer_due_on": ["<", context.run_date]},
		fields=["name", "customer", "customer_name", "sales_invoice", "answer_due_on"],
		order_by="answer_due_on, name",
	)
	for dispute in late:
		text = _("{0}: the answer about {1} was due on {2}").format(
			dispute.customer_name or dispute.customer,
			dispute.sales_invoice,
			formatdate(dispute.answer_due_on),
		)
		context.tell(INFO, text, "Invoice Dispute", dispute.name)
	return len(late)


def assign(dispute) -> None:
	"""Keeps one open task with the responsible person, due when the answer is; none when the dispute is closed."""
	tasks = open_tasks([dispute.name])
	wanted = dispute.responsible if dispute.status == "Open" else None
	for task in tasks:
		if task.allocated_to != wanted:
			close_task(task.name)
	kept = next((task for task in tasks if task.allocated_to == wanted), None)
	if kept:
		if dispute.answer_due_on and getdate(kept.date) != getdate(dispute.answer_due_on):
			doc = frappe.get_doc("ToDo", kept.name)
			doc.update({"date": dispute.answer_due_on}).save(ignore_permissions=True)
	elif wanted:
		_new_task(dispute)


def open_tasks(names: list[str]) -> list:
	return frappe.get_all(
		"ToDo",
		{"reference_type": "Invoice Dispute", "reference_name": ["in", [*names, ""]], "status": "Open"},
		["name", "allocated_to", "date"],
	)


def close_task(name: str) -> None:
	frappe.get_doc("ToDo", name).update({"status": "Closed"}).save(ignore_permissions=True)


def _new_task(dispute) -> None:
	text = _("Answer the dispute about {0}: {1}").format(dispute.sales_invoice, _(dispute.reason))
	task = frappe.get_doc(
		{
			"doctype": "ToDo",
			"allocated_to": dispute.responsible,
			"assigned_by": frappe.session.user,
			"reference_type": "Invoice Dispute",
			"reference_name": dispute.name,
			"date": dispute.answer_due_on,
			"description": frappe.utils.escape_html(text),
		}
	).insert(ignore_permissions=True)
	_let_read(dispute)
	notify_assignment(
		task.assigned_by,
		task.allocated_to,
		"Invoice Dispute",
		dispute.name,
		action="ASSIGN",
		description=task.description,
	)


def _let_read(dispute) -> None:
	"""Who answers (sales, logistics) often has no role of the app: the one dispute is shared with them."""
	if not frappe.has_permission(doc=dispute, ptype="read", user=dispute.responsible):
		frappe.share.add_docshare(
			"Invoice Dispute",
			dispute.name,
			dispute.responsible,
			read=1,
			write=1,
			flags={"ignore_share_permission": True},
		)
