"""What became of what was handed over: the Email Queue, the mailbox and the collectors' tasks know."""

from datetime import datetime

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce
from frappe.utils import add_to_date, now, now_datetime

from collections_app.engine.channels import EMAIL, LETTER, PARTNERS, TASKS
from collections_app.services import live
from collections_app.services.outbox import follow_connected
from collections_app.services.outbox.effects import catch_up, went_out
from collections_app.services.outbox.inbound import follow_opened
from collections_app.services.outbox.store import change
from collections_app.services.outbox.transmit import fate_unknown, make_uncertain

# a worker that has held a message for so long is thought lost; if it wakes up, its claim is gone
LOST_AFTER_MINUTES = 15


def follow_sent_messages() -> dict[str, int]:
	"""Brings Sending, Sent and Uncertain actions up to date. Cheap when nothing is on its way."""
	counts = {"sent": 0, "failed": 0, **requeue_lost(), "opened": 0, "calls_done": 0, "effects_done": 0}
	with live.held():
		counts |= follow_connected.follow(lost_before())
		for mail in _emails_on_their_way():
			outcome = _follow_email(mail)
			if outcome:
				counts[outcome] += 1
		counts["opened"] = follow_opened()
		counts["calls_done"] = _finish_calls()
		counts["effects_done"] = catch_up()
	return counts


def requeue_lost() -> dict[str, int]:
	"""Actions whose worker died before it handed anything over go back into the queue. The communication, or the task,
	is written together with the hand-over, and a provider is called only after that was written down
	(`transmission_started_at`); so without any of them nothing has left the house. Where a gateway was called that cannot
	be asked nobody can know: Uncertain. Connectors are asked: see `follow_connected.py`."""
	action = DocType("Collection Action")
	return {
		"requeued": _move_lost("Queued", action.transmission_started_at.isnull()),
		"uncertain": _move_lost(
			"Uncertain",
			action.transmission_started_at.isnotnull() & (Coalesce(action.connector, "") == ""),
		),
	}


def _move_lost(status: str, condition) -> int:
	action = DocType("Collection Action")
	lost = (
		(action.status == "Sending")
		& condition
		& (Coalesce(action.communication, "") == "")
		& (Coalesce(action.task, "") == "")
		& (action.sending_started_at < lost_before())
	)
	names = frappe.qb.from_(action).select(action.name).where(lost).run(pluck=True)
	if not names:
		return 0
	query = frappe.qb.update(action).set(action.status, status).set(action.lock_token, None)
	if status == "Uncertain":
		query = query.set(action.error, _("The worker ended while it handed this message over."))
	# the condition again: a slow worker may have come to its end since the reading
	query.set(action.modified, now()).where(action.name.isin(names) & lost).run()
	return len(names)


def _emails_on_their_way():
	"""Mails not known to be sent: Sending, and Uncertain ones whose slow worker may have come to its end after all."""
	action, queue = DocType("Collection Action"), DocType("Email Queue")
	return (
		frappe.qb.from_(action)
		.left_join(queue)
		.on(queue.name == action.email_queue)
		.select(
			action.name,
			action.status,
			action.lock_token,
			action.sending_started_at,
			action.transmitting_to,
			queue.name.as_("entry"),
			queue.status.as_("email_status"),
			queue.error,
			queue.modified,
		)
		.where(
			action.status.isin(["Sending", "Uncertain"])
			& action.channel.isin([EMAIL, *PARTNERS])
			& action.communication.isnotnull()
		)
	).run(as_dict=True)


def _follow_email(mail) -> str | None:
	"""Moves one action on as its Email Queue entry says; returns what it was counted as."""
	if mail.email_status == "Sent":
		return _settle(mail, "Sent", sent_at=mail.modified, error=None)
	if mail.status == "Uncertain":
		return None
	if not mail.entry:
		return _settle(mail, "Uncertain", error=_("The Email Queue no longer knows this message."))
	if mail.lock_token and mail.sending_started_at and mail.sending_started_at > lost_before():
		# a worker has it in hand
		return None
	if fate_unknown(mail.entry, mail.transmitting_to):
		return "uncertain" if make_uncertain(mail.name, mail.entry, mail.lock_token) else None
	if mail.email_status == "Error":
		return _refused(mail)
	if mail.lock_token:
		_release_lost(mail)
	return None


def lost_before() -> datetime:
	return add_to_date(now_datetime(), minutes=-LOST_AFTER_MINUTES)


def _refused(mail) -> str | None:
	"""The mail server took it for none of the recipients, or only for some: those must not get it twice."""
	error = _last_line(mail.error) or _("The mail server refused the message.")
	recipients = frappe.get_all("Email Queue Recipient", {"parent": mail.entry}, ["recipient", "status"])
	if any(row.status == "Sent" for row in recipients):
		missed = ", ".join(row.recipient for row in recipients if row.status != "Sent")
		return _settle(mail, "Sent", sent_at=mail.modified, error=_("Not to {0}: {1}").format(missed, error))
	return _settle(mail, "Failed", error=error)


def _release_lost(mail) -> None:
	"""The worker died before it handed the text to the mail server: Frappe's queue may send the entry."""
	action, queue = DocType("Collection Action"), DocType("Email Queue")
	(
		frappe.qb.update(action)
		.set(action.lock_token, None)
		.where(
			(action.name == mail.name)
			& (action.status == "Sending")
			& (action.lock_token == mail.lock_token)
			& (Coalesce(action.transmitting_to, "") == (mail.transmitting_to or ""))
		)
	).run()
	(
		frappe.qb.update(queue)
		.set(queue.status, "Not Sent")
		.set(queue.modified, now())
		.where((queue.name == mail.entry) & (queue.status == "Sending"))
	).run()


def _settle(mail, status: str, **values) -> str:
	change({mail.name: {"status": status, **values}}, (mail.status,))
	went_out(mail.name)
	return frappe.scrub(status)


def _last_line(error: str | None) -> str:
	lines = [line.strip() for line in (error or "").splitlines() if line.strip()]
	return lines[-1] if lines else ""


def _finish_calls() -> int:
	"""A call, or whatever else a person does, is Delivered when its task is closed."""
	action, task = DocType("Collection Action"), DocType("ToDo")
	done = (
		frappe.qb.from_(action)
		.inner_join(task)
		.on(task.name == action.task)
		.select(action.name)
		.where(
			(action.status == "Sent")
			& action.channel.isin([LETTER, *TASKS, *PARTNERS])
			& (task.status == "Closed")
		)
	).run(pluck=True)
	values = {name: {"status": "Delivered", "delivered_at": now_datetime()} for name in done}
	frappe.db.bulk_update("Collection Action", values)
	return len(done)
