"""What reports are put together from: columns, figures above the table, months."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.utils import add_months, flt, format_date, get_first_day, getdate

GREEN, BLUE, ORANGE, RED, GREY = "#30A66D", "#2490EF", "#F08C3A", "#E24C4C", "#A6B1B9"


def _column(fieldname: str, label: str, fieldtype: str, width: int, **more) -> dict:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def money(fieldname: str, label: str, width: int = 130) -> dict:
	return _column(fieldname, label, "Currency", width, options="currency")


def whole(fieldname: str, label: str, width: int = 100) -> dict:
	return _column(fieldname, label, "Int", width)


def number(fieldname: str, label: str, width: int = 110) -> dict:
	"""One decimal; an average, so the table's total leaves it out."""
	return _column(fieldname, label, "Float", width, precision=1, disable_total=1)


def percent(fieldname: str, label: str, width: int = 110) -> dict:
	return _column(fieldname, label, "Percent", width, precision=1, disable_total=1)


def day(fieldname: str, label: str, width: int = 110) -> dict:
	# the table takes a column that begins with an empty cell for numbers
	return _column(fieldname, label, "Date", width, align="left")


def text(fieldname: str, label: str, width: int = 160) -> dict:
	return _column(fieldname, label, "Data", width, align="left")


def link(fieldname: str, label: str, doctype: str, width: int = 170) -> dict:
	return _column(fieldname, label, "Link", width, options=doctype, align="left")


def currency_column() -> dict:
	return _column("currency", _("Currency"), "Link", 80, options="Currency", hidden=1)


def figure(
	label: str, value, datatype: str = "Int", indicator: str = "Blue", currency: str | None = None
) -> dict:
	"""A figure above the table."""
	return {
		"label": label,
		"value": value,
		"datatype": datatype,
		"indicator": indicator,
		**({"currency": currency} if currency else {}),
	}


def sum_figure(label: str, value: float, currency: str, indicator: str = "Blue") -> dict:
	return figure(label, flt(value, 2), "Currency", indicator, currency)


def decimal_figure(label: str, value: float | None, indicator: str = "Blue") -> dict:
	"""One decimal, as the user's number format has it."""
	shown = "" if value is None else frappe.format_value(value, {"fieldtype": "Float", "precision": 1})
	return figure(label, shown, "Data", indicator)


def percent_figure(label: str, value: float | None, indicator: str = "Blue") -> dict:
	"""One decimal, as in the tables; the desk would show two."""
	shown = decimal_figure(label, value, indicator)
	return {**shown, "value": f"{shown['value']}%" if shown["value"] else ""}


def share(part: float, whole_: float) -> float | None:
	"""Percent, or None of nothing."""
	return flt(100 * part / whole_, 1) if whole_ else None


def period_of(filters, months: int = 3) -> tuple[date, date]:
	"""from_date and to_date of the filters; without them this month and those before it, up to today."""
	until = getdate(filters.get("to_date") or None)
	if filters.get("from_date"):
		return getdate(filters.get("from_date")), until
	return getdate(add_months(get_first_day(until), 1 - months)), until


def month_of(value) -> str:
	"""The key of a day's month, in order of time: 2026-11."""
	return getdate(value).strftime("%Y-%m")


def month_label(key: str) -> str:
	return format_date(f"{key}-01", "MMM yyyy")


def not_for_some() -> str:
	"""Why a report stays empty for who does not see all customers."""
	return _("These figures are of the whole company, and you do not see all of its customers.")
