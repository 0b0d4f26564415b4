import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import collections_app
from collections_app.engine.interest import (
	ACTUAL_365,
	ACTUAL_ACTUAL,
	InterestError,
	fixed_indemnity,
	late_interest,
)
from collections_app.engine.interest_rates import Rate, RateError, RateTable, rates_from_data

DATA = Path(collections_app.__file__).parent / "data" / "late_interest_rates.json"
SEED = RateTable(rates_from_data(json.loads(DATA.read_text(encoding="utf-8"))))
DUE = date(2023, 3, 31)


def table(*rates, fixed=False):
	"""A table of country XX: (from, percent)."""
	return RateTable(Rate("XX", day, Decimal(str(rate)), fixed_at_start=fixed) for day, rate in rates)


def flat(rate):
	return table((date(2000, 1, 1), rate))


def interest(principal, due, as_of, rates, country="XX", currency="EUR", **values):
	return late_interest(principal, currency, due, as_of, rates, country, **values)


def lines(result):
	return [(line.date_from, line.date_to, line.days, line.annual_rate, line.amount) for line in result.lines]


# Worked examples of others


@pytest.mark.parametrize(
	("principal", "currency", "rate", "days", "expected"),
	[
		# GOV.UK, Late commercial payments: charging interest: £1,000 at 8.5 % is £85 a year, 23p a day.
		(1000, "GBP", "8.5", 1, "0.23"),
		(1000, "GBP", "8.5", 365, "85.00"),
		# WolfX glossary, Late payment interest: £10,000 at 11.75 %: £3.22 a day.
		(10000, "GBP", "11.75", 1, "3.22"),
		# Paidnice, Statutory interest in the UK: £5,000 at 12.25 %: £1.68 a day.
		(5000, "GBP", "12.25", 1, "1.68"),
		# Agence iPro, Zoom sur les pénalités de retard: 15 000 €, 30 days, 15 %: 184,93 €.
		(15000, "EUR", "15", 30, "184.93"),
		# Anleiter, Wie berechnet man Verzugszinsen: 1000 €, 25 days, 5.12 %: 3,51 €.
		(1000, "EUR", "5.12", 25, "3.51"),
		# Crowe Ireland, Late payments in commercial transactions: €100,000 at 8 %: €21.92 a day.
		(100000, "EUR", "8", 1, "21.92"),
	],
)
def test_published_examples_at_one_rate(principal, currency, rate, days, expected):
	as_of = DUE + timedelta(days=days)
	assert interest(principal, DUE, as_of, flat(rate), currency=currency).total == Decimal(expected)


def test_a_published_example_across_rate_changes():
	"""Pavone Costruzioni, Esempio di calcolo mora: 1.000 € from 1 January 2010 to 1 January 2012, 730 days:
	39,45 + 40,33 + 39,67 at 8 %, 41,59 at 8,25 %, 0,22 at 8 %: 161,26 €."""
	rates = table(
		(date(2010, 1, 1), 8),
		(date(2010, 7, 1), 8),
		(date(2011, 1, 1), 8),
		(date(2011, 7, 1), 8.25),
		(date(2012, 1, 1), 8),
	)
	result = interest(1000, date(2010, 1, 1), date(2012, 1, 1), rates)
	assert result.total == Decimal("161.26") and result.days == 730
	assert lines(result) == [
		(date(2010, 1, 2), date(2011, 6, 30), 545, Decimal("8"), Decimal("119.45")),
		(date(2011, 7, 1), date(2011, 12, 31), 184, Decimal("8.25"), Decimal("41.59")),
		(date(2012, 1, 1), date(2012, 1, 1), 1, Decimal("8"), Decimal("0.22")),
	]


def test_the_united_kingdom_keeps_the_rate_of_the_first_day():
	"""uk-bank-rate, Interest on a late payment: overdue from 15 March 2025: 12.75 % throughout."""
	result = interest(1000, date(2025, 3, 14), date(2026, 3, 14), SEED, "GB", "GBP")
	assert [(line.annual_rate, line.amount) for line in result.lines] == [
		(Decimal("12.75"), Decimal("127.50"))
	]
	# Due on 30 June it runs from 1 July: the new rate.
	assert interest(1000, date(2025, 6, 30), date(2025, 7, 1), SEED, "GB").lines[0].annual_rate == Decimal(
		"12.25"
	)


def test_elsewhere_each_half_year_has_its_own_rate():
	result = interest(10000, date(2023, 5, 31), date(2024, 1, 31), SEED, "DE")
	assert [(line.days, line.annual_rate) for line in result.lines] == [
		(30, Decimal("10.62")),
		(184, Decimal("12.12")),
		(31, Decimal("12.62")),
	]
	# 10 000 × (30 × 10.62 + 184 × 12.12 + 31 × 12.62) / 36 500
	assert result.total == Decimal("805.45")


# Days


def test_nothing_on_or_before_the_due_date_and_a_day_after_it():
	for day in (DUE - timedelta(days=400), DUE):
		result = interest(1000, DUE, day, flat(10))
		assert (result.total, result.days, result.lines) == (0, 0, ())
	assert interest(36500, DUE, DUE + timedelta(days=1), flat(10)).total == Decimal("10.00")


def test_before_it_is_due_no_rate_is_needed():
	assert interest(1000, DUE, DUE, SEED, "US").total == 0
	with pytest.raises(RateError, match="US"):
		interest(1000, DUE, DUE + timedelta(days=1), SEED, "US")


def test_actual_actual_divides_by_the_days_of_each_year():
	due, as_of = date(2023, 12, 21), date(2024, 1, 10)
	assert interest(36500, due, as_of, flat(10)).total == Decimal("200.00")
	result = interest(36500, due, as_of, flat(10), day_count=ACTUAL_ACTUAL)
	assert [(line.days, line.amount) for line in result.lines] == [
		(10, Decimal("100.00")),
		(10, Decimal("99.73")),
	]
	assert (
		interest(1000, date(2023, 12, 31), date(2024, 12, 31), flat(10), day_count=ACTUAL_ACTUAL).total == 100
	)
	assert (
		interest(
			1000,
			date(1899, 12, 31),
			date(1900, 12, 31),
			table((date(1800, 1, 1), 10)),
			day_count=ACTUAL_ACTUAL,
		).total
		== 100
	)


# Payments


def test_the_day_of_payment_still_counts_and_the_next_does_not():
	paid = date(2023, 4, 10)
	result = interest(36500, DUE, date(2023, 4, 30), flat(10), payments=[(paid, 36500)])
	assert lines(result) == [(date(2023, 4, 1), paid, 10, Decimal(10), Decimal("100.00"))]
	result = interest(36500, DUE, date(2023, 4, 30), flat(10), payments=[(paid, 18250)])
	assert [(line.principal, line.days) for line in result.lines] == [(36500, 10), (18250, 20)]
	assert result.total == Decimal("200.00")


def test_a_payment_on_the_first_day_or_on_that_of_a_new_rate_counts_from_the_next_too():
	result = interest(36500, DUE, date(2023, 4, 3), flat(10), payments=[(date(2023, 4, 1), 36500)])
	assert (result.total, result.days) == (10, 1)
	rates = table((date(2023, 1, 1), 10), (date(2023, 4, 5), 20))
	result = interest(36500, DUE, date(2023, 4, 30), rates, payments=[(date(2023, 4, 5), 36500)])
	assert [(line.days, line.amount) for line in result.lines] == [(4, 40), (1, 20)]


def test_payments_before_the_due_date_and_after_the_day_asked_for():
	early = [(DUE - timedelta(days=5), "18250"), (DUE, 8250)]
	as_of = DUE + timedelta(days=10)
	assert interest(36500, DUE, as_of, flat(10), payments=early).total == Decimal("27.40")
	later = [(as_of, 36500), (as_of + timedelta(days=1), 36500)]
	assert interest(36500, DUE, as_of, flat(10), payments=later).total == Decimal("100.00")


def test_what_is_taken_back_is_owed_again_and_what_is_overpaid_earns_nothing():
	back = [(date(2023, 4, 10), 36500), (date(2023, 4, 20), -36500)]
	assert interest(36500, DUE, date(2023, 4, 30), flat(10), payments=back).total == Decimal("200.00")
	over = [(date(2023, 4, 10), 73000), (date(2023, 4, 20), -36500)]
	assert interest(36500, DUE, date(2023, 4, 30), flat(10), payments=over).total == Decimal("100.00")


# Rounding


def test_rounded_once_at_the_end_and_the_lines_add_up():
	rates = table(*[(date(2023, 4, day), 10 + day % 2) for day in range(1, 31)])
	result = interest(100, DUE, date(2023, 4, 30), rates)
	assert len(result.lines) == 30
	# 30 lines of 3 cents would make 90.
	assert result.total == sum(line.amount for line in result.lines) == Decimal("0.86")


def test_in_the_minor_unit_of_the_currency():
	as_of = DUE + timedelta(days=1)
	assert interest(36500, DUE, as_of, flat("10"), currency="JPY").total == Decimal("10")
	assert interest("36.5", DUE, as_of, flat("10"), currency="KWD").total == Decimal("0.010")
	assert interest(182.5, DUE, as_of, flat("1"), currency="EUR").total == Decimal("0.01")


# Errors


@pytest.mark.parametrize(
	("change", "message"),
	[
		({"principal": "abc"}, "principal: Not an amount"),
		({"principal": -1}, "principal must not be negative"),
		({"due": None}, "due_date is not a date: None"),
		({"due": pd.NaT}, "due_date is not a date: NaT"),
		({"as_of": "2024-01-01"}, "as_of is not a date"),
		({"payments": [(DUE, 1), (DUE, None)]}, "payment 2: Not an amount"),
		({"payments": [(None, 1)]}, "payment 1 is not a date"),
		({"day_count": "30/360"}, "day_count must be one of actual/365, actual/actual: '30/360'"),
	],
)
def test_what_is_wrong_is_named(change, message):
	values = {"principal": 100, "due": DUE, "as_of": date(2023, 5, 1), "rates": flat(10), **change}
	with pytest.raises(InterestError, match=message):
		interest(**values)


# Fixed indemnity


def indemnity(debt, country, currency="EUR", as_of=date(2023, 4, 1), **values):
	result = fixed_indemnity(debt, currency, DUE, as_of, SEED, country, **values)
	return result.amount, result.currency


def test_the_indemnity_is_due_from_the_day_after_the_due_date():
	assert indemnity(100, "FR", as_of=DUE) == (0, "EUR")
	assert indemnity(100, "FR") == (40, "EUR")


def test_no_indemnity_without_a_debt_or_from_a_consumer():
	assert indemnity(0, "FR") == (0, "EUR")
	assert indemnity(0, "GB", "EUR") == (0, "EUR")
	assert indemnity(100, "FR", b2b=False) == (0, "EUR")
	result = fixed_indemnity(100, "EUR", DUE, date(2023, 4, 1), flat(10), "XX")
	assert (result.amount, result.currency) == (0, "EUR")


def test_the_size_of_the_debt_counts_in_the_currency_of_the_law():
	assert indemnity("999.99", "GB", "GBP") == (40, "GBP")
	assert indemnity(10000, "GB", "GBP") == (100, "GBP")
	assert indemnity(1100, "GB", "EUR", exchange_rate="0.9") == (40, "GBP")
	assert indemnity(1100, "GB", "EUR", exchange_rate=0.95) == (70, "GBP")
	with pytest.raises(InterestError, match="exchange_rate from EUR to GBP is needed"):
		indemnity(1100, "GB", "EUR")
	with pytest.raises(InterestError, match="exchange_rate must be above zero"):
		indemnity(1100, "GB", "EUR", exchange_rate="x")
	# The same sum for any debt: no exchange rate is needed.
	assert indemnity(1100, "FR", "USD") == (40, "EUR")


# Properties

RATES = st.lists(
	st.tuples(st.integers(0, 1500), st.integers(0, 2000).map(lambda number: Decimal(number) / 100)),
	max_size=6,
	unique_by=lambda rate: rate[0],
)
START = date(2019, 1, 1)
OFFSETS = st.integers(0, 1600)
PAYMENTS = st.lists(st.tuples(OFFSETS, st.integers(1, 50000)), max_size=4)
COUNTS = st.sampled_from([ACTUAL_365, ACTUAL_ACTUAL])


def at(offset):
	return START + timedelta(days=offset)


def drawn_table(rates, fixed=False):
	return table((at(-4000), "7.5"), *((at(offset), rate) for offset, rate in rates), fixed=fixed)


def paid(payments):
	return [(at(offset), Decimal(cents) / 100) for offset, cents in payments]


@settings(max_examples=200)
@given(st.integers(0, 10**7), OFFSETS, OFFSETS, RATES, PAYMENTS, COUNTS, st.booleans())
def test_never_negative_and_zero_until_due(cents, due, as_of, rates, payments, count, fixed):
	rates = drawn_table(rates, fixed)
	principal = Decimal(cents) / 100
	result = interest(principal, at(due), at(as_of), rates, payments=paid(payments), day_count=count)
	assert result.total >= 0 and result.exact_minor >= 0
	assert all(line.amount >= 0 and line.principal > 0 for line in result.lines)
	assert sum(line.amount for line in result.lines) == result.total
	assert abs(result.exact_minor - Fraction(result.total) * 100) <= Fraction(1, 2)
	if as_of <= due or not cents:
		assert result.exact_minor == 0 and not result.lines


@settings(max_examples=200)
@given(st.integers(0, 10**7), OFFSETS, OFFSETS, OFFSETS, RATES, PAYMENTS, COUNTS, st.booleans())
def test_periods_add_up_and_time_never_lowers_it(cents, due, one, other, rates, payments, count, fixed):
	rates, middle, end = drawn_table(rates, fixed), at(min(one, other)), at(max(one, other))
	values = {"payments": paid(payments), "day_count": count}
	principal = Decimal(cents) / 100
	first = interest(principal, at(due), middle, rates, **values)
	second = interest(principal, at(due), end, rates, since=middle, **values)
	whole = interest(principal, at(due), end, rates, **values)
	assert first.exact_minor + second.exact_minor == whole.exact_minor
	assert first.days + second.days == whole.days
	assert whole.total >= first.total


@settings(max_examples=200)
@given(st.integers(0, 10**7), OFFSETS, OFFSETS, RATES, PAYMENTS, st.tuples(OFFSETS, st.integers(1, 50000)))
def test_one_more_payment_never_raises_it(cents, due, as_of, rates, payments, more):
	rates, principal = drawn_table(rates), Decimal(cents) / 100
	without = interest(principal, at(due), at(as_of), rates, payments=paid(payments))
	with_it = interest(principal, at(due), at(as_of), rates, payments=paid([*payments, more]))
	assert with_it.exact_minor <= without.exact_minor


@settings(max_examples=200)
@given(st.integers(1, 10**6), st.integers(0, 700), st.integers(0, 700), RATES, PAYMENTS, COUNTS)
def test_it_is_the_sum_over_the_days(cents, due, length, rates, payments, count):
	"""The definition, day by day: what was owed at the start of the day × its rate / the days of its year."""
	rates, expected = drawn_table(rates), Fraction(0)
	for offset in range(due + 1, due + length + 1):
		day = at(offset)
		owed = max(cents - sum(amount for when, amount in payments if when < offset), 0)
		year = 366 if count == ACTUAL_ACTUAL and day.year == 2020 else 365
		expected += owed * Fraction(rates.at("XX", day).annual_rate) / 100 / year
	result = interest(
		Decimal(cents) / 100, at(due), at(due + length), rates, payments=paid(payments), day_count=count
	)
	assert result.exact_minor == expected
