"""The learned risk score: the probability that a customer goes bad, from the facts the scorecard uses.

A logistic regression on the points of each factor, drawn towards the standard scorecard: the scorecard's own score is
one of its inputs and hardly penalised, the factors are. With little history it is the scorecard, calibrated; with
more it moves away from it as far as that proved better across customers left out (cross-validation by customer).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import chi2
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from collections_app.engine.factors import FACTORS, factor_values
from collections_app.engine.frames import as_day
from collections_app.engine.risk_curves import points_of
from collections_app.engine.risk_outcomes import BAD_DAYS, HORIZON_DAYS
from collections_app.engine.scorecards import default_scorecard
from collections_app.engine.scoring import SCORE_DIGITS, score_customers
from collections_app.engine.texts import Text

ANCHOR = "scorecard"
# weight of the scorecard's own score beside a factor: a larger input is penalised less
ANCHOR_SCALE = 10.0
PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
FOLDS = 5
# choosing the penalty needs no more rows than this
MOST_ROWS = 40_000
LEAST_BAD = 20
LEAST_ROWS = 100
PSI_BINS = 10
# Siddiqi, Credit Risk Scorecards (2006), ch. 8: below 0.10 stable, from 0.25 on another population
PSI_SHIFTED = 0.25
# with few customers luck alone gives more: the index then goes beyond this only once in a thousand times
PSI_LUCK = 0.999


class TooLittleHistoryError(ValueError):
	"""Not enough customers, or not enough that went bad, to learn from; `rows`, `bad`."""

	def __init__(self, rows: int, bad: int) -> None:
		super().__init__(
			f"{rows} cases of which {bad} went bad: at least {LEAST_ROWS} and {LEAST_BAD} are needed, and as many "
			"that stayed good"
		)
		self.rows, self.bad = rows, bad


@dataclass(frozen=True)
class RiskModel:
	"""What `fit` learned. All of it is numbers and texts, so that it can be kept as JSON and read by people.

	`curves`: factor -> pairs of value and points it was learned with; `means`, `scales`, `effects`: of each input
	(the factors and ANCHOR), effects on the log-odds of going bad per scale. `level`, `width`: log-odds to a score
	from 0 to 100, so that its mean and spread are the scorecard's. `bins`, `shares`, `customers`: edges and shares of
	the log-odds of all customers on the day of learning, and how many they were, for `shift`.
	"""

	as_of: str
	bad_days: int
	horizon_days: int
	rows: int
	bad: int
	penalty: float
	intercept: float
	curves: Mapping[str, list]
	means: Mapping[str, float]
	scales: Mapping[str, float]
	effects: Mapping[str, float]
	level: float
	width: float
	bins: list[float] = field(default_factory=list)
	shares: list[float] = field(default_factory=list)
	customers: int = 0

	def to_dict(self) -> dict[str, Any]:
		return asdict(self)

	@classmethod
	def from_dict(cls, data: Mapping[str, Any]) -> RiskModel:
		"""The model that `to_dict` gave. ValueError when `data` is not one."""
		try:
			return cls(**data)
		except TypeError as error:
			raise ValueError(Text("Not a risk model: {0}", error)) from None

	def parts(self, inputs: pd.DataFrame) -> pd.DataFrame:
		"""What each input adds to the log-odds against the average case; the index of `inputs`."""
		found = {
			name: effect * (inputs[name].fillna(self.means[name]) - self.means[name]) / self.scales[name]
			for name, effect in self.effects.items()
		}
		return pd.DataFrame(found, index=inputs.index)

	def odds(self, inputs: pd.DataFrame) -> pd.Series:
		"""Log-odds of going bad."""
		return self.parts(inputs).sum(axis=1) + self.intercept

	def predict(self, facts: pd.DataFrame, as_of: date) -> pd.DataFrame:
		"""Per customer of `facts`: probability (to go bad in the horizon) and score (0..100, one decimal)."""
		return self.judge(self.inputs(facts, as_of))

	def judge(self, inputs: pd.DataFrame) -> pd.DataFrame:
		odds = self.odds(inputs)
		score = (self.level - self.width * odds).clip(0, 100).round(SCORE_DIGITS)
		# so many cases cannot prove that nobody, or everybody, goes bad (Laplace's rule)
		least = 1 / (self.rows + 2)
		chance = expit(odds).clip(least, 1 - least)
		return pd.DataFrame({"probability": chance, "score": score}, index=inputs.index)

	def points(self, inputs: pd.DataFrame) -> pd.DataFrame:
		"""Points each factor adds to the score, or takes from it, against the average case.

		The scorecard's part is shared out to the factors by what each adds to it.
		"""
		parts = -self.width * self.parts(inputs)
		anchored = parts.pop(ANCHOR)
		weights = {entry.key: entry.weight for entry in default_scorecard().factors}
		own = pd.DataFrame(
			{name: weights[name] * (inputs[name] - self.means[name]).fillna(0.0) for name in parts},
			index=inputs.index,
		)
		total = own.sum(axis=1)
		share = own.div(total.where(total.abs() > 1e-9), axis=0).fillna(0.0)
		# where the parts of a scorecard cancel out, shares would blow up: then by their size
		wild = share.abs().sum(axis=1) > 3
		size = own.abs().div(own.abs().sum(axis=1).where(lambda sums: sums > 0), axis=0).fillna(0.0)
		share = share.where(~wild, size, axis=0)
		return parts + share.mul(anchored, axis=0)

	def inputs(self, facts: pd.DataFrame, as_of: date) -> pd.DataFrame:
		curves = {key: tuple(map(tuple, points)) for key, points in self.curves.items()}
		return model_inputs(facts, as_of, curves)

	def shift(self, odds: pd.Series) -> Shift:
		"""How far the log-odds of today's customers are from those of the day of learning."""
		index = stability(np.histogram(odds, [-np.inf, *self.bins, np.inf])[0], self.shares)
		luck = chi2.ppf(PSI_LUCK, max(len(self.bins), 1)) * (
			1 / max(len(odds), 1) + 1 / max(self.customers, 1)
		)
		return Shift(index, max(PSI_SHIFTED, float(luck)))

	def compared_with(self, inputs: pd.DataFrame) -> RiskModel:
		"""The model that compares later customers with these: all of the day of learning."""
		odds = self.odds(inputs)
		bins = np.unique(np.quantile(odds, np.linspace(0, 1, PSI_BINS + 1)[1:-1]))
		counts = np.histogram(odds, [-np.inf, *bins, np.inf])[0]
		return replace(
			self,
			bins=[float(one) for one in bins],
			shares=[float(one) for one in counts / counts.sum()],
			customers=len(odds),
		)


@dataclass(frozen=True)
class Shift:
	"""Population stability index and the limit from which customers count as others than those learned from.

	The limit is PSI_SHIFTED, or what luck alone gives with so few customers: the index of two samples of n and m
	of the same customers is distributed as chi-squared with bins - 1 degrees of freedom, times 1/n + 1/m (Yurdakul
	and Naranjo, Journal of Risk Model Validation, 2020).
	"""

	index: float
	limit: float

	@property
	def shifted(self) -> bool:
		return self.index >= self.limit


def stability(counts: np.ndarray, shares: list[float]) -> float:
	"""Population stability index: sum of (p - q) * ln(p / q) over bins; empty bins count as half a case."""
	total = max(counts.sum(), 1)
	now = np.maximum(counts, 0.5) / total
	then = np.maximum(np.asarray(shares), 0.5 / total)
	return float(((now - then) * np.log(now / then)).sum())


def standard_curves() -> dict[str, tuple]:
	return {key: factor.points for key, factor in FACTORS.items()}


def model_inputs(facts: pd.DataFrame, as_of: date, curves: Mapping[str, tuple] | None = None) -> pd.DataFrame:
	"""The points (0..1) of each factor, NaN where it is not known, and ANCHOR: the standard scorecard's score / 100,
	before hard rules."""
	curves = curves or standard_curves()
	values = factor_values(facts, as_day(as_of), list(curves))
	table = pd.DataFrame(
		{key: points_of(points, values[key].to_numpy("float64")) for key, points in curves.items()},
		index=facts.index,
	)
	scored = score_customers(facts, default_scorecard(), as_of, reasons=False).scores
	table[ANCHOR] = scored["uncapped"] / 100
	return table


def fit(
	cases: pd.DataFrame,
	as_of: date,
	bad_days: int = BAD_DAYS,
	horizon_days: int = HORIZON_DAYS,
) -> RiskModel:
	"""Learns from `cases`: the columns of `model_inputs`, customer, day, and bad (what came of it in the horizon).

	Cases whose horizon was not over on `as_of` are not looked at. TooLittleHistoryError.
	"""
	over = pd.to_datetime(cases["day"]) + pd.Timedelta(days=horizon_days) <= as_day(as_of)
	cases = cases[over].reset_index(drop=True)
	bad = cases["bad"].astype(bool).to_numpy()
	if len(cases) < LEAST_ROWS or min(bad.sum(), (~bad).sum()) < LEAST_BAD:
		raise TooLittleHistoryError(len(cases), int(bad.sum()))
	names = [key for key in FACTORS if cases[key].notna().any() and cases[key].std() > 1e-6]
	columns = [*names, ANCHOR]
	means, spread = cases[columns].mean(), cases[columns].std()
	scales = spread.where(spread > 1e-9, 1.0)
	scales[ANCHOR] /= ANCHOR_SCALE
	table = ((cases[columns].fillna(means) - means) / scales).to_numpy()
	with threadpool_limits(limits=1):
		penalty = _best_penalty(table, bad, pd.factorize(cases["customer"])[0])
		found = _logistic(table, bad, penalty)
	curves = standard_curves()
	model = RiskModel(
		as_of=str(as_day(as_of).date()),
		bad_days=bad_days,
		horizon_days=horizon_days,
		rows=len(cases),
		bad=int(bad.sum()),
		penalty=penalty,
		intercept=float(found.intercept_[0]),
		curves={key: [list(pair) for pair in curves[key]] for key in curves},
		means=means.to_dict(),
		scales=scales.to_dict(),
		effects=dict(zip(columns, map(float, found.coef_[0]), strict=True)),
		level=0.0,
		width=1.0,
	)
	return _scaled(model, cases)


def _logistic(table: np.ndarray, bad: np.ndarray, penalty: float) -> LogisticRegression:
	return LogisticRegression(C=penalty, max_iter=1000).fit(table, bad)


def _best_penalty(table: np.ndarray, bad: np.ndarray, customer: np.ndarray) -> float:
	"""The penalty with the least log loss on customers left out; of equals the strongest."""
	if len(table) > MOST_ROWS:
		chosen = np.random.default_rng(0).choice(len(table), MOST_ROWS, replace=False)
		table, bad, customer = table[chosen], bad[chosen], customer[chosen]
	fold = np.random.default_rng(0).permutation(customer.max() + 1)[customer] % FOLDS
	losses = []
	for penalty in PENALTIES:
		loss = np.zeros(len(table))
		for one in range(FOLDS):
			inside = fold != one
			if len(set(bad[inside])) < 2:
				continue
			found = _logistic(table[inside], bad[inside], penalty)
			chance = np.clip(found.predict_proba(table[~inside])[:, 1], 1e-6, 1 - 1e-6)
			loss[~inside] = -np.log(np.where(bad[~inside], chance, 1 - chance))
		losses.append(loss.mean())
	return PENALTIES[int(np.argmin(losses))]


def _scaled(model: RiskModel, cases: pd.DataFrame) -> RiskModel:
	"""With a score of the scorecard's mean and spread (linear equating), compared with the newest cases for now."""
	odds = model.odds(cases)
	card = 100 * cases[ANCHOR]
	width = float(card.std() / max(odds.std(), 1e-9))
	days = pd.to_datetime(cases["day"])
	scaled = replace(model, level=float(card.mean() + width * odds.mean()), width=width)
	return scaled.compared_with(cases[days == days.max()])


@dataclass(frozen=True)
class CalibrationDrift:
	"""What came of the cases after a model was learned: share expected and observed to go bad."""

	cases: int
	expected: float
	observed: float
	drifted: bool


def calibration_drift(model: RiskModel, cases: pd.DataFrame) -> CalibrationDrift | None:
	"""How the chances told for days after the model was learned held; None with fewer than LEAST_ROWS such cases.

	Drifted: the observed share is more than 3 standard errors, and more than a third of the expected share, away from
	it. The error is that of customers, not cases: one customer's days speak of the same invoices.
	"""
	later = cases[pd.to_datetime(cases["day"]) > as_day(model.as_of)]
	if len(later) < LEAST_ROWS:
		return None
	chance = model.judge(later)["probability"]
	expected, observed = float(chance.mean()), float(later["bad"].mean())
	customers = max(later["customer"].nunique(), 1)
	error = (expected * (1 - expected) / customers) ** 0.5
	off = abs(observed - expected)
	return CalibrationDrift(len(later), expected, observed, off > 3 * error and off > expected / 3)
