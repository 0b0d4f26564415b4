"""Who works a case: its collector, and who it was escalated to."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.desk.form.assign_to import notify_assignment
from frappe.utils import escape_html, get_fullname, getdate

from collections_app.services.cases import events as case_events
from collections_app.services.cases.state import refresh_case, refresh_cases


def check_collector(user: str) -> None:
	"""Refuses a user who is disabled or has no business with cases."""
	if not frappe.db.get_value("User", user, "enabled"):
		frappe.throw(_("{0} is no enabled user.").format(user))
	if not frappe.has_permission("Collection Case", "write", user=user):
		frappe.throw(_("{0} may not work on cases. Give them the role Collector.").format(get_fullname(user)))


def reassign(names: Iterable[str], collector: str, reason: str | None) -> int:
	"""Gives cases, whose permission was checked, with their open tasks to a collector. Returns how many changed."""
	changed = []
	check_collector(collector)
	for name in dict.fromkeys(names):
		case = frappe.get_doc("Collection Case", name)
		if case.collector == collector:
			continue
		if not frappe.has_permission(doc=case, ptype="write", user=collector):
			frappe.throw(
				_("{0} may not see {1}.").format(get_fullname(collector), case.customer_name or name)
			)
		give(case, collector, escape_html((reason or "").strip()))
		changed.append(name)
	refresh_cases(changed)
	return len(changed)


def give(case, collector: str | None, why: str = "") -> None:
	"""Gives a case with its open tasks to a collector who may work it, and says so on the case. `why`: HTML."""
	before, case.collector = case.collector, collector
	case.save(ignore_version=True)
	nobody = _("nobody")
	text = _("gave the case from {0} to {1}").format(
		get_fullname(before) if before else nobody, get_fullname(collector) if collector else nobody
	)
	case_events.tell(case.name, case_events.TEAM, f"{text}: {why}" if why else text)


def cases_of(user: str, company: str | None = None) -> list[str]:
	"""Cases of a collector that the signed-in user may see; closed ones too, since they open again by themselves."""
	filters = {"collector": user, **({"company": company} if company else {})}
	return frappe.get_list("Collection Case", filters, pluck="name", order_by="name", limit=0)


def move_tasks(case, before: str | None) -> None:
	"""Open tasks of the former collector follow the case to the new one; what was asked of others stays with them."""
	tasks = frappe.get_all(
		"ToDo",
		{"reference_type": case.doctype, "reference_name": case.name, "status": "Open"},
		["name", "allocated_to"],
	)
	for task in tasks:
		if task.name != case.escalation_task and task.allocated_to in (before, None, ""):
			frappe.get_doc("ToDo", task.name).update({"allocated_to": case.collector}).save(
				ignore_permissions=True
			)


def escalate(case, to: str, reason: str) -> None:
	"""Asks somebody else to decide: they get a task; the collector keeps the case."""
	if not (reason or "").strip():
		frappe.throw(_("Say why the case is escalated."))
	check_collector(to)
	if not frappe.has_permission(doc=case, ptype="read", user=to):
		frappe.throw(_("{0} may not see this case.").format(get_fullname(to)))
	_close_task(case)
	reason = reason.strip()
	text = _("Escalated: {0}").format(escape_html(reason))
	task = frappe.get_doc(
		{
			"doctype": "ToDo",
			"allocated_to": to,
			"assigned_by": frappe.session.user,
			"reference_type": "Collection Case",
			"reference_name": case.name,
			"date": getdate(),
			"priority": "High",
			"description": text,
		}
	).insert(ignore_permissions=True)
	values = {"escalated": 1, "escalated_to": to, "escalation_reason": reason, "escalation_task": task.name}
	_write(case, values)
	notify_assignment(
		task.assigned_by, to, "Collection Case", case.name, action="ASSIGN", description=task.description
	)
	case_events.tell(
		case.name, case_events.TEAM, _("escalated to {0}: {1}").format(get_fullname(to), escape_html(reason))
	)
	refresh_case(case.name)


def de_escalate(case, note: str | None) -> None:
	"""It was decided: the case is the collector's alone again."""
	if not case.escalated:
		frappe.throw(_("The case is not escalated."))
	_close_task(case)
	_write(case, {"escalated": 0, "escalated_to": None, "escalation_reason": None, "escalation_task": None})
	text = _("ended the escalation")
	if (note or "").strip():
		text += f": {escape_html(note.strip())}"
	case_events.tell(case.name, case_events.TEAM, text)
	refresh_case(case.name)


def _write(case, values: dict) -> None:
	case.update(values)
	case.save(ignore_version=True)


def _close_task(case) -> None:
	task = case.escalation_task
	if task and frappe.db.get_value("ToDo", task, "status") == "Open":
		frappe.get_doc("ToDo", task).update({"status": "Closed"}).save(ignore_permissions=True)
