"""Rehearsal: what would go out over the next days. Reads, and writes nothing: no case, no action, no cache.

Plans are chosen as the daily run chooses them today; a plan that is not enabled yet can be rehearsed as if it were.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.engine.conditions import ConditionError
from collections_app.engine.levels import with_last_steps
from collections_app.engine.rehearsal import CUSTOMER_COLUMNS, Rehearsal, rehearse
from collections_app.services.cases.records import case_frame
from collections_app.services.letters.languages import language_without_one
from collections_app.services.outbox import covers
from collections_app.services.outbox.contacts import contact_days
from collections_app.services.outbox.judge import policy
from collections_app.services.plans.choice import LoadedPlan, choose_for, gaps, load_plans, plan_facts
from collections_app.services.plans.planning import with_facts
from collections_app.services.plans.rehearsal_items import items_ahead
from collections_app.services.plans.steps_done import steps_done, steps_on_their_way
from collections_app.services.plans.work_calendar import calendars_around, company_country, countries_of
from collections_app.services.run.context import RunContext
from collections_app.services.texts import message_of


@dataclass(frozen=True)
class Wanted:
	"""What to rehearse. `plan`, `customer` empty: all. `expected_payments`: invoices are paid when they are predicted
	to be, promises when they are due. `allowed`: customers the user may see."""

	company: str
	days: int = 30
	plan: str | None = None
	customer: str | None = None
	compare_with: str | None = None
	expected_payments: bool = False
	allowed: Iterable[str] | None = None


@dataclass(frozen=True)
class Side:
	"""One rehearsal. `plan`: the plan its customers are put on; None: each its own. `customers`: how many they are."""

	plan: str | None
	customers: int
	rehearsal: Rehearsal


class Rehearser:
	"""Reads the company's frames once and rehearses on them."""

	def __init__(self, wanted: Wanted, start: date | None = None):
		self.wanted = wanted
		self.start = getdate(start)
		self.context = RunContext(wanted.company, self.start, dry_run=True)
		enabled = load_plans(self.context)
		# the plan to compare with catches nobody by itself unless it is in use
		self.choosing = self._with_plan(enabled, wanted.plan)
		self.plans = self._with_plan(self.choosing, wanted.compare_with)

	def _with_plan(self, plans: list[LoadedPlan], name: str | None) -> list[LoadedPlan]:
		"""The plans and this one, which may be switched off; refuses one that cannot be used here."""
		if not name:
			return plans
		plan = next((one for one in plans if one.name == name), None)
		if not plan:
			try:
				plan = LoadedPlan(frappe.get_doc("Dunning Plan", name))
			except ConditionError as error:
				frappe.throw(_("Plan {0} cannot be rehearsed. {1}").format(name, message_of(error)))
			plans = [*plans, plan]
		if plan.rule.company not in (None, self.wanted.company):
			frappe.throw(_("Plan {0} is for company {1}").format(name, plan.rule.company))
		return plans

	def sides(self) -> list[Side]:
		"""The rehearsal asked for and, beside it, the same customers on the plan to compare with."""
		chosen = self.chosen
		sides = [self._side(self.wanted.plan, chosen)]
		if self.wanted.compare_with:
			other = pd.Series(self.wanted.compare_with, index=chosen.index, dtype=object)
			sides.append(self._side(self.wanted.compare_with, other))
		return sides

	@cached_property
	def facts(self) -> pd.DataFrame:
		"""Who gets messages, of those the user may see and asked for. A customer whose messages go to another is seen
		with that other."""
		facts = plan_facts(self.context)
		if self.wanted.allowed is not None:
			facts = facts[facts.index.isin(list(self.wanted.allowed))]
		return facts[facts.index == self.receiver] if self.wanted.customer else facts

	@property
	def receiver(self) -> str | None:
		"""Who gets the messages about the customer asked for."""
		items = self.context.addressed
		found = items.loc[items["debtor"] == self.wanted.customer, "customer"]
		return found.iloc[0] if len(found) else self.wanted.customer

	@cached_property
	def chosen(self) -> pd.Series:
		"""Customer -> plan, of those that are rehearsed.

		With a plan: the customers it catches today; with a customer besides: this one, whether caught or not.
		"""
		chosen = choose_for(self.context, self.facts, self.choosing)["plan"]
		if self.wanted.plan and self.wanted.customer:
			chosen[:] = self.wanted.plan
		elif self.wanted.plan:
			chosen = chosen[chosen == self.wanted.plan]
		return chosen.dropna()

	@property
	def without_plan(self) -> int:
		"""How many overdue debtors no plan catches, so that nothing goes out to them."""
		if self.wanted.plan:
			return 0
		overdue = self.facts.index[self.facts["overdue_base"] > 0]
		return int((~overdue.isin(self.chosen.index)).sum())

	@cached_property
	def items(self) -> pd.DataFrame:
		"""The customers' open items with what is known of the days ahead."""
		items = items_ahead(self.context, self.chosen.index, self.wanted.expected_payments)
		if self.wanted.allowed is not None:
			items = items[items["debtor"].isin(list(self.wanted.allowed))]
		fallback = language_without_one(self.context.company)
		customer = items["customer"]
		languages = customer.map(self.context.customers["language"])
		return with_facts(self.context, items).assign(
			case=customer.map(case_frame(self.context.company)["case"]).fillna(""),
			language=languages.fillna("").replace("", fallback),
		)

	@cached_property
	def customers(self) -> pd.DataFrame:
		"""What the judge looks at: addresses, country, and the later of the customer's and its case's pause."""
		known = self.context.customers.loc[self.chosen.index]
		pauses = pd.Series(covers.customer_pauses(self.context.company), dtype=object)
		countries = countries_of(known, self.context.company)
		return known.assign(country=countries, paused_until=pauses.reindex(known.index))[CUSTOMER_COLUMNS]

	@cached_property
	def policy(self):
		countries = {company_country(self.wanted.company), *self.customers["country"]}
		calendars = calendars_around(countries, self.start, self.items["due_date"])
		return policy(self.wanted.company, calendars)

	@cached_property
	def done(self) -> pd.DataFrame:
		company = self.wanted.company
		found = steps_done(company), steps_on_their_way(company, self.start)
		return pd.concat([frame for frame in found if len(frame)] or found[:1], ignore_index=True)

	def _side(self, plan: str | None, chosen: pd.Series) -> Side:
		steps = [step for one in self.plans for step in one.steps]
		items = self.items.assign(plan=self.items["customer"].map(chosen))
		result = rehearse(
			# where an item stands depends on the plan it is put on
			with_last_steps(items, self.done, steps),
			steps,
			self.start,
			self.wanted.days,
			gaps(self.plans),
			self.customers,
			self.policy,
			contact_days(self.wanted.company, self.start),
			covers.plan_pauses(),
		)
		return Side(plan, len(chosen), result)
