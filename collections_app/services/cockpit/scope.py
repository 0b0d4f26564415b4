"""What the cockpit is asked about: companies, a team, a period; and what of it the signed-in user may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.services import money
from collections_app.services.access import allowed_companies, company_for, seen_customers
from collections_app.services.settings import enabled_companies
from collections_app.services.team.members import NO_PERSON, members_of

PERIODS = (7, 30, 90, 365)
DEFAULT_PERIOD = 90
# more names than these make no filter of a list
MOST_PARTIES = 200


@dataclass(frozen=True)
class Scope:
	"""`rates`: company -> factor into `currency`, of those that are shown; `collectors`: of the team, None for everybody;
	`customers`: whom the user may see, None for all; `messages`: what is left out and why."""

	companies: tuple[str, ...]
	currency: str | None
	rates: dict[str, float]
	team: str | None
	collectors: tuple[str, ...] | None
	customers: tuple[str, ...] | None
	period: int
	messages: tuple[str, ...] = ()

	@property
	def today(self) -> date:
		return getdate()

	@property
	def since(self) -> date:
		return self.today - timedelta(days=self.period)

	@property
	def monday(self) -> date:
		"""Of this week."""
		return self.today - timedelta(days=self.today.weekday())

	@property
	def is_whole(self) -> bool:
		"""Whether figures of whole companies are those of the scope."""
		return self.customers is None and self.collectors is None

	@cached_property
	def why_not_whole(self) -> str:
		"""Said instead of a figure that there is for whole companies only."""
		if self.customers is not None:
			return _("Known for all customers together; you see some of them.")
		if self.collectors is not None:
			return _("Known for the whole company, not for a team.")
		return ""

	def filters(self, **more) -> dict:
		"""For frappe.get_list of a DocType with company and customer."""
		found = {"company": ["in", [*self.companies, ""]], **more}
		if self.customers is not None:
			found["customer"] = ["in", [*self.customers, ""]]
		return found

	def case_filters(self, **more) -> dict:
		"""And of cases, which have a collector."""
		found = self.filters(**more)
		if self.collectors is not None:
			found["collector"] = ["in", list(self.collectors)]
		return found

	def list_filters(self, **more) -> dict:
		"""The same for the list a figure leads to: Frappe itself leaves out there what the user may not see."""
		found = {"company": ["in", list(self.companies)], **more}
		if self.collectors is not None and "collector" not in more:
			found["collector"] = ["in", list(self.collectors)]
		return found

	@cached_property
	def team_cases(self) -> set[str] | None:
		"""Cases of the team's collectors; None when no team is asked for."""
		if self.collectors is None:
			return None
		return set(
			frappe.get_list("Collection Case", self.case_filters(), pluck="name", order_by="name", limit=0)
		)

	def team_parties(self) -> dict:
		"""The filter for a list of payments, which knows no collector: the team's customers, where they are few enough."""
		if self.collectors is None:
			return {}
		customers = frappe.get_list(
			"Collection Case",
			self.case_filters(),
			pluck="customer",
			order_by="customer",
			limit=MOST_PARTIES + 1,
		)
		return {"party": ["in", customers]} if len(customers) <= MOST_PARTIES else {}

	@cached_property
	def seen(self) -> frozenset[str] | None:
		return None if self.customers is None else frozenset(self.customers)

	def rows_of(
		self, doctype: str, fields: Iterable[str] = (), order_by: str = "name", **filters
	) -> list[frappe._dict]:
		"""Documents that have a company, customer and case: `fields`, and name, customer, case. What the user may not see or
		the team does not work on is left out here: that costs less than thousands of names in the query."""
		rows = frappe.get_list(
			doctype,
			filters={"company": ["in", [*self.companies, ""]], **filters},
			fields=["name", "customer", "case", *fields],
			order_by=order_by,
			limit=0,
		)
		if self.seen is not None:
			rows = [row for row in rows if row.customer in self.seen]
		return rows if self.team_cases is None else [row for row in rows if row.case in self.team_cases]

	def into(self, amount: float, company: str) -> float:
		"""An amount in company currency in that of the scope."""
		return (amount or 0.0) * self.rates[company]

	def from_currency(self, amount: float, currency: str | None) -> float:
		"""An amount in any currency in that of the scope; without a rate it counts nothing."""
		return (amount or 0.0) * money.rate(currency or self.currency, self.currency)


def make_scope(
	companies: str | list | None = None, team: str | None = None, period: int | str | None = None
) -> Scope:
	"""Checks what is asked for. Without companies all the user may see.

	PermissionError for a company or team the user may not see, and who may read no case or customer at all.
	"""
	frappe.has_permission("Collection Case", "read", throw=True)
	wanted = frappe.parse_json(companies) if companies else None
	names = [wanted] if isinstance(wanted, str) else list(wanted or ())
	chosen = [company_for(name) for name in dict.fromkeys(names)] or choosable()
	currency, rates, left_out = money.factors_into_one(chosen)
	customers = seen_customers()
	days = int(period or DEFAULT_PERIOD)
	return Scope(
		tuple(rates),
		currency,
		rates,
		team or None,
		_collectors(team),
		None if customers is None else tuple(customers),
		days if days in PERIODS else DEFAULT_PERIOD,
		tuple(left_out),
	)


def choosable() -> list[str]:
	"""Companies that are collected for, of those the user may see; all the user may see while none is set up."""
	allowed = allowed_companies()
	every = frappe.get_all("Company", pluck="name", order_by="name") if allowed is None else sorted(allowed)
	return [name for name in enabled_companies() if name in every] or every


def _collectors(team: str | None) -> tuple[str, ...] | None:
	if not team:
		return None
	frappe.has_permission("User Group", "read", team, throw=True)
	return tuple(members_of(team)) or NO_PERSON
