"""Dispatch: what is queued goes out, each action exactly once.

The claim is committed before anything is handed over, so a worker that dies leaves the action Sending and never a
second message. See `follow.py` for how such an action is settled.
"""

from collections import Counter
from typing import Any

import frappe
from frappe import _
from frappe.utils import format_datetime, getdate, now_datetime

from collections_app.engine.channels import (
	CALL,
	EMAIL,
	HAND_OVER,
	INSURER_NOTICE,
	LETTER,
	ONLY_CONNECTED,
	PRINTED,
	REGISTERED_EMAIL,
	SMS,
	TASK,
	WHATSAPP,
)
from collections_app.engine.outbox import OUT, QUEUED, SENDING
from collections_app.engine.reasons import Reason
from collections_app.exceptions import FateUnknownError, SettingsMissingError
from collections_app.services import live
from collections_app.services.charges.compute import Charger
from collections_app.services.charges.settling import book_charges
from collections_app.services.frames import chunks
from collections_app.services.online_payments import links as payment_links
from collections_app.services.outbox import blocks, connected, effects, senders
from collections_app.services.outbox.channels import CHANNELS
from collections_app.services.outbox.claims import claim, fail, give_back, keep_charges, still_ours
from collections_app.services.reasons import sentence
from collections_app.services.run.context import ERROR, INFO, WARNING, RunContext
from collections_app.services.run.errors import BUSY, error_text

# channel -> what its actions are counted as
COUNTED = {
	EMAIL: "emails",
	LETTER: "letters",
	SMS: "sms",
	WHATSAPP: "whatsapp",
	REGISTERED_EMAIL: "registered_emails",
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
		["name", "case", "channel", "next_attempt_at"],
		order_by="total_overdue desc, name",
	)
	now = now_datetime()
	queued = [one for one in queued if not one.next_attempt_at or one.next_attempt_at <= now]
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
	charger, resting = Charger.of_run(context, getdate()), _Resting(context.company)
	done = 0
	for names in parts:
		waiting = blocks.still_queued(names)
		done += len(names) - len(waiting)
		for name in waiting:
			context.progress(done, len(queued))
			resting.send(name, charger)
			done += 1
	return blocks.await_others(context, [action.name for action in queued]) if shared else 0


def send_block(company: str, names: list[str]) -> None:
	"""A background job's share: those of these actions that nobody else has taken."""
	charger, resting = Charger(company, getdate()), _Resting(company)
	with live.held():
		for name in blocks.still_queued(names):
			resting.send(name, charger)


class _Resting:
	"""Sends, but nothing more through a provider that takes no calls for now: its messages stay queued, unprepared."""

	def __init__(self, company: str):
		self.company = company
		self.channels: set[str] = set()

	def send(self, name: str, charger: Charger) -> None:
		if self.channels and frappe.db.get_value("Collection Action", name, "channel") in self.channels:
			return
		outcome = send(name, charger)
		live.moved(self.company, live.MESSAGE)
		if outcome != connected.WAITS:
			return
		connector = frappe.db.get_value("Collection Action", name, "connector")
		if senders.rests_until(connector):
			self.channels |= {
				channel
				for channel in senders.CHOSEN
				if senders.connector_of(self.company, channel) == connector
			}


def _outcome(context: RunContext, names: list[str]) -> dict[str, int]:
	"""What became of the actions, whoever sent them: the counts; and what failed is told."""
	counts = dict(NOTHING_SENT)
	for some in chunks(names):
		fields = ["name", "channel", "status", "error", "communication", "task", "next_attempt_at"]
		for action in frappe.get_all("Collection Action", {"name": ["in", some]}, fields, order_by="name"):
			if action.status in ("Failed", "Uncertain"):
				counts["failed"] += 1
				context.tell(ERROR, action.error, "Collection Action", action.name)
			elif action.status in OUT or (action.status == SENDING and (action.communication or action.task)):
				counts[COUNTED[action.channel]] += 1
			elif action.status in (QUEUED, SENDING) and action.error and action.next_attempt_at:
				text = _("{0} It is tried again at {1}.").format(
					action.error, format_datetime(action.next_attempt_at)
				)
				context.tell(WARNING, text, "Collection Action", action.name)
	return counts


def _is_ready(context: RunContext, channel: str) -> bool:
	"""Whether anything can go out this way. If not, its actions stay queued until an administrator mends it, or the
	provider takes calls again."""
	connector = senders.connector_of(context.company, channel)
	if connector and (until := senders.rests_until(connector)):
		text = _("{0} takes nothing before {1}: messages stay queued until then.")
		context.tell(INFO, text.format(connector, format_datetime(until)), "Connector Config", connector)
		return False
	if not connector and channel in ONLY_CONNECTED:
		context.tell(ERROR, sentence(Reason("no_connector", {"channel": channel})))
		return False
	try:
		if not connector or channel in PRINTED:
			CHANNELS[channel].check()
	except SettingsMissingError as error:
		context.tell(ERROR, error_text(error))
		return False
	return True


def send(name: str, charger: Charger | None = None) -> str:
	"""Claims and hands over one action: "handed over", "failed", "taken" when another worker has it, or "waits" when its
	provider is to be tried again later.

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
		channel, connector = CHANNELS[action.channel], senders.connector_of_action(action)
		# what a provider may know by our reference goes out again as it was
		charged_before = bool(connector and action.our_reference)
		charger = charger or Charger(action.company, getdate())
		recharged = [] if charged_before else charger.for_action(action)
		action.flags.payment_link = payment_links.for_action(action)
		if connector:
			return connected.send(action, connector, token, channel.compose(action), recharged)
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
