"""A collector's work on one case: calls, follow-ups, pauses."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import escape_html, formatdate, getdate, now_datetime

from collections_app.engine.ageing import add_ageing
from collections_app.services.cases import events as case_events
from collections_app.services.cases.state import refresh_case
from collections_app.services.receivables import open_items

REACHED, WILL_PAY, CALL_BACK = "Reached", "Will Pay", "Call Back"
NO_ANSWER, WRONG_NUMBER = "No Answer", "Wrong Number"
CALL_OUTCOMES = (REACHED, WILL_PAY, CALL_BACK, NO_ANSWER, WRONG_NUMBER)
# somebody was spoken to: the call that was due is done, and the customer contacted
SPOKEN = (REACHED, WILL_PAY, CALL_BACK)


def open_invoices(customer: str, company: str) -> list[dict]:
	"""sales_invoice, posting_date, due_date, days_overdue, currency, outstanding; terms of one invoice joined."""
	items = add_ageing(open_items(company, customers=[customer]), getdate())
	invoices = items[(items["voucher_type"] == "Sales Invoice") & (items["outstanding"] > 0)]
	rows = invoices.groupby("voucher_no", as_index=False).agg(
		{
			"posting_date": "first",
			"due_date": "min",
			"days_overdue": "max",
			"currency": "first",
			"outstanding": "sum",
		}
	)
	rows = rows.sort_values(["due_date", "voucher_no"]).rename(columns={"voucher_no": "sales_invoice"})
	for column in ("posting_date", "due_date"):
		rows[column] = rows[column].dt.date
	return rows.to_dict("records")


def log_call(
	case,
	outcome: str,
	note: str | None = None,
	next_action_on: str | None = None,
	spoke_to: str | None = None,
) -> dict:
	"""Keeps a call on the case as a Communication by phone.

	Where somebody was reached, the open calls of the case are done and the customer was contacted; a call that nobody
	answered stays open. A follow-up day makes a task. A wrong number makes one to find the right one.
	"""
	call = _keep_call(case, outcome, note, spoke_to)
	closed = 0
	if outcome in SPOKEN:
		closed = close_calls(case)
		case.db_set("last_contact_on", now_datetime())
	if next_action_on:
		follow_up(case, _("Call back"), getdate(next_action_on))
	elif outcome == WRONG_NUMBER:
		follow_up(case, _("Find the right phone number"), getdate())
	refresh_case(case.name)
	return {"communication": call, "closed_tasks": closed}


def _keep_call(case, outcome: str, note: str | None, spoke_to: str | None) -> str:
	lines = [_("Call: {0}").format(_(outcome))]
	if spoke_to:
		lines[0] += f", {escape_html(spoke_to)}"
	if note:
		lines.append(escape_html(note))
	call = frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Phone",
			"sent_or_received": "Sent",
			"status": "Linked",
			"subject": _("Call: {0}").format(_(outcome)),
			"content": "<br>".join(lines),
			"sender": frappe.db.get_value("User", frappe.session.user, "email") or None,
			"user": frappe.session.user,
			"reference_doctype": "Collection Case",
			"reference_name": case.name,
			"timeline_links": [{"link_doctype": "Customer", "link_name": case.customer}],
		}
	)
	return call.insert(ignore_permissions=True).name


def close_calls(case) -> int:
	"""Closes the open tasks of the case but the one of an escalation, which is somebody else's. Returns how many."""
	tasks = frappe.get_all(
		"ToDo",
		{
			"reference_type": "Collection Case",
			"reference_name": case.name,
			"status": "Open",
			"name": ["!=", case.escalation_task or ""],
		},
		pluck="name",
	)
	for task in tasks:
		frappe.get_doc("ToDo", task).update({"status": "Closed"}).save(ignore_permissions=True)
	return len(tasks)


def follow_up(case, text: str, on: date) -> None:
	"""A task for the case's collector, which is the case's next action until it is closed."""
	frappe.get_doc(
		{
			"doctype": "ToDo",
			"allocated_to": case.collector or frappe.session.user,
			"assigned_by": frappe.session.user,
			"reference_type": "Collection Case",
			"reference_name": case.name,
			"date": on,
			"description": text,
		}
	).insert(ignore_permissions=True)


def pause(case, until: str, reason: str) -> None:
	"""Sets the pause; an empty date ends it."""
	if until and getdate(until) < getdate():
		frappe.throw(_("The pause must not end in the past."))
	if until and not (reason or "").strip():
		frappe.throw(_("Say why the case is paused."))
	case.paused_until, case.pause_reason = (getdate(until), reason.strip()) if until else (None, None)
	# told below in words of its own
	case.save(ignore_version=True)
	text = _("ended the pause")
	if until:
		text = _("paused until {0}: {1}").format(
			formatdate(case.paused_until), escape_html(case.pause_reason)
		)
	case_events.tell(case.name, case_events.PAUSE, text)
	refresh_case(case.name)
