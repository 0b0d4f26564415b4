"""A letter that a person sends now: a look at it, and the outbox, which holds and sends it like any other message."""

from dataclasses import dataclass

import pandas as pd

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.constants.roles import MANAGERS
from collections_app.engine.channels import ATTACHING, CONTACTS, LETTER
from collections_app.engine.holds import ADDRESSES
from collections_app.exceptions import ActionStateError
from collections_app.services import live
from collections_app.services.cases.records import case_key, get_or_make_case
from collections_app.services.customers import customer_frame
from collections_app.services.letters import preview as previews
from collections_app.services.letters.choices import OFFERED, items_of, obstacle, recipient_of
from collections_app.services.letters.languages import language_without_one
from collections_app.services.outbox import by_hand
from collections_app.services.outbox.judge import Judge
from collections_app.services.outbox.release import hold_or_release
from collections_app.services.outbox.work import work_outbox
from collections_app.services.reasons import sentences
from collections_app.services.run.context import RunContext


@dataclass(frozen=True)
class Wanted:
	"""A letter as a person chose it. `items`: keys of the open items it is about, all of one currency. `language`: empty for
	the customer's own."""

	company: str
	customer: str
	channel: str
	letter: str
	items: tuple[str, ...]
	language: str = ""
	attach_invoices: bool = False
	attach_statement: bool = False
	registered: bool = False


def compose(wanted: Wanted):
	"""The Collection Action, not yet kept. ActionStateError with what is wrong with the choice."""
	if wanted.channel not in OFFERED:
		frappe.throw(_("There is no letter as {0}.").format(wanted.channel), ActionStateError)
	if not frappe.db.get_value("Collection Letter", wanted.letter, "enabled"):
		frappe.throw(_("Letter {0} is switched off.").format(wanted.letter), ActionStateError)
	recipient = recipient_of(wanted.customer)
	items = items_of(wanted.company, wanted.customer, recipient)
	chosen = items[items["item"].isin(wanted.items)]
	_check_items(chosen)
	currency = chosen["currency"].iloc[0]
	person = customer_frame([recipient]).iloc[0]
	attaching = wanted.channel in ATTACHING
	message = by_hand.Message(
		company=wanted.company,
		customer=recipient,
		channel=wanted.channel,
		letter=wanted.letter,
		language=wanted.language or person["language"] or language_without_one(wanted.company),
		currency=currency,
		step_name=wanted.letter,
		attach_invoices=attaching and wanted.attach_invoices,
		attach_statement=attaching and wanted.attach_statement,
		registered=wanted.channel == LETTER and wanted.registered,
		requires_approval=_needs_approval(wanted.letter),
	)
	action = by_hand.new_action(message, chosen, getdate())
	action.case = frappe.db.get_value("Collection Case", {"case_key": case_key(wanted.company, recipient)})
	return action


def preview(wanted: Wanted) -> dict:
	"""The message as it would go out now, `to` (its address) and `holds`: why it would wait, as sentences. Writes nothing.

	See `previews.preview_of_action` for subject, html and, for a text message, text and size.
	"""
	action = compose(wanted)
	action.name = _("Preview")
	field = ADDRESSES[action.channel][0]
	judge, row = _judged(action)
	return {
		**previews.preview_of_action(action),
		"to": judge.people.get(action.customer, {}).get(field) or "",
		"holds": sentences(judge.reasons(row)),
		"total": action.total,
		"currency": action.currency,
	}


def send(wanted: Wanted, request: str) -> dict:
	"""Puts the letter into the outbox, once for each `request`: action, status, holds (sentences), and customer_name.

	What nothing holds is handed over by a background job at once.
	"""
	if not request.strip():
		frappe.throw(_("The request has no key of its own."))
	if why := obstacle(wanted.company, wanted.channel):
		frappe.throw(why, ActionStateError)
	action = compose(wanted)
	case = action.case or get_or_make_case(wanted.company, action.customer)
	name = by_hand.insert(action, case, request)
	context = RunContext(wanted.company, getdate(), debtors=debtors_of(action))
	hold_or_release(context, [name])
	live.moved(wanted.company, live.MESSAGE)
	values = frappe.db.get_value(
		"Collection Action", name, ["status", "hold_reasons", "customer_name"], as_dict=True
	)
	if values.status == "Queued":
		frappe.enqueue(
			work_outbox,
			queue="short",
			job_id=f"collections-send-{name}",
			deduplicate=True,
			enqueue_after_commit=True,
			company=wanted.company,
			names=[name],
		)
	return {
		"action": name,
		"status": values.status,
		"holds": (values.hold_reasons or "").split("\n") if values.hold_reasons else [],
		"customer_name": values.customer_name,
	}


def debtors_of(action) -> list[str]:
	return sorted({row.customer for row in action.items} | {action.customer})


def _judged(action) -> tuple[Judge, frappe._dict]:
	"""The judge of this one message, and the message as it takes it."""
	fields = ("status", "currency", "customer", "customer_name", "dunning_plan", "channel", "letter")
	row = frappe._dict({field: action.get(field) for field in (*fields, "requires_approval", "approved_by")})
	row.update({"name": "", "case": action.case or "", "lines": list(action.items)})
	context = RunContext(action.company, getdate(), debtors=debtors_of(action))
	return Judge(context, [row]), row


def _check_items(chosen: pd.DataFrame) -> None:
	if chosen.empty:
		frappe.throw(_("Choose at least one open item."), ActionStateError)
	if chosen["currency"].nunique() > 1:
		frappe.throw(_("One letter is in one currency: choose items of one."), ActionStateError)
	if chosen["outstanding"].sum() <= 0:
		frappe.throw(_("Nothing is owed of the items chosen."), ActionStateError)


def _needs_approval(letter: str) -> bool:
	"""What a plan sends after an approval only, a collector does not send without one either."""
	if MANAGERS.intersection(frappe.get_roles()):
		return False
	return bool(
		frappe.db.exists(
			"Dunning Plan Step",
			{"letter": letter, "requires_approval": 1, "channel": ["in", sorted(CONTACTS)]},
		)
	)
