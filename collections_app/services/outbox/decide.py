"""What a person decides about actions: approve, cancel, try again, settle an uncertain one."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from collections_app.engine.outbox import can_move
from collections_app.exceptions import ActionStateError


def approve(names: list[str]) -> list[str]:
	"""Marks the actions as approved. Returns those that were waiting for it; others are left as they are."""
	approved = []
	for action in _load(names):
		if action.status in ("Planned", "Held", "Awaiting Approval") and action.requires_approval:
			action.db_set({"approved_by": frappe.session.user, "approved_at": now_datetime()})
			action.add_comment("Info", _("approved this message"))
			approved.append(action.name)
	return approved


def cancel(names: list[str], reason: str) -> list[str]:
	"""Cancels what has not gone out. The step counts as decided: the plan goes on with the next one."""
	if not (reason or "").strip():
		frappe.throw(_("Say why these messages are cancelled."), ActionStateError)
	cancelled = []
	for action in _load(names):
		if can_move(action.status, "Cancelled"):
			action.db_set({"status": "Cancelled", "cancel_reason": reason, "cancel_code": "person"})
			action.add_comment("Info", _("cancelled this message: {0}").format(reason))
			cancelled.append(action.name)
	return cancelled


def retry(name: str) -> None:
	"""Puts a failed action back into the queue, as a new message."""
	action = _load([name])[0]
	if action.status != "Failed":
		frappe.throw(_("Only a failed message can be tried again."), ActionStateError)
	action.db_set(
		{
			"status": "Queued",
			"error": None,
			"communication": None,
			"email_queue": None,
			"task": None,
			"sending_started_at": None,
		}
	)


def resolve_uncertain(name: str, was_sent: bool) -> None:
	"""A person found out what happened to an uncertain action."""
	action = _load([name])[0]
	if action.status != "Uncertain":
		frappe.throw(_("This message is not uncertain."), ActionStateError)
	if was_sent:
		action.db_set(
			{"status": "Sent", "sent_at": action.sending_started_at or now_datetime(), "error": None}
		)
	else:
		action.db_set(
			{"status": "Failed", "error": _("Not sent, as {0} found out").format(frappe.session.user)}
		)


def _load(names: list[str]):
	"""Locked, so that none is claimed for sending while it is decided on."""
	return [frappe.get_doc("Collection Action", name, for_update=True) for name in names]
