"""Contacts in a case's timeline: messages of the plan, e-mails, calls, and what was noted. Each function takes a Page and
returns its latest Events before it.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import escape_html, format_datetime, get_fullname

from collections_app.engine.channels import HAND_OVER
from collections_app.services.cases.events import DELIVERY, MARK, PAUSE, PLAN, TEAM, WOKEN
from collections_app.services.cases.timeline_events import Event, Page, link, money, state


def messages(page: Page) -> Iterable[Event]:
	"""Messages and calls with what became of them and the proof there is."""
	return _actions(page, DocType("Collection Action").channel != HAND_OVER)


def hand_overs(page: Page) -> Iterable[Event]:
	"""The case handed to an agency or a lawyer, or about to be."""
	return _actions(page, DocType("Collection Action").channel == HAND_OVER)


def _actions(page: Page, condition) -> list[Event]:
	action = DocType("Collection Action")
	rows = page.cut(
		frappe.qb.from_(action)
		.select(
			*(action[field] for field in ("name", "creation", "status", "channel", "step_name", "subject")),
			*(action[field] for field in ("dunning_level", "total_overdue", "currency", "hold_reasons")),
			*(action[field] for field in ("sent_at", "delivered_at", "opened_at", "replied_at", "error")),
			*(action[field] for field in ("provider_reference", "recipients", "cancel_reason")),
		)
		.where((action.case == page.case) & condition),
		action.creation,
		action.name,
	).run(as_dict=True)
	return [Event(row.creation, row.name, _message(row), "Collection Action", row.name) for row in rows]


def _message(row) -> str:
	name = row.step_name or row.subject or _(row.channel)
	title = _("{0} (level {1})").format(name, row.dunning_level) if row.dunning_level else name
	parts = [
		f"{escape_html(_(row.channel))}: {link('Collection Action', row.name, title)}",
		money(row.total_overdue, row.currency),
		state(row.status),
	]
	proof = [
		_("{0} {1}").format(word, format_datetime(moment))
		for word, moment in (
			(_("sent"), row.sent_at),
			(_("delivered"), row.delivered_at),
			(_("opened"), row.opened_at),
			(_("answered"), row.replied_at),
		)
		if moment
	]
	if row.provider_reference:
		proof.append(_("reference {0}").format(row.provider_reference))
	why = {"Held": row.hold_reasons, "Failed": row.error, "Cancelled": row.cancel_reason}.get(row.status)
	if why:
		proof.append(why.strip().split("\n")[0])
	if proof:
		parts.append(f'<span class="text-muted">{escape_html(", ".join(proof))}</span>')
	return " · ".join(parts)


def _communications(page: Page, medium: str):
	mail = DocType("Communication")
	return page.cut(
		frappe.qb.from_(mail)
		.select(mail.name, mail.creation, mail.subject, mail.content, mail.sender_full_name, mail.sender)
		.select(mail.sent_or_received)
		.where((mail.reference_doctype == "Collection Case") & (mail.reference_name == page.case))
		.where((mail.communication_type == "Communication") & (mail.communication_medium == medium)),
		mail.creation,
		mail.name,
	)


def mails(page: Page) -> Iterable[Event]:
	"""E-mails on the case that are no message of the plan: replies, and what somebody wrote by hand."""
	action, mail = DocType("Collection Action"), DocType("Communication")
	of_plan = frappe.qb.from_(action).select(action.communication).where(action.case == page.case)
	of_plan = of_plan.where(action.communication.isnotnull())
	rows = _communications(page, "Email").where(mail.name.notin(of_plan)).run(as_dict=True)
	for row in rows:
		who = escape_html(row.sender_full_name or row.sender or "")
		text = _("{0} wrote: {1}") if row.sent_or_received == "Received" else _("{0} sent: {1}")
		mail_link = link("Communication", row.name, row.subject or "")
		yield Event(row.creation, row.name, text.format(who, mail_link), "Communication", row.name)


def calls(page: Page) -> Iterable[Event]:
	for row in _communications(page, "Phone").run(as_dict=True):
		who = escape_html(row.sender_full_name or row.sender or "")
		content = f"{who}: {frappe.utils.sanitize_html(row.content or '')}"
		yield Event(row.creation, row.name, content, "Communication", row.name)


def _comments(page: Page, comment_type: str, subject: str | None) -> Iterable[Event]:
	comment = DocType("Comment")
	query = (
		frappe.qb.from_(comment)
		.select(comment.name, comment.creation, comment.content, comment.comment_by, comment.owner)
		.where((comment.reference_doctype == "Collection Case") & (comment.reference_name == page.case))
		.where(comment.comment_type == comment_type)
	)
	if subject:
		query = query.where(comment.subject == MARK + subject)
	for row in page.cut(query, comment.creation, comment.name).run(as_dict=True):
		who = escape_html(row.comment_by or get_fullname(row.owner))
		content = f"{who} {frappe.utils.sanitize_html(row.content or '')}"
		yield Event(row.creation, row.name, content, "Comment", row.name)


def plan_changes(page: Page) -> Iterable[Event]:
	return _comments(page, "Info", PLAN)


def pauses(page: Page) -> Iterable[Event]:
	"""And snoozes."""
	return [*_comments(page, "Info", PAUSE), *_comments(page, "Info", WOKEN)]


def deliveries(page: Page) -> Iterable[Event]:
	"""Stopped, let go on, released despite what spoke against one."""
	return _comments(page, "Info", DELIVERY)


def team(page: Page) -> Iterable[Event]:
	"""Reassigned, escalated."""
	return _comments(page, "Info", TEAM)


def notes(page: Page) -> Iterable[Event]:
	"""What people wrote."""
	return _comments(page, "Comment", None)
