"""Planned actions become Collection Actions: each once, by its unique key; older plans for the same items give way."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case, DocType
from frappe.utils import now

from collections_app.engine.consolidation import PlannedAction
from collections_app.services import settings
from collections_app.services.bulk import BulkInsert
from collections_app.services.charges.compute import NOTHING, TOTAL_FIELDS, Charger, Charges
from collections_app.services.frames import chunks
from collections_app.services.run.context import ERROR, RunContext
from collections_app.services.run.errors import BUSY, error_text

# planned, but nothing has left the house yet
REPLACEABLE = ("Planned", "Awaiting Approval", "Held")
# of a block that gives way to other workers
ATTEMPTS = 3
# rows of one UPDATE: its CASE grows with each
UPDATE_CHUNK = 200
NO_CHARGE = asdict(NOTHING)


def store_actions(context: RunContext, actions: list[PlannedAction]) -> dict[str, int]:
	"""Inserts what is new, refreshes what stands, and withdraws plans that no longer apply, block by block."""
	store = _Store(context, actions)
	wanted = {action.key for action in actions}
	planned = by_case(actions)
	given_up = by_case([row for key, row in store.waiting.items() if key not in wanted])
	cases = [*planned, *(case for case in given_up if case not in planned)]
	stored = 0
	for block in chunks(cases, settings.block_size()):
		store.keep(
			[action for case in block for action in planned.get(case, ())],
			[row for case in block for row in given_up.get(case, ())],
		)
		stored += len(block)
		context.progress(stored, len(cases))
	return store.counts


class _Store:
	"""What is read once for all blocks, and the counts."""

	def __init__(self, context: RunContext, actions: list[PlannedAction]):
		self.context = context
		self.waiting = _waiting(context.company)
		self.taken = _taken_keys([action.key for action in actions])
		self.step_names = _step_names({action.step for action in actions})
		self.customer_names = context.customers["customer_name"].to_dict()
		self.bulk = BulkInsert("Collection Action", unique="action_key")
		self.charges = Charger.of_run(context, context.run_date).for_planned(actions)
		self.counts = {"planned": 0, "unchanged": 0, "replaced": 0}

	def keep(self, actions: list[PlannedAction], given_up: list) -> None:
		"""One block in a transaction of its own; again when it had to give way to another worker."""
		for attempt in range(1, ATTEMPTS + 1):
			counts = dict(self.counts)
			try:
				self.keep_block(actions, given_up)
				# a customer's new message and the withdrawal of the old one stand in the same transaction
				return self.context.checkpoint()
			except BUSY:
				if self.context.dry_run or attempt == ATTEMPTS:
					raise
				frappe.db.rollback()
				self.counts = counts
				self.waiting = _waiting(self.context.company)
				self.taken = _taken_keys([action.key for action in actions])

	def keep_block(self, actions: list[PlannedAction], given_up: list) -> None:
		recharged, new = {}, []
		for action in actions:
			if row := self.waiting.get(action.key):
				self.counts["unchanged"] += 1
				if row.total != action.total or row.total_overdue != action.total_overdue:
					_refresh(row, action, self.context, self.charges)
				elif any(row[field] != amount for field, amount in _totals(action, self.charges).items()):
					recharged[row.name] = action
			elif action.key in self.taken:
				self.counts["unchanged"] += 1
			else:
				new.append(action)
		replacements = self._insert(new)
		_refresh_charges(recharged, self.charges)
		withdraw({row.name: replacements.get(kind_of(row)) for row in given_up})
		self.counts["replaced"] += len(given_up)

	def _insert(self, actions: list[PlannedAction]) -> dict[tuple, str]:
		"""Kind -> name of what is new; what another worker planned meanwhile is his."""
		names = self.bulk.insert([self._record(action) for action in actions], self._refused)
		inserted = {
			kind_of(action): name for action, name in zip(actions, names, strict=True) if name is not None
		}
		self.counts["planned"] += len(inserted)
		return inserted

	def _refused(self, record: dict, error: Exception) -> None:
		self.context.tell(ERROR, error_text(error), "Customer", record["customer"])

	def _record(self, action: PlannedAction) -> dict[str, Any]:
		return {
			"company": self.context.company,
			"case": action.case,
			"customer": action.customer,
			"customer_name": self.customer_names.get(action.customer),
			"status": "Planned",
			"channel": action.channel,
			"planned_on": self.context.run_date,
			"dunning_plan": action.plan,
			"split_of": self.context.split_of.get(action.customer),
			"plan_step": action.step,
			"step_name": self.step_names.get(action.step),
			"dunning_level": action.level,
			"tone": action.tone or None,
			"letter": action.letter or None,
			"language": action.language,
			"attach_invoices": action.attach_invoices,
			"attach_statement": action.attach_statement,
			"requires_approval": action.requires_approval,
			"run": self.context.run,
			"action_key": action.key,
			**_amounts(action, self.context, self.charges),
		}


def _waiting(company: str) -> dict:
	"""Actions of plans that have not left the house yet, by key; what a person sends has no step, and stays."""
	fields = ["name", "action_key", "case", "channel", "language", "currency"]
	amounts = ["total", "total_overdue", *TOTAL_FIELDS]
	rows = frappe.get_all(
		"Collection Action",
		{"company": company, "status": ["in", REPLACEABLE], "plan_step": ["is", "set"]},
		fields + amounts,
	)
	return {row.action_key: row for row in rows}


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


def _amounts(action: PlannedAction, context: RunContext, charges: Charges) -> dict:
	return {
		"currency": action.currency,
		"total": action.total,
		"total_overdue": action.total_overdue,
		**_totals(action, charges),
		"items": [
			{
				"voucher_type": item.voucher_type,
				"voucher_no": item.voucher_no,
				"customer": item.customer,
				"payment_term": item.payment_term,
				"due_date": item.due_date,
				"days_overdue": (context.run_date - item.due_date).days,
				"dunning_level": item.level,
				"plan_step": item.step,
				"currency": item.currency,
				"outstanding": item.outstanding,
				"item_key": item.item,
				**(vars(charges[item.item]) if item.item in charges else NO_CHARGE),
			}
			for item in action.items
		],
	}


def _totals(action: PlannedAction, charges: Charges) -> dict[str, float]:
	return charges.totals_of(action)


def _refresh(row, action: PlannedAction, context: RunContext, charges: Charges) -> None:
	"""A part payment changes the amounts of a waiting action, not the action."""
	doc = frappe.get_doc("Collection Action", row.name)
	doc.update(_amounts(action, context, charges))
	doc.flags.ignore_links = True
	doc.save(ignore_permissions=True)


def _refresh_charges(actions: Mapping[str, PlannedAction], charges: Charges) -> None:
	"""Interest grows every day, so waiting actions get their new charges in bulk; nothing else of them changes."""
	for names in chunks(actions):
		lines = frappe.get_all("Collection Action Invoice", {"parent": ["in", names]}, ["name", "item_key"])
		values = {line.name: asdict(charges.get(line.item_key, NOTHING)) for line in lines}
		frappe.db.bulk_update(
			"Collection Action Invoice", values, chunk_size=UPDATE_CHUNK, update_modified=False
		)
	change({name: _totals(action, charges) for name, action in actions.items()}, REPLACEABLE)


def withdraw(replacements: dict[str, str | None], sources: tuple[str, ...] = REPLACEABLE) -> None:
	"""Cancels plans (action -> what replaces it, if anything) that no longer apply.

	Their keys are freed, so that the same items can be planned again.
	"""
	nothing_due = _("Nothing is due any more: paid, promised, disputed, paused or too late")
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
