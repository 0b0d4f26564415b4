"""Business days: a country's working week, less its holidays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True)
class Calendar:
	"""`holidays`: the days off; `weekend`: the weekdays off, Monday = 0."""

	holidays: frozenset[date] = frozenset()
	weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})

	@cached_property
	def busdays(self) -> np.busdaycalendar:
		"""As numpy takes it. ValueError when no weekday is left."""
		mask = [weekday not in self.weekend for weekday in range(7)]
		return np.busdaycalendar(weekmask=mask, holidays=np.array(sorted(self.holidays), "datetime64[D]"))


# Where nothing is known of the country.
WEEKDAYS = Calendar()


def is_business_day(day: date, calendar: Calendar = WEEKDAYS) -> bool:
	"""True on the weekdays of the working week unless the day is a holiday."""
	return bool(np.is_busday(np.datetime64(day, "D"), busdaycal=calendar.busdays))


def business_days_between(start: date, end: date, calendar: Calendar = WEEKDAYS) -> int:
	"""Business days after `start` up to and including `end`; negative when `end` is before `start`.

	Friday to Monday is 1, Friday to Sunday 0, any day to itself 0.
	"""
	if end < start:
		return -business_days_between(end, start, calendar)
	# busday_count counts [a, b): one day later on both sides makes it (start, end].
	after, until = np.datetime64(start, "D") + 1, np.datetime64(end, "D") + 1
	return int(np.busday_count(after, until, busdaycal=calendar.busdays))


def add_business_days(day: date, count: int, calendar: Calendar = WEEKDAYS) -> date:
	"""The `count`-th business day after `day` (before it when negative); `day` itself when `count` is 0."""
	return add_business_days_to_all(np.array([np.datetime64(day, "D")]), count, calendar)[0].item()


def add_business_days_to_all(days: np.ndarray, count: int, calendar: Calendar = WEEKDAYS) -> np.ndarray:
	"""`add_business_days` for an array of datetime64 days; NaT stays NaT."""
	days = days.astype("datetime64[D]")
	if count == 0:
		return days
	known = ~np.isnat(days)
	moved = days.copy()
	# Rolling against the direction makes Saturday + 1 the Monday, and Saturday - 1 the Friday.
	roll = "backward" if count > 0 else "forward"
	moved[known] = np.busday_offset(days[known], count, roll=roll, busdaycal=calendar.busdays)
	return moved


def add_business_days_by_country(
	days: pd.Series, count: int, countries: pd.Series, calendars: Mapping[str, Calendar]
) -> pd.Series:
	"""`add_business_days` for a column of days, each by the calendar of its country.

	`countries`: same index as `days`; `calendars`: country -> its calendar, WEEKDAYS for one that is missing.
	datetime64[ns], NaT stays NaT.
	"""
	moved = pd.Series(pd.NaT, index=days.index, dtype="datetime64[ns]")
	for country, some in days.groupby(countries.astype(object).fillna(""), sort=False):
		values = some.to_numpy().astype("datetime64[D]")
		moved[some.index] = add_business_days_to_all(values, count, calendars.get(country, WEEKDAYS))
	return moved
