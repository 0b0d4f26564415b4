"""How the customer pays: each invoice with the days it was late, and the mean of the months, for a picture."""

from datetime import date

import pandas as pd

from frappe.utils import flt

from collections_app.engine.behaviour import known_history, payment_behaviour
from collections_app.services.history import payment_history
from collections_app.services.settings import company_currency

# a picture of more would be a cloud: the newest
MOST_POINTS = 300
# each month's line is the mean of so many months, the amounts as weights
MONTHS = 6


def behaviour(customer: str, company: str, today: date) -> dict:
	"""`points`: invoice, due_date, paid_on (None: open and overdue), days_late, amount; `months`: month (its last day),
	days_late (mean of the last MONTHS months, larger invoices weighing more); `figures`: see `_figures`. Amounts in
	company currency. The last three years of invoices."""
	history = payment_history(company, today, customer)
	known = known_history(history, today) if len(history) else history
	currency = company_currency(company)
	if known.empty:
		return {"points": [], "months": [], "figures": None, "currency": currency, "left_out": 0}
	known = known[known["paid_on"].notna() | known["is_late"].astype(bool)]
	paid = known["paid_on"].notna()
	known = known.assign(
		at=known["paid_on"].fillna(pd.Timestamp(today)),
		days_late=known["days_late"].where(paid, (pd.Timestamp(today) - known["due_date"]).dt.days),
	).sort_values(["at", "voucher_no"])
	shown = known.tail(MOST_POINTS)
	return {
		"points": [_point(row) for row in shown.to_dict("records")],
		"months": _months(known[known["paid_on"].notna()], today),
		"figures": _figures(history, today, customer),
		"currency": currency,
		"left_out": len(known) - len(shown),
	}


def _point(row: dict) -> dict:
	paid = not pd.isna(row["paid_on"])
	return {
		"invoice": row["voucher_no"],
		"due_date": str(row["due_date"].date()),
		"paid_on": str(row["paid_on"].date()) if paid else None,
		"at": str(row["at"].date()),
		"days_late": int(row["days_late"]),
		"amount": flt(row["amount_base"], 2),
	}


def _months(paid: pd.DataFrame, today: date) -> list[dict]:
	"""The line: at each month's end the mean of what was paid in the months up to it."""
	if paid.empty:
		return []
	amounts = paid["amount_base"].astype("float64")
	months = paid["at"].dt.to_period("M")
	sums = pd.DataFrame({"weighted": paid["days_late"] * amounts, "amount": amounts}).groupby(months).sum()
	every = pd.period_range(sums.index.min(), pd.Period(today, "M"), freq="M")
	rolling = sums.reindex(every, fill_value=0.0).rolling(MONTHS, min_periods=1).sum()
	rolling = rolling[rolling["amount"] > 0]
	return [
		{
			"month": str(min(month.end_time.date(), today)),
			"days_late": flt(row["weighted"] / row["amount"], 1),
		}
		for month, row in rolling.iterrows()
	]


def _figures(history: pd.DataFrame, today: date, customer: str) -> dict | None:
	"""mean_days_late, trend_days (positive: later than before), late_ratio (percent), paid_count; None where unknown."""
	found = payment_behaviour(history, today)
	if customer not in found.index:
		return None
	row = found.loc[customer]
	names = ("mean_days_late", "recent_days_late", "trend_days")
	figures = {name: None if pd.isna(row[name]) else flt(row[name], 1) for name in names}
	late = row["late_ratio"]
	return {
		**figures,
		"late_ratio": None if pd.isna(late) else flt(100 * late, 0),
		"paid_count": int(row["paid_count"]),
	}
