"""A first mapping for an unknown CSV export, guessed from its headings and values; a person looks at it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable

from collections_app.engine.statements.csv_mapped import BOOKED_WORDS, PENDING_WORDS
from collections_app.engine.statements.csv_mapping import ROWS_BEFORE_HEADINGS, CsvMapping, text_of
from collections_app.engine.statements.csv_values import day_of, number_of
from collections_app.engine.statements.csv_words import WORDS
from collections_app.engine.statements.errors import StatementError

PATTERNS = {
	role: [re.compile(rf"(?<!\w){re.escape(word)}") for word in words] for role, words in WORDS.items()
}
# whether a line can be headings at all, at one look
ANY_WORD = re.compile(
	"|".join(sorted({rf"(?<!\w){re.escape(word)}" for words in WORDS.values() for word in words}))
)
DATES = ("booking_date", "value_date")
NUMBERS = ("amount", "credit", "debit", "balance")
DELIMITERS = (";", ",", "\t", "|")
DATE_FORMATS = (
	"%Y-%m-%d",
	"%d.%m.%Y",
	"%d/%m/%Y",
	"%d-%m-%Y",
	"%m/%d/%Y",
	"%Y%m%d",
	"%d.%m.%y",
	"%d/%m/%y",
	"%d-%m-%y",
	"%m/%d/%y",
	"%Y/%m/%d",
	"%Y.%m.%d",
	"%Y.%m.%d.",
	"%d.%m.%Y.",
	"%d %b %Y",
	"%d-%b-%Y",
	"%d %b %y",
	"%d-%b-%y",
	"%b %d, %Y",
)
# where the headings end and enough rows follow to tell how dates are written
MOST_LOOKED_AT = 200_000
VALUES_LOOKED_AT = 40
LINES_LOOKED_AT = ROWS_BEFORE_HEADINGS + 40
IN_HEADING = re.compile(r"\(?\b([A-Z]{3})\b\)?\s*$")


def guess_mapping(data: bytes, encoding: str = "") -> CsvMapping:
	"""What the file seems to be; `encoding` where it is known. StatementError when no line looks like headings."""
	lines = (
		text_of(data[:MOST_LOOKED_AT], encoding)
		.replace("\r\n", "\n")
		.replace("\r", "\n")
		.split("\n")[:LINES_LOOKED_AT]
	)
	found = _headings(lines)
	if not found:
		raise StatementError("No row looks like the headings of an account export")
	delimiter, skip, names = found
	rows = [row for row in _cut(lines[skip + 1 :], delimiter) if any(row)][:VALUES_LOOKED_AT]
	values = {
		name: [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
		for place, name in reversed(list(enumerate(names)))
	}
	columns = _roles(names, values)
	_find_own_account(columns, values, len(rows))
	of_role = {role: name for name, role in columns.items()}
	amounts = [one for role in NUMBERS for one in values.get(of_role.get(role, ""), ())]
	debits = [one for one in values.get(of_role.get("debit", ""), ()) if re.search("[1-9]", one)]
	return CsvMapping(
		columns=columns,
		delimiter=delimiter,
		date_format=_date_format(values.get(of_role.get("booking_date", ""), [])),
		decimal_mark=_decimal_mark(amounts),
		currency="" if "currency" in of_role else _currency(of_role, values),
		skip_rows=skip,
		signed_debits=bool(debits) and all("-" in one or "−" in one for one in debits),
	)


def _headings(lines: list[str]) -> tuple[str, int, list[str]] | None:
	"""Delimiter, number of lines before, and names: those of the line in which most roles are found."""
	best, most = None, 1
	for number, line in enumerate(lines[:ROWS_BEFORE_HEADINGS]):
		if len(ANY_WORD.findall(line.casefold())) <= 1:
			continue
		for delimiter in DELIMITERS:
			if delimiter not in line:
				continue
			names = [one.strip() for row in _cut([line], delimiter) for one in row]
			roles = len(set(_roles(names, {}).values()))
			if roles > most:
				best, most = (delimiter, number, names), roles
	return best


def _cut(lines: list[str], delimiter: str) -> list[list[str]]:
	try:
		return list(csv.reader(lines, delimiter=delimiter))
	except csv.Error:
		return []


def _roles(names: list[str], values: dict[str, list[str]]) -> dict[str, str]:
	"""Heading -> role; each role once, but for the remittance. A column whose `values` are no dates or amounts is none."""
	columns: dict[str, str] = {}
	plain = {name: name.casefold() for name in names if name}
	for role, words in PATTERNS.items():
		for word in words:
			fitting = [
				name
				for name, folded in plain.items()
				if name not in columns and word.search(folded) and _can_be(role, values.get(name, []))
			]
			for name in fitting if role == "remittance" else fitting[:1]:
				columns[name] = role
			if fitting and role != "remittance":
				break
	if "amount" in columns.values():
		columns = {name: role for name, role in columns.items() if role not in ("credit", "debit")}
	return columns


def _find_own_account(columns: dict[str, str], values: dict[str, list[str]], rows: int) -> None:
	"""A column of account numbers that says the same in every row is that of the account itself."""
	if rows < 2 or "account" in columns.values():
		return
	for name, role in columns.items():
		if role == "counterparty_iban" and len(values[name]) == rows and len(set(values[name])) == 1:
			columns[name] = "account"


def _can_be(role: str, values: list[str]) -> bool:
	if role in DATES:
		return _mostly(values, lambda one: any(day_of(one, written) for written in DATE_FORMATS))
	if role in NUMBERS:
		return _mostly(values, lambda one: any(number_of(one, mark) is not None for mark in ",."))
	if role == "currency":
		return _mostly(values, lambda one: len(one) == 3 and one.isalpha())
	if role == "account":
		# every movement is of the same account; with one movement nobody can tell
		return len(set(values)) <= 1
	if role == "status":
		return _mostly(values, lambda one: one.casefold() in PENDING_WORDS | BOOKED_WORDS)
	return True


def _mostly(values: list[str], true: Callable[[str], bool]) -> bool:
	"""Whether it is true of two in three; totals and notes stand below the movements."""
	return not values or sum(map(true, values)) * 3 >= len(values) * 2


def _date_format(values: list[str]) -> str:
	"""The first format in which most are dates."""
	best = max(DATE_FORMATS, key=lambda written: sum(day_of(one, written) is not None for one in values))
	return best if values else DATE_FORMATS[0]


def _decimal_mark(values: list[str]) -> str:
	"""The mark that stands before the last one or two digits in most values; of whole numbers the one with which more of
	them are amounts."""
	marks = Counter(match[1] for one in values if (match := re.search(r"([.,])\d{1,2}\D*$", one)))
	if marks:
		return marks.most_common(1)[0][0]
	return max(".,", key=lambda mark: sum(number_of(one, mark) is not None for one in values))


def _currency(of_role: dict[str, str], values: dict[str, list[str]]) -> str:
	"""That in a heading ("Betrag (EUR)") or before the amounts ("EUR 12,00")."""
	for role in NUMBERS:
		name = of_role.get(role, "")
		if match := IN_HEADING.search(name):
			return match[1]
		found = {match[0] for one in values.get(name, ()) if (match := re.search(r"\b[A-Z]{3}\b", one))}
		if len(found) == 1:
			return found.pop()
	return ""
