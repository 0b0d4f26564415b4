"""The command: files in, matches and counts out, clear errors."""

from __future__ import annotations

import csv
import json

import pandas as pd

from collections_app.engine import match_cash
from tests.unit.matching.frames import items, payment


def test_the_command_writes_matches_and_prints_counts(tmp_path, capsys):
	items().to_csv(tmp_path / "items.csv", index=False)
	rows = [payment(100.10, "INV-2026-00101"), payment(9.99, "tax", name="Tax Office", iban="")]
	frame = pd.DataFrame(rows).assign(payment_id=["P1", "P2"])
	frame.to_csv(tmp_path / "payments.csv", index=False)
	assert match_cash.main([str(tmp_path), "--out", str(tmp_path / "out.csv")]) == 0
	with open(tmp_path / "out.csv", newline="") as written:
		(row,) = csv.DictReader(written)
	assert list(row) == ["payment_id", "invoice", "amount", "confidence", "rule"]
	assert (row["payment_id"], row["invoice"], float(row["amount"])) == ("P1", "INV-2026-00101", 100.10)
	counts = json.loads(capsys.readouterr().out)
	assert (counts["payments"], counts["items"], counts["applied"], counts["none"]) == (2, 10, 1, 1)
	assert counts["seconds"] >= 0


def test_missing_files_and_columns_are_named(tmp_path, capsys):
	assert match_cash.main([str(tmp_path), "--out", str(tmp_path / "out.csv")]) == 2
	assert "payments.csv" in capsys.readouterr().err
	(tmp_path / "payments.csv").write_text("payment_id,amount\nP1,5\n")
	items().to_csv(tmp_path / "items.csv", index=False)
	assert match_cash.main([str(tmp_path), "--out", str(tmp_path / "out.csv")]) == 2
	assert "currency" in capsys.readouterr().err
	assert not (tmp_path / "out.csv").exists()
