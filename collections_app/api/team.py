"""The page Team: portfolios, load, targets, results, absences. Collectors see themselves, managers and auditors all."""

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.constants.roles import MANAGERS
from collections_app.services.access import allowed_companies, company_for
from collections_app.services.team import absences as team_absences
from collections_app.services.team import cases as team_cases
from collections_app.services.team import members, results
from collections_app.services.team import portfolios as team_portfolios
from collections_app.services.team import targets as team_targets
from collections_app.services.team.scope import make_scope

MOST_ROWS = 200


@frappe.whitelist()
def choices() -> dict:
	"""What the page's filters offer: companies, the user's own `company`, teams; and what the user may do: sees_everybody,
	manages."""
	frappe.has_permission("Collection Case", "read", throw=True)
	allowed = allowed_companies()
	everybody = members.sees_everybody()
	return {
		"companies": frappe.get_all("Company", pluck="name", order_by="name")
		if allowed is None
		else sorted(allowed),
		"company": company_for(),
		"teams": members.teams() if everybody else [],
		"sees_everybody": everybody,
		"manages": bool(MANAGERS.intersection(frappe.get_roles())),
	}


@frappe.whitelist()
def portfolios(companies: str | list | None = None, team: str | None = None) -> dict:
	"""What each collector works on and what waits for it: see `portfolios.portfolios`."""
	return team_portfolios.portfolios(make_scope(companies, team))


@frappe.whitelist()
def cash(
	companies: str | list | None = None,
	team: str | None = None,
	from_date: str | None = None,
	to_date: str | None = None,
) -> dict:
	"""Cash collected in the period by collector and by day: see `results.cash`."""
	return results.cash(make_scope(companies, team, from_date, to_date))


@frappe.whitelist()
def activity(
	companies: str | list | None = None,
	team: str | None = None,
	from_date: str | None = None,
	to_date: str | None = None,
) -> dict:
	"""Actions done in the period by collector and by day: see `results.activity`."""
	return results.activity(make_scope(companies, team, from_date, to_date))


@frappe.whitelist()
def targets(
	companies: str | list | None = None,
	team: str | None = None,
	from_date: str | None = None,
	to_date: str | None = None,
) -> list[dict]:
	"""Targets of the period and how far they are reached: see `targets.targets`."""
	return team_targets.targets(make_scope(companies, team, from_date, to_date))


@frappe.whitelist()
def absences(companies: str | list | None = None, team: str | None = None) -> list[dict]:
	"""Absences that run or are to come. `opens`: whether the user may open and end it; only then, or to who sees all customers,
	it is told whose cases were not given."""
	scope = make_scope(companies, team)
	rows = [
		row
		for row in team_absences.current(scope.people, getdate())
		if not row.only_company or row.only_company in scope.companies
	]
	opened: set[str] = set()
	if MANAGERS.intersection(frappe.get_roles()):
		names = [row.name for row in rows] or [""]
		opened = set(frappe.get_list("Collector Absence", {"name": ["in", names]}, pluck="name", limit=0))
	for row in rows:
		row.opens = row.name in opened
		row.not_given = row.not_given if row.opens or scope.customers is None else None
	return rows


@frappe.whitelist()
def cases(collector: str, companies: str | list | None = None, start: int = 0, page_length: int = 50) -> dict:
	"""A page of a collector's open cases to choose from; "" are those without a collector."""
	scope = make_scope(companies)
	if not scope.covers(collector):
		frappe.throw(_("You may not see the cases of others."), frappe.PermissionError)
	return team_cases.cases_of(scope, collector, max(start, 0), min(max(page_length, 1), MOST_ROWS))


@frappe.whitelist(methods=["POST"])
def end_absence(absence: str) -> dict:
	"""The collector is back: the cases come back now, by a job."""
	doc = frappe.get_doc("Collector Absence", absence)
	doc.check_permission("write")
	if doc.status == team_absences.OVER:
		frappe.throw(_("The absence is over."))
	team_absences.queue(doc.name, end=True)
	return {"queued": 1}
