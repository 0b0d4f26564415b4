"""The days an invoice is paid after its due date, as a distribution: undisputed, or disputed and later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

# bisection steps: enough for a thousandth of a day over a range of years
STEPS = 45
# the least share of a distribution that is still told from nothing
LEAST = 1e-9


@dataclass(frozen=True)
class LatenessMixture:
	"""One distribution per invoice, of days late (negative = early), as a mixture of two Student t.

	`usual`, `disputed`: the centres; `chance`: probability of the second; `spread`: scale; `tails`: degrees
	of freedom, the same for all.
	"""

	usual: np.ndarray
	disputed: np.ndarray
	chance: np.ndarray
	spread: np.ndarray
	tails: float

	def below(self, days: np.ndarray | float) -> np.ndarray:
		"""Probability of being paid by `days` after the due date."""
		first = student.cdf((days - self.usual) / self.spread, self.tails)
		second = student.cdf((days - self.disputed) / self.spread, self.tails)
		return (1 - self.chance) * first + self.chance * second

	def late(self) -> np.ndarray:
		"""Probability of being paid after the due date (payments come on whole days)."""
		return 1 - self.below(0.5)

	def quantile(self, level: float, after: np.ndarray | None = None) -> np.ndarray:
		"""The days late that a payment stays below with probability `level`.

		`after`: known not to be paid up to that many days after the due date (-inf: nothing known); the
		quantile is then that of the rest of the distribution, and lies above it.
		"""
		low = np.minimum(self.usual, self.disputed) - 60 * self.spread
		high = np.maximum(self.usual, self.disputed) + 60 * self.spread
		target = np.full(len(self.usual), level)
		if after is not None:
			gone = np.minimum(np.where(np.isfinite(after), self.below(after), 0.0), 1 - LEAST)
			target = gone + level * (1 - gone)
			high = np.maximum(high, np.where(np.isfinite(after), after, high) + 60 * self.spread)
		for _step in range(STEPS):
			middle = (low + high) / 2
			under = self.below(middle) < target
			low, high = np.where(under, middle, low), np.where(under, high, middle)
		found = (low + high) / 2
		return found if after is None else np.maximum(found, after)
