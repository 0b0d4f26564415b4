"""Portfolios and load: what each collector works on, and what waits for it today. Sums over the whole company in a constant
number of queries."""

from collections import defaultdict

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import flt, getdate

from collections_app.services.team import absences
from collections_app.services.team.members import collectors
from collections_app.services.team.scope import Scope, names_of
from collections_app.services.worklist.rank import DUE
from collections_app.services.worklist.rules import NEEDS_A_PERSON

BANDS = ("A", "B", "C", "D", "E", "")
# more than this over the average is out of balance, in percent
OUT_OF_BALANCE = 25


def portfolios(scope: Scope) -> dict:
	"""rows, one a collector, the most overdue first; currency; messages on several companies in it; average_open_items.

	A row: collector, name, cases, overdue_cases, outstanding, overdue, bands (band -> overdue), open_items, tasks_due,
	to_decide, over_average (percent), out_of_balance, and away (until, to whom) while absent.
	"""
	rows = {person: _empty(person) for person in _shown(scope)}
	for person, company, band, cases, late, due, outstanding, overdue in _cases(scope):
		row = rows.setdefault(person, _empty(person))
		row["cases"] += cases
		row["overdue_cases"] += int(late or 0)
		row["open_items"] += int(due or 0)
		row["outstanding"] += scope.into(flt(outstanding), company)
		row["overdue"] += scope.into(flt(overdue), company)
		row["bands"][band or ""] += scope.into(flt(overdue), company)
	for field, counts in (
		("tasks_due", _tasks_due(scope)),
		("to_decide", _to_decide(scope)),
	):
		for person, count in counts:
			if person in rows:
				rows[person][field] += count
	named, away = names_of(rows), absences.away_on(getdate())
	# who is away takes no share
	people = [row for person, row in rows.items() if person and person not in away]
	average = sum(row["open_items"] for row in people) / len(people) if people else 0
	for person, row in rows.items():
		row.update(name=named[person], away=away.get(person))
		for field in ("outstanding", "overdue"):
			row[field] = flt(row[field], 2)
		row["bands"] = {band: flt(amount, 2) for band, amount in row["bands"].items() if flt(amount, 2)}
		share = 100 * (row["open_items"] / average - 1) if average and row in people else 0
		row["over_average"] = round(share)
		row["out_of_balance"] = len(people) > 1 and share > OUT_OF_BALANCE
	return {
		"currency": scope.currency,
		"messages": list(scope.messages),
		"average_open_items": flt(average, 1),
		"rows": sorted(rows.values(), key=lambda row: (-row["overdue"], -row["cases"], row["name"])),
	}


def _empty(person: str) -> dict:
	zero = dict.fromkeys(("cases", "overdue_cases", "open_items", "tasks_due", "to_decide"), 0)
	return {"collector": person, **zero, "outstanding": 0.0, "overdue": 0.0, "bands": defaultdict(float)}


def _shown(scope: Scope) -> list[str]:
	"""People with a row even where they have no case."""
	return collectors() if scope.people is None else list(scope.people)


def _cases(scope: Scope) -> list[tuple]:
	case = DocType("Collection Case")
	person = Coalesce(case.collector, "")
	query = (
		frappe.qb.from_(case)
		.select(
			person,
			case.company,
			case.risk_band,
			Count(case.name),
			Sum(Case().when(case.overdue > 0, 1).else_(0)),
			Sum(Case().when(case.worklist_state == DUE, 1).else_(0)),
			Sum(case.outstanding),
			Sum(case.overdue),
		)
		.where(case.status == "Open")
		.groupby(person, case.company, case.risk_band)
	)
	return scope.narrow(query, case.company, case.customer, person).run()


def _tasks_due(scope: Scope) -> list[tuple]:
	"""Open tasks on cases that are due today or before, by who has them."""
	task, case = DocType("ToDo"), DocType("Collection Case")
	query = (
		frappe.qb.from_(task)
		.inner_join(case)
		.on(case.name == task.reference_name)
		.select(task.allocated_to, Count(task.name))
		.where((task.reference_type == "Collection Case") & (task.status == "Open"))
		.where(task.date.isnull() | (task.date <= getdate()))
		.groupby(task.allocated_to)
	)
	return scope.narrow(query, case.company, case.customer, task.allocated_to).run()


def _to_decide(scope: Scope) -> list[tuple]:
	"""Messages that wait for a person: to approve, failed, uncertain."""
	action, case = DocType("Collection Action"), DocType("Collection Case")
	person = Coalesce(case.collector, "")
	query = (
		frappe.qb.from_(action)
		.inner_join(case)
		.on(case.name == action.case)
		.select(person, Count(action.name))
		.where(action.status.isin(NEEDS_A_PERSON))
		.groupby(person)
	)
	return scope.narrow(query, action.company, action.customer, person).run()
