"""One worker's hold on an action: taken before anything is handed over, looked at before the outcome is written."""

from typing import Any

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import now_datetime

from collections_app.services.charges import booking as charge_booking
from collections_app.services.charges.compute import CHARGE_FIELDS, TOTAL_FIELDS
from collections_app.services.outbox.overlap import already_out, give_way


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
		.set(action.transmission_started_at, None)
		.set(action.attempts, action.attempts + 1)
		.where((action.name == name) & (action.status == "Queued"))
	).run()
	ours = token == frappe.db.get_value("Collection Action", name, "lock_token")
	if ours and (other := already_out(name, case)):
		give_way(name, other)
		ours = False
	frappe.db.commit()  # nosemgrep: the attempt is written down before the provider is called
	return token if ours else None


def begin_transmission(name: str, token: str, values: dict[str, Any]) -> bool:
	"""Writes down, for good, that a provider is called now, and with what. False when the action is another worker's by now:
	then nothing may be sent."""
	ours = {"name": name, "status": "Sending", "lock_token": token}
	frappe.db.set_value(
		"Collection Action", ours, {**values, "transmission_started_at": now_datetime(), "error": None}
	)
	frappe.db.commit()  # nosemgrep: what is about to be sent is kept before the provider is called
	return bool(frappe.db.exists("Collection Action", ours))


def still_ours(name: str, token: str) -> bool:
	"""False when the claim was taken away meanwhile, because this worker was thought lost: see `follow.py`."""
	return token == frappe.db.get_value(
		"Collection Action", {"name": name, "status": "Sending"}, "lock_token", for_update=True
	)


def fail(name: str, message: str, token: str, status: str = "Failed") -> None:
	"""Marks the action as failed, if it is still this worker's; as Uncertain where the provider has it already."""
	settle(name, token, {"status": status, "error": message or _("The message could not be handed over.")})


def give_back(name: str, token: str) -> None:
	"""Puts the action back into the queue, if it is still this worker's."""
	settle(name, token, {"status": "Queued", "lock_token": None})
	frappe.db.commit()  # nosemgrep: others may take it at once


def settle(name: str, token: str, values: dict[str, Any]) -> None:
	"""Writes the outcome, if the action is still this worker's."""
	action = DocType("Collection Action")
	query = frappe.qb.update(action).set(action.modified, now_datetime())
	for field, value in values.items():
		query = query.set(action[field], value)
	query.where((action.name == name) & (action.status == "Sending") & (action.lock_token == token)).run()


def keep_charges(action, rows: list) -> dict[str, float]:
	"""Writes the new charges of these items, as the message says them, and notes what is to be booked of them. Returns
	the fields of the action."""
	for row in rows:
		charge = {field: row.get(field) for field in CHARGE_FIELDS}
		frappe.db.set_value("Collection Action Invoice", row.name, charge, update_modified=False)
	charge_booking.note(action)
	return {field: action.get(field) for field in TOTAL_FIELDS}
