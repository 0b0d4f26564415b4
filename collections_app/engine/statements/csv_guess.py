"""A first mapping for an unknown CSV export, guessed from its headings and values; a person looks at it."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import datetime

from collections_app.engine.statements.csv_mapped import CsvMapping
from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.texts import decode

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
	"%Y/%m/%d",
)
LINES_LOOKED_AT = 30
# role -> words in a heading, the most telling first; English, German, French, Spanish, Italian, Portuguese, Dutch
WORDS = {
	"counterparty_iban": (
		"counterparty iban",
		"gegenkonto",
		"tegenrekening",
		"iban",
		"kontonummer",
		"compte du tiers",
	),
	"counterparty_bic": ("bic", "swift"),
	"value_date": (
		"value date",
		"valuta",
		"wertstellung",
		"date de valeur",
		"fecha valor",
		"data valuta",
		"rentedatum",
	),
	"booking_date": (
		"booking date",
		"transaction date",
		"buchungstag",
		"buchung",
		"date",
		"fecha",
		"data",
		"datum",
	),
	"direction": ("af bij", "credit/debit", "soll/haben", "direction"),
	"credit": ("credit", "crédit", "haben", "abono", "accrediti", "entrate", "bij", "crédito"),
	"debit": ("debit", "débit", "soll", "cargo", "addebiti", "uscite", "débito"),
	"amount": ("amount", "betrag", "umsatz", "montant", "importe", "importo", "valor", "bedrag"),
	"currency": ("currency", "währung", "waehrung", "devise", "divisa", "moneda", "valuta", "moeda", "munt"),
	"counterparty_name": (
		*(
			"counterparty",
			"payer",
			"name",
			"auftraggeber",
			"begünstigter",
			"beguenstigter",
			"zahlungspflichtiger",
		),
		*("tiers", "ordenante", "ordinante", "naam", "nome", "beneficiary"),
	),
	"end_to_end_id": ("end-to-end", "end to end", "kundenreferenz"),
	"reference": (
		"transaction id",
		"reference",
		"référence",
		"referencia",
		"riferimento",
		"referentie",
		"id",
	),
	"remittance": (
		*(
			"remittance",
			"description",
			"verwendungszweck",
			"libellé",
			"libelle",
			"concepto",
			"causale",
			"descri",
		),
		*("mededelingen", "omschrijving", "memo", "details", "communication"),
	),
	"balance": ("balance", "saldo", "solde"),
}


def guess_mapping(data: bytes) -> CsvMapping:
	"""What the file seems to be. StatementError when no line looks like headings."""
	lines = [line for line in decode(data).replace("\r", "\n").split("\n") if line.strip()][:LINES_LOOKED_AT]
	found = _headings(lines)
	if not found:
		raise StatementError("No line looks like the headings of an account export")
	delimiter, skip, names = found
	columns = _roles(names)
	values = [dict(zip(names, row, strict=False)) for row in _cut(lines[skip + 1 :], delimiter)]
	dated = next((name for name, role in columns.items() if role == "booking_date"), None)
	amounts = [name for name, role in columns.items() if role in ("amount", "credit", "debit")]
	return CsvMapping(
		columns=columns,
		delimiter=delimiter,
		date_format=_date_format([row.get(dated, "").strip() for row in values]),
		decimal_mark=_decimal_mark([row.get(name, "").strip() for row in values for name in amounts]),
		skip_rows=skip,
	)


def _headings(lines: list[str]) -> tuple[str, int, list[str]] | None:
	"""Delimiter, number of lines before, and names: those of the line in which most roles are found."""
	best, most = None, 1
	for number, line in enumerate(lines):
		for delimiter in DELIMITERS:
			names = [one.strip() for row in _cut([line], delimiter) for one in row]
			roles = len(set(_roles(names).values()))
			if roles > most:
				best, most = (delimiter, number, names), roles
	return best


def _cut(lines: list[str], delimiter: str) -> list[list[str]]:
	try:
		return list(csv.reader(lines, delimiter=delimiter))
	except csv.Error:
		return []


def _roles(names: list[str]) -> dict[str, str]:
	"""Heading -> role; each role once, but for the remittance."""
	columns: dict[str, str] = {}
	for role, words in WORDS.items():
		for word in words:
			fitting = [
				name
				for name in names
				if name and name not in columns and re.search(rf"(?<!\w){re.escape(word)}", name.casefold())
			]
			for name in fitting if role == "remittance" else fitting[:1]:
				columns[name] = role
			if fitting and role != "remittance":
				break
	if "amount" in columns.values():
		columns = {name: role for name, role in columns.items() if role not in ("credit", "debit")}
	return columns


def _date_format(values: list[str]) -> str:
	values = [one for one in values if one]
	for written in DATE_FORMATS:
		if values and all(_is_date(one, written) for one in values):
			return written
	return DATE_FORMATS[0]


def _is_date(value: str, written: str) -> bool:
	try:
		datetime.strptime(value, written)
	except ValueError:
		return False
	return True


def _decimal_mark(values: list[str]) -> str:
	"""The mark that stands before the last one or two digits in most values."""
	marks = Counter(match[1] for one in values if (match := re.search(r"([.,])\d{1,2}[+-]?$", one)))
	return marks.most_common(1)[0][0] if marks else "."
