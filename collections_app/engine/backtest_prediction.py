"""Command: learn from the invoices known at a cut, predict every later one on its invoice date, and compare.

	python -m collections_app.engine.backtest_prediction invoices.csv --cut YYYY-MM-DD [--know-disputes]

invoices.csv: customer, invoice, invoice_date, due_date, amount, paid_on, where known disputed (0 or 1), and any
other columns as features known at the invoice date (a date counts from that date on). Prints one JSON object:
n_train, n_test, accuracy, auc, brier, ece, mae_days_to_pay, and the same for the naive baseline, which takes each
customer's own past for its future.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from collections_app.engine.frames import as_day
from collections_app.engine.prediction.asof import sums_as_of
from collections_app.engine.prediction.invoices import NEEDED, as_known, prepare, was_late
from collections_app.engine.prediction.learned import fit
from collections_app.engine.prediction.metrics import late_metrics

# a text with more different values says who it is, not what kind
MOST_VALUES = 50


def main(arguments: list[str] | None = None) -> int:
	"""Run the command; returns the exit status (2 when the input cannot be used)."""
	parser = argparse.ArgumentParser(
		prog="python -m collections_app.engine.backtest_prediction", description=__doc__
	)
	parser.add_argument("file", metavar="invoices.csv", type=Path)
	parser.add_argument(
		"--cut", required=True, type=date.fromisoformat, help="the last day known, YYYY-MM-DD"
	)
	parser.add_argument("--know-disputes", action="store_true", help="an invoice's own flag is known")
	options = parser.parse_args(arguments)
	try:
		result = backtest(read_invoices(options.file), options.cut, options.know_disputes)
	except (OSError, ValueError) as error:
		print(f"backtest_prediction: {error}", file=sys.stderr)
		return 2
	print(json.dumps(result, indent=1))
	return 0


def read_invoices(path: Path) -> pd.DataFrame:
	"""The file with dates as dates; ValueError naming file, column and row where one cannot be read."""
	try:
		frame = pd.read_csv(path, dtype={"customer": str, "invoice": str})
	except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
		raise ValueError(f"{path.name}: {error}") from None
	missing = [name for name in NEEDED if name not in frame.columns]
	if missing:
		raise ValueError(f"{path.name}: missing column(s) {', '.join(missing)}")
	for name in ("invoice_date", "due_date", "paid_on"):
		dates = pd.to_datetime(frame[name], format="%Y-%m-%d", errors="coerce")
		wrong = dates.isna() & (frame[name].notna() if name == "paid_on" else True)
		if wrong.any():
			row = int(np.flatnonzero(wrong)[0])
			raise ValueError(f"{path.name}, row {row + 2}: {name} {frame[name].iloc[row]!r} is no date")
		frame[name] = dates
	for name in feature_columns(frame):
		if not pd.api.types.is_numeric_dtype(frame[name]):
			dates = pd.to_datetime(frame[name], format="%Y-%m-%d", errors="coerce")
			if frame[name].notna().any() and dates.notna().sum() == frame[name].notna().sum():
				frame[name] = dates
	return frame


def feature_columns(frame: pd.DataFrame) -> list[str]:
	"""The columns that are features: neither the invoice itself nor a text that differs for most rows."""
	found = []
	for name in frame.columns:
		if name in (*NEEDED, "disputed"):
			continue
		column = frame[name]
		text = not pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_datetime64_any_dtype(column)
		dates = text and pd.to_datetime(column, format="%Y-%m-%d", errors="coerce").notna().any()
		if not text or dates or column.nunique() <= MOST_VALUES:
			found.append(name)
	return found


def backtest(invoices: pd.DataFrame, cut: date, know_disputes: bool = False) -> dict:
	"""The measures of the learned model and of the naive baseline on the invoices after `cut`.

	The model learns once, at the cut; each later invoice is predicted from what was known on its own date.
	ValueError when there is nothing to learn from or to predict.
	"""
	start = time.perf_counter()
	work = prepare(invoices)
	day = as_day(cut)
	later = (work["invoice_date"] > day).to_numpy()
	if not later.any():
		raise ValueError(f"no invoice is dated after {cut}")
	model = fit(
		work, cut, feature_columns(work.drop(columns=["term", "days_late"])), know_disputes=know_disputes
	)
	predicted = model.predict(work)
	naive = naive_prediction(work, day)
	return {
		"n_train": int((work["invoice_date"] <= day).sum()),
		"n_test": int(later.sum()),
		**measures(work[later], predicted[later]),
		"baseline": measures(work[later], naive[later]),
		"know_disputes": know_disputes,
		"late_weight": model.late_weight,
		"days_weight": model.days_weight,
		"seconds": round(time.perf_counter() - start, 2),
	}


def measures(work: pd.DataFrame, predicted: pd.DataFrame) -> dict:
	"""late_metrics of p_late, and the mean absolute error in days to pay of the invoices that were paid.

	An invoice never paid is late: the file ends after its due date, or it would not be known.
	"""
	late = was_late(work)
	paid = work["days_late"].notna().to_numpy()
	off = (predicted["days_late"] - work["days_late"]).abs()[paid]
	found = late_metrics(late, predicted["p_late"].to_numpy())
	found["mae_days_to_pay"] = float(off.mean()) if paid.any() else None
	return {name: None if value is None else round(value, 4) for name, value in found.items()}


def naive_prediction(work: pd.DataFrame, cut: pd.Timestamp) -> pd.DataFrame:
	"""Each customer's own share of late invoices and mean days late so far; without any, those of all at the cut."""
	days_late = work["days_late"].fillna(0.0)
	known = sums_as_of(work, {"days": days_late, "late": (days_late > 0).astype("float64")})
	before = as_known(work, cut)["days_late"].dropna()
	count = known["paid"].where(known["paid"] > 0)
	return pd.DataFrame(
		{
			"p_late": (known["late"] / count).fillna(float((before > 0).mean())),
			"days_late": (known["days"] / count).fillna(float(before.mean())),
		}
	)


if __name__ == "__main__":
	sys.exit(main())
