"""What became of a message, said by its provider: the Collection Action moves on, never back, and keeps the proof."""

import frappe
from frappe import _

from collections_app.connectors.base import Record
from collections_app.connectors.records import MessageStatus
from collections_app.services.connectors.lending import site_time
from collections_app.services.connectors.targets import RefusedRecord, Written
from collections_app.services.outbox.effects import went_out
from collections_app.services.outbox.store import change

# from which states a message gets to which; what a person decided stays
BEFORE = {
	"Sent": ("Sending", "Uncertain"),
	"Delivered": ("Sending", "Uncertain", "Sent"),
	"Proved": ("Sending", "Uncertain", "Sent", "Delivered"),
	"Failed": ("Sending", "Uncertain", "Sent"),
	"Uncertain": ("Sending",),
}


def write_message_status(config, record: Record) -> Written:
	"""RefusedRecord when no action of the company has the reference: it may be somebody else's message."""
	status: MessageStatus = record.data
	action = frappe.db.get_value(
		"Collection Action",
		{"provider_reference": status.reference, "company": config.company},
		["name", "status"],
		as_dict=True,
	)
	if not action:
		return Written(seen=1)  # sent from the same account, but not from here
	if status.state not in BEFORE and status.state != "Sending":
		raise RefusedRecord(record, _("{0} is no state of a message.").format(status.state))
	attached = _keep_proof(action.name, status)
	if action.status not in BEFORE.get(status.state, ()):
		return Written(created=attached, seen=1 - attached)
	change({action.name: _values(status)}, (action.status,))
	if status.state in ("Sent", "Delivered", "Proved"):
		went_out(action.name)
	return Written(created=1)


def _values(status: MessageStatus) -> dict:
	values = {"status": status.state}
	if status.state == "Sent":
		values["sent_at"] = site_time(status.at) or frappe.utils.now_datetime()
	if status.state in ("Delivered", "Proved"):
		values["delivered_at"] = site_time(status.at) or frappe.utils.now_datetime()
	if status.state in ("Failed", "Uncertain"):
		values["error"] = status.detail or _("The provider says: {0}").format(status.state)
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
	return 1
