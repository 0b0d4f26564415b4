"""Dispatch: what is queued goes out, each action exactly once.

The claim is committed before anything is handed over, so a worker that dies leaves the action Sending and never a
second message. See `follow.py` for how such an action is settled.
"""

from typing import Any

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import getdate, now_datetime

from collections_app.engine.channels import TASKS
from collections_app.exceptions import FateUnknownError, SettingsMissingError
from collections_app.services import charge_booking
from collections_app.services.charge_settling import book_charges
from collections_app.services.charges import CHARGE_FIELDS, TOTAL_FIELDS, Charger
from collections_app.services.outbox.channels import CHANNELS
from collections_app.services.outbox.effects import went_out
from collections_app.services.outbox.overlap import already_out, give_way
from collections_app.services.run.context import ERROR, RunContext
from collections_app.services.run.errors import BUSY, error_text


def dispatch(context: RunContext) -> dict[str, Any]:
	"""Sends every queued action of the company; in a rehearsal only counts them."""
	counts = {"emails": 0, "calls": 0, "failed": 0}
	queued = frappe.get_all(
		"Collection Action",
		{"company": context.company, "status": "Queued"},
		["name", "channel"],
		order_by="total_overdue desc, name",
	)
	ready: dict[str, bool] = {}
	charger = Charger.of_run(context, getdate())
	for position, action in enumerate(queued):
		context.progress(position, len(queued))
		if action.channel not in ready:
			ready[action.channel] = _is_ready(context, action.channel)
		if not ready[action.channel]:
			continue
		outcome = "handed over" if context.dry_run else send(action.name, charger)
		if outcome == "failed":
			counts["failed"] += 1
			context.tell(
				ERROR,
				frappe.db.get_value("Collection Action", action.name, "error"),
				"Collection Action",
				action.name,
			)
		elif outcome == "handed over":
			counts["calls" if action.channel in TASKS else "emails"] += 1
	return counts if context.dry_run else {**counts, **book_charges(context)}


def _is_ready(context: RunContext, channel: str) -> bool:
	"""Whether anything can go out this way. If not, its actions stay queued until an administrator mends it."""
	try:
		CHANNELS[channel].check()
	except SettingsMissingError as error:
		context.tell(ERROR, error_text(error))
		return False
	return True


def send(name: str, charger: Charger | None = None) -> str:
	"""Claims and hands over one action: "handed over", "failed", or "taken" when another worker has it.

	`charger`: computes the charges of the day, on which the message goes out; None: one for this action alone.
	"""
	try:
		token = claim(name)
	except BUSY:
		frappe.db.rollback()
		return "taken"
	if not token:
		return "taken"
	action = frappe.get_doc("Collection Action", name)
	has_left = False
	try:
		recharged = (charger or Charger(action.company, getdate())).for_action(action)
		channel = CHANNELS[action.channel]
		values = channel.hand_over(action)
		has_left = getattr(channel, "LEAVES_AT_ONCE", False)
		if not still_ours(name, token):
			frappe.db.rollback()
			return "taken"
		# the next to hold it is who hands it to the mail server: see transmit.py
		values = {"lock_token": None, **values, **keep_charges(action, recharged), "error": None}
		frappe.db.set_value("Collection Action", name, values)
		went_out(name)
	except Exception as error:
		frappe.db.rollback()
		has_left = has_left or isinstance(error, FateUnknownError)
		if isinstance(error, BUSY) and not has_left:
			# another worker was in the way: nothing of this is kept, and the next dispatch sends it
			give_back(name, token)
			return "taken"
		fail(name, error_text(error), token, "Uncertain" if has_left else "Failed")
		frappe.log_error(
			title="Collection Action", reference_doctype="Collection Action", reference_name=name
		)
		frappe.db.commit()  # nosemgrep: the failure is kept whatever the next action does
		return "failed"
	frappe.db.commit()  # nosemgrep: message and state are kept together, before the next is begun
	return "handed over"


def keep_charges(action, rows: list) -> dict[str, float]:
	"""Writes the new charges of these items, as the message says them, and notes what is to be booked of them. Returns
	the fields of the action."""
	for row in rows:
		charge = {field: row.get(field) for field in CHARGE_FIELDS}
		frappe.db.set_value("Collection Action Invoice", row.name, charge, update_modified=False)
	charge_booking.note(action)
	return {field: action.get(field) for field in TOTAL_FIELDS}


def claim(name: str) -> str | None:
	"""Moves the action from Queued to Sending for this worker alone, and commits that."""
	token = frappe.generate_hash(length=16)
	case = frappe.db.get_value("Collection Action", name, "case")
	frappe.db.commit()  # nosemgrep: what follows sees what the others wrote until now
	# one claim at a time for a customer, so that of two messages with the same item one gives way
	frappe.db.get_value("Collection Case", case, "name", for_update=True)
	action = DocType("Collection Action")
	(
		frappe.qb.update(action)
		.set(action.status, "Sending")
		.set(action.lock_token, token)
		.set(action.sending_started_at, now_datetime())
		.set(action.attempts, action.attempts + 1)
		.where((action.name == name) & (action.status == "Queued"))
	).run()
	ours = token == frappe.db.get_value("Collection Action", name, "lock_token")
	if ours and (other := already_out(name, case)):
		give_way(name, other)
		ours = False
	frappe.db.commit()  # nosemgrep: the attempt is written down before the provider is called
	return token if ours else None


def still_ours(name: str, token: str) -> bool:
	"""False when the claim was taken away meanwhile, because this worker was thought lost: see `follow.py`."""
	return token == frappe.db.get_value(
		"Collection Action", {"name": name, "status": "Sending"}, "lock_token", for_update=True
	)


def fail(name: str, message: str, token: str, status: str = "Failed") -> None:
	"""Marks the action as failed, if it is still this worker's; as Uncertain where the provider has it already."""
	_settle(name, token, {"status": status, "error": message or _("The message could not be handed over.")})


def give_back(name: str, token: str) -> None:
	"""Puts the action back into the queue, if it is still this worker's."""
	_settle(name, token, {"status": "Queued", "lock_token": None})
	frappe.db.commit()  # nosemgrep: others may take it at once


def _settle(name: str, token: str, values: dict[str, Any]) -> None:
	action = DocType("Collection Action")
	query = frappe.qb.update(action).set(action.modified, now_datetime())
	for field, value in values.items():
		query = query.set(action[field], value)
	query.where((action.name == name) & (action.status == "Sending") & (action.lock_token == token)).run()
