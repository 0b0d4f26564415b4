"""A collector's work on one case."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import formatdate, getdate, now_datetime

from collections_app.engine.ageing import add_ageing
from collections_app.services.receivables import open_items

CALL_OUTCOMES = ("Reached", "Will Pay", "Call Back", "No Answer", "Wrong Number")


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


def log_call(case, outcome: str, note: str | None, next_action_on: str | None) -> int:
	"""A comment on the case, the last contact, the follow-up; open call tasks of the case are closed."""
	text = _("Call: {0}").format(_(outcome))
	if note:
		text += f"<br>{frappe.utils.escape_html(note)}"
	case.add_comment("Info", text)
	tasks = frappe.get_all(
		"ToDo",
		{"reference_type": "Collection Case", "reference_name": case.name, "status": "Open"},
		pluck="name",
	)
	for task in tasks:
		frappe.get_doc("ToDo", task).update({"status": "Closed"}).save(ignore_permissions=True)
	values = {"last_contact_on": now_datetime()}
	if next_action_on:
		values.update({"next_action": _("Call back"), "next_action_on": getdate(next_action_on)})
		follow_up(case, values["next_action"], values["next_action_on"])
	case.db_set(values)
	return len(tasks)


def follow_up(case, text: str, on: date) -> None:
	"""A task for the case's collector, which stays the case's next action until it is closed."""
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
	case.paused_until, case.pause_reason = (getdate(until), reason) if until else (None, None)
	case.save()
	if until:
		case.add_comment("Info", _("paused until {0}: {1}").format(formatdate(case.paused_until), reason))
