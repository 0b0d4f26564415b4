"""What became of messages that were given to a connector: the provider is asked.

Two questions. Of an attempt whose answer was lost (the worker died, the connection broke): did the provider take it? It is
asked by our reference, where it can be; where it cannot say, the action is Uncertain, for a person. Of a message it took:
how far did it get? That is asked where neither a webhook nor a stream of statuses tells it.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce
from frappe.utils import get_system_timezone, now_datetime

from collections_app.connectors.base import (
	Action,
	ConnectorError,
	Record,
	TransientError,
	UncertainError,
	UnsupportedError,
)
from collections_app.connectors.records import OutgoingMessage
from collections_app.engine.channels import CONNECTED
from collections_app.engine.outbox import SENDING, UNCERTAIN
from collections_app.exceptions import ActionStateError
from collections_app.services.connectors import outgoing, registry
from collections_app.services.connectors.message_statuses import write_message_status
from collections_app.services.outbox.connected import follow_up, keep_answer, next_try, persist
from collections_app.services.run.errors import BUSY, error_text

# an attempt that nobody can tell of is asked for so long, then a person has it
ASKED_FOR = timedelta(days=1)
# a message changes its status for so long: a registered e-mail waits 15 days, a letter comes back after weeks
SETTLED = timedelta(days=60)
# how long after a question the next one, at the least; older messages are asked for more rarely
POLL_EVERY = timedelta(minutes=15)
MOST_AT_ONCE = 500
ASKED = ["name", "company", "channel", "connector", "our_reference", "phone", "recipients", "sms_text"]


def follow(lost_before: datetime) -> dict[str, int]:
	"""Asks for what is due. `lost_before`: a worker that has held a message since before is thought lost. Returns counts:
	found (taken by the provider after all), requeued_asked (surely not), polled (statuses that moved an action on)."""
	counts = {"found": 0, "requeued_asked": 0, "polled": 0}
	for name in _in_doubt(lost_before):
		outcome = ask(name)
		if outcome in counts:
			counts[outcome] += 1
	for name in _to_poll():
		counts["polled"] += poll(name)
	return counts


def ask(name: str) -> str:
	"""Did the provider take it? "found", "requeued_asked" or "unknown"."""
	action = frappe.db.get_value(
		"Collection Action", name, [*ASKED, "transmission_started_at", "attempts", "status"], as_dict=True
	)
	wanted = Action(
		CONNECTED[action.channel],
		action.our_reference,
		OutgoingMessage(to=action.phone or action.recipients or "", text=action.sms_text or ""),
	)
	try:
		found = outgoing.find(
			action.connector,
			wanted,
			_aware(action.transmission_started_at),
			about=("Collection Action", name),
		)
	except TransientError as error:
		_ask_again(action, None, error)
		return "unknown"
	except (UncertainError, UnsupportedError) as error:
		_ask_again(action, "Uncertain", error)
		return "unknown"
	except ConnectorError as error:
		# what an administrator has to mend does not tell what became of the message
		_ask_again(action, None, error)
		return "unknown"
	except Exception as error:
		frappe.db.rollback()
		frappe.log_error(
			title="Collection Action", reference_doctype="Collection Action", reference_name=name
		)
		_ask_again(action, "Uncertain", error)
		return "unknown"
	if found:
		keep_answer(name, action.our_reference, found)
		follow_up(name)
		return "found"
	persist(lambda: _requeue(name, action.our_reference))
	return "requeued_asked"


def ask_now(name: str) -> dict[str, str]:
	"""For a person who does not want to wait. ActionStateError where there is nothing to ask."""
	action = frappe.db.get_value(
		"Collection Action",
		name,
		["connector", "our_reference", "provider_reference", "status", "lock_token"],
		as_dict=True,
	)
	if action.connector and action.provider_reference and action.status in ("Sent", "Delivered"):
		poll(name)
	elif action.connector and action.our_reference and action.status in (SENDING, UNCERTAIN):
		if action.status == SENDING and action.lock_token:
			frappe.throw(_("A worker is handing it over right now."), ActionStateError)
		ask(name)
	else:
		frappe.throw(_("There is nothing to ask about this message."), ActionStateError)
	now = frappe.db.get_value("Collection Action", name, ["status", "error", "provider_status"], as_dict=True)
	said = now.error or now.provider_status
	return {"status": now.status, "said": f"{_(now.status)}: {said}" if said else _(now.status)}


def _in_doubt(lost_before: datetime) -> list[str]:
	"""Attempts without an answer: of lost workers, of requests that broke off, of what is uncertain since a day at most."""
	action = DocType("Collection Action")
	now = now_datetime()
	due = action.next_attempt_at.isnotnull() & (action.next_attempt_at <= now)
	lost = action.sending_started_at < lost_before
	return (
		frappe.qb.from_(action)
		.select(action.name)
		.where(
			(Coalesce(action.connector, "") != "")
			& (Coalesce(action.our_reference, "") != "")
			& (Coalesce(action.provider_reference, "") == "")
			& action.transmission_started_at.isnotnull()
		)
		.where(
			((action.status == "Sending") & (Coalesce(action.lock_token, "") != "") & lost)
			| ((action.status == "Sending") & (Coalesce(action.lock_token, "") == "") & due)
			| ((action.status == "Uncertain") & due & (action.transmission_started_at > now - ASKED_FOR))
		)
		.orderby(action.sending_started_at)
		.limit(MOST_AT_ONCE)
	).run(pluck=True)


def _ask_again(action, status: str | None, error: Exception) -> None:
	"""Later. `status`: what the action becomes meanwhile, if it is still Sending."""
	text = error_text(error)
	if isinstance(error, UnsupportedError):
		text = _("The provider cannot be asked whether it took this message. Our reference: {0}").format(
			action.our_reference
		)
	values = {"next_attempt_at": next_try(action.attempts or 1), "lock_token": None, "error": text}
	if isinstance(error, UnsupportedError):
		values["next_attempt_at"] = None
	if status:
		values["status"] = status

	def write() -> None:
		table = DocType("Collection Action")
		query = frappe.qb.update(table).set(table.modified, now_datetime())
		for field, value in values.items():
			query = query.set(table[field], value)
		query.where(
			(table.name == action.name)
			& (table.status == action.status)
			& (table.our_reference == action.our_reference)
			& (Coalesce(table.provider_reference, "") == "")
		).run()

	persist(write)


def _requeue(name: str, key: str) -> None:
	"""It was not taken: it goes out again, under the same reference."""
	action = DocType("Collection Action")
	(
		frappe.qb.update(action)
		.set(action.status, "Queued")
		.set(action.lock_token, None)
		.set(action.next_attempt_at, None)
		.set(action.error, None)
		.set(action.modified, now_datetime())
		.where(
			(action.name == name)
			& (action.our_reference == key)
			& action.status.isin(["Sending", "Uncertain"])
			& (Coalesce(action.provider_reference, "") == "")
		)
	).run()


def poll(name: str) -> int:
	"""How far did it get? Returns 1 when that moved the action on."""
	action = frappe.db.get_value(
		"Collection Action",
		name,
		["name", "status", "company", "connector", "provider_reference"],
		as_dict=True,
	)
	try:
		status = outgoing.status(
			action.connector, action.provider_reference, about=("Collection Action", name)
		)
		record = Record("message_statuses", action.provider_reference, "status", status)
		write_message_status(frappe._dict(company=action.company), record)
	except BUSY:
		frappe.db.rollback()
	except ConnectorError:
		# it is in the log; the next time
		pass
	except Exception:
		frappe.db.rollback()
		frappe.log_error(
			title="Collection Action", reference_doctype="Collection Action", reference_name=name
		)
	frappe.db.set_value("Collection Action", name, "status_checked_at", now_datetime(), update_modified=False)
	frappe.db.commit()  # nosemgrep: what one provider says is kept whatever the next one does
	return int(frappe.db.get_value("Collection Action", name, "status") != action.status)


def _to_poll() -> list[str]:
	"""Messages that may still change and whose provider does not tell by itself, those asked longest ago first."""
	connectors = _silent_connectors()
	if not connectors:
		return []
	now = now_datetime()
	rows = frappe.get_all(
		"Collection Action",
		{
			"connector": ["in", connectors],
			"status": ["in", ["Delivered", "Sent"]],
			"provider_reference": ["is", "set"],
			"sent_at": [">", now - SETTLED],
		},
		["name", "sent_at", "status_checked_at"],
		order_by="status_checked_at, name",
	)
	due = [
		row.name for row in rows if now - (row.status_checked_at or row.sent_at) >= _pause(now - row.sent_at)
	]
	return due[:MOST_AT_ONCE]


def _pause(age: timedelta) -> timedelta:
	"""Asked for every quarter of an hour at first, once a day after ten days."""
	return max(POLL_EVERY, min(age / 10, timedelta(days=1)))


def _silent_connectors() -> list[str]:
	"""Connections that send messages and have no stream of statuses switched on."""
	sending = {
		one.name: {stream.name for stream in one.streams if stream.target == "message_status"}
		for one in registry.catalogue()
		if set(CONNECTED.values()) & set(one.actions)
	}
	configs = frappe.get_all(
		"Connector Config",
		{"enabled": 1, "connector": ["in", [*sorted(sending), ""]]},
		["name", "connector"],
		order_by="name",
	)
	on = frappe.get_all(
		"Connector Stream",
		{"parent": ["in", [*(one.name for one in configs), ""]], "enabled": 1},
		["parent", "stream"],
	)
	kind = {one.name: one.connector for one in configs}
	telling = {row.parent for row in on if row.stream in sending[kind[row.parent]]}
	return [one.name for one in configs if one.name not in telling]


def _aware(moment: datetime) -> datetime:
	return moment.replace(tzinfo=ZoneInfo(get_system_timezone()))
