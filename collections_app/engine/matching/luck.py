"""How likely it is that an amount fits by mere chance, and what a fit is then worth.

An amount that hits one of a customer's two items says a lot; one that hits one of two thousand says little.
Around the amount, the candidates (items, or sums of items) are counted; divided by the number of amounts
possible there, that is the chance that an unrelated amount hits one. Bayes' rule then gives the probability
that the fit is right.
"""

from __future__ import annotations

import numpy as np

WINDOW_SHARE, WINDOW_LEAST = 0.05, 500


def chance_of_hit(sorted_amounts: np.ndarray, amount: int) -> float:
	"""Candidates per possible amount near `amount` (both in minor units), at most 1."""
	window = max(int(abs(amount) * WINDOW_SHARE), WINDOW_LEAST)
	low = np.searchsorted(sorted_amounts, amount - window, "left")
	high = np.searchsorted(sorted_amounts, amount + window, "right")
	return min(1.0, float(high - low) / (2 * window + 1))


def confidence(prior: float, chance: float, ceiling: float = 0.995) -> float:
	"""P(right | it fits): Bayes with `prior` = P(such a payment), P(fits | right) = 1, P(fits | not) =
	`chance`."""
	return min(ceiling, prior / (prior + (1 - prior) * chance))
