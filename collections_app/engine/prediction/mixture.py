"""The days an invoice is paid after its due date, as a distribution: undisputed, or disputed and later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collections_app.engine.prediction.student import StudentTable, student_table

# steps towards a quantile: Newton's, halved where it would leave what is known; as many halvings alone would do
STEPS = 60
# so near in days a quantile is found
NEAR = 1e-6
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
		return _below(student_table(self.tails), days, *self._parts())

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
		found = self._solve(target, low, high)
		return found if after is None else np.maximum(found, after)

	def _parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
		return self.usual, self.disputed, self.chance, self.spread

	def _solve(self, target: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
		"""Where `below` is `target`, between `low` and `high`: Newton's steps inside an interval that only shrinks."""
		table = student_table(self.tails)
		found = self.usual + self.chance * (self.disputed - self.usual)
		found = np.clip(found, low, high).astype("float64")
		low, high = low.astype("float64"), high.astype("float64")
		left = np.arange(len(found))
		for _step in range(STEPS):
			usual, disputed, chance, spread = (part[left] for part in self._parts())
			here, wanted = found[left], target[left]
			missing = wanted - _below(table, here, usual, disputed, chance, spread)
			low[left] = np.where(missing > 0, here, low[left])
			high[left] = np.where(missing <= 0, here, high[left])
			slope = _density(table, here, usual, disputed, chance, spread)
			with np.errstate(divide="ignore", invalid="ignore"):
				new = here + missing / slope
			inside = (new > low[left]) & (new < high[left])
			new = np.where(inside, new, (low[left] + high[left]) / 2)
			found[left] = new
			left = left[(np.abs(new - here) > NEAR) & (high[left] - low[left] > NEAR)]
			if not len(left):
				break
		return found


def _below(table: StudentTable, days, usual, disputed, chance, spread) -> np.ndarray:
	first = table.below((days - usual) / spread)
	second = table.below((days - disputed) / spread)
	return (1 - chance) * first + chance * second


def _density(table: StudentTable, days, usual, disputed, chance, spread) -> np.ndarray:
	first = table.density((days - usual) / spread)
	second = table.density((days - disputed) / spread)
	return ((1 - chance) * first + chance * second) / spread
