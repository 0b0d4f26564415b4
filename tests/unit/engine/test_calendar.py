from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.calendar import (
	Calendar,
	add_business_days,
	add_business_days_by_country,
	add_business_days_to_all,
	business_days_between,
	is_business_day,
)

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2024, 5, 31) + timedelta(days=n) for n in range(4))
DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))
HOLIDAYS = st.frozensets(st.dates(date(2024, 1, 1), date(2024, 12, 31)), max_size=8)


@pytest.mark.parametrize(
	("start", "end", "count"),
	[
		(FRIDAY, MONDAY, 1),
		(FRIDAY, SUNDAY, 0),
		(SATURDAY, MONDAY, 1),
		(MONDAY, MONDAY, 0),
		(MONDAY, FRIDAY, -1),
		(FRIDAY, FRIDAY + timedelta(days=14), 10),
	],
)
def test_business_days_between(start, end, count):
	assert business_days_between(start, end) == count


def test_holidays_are_no_business_days():
	assert business_days_between(FRIDAY, MONDAY, Calendar(frozenset({MONDAY}))) == 0
	assert add_business_days(FRIDAY, 1, Calendar(frozenset({MONDAY}))) == MONDAY + timedelta(days=1)
	assert not is_business_day(MONDAY, Calendar(frozenset({MONDAY})))
	assert is_business_day(MONDAY) and not is_business_day(SUNDAY)


@pytest.mark.parametrize(
	("day", "count", "result"),
	[
		(FRIDAY, 1, MONDAY),
		(SATURDAY, 1, MONDAY),
		(SATURDAY, -1, FRIDAY),
		(MONDAY, -1, FRIDAY),
		(SUNDAY, 0, SUNDAY),
	],
)
def test_add_business_days(day, count, result):
	assert add_business_days(day, count) == result


@given(DAYS, st.integers(1, 400), HOLIDAYS)
def test_adding_and_counting_are_inverse(day, count, holidays):
	calendar = Calendar(holidays)
	later = add_business_days(day, count, calendar)
	assert is_business_day(later, calendar)
	assert business_days_between(day, later, calendar) == count


@given(DAYS, DAYS, DAYS, HOLIDAYS)
def test_counting_adds_up(first, second, third, holidays):
	calendar = Calendar(holidays)
	whole = business_days_between(first, third, calendar)
	assert whole == business_days_between(first, second, calendar) + business_days_between(
		second, third, calendar
	)
	counted = sum(is_business_day(first + timedelta(days=n), calendar) for n in range(1, 15))
	assert business_days_between(first, first + timedelta(days=14), calendar) == counted


def test_arrays_keep_missing_days():
	moved = add_business_days_to_all(np.array([np.datetime64(FRIDAY), np.datetime64("NaT")]), 1)
	assert moved[0] == np.datetime64(MONDAY) and np.isnat(moved[1])


def test_the_weekend_is_that_of_the_calendar():
	gulf = Calendar(weekend=frozenset({4, 5}))  # Friday and Saturday
	assert is_business_day(SUNDAY, gulf) and not is_business_day(FRIDAY, gulf)
	assert add_business_days(FRIDAY - timedelta(days=1), 1, gulf) == SUNDAY
	assert add_business_days(SUNDAY, -1, gulf) == FRIDAY - timedelta(days=1)


def test_each_country_counts_by_its_own_calendar():
	days = pd.Series([FRIDAY, FRIDAY, FRIDAY, None], index=[7, 8, 9, 10], dtype="datetime64[ns]")
	countries = pd.Series(["Germany", "Atlantis", None, "Germany"], index=days.index)
	calendars = {"Germany": Calendar(frozenset({MONDAY}))}
	moved = add_business_days_by_country(days, 1, countries, calendars)
	# of an unknown country: Monday to Friday
	assert moved.dt.day.tolist()[:3] == [4, 3, 3] and moved.isna().tolist() == [False, False, False, True]
	back = add_business_days_by_country(days + pd.Timedelta(days=4), -1, countries, calendars)
	assert back.dt.day.tolist()[:3] == [31, 3, 3]
