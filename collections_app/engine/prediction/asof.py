"""What was known of a customer on the day an invoice is judged, in one pass over all events."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd


def sums_as_of(
	invoices: pd.DataFrame, values: Mapping[str, pd.Series], asked_on: pd.Series | None = None
) -> pd.DataFrame:
	"""Sums over the customer's other invoices, as known on a day per invoice; the index of `invoices`.

	`invoices`: prepared. `values`: name -> a number per invoice, counted from the day the invoice was paid
	on (a payment of the same day is known). `asked_on`: the day per invoice, on which it must not be paid
	yet; None: its invoice date. Columns: one per value; paid (count); overdue (count of other invoices then
	open past their due date) and overdue_days (their mean days past due, 0 without any); last_value of the
	first of `values` at the last payment (NaN without one).
	"""
	asked = invoices["invoice_date"] if asked_on is None else asked_on
	number = np.arange(len(invoices))
	customer = pd.factorize(invoices["customer"])[0]
	day = _day_number(asked)
	due = _day_number(invoices["due_date"])
	paid = _day_number(invoices["paid_on"])
	is_paid = invoices["paid_on"].notna().to_numpy()
	was_late = ~is_paid | (paid > due)
	late_paid = is_paid & was_late

	sums = [*values, "paid", "overdue", "overdue_due"]
	payments = {name: np.asarray(value, dtype=float)[is_paid] for name, value in values.items()}
	blocks = [
		# what happens on a day comes before the question asked on that day
		_block(customer[is_paid], paid[is_paid], 0, sums, {**payments, "paid": 1.0}),
		_block(
			customer[was_late], due[was_late] + 1, 0, sums, {"overdue": 1.0, "overdue_due": due[was_late]}
		),
		_block(
			customer[late_paid],
			paid[late_paid],
			0,
			sums,
			{"overdue": -1.0, "overdue_due": -due[late_paid].astype(float)},
		),
		_block(customer, day, 1, sums, {}).assign(asked=number),
	]
	events = pd.concat(blocks, ignore_index=True).sort_values(["customer", "day", "order"], kind="stable")
	found = events.groupby("customer", sort=False)[sums].cumsum()
	if values:
		first = next(iter(values))
		latest = events[first].where(events["paid"] > 0)
		found["last_value"] = latest.groupby(events["customer"], sort=False).ffill()
	found["asked"] = events["asked"]
	found = found[found["asked"].notna()].set_index("asked").sort_index().set_axis(invoices.index)
	itself = due < day
	found["overdue"] -= itself
	found["overdue_due"] -= np.where(itself, due, 0)
	count = found["overdue"].where(found["overdue"] > 0)
	found["overdue_days"] = (day - found["overdue_due"] / count).fillna(0.0)
	return found.drop(columns="overdue_due")


def _day_number(column: pd.Series) -> np.ndarray:
	"""Days since 1970; NaT becomes a number that is never used."""
	return column.to_numpy().astype("datetime64[D]").astype("int64")


def _block(customer: np.ndarray, day: np.ndarray, order: int, sums: list[str], given: dict) -> pd.DataFrame:
	block = pd.DataFrame({"customer": customer, "day": day, "order": order})
	for name in sums:
		block[name] = given.get(name, 0.0)
	return block
