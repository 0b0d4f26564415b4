"""What became of a message, said by its provider: the Collection Action moves on, never back, and keeps the proof."""

import frappe
from frappe import _

from collections_app.connectors.base import Record
from collections_app.connectors.records import MessageStatus
from collections_app.engine.outbox import GONE_OUT
from collections_app.services.connectors.lending import site_time
from collections_app.services.connectors.targets import RefusedRecord, Written
from collections_app.services.outbox import unreachable
from collections_app.services.outbox.effects import went_out
from collections_app.services.outbox.store import change
from collections_app.services.texts import told

# how far a message got that is out: older words of a provider change nothing
REACHED = {"Sent": 1, "Uncertain": 1, "Delivered": 2, "Proved": 3}
# from which states a message gets to which; what a person decided stays
BEFORE = {
	"Sent": ("Sending", "Uncertain"),
	"Delivered": ("Sending", "Uncertain", "Sent"),
	"Proved": ("Sending", "Uncertain", "Sent", "Delivered"),
	"Failed": ("Sending", "Uncertain", "Sent", "Delivered"),
	"Uncertain": ("Sending",),
}


def write_message_status(config, record: Record) -> Written:
	"""RefusedRecord when no action of the company has the reference: it may be somebody else's message."""
	status: MessageStatus = record.data
	action = frappe.db.get_value(
		"Collection Action",
		{"provider_reference": status.reference, "company": config.company},
		["name", "status", "case", "channel", "recipients", "error", "provider_status"],
		as_dict=True,
	)
	if not action:
		return Written(seen=1)  # sent from the same account, but not from here
	if status.state not in BEFORE and status.state != "Sending":
		raise RefusedRecord(record, _("{0} is no state of a message.").format(status.state))
	attached = _keep_proof(action.name, status)
	if action.status not in BEFORE.get(status.state, ()):
		told = _tell(action, status)
		return Written(created=int(attached or told), seen=int(not (attached or told)))
	change({action.name: {**_values(status), **_said(status)}}, (action.status,))
	if status.state in GONE_OUT:
		went_out(action.name)
	if status.state in ("Delivered", "Proved"):
		unreachable.reached(action.case, action.recipients or "")
	if status.state == "Failed":
		_came_back(action, status)
	return Written(created=1)


def _tell(action, status: MessageStatus) -> bool:
	"""What the provider says without moving the action on: its words and price, and that somebody has to act there."""
	if action.status not in GONE_OUT or REACHED[action.status] > REACHED.get(status.state, 0):
		return False
	values = {name: value for name, value in _said(status).items() if value != action.get(name)}
	detail = told(status.detail)
	if status.state == "Uncertain" and detail != action.error:
		values["error"] = detail
	if values:
		change({action.name: values}, (action.status,))
	return "error" in values


def _said(status: MessageStatus) -> dict:
	values = {"provider_status": told(status.detail)[:140]} if status.detail else {}
	if status.cost is not None:
		values |= {"cost": status.cost, "cost_currency": status.currency or None}
	return values


def _came_back(action, status: MessageStatus) -> None:
	"""Told on the action and, where nothing reaches the customer there any more, on its case."""
	reason = told(status.detail) or _("The provider says: {0}").format(status.state)
	doc = frappe.get_doc("Collection Action", action.name)
	doc.add_comment("Info", _("came back: {0}").format(frappe.utils.escape_html(reason)))
	if status.unreachable and action.recipients:
		unreachable.flag(doc, action.recipients, reason)


def _values(status: MessageStatus) -> dict:
	values = {"status": status.state, "error": None}
	if status.state == "Sent":
		values["sent_at"] = site_time(status.at) or frappe.utils.now_datetime()
	if status.state in ("Delivered", "Proved"):
		values["delivered_at"] = site_time(status.at) or frappe.utils.now_datetime()
	if status.state in ("Failed", "Uncertain"):
		values["error"] = told(status.detail) or _("The provider says: {0}").format(status.state)
	return values


def _keep_proof(action: str, status: MessageStatus) -> int:
	"""The proof as a private file of the action, once by its name."""
	if not status.proof:
		return 0
	name = status.proof_name or f"proof-{status.reference}.pdf"
	where = {"attached_to_doctype": "Collection Action", "attached_to_name": action}
	if frappe.db.exists("File", {**where, "file_name": name}):
		return 0
	file = frappe.get_doc(
		{"doctype": "File", "file_name": name, "is_private": 1, "content": status.proof, **where}
	)
	file.insert(ignore_permissions=True)
	frappe.db.set_value("Collection Action", action, "proof", file.file_url, update_modified=False)
	return 1
