from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.engine.statements.csv_guess import guess_mapping
from collections_app.engine.statements.csv_mapped import parse_csv
from collections_app.engine.statements.csv_mapping import CsvMapping, cut, missing_columns
from collections_app.engine.statements.errors import StatementError
from tests.unit.statements.csv_files import AMERICAN, DUTCH, GERMAN

MAPPING = CsvMapping(
	columns={
		"Buchungstag": "booking_date",
		"Wertstellung": "value_date",
		"Auftraggeber / Begünstigter": "counterparty_name",
		"IBAN": "counterparty_iban",
		"Verwendungszweck": "remittance",
		"Kundenreferenz": "end_to_end_id",
		"Betrag": "amount",
		"Währung": "currency",
	},
	skip_rows=1,
	account="DE89370400440532013000",
)


def test_a_row_by_its_mapping():
	statement = parse_csv(GERMAN.encode("cp1252"), MAPPING)[0]
	assert statement.account_iban == "DE89370400440532013000" and statement.currency == "EUR"
	first, second = statement.lines
	assert first.amount == Decimal("1190.00") and second.amount == Decimal("-12.50")
	assert (first.booking_date, first.value_date) == (date(2026, 11, 18), date(2026, 11, 19))
	assert first.counterparty_name == "Müller; Söhne" and first.counterparty_iban == "DE02120300000000202051"
	assert first.remittance == "Rechnung RE-1" and first.end_to_end_id == "E2E-7"


def test_a_word_tells_the_direction():
	mapping = replace(guess_mapping(DUTCH.encode()), currency="EUR", account="NL69INGB0123456789")
	assert [line.amount for line in parse_csv(DUTCH.encode(), mapping)[0].lines] == [
		Decimal("75.25"),
		Decimal("-30.00"),
	]


def test_two_columns_of_amounts():
	mapping = replace(guess_mapping(AMERICAN.encode()), currency="USD", account="1")
	assert [line.amount for line in parse_csv(AMERICAN.encode(), mapping)[0].lines] == [
		Decimal("1500.00"),
		Decimal("-15.00"),
	]


def test_the_guess_of_a_german_export_is_right():
	found = guess_mapping(GERMAN.encode())
	assert found.columns == MAPPING.columns
	assert (found.delimiter, found.date_format, found.decimal_mark, found.skip_rows) == (
		";",
		"%d.%m.%Y",
		",",
		1,
	)
	assert not missing_columns(cut(GERMAN.encode(), found).headings, found)
	assert missing_columns(cut(DUTCH.encode(), found).headings, found)


def test_equal_movements_are_told_apart_and_known_again():
	twice = GERMAN.rstrip() + "\n19.11.2026;19.11.2026;Bank;;Entgelt;;-12,50;EUR\n"
	lines = parse_csv(twice.encode(), MAPPING)[0].lines
	assert len({line.external_id for line in lines}) == 3
	assert lines[1].external_id == parse_csv(GERMAN.encode(), MAPPING)[0].lines[1].external_id


@pytest.mark.parametrize(
	("old", "new", "message"),
	[
		("1.190,00", "1.19O,00", "Row 3: The amount '1.19O,00' is no amount"),
		("18.11.2026;", "2026-11-18;", "Row 3: The booking date '2026-11-18' is not written as"),
		("-12,50;EUR", "-12,50;Euro", "Row 4: 'EURO' is no currency code"),
		("1.190,00", "1190.00", "Row 3: The amount '1190.00' is no amount"),
		("Betrag", "Summe", "The column 'Betrag' is missing"),
	],
)
def test_what_is_wrong_is_named_by_row_and_column(old, new, message):
	with pytest.raises(StatementError, match=message):
		parse_csv(GERMAN.replace(old, new).encode(), MAPPING)


@pytest.mark.parametrize(
	("columns", "message"),
	[
		({"a": "booking_date"}, "no column for the amount"),
		({"a": "amount"}, "no column for the booking date"),
		({"a": "booking_date", "b": "amount", "c": "amount"}, "two columns for amount"),
		({"a": "booking_date", "b": "sum"}, "unknown role: sum"),
	],
)
def test_a_mapping_that_cannot_work_is_told(columns, message):
	with pytest.raises(StatementError, match=message):
		parse_csv(b"a;b;c\n", CsvMapping(columns=columns, currency="EUR"))


def test_no_headings_no_guess():
	with pytest.raises(StatementError, match="headings"):
		guess_mapping(b"hello world\nthis is text\n")


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_lines_or_one_error(data):
	for give in (
		lambda: parse_csv(data, MAPPING),
		lambda: parse_csv(GERMAN.encode() + data, MAPPING),
		lambda: guess_mapping(data),
	):
		try:
			give()
		except StatementError as error:
			assert str(error)


@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False))
def test_an_amount_is_read_as_it_was_written(amount):
	for mark, group in ((",", "."), (".", ","), (",", " "), (".", "'")):
		written = f"{amount:,.2f}".replace(",", "_").replace(".", mark).replace("_", group)
		data = f"d;a\n01.01.2026;{written}\n".encode()
		mapping = CsvMapping({"d": "booking_date", "a": "amount"}, decimal_mark=mark, currency="EUR")
		assert parse_csv(data, mapping)[0].lines[0].amount == amount
