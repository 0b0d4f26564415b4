"""Dispatch: what is queued goes out, each action exactly once.

The claim is committed before anything is handed over, so a worker that dies leaves the action Sending and never a
second message. See `follow.py` for how such an action is settled.
"""

from typing import Any

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import now_datetime

from collections_app.exceptions import SettingsMissingError
from collections_app.services.outbox.channels import CHANNELS
from collections_app.services.run.context import ERROR, RunContext
from collections_app.services.run.errors import error_text


def dispatch(context: RunContext) -> dict[str, Any]:
	"""Sends every queued action of the company; in a rehearsal only counts them."""
	counts = {"emails": 0, "calls": 0, "failed": 0}
	queued = frappe.get_all(
		"Collection Action",
		{"company": context.company, "status": "Queued"},
		["name", "channel"],
		order_by="total_overdue desc, name",
	)
	blocked: set[str] = set()
	for position, action in enumerate(queued):
		context.progress(position, len(queued))
		if action.channel in blocked:
			continue
		if context.dry_run:
			counts["calls" if action.channel == "Call" else "emails"] += 1
			continue
		try:
			outcome = send(action.name)
		except SettingsMissingError as error:
			# nothing of this channel can go out: the rest stays queued until an administrator mends it
			blocked.add(action.channel)
			context.tell(ERROR, error_text(error))
			continue
		if outcome == "failed":
			counts["failed"] += 1
			context.tell(
				ERROR,
				frappe.db.get_value("Collection Action", action.name, "error"),
				"Collection Action",
				action.name,
			)
		elif outcome == "handed over":
			counts["calls" if action.channel == "Call" else "emails"] += 1
	return counts


def send(name: str) -> str:
	"""Claims and hands over one action: "handed over", "failed", or "taken" when another worker has it."""
	channel = CHANNELS[frappe.db.get_value("Collection Action", name, "channel")]
	channel.check(name)
	token = claim(name)
	if not token:
		return "taken"
	action = frappe.get_doc("Collection Action", name)
	try:
		values = channel.hand_over(action)
	except Exception as error:
		frappe.db.rollback()
		fail(name, error_text(error))
		frappe.log_error(
			title="Collection Action", reference_doctype="Collection Action", reference_name=name
		)
		frappe.db.commit()  # nosemgrep: the failure is kept whatever the next action does
		return "failed"
	frappe.db.set_value("Collection Action", name, {**values, "error": None})
	frappe.db.commit()  # nosemgrep: message and state are kept together, before the next is begun
	return "handed over"


def claim(name: str) -> str | None:
	"""Moves the action from Queued to Sending for this worker alone, and commits that."""
	token = frappe.generate_hash(length=16)
	action = DocType("Collection Action")
	(
		frappe.qb.update(action)
		.set(action.status, "Sending")
		.set(action.lock_token, token)
		.set(action.sending_started_at, now_datetime())
		.set(action.attempts, action.attempts + 1)
		.where((action.name == name) & (action.status == "Queued"))
	).run()
	frappe.db.commit()  # nosemgrep: the attempt is written down before the provider is called
	return token if frappe.db.get_value("Collection Action", name, "lock_token") == token else None


def fail(name: str, message: str) -> None:
	frappe.db.set_value(
		"Collection Action",
		name,
		{"status": "Failed", "error": message or _("The message could not be handed over.")},
	)
