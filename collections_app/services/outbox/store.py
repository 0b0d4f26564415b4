"""Planned actions become Collection Actions: each once, by its unique key; older plans for the same items give way."""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case, DocType
from frappe.utils import now

from collections_app.engine.consolidation import PlannedAction
from collections_app.services import settings
from collections_app.services.frames import chunks
from collections_app.services.run.context import RunContext

# planned, but nothing has left the house yet
REPLACEABLE = ("Planned", "Awaiting Approval", "Held")
# rows of one UPDATE: its CASE grows with each
UPDATE_CHUNK = 200


def store_actions(context: RunContext, actions: list[PlannedAction]) -> dict[str, int]:
	"""Inserts what is new, refreshes what stands, and withdraws plans that no longer apply."""
	waiting = {
		row.action_key: row
		for row in frappe.get_all(
			"Collection Action",
			{"company": context.company, "status": ["in", REPLACEABLE]},
			["name", "action_key", "case", "channel", "language", "currency", "total", "total_overdue"],
		)
	}
	taken = _taken_keys([action.key for action in actions])
	step_names = _step_names({action.step for action in actions})
	wanted = {action.key for action in actions}
	planned = by_case(actions)
	given_up = by_case([row for key, row in waiting.items() if key not in wanted])
	counts = {"planned": 0, "unchanged": 0, "replaced": 0}
	cases = [*planned, *(case for case in given_up if case not in planned)]
	stored = 0
	for block in chunks(cases, settings.block_size()):
		replacements = {}
		for action in (action for case in block for action in planned.get(case, ())):
			if action.key in waiting:
				_refresh(waiting[action.key], action, context)
				counts["unchanged"] += 1
			elif action.key in taken:
				counts["unchanged"] += 1
			elif name := _insert(context, action, step_names.get(action.step)):
				replacements[kind_of(action)] = name
				counts["planned"] += 1
		old = [row for case in block for row in given_up.get(case, ())]
		withdraw({row.name: replacements.get(kind_of(row)) for row in old})
		counts["replaced"] += len(old)
		stored += len(block)
		# a customer's new message and the withdrawal of the old one stand in the same transaction
		context.checkpoint()
		context.progress(stored, len(cases))
	return counts


def by_case(rows: Iterable) -> dict[str, list]:
	found: dict[str, list] = {}
	for row in rows:
		found.setdefault(row.case, []).append(row)
	return found


def kind_of(action) -> tuple:
	"""Of several messages of one kind to a customer only one may wait."""
	return action.case, action.channel, action.language, action.currency


def _taken_keys(keys: list[str]) -> set[str]:
	found: set[str] = set()
	for some in chunks(keys):
		found.update(frappe.get_all("Collection Action", {"action_key": ["in", some]}, pluck="action_key"))
	return found


def _step_names(steps: Iterable[str]) -> dict[str, str]:
	return dict(
		frappe.get_all(
			"Dunning Plan Step", {"name": ["in", [*steps, ""]]}, ["name", "step_name"], as_list=True
		)
	)


def _insert(context: RunContext, action: PlannedAction, step_name: str | None) -> str | None:
	"""The new action's name; None when another worker planned the same meanwhile."""
	doc = frappe.get_doc(
		{
			"doctype": "Collection Action",
			"company": context.company,
			"case": action.case,
			"customer": action.customer,
			"customer_name": context.customers.at[action.customer, "customer_name"],
			"status": "Planned",
			"channel": action.channel,
			"planned_on": context.run_date,
			"dunning_plan": action.plan,
			"plan_step": action.step,
			"step_name": step_name,
			"dunning_level": action.level,
			"letter": action.letter or None,
			"language": action.language,
			"attach_invoices": action.attach_invoices,
			"requires_approval": action.requires_approval,
			"run": context.run,
			"action_key": action.key,
			**_amounts(action, context),
		}
	)
	frappe.db.savepoint("new_action")
	try:
		return doc.insert(ignore_permissions=True, ignore_links=True).name
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="new_action")
		return None


def _amounts(action: PlannedAction, context: RunContext) -> dict:
	return {
		"currency": action.currency,
		"total": action.total,
		"total_overdue": action.total_overdue,
		"items": [
			{
				"voucher_type": item.voucher_type,
				"voucher_no": item.voucher_no,
				"payment_term": item.payment_term,
				"due_date": item.due_date,
				"days_overdue": (context.run_date - item.due_date).days,
				"dunning_level": item.level,
				"plan_step": item.step,
				"currency": item.currency,
				"outstanding": item.outstanding,
				"item_key": item.item,
			}
			for item in action.items
		],
	}


def _refresh(row, action: PlannedAction, context: RunContext) -> None:
	"""A part payment changes the amounts of a waiting action, not the action."""
	if row.total == action.total and row.total_overdue == action.total_overdue:
		return
	doc = frappe.get_doc("Collection Action", row.name)
	doc.update(_amounts(action, context))
	doc.flags.ignore_links = True
	doc.save(ignore_permissions=True)


def withdraw(replacements: dict[str, str | None], sources: tuple[str, ...] = REPLACEABLE) -> None:
	"""Cancels plans (action -> what replaces it, if anything) that no longer apply.

	Their keys are freed, so that the same items can be planned again.
	"""
	nothing_due = _("Nothing is due any more: paid, promised, disputed or paused")
	values = {
		name: {
			"status": "Cancelled",
			"cancel_reason": _("Replaced by {0}").format(new) if new else nothing_due,
			"cancel_code": "replaced" if new else "obsolete",
			"action_key": None,
		}
		for name, new in replacements.items()
	}
	change(values, sources)


def change(values: dict[str, dict[str, Any]], sources: tuple[str, ...]) -> None:
	"""Writes action -> fields on those that are still in one of the states `sources`.

	Another worker may have moved one since it was read; what it claimed for sending must never be put back. All rows
	have the same fields.
	"""
	action = DocType("Collection Action")
	for names in chunks(values, UPDATE_CHUNK):
		query = (
			frappe.qb.update(action)
			.set(action.modified, now())
			.set(action.modified_by, frappe.session.user)
			.where(action.name.isin(names) & action.status.isin(sources))
		)
		for field in values[names[0]]:
			case = Case()
			for name in names:
				case = case.when(action.name == name, values[name][field])
			query = query.set(action[field], case.else_(action[field]))
		query.run()
