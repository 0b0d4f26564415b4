"""How well scores of past days told who would go bad: scorecard and learned model side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from collections_app.engine import risk_learning
from collections_app.engine.frames import as_day
from collections_app.engine.prediction.metrics import late_metrics
from collections_app.engine.risk_facts import RiskSources, risk_facts
from collections_app.engine.risk_learning import RiskModel, TooLittleHistoryError, model_inputs
from collections_app.engine.risk_outcomes import BAD_DAYS, HORIZON_DAYS, outcomes
from collections_app.engine.scorecards import DEFAULT_BANDS, Scorecard
from collections_app.engine.scoring import bands_of, score_customers

TENTHS = 10
LEAST_TEST_BAD = 10
LEAST_DAYS = 2
# before the first day scored, customers need a history to be scored by
WARM_UP_DAYS = 183
# so many standard errors must the learned model be better than the scorecard
SURE = 2.0


class ShortHistoryError(ValueError):
	"""The history is too short for a backtest: it begins on `first`, `needed` days are needed, `there` are there."""

	def __init__(self, first: date | None, there: int, needed: int) -> None:
		super().__init__(
			f"The invoices reach back to {first}, {there} days: a backtest needs {needed}"
			if first
			else "There are no invoices"
		)
		self.first, self.there, self.needed = first, there, needed


@dataclass(frozen=True)
class Backtest:
	"""`scorecard`, `learned`: see `measures` (`learned` None: too little to learn from; `missing` tells
	how much there was).

	`days`: the days scored to judge; `learned_until`: the last day learned from; `better`: whether the learned model
	is surely better (Brier score, SURE standard errors over customers); `model`: the model that was judged.
	"""

	days: list[str]
	learned_until: str | None
	scorecard: dict[str, Any]
	learned: dict[str, Any] | None
	better: bool
	gain: float
	gain_error: float
	missing: TooLittleHistoryError | None = None
	model: RiskModel | None = None


def past_days(first: date, until: date, horizon_days: int = HORIZON_DAYS) -> list[date]:
	"""The ends of months on which customers can be scored and whose outcome is known on `until`, oldest first.

	`first`: of the oldest invoice. ShortHistoryError unless some can be learned from and later ones judged.
	"""
	start, end = as_day(first), as_day(until)
	begin = start + pd.Timedelta(days=WARM_UP_DAYS)
	last = end - pd.Timedelta(days=horizon_days)
	found = [one.date() for one in pd.date_range(begin, last, freq="ME")]
	# learning, the time between, and judging: two horizons and a month at least
	needed = WARM_UP_DAYS + 2 * horizon_days + 62
	if (end - start).days < needed or len(found) < LEAST_DAYS:
		raise ShortHistoryError(start.date(), (end - start).days, needed)
	return found


def past_cases(
	sources_on: Callable[[date], RiskSources],
	days: Iterable[date],
	until: date,
	scorecard: Scorecard,
	bad_days: int = BAD_DAYS,
	horizon_days: int = HORIZON_DAYS,
	bad_on: pd.Series | None = None,
	outcome_history: pd.DataFrame | None = None,
	on_day: Callable[[int], None] | None = None,
) -> pd.DataFrame:
	"""One row per day and customer in question: the columns of `model_inputs`, customer, day, score, band, bad.

	`sources_on(day)`: what was known that day. `outcome_history`: the invoices as known on `until` (None: those of
	the last day asked for). `on_day`: told how many days are done.
	"""
	history = sources_on(until).history if outcome_history is None else outcome_history
	found = []
	for number, day in enumerate(days, start=1):
		sources = sources_on(day)
		facts = risk_facts(sources, day, scorecard.half_life)
		bad = outcomes(history, day, until, bad_days, horizon_days, bad_on)
		bad = bad[bad.index.isin(facts.index)]
		scored = score_customers(facts, scorecard, day, reasons=False).scores
		inputs = model_inputs(facts, day)
		rows = inputs.loc[bad.index].assign(
			customer=bad.index,
			day=pd.Timestamp(day),
			score=scored.loc[bad.index, "score"],
			band=scored.loc[bad.index, "band"],
			bad=bad,
		)
		found.append(rows.reset_index(drop=True))
		if on_day:
			on_day(number)
	return pd.concat(found, ignore_index=True)


def judge(
	cases: pd.DataFrame,
	bad_days: int = BAD_DAYS,
	horizon_days: int = HORIZON_DAYS,
	bands: tuple[tuple[float, str], ...] = DEFAULT_BANDS,
) -> Backtest:
	"""Learns on the older days of `cases` (see `past_cases`) and judges both on the newer ones. `bands`: of the card.

	A day is learned from only when its outcome was known before the first day judged. TooLittleHistoryError when the
	days to judge have too few customers who went bad, or none who stayed good.
	"""
	days = sorted(cases["day"].unique())
	first = _first_judged(cases, days, horizon_days)
	test = cases[cases["day"] >= first]
	bad = test["bad"].astype(bool).to_numpy()
	if min(bad.sum(), (~bad).sum()) < LEAST_TEST_BAD:
		raise TooLittleHistoryError(len(test), int(bad.sum()))
	before = cases[cases["day"] + pd.Timedelta(days=horizon_days) <= first]
	card_chance = _calibrated(before, test)
	card = measures(test, test["score"], card_chance)
	shown = [str(pd.Timestamp(one).date()) for one in days if one >= first]
	try:
		model = risk_learning.fit(before, pd.Timestamp(first).date(), bad_days, horizon_days)
	except TooLittleHistoryError as error:
		return Backtest(shown, None, card, None, False, 0.0, 0.0, error)
	found = model.judge(test)
	chance = found["probability"].to_numpy()
	learned = measures(test.assign(band=bands_of(found["score"], bands)), found["score"], chance)
	gain, error = _gain(test, bad, card_chance, chance)
	return Backtest(
		shown,
		str(pd.Timestamp(before["day"].max()).date()),
		card,
		learned,
		bool(gain > SURE * error),
		gain,
		error,
		model=model,
	)


def _first_judged(cases: pd.DataFrame, days: list, horizon_days: int):
	"""The first day to judge: the earliest that leaves enough to learn from, but no later than half of the days."""
	for day in days:
		before = cases[cases["day"] + pd.Timedelta(days=horizon_days) <= day]
		bad = int(before["bad"].sum())
		if len(before) >= risk_learning.LEAST_ROWS and bad >= 3 * risk_learning.LEAST_BAD:
			return max(day, days[len(days) // 2])
	return days[len(days) // 2]


def _calibrated(before: pd.DataFrame, test: pd.DataFrame) -> np.ndarray:
	"""The scorecard's score as a probability, by a logistic curve through the older days (Platt 1999).

	Without any that both went bad and stayed good: the share of those that went bad, for all.
	"""
	bad = before["bad"].astype(bool)
	if bad.nunique() < 2:
		return np.full(len(test), float(bad.mean()) if len(bad) else 0.5)
	curve = LogisticRegression(C=1e6, max_iter=1000).fit(before[["score"]].to_numpy() / 100, bad)
	return curve.predict_proba(test[["score"]].to_numpy() / 100)[:, 1]


def _gain(test: pd.DataFrame, bad: np.ndarray, old: np.ndarray, new: np.ndarray) -> tuple[float, float]:
	"""Mean gain in squared error of the new chances over the old, and its standard error over customers."""
	gain = pd.Series((old - bad) ** 2 - (new - bad) ** 2, index=test["customer"].to_numpy())
	sums, mean = gain.groupby(level=0).sum(), float(gain.mean())
	counts = gain.groupby(level=0).size()
	error = float(np.sqrt(((sums - mean * counts) ** 2).sum()) / len(gain))
	return mean, error


def measures(cases: pd.DataFrame, score: pd.Series, chance: np.ndarray) -> dict[str, Any]:
	"""cases, customers, bad, rate, auc, brier, ece, and three tables (lists of dicts):

	- lift: tenths of the cases, the worst scores first: from and to score, cases, bad, rate, lift (rate / rate of
	all), captured (share of all bad up to here)
	- calibration: tenths by probability: expected and observed share that went bad, cases
	- bands: for each band cases, bad, rate
	"""
	bad = cases["bad"].astype(bool).to_numpy()
	order = np.argsort(score.to_numpy(), kind="stable")
	rate = float(bad.mean())
	lift, captured = [], 0
	for part in np.array_split(order, TENTHS):
		if not len(part):
			continue
		captured += int(bad[part].sum())
		lift.append(
			{
				"from": round(float(score.to_numpy()[part].min()), 1),
				"to": round(float(score.to_numpy()[part].max()), 1),
				"cases": len(part),
				"bad": int(bad[part].sum()),
				"rate": round(float(bad[part].mean()), 4),
				"lift": round(float(bad[part].mean()) / rate, 2) if rate else 0.0,
				"captured": round(captured / max(int(bad.sum()), 1), 4),
			}
		)
	calibration = [
		{
			"expected": round(float(chance[part].mean()), 4),
			"observed": round(float(bad[part].mean()), 4),
			"cases": len(part),
		}
		for part in np.array_split(np.argsort(chance, kind="stable"), TENTHS)
		if len(part)
	]
	bands = cases.assign(bad=bad).groupby("band")["bad"].agg(["size", "sum", "mean"]).sort_index()
	found = late_metrics(bad, chance)
	# ranking by the score itself: a chance can tie where scores do not
	found["auc"] = float(roc_auc_score(bad, -score)) if 0 < rate < 1 else None
	return {
		"cases": len(cases),
		"customers": int(cases["customer"].nunique()),
		"bad": int(bad.sum()),
		"rate": round(rate, 4),
		**{name: None if found[name] is None else round(found[name], 4) for name in ("auc", "brier", "ece")},
		"lift": lift,
		"calibration": calibration,
		"bands": [
			{
				"band": band,
				"cases": int(row["size"]),
				"bad": int(row["sum"]),
				"rate": round(float(row["mean"]), 4),
			}
			for band, row in bands.iterrows()
		],
	}
