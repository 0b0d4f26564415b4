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
from collections_app.engine.rehearsal import Rehearsal, rehearse
from collections_app.services import settings
from collections_app.services.cases import case_frame
from collections_app.services.outbox import covers
from collections_app.services.outbox.release import policy
from collections_app.services.plan_choice import LoadedPlan, choose_for, gaps, load_plans, plan_facts
from collections_app.services.rehearsal_items import contacts_before, items_ahead
from collections_app.services.run.context import RunContext

FACTS = ("email", "paused_until")


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
				frappe.throw(_("Plan {0} cannot be rehearsed. {1}").format(name, error))
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
		"""Debtors the user may see and asked for."""
		facts = plan_facts(self.context)
		if self.wanted.allowed is not None:
			facts = facts[facts.index.isin(list(self.wanted.allowed))]
		return facts[facts.index == self.wanted.customer] if self.wanted.customer else facts

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
		fallback = settings.get().fallback_language or "en"
		customer = items["customer"]
		languages = customer.map(self.context.customers["language"])
		return items.assign(
			case=customer.map(case_frame(self.context.company)["case"]).fillna(""),
			language=languages.fillna("").replace("", fallback),
		)

	@cached_property
	def customers(self) -> pd.DataFrame:
		"""What the judge looks at: e-mail address and the later of the customer's and its case's pause."""
		facts = self.context.customers.loc[self.chosen.index, ["email"]]
		pauses = pd.Series(covers.customer_pauses(self.context.company), dtype=object)
		return facts.assign(paused_until=pauses.reindex(facts.index))[list(FACTS)]

	def _side(self, plan: str | None, chosen: pd.Series) -> Side:
		rules = policy()
		result = rehearse(
			self.items.assign(plan=self.items["customer"].map(chosen)),
			[step for one in self.plans for step in one.steps],
			self.start,
			self.wanted.days,
			gaps(self.plans),
			self.customers,
			rules,
			contacts_before(self.context.company, self.start, rules.contact_limit_days),
		)
		return Side(plan, len(chosen), result)
