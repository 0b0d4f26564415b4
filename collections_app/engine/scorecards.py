"""The scorecard a user can change: weights, bands and hard rules, and the check that they make sense."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from collections_app.engine.factors import FACTORS

DEFAULT_BANDS = ((80.0, "A"), (60.0, "B"), (40.0, "C"), (20.0, "D"), (0.0, "E"))
DEFAULT_WEIGHTS = {
	"days_late": 25.0,
	"late_ratio": 15.0,
	"overdue_share": 15.0,
	"oldest_overdue": 15.0,
	"days_late_trend": 10.0,
	"limit_use": 8.0,
	"broken_promises": 7.0,
	"relation_age": 3.0,
	"part_payments": 2.0,
}


class ScorecardError(ValueError):
	"""A scorecard that cannot be used; the message names the row and field."""


@dataclass(frozen=True)
class FactorWeight:
	"""A factor of `factors.FACTORS` and its weight (> 0; only proportions matter)."""

	key: str
	weight: float


@dataclass(frozen=True)
class HardRule:
	"""A rule of `HARD_RULES` and the best band a customer may still have when it applies."""

	key: str
	band: str


@dataclass(frozen=True)
class HardRuleSpec:
	"""`columns`: facts it needs; `applies`: facts -> bool Series; `value`: the column shown in the reason."""

	key: str
	label: str
	columns: tuple[str, ...]
	applies: Callable[[pd.DataFrame], pd.Series]
	value: str


def _over_limit(facts: pd.DataFrame) -> pd.Series:
	limit = facts["credit_limit"].astype("float64")
	return (limit > 0) & (facts["outstanding_base"].astype("float64") > limit)


def _is_true(facts: pd.DataFrame) -> pd.Series:
	return facts["insolvent"].map(lambda flag: bool(flag) if pd.notna(flag) else False).astype(bool)


HARD_RULES: dict[str, HardRuleSpec] = {
	rule.key: rule
	for rule in (
		HardRuleSpec("insolvent", "Insolvency known", ("insolvent",), _is_true, "insolvent"),
		HardRuleSpec(
			"over_credit_limit",
			"Credit limit exceeded",
			("outstanding_base", "credit_limit"),
			_over_limit,
			"outstanding_base",
		),
		HardRuleSpec(
			"overdue_over_90_days",
			"An item overdue for more than 90 days",
			("oldest_overdue_days",),
			lambda facts: facts["oldest_overdue_days"].astype("float64") > 90,
			"oldest_overdue_days",
		),
		HardRuleSpec(
			"three_broken_promises",
			"Three broken promises or more",
			("broken_promises",),
			lambda facts: facts["broken_promises"].astype("float64") >= 3,
			"broken_promises",
		),
	)
}


@dataclass(frozen=True)
class Scorecard:
	"""How a score is made.

	`bands`: (lowest score, band), best first; the last begins at 0. `minimum_history`: paid invoices from
	which a customer's own history counts in full.
	"""

	factors: tuple[FactorWeight, ...]
	bands: tuple[tuple[float, str], ...] = DEFAULT_BANDS
	hard_rules: tuple[HardRule, ...] = ()
	minimum_history: int = 3
	name: str = "Standard"


def default_scorecard() -> Scorecard:
	"""The scorecard installed at first: the weights and bands above; insolvency E, over 90 days overdue D."""
	return Scorecard(
		factors=tuple(FactorWeight(key, weight) for key, weight in DEFAULT_WEIGHTS.items()),
		hard_rules=(HardRule("insolvent", "E"), HardRule("overdue_over_90_days", "D")),
	)


def check_scorecard(scorecard: Scorecard) -> None:
	"""ScorecardError for the first thing wrong.

	No factors, unknown or repeated key, weight not above zero, bands that do not fall to 0, unknown band of a hard
	rule, negative minimum history.
	"""
	_check_factors(scorecard.factors)
	lowest = [score for score, _band in scorecard.bands]
	names = [band for _score, band in scorecard.bands]
	if not lowest or lowest[-1] != 0 or lowest[0] > 100 or sorted(set(lowest), reverse=True) != lowest:
		raise ScorecardError("Bands: lowest scores must fall from at most 100 to 0")
	if len(set(names)) != len(names):
		raise ScorecardError("Bands: a band is there twice")
	for row, rule in enumerate(scorecard.hard_rules, start=1):
		if rule.key not in HARD_RULES:
			raise ScorecardError(f"Hard rule {row}, key: unknown rule {rule.key!r}")
		if rule.band not in names:
			raise ScorecardError(f"Hard rule {row}, band: unknown band {rule.band!r}")
	if scorecard.minimum_history < 0:
		raise ScorecardError("Minimum history must not be negative")


def _check_factors(factors: tuple[FactorWeight, ...]) -> None:
	if not factors:
		raise ScorecardError("A scorecard needs at least one factor")
	seen: set[str] = set()
	for row, factor in enumerate(factors, start=1):
		if factor.key not in FACTORS:
			raise ScorecardError(f"Factor {row}, key: unknown factor {factor.key!r}")
		if factor.key in seen:
			raise ScorecardError(f"Factor {row}, key: {factor.key} is there twice")
		if not (math.isfinite(factor.weight) and factor.weight > 0):
			raise ScorecardError(f"Factor {row}, weight: must be above zero, got {factor.weight!r}")
		seen.add(factor.key)
