"""Which dunning plan each customer gets: its override, else the first rule that fits, by priority; a plan with an A/B
test shares its customers with the plan it is tried against."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from collections_app.engine.conditions import Condition, ConditionError, mask
from collections_app.engine.texts import SaidError, Text

OVERRIDE = "override"
RULE = "rule"
NONE = "none"
_DRAW_DIGITS = 13


class PlanRuleError(SaidError):
	"""A condition of a plan is wrong. `plan` names the plan, `error` is the ConditionError (row, field)."""

	def __init__(self, plan: str, error: ConditionError) -> None:
		super().__init__(Text("Dunning plan {0}: {1}", plan, error.text))
		self.plan = plan
		self.error = error


@dataclass(frozen=True)
class Split:
	"""An A/B test: `share` percent of the customers the rule catches get `variant` instead."""

	variant: str
	share: float


@dataclass(frozen=True)
class PlanRule:
	"""When a plan fits. `priority`: lower comes first. `company` None: for every company. `customers`: the only ones
	it may fit, found by other means than `conditions`; None: no such limit. `split`: its A/B test."""

	plan: str
	priority: int
	conditions: tuple[Condition, ...] = ()
	company: str | None = None
	customers: frozenset[str] | None = None
	split: Split | None = None


def ordered_rules(rules: Sequence[PlanRule], company: str | None = None) -> list[PlanRule]:
	"""The rules that apply to `company`, in the order they are tried.

	By priority, then the company's own before the general ones, then by plan name, so that the order never depends on
	the database's.
	"""
	fitting = [rule for rule in rules if not rule.company or rule.company == company]
	return sorted(fitting, key=lambda rule: (rule.priority, not rule.company, rule.plan))


def fitting(facts: pd.DataFrame, rule: PlanRule) -> pd.Series:
	"""For each customer of `facts` (index customer), whether the rule fits, whatever other rules say.

	PlanRuleError for a wrong condition, FrameError for a missing fact.
	"""
	try:
		fits = mask(facts, rule.conditions)
	except ConditionError as error:
		raise PlanRuleError(rule.plan, error) from error
	return fits if rule.customers is None else fits & facts.index.isin(rule.customers)


def draw(plan: str, customer: str) -> float:
	"""The customer's lot in the plan's A/B test: from 0 up to, not including, 1.

	By SHA-256 of both names, so that it is even, independent between tests, and the same on every day and machine: a
	larger share only adds customers to the variant.
	"""
	digest = hashlib.sha256(f"{plan}\n{customer}".encode()).hexdigest()
	return int(digest[:_DRAW_DIGITS], 16) / 16**_DRAW_DIGITS


def gets_variant(plan: str, customer: str, share: float) -> bool:
	"""Whether the customer is among the `share` percent that the plan's A/B test gives the other plan."""
	return draw(plan, customer) < share / 100


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
	"none"), split_of (the plan whose A/B test drew the customer, for both its arms; None otherwise).
	PlanRuleError for a wrong condition, FrameError for a missing fact.
	"""
	chosen = pd.Series([None] * len(facts), index=facts.index, dtype=object)
	source = pd.Series(NONE, index=facts.index, dtype=object)
	split_of = chosen.copy()
	given = {customer: plan for customer, plan in (overrides or {}).items() if plan}
	overridden = facts.index.isin(list(given))
	chosen[overridden] = [given[customer] for customer in facts.index[overridden]]
	source[overridden] = OVERRIDE
	free = pd.Series(~overridden, index=facts.index)
	for rule in ordered_rules(rules, company):
		fits = free & fitting(facts, rule)
		chosen[fits] = rule.plan
		source[fits] = RULE
		free &= ~fits
		if rule.split:
			split_of[fits] = rule.plan
			drawn = [name for name in fits.index[fits] if gets_variant(rule.plan, name, rule.split.share)]
			chosen[drawn] = rule.split.variant
	return pd.DataFrame({"plan": chosen, "source": source, "split_of": split_of}, index=facts.index)
