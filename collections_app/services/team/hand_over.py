"""What becomes of an absent collector's cases: they go to the deputy or the team, and come back afterwards."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import escape_html, flt, formatdate, get_fullname, getdate

from collections_app.engine.spread import spread
from collections_app.services.cases.state import refresh_cases
from collections_app.services.cases.team import give
from collections_app.services.frames import chunks
from collections_app.services.team.absences import DOCTYPE, GIVEN, GIVEN_BACK, KEPT, OVER, RUNNING, away_on
from collections_app.services.team.members import collectors_of


def work(absence: str, end: bool = False, day: date | None = None) -> None:
	"""Brings an absence to what that day wants: the cases given away, those that came since too, or all given back.

	Safe to repeat; a second worker waits for the first. `end`: the collector is back already.
	"""
	if not frappe.db.exists(DOCTYPE, absence):
		return
	doc, day = frappe.get_doc(DOCTYPE, absence, for_update=True), getdate(day)
	if doc.status == OVER:
		return
	if end or getdate(doc.to_date) < day:
		_end(doc, day)
	elif getdate(doc.from_date) <= day:
		_give_away(doc, day)


def _give_away(doc, day: date) -> None:
	"""Cases that were given once stay where they are now, also with the absent collector: a person put them there."""
	known = {row.case for row in doc.cases}
	waiting = [row for row in _cases_of(doc.collector, doc.only_company) if row.name not in known]
	given, left = spread([(row.name, flt(row.overdue)) for row in waiting], _takers(doc, day), _may_work())
	why = _("{0} is away until {1}").format(escape_html(get_fullname(doc.collector)), formatdate(doc.to_date))
	titles = {row.name: row.customer_name for row in waiting}
	for name, taker in given.items():
		give(frappe.get_doc("Collection Case", name), taker, why)
		doc.append(
			"cases", {"case": name, "customer_name": titles[name], "worked_by": taker, "outcome": GIVEN}
		)
	doc.status = RUNNING
	doc.not_given = _not_given(left, titles)
	_save(doc)
	refresh_cases(given)


def _end(doc, day: date) -> None:
	"""Each case comes back unless somebody gave it to another meanwhile. The deputy may have been away, too: whoever has
	the case for the deputy gives it back as well."""
	why = _("{0} is back").format(escape_html(get_fullname(doc.collector)))
	back = []
	handed_on = _handed_on(doc)
	holders = _holders([row.case for row in doc.cases])
	for row in doc.cases:
		if row.outcome != GIVEN:
			continue
		now = holders.get(row.case)
		if now not in (row.worked_by, *handed_on.get(row.case, ())):
			row.outcome = KEPT
			continue
		give(frappe.get_doc("Collection Case", row.case), doc.collector, why)
		row.outcome = GIVEN_BACK
		back.append(row.case)
	doc.to_date = max(getdate(doc.from_date), min(getdate(doc.to_date), day))
	doc.status, doc.not_given = OVER, None
	_save(doc)
	refresh_cases(back)


def _save(doc) -> None:
	"""The job's own changes begin no further job, and need no check of what the form asks for."""
	doc.flags.ignore_validate = True
	doc.flags.by_job = True
	doc.save(ignore_permissions=True, ignore_version=True)


def _cases_of(user: str, company: str | None) -> list:
	"""Closed cases too, since they open again by themselves."""
	filters = {"collector": user, **({"company": company} if company else {})}
	return frappe.get_all(
		"Collection Case", filters, ["name", "customer_name", "overdue"], order_by="overdue desc, name"
	)


def _takers(doc, day: date) -> list[str]:
	people = [doc.deputy] if doc.deputy else collectors_of(doc.team)
	away = away_on(day)
	enabled = set(frappe.get_all("User", {"name": ["in", [*people, ""]], "enabled": 1}, pluck="name"))
	return [one for one in people if one != doc.collector and one not in away and one in enabled]


def _may_work():
	"""Whether a person may work a case; asked for each case only of who is restricted at all."""
	free: dict[str, bool] = {}

	def may(name: str, person: str) -> bool:
		if person not in free:
			restricted = frappe.db.exists("User Permission", {"user": person})
			free[person] = not restricted and bool(
				frappe.has_permission("Collection Case", "write", user=person)
			)
		return free[person] or bool(frappe.has_permission("Collection Case", "write", doc=name, user=person))

	return may


def _handed_on(doc) -> dict[str, list[str]]:
	"""Case -> who works it because the deputy is, or was, away as well."""
	row, absence = frappe.qb.DocType("Collector Absence Case"), frappe.qb.DocType(DOCTYPE)
	found: dict[str, list[str]] = {}
	for names in chunks(line.case for line in doc.cases):
		rows = (
			frappe.qb.from_(row)
			.inner_join(absence)
			.on(absence.name == row.parent)
			.select(row.case, row.worked_by)
			.where((row.outcome == GIVEN) & (absence.status == RUNNING) & (absence.name != doc.name))
			.where(row.case.isin(names))
		).run()
		for case, person in rows:
			found.setdefault(case, []).append(person)
	return found


def _holders(names: list[str]) -> dict[str, str]:
	found: dict[str, str] = {}
	for some in chunks(names):
		found.update(
			frappe.get_all("Collection Case", {"name": ["in", some]}, ["name", "collector"], as_list=True)
		)
	return found


def _not_given(left: list[str], titles: dict[str, str]) -> str | None:
	"""What to say of cases that nobody of those who take over may work."""
	if not left:
		return None
	shown = ", ".join(titles[name] or name for name in left[:10])
	more = _(" and {0} more").format(len(left) - 10) if len(left) > 10 else ""
	return _("Nobody who takes over may work these cases: {0}{1}.").format(shown, more)
