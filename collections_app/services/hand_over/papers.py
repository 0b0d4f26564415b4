"""Papers as files: tables as CSV that a spreadsheet opens unharmed, pages as PDF."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import frappe
from frappe.utils.pdf import get_pdf

from collections_app.services.letters import format_day, format_money, format_rate, locale_of

TEMPLATES = "collections_app/templates/collections/hand_over"
# a cell that begins with one of these is a formula to a spreadsheet
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
BOM = "\ufeff"
MARGINS = {"margin-top": "18mm", "margin-bottom": "20mm", "margin-left": "18mm", "margin-right": "18mm"}


def csv_file(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
	"""UTF-8 with byte order mark, commas, CRLF; dates as ISO, amounts with a decimal point, no formulas."""
	text = io.StringIO()
	writer = csv.writer(text)
	writer.writerow(header)
	writer.writerows([cell(value) for value in row] for row in rows)
	return (BOM + text.getvalue()).encode("utf-8")


def cell(value: Any) -> str | int | float:
	"""A value as a cell. Numbers stay numbers; a text that a spreadsheet would compute gets an apostrophe."""
	if value is None:
		return ""
	if isinstance(value, bool | int | float):
		return value
	if isinstance(value, datetime):
		return value.strftime("%Y-%m-%dT%H:%M:%S")
	if isinstance(value, date):
		return value.isoformat()
	text = str(value)
	return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def pdf_file(template: str, language: str, **values: Any) -> bytes:
	"""The template `<template>.html` of this folder's templates as a PDF; numbers and days as the language writes them.

	The template's helpers: money(amount, currency), day(date), minute(datetime), rate(percent).
	"""
	locale = locale_of(language)
	html = frappe.render_template(
		f"{TEMPLATES}/{template}.html",
		{
			"lang": language,
			"money": lambda amount, currency: format_money(amount or 0, currency, locale),
			"day": lambda value: format_day(value, locale) if value else "",
			"minute": lambda value: f"{format_day(value, locale)} {value:%H:%M}",
			"rate": lambda percent: format_rate(percent, locale),
			**values,
		},
	)
	return get_pdf(html, dict(MARGINS))
