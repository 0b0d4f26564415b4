"""Bank CSV Formats between their documents and the engine: guess, preview, and the formats a connection may meet."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import frappe
from frappe import _

from collections_app.engine.statements import CsvFormat, CsvMapping, StatementError
from collections_app.engine.statements.csv_guess import guess_mapping
from collections_app.engine.statements.csv_mapping import cut
from collections_app.engine.statements.csv_preview import Preview, preview_csv
from collections_app.services.texts import told

DELIMITERS = {"Semicolon": ";", "Comma": ",", "Tab": "\t", "Pipe": "|"}
DECIMAL_MARKS = {"Comma": ",", "Point": "."}
# what a column can be, in the words of the form
MEANINGS = {
	"Booking Date": "booking_date",
	"Value Date": "value_date",
	"Amount": "amount",
	"Credit": "credit",
	"Debit": "debit",
	"Direction (in or out)": "direction",
	"Currency": "currency",
	"Payer or Payee": "counterparty_name",
	"IBAN or Account Number of the Payer": "counterparty_iban",
	"BIC of the Payer": "counterparty_bic",
	"Remittance Text": "remittance",
	"End-to-End ID": "end_to_end_id",
	"Bank's Reference": "reference",
	"Balance": "balance",
	"Our Account": "account",
	"Status (booked or pending)": "status",
}
DATE_PARTS = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "Mon": "%b", "DD": "%d"}
AUTOMATIC = "Automatic"
SAMPLE_LENGTH = 140


def formats_of(company: str) -> tuple[CsvFormat, ...]:
	"""The company's enabled formats, as connectors get them; those without any meaning are not finished."""
	names = frappe.get_all(
		"Bank CSV Format", filters={"company": company, "disabled": 0}, pluck="name", order_by="name"
	)
	formats = [format_of(frappe.get_doc("Bank CSV Format", name)) for name in names]
	return tuple(one for one in formats if one.mapping.columns)


def format_of(doc) -> CsvFormat:
	return CsvFormat(
		doc.name or doc.format_name or "",
		mapping_of(doc),
		tuple(row.heading for row in doc.columns),
		(doc.file_pattern or "").strip(),
	)


def mapping_of(doc) -> CsvMapping:
	"""The mapping as the document says it, saved or not."""
	return CsvMapping(
		columns={row.heading: MEANINGS[row.meaning] for row in doc.columns if row.meaning},
		delimiter=DELIMITERS.get(doc.delimiter, ";"),
		date_format=strptime_format(doc.date_format or ""),
		decimal_mark=DECIMAL_MARKS.get(doc.decimal_mark, ","),
		currency=doc.currency or "",
		account=number_of_account(doc.bank_account),
		skip_rows=doc.skip_rows or 0,
		turn_sign=bool(doc.turn_sign),
		encoding="" if doc.encoding in (None, "", AUTOMATIC) else doc.encoding,
		skip_last=doc.skip_last or 0,
		signed_debits=bool(doc.signed_debits),
		no_headings=bool(doc.no_headings),
	)


def number_of_account(bank_account: str | None) -> str:
	"""The number by which statements name a Bank Account."""
	if not bank_account:
		return ""
	iban, number = frappe.get_cached_value("Bank Account", bank_account, ["iban", "bank_account_no"])
	return "".join((iban or "").split()).upper() or (number or "").strip()


def guess(doc) -> dict[str, Any]:
	"""The fields of the form as the sample seems to be written. A person looks at them."""
	data = sample_of(doc)
	try:
		entered = mapping_of(doc)
		guessed = entered if doc.no_headings else guess_mapping(data, entered.encoding)
		mapping = replace(guessed, encoding=entered.encoding)
		rows = cut(data, mapping)
	except StatementError as error:
		frappe.throw(
			_("{0}. If the file has no headings, tick There Are No Headings and guess again.").format(
				told(error.text)
			)
		)
	meanings = {role: label for label, role in MEANINGS.items()}
	first = rows.rows[0][1] if rows.rows else ()
	return {
		"delimiter": _label(DELIMITERS, mapping.delimiter),
		"decimal_mark": _label(DECIMAL_MARKS, mapping.decimal_mark),
		"date_format": label_of_date_format(mapping.date_format),
		"currency": _known_currency(mapping.currency) or _currency_of(doc) or doc.currency,
		"skip_rows": mapping.skip_rows,
		"signed_debits": int(mapping.signed_debits),
		"columns": [
			{
				"heading": name,
				"meaning": meanings.get(mapping.columns.get(name, ""), ""),
				"sample": first[place].strip()[:SAMPLE_LENGTH] if place < len(first) else "",
			}
			for place, name in enumerate(rows.headings)
			if name and name not in rows.headings[:place]
		],
	}


def preview(doc) -> dict[str, Any]:
	"""The sample's first rows and what they become, for the form. What is wrong is told in place of raising it."""
	try:
		found = preview_csv(sample_of(doc), mapping_of(doc))
	except StatementError as error:
		found = Preview((), (), (), problem=told(error.text))
	return {
		"headings": found.headings,
		"before": found.before,
		"rows": [_shown(row) for row in found.rows],
		"booked": found.booked,
		"pending": found.pending,
		"failed": found.failed,
		"total": float(found.total),
		"account": found.account,
		"problem": told(found.problem),
	}


def sample_of(doc) -> bytes:
	"""The bytes of the attached sample, which the user has to be allowed to read."""
	if not doc.sample_file:
		frappe.throw(_("Attach a sample file first."))
	return file_bytes(doc.sample_file)


def file_bytes(file_url: str) -> bytes:
	"""A File's bytes as they are: get_content would guess at their encoding."""
	return Path(readable_file(file_url).get_full_path()).read_bytes()


def readable_file(file_url: str):
	"""The File document of an address; refused when it is not there or the user may not read it."""
	name = frappe.db.get_value("File", {"file_url": file_url}, order_by="creation desc")
	if not name:
		frappe.throw(_("The uploaded file {0} is not there.").format(file_url))
	file = frappe.get_doc("File", name)
	file.check_permission("read")
	return file


def strptime_format(label: str) -> str:
	"""`DD.MM.YYYY` as `%d.%m.%Y`."""
	written = label
	for part, code in DATE_PARTS.items():
		written = written.replace(part, code, 1)
	return written


def label_of_date_format(written: str) -> str:
	for part, code in DATE_PARTS.items():
		written = written.replace(code, part, 1)
	return written


def _label(choices: dict[str, str], value: str) -> str:
	return next((label for label, one in choices.items() if one == value), next(iter(choices)))


def _currency_of(doc) -> str:
	account = doc.bank_account and frappe.get_cached_value("Bank Account", doc.bank_account, "account")
	return (frappe.get_cached_value("Account", account, "account_currency") or "") if account else ""


def _known_currency(code: str) -> str:
	return code if code and frappe.db.exists("Currency", code) else ""


def _shown(row) -> dict[str, Any]:
	line = row.read.line if row.read else None
	shown = {
		"number": row.number,
		"cells": row.cells,
		"error": told(row.error),
		"pending": bool(row.read and not line),
	}
	if line:
		shown["line"] = {
			"date": str(line.booking_date),
			"value_date": str(line.value_date),
			"amount": float(line.amount),
			"currency": line.currency,
			"party": line.counterparty_name,
			"iban": line.counterparty_iban,
			"remittance": line.remittance,
			"end_to_end_id": line.end_to_end_id,
			"account": row.read.account,
			"balance": None if row.read.balance is None else float(row.read.balance),
		}
	return shown
