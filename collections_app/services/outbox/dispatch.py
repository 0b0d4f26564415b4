"""Dispatch: what is queued goes out, each action exactly once.

The claim is committed before anything is handed over, so a worker that dies leaves the action Sending and never a
second message. See `follow.py` for how such an action is settled.
"""

from collections import Counter
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import getdate, now_datetime

from collections_app.engine.channels import CALL, EMAIL, HAND_OVER, INSURER_NOTICE, LETTER, SMS, TASK
from collections_app.engine.outbox import OUT, SENDING
from collections_app.exceptions import FateUnknownError, SettingsMissingError
from collections_app.services.charges import booking as charge_booking
from collections_app.services.charges.compute import CHARGE_FIELDS, TOTAL_FIELDS, Charger
from collections_app.services.charges.settling import book_charges
from collections_app.services.frames import chunks
from collections_app.services.outbox import blocks, effects
from collections_app.services.outbox.channels import CHANNELS
from collections_app.services.outbox.overlap import already_out, give_way
from collections_app.services.run.context import ERROR, RunContext
from collections_app.services.run.errors import BUSY, error_text

# channel -> what its actions are counted as
COUNTED = {
	EMAIL: "emails",
	LETTER: "letters",
	SMS: "sms",
	CALL: "calls",
	TASK: "tasks",
	HAND_OVER: "hand_overs",
	INSURER_NOTICE: "notices",
}
NOTHING_SENT = dict.fromkeys([*COUNTED.values(), "failed"], 0)


def dispatch(context: RunContext) -> dict[str, Any]:
	"""Sends every queued action of the company; in a rehearsal only counts them.

	Returns how many of each channel went out (COUNTED), and failed; in_hand: those that other workers have not done with.
	"""
	queued = _queued(context)
	if context.dry_run:
		return {**NOTHING_SENT, **Counter(COUNTED[action.channel] for action in queued)}
	in_hand = _send_all(context, queued)
	counts = _outcome(context, [action.name for action in queued])
	if in_hand:
		counts["in_hand"] = in_hand
	effects.catch_up(context.company)
	effects.tell_left_open(context)
	return {**counts, **book_charges(context)}


def _queued(context: RunContext) -> list:
	"""What may go out now, the largest debts first."""
	queued = frappe.get_all(
		"Collection Action",
		{"company": context.company, "status": "Queued"},
		["name", "case", "channel"],
		order_by="total_overdue desc, name",
	)
	ready = {channel: _is_ready(context, channel) for channel in dict.fromkeys(one.channel for one in queued)}
	return [action for action in queued if ready[action.channel]]


def _send_all(context: RunContext, queued: list) -> int:
	"""Sends the actions block by block, with other workers where there are some and it is more than one block. Returns
	how many these have still in hand in the end."""
	parts = blocks.blocks_of(queued)
	shared = len(parts) > 1 and blocks.other_workers() > 0
	if shared:
		blocks.share(context.company, parts)
		# the others begin with the first block
		parts.reverse()
	charger = Charger.of_run(context, getdate())
	done = 0
	for names in parts:
		waiting = blocks.still_queued(names)
		done += len(names) - len(waiting)
		for name in waiting:
			context.progress(done, len(queued))
			send(name, charger)
			done += 1
	return blocks.await_others(context, [action.name for action in queued]) if shared else 0


def send_block(company: str, names: list[str]) -> None:
	"""A background job's share: those of these actions that nobody else has taken."""
	charger = Charger(company, getdate())
	for name in blocks.still_queued(names):
		send(name, charger)


def _outcome(context: RunContext, names: list[str]) -> dict[str, int]:
	"""What became of the actions, whoever sent them: the counts; and what failed is told."""
	counts = dict(NOTHING_SENT)
	for some in chunks(names):
		fields = ["name", "channel", "status", "error", "communication", "task"]
		for action in frappe.get_all("Collection Action", {"name": ["in", some]}, fields, order_by="name"):
			if action.status in ("Failed", "Uncertain"):
				counts["failed"] += 1
				context.tell(ERROR, action.error, "Collection Action", action.name)
			elif action.status in OUT or (action.status == SENDING and (action.communication or action.task)):
				counts[COUNTED[action.channel]] += 1
	return counts


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
		if has_left:
			# nothing that follows takes back that it is out
			values["effects_error"] = _("Not done yet")
		frappe.db.set_value("Collection Action", name, values)
		if has_left:
			frappe.db.commit()  # nosemgrep: the provider has it
		effects.went_out(name)
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
