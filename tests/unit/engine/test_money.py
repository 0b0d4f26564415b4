from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.money import (
	LARGEST_MINOR,
	AmountError,
	amount_series,
	from_minor,
	from_minor_decimal,
	minor_digits,
	minor_series,
	round_money,
	round_series,
	to_minor,
)

CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CLF", "XXX", None])
MINOR = st.integers(-LARGEST_MINOR, LARGEST_MINOR)


@pytest.mark.parametrize(
	("currency", "digits"),
	[
		("EUR", 2),
		("jpy", 0),
		(" KWD ", 3),
		("BHD", 3),
		("TND", 3),
		("CLF", 4),
		("", 2),
		(None, 2),
		("ZZZ", 2),
	],
)
def test_minor_digits(currency, digits):
	assert minor_digits(currency) == digits


@pytest.mark.parametrize(
	("amount", "currency", "minor"),
	[
		(12.34, "EUR", 1234),
		(1.005, "EUR", 101),
		(2.675, "EUR", 268),
		(-1.005, "EUR", -101),
		("0.1", "EUR", 10),
		(Decimal("1.2345"), "KWD", 1235),
		(1200, "JPY", 1200),
		(1200.5, "JPY", 1201),
		(0, "EUR", 0),
	],
)
def test_to_minor_rounds_half_away_from_zero(amount, currency, minor):
	assert to_minor(amount, currency) == minor
	series = minor_series(pd.Series([float(amount)]), pd.Series([currency]))
	assert series.tolist() == [minor]


@pytest.mark.parametrize("amount", [None, "", "abc", float("nan"), float("inf"), "1,5", 1e18])
def test_to_minor_refuses_what_is_no_amount(amount):
	with pytest.raises(AmountError):
		to_minor(amount, "EUR")


@given(MINOR, CURRENCIES)
def test_minor_units_survive_the_way_through_floats(minor, currency):
	assert to_minor(from_minor(minor, currency), currency) == minor
	assert to_minor(from_minor_decimal(minor, currency), currency) == minor
	amounts = pd.Series([from_minor(minor, currency)])
	assert minor_series(amounts, pd.Series([currency], dtype=object)).tolist() == [minor]
	assert amount_series(pd.Series([minor]), currency).tolist() == amounts.tolist()


@given(st.floats(-1e9, 1e9), CURRENCIES)
def test_rounding_is_idempotent_and_near(amount, currency):
	rounded = round_money(amount, currency)
	assert round_money(rounded, currency) == rounded
	assert abs(rounded - amount) <= 0.5 / 10 ** minor_digits(currency) + 1e-6
	assert round_money(-amount, currency) == -rounded


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), CURRENCIES), max_size=20))
def test_series_agree_with_single_amounts(pairs):
	index = pd.Index([f"row {n}" for n in range(len(pairs))])
	currencies = pd.Series([currency for _minor, currency in pairs], index=index, dtype=object)
	amounts = pd.Series([from_minor(*pair) for pair in pairs], index=index, dtype="float64")
	assert minor_series(amounts, currencies).tolist() == [minor for minor, _currency in pairs]
	assert round_series(amounts, currencies).tolist() == amounts.tolist()


def test_sums_in_minor_units_are_exact_where_floats_are_not():
	amounts = pd.Series([0.1, 0.2, -0.3])
	assert amounts.sum() != 0
	assert minor_series(amounts, "EUR").sum() == 0


def test_minor_series_names_the_wrong_row():
	with pytest.raises(AmountError, match="'b'"):
		minor_series(pd.Series([1.0, np.nan], index=["a", "b"]), "EUR")
	with pytest.raises(AmountError):
		minor_series(pd.Series([1e15]), "EUR")


def test_round_series_keeps_nan():
	assert round_series(pd.Series([np.nan, 1.005]), "EUR").isna().tolist() == [True, False]
