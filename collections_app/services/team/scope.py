"""What a question about the team covers: companies, people, days, and the customers the user may see."""

from dataclasses import dataclass, replace
from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Min
from frappe.utils import get_first_day, get_last_day, getdate

from collections_app.services import money
from collections_app.services.access import company_for, seen_customers
from collections_app.services.names import NOTHING, Names
from collections_app.services.team.absences import GIVEN, RUNNING
from collections_app.services.team.members import NO_PERSON, full_names, members_of, sees_everybody


@dataclass(frozen=True)
class Scope:
	"""`people`: None means everybody; `customers`: None means all. Amounts are in `currency`; `rates`: company -> factor into it,
	of those that are shown; `messages`: what is left out, and that rates were used."""

	companies: tuple[str, ...]
	currency: str | None
	people: tuple[str, ...] | None
	customers: tuple[str, ...] | None
	since: date
	until: date
	rates: dict[str, float]
	messages: tuple[str, ...] = ()

	def into(self, amount: float, company: str) -> float:
		"""An amount in company currency in that of the scope."""
		return (amount or 0.0) * self.rates[company]

	def narrow(self, query, company, customer, person=None):
		"""The query with the scope's companies, customers and, given their column, people."""
		query = query.where(company.isin(self.companies or NOTHING))
		if self.customers is not None:
			query = query.where(customer.isin(Names(self.customers)))
		if person is not None and self.people is not None:
			query = query.where(person.isin(self.people or NO_PERSON))
		return query

	def between(self, since: date, until: date) -> "Scope":
		return replace(self, since=since, until=until)

	def of(self, people) -> "Scope":
		return replace(self, people=tuple(people))

	def covers(self, person: str) -> bool:
		return self.people is None or person in self.people


def make_scope(
	companies: str | list | None = None,
	team: str | None = None,
	from_date: str | date | None = None,
	to_date: str | date | None = None,
	collector: str | None = None,
) -> Scope:
	"""Checks what is asked for. Without companies the user's own, without days the running month.

	PermissionError for a company the user may not see, and who may read no case or customer at all.
	"""
	frappe.has_permission("Collection Case", "read", throw=True)
	names = _list(companies) or [None]
	chosen = list(dict.fromkeys(name for name in map(company_for, names) if name))
	currency, rates, left_out = money.factors_into_one(chosen)
	since = getdate(from_date) if from_date else get_first_day(getdate())
	until = getdate(to_date) if to_date else max(get_last_day(since), since)
	if since > until:
		frappe.throw(_("The period must not end before it begins."))
	customers = seen_customers()
	return Scope(
		tuple(rates),
		currency,
		_people(team, collector),
		None if customers is None else tuple(customers),
		since,
		until,
		rates,
		(*left_out, *money.told_of_rates(rates, currency)),
	)


def _list(companies: str | list | None) -> list[str]:
	"""One name, a list, or a list as JSON."""
	if isinstance(companies, str):
		return frappe.parse_json(companies) if companies.startswith("[") else [companies]
	return companies or []


def _people(team: str | None, collector: str | None) -> tuple[str, ...] | None:
	people = set(members_of(team)) if team else None
	if collector:
		people = {collector} if people is None else people & {collector}
	if not sees_everybody():
		own = {frappe.session.user}
		people = own if people is None else people & own
	return None if people is None else tuple(sorted(people))


def whose_case(query, company, customer):
	"""The query joined with the case of a row's company and customer, and the column of the collector it belongs to: of one
	that a deputy works, who is away. So figures of the past stay where they are when somebody goes away."""
	case = DocType("Collection Case")
	joined = query.left_join(case).on((case.company == company) & (case.customer == customer))
	row, absence = DocType("Collector Absence Case"), DocType("Collector Absence")
	# of a case that was handed on, the first absence is that of whom it belongs to
	first = (
		frappe.qb.from_(row)
		.inner_join(absence)
		.on(absence.name == row.parent)
		.select(row.case, Min(absence.name).as_("absence"))
		.where((absence.status == RUNNING) & (row.outcome == GIVEN))
		.groupby(row.case)
	).as_("lent")
	joined = joined.left_join(first).on(first.case == case.name)
	joined = joined.left_join(absence).on(absence.name == first.absence)
	return joined, Coalesce(absence.collector, case.collector, "")


def names_of(people) -> dict[str, str]:
	"""Person -> name for people; nobody's is said in words."""
	named = full_names([person for person in people if person])
	return {person: named[person] if person else _("Nobody") for person in people}
