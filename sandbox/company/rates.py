"""Month by month exchange rates to the euro: a random walk round a plausible level."""

from datetime import date
from decimal import Decimal
from random import Random

from .models import ExchangeRate

# Currency -> (level, decimals)
LEVELS = {"GBP": (1.165, 5), "USD": (0.905, 5), "JPY": (0.0061, 6)}


class ExchangeRates:
	"""Rates of every month from `start` to `end`, looked up by date."""

	def __init__(self, seed: int, start: date, end: date):
		self.rates: list[ExchangeRate] = []
		self._by_month: dict[tuple[str, int, int], Decimal] = {}
		for currency, (level, decimals) in LEVELS.items():
			random = Random(f"{seed}:rates:{currency}")
			value = level
			year, month = start.year, start.month
			while (year, month) <= (end.year, end.month):
				rate = Decimal(f"{value:.{decimals}f}")
				self.rates.append(ExchangeRate(currency, date(year, month, 1), rate))
				self._by_month[currency, year, month] = rate
				# pulled back a little, so that two years never leave the plausible
				value += random.gauss(0, 0.009) * level + 0.1 * (level - value)
				year, month = (year, month + 1) if month < 12 else (year + 1, 1)

	def on(self, currency: str, day: date) -> Decimal:
		"""EUR for one `currency` on `day`; 1 for EUR itself."""
		return Decimal(1) if currency == "EUR" else self._by_month[currency, day.year, day.month]
