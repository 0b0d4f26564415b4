"""Command: match the payments of a folder to its open items and write what would be applied without a person.

	python -m collections_app.engine.match_cash DIR --out matches.csv

DIR holds items.csv and payments.csv (columns as `match_payments` takes them) and, if wanted, aliases.csv. The
output has payment_id, invoice, amount, confidence, rule. Counts and seconds are printed as one JSON object.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import pandas as pd

from collections_app.engine.matching import MatchInputError, match_payments

OUT_COLUMNS = ["payment_id", "invoice", "amount", "confidence", "rule"]


def main(arguments: list[str] | None = None) -> int:
	"""Run the command; returns the exit status (2 when the input cannot be used)."""
	parser = argparse.ArgumentParser(prog="python -m collections_app.engine.match_cash", description=__doc__)
	parser.add_argument("folder", metavar="DIR", type=Path, help="folder with items.csv and payments.csv")
	parser.add_argument("--out", type=Path, required=True, help="CSV file to write")
	options = parser.parse_args(arguments)
	try:
		payments, items = read_csv(options.folder / "payments.csv"), read_csv(options.folder / "items.csv")
		path = options.folder / "aliases.csv"
		aliases = read_csv(path) if path.exists() else None
		start = time.perf_counter()
		matches, decisions = match_payments(payments, items, aliases)
		seconds = time.perf_counter() - start
		matches[OUT_COLUMNS].to_csv(options.out, index=False)
	except (OSError, ValueError) as error:
		print(f"match_cash: {error}", file=sys.stderr)
		return 2
	print(json.dumps(summary(payments, items, matches, decisions, seconds), indent=1))
	return 0


def read_csv(path: Path) -> pd.DataFrame:
	"""A CSV file with every column as text but the amounts (a number like 00123 keeps its zeros)."""
	try:
		frame = pd.read_csv(path, dtype=str, keep_default_na=False)
	except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
		raise MatchInputError(f"{path.name}: {error}") from None
	return frame


def summary(payments, items, matches, decisions, seconds: float) -> dict:
	"""The counts that the command prints."""
	status = decisions["status"].value_counts()
	rules = decisions.loc[decisions["status"] == "apply", "rule"].value_counts()
	return {
		"payments": len(payments),
		"items": len(items),
		"applied": int(status.get("apply", 0)),
		"review": int(status.get("review", 0)),
		"none": int(status.get("none", 0)),
		"matches": len(matches),
		"by_rule": {name: int(count) for name, count in sorted(rules.items())},
		"seconds": round(seconds, 2),
	}


if __name__ == "__main__":
	sys.exit(main())
