"""The invoices a payment model learns from: checked, and with the features known at the invoice date."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from collections_app.engine.frames import FrameError, days, require_columns
from collections_app.engine.texts import SaidError, Text

NEEDED = ("customer", "invoice", "invoice_date", "due_date", "amount", "paid_on")
# a column of whole numbers with no more different values than this is a code, not a quantity
MOST_CODES = 30


class LookAheadError(SaidError):
	"""A feature was known only after the invoice date. `feature` names it, `invoices` are the first ones."""

	def __init__(self, feature: str, invoices: list[str]) -> None:
		super().__init__(
			Text(
				"{0} was known only after the invoice date, e.g. of invoice {1}: a prediction at the invoice date must not "
				"use it",
				feature,
				", ".join(invoices),
			)
		)
		self.feature = feature
		self.invoices = invoices


def prepare(invoices: pd.DataFrame) -> pd.DataFrame:
	"""The invoices in the order they were posted, dates as datetime64, amounts as numbers.

	Needs NEEDED; paid_on NaT = not paid as far as known; `disputed` (0/1) where known. Adds term (days from
	invoice to due date) and days_late (paid_on - due_date; NaN while open).
	FrameError for missing columns and for rows without customer, invoice date or due date, naming the first.
	"""
	require_columns(invoices, NEEDED, "invoices")
	work = invoices.copy()
	for column in ("invoice_date", "due_date", "paid_on"):
		work[column] = days(work[column])
	work["amount"] = pd.to_numeric(work["amount"], errors="coerce").fillna(0.0)
	for column in ("customer", "invoice_date", "due_date"):
		missing = work[column].isna()
		if missing.any():
			raise FrameError(f"invoice {work.loc[missing, 'invoice'].iloc[0]} has no {column}")
	work = work.sort_values(["invoice_date", "invoice"], kind="stable", ignore_index=True)
	work["term"] = (work["due_date"] - work["invoice_date"]).dt.days.astype("float64")
	work["days_late"] = (work["paid_on"] - work["due_date"]).dt.days.astype("float64")
	return work


def as_known(invoices: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
	"""Prepared invoices as they were known on `day`: later ones left out, later payments not yet made."""
	known = invoices[invoices["invoice_date"] <= day].copy()
	later = known["paid_on"] > day
	known.loc[later, "paid_on"] = pd.NaT
	known.loc[later, "days_late"] = np.nan
	return known


def was_late(invoices: pd.DataFrame) -> np.ndarray:
	"""Whether each prepared invoice, due by now, was paid late or is not paid yet."""
	return (invoices["days_late"].isna() | (invoices["days_late"] > 0)).to_numpy()


def features(
	invoices: pd.DataFrame, names: list[str], known_on: Mapping[str, str] | None = None
) -> pd.DataFrame:
	"""The chosen columns as numbers, each as known at the invoice date; the index of `invoices`.

	A date becomes 1 once it is reached and 0 before; a text or code column one 0/1 column for each value;
	a number itself. `known_on`: feature -> the column with the day its value became known. LookAheadError
	where that is after the invoice date: such a value is never used quietly.
	"""
	found: dict[str, pd.Series] = {}
	for name in names:
		column = invoices[name]
		_refuse_later(invoices, name, (known_on or {}).get(name))
		if pd.api.types.is_datetime64_any_dtype(column):
			found[name] = (column <= invoices["invoice_date"]).astype("float64")
		elif _is_quantity(column):
			found[name] = pd.to_numeric(column).astype("float64").fillna(0.0)
		else:
			texts = column.astype("string").fillna("")
			for value in sorted(texts.unique()):
				found[f"{name}={value}"] = (texts == value).astype("float64")
	return pd.DataFrame(found, index=invoices.index)


def _refuse_later(invoices: pd.DataFrame, name: str, known_on: str | None) -> None:
	if known_on is None:
		return
	later = days(invoices[known_on]) > invoices["invoice_date"]
	if later.any():
		raise LookAheadError(name, [str(one) for one in invoices.loc[later, "invoice"].head(3)])


def _is_quantity(column: pd.Series) -> bool:
	if not pd.api.types.is_numeric_dtype(column):
		return False
	whole = pd.api.types.is_integer_dtype(column)
	return not (whole and 2 < column.nunique() <= MOST_CODES)
