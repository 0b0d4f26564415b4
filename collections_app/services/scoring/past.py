"""A company's past days as cases: who was scored how, and who went bad."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from collections_app.engine.risk_backtest import ShortHistoryError, past_cases, past_days
from collections_app.engine.scorecards import Scorecard
from collections_app.services.run.context import RunContext
from collections_app.services.scoring.sources import Records, sources_on

# so many past days at most, the newest: more add little and cost time
MOST_DAYS = 24


def read_cases(
	company: str,
	today: date,
	scorecard: Scorecard,
	bad_days: int,
	horizon_days: int,
	on_progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:
	"""See `risk_backtest.past_cases`. ShortHistoryError when the invoices do not reach back far enough."""
	context = RunContext(company, today)
	history = context.history
	if not len(history):
		raise ShortHistoryError(None, 0, 0)
	days = past_days(history["posting_date"].min().date(), today, horizon_days)[-MOST_DAYS:]
	records = Records.read(company)
	segments = context.customers["customer_group"].rename(None)
	return past_cases(
		lambda day: sources_on(company, day, segments, records),
		days,
		today,
		scorecard,
		bad_days,
		horizon_days,
		outcome_history=history,
		on_day=lambda done: on_progress(done / len(days)) if on_progress else None,
	)
