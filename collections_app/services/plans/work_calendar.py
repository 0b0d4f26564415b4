"""Business days of the customers' countries: weekends and public holidays, computed without network."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays
import pandas as pd

import frappe

from collections_app.engine.calendar import WEEKDAYS, Calendar
from collections_app.services.frames import chunks

# Further back a holiday no longer decides whether a step is due.
YEARS_BACK = 2


def calendars(countries: Iterable[str], first_year: int, last_year: int) -> dict[str, Calendar]:
	"""Country -> its business days of these years. One whose holidays are not known has Monday to Friday."""
	years = tuple(range(first_year, last_year + 1))
	return {country: calendar_of(code, years) for country, code in country_codes(countries).items() if code}


def calendars_around(
	countries: Iterable[str], day: date, days: pd.Series | None = None
) -> dict[str, Calendar]:
	"""`calendars` of the years around `day`, and of those of `days` (due dates) that may still matter."""
	first, last = day.year - 1, day.year + 1
	if days is not None and days.notna().any():
		first = max(min(first, days.min().year), day.year - YEARS_BACK)
		last = max(last, days.max().year + 1)
	return calendars(countries, first, min(last, day.year + YEARS_BACK))


@lru_cache(maxsize=1024)
def calendar_of(code: str, years: tuple[int, ...]) -> Calendar:
	"""The calendar of a country by its ISO code. The library's data never change while a worker runs."""
	try:
		found = holidays.country_holidays(code.upper(), years=years)
	except NotImplementedError:
		return WEEKDAYS
	return Calendar(frozenset(found), frozenset(found.weekend))


def country_codes(countries: Iterable[str]) -> dict[str, str]:
	"""Country -> its ISO code in small letters; what is no country of the site is left out."""
	codes: dict[str, str] = {}
	for names in chunks({country for country in countries if isinstance(country, str) and country}):
		rows = frappe.get_all("Country", {"name": ["in", names]}, ["name", "code"], as_list=True)
		codes.update((name, (code or "").lower()) for name, code in rows)
	return codes


def countries_of(customers: pd.DataFrame, company: str) -> pd.Series:
	"""The country of each customer (`customers`: column country); where it has none, the company's."""
	country = customers["country"]
	known = country.isin(list(country_codes(country.unique())))
	return country.where(known, company_country(company)).astype(object)


def company_country(company: str) -> str:
	return frappe.get_cached_value("Company", company, "country") or ""
