"""The factors of a risk score: the fact each looks at, and the points its value earns (0 worst, 1 best)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from collections_app.engine.frames import days
from collections_app.engine.reasons import Reason
from collections_app.engine.risk_curves import Points, points_of

PAYMENT, EXPOSURE, OUTSIDE, RELATION = "Payment Behaviour", "Exposure", "Outside Facts", "Relation"


@dataclass(frozen=True)
class Factor:
	"""One factor.

	`columns`: facts it needs. `value`: facts frame and day -> Series of the figure shown (NaN = not known).
	`points`: the standard curve. `param`: the figure's name in the reason; `digits`: its decimals; `details`: other
	facts told in the reason (param -> column), where they are there. `history`: it comes from paid invoices, so
	with few of them the segment's stands in. `fresh`: the column (0..1) with what age leaves of its weight in the
	confidence. `unit`: what the value counts (days, share, count, months, years, points). `can_change`: whether the
	customer can change it by what it does.
	"""

	key: str
	label: str
	group: str
	columns: tuple[str, ...]
	value: Callable[[pd.DataFrame, pd.Timestamp], pd.Series]
	points: Points
	param: str
	unit: str
	digits: int = 1
	history: bool = False
	details: Mapping[str, str] = field(default_factory=dict)
	fresh: str = ""
	can_change: bool = True

	def score(self, values: pd.Series, points: Points | None = None) -> pd.Series:
		"""Points 0..1 of each value, by the standard curve or by `points`; NaN where the value is not known."""
		earned = points_of(points or self.points, values.to_numpy(dtype="float64"))
		return pd.Series(earned, index=values.index)

	def reasons(self, values: pd.Series, facts: pd.DataFrame) -> list[Reason]:
		"""One Reason per value: the factor's key, the rounded figure and the details."""
		code, param = self.key, self.param
		known = {name: column for name, column in self.details.items() if column in facts.columns}
		figures = values.round(self.digits).tolist()
		if not known:
			return [Reason(code, {param: figure}) for figure in figures]
		columns = [facts.loc[values.index, column].tolist() for column in known.values()]
		return [
			Reason(code, {param: figure, **dict(zip(known, told, strict=True))})
			for figure, *told in zip(figures, *columns, strict=True)
		]


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


def _months(column: str) -> Callable[[pd.DataFrame, pd.Timestamp], pd.Series]:
	"""An amount in months of what the customer usually buys; not known for who bought nothing in the last year."""

	def value(facts: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
		monthly = facts["monthly_base"].astype("float64")
		return facts[column].astype("float64").clip(lower=0) / monthly.where(monthly > 0)

	return value


def _concentration(facts: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
	owed = facts["outstanding_base"].astype("float64").clip(lower=0)
	# what all owe is a fact of its own, so that a part of the customers is judged as among all
	total = facts["company_outstanding_base"].astype("float64")
	return (owed / total.where(total > 0)).fillna(0.0).where(owed.notna())


def _insured_share(facts: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
	covered = facts["covered_base"].astype("float64")
	owed = facts["outstanding_base"].astype("float64")
	share = (covered / owed.where(owed > 0)).clip(0, 1).fillna(1.0)
	return share.where(covered.notna())


def _relation_years(facts: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
	return (day - days(facts["first_invoice_on"])).dt.days.clip(lower=0) / 365.25


def _incidents(key: str, label: str, points: Points) -> Factor:
	"""Incidents that fade; the reason tells how many of them the last year saw."""
	return Factor(
		key,
		label,
		PAYMENT,
		(f"{key}_faded",),
		_column(f"{key}_faded"),
		points,
		"weight",
		"count",
		digits=2,
		details={"count": key},
	)


def _opinion(key: str, label: str) -> Factor:
	"""What a provider thinks, 0 to 100; held as last known, however old, and told with its age."""
	told = ("provider", "value", "previous", "on", "age_days", "stale")
	return Factor(
		key,
		label,
		OUTSIDE,
		(key,),
		_column(key),
		((0, 0), (100, 1)),
		"score",
		"points",
		digits=0,
		details={name: f"{key}_{name}" for name in told},
		fresh=f"{key}_fresh",
		can_change=False,
	)


LATENESS = ((0, 1), (15, 0.7), (30, 0.45), (60, 0.15), (90, 0))
FACTORS: dict[str, Factor] = {
	factor.key: factor
	for factor in (
		Factor(
			"days_late",
			"Days paid late",
			PAYMENT,
			("mean_days_late",),
			_column("mean_days_late"),
			LATENESS,
			"days",
			"days",
			history=True,
		),
		Factor(
			"recent_days_late",
			"Days paid late in the last half year",
			PAYMENT,
			("recent_days_late",),
			_column("recent_days_late"),
			LATENESS,
			"days",
			"days",
			history=True,
		),
		Factor(
			"days_late_trend",
			"Trend of days paid late",
			PAYMENT,
			("trend_days",),
			_column("trend_days"),
			((-10, 1), (0, 0.75), (10, 0.5), (30, 0)),
			"days",
			"days",
			history=True,
			details={"recent": "recent_days_late", "earlier": "earlier_days_late"},
		),
		Factor(
			"late_ratio",
			"Share of invoices paid late",
			PAYMENT,
			("late_ratio",),
			_column("late_ratio"),
			((0, 1), (1, 0)),
			"share",
			"share",
			digits=3,
			history=True,
		),
		Factor(
			"part_payments",
			"Invoices paid in parts",
			PAYMENT,
			("part_payment_ratio",),
			_column("part_payment_ratio"),
			((0, 1), (0.5, 0.4), (1, 0)),
			"share",
			"share",
			digits=3,
			history=True,
		),
		_incidents("returned_debits", "Returned debits", ((0, 1), (1, 0.4), (2, 0.15), (3, 0))),
		_incidents("broken_promises", "Broken promises", ((0, 1), (1, 0.6), (2, 0.3), (3, 0))),
		_incidents("disputes_lost", "Disputes lost", ((0, 1), (1, 0.8), (3, 0.4), (5, 0))),
		Factor(
			"overdue_share",
			"Overdue share of what is open",
			EXPOSURE,
			("overdue_base", "outstanding_base"),
			_overdue_share,
			((0, 1), (1, 0)),
			"share",
			"share",
			digits=3,
		),
		Factor(
			"oldest_overdue",
			"Oldest overdue item",
			EXPOSURE,
			("oldest_overdue_days",),
			_column("oldest_overdue_days"),
			((0, 1), (30, 0.7), (60, 0.4), (90, 0.15), (120, 0)),
			"days",
			"days",
			digits=0,
		),
		Factor(
			"outstanding",
			"Outstanding, in months of sales",
			EXPOSURE,
			("outstanding_base", "monthly_base"),
			_months("outstanding_base"),
			((1, 1), (2, 0.8), (4, 0.4), (8, 0)),
			"months",
			"months",
		),
		Factor(
			"open_orders",
			"Orders and deliveries not invoiced, in months of sales",
			EXPOSURE,
			("committed_base", "monthly_base"),
			_months("committed_base"),
			((1, 1), (3, 0.6), (6, 0.2), (12, 0)),
			"months",
			"months",
		),
		Factor(
			"limit_use",
			"Use of the credit limit",
			EXPOSURE,
			("outstanding_base", "credit_limit"),
			_limit_use,
			((0.5, 1), (0.8, 0.8), (1, 0.4), (1.5, 0)),
			"share",
			"share",
			digits=3,
		),
		Factor(
			"concentration",
			"Share of all that customers owe",
			EXPOSURE,
			("outstanding_base", "company_outstanding_base"),
			_concentration,
			((0.05, 1), (0.1, 0.7), (0.2, 0.3), (0.4, 0)),
			"share",
			"share",
			digits=3,
		),
		_opinion("bureau_score", "Credit bureau's score"),
		_opinion("insurer_grade", "Credit insurer's grade"),
		Factor(
			"insured_share",
			"Insured share of what is open",
			OUTSIDE,
			("covered_base", "outstanding_base"),
			_insured_share,
			((0, 0), (0.9, 1)),
			"share",
			"share",
			digits=3,
			can_change=False,
		),
		Factor(
			"relation_age",
			"Age of the relation",
			RELATION,
			("first_invoice_on",),
			_relation_years,
			((0, 0.3), (1, 0.6), (3, 0.9), (5, 1)),
			"years",
			"years",
			can_change=False,
		),
		Factor(
			"volume",
			"Invoices of the last year",
			RELATION,
			("invoices_last_year",),
			_column("invoices_last_year"),
			((0, 0.3), (4, 0.7), (12, 1)),
			"count",
			"count",
			digits=0,
			can_change=False,
		),
	)
}


def factor_values(facts: pd.DataFrame, day: pd.Timestamp, keys: list[str] | None = None) -> pd.DataFrame:
	"""The figure of each factor for each customer; NaN where it is not known. Columns: the factors' keys."""
	found = {}
	for key in keys or FACTORS:
		factor = FACTORS[key]
		known = set(factor.columns) <= set(facts.columns)
		found[key] = factor.value(facts, day) if known else pd.Series(np.nan, index=facts.index)
	return pd.DataFrame(found, index=facts.index)
