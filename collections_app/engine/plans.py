"""Which dunning plan each customer gets: its override, else the first rule that fits, by priority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from collections_app.engine.conditions import Condition, ConditionError, mask, validate

OVERRIDE = "override"
RULE = "rule"
NONE = "none"


class PlanRuleError(ValueError):
	"""A condition of a plan is wrong. `plan` names the plan, `error` is the ConditionError (row, field)."""

	def __init__(self, plan: str, error: ConditionError) -> None:
		super().__init__(f"Dunning plan {plan}: {error}")
		self.plan = plan
		self.error = error


@dataclass(frozen=True)
class PlanRule:
	"""When a plan fits. `priority`: lower comes first. `company` None: for every company."""

	plan: str
	priority: int
	conditions: tuple[Condition, ...] = ()
	company: str | None = None


def ordered_rules(rules: Sequence[PlanRule], company: str | None = None) -> list[PlanRule]:
	"""The rules that apply to `company`, in the order they are tried.

	By priority, then the company's own before the general ones, then by plan name, so that the order never depends on
	the database's.
	"""
	fitting = [rule for rule in rules if not rule.company or rule.company == company]
	return sorted(fitting, key=lambda rule: (rule.priority, not rule.company, rule.plan))


def check_rules(rules: Sequence[PlanRule]) -> dict[str, PlanRuleError]:
	"""Plan -> its error, for the plans whose conditions are wrong. Empty when all are right."""
	errors: dict[str, PlanRuleError] = {}
	for rule in rules:
		try:
			validate(rule.conditions)
		except ConditionError as error:
			errors.setdefault(rule.plan, PlanRuleError(rule.plan, error))
	return errors


def choose_plans(
	facts: pd.DataFrame,
	rules: Sequence[PlanRule],
	overrides: Mapping[str, str] | None = None,
	company: str | None = None,
) -> pd.DataFrame:
	"""The plan of each customer.

	`facts`: index customer, the columns of `conditions.FACTS` that the rules use. `overrides`: customer ->
	plan (an empty plan is no override). `company`: rules of other companies are left out.
	Returns a frame with the index of `facts`: plan (None where none fits), source ("override", "rule",
	"none").
	PlanRuleError for a wrong condition (use `check_rules` first to leave such plans out), FrameError for a
	missing fact.
	"""
	chosen = pd.Series([None] * len(facts), index=facts.index, dtype=object)
	source = pd.Series(NONE, index=facts.index, dtype=object)
	given = {customer: plan for customer, plan in (overrides or {}).items() if plan}
	overridden = facts.index.isin(list(given))
	chosen[overridden] = [given[customer] for customer in facts.index[overridden]]
	source[overridden] = OVERRIDE
	free = pd.Series(~overridden, index=facts.index)
	for rule in ordered_rules(rules, company):
		try:
			fits = free & mask(facts, rule.conditions)
		except ConditionError as error:
			raise PlanRuleError(rule.plan, error) from error
		chosen[fits] = rule.plan
		source[fits] = RULE
		free &= ~fits
	return pd.DataFrame({"plan": chosen, "source": source}, index=facts.index)
