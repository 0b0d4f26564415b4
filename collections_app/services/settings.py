"""Collections Settings, read once per request."""

from datetime import time, timedelta

import frappe
from frappe import _

from collections_app.exceptions import SettingsMissingError


def get():
	"""The Collections Settings document (cached)."""
	return frappe.get_cached_doc("Collections Settings")


def enabled_companies() -> list[str]:
	"""Companies that have the daily run switched on, in the order of the settings."""
	return [row.company for row in get().companies if row.enabled]


def company_row(company: str):
	"""The settings of one company. SettingsMissingError when it is not listed."""
	for row in get().companies:
		if row.company == company:
			return row
	raise SettingsMissingError(
		_("Company {0} is not listed in Collections Settings").format(frappe.bold(company))
	)


def block_size() -> int:
	"""Customers that are written and committed together."""
	return get().block_size or 500


def company_currency(company: str) -> str:
	return frappe.get_cached_value("Company", company, "default_currency")


def as_time(value) -> time | None:
	"""A Time field comes as timedelta from the database and as text from a form."""
	if value in (None, ""):
		return None
	if isinstance(value, timedelta):
		seconds = int(value.total_seconds())
		return time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
	if isinstance(value, time):
		return value
	return time(*(int(float(part)) for part in str(value).split(":")))
