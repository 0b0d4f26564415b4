"""What comes back: a bounce makes its action Failed, a person's answer lands on the case, an opened mail is noted.

Whatever comes back proves that a message had gone out, so it also settles an Uncertain one.
"""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, now_datetime, strip_html

from collections_app.engine import mail_reports
from collections_app.engine.channels import EMAIL
from collections_app.engine.outbox import DELIVERED, FAILED, OUT, can_move
from collections_app.services.outbox import unreachable
from collections_app.services.outbox.effects import went_out

EXCERPT = 500


def note_report(message) -> None:
	"""A delivery status notification about one of our messages. Any other mail is left alone."""
	for report in mail_reports.delivery_reports(message):
		name = action_by_message_id(report.message_ids)
		if not name:
			continue
		if report.outcome == mail_reports.FAILED:
			bounced(name, report.recipient, report.diagnostic)
		elif report.outcome == mail_reports.DELIVERED:
			arrived(name)


def note_reply(communication, message=None) -> None:
	"""A mail that answers one of our messages. `message`: the mail itself, where it is at hand.

	Automatic answers (out of office, receipts) stay on the case as mails, but nobody has answered.
	"""
	name = answered_action(communication, message)
	if not name:
		return
	if message is not None and mail_reports.is_automatic(message):
		if not mail_reports.delivery_reports(message):
			arrived(name)
		return
	action = frappe.get_doc("Collection Action", name, for_update=True)
	_keep_on_case(communication, action)
	if not action.replied_at:
		action.db_set("replied_at", communication.communication_date or now_datetime())
	arrived(name)
	_tell_collector(action, communication)


def answered_action(communication, message=None) -> str | None:
	"""The action a received mail answers: by the mail it replies to, else by any mail of its thread."""
	if communication.in_reply_to:
		if name := _action_of_communications([communication.in_reply_to]):
			return name
	return action_by_message_id(mail_reports.answered_ids(message)) if message is not None else None


def action_by_message_id(message_ids) -> str | None:
	"""The action whose mail has the first of these Message-IDs that is known."""
	for message_id in message_ids:
		found = frappe.get_all("Communication", {"message_id": message_id}, pluck="name")
		if found and (name := _action_of_communications(found)):
			return name
	return None


def _action_of_communications(names: list[str]) -> str | None:
	links = {"parenttype": "Communication", "parent": ["in", names], "link_doctype": "Collection Action"}
	return frappe.db.get_value("Communication Link", links, "link_name")


def bounced(name: str, recipient: str, diagnostic: str) -> None:
	"""The message did not reach this recipient: the action is Failed, in the mail server's words. The customer's address
	is flagged on the case; what came back from an agency or an insurer says nothing of the customer."""
	action = frappe.get_doc("Collection Action", name, for_update=True)
	text = _("{0} cannot be reached: {1}").format(recipient, diagnostic) if recipient else diagnostic
	others = [one.strip() for one in (action.recipients or "").split(",")]
	others = [one for one in others if one and one.lower() != recipient.lower()]
	if others and recipient:
		# the others have it, and would get it twice
		action.db_set("error", text)
	elif can_move(action.status, FAILED):
		action.db_set({"status": FAILED, "error": text})
		action.add_comment("Info", _("came back: {0}").format(escape_html(text)))
	else:
		return
	if action.channel == EMAIL:
		unreachable.flag(action, recipient or action.recipients or "", diagnostic)


def arrived(name: str) -> None:
	"""Something came back that proves the message is in the recipient's mailbox."""
	status, case, recipients = frappe.db.get_value(
		"Collection Action", name, ["status", "case", "recipients"], for_update=True
	)
	if status in ("Sent", "Uncertain") and can_move(status, DELIVERED):
		action = DocType("Collection Action")
		now = now_datetime()
		(
			frappe.qb.update(action)
			.set(action.status, DELIVERED)
			.set(action.delivered_at, now)
			.set(action.error, None)
			.where(action.name == name)
		).run()
		if status == "Uncertain":
			frappe.db.set_value("Collection Action", name, "sent_at", now)
			went_out(name)
		unreachable.reached(case, recipients)


def follow_opened() -> int:
	"""Messages that Frappe's read tracking saw opened since."""
	action, communication = DocType("Collection Action"), DocType("Communication")
	opened = (
		frappe.qb.from_(action)
		.inner_join(communication)
		.on(communication.name == action.communication)
		.select(action.name, communication.read_by_recipient_on)
		.where(
			action.opened_at.isnull()
			& action.status.isin(sorted(OUT))
			& (communication.read_by_recipient == 1)
		)
	).run(as_dict=True)
	for row in opened:
		frappe.db.set_value(
			"Collection Action", row.name, "opened_at", row.read_by_recipient_on or now_datetime()
		)
		arrived(row.name)
	return len(opened)


def _keep_on_case(communication, action) -> None:
	"""Frappe puts a reply on the case of the mail it answers; one that came in otherwise is put there, too."""
	if not communication.reference_name:
		communication.db_set(
			{"reference_doctype": "Collection Case", "reference_name": action.case, "status": "Linked"}
		)
	if not frappe.db.exists(
		"Communication Link",
		{"parent": communication.name, "link_doctype": "Customer", "link_name": action.customer},
	):
		communication.add_link("Customer", action.customer)
		communication.timeline_links[-1].insert(ignore_permissions=True)


def _tell_collector(action, communication) -> None:
	"""A task for the case's collector, one for all the answers until it is done."""
	collector = frappe.db.get_value("Collection Case", action.case, "collector")
	if not collector:
		return
	words = " ".join(strip_html(communication.text_content or communication.content or "").split())
	text = _("{0} answered {1}").format(
		escape_html(action.customer_name or action.customer), escape_html(action.subject or action.name)
	)
	description = f"{text}<br>{escape_html(words[:EXCERPT])}"
	waiting = {
		"reference_type": "Collection Action",
		"reference_name": action.name,
		"allocated_to": collector,
		"status": "Open",
	}
	if task := frappe.db.exists("ToDo", waiting):
		frappe.db.set_value("ToDo", task, "description", description)
		return
	frappe.get_doc(
		{
			**waiting,
			"doctype": "ToDo",
			"assigned_by": frappe.session.user if frappe.session.user != "Guest" else "Administrator",
			"date": now_datetime().date(),
			"priority": "High",
			"description": description,
		}
	).insert(ignore_permissions=True)
