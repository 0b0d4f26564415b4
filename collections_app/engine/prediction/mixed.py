"""How late each customer pays: effects of features common to all, and one of each customer's own.

A linear model with a random intercept per customer (Balestra and Nerlove 1966; variances by the within and
between residuals, Swamy and Arora 1972). A customer's own effect is the mean of what its paid invoices deviate
by, shrunk to zero the more the fewer they are: noise / (noise + count * own variance).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from collections_app.engine.prediction.asof import sums_as_of
from collections_app.engine.prediction.habits import HALF_LIVES, habit_sums, spread_prior
from collections_app.engine.prediction.mixture import LatenessMixture

# added to the diagonal: a feature seen on a handful of invoices says little
RIDGE = 2.0
# days late beyond these shares of all are taken as the shares' values: one forgotten invoice is no pattern
TRIM = (0.005, 0.995)
# mean excess of a normal over a point it has already passed, in standard deviations, near its centre
EXCESS = 0.7
# so many invoices does the common rate weigh in a customer's own rate of disputes
DISPUTE_PRIOR = 3
LEAST_DISPUTES = 20


@dataclass(frozen=True)
class MixedModel:
	"""What was learned. `effects`: feature -> days; `noise`, `own`: variances within and between customers;
	`spread_prior`, `half_life`: see `habits`."""

	effects: pd.Series
	intercept: float
	dispute_days: float
	noise: float
	own: float
	tails: float
	trim: tuple[float, float]
	spread_prior: float
	half_life: float
	dispute_rate: float
	dispute_model: Pipeline | None

	def common(self, features: pd.DataFrame) -> np.ndarray:
		"""Days late by the features alone."""
		columns = features.reindex(columns=self.effects.index, fill_value=0.0)
		return self.intercept + columns.to_numpy() @ self.effects.to_numpy()

	def distribution(
		self,
		invoices: pd.DataFrame,
		features: pd.DataFrame,
		know_disputes: bool = False,
		asked_on: pd.Series | None = None,
	) -> tuple[LatenessMixture, pd.DataFrame]:
		"""The distribution of each invoice as known on its date (or on `asked_on`), and the sums it rests on.

		The sums: see `habits.habit_sums`; besides them own (the customer's effect in days) and recent (how far
		its last payment was off it).
		"""
		common = self.common(features)
		disputed = disputes_of(invoices)
		observed = invoices["days_late"].clip(*self.trim)
		deviation = (observed - common - self.dispute_days * disputed).fillna(0.0)
		known = habit_sums(invoices, deviation, disputed, self.half_life, asked_on)
		shrink = self.noise / self.own
		# an overdue invoice still open is at least that late: counted with what is to be expected from there
		usual_days = float(np.mean(common)) if len(common) else 0.0
		so_far = np.maximum(known["overdue_days"] + EXCESS * self.noise**0.5 - usual_days, 0.0)
		total = known["deviation"] + known["overdue"] * so_far.where(known["overdue"] > 0, 0.0)
		count = known["weight"] + known["overdue"]
		own = total / (count + shrink)
		squares = known["square"] - 2 * own * known["deviation"] + known["weight"] * own**2
		prior = self.spread_prior
		variance = (squares.clip(lower=0) + prior * self.noise) / (known["weight"] + prior)
		spread = np.sqrt(variance + self.noise / (count + shrink))
		if know_disputes:
			chance = disputed.to_numpy()
		else:
			chance = self.dispute_chance(known, invoices["amount"])
		usual = common + own.to_numpy()
		known["own"] = own
		known["recent"] = known["last_value"].fillna(own) - own
		return LatenessMixture(usual, usual + self.dispute_days, chance, spread.to_numpy(), self.tails), known

	def dispute_chance(self, known: pd.DataFrame, amount: pd.Series) -> np.ndarray:
		"""Probability of a dispute, from the customer's rate so far and the invoice's amount."""
		if self.dispute_model is None:
			return np.full(len(known), self.dispute_rate)
		table = _dispute_table(known, amount, self.dispute_rate)
		return self.dispute_model.predict_proba(table)[:, 1]


def disputes_of(invoices: pd.DataFrame) -> pd.Series:
	"""1.0 where the invoice is disputed, 0.0 where not or not known."""
	if "disputed" not in invoices:
		return pd.Series(0.0, index=invoices.index)
	return pd.to_numeric(invoices["disputed"], errors="coerce").fillna(0.0).clip(0, 1).astype("float64")


def fit_mixed(invoices: pd.DataFrame, features: pd.DataFrame) -> MixedModel:
	"""Learns from prepared invoices as known on the day of learning (see `invoices.as_known`).

	Only paid invoices count for the effects; give those whose due date has passed, else the early payers of
	the last weeks count for all. Needs at least two paid invoices.
	"""
	paid = invoices["days_late"].notna()
	lateness = invoices.loc[paid, "days_late"]
	trim = (float(lateness.quantile(TRIM[0])), float(lateness.quantile(TRIM[1])))
	days_late = lateness.clip(*trim)
	customer = invoices.loc[paid, "customer"]
	table = features[paid].assign(disputed=disputes_of(invoices)[paid])
	table = table.loc[:, table.nunique() > 1]
	noise, own = _variances(table, days_late, customer)
	effects, intercept = _random_effects(table, days_late, customer, noise, own)
	residual = days_late - intercept - table.to_numpy() @ effects.to_numpy()
	residual -= residual.groupby(customer).transform("mean")
	dispute_days = float(effects.get("disputed", 0.0))
	rate, model = _dispute_model(invoices)
	prior = spread_prior(residual, customer)
	found = MixedModel(
		effects=effects.drop("disputed", errors="ignore"),
		intercept=intercept,
		dispute_days=dispute_days,
		noise=noise,
		own=own,
		tails=_tails(residual / _own_spread(residual, customer, noise, prior)),
		trim=trim,
		spread_prior=prior,
		half_life=0.0,
		dispute_rate=rate,
		dispute_model=model,
	)
	return replace(found, half_life=_half_life(found, invoices, features))


def _ridge(table: np.ndarray, target: np.ndarray, penalty: np.ndarray) -> np.ndarray:
	return np.linalg.solve(table.T @ table + np.diag(penalty), table.T @ target)


def _variances(table: pd.DataFrame, days_late: pd.Series, customer: pd.Series) -> tuple[float, float]:
	"""Variance of one customer's invoices around its mean, and of the customers' means."""
	inside = (table - table.groupby(customer).transform("mean")).to_numpy()
	target = (days_late - days_late.groupby(customer).transform("mean")).to_numpy()
	effects = _ridge(inside, target, np.full(inside.shape[1], RIDGE))
	free = max(len(target) - customer.nunique() - inside.shape[1], 1)
	noise = max(float(((target - inside @ effects) ** 2).sum() / free), 0.25)
	means = (days_late - table.to_numpy() @ effects).groupby(customer).agg(["mean", "size"])
	between = float(means["mean"].var(ddof=1)) if len(means) > 1 else noise
	return noise, max(between - float((noise / means["size"]).mean()), noise / 50)


def _random_effects(
	table: pd.DataFrame, days_late: pd.Series, customer: pd.Series, noise: float, own: float
) -> tuple[pd.Series, float]:
	"""Effects and intercept by least squares on quasi-demeaned data."""
	count = customer.map(customer.value_counts()).to_numpy()
	share = (1 - np.sqrt(noise / (noise + count * own)))[:, None]
	with_one = np.column_stack([table.to_numpy(), np.ones(len(table))])
	means = pd.DataFrame(with_one).groupby(customer.to_numpy()).transform("mean").to_numpy()
	target = days_late.to_numpy() - share[:, 0] * days_late.groupby(customer).transform("mean").to_numpy()
	penalty = np.append(np.full(table.shape[1], RIDGE), 1e-9)
	found = _ridge(with_one - share * means, target, penalty)
	return pd.Series(found[:-1], index=table.columns), float(found[-1])


def _own_spread(residual: pd.Series, customer: pd.Series, noise: float, prior: float) -> pd.Series:
	"""Standard deviation of each invoice's customer: what is beyond it is a tail, not another customer's habit."""
	squares = (residual**2).groupby(customer).transform("sum")
	free = customer.map(customer.value_counts()) - 1
	return np.sqrt((squares + prior * noise) / (free + prior))


def _half_life(model: MixedModel, invoices: pd.DataFrame, features: pd.DataFrame) -> float:
	"""The half-life by which the paid invoices, each predicted from what was known of its customer on its own date,
	are missed by the fewest days (a prequential choice, Dawid 1984)."""
	paid = invoices["days_late"].notna().to_numpy()
	days_late = invoices["days_late"].clip(*model.trim).to_numpy()
	off = {}
	for half_life in HALF_LIVES:
		mixture, _known = replace(model, half_life=half_life).distribution(invoices, features, True)
		centre = np.where(mixture.chance > 0.5, mixture.disputed, mixture.usual)
		off[half_life] = float(np.abs(centre - days_late)[paid].mean())
	return min(off, key=off.__getitem__)


def _tails(residual: pd.Series) -> float:
	"""Degrees of freedom of a Student t with the residuals' kurtosis: 4 + 6 / excess, at least 3."""
	excess = float(residual.kurt()) if len(residual) > 20 else 0.0
	return float(np.clip(4 + 6 / excess, 3.0, 50.0)) if excess > 0 else 50.0


def _dispute_model(invoices: pd.DataFrame) -> tuple[float, Pipeline | None]:
	disputed = disputes_of(invoices)
	rate = float(disputed.mean()) if len(disputed) else 0.0
	if not LEAST_DISPUTES <= disputed.sum() <= len(disputed) - LEAST_DISPUTES:
		return rate, None
	known = sums_as_of(invoices, {"disputed": disputed})
	table = _dispute_table(known, invoices["amount"], rate)
	model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
	return rate, model.fit(table, disputed > 0)


def _dispute_table(known: pd.DataFrame, amount: pd.Series, rate: float) -> pd.DataFrame:
	"""The customer's shrunk rate on the log-odds scale, alone and weighted by how well it is known."""
	shrunk = (known["disputed"] + DISPUTE_PRIOR * rate) / (known["paid"] + DISPUTE_PRIOR)
	odds = np.log(shrunk.clip(1e-3, 1 - 1e-3) / (1 - shrunk.clip(1e-3, 1 - 1e-3)))
	weight = known["paid"] / (known["paid"] + 4)
	return pd.DataFrame(
		{"odds": odds, "weighted_odds": odds * weight, "amount": np.log1p(amount.clip(lower=0))}
	)
