from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.engine.charge_booking import fill, open_claim, settle_charges, to_book
from collections_app.engine.interest import late_interest
from collections_app.engine.interest_rates import Rate, RateTable
from collections_app.engine.money import to_minor
from collections_app.engine.settlement import COSTS_FIRST, PRINCIPAL_FIRST, SettlementError

AMOUNT = st.integers(0, 10**7)
LINES = st.lists(st.tuples(AMOUNT, AMOUNT), max_size=5)
ORDERS = st.sampled_from([COSTS_FIRST, PRINCIPAL_FIRST])
RATES = RateTable([Rate("XX", date(2000, 1, 1), Decimal(10)), Rate("XX", date(2024, 7, 1), Decimal("8.15"))])
DUE = date(2024, 3, 31)


def test_only_the_growth_is_booked():
	assert [to_book(1000, 0), to_book(1000, 800), to_book(800, 800), to_book(700, 800)] == [1000, 200, 0, 0]
	assert [open_claim(1000, 400), open_claim(400, 1000)] == [600, 0]


@settings(max_examples=200)
@given(st.lists(AMOUNT, min_size=1, max_size=12))
def test_the_sum_of_the_bookings_is_the_most_that_was_claimed(claims):
	booked = []
	for claimed in claims:
		booked.append(to_book(claimed, sum(booked)))
	assert min(booked) >= 0
	assert sum(booked) == max(claims)


@settings(max_examples=200)
@given(
	st.integers(1, 10**7),
	st.lists(st.integers(0, 900), min_size=1, max_size=8),
	st.lists(st.tuples(st.integers(-10, 900), st.integers(1, 5 * 10**6)), max_size=3),
)
def test_the_sum_of_the_bookings_is_what_the_last_letter_says(cents, days, payments):
	"""Whatever days the letters go out on: interest booked step by step is the interest of the last letter."""
	paid = [(DUE + timedelta(days=offset), Decimal(amount) / 100) for offset, amount in payments]
	booked = shown = 0
	for offset in sorted(days):
		day = DUE + timedelta(days=offset)
		interest = late_interest(Decimal(cents) / 100, "EUR", DUE, day, RATES, "XX", paid)
		shown = to_minor(interest.total, "EUR")
		booked += to_book(shown, booked)
	assert booked == shown


@pytest.mark.parametrize(
	("order", "payment", "expected"),
	[
		(COSTS_FIRST, 300, (300, [(0, 0), (0, 0)], 0)),
		(COSTS_FIRST, 5000, (500, [(4000, 0), (500, 0)], 0)),
		(COSTS_FIRST, 8600, (500, [(4000, 100), (4000, 0)], 0)),
		(COSTS_FIRST, 9000, (500, [(4000, 200), (4000, 50)], 250)),
		(PRINCIPAL_FIRST, 230, (0, [(0, 200), (0, 30)], 0)),
		(PRINCIPAL_FIRST, 800, (500, [(50, 200), (0, 50)], 0)),
	],
)
def test_a_payment_of_charges_settles_them_in_order(order, payment, expected):
	settled = settle_charges(payment, 500, [(4000, 200), (4000, 50)], order)
	assert (settled.fee, list(settled.lines), settled.unapplied) == expected


@settings(max_examples=200)
@given(AMOUNT, AMOUNT, LINES, ORDERS)
def test_not_a_unit_is_lost(payment, fee, lines, order):
	settled = settle_charges(payment, fee, lines, order)
	parts = [settled.fee, *(part for line in settled.lines for part in line)]
	due = [fee, *(part for line in lines for part in line)]
	assert sum(parts) + settled.unapplied == payment
	assert all(0 <= part <= whole for part, whole in zip(parts, due, strict=True))
	assert settled.unapplied == 0 or parts == due


def test_the_first_amount_is_filled_first():
	assert fill(70, [50, 50, 50]) == [50, 20, 0]
	assert fill(0, []) == []


def test_an_amount_below_zero_is_named():
	with pytest.raises(SettlementError, match="payment must be minor units"):
		settle_charges(-1, 0, [])
