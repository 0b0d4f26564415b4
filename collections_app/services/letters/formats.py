"""Words, amounts and days as a language writes them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_percent

import frappe
from frappe import _
from frappe.utils import getdate

# the Portuguese texts are European; Babel takes the bare language for Brazil's
LOCALES = {"pt": "pt_PT"}
LABELS = Path(__file__).parents[2] / "data" / "letter_labels.json"


@contextmanager
def speaking(language: str) -> Iterator[None]:
	"""Everything translated inside is in that language."""
	before = frappe.local.lang
	frappe.local.lang = language
	try:
		yield
	finally:
		frappe.local.lang = before


@cache
def _every_label() -> dict[str, dict[str, str]]:
	return json.loads(LABELS.read_text(encoding="utf-8"))


def labels(language: str) -> dict[str, str]:
	"""The words around a letter: table, charges, reference block; those of the base language for de-AT."""
	every = _every_label()
	known = every.get(language) or every.get(language.split("-")[0])
	return known or {key: _(text, lang=language) for key, text in every["en"].items()}


def locale_of(language: str) -> Locale:
	"""How numbers and days are written for readers of a language; English where it is not known."""
	try:
		return Locale.parse(LOCALES.get(language) or language.replace("-", "_"))
	except (UnknownLocaleError, ValueError):
		return Locale("en")


def format_money(amount: float, currency: str, locale: Locale) -> str:
	# a line must not break between an amount and its currency
	return format_currency(amount, currency, locale=locale).replace(" ", "\u00a0")


def format_rate(percent: float, locale: Locale) -> str:
	pattern = locale.percent_formats[None].pattern.replace("0", "0.###", 1)
	text = format_percent(Decimal(str(percent)) / 100, format=pattern, locale=locale)
	return text.replace(" ", "\u00a0")


def format_day(day: date, locale: Locale) -> str:
	return format_date(getdate(day), format="medium", locale=locale)
