"""Whether a model still holds: on invoices that came after it was learned, beside the baseline, and by how far they moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from collections_app.engine.backtest_prediction import measures, naive_prediction
from collections_app.engine.frames import as_day
from collections_app.engine.prediction.invoices import as_known, prepare, was_late
from collections_app.engine.prediction.learned import PaymentModel
from collections_app.engine.prediction.metrics import calibration

# with fewer outcomes chance speaks louder than drift
LEAST_OUTCOMES = 50
# population stability index: beyond this the invoices are others than those learned from (Siddiqi 2006)
SHIFTED = 0.25
BINS = 10


@dataclass(frozen=True)
class Watch:
	"""`outcomes`: invoices judged; `model`, `baseline`: see `backtest_prediction.measures`; `shift`: see
	`stability_index`; `calibration`: see `metrics.calibration`."""

	outcomes: int
	model: dict
	baseline: dict
	shift: float | None
	calibration: pd.DataFrame | None = None

	@property
	def enough(self) -> bool:
		return self.outcomes >= LEAST_OUTCOMES

	@property
	def better(self) -> bool:
		"""Better than the baseline at the probability, and not worse at the day."""
		return self.model["brier"] < self.baseline["brier"] and not (
			self.model["mae_days_to_pay"] is not None
			and self.model["mae_days_to_pay"] > self.baseline["mae_days_to_pay"]
		)


def watch(model: PaymentModel, invoices: pd.DataFrame, as_of: date) -> Watch:
	"""How the model did on the invoices dated after it was learned and due before `as_of`, each predicted by what was
	known on its own date, beside what the naive baseline would have said.

	`invoices`: see `invoices.prepare`; what came after `as_of` is not looked at.
	"""
	day, learned_on = as_day(as_of), as_day(model.as_of)
	work = as_known(prepare(invoices), day)
	judged = ((work["invoice_date"] > learned_on) & (work["due_date"] < day)).to_numpy()
	if not judged.any():
		return Watch(0, {}, {}, None)
	predicted = model.predict(work)
	before = (work["invoice_date"] <= learned_on).to_numpy()
	return Watch(
		int(judged.sum()),
		measures(work[judged], predicted[judged]),
		measures(work[judged], naive_prediction(work, learned_on)[judged]),
		stability_index(predicted.loc[before, "p_late"], predicted.loc[judged, "p_late"]),
		calibration(was_late(work[judged]), predicted.loc[judged, "p_late"].to_numpy()),
	)


def stability_index(before: pd.Series, after: pd.Series) -> float | None:
	"""Population stability index of two samples of probabilities, in tenths of the first: the sum over the tenths of
	(share after - share before) * ln(share after / share before). None where one is empty."""
	if not len(before) or not len(after):
		return None
	edges = np.unique(np.quantile(before, np.linspace(0, 1, BINS + 1)[1:-1]))
	shares = []
	for sample in (before, after):
		counts = np.bincount(np.searchsorted(edges, sample), minlength=len(edges) + 1)
		# half a case in each: an empty tenth is no infinite shift
		shares.append((counts + 0.5) / (counts + 0.5).sum())
	first, second = shares
	return float(((second - first) * np.log(second / first)).sum())
