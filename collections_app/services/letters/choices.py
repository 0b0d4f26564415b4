"""What a person can choose from who sends a letter now: the letters, how they may go, and the open items."""

import pandas as pd

import frappe
from frappe.utils import getdate

from collections_app.engine.channels import (
	CONTACTS,
	EMAIL,
	LETTER,
	ONLY_CONNECTED,
	PRINTED,
	REGISTERED_EMAIL,
	SMS,
	WHATSAPP,
)
from collections_app.engine.frames import effective_due_date
from collections_app.engine.holds import ADDRESSES
from collections_app.engine.reasons import Reason
from collections_app.exceptions import SettingsMissingError
from collections_app.services import settings
from collections_app.services.access import permitted_customers
from collections_app.services.cases.records import case_key
from collections_app.services.customers import customer_frame
from collections_app.services.letters.languages import language_without_one
from collections_app.services.outbox import covers, senders
from collections_app.services.outbox.channels import CHANNELS
from collections_app.services.reasons import sentence
from collections_app.services.receivables import open_items
from collections_app.services.run.errors import error_text

# in the order they are offered
OFFERED = (EMAIL, LETTER, REGISTERED_EMAIL, SMS, WHATSAPP)
STATEMENT_LETTER = "Account Statement"
REMINDER, STATEMENT = "reminder", "statement"
ITEM_FIELDS = ("item", "voucher_type", "voucher_no", "customer", "payment_term", "currency", "outstanding")
# waiting messages of plans that are named beside the new one
MOST_WAITING = 5


def choices(company: str, customer: str, purpose: str = REMINDER) -> dict:
	"""What a person can choose from.

	`recipient`: who gets the customer's messages (name, customer_name, language); `language_names`: of its language and the
	letters'; `channels`: channel, address, obstacle
	(a sentence; empty where it can be sent); `letters`: name, tone, description, languages, has_text; `letter`: the one
	that fits; `items`: open items, oldest first, each with days_overdue, is_credit, covered (by a promise, a dispute, a
	pause) and chosen; `waiting`: messages of the
	plan that wait already; `case`. The caller has checked the customer and the company.
	"""
	settings.company_row(company)
	recipient = recipient_of(customer)
	items = items_of(company, customer, recipient)
	person = customer_frame([recipient]).iloc[0]
	case = frappe.db.get_value(
		"Collection Case",
		{"case_key": case_key(company, recipient)},
		["name", "dunning_plan", "dunning_level"],
		as_dict=True,
	)
	found = letters()
	language = person["language"] or language_without_one(company)
	return {
		"recipient": {"name": recipient, "customer_name": person["customer_name"], "language": language},
		"language_names": _language_names({language, *(one for row in found for one in row.languages)}),
		"channels": [_channel(company, channel, person) for channel in OFFERED],
		"letters": found,
		"letter": suggested(found, case, purpose),
		"items": _rows(items, purpose, _covered(company, items, recipient)),
		"waiting": _waiting(case),
		"case": case.name if case else None,
	}


def recipient_of(customer: str) -> str:
	"""Who gets the customer's messages, where the user may read that customer; PermissionError otherwise."""
	receiver = frappe.db.get_value("Customer", customer, "collections_receiver")
	if receiver:
		frappe.has_permission("Customer", "read", receiver, throw=True)
	return receiver or customer


def items_of(company: str, customer: str, recipient: str) -> pd.DataFrame:
	"""The open items a message may be about: the customer's, and what others owe whose messages it receives; oldest first.

	Of `receivables.ITEM_COLUMNS`, and days_overdue: 0 for credits.
	"""
	debtors = [customer]
	if recipient == customer:
		others = frappe.get_all("Customer", {"collections_receiver": customer}, pluck="name")
		debtors += sorted(set(permitted_customers(others)) if others else ())
	items = open_items(company, customers=debtors)
	items = items[items["outstanding"] != 0]
	items = items.assign(due_date=effective_due_date(items))
	overdue = (pd.Timestamp(getdate()) - items["due_date"]).dt.days
	items["days_overdue"] = overdue.clip(lower=0).where(~items["is_credit"].astype(bool), 0).astype("int64")
	return items.sort_values(["currency", "due_date", "item"], ignore_index=True)


def letters() -> list[dict]:
	"""Enabled letters that the user may read, with the languages they are written in; has_text: some as text message.

	What collectors say on the phone is written to nobody."""
	rows = frappe.get_list(
		"Collection Letter",
		filters={"enabled": 1, "name": ["!=", settings.get().call_script or ""]},
		fields=["name", "tone", "description"],
		order_by="name",
		limit=0,
	)
	texts = frappe.get_all(
		"Collection Letter Translation",
		{"parenttype": "Collection Letter", "parent": ["in", [*(row.name for row in rows), ""]]},
		["parent", "language", "sms_text"],
		order_by="idx",
	)
	for row in rows:
		own = [text for text in texts if text.parent == row.name]
		row.languages = [text.language for text in own]
		row.has_text = any(text.sms_text for text in own)
	return rows


def suggested(found: list[dict], case, purpose: str) -> str | None:
	"""The letter to begin with: the statement of account, or that of the step of its plan that the customer has come to."""
	names = [one["name"] for one in found]
	if purpose == STATEMENT and STATEMENT_LETTER in names:
		return STATEMENT_LETTER
	if case and case.dunning_plan:
		steps = frappe.get_all(
			"Dunning Plan Step",
			{"parent": case.dunning_plan, "letter": ["in", [*names, ""]], "trigger_days": [">=", 0]},
			["level", "letter"],
			order_by="level",
		)
		come_to = [one.letter for one in steps if one.level >= (case.dunning_level or 1)]
		if steps:
			return come_to[0] if come_to else steps[-1].letter
	return next((name for name in names if name != STATEMENT_LETTER), next(iter(names), None))


def _language_names(codes: set[str]) -> dict[str, str]:
	"""As a language calls itself."""
	found = frappe.get_all(
		"Language", {"name": ["in", sorted(codes)]}, ["name", "language_name"], as_list=True
	)
	return dict(found)


def obstacle(company: str, channel: str) -> str:
	"""Why nothing can go out this way at all; empty where it can."""
	connector = senders.connector_of(company, channel)
	if not connector and channel in ONLY_CONNECTED:
		return sentence(Reason("no_connector", {"channel": channel}))
	try:
		if not connector or channel in PRINTED:
			CHANNELS[channel].check()
	except SettingsMissingError as error:
		return error_text(error)
	return ""


def _channel(company: str, channel: str, person) -> dict:
	"""address: where it goes to; obstacle: why it cannot; connector: what sends it, if a service does."""
	field, missing = ADDRESSES[channel]
	address = person[field]
	if not isinstance(address, str) or not address:
		address = ""
	return {
		"channel": channel,
		"address": address,
		"obstacle": obstacle(company, channel),
		"no_address": "" if address else sentence(Reason(missing)),
		"connector": senders.connector_of(company, channel),
	}


def _covered(company: str, items: pd.DataFrame, recipient: str) -> set[str]:
	"""Keys of the items that no plan would chase now: promised, disputed, paused, paid online, with a partner."""
	asked = items.assign(debtor=items["customer"], customer=recipient)
	return set(covers.covered_items(company, asked, getdate()))


def _rows(items: pd.DataFrame, purpose: str, covered: set[str]) -> list[dict]:
	"""The items for the dialog. Chosen to begin with: for a statement all, for a reminder what is overdue and not covered,
	else all debts; of the currency with the most of it in company currency."""
	if items.empty:
		return []
	free = ~items["item"].isin(covered) & ~items["is_credit"].astype(bool)
	late = free & (items["days_overdue"] > 0)
	wanted = items["item"].notna() if purpose == STATEMENT else late if late.any() else free
	currency = items[wanted].groupby("currency")["outstanding_base"].sum().idxmax() if wanted.any() else ""
	chosen = wanted & (items["currency"] == currency)
	rows = items[[*ITEM_FIELDS, "days_overdue", "is_credit"]].to_dict("records")
	for row, due, is_chosen in zip(rows, items["due_date"], chosen, strict=True):
		row.update(
			{
				"due_date": str(due.date()),
				"chosen": bool(is_chosen),
				"is_credit": bool(row["is_credit"]),
				"covered": row["item"] in covered,
			}
		)
	return rows


def _waiting(case) -> list[dict]:
	"""Messages of the customer that wait already: a second one about the same would be one too many."""
	if not case:
		return []
	return frappe.get_list(
		"Collection Action",
		filters={
			"case": case.name,
			"status": ["in", ["Planned", "Awaiting Approval", "Held", "Queued"]],
			"channel": ["in", sorted(CONTACTS)],
		},
		fields=["name", "status", "channel", "step_name", "hold_reasons"],
		order_by="creation desc",
		limit=MOST_WAITING,
	)
