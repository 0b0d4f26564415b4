import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.behaviour import payment_behaviour
from collections_app.engine.frames import FrameError
from tests.unit.engine.builders import AS_OF, history, invoice


def one(*rows, as_of=AS_OF, **options):
	return payment_behaviour(history(*rows), as_of, **options).iloc[0]


def test_counts_and_dates():
	row = one(
		invoice(posting_date="2023-11-01", due_date="2023-12-01", paid_on="2023-12-11"),
		invoice(paid_on="2024-02-10", payment_count=2, amount_base=300.0),
		invoice(posting_date="2024-05-20", due_date="2024-06-19", paid_on=None, amount_base=50.0),
	)
	assert (row["invoice_count"], row["paid_count"], row["open_count"]) == (3, 2, 1)
	assert row["usual_amount"] == 100.0
	assert row["part_payment_ratio"] == 0.5
	assert row["first_invoice_on"] == pd.Timestamp("2023-11-01")
	assert row["last_paid_on"] == pd.Timestamp("2024-02-10")
	assert row["late_ratio"] == 1.0


def test_only_what_was_known_that_day_counts():
	rows = [
		invoice(paid_on="2024-02-10"),
		invoice(posting_date="2024-02-01", due_date="2024-03-02", paid_on="2024-03-20"),
		invoice(posting_date="2024-03-01", due_date="2024-03-31", paid_on="2024-03-31"),
	]
	known = one(*rows, as_of=date(2024, 2, 20))
	assert (known["invoice_count"], known["paid_count"], known["open_count"]) == (2, 1, 1)
	assert known["mean_days_late"] == 10
	# What happens later changes nothing that was known.
	other = [rows[0], {**rows[1], "paid_on": "2024-12-01"}, {**rows[2], "paid_on": None}]
	pd.testing.assert_series_equal(known, one(*other, as_of=date(2024, 2, 20)))


def test_the_mean_fades_with_a_half_life_of_180_days():
	row = one(
		invoice(due_date="2023-12-06", paid_on="2023-12-06"),  # 180 days before: half weight, 0 days late
		invoice(due_date="2024-05-04", paid_on="2024-06-03"),  # today: 30 days late
	)
	assert row["mean_days_late"] == pytest.approx(30 / 1.5)


def test_early_payments_are_negative_days():
	assert one(invoice(paid_on="2024-01-21"))["mean_days_late"] == -10
	assert one(invoice(paid_on="2024-01-21"))["late_ratio"] == 0


def test_trend_is_recent_less_earlier():
	rows = [
		invoice(due_date="2023-06-01", paid_on="2023-06-06", posting_date="2023-05-01"),
		invoice(due_date="2024-05-01", paid_on="2024-05-21"),
	]
	row = one(*rows)
	assert (row["recent_days_late"], row["earlier_days_late"], row["trend_days"]) == (20, 5, 15)
	assert math.isnan(one(rows[1])["trend_days"])
	assert math.isnan(one(*rows, recent_days=1000)["trend_days"])


def test_an_open_overdue_invoice_is_late_and_an_open_one_not_due_is_not_judged():
	row = one(invoice(), invoice(paid_on=None), invoice(due_date="2024-12-31", paid_on=None))
	assert row["late_ratio"] == 0.5
	assert math.isnan(one(invoice(due_date="2024-12-31", paid_on=None))["late_ratio"])


def test_quantiles_and_credit_notes():
	rows = [invoice(due_date="2024-01-01", paid_on=f"2024-01-{1 + days:02d}") for days in range(0, 11)]
	row = one(*rows, invoice(amount_base=-500.0))
	assert (row["low_days_late"], row["high_days_late"]) == (1, 9)
	assert row["invoice_count"] == 11


def test_customers_are_apart():
	frame = payment_behaviour(history(invoice("A", paid_on="2024-02-10"), invoice("B")), AS_OF)
	assert frame["mean_days_late"].to_dict() == {"A": 10, "B": 0}


def test_no_history_at_all():
	frame = payment_behaviour(history(invoice()).iloc[:0], AS_OF)
	assert len(frame) == 0 and "mean_days_late" in frame.columns
	with pytest.raises(FrameError, match="paid_on"):
		payment_behaviour(history(invoice()).drop(columns="paid_on"), AS_OF)


@given(st.lists(st.integers(-20, 90), min_size=1, max_size=12))
def test_measures_stay_between_the_extremes(lateness):
	rows = [
		invoice(
			due_date="2024-01-31", paid_on=str((pd.Timestamp("2024-01-31") + pd.Timedelta(days=n)).date())
		)
		for n in lateness
	]
	row = one(*rows)
	smallest, largest = min(lateness), max(lateness)
	assert smallest - 1e-9 <= row["mean_days_late"] <= largest + 1e-9
	assert smallest <= row["low_days_late"] <= row["high_days_late"] <= largest
	assert row["late_ratio"] == sum(n > 0 for n in lateness) / len(lateness)
