"""Payments put down to the messages before them."""

import pandas as pd
import pytest

from collections_app.engine.after_message import paid_after


def frame(columns: list[str], *rows: tuple) -> pd.DataFrame:
	made = pd.DataFrame(rows, columns=columns)
	for column in {"day", "date"} & set(columns):
		made[column] = pd.to_datetime(made[column])
	return made


def lines(*rows: tuple) -> pd.DataFrame:
	return frame(["action", "item", "day"], *rows)


def receipts(*rows: tuple) -> pd.DataFrame:
	return frame(["item", "date", "amount_base"], *rows)


def test_a_payment_counts_for_the_last_message():
	told = lines(("first", "I1", "2026-01-01"), ("second", "I1", "2026-01-08"))
	found = paid_after(told, receipts(("I1", "2026-01-05", 10.0), ("I1", "2026-01-10", 20.0)), 14)
	assert found["amount"].to_dict() == {"first": 10.0, "second": 20.0}
	assert found.loc["second", "first_day"] == pd.Timestamp("2026-01-10")


@pytest.mark.parametrize(
	("day", "counts"), [("2026-01-01", True), ("2026-01-15", True), ("2026-01-16", False)]
)
def test_within_the_days(day, counts):
	found = paid_after(lines(("one", "I1", "2026-01-01")), receipts(("I1", day, 10.0)), 14)
	assert bool(len(found)) is counts


def test_payments_before_of_others_and_taken_back():
	told = lines(("one", "I1", "2026-01-05"))
	assert paid_after(told, receipts(("I1", "2026-01-04", 10.0)), 14).empty
	assert paid_after(told, receipts(("I2", "2026-01-06", 10.0)), 14).empty
	assert paid_after(told, receipts(("I1", "2026-01-06", 10.0), ("I1", "2026-01-07", -10.0)), 14).empty
	assert paid_after(told.iloc[:0], receipts(("I1", "2026-01-06", 10.0)), 14).empty
