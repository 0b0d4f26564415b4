"""Late-payment interest and indemnity of many items at once: to the cent what `interest` gives for each."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd

from collections_app.engine.frames import FrameError, as_day, days, require_columns
from collections_app.engine.interest import (
	ACTUAL_ACTUAL,
	DAY,
	DAY_COUNTS,
	InterestError,
	days_of_year,
	fixed_indemnity,
	late_interest,
)
from collections_app.engine.interest_rates import RATE_DECIMALS, Rate, RateError, RateTable
from collections_app.engine.money import (
	LARGEST_MINOR,
	from_minor,
	from_minor_decimal,
	minor_digits,
	minor_series,
)
from collections_app.engine.reasons import Reason

ITEM_COLUMNS = ("item", "country", "currency", "due_date", "outstanding")
PAYMENT_COLUMNS = ("item", "date", "amount")
RESULT_COLUMNS = ("item", "days", "rate", "interest", "indemnity", "indemnity_currency", "reason")

# The weight of a day is its rate in whole units of 10**-6 percent over the days of its year, on the common
# denominator 365 × 366: all integers, so that sums and products are exact.
YEARS = 365 * 366
DENOMINATOR = YEARS * 100 * 10**RATE_DECIMALS
EPOCH = date(1970, 1, 1)


def interest_for_items(
	items: pd.DataFrame,
	rates: RateTable,
	as_of: date,
	payments: pd.DataFrame | None = None,
	day_count: str = "actual/365",
) -> pd.DataFrame:
	"""Interest up to and including `as_of`, and the fixed indemnity, of each item.

	`items`: item (unique), country (whose law applies), currency, due_date, outstanding (major units of
	`currency`, after all of `payments`; paid items may be among them); optional: is_b2b (False: a consumer
	owes, nothing is charged), exchange_rate (units of the indemnity's currency for one of `currency`; only
	where it depends on the debt). `payments`: item, date, amount (below zero: taken back) in the item's
	currency.

	Returns, in the given order: item, days (late, up to `as_of` or, when
	paid, the last payment), rate (percent a year on `as_of`), interest
	(rounded, in `currency`), indemnity and indemnity_currency (the law's own; "" with none), reason (None
	when both are charged): interest_not_due, interest_not_b2b, interest_credit, interest_rate_missing
	(country, date), interest_invalid (field), indemnity_exchange_rate_missing (currency, indemnity_currency:
	the interest is charged). An item with a reason does not stop the others.
	FrameError for a missing column or an item given twice; InterestError for another `day_count`.
	"""
	require_columns(items, ITEM_COLUMNS, "items")
	if day_count not in DAY_COUNTS:
		raise InterestError(f"day_count must be one of {', '.join(DAY_COUNTS)}: {day_count!r}")
	if items["item"].duplicated().any():
		raise FrameError(f"Item {items.loc[items['item'].duplicated(), 'item'].iloc[0]} is given twice")
	run = _Run(items, rates, as_day(as_of).date(), day_count)
	if payments is not None:
		require_columns(payments, PAYMENT_COLUMNS, "payments")
		run.add_payments(payments)
	return run.result()


class _Run:
	"""The columns as arrays, one position an item; `pieces` are amounts that were owed until a day."""

	def __init__(self, items: pd.DataFrame, rates: RateTable, day: date, day_count: str) -> None:
		count = len(items)
		self.rates, self.day, self.day_count = rates, day, day_count
		self.names = pd.Index(items["item"])
		self.countries = items["country"].to_numpy(dtype=object)
		unknown = ~items["currency"].map(lambda code: isinstance(code, str)).to_numpy(dtype=bool)
		self.currencies = np.where(unknown, "", items["currency"].to_numpy(dtype=object))
		self.exchange = (
			items["exchange_rate"].to_numpy() if "exchange_rate" in items else np.full(count, None)
		)
		self.reasons = np.full(count, None, dtype=object)
		self.last = _epoch(day)
		due = days(items["due_date"])
		self._mark(due.isna().to_numpy(), "interest_invalid", field="due_date")
		self._mark(unknown, "interest_invalid", field="currency")
		self.outstanding, good = _minor(items["outstanding"], self.currencies)
		self._mark(~good, "interest_invalid", field="outstanding")
		if "is_b2b" in items:
			self._mark(items["is_b2b"].isin([False]).to_numpy(), "interest_not_b2b")
		self.due = _epochs(due)
		everyone = np.arange(count)
		self.pieces = [(everyone, self.outstanding, np.full(count, self.last))]
		# What was owed once, and at the due date, is what is open now and the payments since.
		self.principal = self.outstanding.astype(object)
		self.debt = self.outstanding.astype(object)
		self.singly = self.outstanding < 0
		self.paid: dict[int, list] = {}
		# Until when it was late: where nothing is open any more, the last payment.
		self.until = np.where(self.outstanding == 0, self.due, self.last)

	def add_payments(self, payments: pd.DataFrame) -> None:
		where = self.names.get_indexer(payments["item"])
		known = payments[where >= 0]
		where = where[where >= 0]
		dates = days(known["date"])
		minor, good = _minor(known["amount"], self.currencies[where])
		good &= dates.notna().to_numpy()
		wrong = np.zeros(len(self.names), dtype=bool)
		wrong[where[~good]] = True
		self._mark(wrong, "interest_invalid", field="payments")
		where, until, minor = where[good], _epochs(dates[good]), minor[good]
		self.pieces.append((where, minor, np.minimum(until, self.last)))
		np.add.at(self.principal, where, minor.astype(object))
		late = until > self.due[where]
		np.maximum.at(self.until, where[late], np.minimum(until[late], self.last))
		np.add.at(self.debt, where[late], minor[late].astype(object))
		# Overpaid for a time, an item may not earn interest: such items are computed one by one.
		self.singly[where[minor < 0]] = True
		for position in np.flatnonzero(self.singly[where]):
			self.paid.setdefault(where[position], []).append((_date(until[position]), minor[position]))

	def result(self) -> pd.DataFrame:
		self._mark(self.principal < 0, "interest_credit")
		paid_in_time = (self.debt <= 0) & ~self.singly
		self._mark((self.due >= self.last) | paid_in_time, "interest_not_due")
		count = len(self.names)
		sums, rate = np.zeros(count, dtype=object), np.zeros(count)
		self._add_up(sums, rate)
		open_now = np.equal(self.reasons, None)
		interest = np.zeros(count)
		indemnity, currencies = np.zeros(count), np.full(count, "", dtype=object)
		for position in np.flatnonzero(open_now):
			if self.singly[position]:
				interest[position] = float(self._one(position).total)
			else:
				minor = (2 * sums[position] + DENOMINATOR) // (2 * DENOMINATOR)
				interest[position] = from_minor(minor, self.currencies[position])
		self._indemnities(np.flatnonzero(open_now), indemnity, currencies)
		late = np.where(open_now, self.until - self.due, 0)
		columns = (self.names, late, rate * open_now, interest, indemnity, currencies, self.reasons)
		return pd.DataFrame(dict(zip(RESULT_COLUMNS, columns, strict=True)))

	def _add_up(self, sums: np.ndarray, rate: np.ndarray) -> None:
		codes, countries = pd.factorize(pd.Series(self.countries, dtype=object), use_na_sentinel=False)
		for number, country in enumerate(countries):
			here = (codes == number) & np.equal(self.reasons, None)
			if not here.any():
				continue
			try:
				weights = _Weights(self.rates.rates(country), self.day, self.day_count)
			except RateError:
				self._mark(here, "interest_rate_missing", country=country, date=None)
				continue
			early = here & (self.due + 1 < weights.first)
			for position in np.flatnonzero(early):
				start = _date(self.due[position]) + DAY
				self.reasons[position] = Reason("interest_rate_missing", {"country": country, "date": start})
			here &= ~early
			rate[here] = weights.rate_on(self.due[here] + 1, self.last)
			for where, amounts, until in self.pieces:
				mine = here[where] & (until > self.due[where])
				at = where[mine]
				weight = weights.between(self.due[at], until[mine])
				np.add.at(sums, at, amounts[mine].astype(object) * weight.astype(object))

	def _one(self, position: int) -> Any:
		currency = self.currencies[position]
		return late_interest(
			from_minor_decimal(self.principal[position], currency),
			currency,
			_date(self.due[position]),
			self.day,
			self.rates,
			self.countries[position],
			[(day, from_minor_decimal(minor, currency)) for day, minor in self.paid.get(position, [])],
			self.day_count,
		)

	def _indemnities(self, positions: np.ndarray, amounts: np.ndarray, currencies: np.ndarray) -> None:
		for position in positions:
			currency = self.currencies[position]
			exchange = self.exchange[position]
			try:
				fixed = fixed_indemnity(
					from_minor_decimal(max(self.debt[position], 0), currency),
					currency,
					_date(self.due[position]),
					self.day,
					self.rates,
					self.countries[position],
					exchange_rate=None if pd.isna(exchange) else exchange,
				)
			except InterestError:
				rule = self.rates.at(self.countries[position], _date(self.due[position]) + DAY).indemnity
				self.reasons[position] = Reason(
					"indemnity_exchange_rate_missing",
					{"currency": currency, "indemnity_currency": rule.currency},
				)
				continue
			if fixed.amount:
				amounts[position], currencies[position] = float(fixed.amount), fixed.currency

	def _mark(self, wrong: np.ndarray, code: str, **params: Any) -> None:
		"""The first reason found is kept."""
		self.reasons[wrong.astype(bool) & np.equal(self.reasons, None)] = Reason(code, params)


class _Weights:
	"""The summed weights of a country's days, so that any span is one subtraction."""

	def __init__(self, rates: tuple[Rate, ...], last: date, day_count: str) -> None:
		self.fixed = [rate.fixed_at_start for rate in rates]
		self.starts = np.array([_epoch(rate.effective_from) for rate in rates])
		self.percents = np.array([float(rate.annual_rate) for rate in rates])
		self.units = np.array([int(rate.annual_rate.scaleb(RATE_DECIMALS)) for rate in rates])
		self.first = int(self.starts[0])
		span = np.arange(self.first, max(_epoch(last), self.first) + 1)
		years = span.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
		actual = day_count == ACTUAL_ACTUAL
		shares = {year: YEARS // (days_of_year(int(year)) if actual else 365) for year in np.unique(years)}
		share = np.array([shares[year] for year in years])
		row = np.searchsorted(self.starts, span, side="right") - 1
		# Position n holds the sum of the days before day first + n.
		self.shares = np.array([0, *accumulate(share.tolist())])
		self.summed = np.array([0, *accumulate((share * self.units[row]).tolist())])

	def between(self, after: np.ndarray, until: np.ndarray) -> np.ndarray:
		"""The weight of the days after `after` up to `until`."""
		start, end = after + 1 - self.first, until + 1 - self.first
		row, fixed = self._at_start(after + 1)
		one_rate = (self.shares[end] - self.shares[start]) * self.units[row]
		return np.where(fixed, one_rate, self.summed[end] - self.summed[start])

	def rate_on(self, start: np.ndarray, day: int) -> np.ndarray:
		row, fixed = self._at_start(start)
		now = np.searchsorted(self.starts, day, side="right") - 1
		return np.where(fixed, self.percents[row], self.percents[now])

	def _at_start(self, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
		row = np.searchsorted(self.starts, start, side="right") - 1
		return row, np.array(self.fixed)[row]


def _minor(amounts: pd.Series, currencies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
	"""Amounts as integer minor units, and which of them are usable; the others are 0."""
	values = pd.to_numeric(amounts, errors="coerce").astype("float64").reset_index(drop=True)
	codes = pd.Series(currencies, dtype=object)
	digits = codes.map({code: minor_digits(code) for code in codes.unique()}).to_numpy("float64")
	good = values.abs().to_numpy() * 10.0**digits <= LARGEST_MINOR
	return minor_series(values.where(good, 0.0), codes).to_numpy(), good


def _epoch(day: date) -> int:
	return (day - EPOCH).days


def _date(epoch: int) -> date:
	return EPOCH + int(epoch) * DAY


def _epochs(dates: pd.Series) -> np.ndarray:
	"""Days since 1970; a missing date counts as the first of them (its item has a reason already)."""
	return dates.fillna(pd.Timestamp(EPOCH)).to_numpy().astype("datetime64[D]").astype("int64")
