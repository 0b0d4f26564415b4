"""The risk score of each customer, 0 (worst) to 100 (best), with the share of every factor and its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from collections_app.engine.factors import FACTORS, factor_values
from collections_app.engine.frames import FrameError, as_day, require_columns
from collections_app.engine.hard_rules import HARD_RULES, HardRule
from collections_app.engine.reasons import Reason
from collections_app.engine.scorecards import (
	FactorWeight,
	Scorecard,
	ScorecardError,
	check_scorecard,
	default_scorecard,
)

__all__ = [
	"FACTORS",
	"HARD_RULES",
	"FactorWeight",
	"HardRule",
	"Scorecard",
	"ScorecardError",
	"Scores",
	"check_scorecard",
	"default_scorecard",
	"score_customers",
]

OWN = "own history"
SEGMENT = "segment"
NO_HISTORY = "no history"
NEUTRAL_SCORE = 50.0
SCORE_DIGITS = 1
FACTOR_COLUMNS = ["customer", "factor", "weight", "points", "contribution", "value", "reason"]


class Scores(NamedTuple):
	"""`scores`: per customer; `factors`: one row per customer and factor. See `score_customers`."""

	scores: pd.DataFrame
	factors: pd.DataFrame


def score_customers(
	facts: pd.DataFrame,
	scorecard: Scorecard,
	as_of: date,
	reference: pd.DataFrame | None = None,
	reasons: bool = True,
) -> Scores:
	"""Score every customer.

	`facts`: index customer (unique); segment, paid_count, and the columns the scorecard's factors and hard
	rules need (`FACTORS[key].columns`, `HARD_RULES[key].columns`): a column that is not there, or a value
	that is NaN, is not known. `reference`: the facts of all customers, from whom the means of the segments
	come (None: `facts`). `reasons` False leaves the factors out.

	A factor earns points 0..1 by its value. Factors not known are left out and the weights of the others
	made up to 100 %. With fewer than minimum_history paid invoices, the factors that come from paid
	invoices shrink towards the mean points of the segment's customers with enough of them (all such
	customers where the segment has none): own share paid_count / minimum_history. What is known about today
	(overdue, limit, promises) always counts as it is. What a provider said counts as it said it, however
	old; its age lowers the confidence alone.
	A hard rule that applies caps the score just below the next better band.

	Returns scores (index customer): score (one decimal), band, uncapped (the score before hard rules),
	confidence (0..1: the share of the weight that rests on the customer's own facts, those of providers as
	far as they are fresh, × (1 + n / (n + minimum_history)) / 2, n = paid invoices), basis ("own history";
	"segment" when shrunk; "no history" when nobody has any); and factors (long): customer, factor, weight
	(share of 100 % for this customer), points, contribution (to the score; a customer's contributions add
	up to it), value, reason (Reason of code `factor` with the figure, or
	segment_mean(factor, segment, paid_count, minimum_history), hard_rule(rule, band, value, threshold),
	no_facts()). Hard rules and no_facts have rows of their own, with weight 0.
	ScorecardError for a wrong scorecard; FrameError when segment or paid_count is missing or a customer is
	there twice.
	"""
	check_scorecard(scorecard)
	require_columns(facts, ("segment", "paid_count"), "facts")
	if facts.index.has_duplicates:
		raise FrameError(f"Customer {facts.index[facts.index.duplicated()][0]} is there twice in facts")
	day = as_day(as_of)
	history = _History.read(facts, scorecard.minimum_history)
	others = history if reference is None else _History.read(reference, scorecard.minimum_history)
	parts = [
		_part(entry, facts, history, facts if reference is None else reference, others, day)
		for entry in scorecard.factors
	]

	known = pd.DataFrame({part.key: part.points.notna() * part.weight for part in parts}, index=facts.index)
	total = known.sum(axis=1)
	shares = known.div(total.where(total > 0), axis=0).fillna(0.0)
	contributions = {part.key: part.points.fillna(0.0) * shares[part.key] * 100 for part in parts}
	score = sum(contributions.values(), pd.Series(0.0, index=facts.index))
	blank = total == 0
	uncapped = score = score.where(~blank, NEUTRAL_SCORE)

	rows = []
	if reasons:
		rows = [
			_factor_rows(part, shares[part.key], contributions[part.key], history, facts) for part in parts
		]
		rows.append(_no_facts_rows(facts.index[blank]))
	for rule in scorecard.hard_rules:
		capped = _capped(score, facts, rule, scorecard)
		if reasons:
			rows.append(_rule_rows(rule, facts, score, capped))
		score = capped.fillna(score)

	shrunk = pd.concat([part.shrunk for part in parts], axis=1).any(axis=1)
	basis = np.select([history.share >= 1, shrunk], [OWN, SEGMENT], NO_HISTORY)
	own = sum((part.own * part.weight for part in parts), pd.Series(0.0, index=facts.index))
	depth = history.paid / (history.paid + max(1, scorecard.minimum_history))
	confidence = own / sum(part.weight for part in parts) * (1 + depth) / 2
	score = score.round(SCORE_DIGITS)
	scores = pd.DataFrame(
		{
			"score": score,
			"band": bands_of(score, scorecard.bands),
			"uncapped": uncapped.round(SCORE_DIGITS),
			"confidence": confidence.round(3),
			"basis": basis,
		},
		index=facts.index,
	)
	filled = [row for row in rows if len(row)]
	factors = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=FACTOR_COLUMNS)
	return Scores(scores, factors[FACTOR_COLUMNS])


def bands_of(score: pd.Series, bands: tuple[tuple[float, str], ...]) -> pd.Series:
	"""The band of each score: the first of `bands` (best first) whose lowest score it reaches."""
	lowest = np.array([low for low, _name in bands])
	position = (score.to_numpy()[:, None] >= lowest[None, :]).argmax(axis=1)
	return pd.Series(np.array([name for _low, name in bands], dtype=object)[position], index=score.index)


@dataclass(frozen=True)
class _History:
	"""How much each customer's own paid invoices count, and what stands in for them."""

	paid: pd.Series
	share: pd.Series
	segment: pd.Series
	minimum: int

	@classmethod
	def read(cls, facts: pd.DataFrame, minimum: int) -> _History:
		paid = facts["paid_count"].fillna(0).astype("float64")
		share = (paid / minimum).clip(upper=1) if minimum else pd.Series(1.0, index=facts.index)
		segment = facts["segment"].astype(object).where(facts["segment"].notna(), "")
		return cls(paid, share, segment, minimum)

	def prior(self, points: pd.Series, others: _History) -> tuple[pd.Series, pd.Series]:
		"""The segment's mean of `points` (of the `others`) for each customer, and whose mean it is ("" = all)."""
		reference = points[others.share >= 1].dropna()
		means = reference.groupby(others.segment[reference.index]).mean()
		own_segment = self.segment.map(means).astype("float64")
		whose = self.segment.where(own_segment.notna(), "")
		return own_segment.fillna(reference.mean() if len(reference) else np.nan), whose


@dataclass(frozen=True)
class _Part:
	"""One factor for all customers.

	`own`: the share of it that rests on the customer's own facts; `shrunk`: whether the segment has a part in it;
	`whose`: which segment.
	"""

	key: str
	weight: float
	values: pd.Series
	points: pd.Series
	own: pd.Series
	shrunk: pd.Series
	whose: pd.Series


def _part(
	entry: FactorWeight,
	facts: pd.DataFrame,
	history: _History,
	reference: pd.DataFrame,
	others: _History,
	day: pd.Timestamp,
) -> _Part:
	factor = FACTORS[entry.key]
	values = factor_values(facts, day, [entry.key])[entry.key]
	points = factor.score(values, entry.points)
	own = points.notna().astype("float64")
	shrunk, whose = pd.Series(False, index=facts.index), history.segment
	if factor.fresh in facts.columns:
		own *= facts[factor.fresh].astype("float64").fillna(1.0)
	if factor.history:
		own *= history.share
		theirs = points
		if reference is not facts:
			theirs = factor.score(factor_values(reference, day, [entry.key])[entry.key], entry.points)
		prior, whose = history.prior(theirs, others)
		shrunk = (history.share < 1) & prior.notna()
		mixed = own * points.fillna(0.0) + (1 - own) * prior
		points = points.where(~shrunk, mixed)
	return _Part(entry.key, float(entry.weight), values, points, own, shrunk, whose)


def _factor_rows(
	part: _Part, share: pd.Series, contribution: pd.Series, history: _History, facts: pd.DataFrame
) -> pd.DataFrame:
	known = part.points.notna()
	frame = pd.DataFrame(
		{
			"customer": part.points.index[known],
			"factor": part.key,
			"weight": share[known].to_numpy(),
			"points": part.points[known].to_numpy(),
			"contribution": contribution[known].to_numpy(),
			"value": part.values[known].to_numpy(),
		}
	)
	reasons = np.empty(len(frame), dtype=object)
	shrunk = part.shrunk[known].to_numpy()
	reasons[~shrunk] = FACTORS[part.key].reasons(part.values[known][~shrunk], facts)
	cases = list(zip(part.whose[known][shrunk], history.paid[known][shrunk].astype(int), strict=True))
	shared = {case: _segment_reason(part.key, *case, history.minimum) for case in set(cases)}
	reasons[shrunk] = [shared[case] for case in cases]
	return frame.assign(reason=reasons)


def _segment_reason(factor: str, segment: str, paid_count: int, minimum: int) -> Reason:
	return Reason(
		"segment_mean",
		{"factor": factor, "segment": segment, "paid_count": paid_count, "minimum_history": minimum},
	)


def _no_facts_rows(customers: pd.Index) -> pd.DataFrame:
	return pd.DataFrame(
		{
			"customer": customers,
			"factor": "no_facts",
			"weight": 0.0,
			"points": np.nan,
			"contribution": NEUTRAL_SCORE,
			"value": np.nan,
			"reason": [Reason("no_facts")] * len(customers),
		}
	)


def _capped(score: pd.Series, facts: pd.DataFrame, rule: HardRule, scorecard: Scorecard) -> pd.Series:
	"""The score the rule leaves, for the customers it brings down; NaN for the others."""
	names = [name for _low, name in scorecard.bands]
	position = names.index(rule.band)
	if position == 0:
		return pd.Series(np.nan, index=facts.index)
	ceiling = scorecard.bands[position - 1][0] - 10**-SCORE_DIGITS
	hit = rule.hits(facts) & (score > ceiling)
	return pd.Series(np.where(hit, ceiling, np.nan), index=facts.index)


def _rule_rows(rule: HardRule, facts: pd.DataFrame, score: pd.Series, capped: pd.Series) -> pd.DataFrame:
	hit = capped.notna()
	values = facts.loc[hit, rule.spec.value].tolist() if hit.any() else []
	told = {"rule": rule.key, "band": rule.band, "threshold": rule.limit}
	return pd.DataFrame(
		{
			"customer": facts.index[hit],
			"factor": rule.key,
			"weight": 0.0,
			"points": np.nan,
			"contribution": (capped - score)[hit].to_numpy(),
			"value": pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").astype("float64"),
			"reason": [Reason("hard_rule", {**told, "value": one}) for one in values],
		}
	)
