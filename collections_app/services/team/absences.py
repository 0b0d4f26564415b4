"""Absences of collectors: which there are on a day, and the jobs that begin and end them. What happens to the cases:
`hand_over.py`."""

from collections.abc import Iterable
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.utils import get_fullname, getdate

DOCTYPE = "Collector Absence"
PLANNED, RUNNING, OVER = "Planned", "Running", "Over"
# what became of a case: with the deputy, back, or with whom somebody gave it to meanwhile
GIVEN, GIVEN_BACK, KEPT = "Given", "Given Back", "Not Given Back"
TIMEOUT = 2 * 60 * 60


def away_on(day: date) -> dict[str, dict]:
	"""Collector -> absence, until, to (deputy's name, or the team), of who is away on that day."""
	rows = frappe.get_all(
		DOCTYPE,
		{"from_date": ["<=", day], "to_date": [">=", day], "status": ["!=", OVER]},
		["name", "collector", "to_date", "deputy", "team"],
		order_by="to_date",
	)
	return {
		row.collector: {
			"absence": row.name,
			"until": row.to_date,
			"to": get_fullname(row.deputy) if row.deputy else row.team,
		}
		for row in rows
	}


def overlapping(absence, user: str) -> str | None:
	"""Another absence of a user that shares a day and a company with this one."""
	table = DocType(DOCTYPE)
	query = (
		frappe.qb.from_(table)
		.select(table.name)
		.where((table.collector == user) & (table.name != (absence.name or "")) & (table.status != OVER))
		.where((table.from_date <= absence.to_date) & (table.to_date >= absence.from_date))
		.limit(1)
	)
	if absence.only_company:
		query = query.where(table.only_company.isnull() | table.only_company.isin(["", absence.only_company]))
	found = query.run(pluck=True)
	return found[0] if found else None


def current(people: Iterable[str] | None, day: date) -> list[dict]:
	"""Absences that run or are to come, the next first; of these people, or of everybody."""
	filters = {"status": ["!=", OVER], "to_date": [">=", day]}
	if people is not None:
		filters["collector"] = ["in", [*people, ""]]
	fields = ("name", "collector", "collector_name", "from_date", "to_date", "status", "only_company")
	rows = frappe.get_all(
		DOCTYPE, filters, [*fields, "deputy", "team", "not_given"], order_by="from_date, name"
	)
	for row in rows:
		row.to = get_fullname(row.deputy) if row.deputy else row.team
	return rows


def queue_due(day: date | None = None) -> int:
	"""One job for each absence that begins, goes on or is over. Returns how many."""
	table, day = DocType(DOCTYPE), getdate(day)
	names = (
		frappe.qb.from_(table)
		.select(table.name)
		.where((table.status == RUNNING) | ((table.status == PLANNED) & (table.from_date <= day)))
		.orderby(table.from_date)
	).run(pluck=True)
	for name in names:
		queue(name)
	return len(names)


def queue_if_due(absence) -> None:
	"""One that was entered or changed for today is worked at once."""
	if absence.status != OVER and getdate(absence.from_date) <= getdate():
		queue(absence.name)


def queue(name: str, end: bool = False) -> None:
	frappe.enqueue(
		"collections_app.services.team.hand_over.work",
		queue="long",
		timeout=TIMEOUT,
		job_id=f"absence-{name}-{'end' if end else 'work'}",
		deduplicate=True,
		enqueue_after_commit=True,
		absence=name,
		end=end,
	)
