"""What became of customers after a day: the outcome a risk score is judged by, and a model learns from."""

from __future__ import annotations

from datetime import date

import pandas as pd

from collections_app.engine.behaviour import known_history
from collections_app.engine.frames import as_day, days

# so many days beyond its due date, an invoice has gone bad: the usual line between slow and doubtful
BAD_DAYS = 60
HORIZON_DAYS = 183


def outcomes(
	history: pd.DataFrame,
	as_of: date,
	until: date,
	bad_days: int = BAD_DAYS,
	horizon_days: int = HORIZON_DAYS,
	bad_on: pd.Series | None = None,
) -> pd.Series:
	"""Customer -> whether it went bad in the `horizon_days` after `as_of`, as known on `until`.

	Bad: an invoice, open on `as_of` or posted later, reached `bad_days` days past its due date in that time; or
	`bad_on` (customer -> day of an insolvency or write-off) lies in it. Only customers for whom it could come out
	either way: those with an invoice that can reach that age in time, and not bad already on `as_of`.
	ValueError when the time is not over on `until`: then it is not known who stays good.
	"""
	day, end = as_day(as_of), as_day(as_of) + pd.Timedelta(days=horizon_days)
	if end > as_day(until):
		raise ValueError(f"The outcome of {day.date()} is known on {end.date()}, not yet on {until}")
	known = known_history(history, end.date())
	reached = known["due_date"] + pd.Timedelta(days=bad_days + 1)
	paid = known["paid_on"]
	went_bad = (reached <= end) & (paid.isna() | (paid >= reached))
	before = went_bad & (reached <= day)
	# paid again by the day is past; bad and open on the day is no news
	still_bad = before & (paid.isna() | (paid > day))
	anew = went_bad & (reached > day)
	in_question = (reached > day) & (reached <= end) & ~(paid <= day)
	customer = known["customer"]
	found = anew.groupby(customer).any()
	judged = in_question.groupby(customer).any() & ~still_bad.groupby(customer).any()
	if bad_on is not None:
		fell = days(bad_on)
		inside = fell.index[(fell > day) & (fell <= end)]
		already = fell.index[fell <= day]
		found = found | found.index.isin(inside)
		judged = (judged | judged.index.isin(inside)) & ~judged.index.isin(already)
	return found[judged].astype(bool)
