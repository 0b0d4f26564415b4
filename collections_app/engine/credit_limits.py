"""Credit limits to propose: what a customer needs by its sales and terms, as far as its risk, its reports and its cover bear it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from collections_app.engine.frames import as_day, days, require_columns
from collections_app.engine.reasons import Reason

BANDS = ("A", "B", "C", "D", "E")
# sales are looked at over a year, and the need is that of the busiest quarter in it
YEAR_DAYS, QUARTER_DAYS = 365, 90
BASIS, BAND_CAP, REPORT_CAP, COVER_CAP = "need", "band_cap", "report_cap", "cover_cap"
# what is owed already: ERPNext refuses a limit below it
OWED = "outstanding"


@dataclass(frozen=True)
class Policy:
	"""`factors`: share of the need that a band gets (1.2 = a fifth more); `caps`: the most for a band, 0 = no bound;
	`without_score`: the band that a customer without a score counts as. `report_share`: of what a bureau recommends, None =
	reports do not bound. `uninsured`: what may go beyond the cover of an insured customer, None = cover does not bound.
	`step` (above 0): limits are multiples of it, rounded down. `least_change`: smaller relative changes are not proposed.
	"""

	factors: dict[str, float] = field(
		default_factory=lambda: {"A": 1.5, "B": 1.2, "C": 1.0, "D": 0.5, "E": 0.0}
	)
	caps: dict[str, float] = field(default_factory=dict)
	without_score: str = "C"
	report_share: float | None = 1.0
	uninsured: float | None = None
	step: float = 100.0
	least_change: float = 0.2


def needed(history: pd.DataFrame, behaviour: pd.DataFrame, as_of: date) -> pd.Series:
	"""Customer -> the receivable its sales lead to, in company currency: sales per day of the busiest 90 days of the last
	year × (days of payment terms + days paid late on average, if late).

	The days' sales outstanding turned round. `history`: customer, posting_date, due_date, amount_base; `behaviour`: from
	`payment_behaviour`. A customer without sales in the year is not in it.
	"""
	require_columns(history, ("customer", "posting_date", "due_date", "amount_base"), "history")
	day = as_day(as_of)
	posted = days(history["posting_date"])
	ago = (day - posted).dt.days
	recent = history[(ago >= 0) & (ago < YEAR_DAYS) & (history["amount_base"] > 0)]
	if recent.empty:
		return pd.Series(dtype="float64")
	quarter = ((day - days(recent["posting_date"])).dt.days // QUARTER_DAYS).clip(upper=3)
	sales = recent.groupby([recent["customer"], quarter])["amount_base"].sum().groupby(level=0).max()
	term = (days(recent["due_date"]) - days(recent["posting_date"])).dt.days.clip(lower=0)
	weighted = (term * recent["amount_base"]).groupby(recent["customer"]).sum()
	terms = weighted / recent.groupby("customer")["amount_base"].sum()
	late = behaviour["mean_days_late"].reindex(sales.index).fillna(0.0).clip(lower=0)
	return (sales / QUARTER_DAYS * (terms + late)).astype("float64")


def propose(facts: pd.DataFrame, policy: Policy, currency: str | None = None) -> pd.DataFrame:
	"""The limits that differ enough from today's. `currency`: of the company, for the reasons.

	`facts` (index customer; amounts in company currency): need, outstanding, band ("" = not scored), current (0 = none);
	report_limit and cover where there is one, else NaN. Returns per customer: current, proposed, bound_by (BASIS,
	BAND_CAP, REPORT_CAP, COVER_CAP, OWED), reasons (list of Reason). Never nothing: no limit would be no bound.
	"""
	require_columns(facts, ("need", "outstanding", "band", "current", "report_limit", "cover"), "facts")
	band = facts["band"].where(facts["band"].isin(BANDS), policy.without_score)
	bounds = pd.DataFrame({BASIS: facts["need"] * band.map(policy.factors)}, index=facts.index)
	cap = band.map(policy.caps).astype("float64")
	bounds[BAND_CAP] = cap.where(cap > 0)
	if policy.report_share is not None:
		bounds[REPORT_CAP] = facts["report_limit"].astype("float64") * policy.report_share
	if policy.uninsured is not None:
		bounds[COVER_CAP] = facts["cover"].astype("float64") + policy.uninsured
	amount = bounds.min(axis=1)
	proposed = np.floor(amount / policy.step + 1e-9) * policy.step
	least = (np.ceil(facts["outstanding"] / policy.step - 1e-9) * policy.step).clip(lower=policy.step)
	table = pd.DataFrame(
		{
			"current": facts["current"].astype("float64"),
			"proposed": proposed.clip(lower=least),
			"bound_by": bounds.idxmin(axis=1).where(proposed >= least, OWED),
		}
	)
	changed = (table["proposed"] - table["current"]).abs()
	base = table["current"].where(table["current"] > 0, table["proposed"])
	table = table[(changed >= policy.least_change * base - 1e-9) & (changed > 0)]
	table["reasons"] = [
		_reasons(facts.loc[name], band[name], row, policy, currency) for name, row in table.iterrows()
	]
	return table


def _reasons(
	facts: pd.Series, band: str, row: pd.Series, policy: Policy, currency: str | None
) -> list[Reason]:
	def reason(code: str, amount: float, **params) -> Reason:
		return Reason(code, {"amount": round(float(amount), 2), "currency": currency, **params})

	found = [
		reason("limit_need", facts["need"]),
		Reason(
			"limit_band" if facts["band"] else "limit_no_score",
			{"band": band, "percent": round(100 * policy.factors[band])},
		),
	]
	bounds = {
		BAND_CAP: lambda: reason("limit_band_cap", policy.caps[band], band=band),
		REPORT_CAP: lambda: reason("limit_report", facts["report_limit"]),
		COVER_CAP: lambda: reason("limit_cover", facts["cover"], beyond=policy.uninsured),
		OWED: lambda: reason("limit_owed", facts["outstanding"]),
	}
	if row["bound_by"] in bounds:
		found.append(bounds[row["bound_by"]]())
	return found
