"""The learned model: the mixed model, and trees on top of it as far as they proved better on later invoices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from collections_app.engine.frames import as_day
from collections_app.engine.prediction.invoices import as_known, features, prepare, was_late
from collections_app.engine.prediction.mixed import MixedModel, fit_mixed
from collections_app.engine.prediction.mixture import LatenessMixture
from collections_app.engine.texts import SaidError, Text

# invoices whose lateness is known: with fewer there is nothing to learn from
LEAST_INVOICES = 40
# share of the history, the newest, on which the trees must prove themselves
PROOF_SHARE = 0.3
LEAST_PROOF = 150
WEIGHTS = (0.0, 0.25, 0.5)
# so many standard errors must the trees be better than the mixed model alone
SURE = 2.0
TREES = {
	"max_iter": 60,
	"learning_rate": 0.05,
	"max_leaf_nodes": 6,
	"min_samples_leaf": 30,
	"random_state": 0,
}
# the range told is that between these shares of the distribution
RANGE = (0.1, 0.9)


class TooFewInvoicesError(SaidError):
	"""The history is too short to learn from; `count` invoices with a known outcome."""

	def __init__(self, count: int) -> None:
		super().__init__(
			Text("{0} invoices with a known outcome: at least {1} are needed", count, LEAST_INVOICES)
		)
		self.count = count


@dataclass(frozen=True)
class PaymentModel:
	"""What `fit` learned on `as_of`. Weights: share of the trees in the prediction, 0 = the mixed model alone."""

	as_of: date
	feature_names: tuple[str, ...]
	known_on: Mapping[str, str]
	know_disputes: bool
	count: int
	mixed: MixedModel
	late_trees: HistGradientBoostingClassifier | None = None
	days_trees: HistGradientBoostingRegressor | None = None
	late_weight: float = 0.0
	days_weight: float = 0.0
	range_factor: float = 1.0

	def predict(self, invoices: pd.DataFrame, as_of: date | None = None) -> pd.DataFrame:
		"""Per invoice, in the order given: p_late, days_late, low_days_late, high_days_late (10 % and 90 %).

		`invoices`: the whole history with the columns learned from; each is judged by what was known at its
		invoice date or, with `as_of`, on that day, on which a payment of it is not known yet: then no
		quantile lies before that day, and what is overdue has p_late 1.
		"""
		work = prepare(invoices.assign(_row=np.arange(len(invoices))))
		asked_on, after = None, None
		if as_of is not None:
			day = as_day(as_of)
			work = as_known(work, day)
			asked_on = pd.Series(day, index=work.index)
			after = (day - work["due_date"]).dt.days.to_numpy(dtype=float)
		table = self._features(work)
		mixture, known = self.mixed.distribution(work, table, self.know_disputes, asked_on)
		found = self._blend(mixture, known, table, work, after)
		return found.set_axis(work["_row"]).reindex(np.arange(len(invoices))).set_axis(invoices.index)

	def _features(self, work: pd.DataFrame) -> pd.DataFrame:
		return model_features(work, list(self.feature_names), self.known_on)

	def _blend(
		self,
		mixture: LatenessMixture,
		known: pd.DataFrame,
		table: pd.DataFrame,
		work: pd.DataFrame,
		after: np.ndarray | None,
	) -> pd.DataFrame:
		chance = mixture.late()
		middle = mixture.quantile(0.5, after)
		low, high = (mixture.quantile(level, after) for level in RANGE)
		if self.late_weight or self.days_weight:
			trees = tree_table(mixture, known, table, work)
			if self.late_weight:
				seen = self.late_trees.predict_proba(_columns_of(self.late_trees, trees))[:, 1]
				chance = (1 - self.late_weight) * chance + self.late_weight * seen
			if self.days_weight:
				middle = middle + self.days_weight * self.days_trees.predict(
					_columns_of(self.days_trees, trees)
				)
		if after is not None:
			unpaid = np.maximum(1 - mixture.below(after), 1e-9)
			chance = np.where(after >= 0, 1.0, np.minimum(chance / unpaid, 1.0))
			middle = np.maximum(middle, after)
		low = middle - self.range_factor * np.maximum(middle - low, 0)
		high = middle + self.range_factor * np.maximum(high - middle, 0)
		if after is not None:
			low = np.maximum(low, after)
		return pd.DataFrame(
			{"p_late": chance, "days_late": middle, "low_days_late": low, "high_days_late": high}
		)


def fit(
	invoices: pd.DataFrame,
	as_of: date,
	feature_names: list[str] | None = None,
	known_on: Mapping[str, str] | None = None,
	know_disputes: bool = False,
) -> PaymentModel:
	"""Learns from what was known on `as_of`: later invoices and payments are not looked at.

	`invoices`: see `invoices.prepare`. `feature_names`, `known_on`: see `invoices.features`. `know_disputes`:
	whether an invoice's own `disputed` flag is known when it is predicted (those of paid ones always are).
	An invoice counts from the day it is due: before, only early payers would. One due and unpaid is late, by
	an amount still unknown (censored): it counts as late for the probability, and its days so far count for
	its customer.
	TooFewInvoicesError, FrameError, LookAheadError.
	"""
	day = as_day(as_of)
	work = as_known(prepare(invoices), day)
	work = work[work["due_date"] < day]
	names = tuple(feature_names or ())
	paid = int(work["days_late"].notna().sum())
	if min(paid, len(work)) < LEAST_INVOICES:
		raise TooFewInvoicesError(paid)
	table = model_features(work, list(names), known_on)
	model = PaymentModel(as_of, names, dict(known_on or {}), know_disputes, len(work), fit_mixed(work, table))
	# one core: a worker shares its machine with others, and small trees gain nothing from threads
	with threadpool_limits(limits=1):
		proved = _prove(model, work, table)
		if not (proved.late_weight or proved.days_weight):
			return proved
		return replace(proved, **_trees(proved, work, table))


def model_features(
	work: pd.DataFrame, names: list[str], known_on: Mapping[str, str] | None = None
) -> pd.DataFrame:
	"""The features asked for, and those every invoice has: the logarithm of its amount, and its term."""
	table = features(work, names, known_on)
	table["log_amount"] = np.log1p(work["amount"].clip(lower=0))
	table["term"] = work["term"]
	return table


def tree_table(
	mixture: LatenessMixture, known: pd.DataFrame, table: pd.DataFrame, work: pd.DataFrame
) -> pd.DataFrame:
	"""What the trees see: the mixed model's own prediction first."""
	chance = np.clip(mixture.late(), 1e-3, 1 - 1e-3)
	return table.assign(
		odds=np.log(chance / (1 - chance)),
		usual=mixture.usual,
		dispute_chance=mixture.chance,
		spread=mixture.spread,
		paid=known["paid"],
		overdue=known["overdue"],
		overdue_days=known["overdue_days"],
		own=known["own"],
		recent=known["recent"],
		due_weekday=work["due_date"].dt.weekday,
		due_day=work["due_date"].dt.day,
	)


def _trees(model: PaymentModel, work: pd.DataFrame, table: pd.DataFrame) -> dict:
	"""Trees on `work`, all of it due by the day of learning."""
	mixture, known = model.mixed.distribution(work, table, model.know_disputes)
	trees = tree_table(mixture, known, table, work)
	late = was_late(work)
	paid = work["days_late"].notna().to_numpy()
	rest = work["days_late"].clip(*model.mixed.trim) - mixture.quantile(0.5)
	return {
		"late_trees": HistGradientBoostingClassifier(**TREES, l2_regularization=5.0).fit(trees, late)
		if 0 < late.mean() < 1
		else None,
		"days_trees": HistGradientBoostingRegressor(**TREES, loss="absolute_error").fit(
			trees[paid], rest[paid]
		),
	}


def _columns_of(trees, table: pd.DataFrame) -> pd.DataFrame:
	"""The columns the trees were grown on; a value not seen then is none of the known ones."""
	return table.reindex(columns=trees.feature_names_in_, fill_value=0.0)


def _prove(model: PaymentModel, work: pd.DataFrame, table: pd.DataFrame) -> PaymentModel:
	"""The model with the weights and the width of its range that did best on its newest invoices.

	They are predicted by a model learned only from what was known before them.
	"""
	split = work["invoice_date"].quantile(1 - PROOF_SHARE)
	before = as_known(work, split)
	before = before[before["due_date"] < split]
	later = (work["invoice_date"] > split).to_numpy()
	if before["days_late"].notna().sum() < LEAST_PROOF or later.sum() < LEAST_PROOF:
		return model
	trial = replace(model, mixed=fit_mixed(before, table.loc[before.index]))
	trial = replace(trial, **_trees(trial, before, table.loc[before.index]))
	mixture, known = trial.mixed.distribution(work, table, model.know_disputes)
	trees = tree_table(mixture, known, table, work)[later]
	late, days_late = was_late(work)[later], work["days_late"].to_numpy()[later]
	chance, middle = mixture.late()[later], mixture.quantile(0.5)[later]
	paid = ~np.isnan(days_late)
	seen = trial.late_trees.predict_proba(trees)[:, 1] if trial.late_trees else chance
	shift = trial.days_trees.predict(trees)
	late_weight = _best({w: ((1 - w) * chance + w * seen - late) ** 2 for w in WEIGHTS})
	days_weight = _best({w: np.abs(middle + w * shift - days_late)[paid] for w in WEIGHTS})
	low, high = (mixture.quantile(level)[later] for level in RANGE)
	return replace(
		model,
		late_weight=late_weight,
		days_weight=days_weight,
		range_factor=_range_factor((days_late - middle)[paid], (middle - low)[paid], (high - middle)[paid]),
	)


def _best(losses: dict[float, np.ndarray]) -> float:
	"""The weight with the lowest mean loss, if it is surely below that of weight zero; else zero."""
	weight = min(losses, key=lambda one: float(losses[one].mean()))
	gain = losses[0.0] - losses[weight]
	error = float(gain.std(ddof=1)) / len(gain) ** 0.5
	return weight if float(gain.mean()) > SURE * error else 0.0


def _range_factor(off: np.ndarray, below: np.ndarray, above: np.ndarray) -> float:
	"""What the range must be widened by to hold the promised share of what came (split conformal)."""
	width = np.where(off < 0, below, above)
	ratio = np.abs(off) / np.maximum(width, 0.5)
	return float(np.clip(np.quantile(ratio, RANGE[1] - RANGE[0]), 0.5, 2.0))
