"""Hard rules of a scorecard: facts so grave that they set the best band a customer may have, whatever it scores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class HardRuleSpec:
	"""`columns`: facts it needs; `applies`: facts and threshold -> bool Series; `value`: the column shown in the reason.

	`threshold`: the usual one, None for a rule without; `unit` names what it counts. `band`: the usual best band.
	`standard`: on in a new scorecard.
	"""

	key: str
	label: str
	columns: tuple[str, ...]
	applies: Callable[[pd.DataFrame, float], pd.Series]
	value: str
	band: str
	threshold: float | None = None
	unit: str = ""
	standard: bool = False


def _flag(name: str) -> Callable[[pd.DataFrame, float], pd.Series]:
	def applies(facts: pd.DataFrame, threshold: float) -> pd.Series:
		return facts[name].map(lambda flag: bool(flag) if pd.notna(flag) else False).astype(bool)

	return applies


def _over(name: str) -> Callable[[pd.DataFrame, float], pd.Series]:
	return lambda facts, threshold: facts[name].astype("float64") > threshold


def _at_least(name: str) -> Callable[[pd.DataFrame, float], pd.Series]:
	return lambda facts, threshold: facts[name].astype("float64") >= threshold


def _below(name: str) -> Callable[[pd.DataFrame, float], pd.Series]:
	return lambda facts, threshold: facts[name].astype("float64") < threshold


def _within(name: str) -> Callable[[pd.DataFrame, float], pd.Series]:
	return lambda facts, threshold: facts[name].astype("float64") <= threshold


def _over_limit(facts: pd.DataFrame, threshold: float) -> pd.Series:
	limit = facts["credit_limit"].astype("float64")
	return (limit > 0) & (facts["outstanding_base"].astype("float64") > limit * (1 + threshold / 100))


HARD_RULES: dict[str, HardRuleSpec] = {
	rule.key: rule
	for rule in (
		HardRuleSpec(
			"insolvent",
			"Insolvency known",
			("insolvent",),
			_flag("insolvent"),
			"insolvent",
			"E",
			standard=True,
		),
		HardRuleSpec(
			"ceased",
			"Ceased to exist, by its register",
			("ceased",),
			_flag("ceased"),
			"ceased",
			"E",
			standard=True,
		),
		HardRuleSpec(
			"sanctioned",
			"On a sanctions list",
			("sanctioned",),
			_flag("sanctioned"),
			"sanctioned",
			"E",
			standard=True,
		),
		HardRuleSpec(
			"overdue_too_long",
			"An item overdue for more days than",
			("oldest_overdue_days",),
			_over("oldest_overdue_days"),
			"oldest_overdue_days",
			"D",
			90,
			"days",
			standard=True,
		),
		HardRuleSpec(
			"promises_broken",
			"Broken promises in a year, at least",
			("broken_promises",),
			_at_least("broken_promises"),
			"broken_promises",
			"D",
			3,
			"count",
			standard=True,
		),
		HardRuleSpec(
			"debits_returned",
			"Returned debits in a year, at least",
			("returned_debits",),
			_at_least("returned_debits"),
			"returned_debits",
			"D",
			2,
			"count",
		),
		HardRuleSpec(
			"over_credit_limit",
			"Over the credit limit by more percent than",
			("outstanding_base", "credit_limit"),
			_over_limit,
			"outstanding_base",
			"D",
			0,
			"percent",
		),
		HardRuleSpec(
			"cover_withdrawn",
			"Cover refused or withdrawn within days",
			("cover_lost_days",),
			_within("cover_lost_days"),
			"cover_lost_days",
			"D",
			180,
			"days",
		),
		HardRuleSpec(
			"bureau_warns",
			"Credit bureau's score (0 to 100) below",
			("bureau_score",),
			_below("bureau_score"),
			"bureau_score",
			"D",
			20,
			"points",
		),
	)
}


@dataclass(frozen=True)
class HardRule:
	"""A rule of `HARD_RULES`, the best band a customer may still have when it applies, and its threshold (None: the
	usual one)."""

	key: str
	band: str
	threshold: float | None = None

	@property
	def spec(self) -> HardRuleSpec:
		return HARD_RULES[self.key]

	@property
	def limit(self) -> float:
		"""The threshold that counts; 0 for a rule without one."""
		return float(self.spec.threshold or 0) if self.threshold is None else float(self.threshold)

	def hits(self, facts: pd.DataFrame) -> pd.Series:
		"""Whether the rule applies to each customer; a fact not known never makes it."""
		if not set(self.spec.columns) <= set(facts.columns):
			return pd.Series(False, index=facts.index)
		return self.spec.applies(facts, self.limit).fillna(False).astype(bool)
