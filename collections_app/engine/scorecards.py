"""The scorecard a user can change: factors, weights, curves, bands and hard rules, and the check that they make sense."""

from __future__ import annotations

import math
from dataclasses import dataclass

from collections_app.engine.factors import FACTORS
from collections_app.engine.hard_rules import HARD_RULES, HardRule
from collections_app.engine.risk_curves import CurveError, Points, check_curve
from collections_app.engine.texts import SaidError, Text

DEFAULT_BANDS = ((80.0, "A"), (60.0, "B"), (40.0, "C"), (20.0, "D"), (0.0, "E"))
DEFAULT_WEIGHTS = {
	"days_late": 18.0,
	"late_ratio": 10.0,
	"overdue_share": 10.0,
	"oldest_overdue": 9.0,
	"bureau_score": 8.0,
	"recent_days_late": 6.0,
	"days_late_trend": 6.0,
	"broken_promises": 6.0,
	"returned_debits": 5.0,
	"limit_use": 5.0,
	"insurer_grade": 4.0,
	"part_payments": 3.0,
	"outstanding": 3.0,
	"disputes_lost": 2.0,
	"open_orders": 1.0,
	"concentration": 1.0,
	"insured_share": 1.0,
	"relation_age": 1.0,
	"volume": 1.0,
}
# after so many days an incident, or a payment, counts half: see docs/risk-score.md
HALF_LIFE_DAYS = 180
HALF_LIFE_RANGE = (30, 1095)


class ScorecardError(SaidError):
	"""A scorecard that cannot be used; the message names the row and field, as the form calls them."""


@dataclass(frozen=True)
class FactorWeight:
	"""A factor of `factors.FACTORS`, its weight (> 0; only proportions matter) and its curve (None: the standard one)."""

	key: str
	weight: float
	points: Points | None = None


@dataclass(frozen=True)
class Scorecard:
	"""How a score is made.

	`bands`: (lowest score, band), best first; the last begins at 0. `minimum_history`: paid invoices from
	which a customer's own history counts in full. `half_life`: days after which what happened counts half.
	"""

	factors: tuple[FactorWeight, ...]
	bands: tuple[tuple[float, str], ...] = DEFAULT_BANDS
	hard_rules: tuple[HardRule, ...] = ()
	minimum_history: int = 3
	half_life: int = HALF_LIFE_DAYS
	name: str = "Standard"


def default_scorecard() -> Scorecard:
	"""The scorecard installed at first: the weights and bands above, and the hard rules that are on by default."""
	return Scorecard(
		factors=tuple(FactorWeight(key, weight) for key, weight in DEFAULT_WEIGHTS.items()),
		hard_rules=tuple(HardRule(rule.key, rule.band) for rule in HARD_RULES.values() if rule.standard),
	)


def check_scorecard(scorecard: Scorecard) -> None:
	"""ScorecardError for the first thing wrong.

	No factors, unknown or repeated key, weight not above zero, a curve that cannot be used, bands that do not fall to
	0, an unknown or repeated hard rule, its band or threshold, a negative minimum history, a half-life out of range.
	"""
	_check_factors(scorecard.factors)
	lowest = [score for score, _band in scorecard.bands]
	names = [band for _score, band in scorecard.bands]
	if not lowest or lowest[-1] != 0 or lowest[0] > 100 or sorted(set(lowest), reverse=True) != lowest:
		raise ScorecardError("Bands: lowest scores must fall from at most 100 to 0")
	if len(set(names)) != len(names):
		raise ScorecardError("Bands: a band is there twice")
	_check_rules(scorecard.hard_rules, names)
	if scorecard.minimum_history < 0:
		raise ScorecardError("Paid Invoices Needed must not be negative")
	least, most = HALF_LIFE_RANGE
	if not least <= scorecard.half_life <= most:
		raise ScorecardError(
			"Half-Life: {0} days; it must be from {1} to {2}", scorecard.half_life, least, most
		)


def _check_factors(factors: tuple[FactorWeight, ...]) -> None:
	if not factors:
		raise ScorecardError("A scorecard needs at least one factor")
	seen: set[str] = set()
	for row, factor in enumerate(factors, start=1):
		if factor.key not in FACTORS:
			raise ScorecardError("Factor {0}: there is no factor {1}", row, repr(factor.key))
		label = Text(FACTORS[factor.key].label)
		if factor.key in seen:
			raise ScorecardError("Factor {0}: {1} is there twice", row, label)
		if not (math.isfinite(factor.weight) and factor.weight > 0):
			raise ScorecardError(
				"Factor {0}, {1}: the weight must be above zero, not {2}", row, label, f"{factor.weight:g}"
			)
		if factor.points is not None:
			try:
				check_curve(factor.points)
			except CurveError as error:
				raise ScorecardError("Factor {0}, {1}, curve: {2}", row, label, error.text) from None
		seen.add(factor.key)


def _check_rules(rules: tuple[HardRule, ...], bands: list[str]) -> None:
	seen: set[str] = set()
	for row, rule in enumerate(rules, start=1):
		if rule.key not in HARD_RULES:
			raise ScorecardError("Hard rule {0}: there is no rule {1}", row, repr(rule.key))
		label = Text(HARD_RULES[rule.key].label)
		if rule.key in seen:
			raise ScorecardError("Hard rule {0}: {1} is there twice", row, label)
		if rule.band not in bands:
			raise ScorecardError("Hard rule {0}, {1}: there is no band {2}", row, label, repr(rule.band))
		if rule.threshold is not None and not (math.isfinite(rule.threshold) and rule.threshold >= 0):
			raise ScorecardError(
				"Hard rule {0}, {1}: the threshold must not be negative, it is {2}",
				row,
				label,
				f"{rule.threshold:g}",
			)
		seen.add(rule.key)
