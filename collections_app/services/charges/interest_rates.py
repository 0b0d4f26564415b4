"""Late Interest Rates as the engine's table, and whose law a company charges by."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import getdate

from collections_app.engine.interest import ACTUAL_365, DAY_COUNTS
from collections_app.engine.interest_rates import Indemnity, IndemnityTier, Rate, RateError, RateTable
from collections_app.services import settings
from collections_app.services.texts import message_of


def rate_table(on_error: Callable[[str, str], None]) -> RateTable:
	"""All rates. One that cannot be used is left out: `on_error` gets its name and what is wrong."""
	tiers = defaultdict(list)
	for row in frappe.get_all(
		"Late Interest Indemnity",
		{"parenttype": "Late Interest Rate"},
		["parent", "from_debt", "amount"],
		order_by="parent, idx",
	):
		tiers[row.parent].append(row)
	rates = []
	for record in frappe.get_all(
		"Late Interest Rate",
		fields=["name", "region", "effective_from", "annual_rate", "fixed_at_start", "indemnity_currency"],
		order_by="name",
	):
		try:
			rates.append(rate_of(record, tiers[record.name]))
		except RateError as error:
			on_error(record.name, message_of(error))
	return RateTable(rates)


def rate_of(record, tiers: Iterable) -> Rate:
	"""A Late Interest Rate as the engine's. RateError naming what cannot be used."""
	rows = tuple(tier_of(row) for row in tiers)
	return Rate(
		country=record.region,
		effective_from=getdate(record.effective_from),
		annual_rate=_exact(record.annual_rate),
		indemnity=Indemnity(record.indemnity_currency, rows) if rows else None,
		fixed_at_start=bool(record.fixed_at_start),
	)


def tier_of(row) -> IndemnityTier:
	return IndemnityTier(_exact(row.from_debt), _exact(row.amount))


def _exact(value) -> Decimal:
	"""A float as the number a person typed: 10.27, not 10.2699999."""
	return Decimal(str(value or 0))


def code_of(country: str | None) -> str:
	"""ISO 3166 code of a Country in capitals; empty when it is not known."""
	return (frappe.get_cached_value("Country", country, "code") or "").upper() if country else ""


def law_of(company: str) -> str:
	"""Code of the country whose law holds: the one set for the company, else its own; empty when neither is known."""
	chosen = _chosen(company, "law_country")
	return code_of(chosen or frappe.get_cached_value("Company", company, "country"))


def day_count(company: str) -> str:
	"""How the days of a year are counted, as set for the company: one of the engine's DAY_COUNTS."""
	chosen = (_chosen(company, "day_count") or "").lower()
	return chosen if chosen in DAY_COUNTS else ACTUAL_365


def _chosen(company: str, field: str) -> str | None:
	return next((row.get(field) for row in settings.get().companies if row.company == company), None)


def is_outdated(rates: RateTable, country: str, day: date) -> bool:
	"""Whether the rates that hold for the country end before the half-year of `day`."""
	return rates.at(country, day).country in rates.outdated(day)
