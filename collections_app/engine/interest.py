"""Late-payment interest of one invoice, with the lines a letter shows, and its fixed indemnity.

Simple interest by the day, from the day after the due date (Directive 2011/7/EU, article 3; United Kingdom:
Late Payment of Commercial Debts (Interest) Act 1998, section 4): principal × rate × days / days of the year.
Exact fractions inside; rounded once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from collections_app.engine.interest_rates import RateTable
from collections_app.engine.money import AmountError, from_minor_decimal, to_minor

# Actual days over 365, as in the official guidance of the United Kingdom and Ireland and the French and
# Italian formula; or over the days of the calendar year each day falls in (365 or 366).
ACTUAL_365 = "actual/365"
ACTUAL_ACTUAL = "actual/actual"
DAY_COUNTS = (ACTUAL_365, ACTUAL_ACTUAL)

DAY = timedelta(days=1)


class InterestError(ValueError):
	"""A value from which no interest can be computed. The message names it."""


@dataclass(frozen=True)
class InterestLine:
	"""Days with the same principal and rate, first and last included. Amounts in the invoice's currency."""

	date_from: date
	date_to: date
	days: int
	principal: Decimal
	annual_rate: Decimal
	amount: Decimal


@dataclass(frozen=True)
class LateInterest:
	"""Interest of one invoice in its currency.

	`total` is rounded, and is the sum of the lines' amounts; `exact_minor` is it in minor units before
	rounding. `days`: days on which something was owed late.
	"""

	currency: str
	days: int
	total: Decimal
	lines: tuple[InterestLine, ...]
	exact_minor: Fraction


@dataclass(frozen=True)
class FixedIndemnity:
	"""The fixed sum for recovery costs, in the currency the law states it in."""

	amount: Decimal
	currency: str


def late_interest(
	principal: Any,
	currency: str,
	due_date: date,
	as_of: date,
	rates: RateTable,
	country: str,
	payments: Iterable[tuple[date, Any]] = (),
	day_count: str = ACTUAL_365,
	since: date | None = None,
) -> LateInterest:
	"""Interest for the days after `due_date` up to and including `as_of`.

	`principal`: what was invoiced, before `payments`; with them in major units of `currency`.
	`country`: whose law applies. `payments`: (date, amount), amounts below zero are taken back. A payment
	lowers the principal from the day after it, the day of payment still counts; one after `as_of` does not
	matter. More paid than owed earns nothing.
	`since`: count only the days after it, when the days before are charged already; before rounding the
	parts add up to the whole.
	InterestError naming what is wrong; RateError when there is no rate.
	"""
	owed = _minor(principal, currency, "principal")
	if owed < 0:
		raise InterestError(f"principal must not be negative, a credit bears no interest: {principal!r}")
	if day_count not in DAY_COUNTS:
		raise InterestError(f"day_count must be one of {', '.join(DAY_COUNTS)}: {day_count!r}")
	due, last = as_date(due_date, "due_date"), as_date(as_of, "as_of")
	first = (due if since is None else max(due, as_date(since, "since"))) + DAY
	paid = [
		(as_date(day, f"payment {number}"), _minor(amount, currency, f"payment {number}"))
		for number, (day, amount) in enumerate(payments, 1)
	]
	parts = []
	if first <= last:
		for start, end, rate, year in _periods(first, last, due, rates, country, paid, day_count):
			balance = owed - sum(amount for day, amount in paid if day < start)
			if balance > 0:
				parts.append((start, end, balance, rate, year))
	return _result(_merged(parts), currency)


def fixed_indemnity(
	debt: Any,
	currency: str,
	due_date: date,
	as_of: date,
	rates: RateTable,
	country: str,
	b2b: bool = True,
	exchange_rate: Any = None,
) -> FixedIndemnity:
	"""The fixed sum one late invoice gives a right to: once, from the day after the due date on.

	`debt`: what was unpaid when it fell late, in major units of `currency`. `b2b` False (a consumer owes):
	nothing. `exchange_rate`: units of the indemnity's currency for one of `currency`, needed where the sum
	depends on the debt and the currencies differ.
	Sources: Directive 2011/7/EU, article 6, for each late payment (CJEU C-78/22); United Kingdom: Late
	Payment of Commercial Debts (Interest) Act 1998, section 5A; Ireland: S.I. 580/2012, regulation 9.
	InterestError naming what is wrong; RateError when there is no rate.
	"""
	owed = from_minor_decimal(_minor(debt, currency, "debt"), currency)
	due, day = as_date(due_date, "due_date"), as_date(as_of, "as_of")
	if not b2b or owed <= 0 or day <= due:
		return FixedIndemnity(Decimal(0), currency)
	indemnity = rates.at(country, due + DAY).indemnity
	if indemnity is None:
		return FixedIndemnity(Decimal(0), currency)
	if indemnity.depends_on_debt and indemnity.currency != currency:
		if exchange_rate is None:
			raise InterestError(
				f"exchange_rate from {currency} to {indemnity.currency} is needed: the indemnity depends on the debt"
			)
		owed *= _positive(exchange_rate, "exchange_rate")
	return FixedIndemnity(indemnity.amount_for(owed), indemnity.currency)


def round_half_up(value: Fraction) -> int:
	"""A fraction of zero or more as the nearest integer, half away from zero."""
	return int((2 * value.numerator + value.denominator) // (2 * value.denominator))


def days_of_year(year: int) -> int:
	return 366 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 365


def _periods(
	first: date,
	last: date,
	due: date,
	rates: RateTable,
	country: str,
	paid: list[tuple[date, int]],
	day_count: str,
) -> Iterator[tuple[date, date, Decimal, int]]:
	"""(start, end, annual rate, days of the year) from `first` to `last`, cut wherever one of them may change."""
	at_start = rates.at(country, due + DAY)
	cuts = {first, *(day + DAY for day, _amount in paid)}
	cuts.update(rate.effective_from for rate in rates.rates(country))
	if day_count == ACTUAL_ACTUAL:
		cuts.update(date(year, 1, 1) for year in range(first.year + 1, last.year + 1))
	starts = sorted(cut for cut in cuts if first <= cut <= last)
	for start, following in zip(starts, [*starts[1:], last + DAY], strict=True):
		rate = at_start if at_start.fixed_at_start else rates.at(country, start)
		year = days_of_year(start.year) if day_count == ACTUAL_ACTUAL else 365
		yield start, following - DAY, rate.annual_rate, year


def _merged(parts: list[tuple]) -> list[tuple]:
	"""Parts that follow each other and differ in nothing become one: half-years often have the same rate."""
	merged: list[tuple] = []
	for part in parts:
		if merged and merged[-1][1] + DAY == part[0] and merged[-1][2:] == part[2:]:
			merged[-1] = (merged[-1][0], *part[1:])
		else:
			merged.append(part)
	return merged


def _result(parts: list[tuple], currency: str) -> LateInterest:
	lines = []
	exact, charged = Fraction(0), 0
	for start, end, balance, rate, year in parts:
		days = (end - start).days + 1
		exact += balance * days * Fraction(rate) / (100 * year)
		# What the line adds to the rounded sum so far: so the lines always add up to the total.
		amount = round_half_up(exact) - charged
		charged += amount
		lines.append(
			InterestLine(
				start,
				end,
				days,
				from_minor_decimal(balance, currency),
				rate,
				from_minor_decimal(amount, currency),
			)
		)
	days = sum(line.days for line in lines)
	return LateInterest(currency, days, from_minor_decimal(charged, currency), tuple(lines), exact)


def _minor(amount: Any, currency: str, name: str) -> int:
	try:
		return to_minor(amount, currency)
	except AmountError as error:
		raise InterestError(f"{name}: {error}") from None


def _positive(value: Any, name: str) -> Decimal:
	try:
		number = Decimal(str(value))
	except ArithmeticError:
		number = Decimal(0)
	if not number.is_finite() or number <= 0:
		raise InterestError(f"{name} must be above zero: {value!r}")
	return number


def as_date(value: Any, name: str) -> date:
	"""A date or datetime as a date. InterestError naming `name` when it is neither."""
	# A NaT is a datetime to isinstance, but not equal to itself.
	if not isinstance(value, date) or value != value:
		raise InterestError(f"{name} is not a date: {value!r}")
	return value.date() if isinstance(value, datetime) else value
