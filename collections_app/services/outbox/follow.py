"""What became of what was handed over: the Email Queue and the collectors' tasks know."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_to_date, now_datetime

from collections_app.services.outbox.store import change

LOST_AFTER_MINUTES = 15
# Email Queue status -> action status; what is not listed is still on its way
EMAIL_OUTCOMES = {
	"Sent": "Sent",
	"Error": "Failed",
	"Partially Sent": "Uncertain",
	"Partially Errored": "Uncertain",
}


def follow_sent_messages() -> dict[str, int]:
	"""Brings Sending and Sent actions up to date. Cheap when nothing is on its way."""
	counts = {"sent": 0, "failed": 0, "uncertain": 0, "requeued": requeue_lost(), "calls_done": 0}
	for action in _emails_on_their_way():
		status = EMAIL_OUTCOMES.get(action.email_status) if action.entry else "Uncertain"
		if status:
			frappe.db.set_value("Collection Action", action.name, _outcome(action, status))
			counts[frappe.scrub(status)] += 1
	counts["calls_done"] = _finish_calls()
	return counts


def requeue_lost() -> int:
	"""Actions whose worker died before it handed anything over. The communication is written together with the
	hand-over, so without one nothing has left the house."""
	lost = frappe.get_all(
		"Collection Action",
		{
			"status": "Sending",
			"communication": ["is", "not set"],
			"task": ["is", "not set"],
			"sending_started_at": ["<", add_to_date(now_datetime(), minutes=-LOST_AFTER_MINUTES)],
		},
		pluck="name",
	)
	change({name: {"status": "Queued", "lock_token": None} for name in lost}, ("Sending",))
	return len(lost)


def _emails_on_their_way():
	action, queue = DocType("Collection Action"), DocType("Email Queue")
	return (
		frappe.qb.from_(action)
		.left_join(queue)
		.on(queue.name == action.email_queue)
		.select(
			action.name,
			queue.name.as_("entry"),
			queue.status.as_("email_status"),
			queue.error,
			queue.modified,
		)
		.where((action.status == "Sending") & (action.channel == "Email") & action.communication.isnotnull())
	).run(as_dict=True)


def _outcome(action, status: str) -> dict:
	values = {"status": status}
	if status == "Sent":
		values["sent_at"] = action.modified
	elif status == "Failed":
		values["error"] = _last_line(action.error) or _("The mail server refused the message.")
	elif not action.entry:
		values["error"] = _("The Email Queue no longer knows this message.")
	else:
		values["error"] = _("Only some of the recipients were served: look at the Email Queue.")
	return values


def _last_line(error: str | None) -> str:
	lines = [line.strip() for line in (error or "").splitlines() if line.strip()]
	return lines[-1] if lines else ""


def _finish_calls() -> int:
	"""A call is Delivered when its task is closed."""
	action, task = DocType("Collection Action"), DocType("ToDo")
	done = (
		frappe.qb.from_(action)
		.inner_join(task)
		.on(task.name == action.task)
		.select(action.name)
		.where((action.status == "Sent") & (action.channel == "Call") & (task.status == "Closed"))
	).run(pluck=True)
	values = {name: {"status": "Delivered", "delivered_at": now_datetime()} for name in done}
	frappe.db.bulk_update("Collection Action", values)
	return len(done)
