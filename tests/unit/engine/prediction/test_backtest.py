import json
from datetime import date

import pandas as pd
import pytest

from collections_app.engine.backtest_prediction import backtest, main, read_invoices
from tests.unit.engine.prediction.world import invoices


@pytest.fixture
def path(tmp_path):
	file = tmp_path / "invoices.csv"
	invoices().to_csv(file, index=False)
	return file


def test_it_beats_the_customers_own_past(path):
	found = backtest(read_invoices(path), date(2025, 1, 1))
	assert found["n_train"] + found["n_test"] == 800
	assert found["auc"] > found["baseline"]["auc"]
	assert found["brier"] < found["baseline"]["brier"]
	assert found["mae_days_to_pay"] < found["baseline"]["mae_days_to_pay"]
	assert found["ece"] < 0.1


def test_the_command_prints_json(path, capsys):
	assert main([str(path), "--cut", "2025-01-01", "--know-disputes"]) == 0
	found = json.loads(capsys.readouterr().out)
	assert found["know_disputes"] is True
	for name in ("n_train", "n_test", "accuracy", "auc", "brier", "mae_days_to_pay"):
		assert found[name] is not None
	assert set(found["baseline"]) == {"accuracy", "auc", "brier", "ece", "mae_days_to_pay"}


def test_without_the_dispute_column_it_works_as_well(path):
	frame = read_invoices(path).drop(columns="disputed")
	assert backtest(frame, date(2025, 1, 1))["auc"] > 0.7


def test_what_comes_after_the_cut_does_not_change_the_baseline_of_a_new_customer(path):
	frame = read_invoices(path)
	new = frame.iloc[[0]].assign(
		customer="nobody",
		invoice="NEW",
		invoice_date=pd.Timestamp("2025-02-01"),
		due_date=pd.Timestamp("2025-03-01"),
	)
	assert backtest(pd.concat([frame, new], ignore_index=True), date(2025, 1, 1))["baseline"]["auc"]


@pytest.mark.parametrize(
	("change", "message"),
	[
		({"due_date": "soon"}, "row 3: due_date 'soon' is no date"),
		({"paid_on": "31.12.2024"}, "row 3: paid_on '31.12.2024' is no date"),
	],
)
def test_a_wrong_date_is_named_by_its_row(tmp_path, capsys, change, message):
	frame = invoices(customers=3, each=5).astype(str)
	for name, value in change.items():
		frame.loc[1, name] = value
	file = tmp_path / "wrong.csv"
	frame.to_csv(file, index=False)
	assert main([str(file), "--cut", "2025-01-01"]) == 2
	assert message in capsys.readouterr().err


def test_a_missing_column_and_a_cut_after_everything_are_told(tmp_path, path, capsys):
	file = tmp_path / "short.csv"
	invoices().drop(columns="amount").to_csv(file, index=False)
	assert main([str(file), "--cut", "2025-01-01"]) == 2
	assert "missing column(s) amount" in capsys.readouterr().err
	assert main([str(path), "--cut", "2031-01-01"]) == 2
	assert "no invoice is dated after 2031-01-01" in capsys.readouterr().err
