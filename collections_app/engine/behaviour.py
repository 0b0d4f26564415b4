"""Payment behaviour: what each customer's invoices, as known on a day, say about how it pays."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from collections_app.engine.frames import as_day, days, require_columns

HALF_LIFE_DAYS = 180
COLUMNS = [
	"invoice_count",
	"paid_count",
	"open_count",
	"mean_days_late",
	"low_days_late",
	"high_days_late",
	"recent_days_late",
	"earlier_days_late",
	"trend_days",
	"late_ratio",
	"faded_late_ratio",
	"part_payment_ratio",
	"faded_part_ratio",
	"usual_amount",
	"first_invoice_on",
	"last_paid_on",
]


def known_history(history: pd.DataFrame, as_of: date) -> pd.DataFrame:
	"""`history` as it was known on `as_of`.

	Invoices posted later are left out; one paid later is open (paid_on NaT); amounts of zero or less
	(credit notes) are left out. Adds days_late (paid_on - due_date in days; negative = early; NaN while
	open) and is_late (paid after its due date, or open and past it).
	Needs customer, posting_date, due_date, amount_base, paid_on, payment_count.
	"""
	require_columns(
		history,
		("customer", "posting_date", "due_date", "amount_base", "paid_on", "payment_count"),
		"history",
	)
	day = as_day(as_of)
	known = history.assign(
		posting_date=days(history["posting_date"]),
		due_date=days(history["due_date"]),
		paid_on=days(history["paid_on"]),
	)
	known["due_date"] = known["due_date"].fillna(known["posting_date"])
	known = known[(known["posting_date"] <= day) & (known["amount_base"].astype("float64") > 0)].copy()
	known.loc[known["paid_on"] > day, "paid_on"] = pd.NaT
	known["days_late"] = (known["paid_on"] - known["due_date"]).dt.days.astype("float64")
	paid = known["paid_on"].notna()
	known["is_late"] = np.where(paid, known["days_late"] > 0, known["due_date"] < day)
	return known


def payment_behaviour(
	history: pd.DataFrame, as_of: date, recent_days: int = 180, half_life: int = HALF_LIFE_DAYS
) -> pd.DataFrame:
	"""One row per customer (index) with at least one invoice known on `as_of`.

	`history`: see `known_history`; `amount_base` in company currency. Columns of the result:
	- invoice_count, paid_count, open_count
	- mean_days_late: mean of days_late over paid invoices, each weighted 0.5 ** (days since paid / half_life), so
	that an invoice paid half a year ago counts half (by default); early payments count as negative days
	- low_days_late, high_days_late: the 10 % and 90 % quantiles with the same weights
	- recent_days_late (paid in the last `recent_days`), earlier_days_late: plain means; trend_days their
	difference (positive = getting later), NaN if either is missing
	- late_ratio: of the invoices whose lateness is known (paid, or open and past due), the share that is
	late; faded_late_ratio: the same with each invoice weighted as above (an open one in full)
	- part_payment_ratio: of the paid invoices, the share settled by more than one payment; faded_part_ratio:
	the same, weighted
	- usual_amount: median of amount_base; first_invoice_on, last_paid_on: datetime64
	"""
	known = known_history(history, as_of)
	day = as_day(as_of)
	known["paid"] = known["paid_on"].notna()
	known["judged"] = known["paid"] | known["is_late"]
	by_customer = known.groupby("customer", sort=True)
	result = by_customer.agg(
		invoice_count=("customer", "size"),
		paid_count=("paid", "sum"),
		judged=("judged", "sum"),
		late=("is_late", "sum"),
		usual_amount=("amount_base", "median"),
		first_invoice_on=("posting_date", "min"),
		last_paid_on=("paid_on", "max"),
	)
	result["open_count"] = result["invoice_count"] - result["paid_count"]
	result["late_ratio"] = result["late"] / result["judged"].where(result["judged"] > 0)

	paid = known[known["paid"]].copy()
	age = (day - paid["paid_on"]).dt.days
	paid["weight"] = 0.5 ** (age / half_life)
	paid["weighted"] = paid["days_late"] * paid["weight"]
	paid["in_parts"] = paid["payment_count"] > 1
	paid["late_weight"] = paid["weight"] * paid["is_late"]
	paid["parts_weight"] = paid["weight"] * paid["in_parts"]
	recent = age < recent_days
	sums = paid.groupby("customer")[["weighted", "weight", "late_weight", "parts_weight"]].sum()
	result["mean_days_late"] = sums["weighted"] / sums["weight"]
	result["faded_part_ratio"] = sums["parts_weight"] / sums["weight"]
	# what is open past its due date is late today, so its weight is one
	unpaid = known.loc[~known["paid"] & known["is_late"], "customer"].value_counts().reindex(result.index)
	weights = sums.reindex(result.index).fillna(0.0).add(unpaid.fillna(0.0), axis=0)
	judged = weights["weight"].where(weights["weight"] > 0)
	result["faded_late_ratio"] = weights["late_weight"] / judged
	result["low_days_late"] = weighted_quantile(paid, 0.1)
	result["high_days_late"] = weighted_quantile(paid, 0.9)
	result["recent_days_late"] = paid[recent].groupby("customer")["days_late"].mean()
	result["earlier_days_late"] = paid[~recent].groupby("customer")["days_late"].mean()
	result["trend_days"] = result["recent_days_late"] - result["earlier_days_late"]
	result["part_payment_ratio"] = paid.groupby("customer")["in_parts"].mean()
	counts = ["invoice_count", "paid_count", "open_count"]
	result[counts] = result[counts].astype("int64")
	return result[COLUMNS]


def weighted_quantile(paid: pd.DataFrame, share: float) -> pd.Series:
	"""Per customer the smallest days_late at or below which at least `share` of the weight lies.

	`paid` needs customer, days_late, weight (> 0).
	"""
	ordered = paid[["customer", "days_late", "weight"]].sort_values(["customer", "days_late"])
	by_customer = ordered.groupby("customer")["weight"]
	reached = by_customer.cumsum() >= share * by_customer.transform("sum") * (1 - 1e-12)
	return ordered[reached].groupby("customer")["days_late"].first()
