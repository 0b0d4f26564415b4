"""A message goes out through a connector, exactly once.

What is about to be sent, by whom and under which reference of ours is committed before the provider is called; its answer is
committed before anything else is written. A worker that dies between the two leaves the action Sending with
`transmission_started_at`, and `follow_connected.py` asks the provider what became of it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import now_datetime

from collections_app.connectors.base import (
	Action,
	ConnectorError,
	DataError,
	Pushed,
	TransientError,
	UncertainError,
)
from collections_app.connectors.records import OutgoingMessage
from collections_app.engine.channels import CONNECTED
from collections_app.engine.outbox import GONE_OUT
from collections_app.exceptions import FateUnknownError
from collections_app.services.connectors import outgoing
from collections_app.services.connectors.lending import site_time
from collections_app.services.outbox import effects
from collections_app.services.outbox.claims import begin_transmission, keep_charges, settle
from collections_app.services.run.errors import BUSY, error_text
from collections_app.services.texts import told

# what became of the sending of one message
SENT, FAILED, TAKEN, WAITS = "handed over", "failed", "taken", "waits"
# the first pause after trouble of the provider, doubled each time up to the longest
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=4)
# how often an answer is written when other workers are in the way
WRITES = 5
# what belongs to an attempt that surely reached nobody
NOT_TAKEN = {"transmission_started_at": None, "our_reference": None}


@dataclass(frozen=True)
class Composed:
	"""A message as the connector takes it, and the fields of the action that keep what was sent."""

	message: OutgoingMessage
	values: dict[str, Any] = field(default_factory=dict)


def send(action, connector: str, token: str, composed: Composed, recharged: list) -> str:
	"""Hands a claimed action to its connector. Returns SENT, FAILED, TAKEN (by another worker) or WAITS: it is tried again
	later."""
	key = action_key(action)
	values = {
		**composed.values,
		**keep_charges(action, recharged),
		"connector": connector,
		"our_reference": key,
		"next_attempt_at": None,
	}
	if not begin_transmission(action.name, token, values):
		return TAKEN
	try:
		outgoing.push(
			connector,
			Action(CONNECTED[action.channel], key, composed.message),
			keep=lambda pushed: keep_answer(action.name, key, pushed),
			about=("Collection Action", action.name),
		)
	except Exception as error:
		# what the log could not be written for does not hide what the provider said
		said = error if isinstance(error, ConnectorError) else error.__context__
		if not isinstance(error, ConnectorError):
			frappe.db.rollback()
			frappe.log_error(
				title="Collection Action", reference_doctype="Collection Action", reference_name=action.name
			)
		try:
			return _settle_error(action, token, said if isinstance(said, ConnectorError) else error)
		except BUSY as busy:
			# never to be taken for something that may go out again
			raise FateUnknownError(error_text(error)) from busy
	frappe.db.commit()  # nosemgrep: the log is kept, whatever follows from the message
	follow_up(action.name)
	return SENT


def keep_answer(name: str, key: str, pushed: Pushed) -> bool:
	"""Writes what the provider answered, for good, whoever holds the action by now. False when it had moved on."""
	action = DocType("Collection Action")
	values = answer_of(pushed)

	def write() -> None:
		query = frappe.qb.update(action).set(action.modified, now_datetime())
		for fieldname, value in values.items():
			query = query.set(action[fieldname], value)
		query.where(
			(action.name == name)
			& (action.our_reference == key)
			& action.status.isin(["Sending", "Uncertain"])
		).run()

	persist(write)
	return frappe.db.get_value("Collection Action", name, "provider_reference") == pushed.reference


def answer_of(pushed: Pushed) -> dict[str, Any]:
	"""The fields of an action whose message the provider took."""
	now = now_datetime()
	state = pushed.state if pushed.state in (*GONE_OUT, "Failed") else "Sent"
	values = {
		"status": state,
		"provider_reference": pushed.reference[:140],
		"provider_status": told(pushed.detail)[:140],
		"lock_token": None,
		"next_attempt_at": None,
		"error": told(pushed.detail) if pushed.state in ("Failed", "Uncertain") else None,
		"sent_at": now,
	}
	if state in GONE_OUT:
		# nothing that follows takes back that it is out
		values["effects_error"] = _("Not done yet")
	if state in ("Delivered", "Proved"):
		values["delivered_at"] = now
	if pushed.cost is not None:
		values |= {"cost": pushed.cost, "cost_currency": pushed.currency or None}
	return values


def follow_up(name: str) -> None:
	"""What follows from a message that is out; what other workers keep from being done now is caught up on."""
	try:
		effects.went_out(name)
	except BUSY:
		frappe.db.rollback()
	frappe.db.commit()  # nosemgrep: message and effects are kept before the next is begun


def _settle_error(action, token: str, error: Exception) -> str:
	text = error_text(error)
	outcome, values = FAILED, {"status": "Failed", "error": text, **NOT_TAKEN}
	if _is_uncertain(error):
		values = {
			"status": "Uncertain",
			"error": _("{0} Our reference: {1}").format(text, action_key(action)),
			"next_attempt_at": now_datetime() + FIRST_PAUSE,
		}
	elif isinstance(error, TransientError):
		outcome = WAITS
		until = site_time(error.next_allowed) or next_try(action.attempts)
		values = {"error": text, "next_attempt_at": until, "lock_token": None}
		# what may have been taken stays Sending: the provider is asked before anything else is done with it
		if not error.may_have_worked:
			values |= {"status": "Queued", **NOT_TAKEN}
	persist(lambda: settle(action.name, token, values))
	return outcome


def _is_uncertain(error: Exception) -> bool:
	"""Also what nobody expected, and an answer that says yes but cannot be read."""
	if isinstance(error, DataError):
		return bool(error.status and error.status < 300)
	return isinstance(error, UncertainError) or not isinstance(error, ConnectorError)


def action_key(action) -> str:
	return action.our_reference or f"{action.name}-{action.attempts}"


def next_try(attempts: int) -> datetime:
	return now_datetime() + min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10), LONGEST_PAUSE)


def persist(write: Callable[[], None]) -> None:
	"""Writes and commits, again when other workers were in the way: what a provider said must not get lost."""
	for attempt in range(1, WRITES + 1):
		try:
			write()
			frappe.db.commit()  # nosemgrep: kept before anything else is done
			return
		except BUSY:
			frappe.db.rollback()
			if attempt == WRITES:
				raise
			time.sleep(0.05 * attempt)
