"""Dates and amounts as banks write them into CSV exports."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

BLANKS = re.compile(r"[\s\u00a0\u202f'’]")
# a currency before or behind the amount: "£67.40", "EUR 12,00", "12,00 €"
CURRENCY = re.compile(r"^(?:[A-Z]{3}|[£€$¥])|(?:[A-Z]{3}|[£€$¥])$")
MINUS = str.maketrans({"−": "-", "–": "-", "﹣": "-"})
TIME = re.compile(r"[T ,]+\d{1,2}[:.]\d\d.*$")
NUMBER = {
	mark: re.compile(
		# groups of three, or it is the other way round: 75,25 is not 7525
		rf"([+-]?)(\d{{1,3}}(?:{group}\d{{3}}){{1,4}}|\d{{1,15}})(?:{written}(\d{{0,5}}))?([+-]?)",
		re.ASCII,
	)
	for mark, written, group in ((",", ",", r"\."), (".", r"\.", ","))
}


def day_of(written: str, date_format: str) -> date | None:
	"""The day of a text in a format of strptime; a time behind it is passed over. None when it is none."""
	for text in (written, TIME.sub("", written)):
		try:
			return datetime.strptime(text, date_format).date()
		except ValueError:
			continue
	return None


def number_of(written: str, decimal_mark: str) -> Decimal | None:
	"""The amount of a text whose decimal mark is known: sign before or behind it or brackets, thousands grouped or not,
	perhaps with a currency. None when it is none."""
	compact = BLANKS.sub("", written).translate(MINUS)
	bracketed = compact.startswith("(") and compact.endswith(")")
	if bracketed:
		compact = compact[1:-1]
	sign = compact[0] if compact[:1] in ("-", "+") else ""
	compact = sign + CURRENCY.sub("", compact[len(sign) :])
	match = NUMBER[decimal_mark].fullmatch(compact)
	if not match or (match[1] and match[4]) or (bracketed and (match[1] or match[4])):
		return None
	minus = bracketed or "-" in (match[1], match[4])
	return Decimal(f"{'-' if minus else ''}{re.sub('[.,]', '', match[2])}.{match[3] or '0'}")
