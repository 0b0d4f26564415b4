"""How a customer's own habit is told from its paid invoices: how fast the old ones fade, how much spreads differ.

Both are learned: a company whose customers keep their habits for years is served worse by forgetting, and one whose
customers change is served worse by remembering.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import digamma, polygamma

from collections_app.engine.prediction.asof import sums_as_of

# days after which a paid invoice counts half; 0: it never fades
HALF_LIVES = (0.0, 360.0, 180.0, 90.0)
# so many invoices does the common noise weigh in a customer's own spread where too few customers tell
USUAL_PRIOR = 6.0
# with fewer customers of that many invoices nothing is told about how their spreads differ
LEAST_CUSTOMERS, LEAST_EACH = 10, 3
PRIOR_LIMITS = (2.0, 60.0)
# variance of what is cut off a whole day: no customer is told to be more exact
WHOLE_DAY = 1 / 12
# of what faded beyond any number, nothing is left
MOST_HALVINGS = 1000.0


def habit_sums(
	invoices: pd.DataFrame,
	deviation: pd.Series,
	disputed: pd.Series,
	half_life: float,
	asked_on: pd.Series | None = None,
) -> pd.DataFrame:
	"""What was known of each invoice's customer on its date (or on `asked_on`): see `asof.sums_as_of`.

	`deviation`: days each paid invoice was off what its features say. Columns: deviation, square (of the
	deviations), weight (how many invoices they stand for), each faded by `half_life` in days from the payment
	on; disputed, paid, overdue, overdue_days, last_value (of the deviation).
	"""
	if not half_life:
		known = sums_as_of(
			invoices,
			{"deviation": deviation, "square": deviation**2, "disputed": disputed},
			asked_on,
		)
		return known.assign(weight=known["paid"])
	asked = invoices["invoice_date"] if asked_on is None else asked_on
	last = asked.max()
	share = _halved((last - invoices["paid_on"]).dt.days.fillna(0.0) / half_life)
	known = sums_as_of(
		invoices,
		{
			"plain": deviation,
			"deviation": deviation * share,
			"square": deviation**2 * share,
			"weight": share,
			"disputed": disputed,
		},
		asked_on,
	)
	since = _halved((asked - last).dt.days / half_life)
	for name in ("deviation", "square", "weight"):
		known[name] *= since
	return known.drop(columns="plain")


def _halved(times: pd.Series) -> pd.Series:
	return 0.5 ** times.clip(-MOST_HALVINGS, MOST_HALVINGS)


def spread_prior(residual: pd.Series, customer: pd.Series) -> float:
	"""How many invoices the common noise weighs in a customer's own spread: the more, the more alike they are.

	The customers' variances as draws from a scaled inverse chi-square distribution, its degrees of freedom by the
	moments of their logarithms (Smyth 2004, section 6.2). `residual`: days off each paid invoice.
	"""
	groups = residual.groupby(customer)
	count = groups.size()
	variance = groups.var(ddof=1)[count >= LEAST_EACH].clip(lower=WHOLE_DAY)
	if len(variance) < LEAST_CUSTOMERS:
		return USUAL_PRIOR
	half = (count.reindex(variance.index) - 1) / 2
	logs = np.log(variance) - digamma(half) + np.log(half)
	differing = float(logs.var(ddof=1) - polygamma(1, half).mean())
	low, high = PRIOR_LIMITS
	# trigamma falls: where the spreads differ less than at the upper limit, they are alike
	if differing <= polygamma(1, high / 2):
		return high
	return float(np.clip(2 * _inverse_trigamma(differing), low, high))


def _inverse_trigamma(value: float) -> float:
	"""Newton's steps on 1 / trigamma, which is nearly straight (Smyth 2004, appendix)."""
	found = 0.5 + 1 / value
	for _step in range(50):
		here = float(polygamma(1, found))
		step = here * (1 - here / value) / float(polygamma(2, found))
		found += step
		if abs(step) < 1e-9 * found:
			break
	return found
