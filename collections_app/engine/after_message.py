"""What came in after a message: each payment of an invoice is put down to the last message about it."""

from __future__ import annotations

import pandas as pd

from collections_app.engine.frames import require_columns

LINE_COLUMNS = ("action", "item", "day")
RECEIPT_COLUMNS = ("item", "date", "amount_base")


def paid_after(lines: pd.DataFrame, receipts: pd.DataFrame, days: int) -> pd.DataFrame:
	"""What was paid on a message's invoices within `days` days of it, the day it went out included.

	`lines`: action, item (invoice), day it went out. `receipts`: item, date, amount_base (company currency, negative when
	one was taken back). Returns action (index), amount, first_day (of the first payment). A payment counts once: for the
	last message about its invoice before it, and only if that went out in these days. An invoice paid before counts for
	nothing. Messages that brought nothing are left out.
	"""
	require_columns(lines, LINE_COLUMNS, "lines")
	require_columns(receipts, RECEIPT_COLUMNS, "receipts")
	if lines.empty or receipts.empty:
		return pd.DataFrame(
			{"amount": pd.Series(dtype="float64"), "first_day": pd.Series(dtype="datetime64[ns]")}
		)
	told = lines[["action", "item", "day"]].drop_duplicates().sort_values(["day", "action"])
	paid = receipts[["item", "date", "amount_base"]].sort_values("date")
	matched = pd.merge_asof(
		paid,
		told,
		left_on="date",
		right_on="day",
		by="item",
		direction="backward",
		tolerance=pd.Timedelta(days=days),
	).dropna(subset=["action"])
	sums = matched.groupby("action").agg(amount=("amount_base", "sum"), first_day=("date", "min"))
	return sums[sums["amount"] > 0.005]
