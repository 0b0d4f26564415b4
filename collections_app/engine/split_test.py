"""Which of two dunning plans collects faster, from invoices some of which are still open.

Days from the due date to full payment are a time to an event; an open invoice is censored: it is known only to have
taken longer than it has been due. Each arm's curve is the Kaplan-Meier estimate (E. L. Kaplan and P. Meier, 1958,
"Nonparametric estimation from incomplete observations", JASA 53). Its area up to a horizon is the restricted mean:
the days an invoice takes on average when no invoice counts for more than the horizon (P. Royston and M. Parmar, 2013,
BMC Medical Research Methodology 13:152). Unlike the mean of the paid ones it does not favour the plan that leaves its
slow payers open.

Invoices of one customer resemble each other, and customers, not invoices, were drawn; so the confidence interval
resamples customers (cluster bootstrap: A. C. Davison and D. V. Hinkley, 1997, "Bootstrap Methods and their
Application", 3.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from collections_app.engine.frames import require_columns

ARMS = ("A", "B")
MAX_HORIZON = 90
PAID_WITHIN = 30
# a curve that few invoices are old enough to reach says little, so the horizon ends where this part has been due
FOLLOWED = 0.2
MIN_CUSTOMERS = 20
RESAMPLES = 2000
CONFIDENCE = 0.95
SEED = 20110616
_CHUNK = 100

FASTER, SLOWER, UNDECIDED, TOO_FEW = "faster", "slower", "undecided", "too_few"


@dataclass(frozen=True)
class Arm:
	"""One plan's side. `mean_days`: restricted mean of days from due date to payment; `low`, `high`: its confidence
	interval. `paid_in_30`: estimated share paid within 30 days of the due date, None when the horizon is shorter.
	`curve`: day -> share still open after it."""

	arm: str
	customers: int
	invoices: int
	open_invoices: int
	mean_days: float | None = None
	low: float | None = None
	high: float | None = None
	paid_in_30: float | None = None
	curve: pd.Series | None = None


@dataclass(frozen=True)
class Comparison:
	"""`faster_by`: days B collects sooner than A (negative: later), with its confidence interval `low` to `high`;
	None while an arm has too few customers. `verdict`: FASTER or SLOWER (of B) when the interval leaves zero out,
	UNDECIDED, TOO_FEW. `horizon`: days after the due date up to which both are compared."""

	a: Arm
	b: Arm
	verdict: str
	horizon: int | None = None
	faster_by: float | None = None
	low: float | None = None
	high: float | None = None


def survival(days: np.ndarray, paid: np.ndarray, horizon: int) -> pd.Series:
	"""Kaplan-Meier estimate on whole days: day -> share still open after it, from the first day seen to `horizon`.

	`days`: day of payment after the due date (negative: before it) or, where `paid` is false, days known open.
	ValueError without observations.
	"""
	grid = _grid(days, horizon)
	events, at_risk = _tables(days, paid, np.zeros(len(days), dtype=int), 1, grid)
	return pd.Series(_curves(events, at_risk)[0], index=grid)


def restricted_mean(curve: pd.Series, horizon: int) -> float:
	"""Area under a survival curve up to `horizon`, in days: the mean of min(days, horizon)."""
	steps = curve[curve.index < horizon]
	return float(min(curve.index[0], horizon) + steps.sum())


def compare(
	invoices: pd.DataFrame,
	max_horizon: int = MAX_HORIZON,
	resamples: int = RESAMPLES,
	min_customers: int = MIN_CUSTOMERS,
) -> Comparison:
	"""Compares the arms of an A/B test.

	`invoices`: one row an invoice: arm ("A" or "B"), customer, days (whole, from due date to full payment, or to today
	while open), paid (bool), followed (days from due date to today, whether paid or not). Deterministic: the bootstrap
	has a fixed seed. FrameError for a missing column.
	"""
	require_columns(invoices, ["arm", "customer", "days", "paid", "followed"], "invoices")
	sides = [invoices[invoices["arm"] == arm] for arm in ARMS]
	arms = [
		Arm(arm, side["customer"].nunique(), len(side), int((~side["paid"].astype(bool)).sum()))
		for arm, side in zip(ARMS, sides, strict=True)
	]
	smallest = min(arm.customers for arm in arms)
	if smallest < max(min_customers, 2):
		return Comparison(*arms, TOO_FEW)
	horizon = _horizon(sides, max_horizon)
	rng = np.random.default_rng(SEED)
	means, samples = [], []
	for number, side in enumerate(sides):
		arms[number], resampled = _estimate(arms[number], side, horizon, resamples, rng)
		means.append(arms[number].mean_days)
		samples.append(resampled)
	faster_by = means[0] - means[1]
	low, high = _interval(faster_by, samples[0] - samples[1], smallest)
	verdict = FASTER if low > 0 else SLOWER if high < 0 else UNDECIDED
	return Comparison(*arms, verdict, horizon, faster_by, low, high)


def _horizon(sides: list[pd.DataFrame], limit: int) -> int:
	"""By how long invoices have been due, never by when they were paid, so that it cannot favour an arm."""
	reached = [np.quantile(side["followed"], 1 - FOLLOWED, method="lower") for side in sides]
	return int(max(1, min(limit, *reached)))


def _estimate(
	arm: Arm, side: pd.DataFrame, horizon: int, resamples: int, rng: np.random.Generator
) -> tuple[Arm, np.ndarray]:
	"""The arm with its figures, and the restricted means of its resampled customers."""
	days = side["days"].to_numpy(dtype=int)
	codes, names = pd.factorize(side["customer"])
	grid = _grid(days, horizon)
	events, at_risk = _tables(days, side["paid"].to_numpy(dtype=bool), codes, len(names), grid)
	whole = _curves(events.sum(axis=0, keepdims=True), at_risk.sum(axis=0, keepdims=True))
	mean = float(_areas(whole, grid, horizon)[0])
	sampled = np.concatenate(
		[
			_areas(_curves(weights @ events, weights @ at_risk), grid, horizon)
			for weights in _weights(len(names), resamples, rng)
		]
	)
	low, high = _interval(mean, sampled, len(names))
	curve = pd.Series(whole[0], index=grid)
	within = (
		float(1 - curve.loc[PAID_WITHIN]) if horizon >= PAID_WITHIN and PAID_WITHIN in curve.index else None
	)
	counts = (arm.customers, arm.invoices, arm.open_invoices)
	return Arm(arm.arm, *counts, mean, low, high, within, curve), sampled


def _grid(days: np.ndarray, horizon: int) -> np.ndarray:
	if not len(days):
		raise ValueError("no invoices")
	return np.arange(min(int(days.min()), 0, horizon), horizon + 1)


def _tables(
	days: np.ndarray, paid: np.ndarray, codes: np.ndarray, customers: int, grid: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
	"""Per customer and day of the grid: invoices paid that day, and invoices still watched at its start."""
	first, last = grid[0], grid[-1]
	seen = np.clip(days, first, last + 1) - first
	ended = np.zeros((customers, len(grid) + 1))
	np.add.at(ended, (codes, seen), 1)
	events = np.zeros_like(ended)
	np.add.at(events, (codes, seen), paid.astype(float))
	at_risk = ended[:, ::-1].cumsum(axis=1)[:, ::-1]
	return events[:, :-1], at_risk[:, :-1]


def _curves(events: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
	"""Rows of survival curves; where nobody is watched any more, the curve stays where it is."""
	hazard = np.divide(events, at_risk, out=np.zeros_like(at_risk), where=at_risk > 0)
	return np.cumprod(1 - hazard, axis=1)


def _areas(curves: np.ndarray, grid: np.ndarray, horizon: int) -> np.ndarray:
	return grid[0] + curves[:, grid < horizon].sum(axis=1)


def _weights(customers: int, resamples: int, rng: np.random.Generator):
	"""How often each customer is in each resample, a few resamples at a time."""
	even = np.full(customers, 1 / customers)
	for start in range(0, resamples, _CHUNK):
		size = min(_CHUNK, resamples - start)
		yield rng.multinomial(customers, even, size=size).astype(float)


def _interval(estimate: float, sampled: np.ndarray, customers: int) -> tuple[float, float]:
	"""Percentile interval, widened for few customers as Student's t is wider than the normal.

	The t quantile by its expansion (M. Abramowitz and I. Stegun, 1964, 26.7.5), the narrowness of the bootstrap by
	sqrt(n / (n - 1)) (T. Hesterberg, 2015, The American Statistician 69).
	"""
	tail = (1 - CONFIDENCE) / 2
	z = NormalDist().inv_cdf(1 - tail)
	freedom = customers - 1
	t = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
	wider = t / z * (customers / freedom) ** 0.5
	low, high = np.quantile(sampled, [tail, 1 - tail])
	return float(estimate + (low - estimate) * wider), float(estimate + (high - estimate) * wider)
