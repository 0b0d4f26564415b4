"""What happened on a case, in the order it happened: messages, calls, promises, disputes, payments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

import frappe
from frappe import _
from frappe.utils import get_datetime, strip_html

from collections_app.engine.outbox import FAILED, OUT, SENDING
from collections_app.services.hand_over.statement import Account
from collections_app.services.letters import format_day, format_money, locale_of

# states in which a message left the house, or somebody tried to let it
TRIED = (SENDING, *OUT, FAILED)
TEXT_LENGTH = 500


@dataclass(frozen=True)
class Event:
	"""One line of the history. `kind`: Message, Answer, Call, Note, Promise to Pay, Dispute, Payment."""

	at: datetime
	kind: str
	channel: str = ""
	party: str = ""
	text: str = ""
	state: str = ""
	reference: str = ""


def history_of(case: str, accounts: Iterable[Account] = ()) -> list[Event]:
	"""Oldest first. `accounts`: the statement, whose credits are the payments."""
	events = [
		*_messages(case),
		*_letters(case),
		*_notes(case),
		*_promises(case),
		*_disputes(case),
		*_payments(accounts),
	]
	return sorted(events, key=lambda event: (event.at, event.kind, event.reference))


def _messages(case: str) -> Iterable[Event]:
	for row in frappe.get_all(
		"Collection Action",
		{"case": case, "status": ["in", TRIED]},
		[
			"name",
			"channel",
			"status",
			"sent_at",
			"sending_started_at",
			"planned_on",
			"recipients",
			"subject",
			"step_name",
			"dunning_level",
			"total_with_charges",
			"total",
			"currency",
			"delivered_at",
			"opened_at",
			"replied_at",
			"taken_back_on",
			"provider_reference",
		],
	):
		amount = _money(row.total_with_charges or row.total, row.currency)
		parts = [row.subject or row.step_name or "", _("level {0}, {1}").format(row.dunning_level, amount)]
		for label, moment in (
			(_("delivered {0}"), row.delivered_at),
			(_("opened {0}"), row.opened_at),
			(_("answered {0}"), row.replied_at),
			(_("taken back {0}"), row.taken_back_on),
		):
			if moment:
				parts.append(label.format(_minute(moment)))
		if row.provider_reference:
			parts.append(_("proof {0}").format(row.provider_reference))
		yield Event(
			at=get_datetime(row.sent_at or row.sending_started_at or row.planned_on),
			kind=_("Call") if row.channel == "Call" else _("Message"),
			channel=_(row.channel),
			party=row.recipients or "",
			text="; ".join(part for part in parts if part),
			state=_(row.status),
			reference=row.name,
		)


def _letters(case: str) -> Iterable[Event]:
	"""What the customer wrote, and what a person wrote by hand; the outbox's own mails are messages already."""
	own = set(
		frappe.get_all(
			"Collection Action", {"case": case, "communication": ["is", "set"]}, pluck="communication"
		)
	)
	for row in frappe.get_all(
		"Communication",
		{
			"reference_doctype": "Collection Case",
			"reference_name": case,
			"communication_type": "Communication",
		},
		[
			*("name", "sent_or_received", "communication_medium", "subject", "content", "sender"),
			*("recipients", "phone_no", "communication_date", "creation"),
		],
	):
		if row.name in own:
			continue
		at = get_datetime(row.communication_date or row.creation)
		received = row.sent_or_received == "Received"
		if row.communication_medium == "Phone":
			# what was said, with outcome and person: one line each
			said = strip_html((row.content or row.subject or "").replace("<br>", "; ")).strip()
			party = row.phone_no or row.recipients or ""
			yield Event(at, _("Call"), _("Telephone"), party, said[:TEXT_LENGTH], "", row.name)
		else:
			yield Event(
				at=at,
				kind=_("Answer") if received else _("Message"),
				channel=_(row.communication_medium or ""),
				party=(row.sender if received else row.recipients) or "",
				text=row.subject or "",
				state=_("Received") if received else _("Sent"),
				reference=row.name,
			)


def _notes(case: str) -> Iterable[Event]:
	"""Pauses, stops of delivery and the like: what the app notes down. Free comments stay in the house."""
	for row in frappe.get_all(
		"Comment",
		{"reference_doctype": "Collection Case", "reference_name": case, "comment_type": "Info"},
		["name", "content", "creation", "comment_by"],
	):
		text = strip_html((row.content or "").replace("<br>", ": ")).strip()
		yield Event(
			at=get_datetime(row.creation),
			kind=_("Note"),
			party=row.comment_by or "",
			text=text[:TEXT_LENGTH],
			reference=row.name,
		)


def _promises(case: str) -> Iterable[Event]:
	for row in frappe.get_all(
		"Promise to Pay",
		{"case": case},
		[
			"name",
			"promised_on",
			"due_on",
			"amount",
			"currency",
			"promised_by",
			"channel",
			"status",
			"result",
			"creation",
		],
	):
		text = _("{0} promised by {1}").format(_money(row.amount, row.currency), _day(row.due_on))
		yield Event(
			at=_moment(row.promised_on or row.creation),
			kind=_("Promise to Pay"),
			channel=_(row.channel or ""),
			party=row.promised_by or "",
			text=f"{text}; {row.result}" if row.result else text,
			state=_(row.status),
			reference=row.name,
		)


def _disputes(case: str) -> Iterable[Event]:
	for row in frappe.get_all("Invoice Dispute", {"case": case}, ["*"]):
		parts = [row.sales_invoice, row.reason, strip_html(row.description or "")]
		if row.disputed_amount:
			parts.append(_money(row.disputed_amount, row.currency))
		if row.closed_on:
			parts.append(
				_("closed on {0}: {1}").format(_day(row.closed_on), strip_html(row.resolution or ""))
			)
		yield Event(
			at=_moment(row.opened_on or row.creation),
			kind=_("Dispute"),
			text="; ".join(part for part in parts if part)[:TEXT_LENGTH],
			state=_(row.status),
			reference=row.name,
		)


def _payments(accounts: Iterable[Account]) -> Iterable[Event]:
	for account in accounts:
		for line in account.lines:
			if line.credit:
				is_note = line.voucher_type == "Sales Invoice"
				amount = _money(line.credit, account.currency)
				yield Event(
					at=_moment(line.date),
					kind=_("Credit Note") if is_note else _("Payment"),
					text=f"{amount}; {line.reference}" if line.reference else amount,
					reference=line.voucher_no,
				)


def _moment(value) -> datetime:
	if isinstance(value, date) and not isinstance(value, datetime):
		return datetime.combine(value, time())
	return get_datetime(value)


def _minute(value) -> str:
	moment = get_datetime(value)
	return f"{_day(moment)} {moment:%H:%M}"


def _day(value) -> str:
	return format_day(value, locale_of(frappe.local.lang))


def _money(amount, currency: str | None) -> str:
	return format_money(amount or 0, currency, locale_of(frappe.local.lang))
