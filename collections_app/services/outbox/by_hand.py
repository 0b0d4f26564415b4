"""Messages that a person sends, outside any plan: actions of the outbox without a step, held and sent like all others.

A plan neither replaces nor withdraws them, and they are no step done; they count as contacts. Their key is the request's
own, so that a request that comes twice makes one message.
"""

from dataclasses import dataclass
from datetime import date

import pandas as pd

import frappe
from frappe.utils import flt, getdate

from collections_app.engine.channels import CONTACTS
from collections_app.engine.money import from_minor, to_minor
from collections_app.engine.outbox import action_key
from collections_app.services.outbox.store import REPLACEABLE
from collections_app.services.run.context import RunContext


@dataclass(frozen=True)
class Message:
	"""What a person wants to be sent. `customer`: who gets it. `step_name`: what it is called in lists."""

	company: str
	customer: str
	channel: str
	letter: str
	language: str
	currency: str
	step_name: str
	attach_invoices: bool = False
	attach_statement: bool = False
	registered: bool = False
	requires_approval: bool = False


def new_action(message: Message, items: pd.DataFrame, today: date):
	"""A Collection Action about these open items (`receivables.ITEM_COLUMNS`), not yet kept."""
	action = frappe.new_doc("Collection Action")
	action.update(
		{
			**vars(message),
			"customer_name": frappe.get_cached_value("Customer", message.customer, "customer_name"),
			"status": "Planned",
			"planned_on": today,
			"items": [_line(row, today) for row in items.to_dict("records")],
		}
	)
	_add_up(action)
	return action


def insert(action, case: str, request: str) -> str:
	"""Keeps the action under the request's key. Returns its name: that of the one there is, where the request came before."""
	key = action_key(case, "", request, (), "")
	if known := frappe.db.get_value("Collection Action", {"action_key": key}):
		return known
	action.update({"case": case, "action_key": key})
	action.flags.ignore_links = True
	frappe.db.savepoint("by_hand")
	try:
		return action.insert(ignore_permissions=True).name
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="by_hand")
		frappe.clear_messages()
		return frappe.db.get_value("Collection Action", {"action_key": key}, for_update=True)


def keep_up(context: RunContext, names: list[str] | None = None) -> None:
	"""Before they are judged: what was paid of waiting messages is left out of them, and part payments change the amounts.

	One of which nothing is left keeps its items, and is called off with that.
	"""
	filters = {
		"company": context.company,
		"status": ["in", REPLACEABLE],
		"channel": ["in", sorted(CONTACTS)],
		"plan_step": ["is", "not set"],
	}
	if names is not None:
		filters["name"] = ["in", [*names, ""]]
	waiting = frappe.get_all("Collection Action", filters, pluck="name", order_by="name")
	if not waiting:
		return
	outstanding = context.items.set_index("item")["outstanding"].to_dict()
	for name in waiting:
		action = frappe.get_doc("Collection Action", name)
		left = [row for row in action.items if row.item_key in outstanding]
		changed = [row for row in left if flt(row.outstanding) != outstanding[row.item_key]]
		if not left or (not changed and len(left) == len(action.items)):
			continue
		for row in changed:
			row.outstanding = outstanding[row.item_key]
		action.set("items", left)
		_add_up(action)
		action.flags.ignore_links = True
		action.save(ignore_permissions=True)


def _line(row: dict, today: date) -> dict:
	due_date = row["due_date"].date()
	return {
		"voucher_type": row["voucher_type"],
		"voucher_no": row["voucher_no"],
		"customer": row["customer"],
		"payment_term": row["payment_term"],
		"posting_date": row["posting_date"].date(),
		"due_date": due_date,
		# a credit is due to nobody
		"days_overdue": 0 if row["is_credit"] else (today - due_date).days,
		"currency": row["currency"],
		"outstanding": row["outstanding"],
		"item_key": row["item"],
	}


def _add_up(action) -> None:
	"""The totals; a person's message charges nothing new."""
	currency = action.currency
	amounts = [
		(to_minor(row.outstanding, currency), row.outstanding > 0 and getdate(row.due_date) < getdate())
		for row in action.items
	]
	total = from_minor(sum(amount for amount, _late in amounts), currency)
	action.update(
		{
			"total": total,
			"total_overdue": from_minor(sum(amount for amount, late in amounts if late), currency),
			"total_with_charges": total,
		}
	)
