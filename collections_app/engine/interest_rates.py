"""Late-payment rates by country and date, and the fixed indemnity per invoice.

The rates are data that users edit; `rates_from_data` reads the seed `data/late_interest_rates.json`, where
every row names its source. All are for business-to-business invoices.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from collections_app.engine.texts import SaidError, Text

# The country of the least rate that Directive 2011/7/EU allows, and where it stands in for a missing one:
# members with the euro, whose reference rate is the ECB's (article 2(7) (a)). The others have their own.
DIRECTIVE = "EU"
EURO_MEMBERS = frozenset("AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split())
# Rates are exact to this many decimals of a percent, so that interest can be summed in integers.
RATE_DECIMALS = 6


class RateError(SaidError):
	"""A rate that is missing, doubled or not usable. The message names the country and the date."""


@dataclass(frozen=True)
class IndemnityTier:
	"""`amount` is due for a debt of `from_debt` or more, up to the next tier (both in the indemnity's currency)."""

	from_debt: Decimal
	amount: Decimal


@dataclass(frozen=True)
class Indemnity:
	"""The fixed sum for recovery costs, due once for each late invoice (CJEU C-78/22).

	`tiers`: ascending by `from_debt`; one tier from 0 when the sum does not depend on the debt.
	"""

	currency: str
	tiers: tuple[IndemnityTier, ...]

	def __post_init__(self) -> None:
		bounds = [tier.from_debt for tier in self.tiers]
		if not bounds or bounds[0] != 0 or bounds != sorted(set(bounds)):
			raise RateError("Indemnity: the tiers must ascend from a debt of 0, each given once")
		if any(tier.amount < 0 for tier in self.tiers):
			raise RateError("Indemnity: an amount must not be negative")

	@property
	def depends_on_debt(self) -> bool:
		return len(self.tiers) > 1

	def amount_for(self, debt: Decimal) -> Decimal:
		"""The sum for a debt of that size, in the indemnity's currency. Nothing for no debt."""
		if debt <= 0:
			return Decimal(0)
		return [tier.amount for tier in self.tiers if tier.from_debt <= debt][-1]


@dataclass(frozen=True)
class Rate:
	"""The late-payment rate of a country from a day on, until the next one.

	`country`: ISO 3166 code of two letters, or "EU". `annual_rate`: percent a year.
	`fixed_at_start`: the rate of the first day of delay holds throughout (United Kingdom: S.I. 2002/1675;
	Ireland: S.I. 580/2012), where elsewhere each half-year of a delay has its own.
	RateError when a value cannot be used.
	"""

	country: str
	effective_from: date
	annual_rate: Decimal
	indemnity: Indemnity | None = None
	fixed_at_start: bool = False
	source: str = ""

	def __post_init__(self) -> None:
		object.__setattr__(self, "country", country_code(self.country))
		rate = _decimal(self.annual_rate, Text("{0} {1}, annual rate", self.country, self.effective_from))
		if rate < 0 or rate.normalize().as_tuple().exponent < -RATE_DECIMALS:
			raise RateError(
				"{0} {1}: the annual rate must be 0 or more, with at most {2} decimals, not {3}",
				self.country,
				self.effective_from,
				RATE_DECIMALS,
				self.annual_rate,
			)
		object.__setattr__(self, "annual_rate", rate)


class RateTable:
	"""Rates of any countries, looked up by country and day."""

	def __init__(self, rates: Iterable[Rate]) -> None:
		"""RateError when a country has two rates from one day."""
		by_country: dict[str, list[Rate]] = defaultdict(list)
		for rate in rates:
			by_country[rate.country].append(rate)
		self._rates = {
			country: tuple(sorted(rows, key=lambda row: row.effective_from))
			for country, rows in by_country.items()
		}
		self._starts = {
			country: [row.effective_from for row in rows] for country, rows in self._rates.items()
		}
		for country, starts in self._starts.items():
			for earlier, later in pairwise(starts):
				if earlier == later:
					raise RateError("{0} has two late interest rates from {1}", country, later)

	def rates(self, country: str) -> tuple[Rate, ...]:
		"""The rates of a country, oldest first; of the directive for a euro member that has none.

		RateError when there is none.
		"""
		return self._rates[self._known(country)]

	def at(self, country: str, day: date) -> Rate:
		"""The rate in force on that day. RateError when the country has none, or none so early."""
		known = self._known(country)
		position = bisect_right(self._starts[known], day)
		if not position:
			raise RateError(
				"No late interest rate for {0} on {1}: the first is effective from {2}",
				country_code(country),
				day,
				self._starts[known][0],
			)
		return self._rates[known][position - 1]

	def outdated(self, as_of: date) -> list[str]:
		"""Countries whose newest rate is from before the half-year of `as_of`: the new one is to be entered.

		Laws set these rates anew on 1 January and 1 July; until that is done the old one goes on.
		"""
		half_year = date(as_of.year, 1 if as_of.month < 7 else 7, 1)
		return sorted(country for country, starts in self._starts.items() if starts[-1] < half_year)

	def _known(self, country: str) -> str:
		code = country_code(country)
		if code not in self._rates and code in EURO_MEMBERS and DIRECTIVE in self._rates:
			return DIRECTIVE
		if code not in self._rates:
			raise RateError("No late interest rate for {0}", code)
		return code


def country_code(country: Any) -> str:
	"""A code of two letters in capitals ("fr" becomes "FR"). RateError when it is none."""
	code = country.strip().upper() if isinstance(country, str) else ""
	if len(code) != 2 or not code.isalpha():
		raise RateError("Not a country code of two letters: {0}", repr(country))
	return code


def rates_from_data(data: Mapping[str, Any]) -> list[Rate]:
	"""The rates of the seed file, as `json.loads` gives it.

	`data`: sources ({name: publisher and title}), countries (list of country, fixed_at_start, indemnity
	({currency, tiers: [{from_debt, amount}]} or null), rates: [{effective_from "YYYY-MM-DD", annual_rate
	text in percent, source: a name of `sources`}]).
	RateError naming the country and the row that cannot be used.
	"""
	rates = []
	for entry in data["countries"]:
		country = entry["country"]
		indemnity = _indemnity(entry.get("indemnity"), country)
		for row in entry["rates"]:
			place = f"{country} {row.get('effective_from')}"
			if row.get("source") not in data["sources"]:
				raise RateError("{0}: no such source: {1}", place, repr(row.get("source")))
			try:
				start = date.fromisoformat(row["effective_from"])
			except (TypeError, ValueError):
				raise RateError("{0}: the day it is effective from is no date", place) from None
			rates.append(
				Rate(
					country=country,
					effective_from=start,
					annual_rate=_decimal(row["annual_rate"], Text("{0}, annual rate", place)),
					indemnity=indemnity,
					fixed_at_start=bool(entry["fixed_at_start"]),
					source=data["sources"][row["source"]],
				)
			)
	return rates


def _indemnity(entry: Mapping[str, Any] | None, country: str) -> Indemnity | None:
	if entry is None:
		return None
	tiers = tuple(
		IndemnityTier(
			_decimal(tier["from_debt"], Text("{0}, debt from which a sum is due", country)),
			_decimal(tier["amount"], Text("{0}, indemnity", country)),
		)
		for tier in entry["tiers"]
	)
	return Indemnity(entry["currency"], tiers)


def _decimal(value: Any, place: str) -> Decimal:
	try:
		number = Decimal(str(value).strip())
	except InvalidOperation:
		raise RateError("{0}: not a number: {1}", place, repr(value)) from None
	if not number.is_finite():
		raise RateError("{0}: not a number: {1}", place, repr(value))
	return number
