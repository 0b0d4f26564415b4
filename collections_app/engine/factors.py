"""The factors of a risk score: the fact each looks at, and the points its value earns (0 worst, 1 best)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from collections_app.engine.frames import days
from collections_app.engine.reasons import Reason

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Factor:
	"""One factor.

	`columns`: facts it needs. `value`: facts frame and day -> Series of the figure shown (NaN = not known).
	`points`: (value, points) pairs, values rising; linear in between, flat outside. `param`: the figure's
	name in the reason; `digits`: its decimals. `history`: it comes from paid invoices, so with few of them
	the segment's stands in.
	"""

	key: str
	label: str
	columns: tuple[str, ...]
	value: Callable[[pd.DataFrame, pd.Timestamp], pd.Series]
	points: Points
	param: str
	digits: int = 1
	history: bool = False

	def score(self, values: pd.Series) -> pd.Series:
		"""Points 0..1 of each value; NaN where the value is not known."""
		known, earned = zip(*self.points, strict=True)
		return pd.Series(np.interp(values, known, earned), index=values.index).where(values.notna())

	def reasons(self, values: pd.Series) -> list[Reason]:
		"""One Reason per value: the factor's key and the rounded figure."""
		code, param = self.key, self.param
		return [Reason(code, {param: figure}) for figure in values.round(self.digits).tolist()]


def _column(name: str) -> Callable[[pd.DataFrame, pd.Timestamp], pd.Series]:
	return lambda facts, day: facts[name].astype("float64")


def _overdue_share(facts: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
	overdue = facts["overdue_base"].astype("float64").clip(lower=0)
	outstanding = facts["outstanding_base"].astype("float64")
	# Credits can make the outstanding smaller than the overdue part; nothing overdue is no overdue share.
	share = (overdue / outstanding.where(outstanding > 0)).clip(upper=1).fillna(1.0)
	return share.where(overdue > 0, 0.0).where(overdue.notna() & outstanding.notna())


def _limit_use(facts: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
	limit = facts["credit_limit"].astype("float64")
	return facts["outstanding_base"].astype("float64").clip(lower=0) / limit.where(limit > 0)


def _relation_years(facts: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
	return (day - days(facts["first_invoice_on"])).dt.days.clip(lower=0) / 365.25


FACTORS: dict[str, Factor] = {
	factor.key: factor
	for factor in (
		Factor(
			"days_late",
			"Days paid late",
			("mean_days_late",),
			_column("mean_days_late"),
			((0, 1), (15, 0.7), (30, 0.45), (60, 0.15), (90, 0)),
			"days",
			history=True,
		),
		Factor(
			"days_late_trend",
			"Trend of days paid late",
			("trend_days",),
			_column("trend_days"),
			((-10, 1), (0, 0.75), (10, 0.5), (30, 0)),
			"days",
			history=True,
		),
		Factor(
			"late_ratio",
			"Share of invoices paid late",
			("late_ratio",),
			_column("late_ratio"),
			((0, 1), (1, 0)),
			"share",
			digits=3,
			history=True,
		),
		Factor(
			"overdue_share",
			"Overdue share of what is open",
			("overdue_base", "outstanding_base"),
			_overdue_share,
			((0, 1), (1, 0)),
			"share",
			digits=3,
		),
		Factor(
			"limit_use",
			"Use of the credit limit",
			("outstanding_base", "credit_limit"),
			_limit_use,
			((0.5, 1), (0.8, 0.8), (1, 0.4), (1.5, 0)),
			"share",
			digits=3,
		),
		Factor(
			"oldest_overdue",
			"Oldest overdue item",
			("oldest_overdue_days",),
			_column("oldest_overdue_days"),
			((0, 1), (30, 0.7), (60, 0.4), (90, 0.15), (120, 0)),
			"days",
			digits=0,
		),
		Factor(
			"broken_promises",
			"Broken promises",
			("broken_promises",),
			_column("broken_promises"),
			((0, 1), (1, 0.6), (2, 0.3), (3, 0)),
			"count",
			digits=0,
		),
		Factor(
			"relation_age",
			"Age of the relation",
			("first_invoice_on",),
			_relation_years,
			((0, 0.3), (1, 0.6), (3, 0.9), (5, 1)),
			"years",
		),
		Factor(
			"part_payments",
			"Invoices paid in parts",
			("part_payment_ratio",),
			_column("part_payment_ratio"),
			((0, 1), (0.5, 0.4), (1, 0)),
			"share",
			digits=3,
			history=True,
		),
	)
}
