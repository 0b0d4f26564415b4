"""What a person decides about actions: approve, cancel, try again, settle an uncertain one.

Each action is decided on by itself: one that cannot be is refused with the reason, and the others go on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import now_datetime

from collections_app.engine.outbox import can_move
from collections_app.exceptions import ActionStateError, CollectionsError
from collections_app.services import live
from collections_app.services.charges import booking as charge_booking
from collections_app.services.outbox.effects import went_out
from collections_app.services.outbox.unreachable import NOT_BOUNCED
from collections_app.services.run.errors import error_text

# what belongs to the attempt that failed, not to the next one
OF_THE_ATTEMPT = (
	*("communication", "email_queue", "task", "message_id", "provider_reference"),
	*("sending_started_at", "transmission_started_at", "transmitting_to", "lock_token"),
	*("sent_at", "delivered_at", "opened_at", "error", "next_attempt_at", "status_checked_at"),
	*("our_reference", "provider_status", "cost_currency", "proof", "document"),
)
WAITING = ("Planned", "Held", "Awaiting Approval")


@dataclass
class Decided:
	"""`done`: names of the actions decided on. `refused`: name, title and why of the others."""

	done: list[str] = field(default_factory=list)
	refused: list[dict[str, str]] = field(default_factory=list)


def approve(names: Iterable[str]) -> Decided:
	"""Marks the actions as approved; who and when stays with them."""

	def decision(action):
		if action.status not in WAITING or not action.requires_approval:
			raise ActionStateError(_("It does not wait for an approval."))
		if action.approved_by:
			raise ActionStateError(_("{0} approved it already.").format(action.approved_by))
		action.db_set({"approved_by": frappe.session.user, "approved_at": now_datetime()})
		action.add_comment("Info", _("approved this message"))

	return _each(names, decision)


def cancel(names: Iterable[str], reason: str) -> Decided:
	"""Cancels what has not gone out. The step counts as decided: the plan goes on with the next one."""
	if not (reason or "").strip():
		frappe.throw(_("Say why these messages are cancelled."), ActionStateError)
	return _call_off(names, reason, "person", _("cancelled this message: {0}"))


def skip(names: Iterable[str], reason: str) -> Decided:
	"""Leaves the step out for the items of these actions: it counts as done, and the plan goes on with the next one."""
	if not (reason or "").strip():
		frappe.throw(_("Say why the step is skipped."), ActionStateError)
	return _call_off(names, reason, "skipped", _("skipped this step: {0}"))


def _call_off(names: Iterable[str], reason: str, code: str, comment: str) -> Decided:
	"""Cancels, with a reason that is kept. `code`: why, as Collection Action's cancel_code."""

	def decision(action):
		if not can_move(action.status, "Cancelled"):
			raise ActionStateError(_("It is {0} and can no longer be cancelled.").format(_(action.status)))
		action.db_set({"status": "Cancelled", "cancel_reason": reason, "cancel_code": code})
		action.add_comment("Info", comment.format(frappe.utils.escape_html(reason)))

	return _each(names, decision)


def retry(names: Iterable[str]) -> Decided:
	"""Puts failed actions back into the queue, as new messages."""

	def decision(action):
		if action.status != "Failed":
			raise ActionStateError(
				_("Only a failed message can be tried again; this one is {0}.").format(_(action.status))
			)
		action.add_comment(
			"Info", _("tries again after: {0}").format(frappe.utils.escape_html(action.error or ""))
		)
		action.db_set({"status": "Queued", **dict.fromkeys(OF_THE_ATTEMPT), "cost": 0})
		frappe.db.set_value("Collection Case", action.case, NOT_BOUNCED)

	return _each(names, decision)


def resolve_uncertain(names: Iterable[str], was_sent: bool) -> Decided:
	"""A person found out what happened to uncertain actions."""

	def decision(action):
		if action.status != "Uncertain":
			raise ActionStateError(_("This message is not uncertain."))
		if was_sent:
			sent_at = action.transmission_started_at or action.sending_started_at or now_datetime()
			action.db_set({"status": "Sent", "sent_at": sent_at, "error": None})
			charge_booking.note(action)
			went_out(action.name)
			action.add_comment("Info", _("found out that it was sent"))
		else:
			action.db_set(
				{"status": "Failed", "error": _("Not sent, as {0} found out").format(frappe.session.user)}
			)

	return _each(names, decision)


def _each(names: Iterable[str], decision: Callable) -> Decided:
	"""Decides on one action after the other. Each is locked, so that none is claimed for sending meanwhile, and kept
	at once, so that no long list of locks stands in other workers' way."""
	decided = Decided()
	for name in dict.fromkeys(names):
		title = name
		try:
			action = frappe.get_doc("Collection Action", name, for_update=True)
			title = action.customer_name or action.customer
			decision(action)
			live.moved(action.company, live.MESSAGE)
			frappe.db.commit()  # nosemgrep: each decision stands by itself
			decided.done.append(name)
		except Exception as error:
			frappe.db.rollback()
			if not isinstance(error, CollectionsError):
				frappe.log_error(
					title="Collection Action", reference_doctype="Collection Action", reference_name=name
				)
			decided.refused.append({"name": name, "title": title, "why": error_text(error)})
	return decided
