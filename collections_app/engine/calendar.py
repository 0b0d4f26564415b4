"""Business days: Monday to Friday, less the holidays given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np

NO_HOLIDAYS: frozenset[date] = frozenset()


def is_business_day(day: date, holidays: Iterable[date] = NO_HOLIDAYS) -> bool:
	"""True from Monday to Friday unless the day is a holiday."""
	return bool(np.is_busday(np.datetime64(day, "D"), holidays=_days(holidays)))


def business_days_between(start: date, end: date, holidays: Iterable[date] = NO_HOLIDAYS) -> int:
	"""Business days after `start` up to and including `end`; negative when `end` is before `start`.

	Friday to Monday is 1, Friday to Sunday 0, any day to itself 0.
	"""
	if end < start:
		return -business_days_between(end, start, holidays)
	# busday_count counts [a, b): one day later on both sides makes it (start, end].
	after, until = np.datetime64(start, "D") + 1, np.datetime64(end, "D") + 1
	return int(np.busday_count(after, until, holidays=_days(holidays)))


def add_business_days(day: date, count: int, holidays: Iterable[date] = NO_HOLIDAYS) -> date:
	"""The `count`-th business day after `day` (before it when negative); `day` itself when `count` is 0."""
	return add_business_days_to_all(np.array([np.datetime64(day, "D")]), count, holidays)[0].item()


def add_business_days_to_all(
	days: np.ndarray, count: int, holidays: Iterable[date] = NO_HOLIDAYS
) -> np.ndarray:
	"""`add_business_days` for an array of datetime64 days; NaT stays NaT."""
	days = days.astype("datetime64[D]")
	if count == 0:
		return days
	known = ~np.isnat(days)
	moved = days.copy()
	# Rolling against the direction makes Saturday + 1 the Monday, and Saturday - 1 the Friday.
	roll = "backward" if count > 0 else "forward"
	moved[known] = np.busday_offset(days[known], count, roll=roll, holidays=_days(holidays))
	return moved


def _days(holidays: Iterable[date]) -> np.ndarray:
	return np.array(sorted(holidays), dtype="datetime64[D]")
