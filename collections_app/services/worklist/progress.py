"""How far the day's work is: which cases somebody worked on today, read off what they left behind."""

from collections import defaultdict
from datetime import date

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce
from frappe.utils import flt, getdate

from collections_app.services.cases.events import MARK, PAUSE
from collections_app.services.team.members import full_names, sees_everybody
from collections_app.services.worklist.listing import Wanted, tabs
from collections_app.services.worklist.rank import DUE
from collections_app.services.worklist.rules import AT_RISK, LOW_HANGING

# the classes somebody is to act on
TO_ACT_ON = (AT_RISK, LOW_HANGING)


def worked_on(company: str, day: date) -> dict[str, set[str]]:
	"""Case -> the users who worked on it that day: a call, a promise, a dispute, a letter sent by hand, a decision about a
	message, a pause, a snooze. Giving a case to somebody else is no work on it. Six queries, whatever the number of cases."""
	found: dict[str, set[str]] = defaultdict(set)
	for read in (_calls, _promises, _disputes, _letters, _notes, _decisions):
		for case, user in read(company, day):
			if case and user:
				found[case].add(user)
	return found


def progress(wanted: Wanted) -> dict:
	"""Of the cases that the filters leave, whichever tab is open, and in company currency: worked (how many today), amount
	(their overdue), to_do (how many still to act on), amount_to_do; `mine`: worked and amount of the reader; `users`: the
	same of each who worked, most first; a collector sees no colleague there."""
	today = getdate()
	workers = worked_on(wanted.company, today)
	seen = frappe.get_list(
		"Collection Case",
		fields=["name", "overdue", "worklist_state", "worklist_class"],
		# a case that was paid and closed was worked on all the same
		filters=[rule for rule in wanted.filters() if rule[0] != "status"] + [["name", "in", [*workers, ""]]],
		or_filters=wanted.or_filters(),
		order_by="name",
		limit=0,
	)
	counts = tabs(wanted)["counts"]
	left = [one for one in seen if one.worklist_state == DUE and one.worklist_class in TO_ACT_ON]
	return {
		**_sums(seen),
		"to_do": sum(counts[klass]["count"] for klass in TO_ACT_ON) - len(left),
		"amount_to_do": flt(
			sum(counts[klass]["overdue"] for klass in TO_ACT_ON) - sum(one.overdue for one in left), 2
		),
		"mine": _sums([one for one in seen if frappe.session.user in workers[one.name]]),
		"users": _by_user(seen, workers),
	}


def _by_user(seen: list, workers: dict[str, set[str]]) -> list[dict]:
	rows = defaultdict(list)
	for one in seen:
		for user in workers[one.name]:
			rows[user].append(one)
	shown = [user for user in rows if user == frappe.session.user or sees_everybody()]
	names = full_names(shown)
	found = [{"user": user, "full_name": names[user], **_sums(rows[user])} for user in shown]
	return sorted(found, key=lambda one: (-one["worked"], one["full_name"]))


def _sums(cases: list) -> dict:
	return {"worked": len(cases), "amount": flt(sum(flt(one.overdue) for one in cases), 2)}


def _calls(company: str, day: date) -> list[tuple]:
	call, case = DocType("Communication"), DocType("Collection Case")
	return (
		frappe.qb.from_(call)
		.inner_join(case)
		.on(case.name == call.reference_name)
		.select(case.name, Coalesce(call.user, call.owner))
		.where((call.reference_doctype == "Collection Case") & (case.company == company))
		.where((call.communication_medium == "Phone") & (call.creation >= day))
	).run()


def _promises(company: str, day: date) -> list[tuple]:
	return _made("Promise to Pay", company, day)


def _disputes(company: str, day: date) -> list[tuple]:
	return _made("Invoice Dispute", company, day)


def _made(doctype: str, company: str, day: date) -> list[tuple]:
	made = DocType(doctype)
	query = frappe.qb.from_(made).select(made.case, made.owner)
	return query.where((made.company == company) & (made.creation >= day)).run()


def _letters(company: str, day: date) -> list[tuple]:
	"""Those that a person sent: they are no step of a plan."""
	action = DocType("Collection Action")
	return (
		frappe.qb.from_(action)
		.select(action.case, action.owner)
		.where((action.company == company) & (action.creation >= day))
		.where(action.plan_step.isnull() | (action.plan_step == ""))
	).run()


def _notes(company: str, day: date) -> list[tuple]:
	"""Pauses and snoozes, as the app noted them on the case."""
	note, case = DocType("Comment"), DocType("Collection Case")
	return (
		frappe.qb.from_(note)
		.inner_join(case)
		.on(case.name == note.reference_name)
		.select(case.name, note.owner)
		.where((note.reference_doctype == "Collection Case") & (case.company == company))
		.where((note.subject == MARK + PAUSE) & (note.creation >= day))
	).run()


def _decisions(company: str, day: date) -> list[tuple]:
	"""Approved, called off, tried again: noted on the message."""
	note, action = DocType("Comment"), DocType("Collection Action")
	return (
		frappe.qb.from_(note)
		.inner_join(action)
		.on(action.name == note.reference_name)
		.select(action.case, note.owner)
		.where((note.reference_doctype == "Collection Action") & (action.company == company))
		.where((note.comment_type == "Info") & (note.creation >= day))
	).run()
