"""Bad files: one clear error and no statement, never a half one, never an expanded entity."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.engine.statements import Statement, StatementError, detect, parse, parse_camt
from tests.unit.statements.camt_files import batch, camt, entry, transaction

GOOD = camt(entry(), entry("12.30", "DBIT", details=batch(transaction("6.15"), transaction("6.15"))))


def error_of(data: bytes) -> str:
	with pytest.raises(StatementError) as raised:
		parse_camt(data)
	return str(raised.value)


def test_a_truncated_file_says_so_and_where():
	message = error_of(GOOD[: len(GOOD) * 2 // 3])
	assert "cut off" in message and "Line 1" in message


def test_another_kind_of_xml_is_named():
	data = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn/></Document>'
	assert "pain.001.001.03" in error_of(data)
	assert "<rss>" in error_of(b"<rss><channel/></rss>")


def test_a_camt_file_without_statement_is_an_error():
	namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
	message = error_of(
		f'<Document xmlns="{namespace}"><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>'.encode()
	)
	assert "no statement" in message


@pytest.mark.parametrize("amount", ["", "12,50", "-5", "1e9", "NaN", "1.123456", "٣"])
def test_a_broken_amount_names_the_entry(amount):
	message = error_of(camt(entry(), entry(amount)))
	assert "Statement ST-7, entry 2" in message and "amount" in message


@pytest.mark.parametrize("day", ["17.11.2026", "2026-02-30", "20261117", "2026-11-17X"])
def test_a_broken_date_names_the_entry(day):
	message = error_of(camt(entry(booked=f"<BookgDt><Dt>{day}</Dt></BookgDt>")))
	assert "entry 1" in message and day in message


def test_missing_date_sign_currency_and_account_are_errors():
	assert "booking date is missing" in error_of(camt(entry(booked="", value="")))
	assert "CRDT or DBIT" in error_of(camt(entry(sign="C")))
	assert "currency" in error_of(camt(entry(currency="EURO")))
	assert "account is missing" in error_of(camt(entry(), account=""))
	assert "currency is missing" in error_of(camt(currency=""))
	assert "EUR, USD" in error_of(camt(entry(), entry(currency="USD"), currency=""))


def test_a_document_type_is_refused_and_its_entities_never_expanded():
	bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
	body = camt(entry(details=batch(transaction(name="&b;")))).split(b"?>", 1)[1]
	assert "document type" in error_of(bomb + body)
	outside = b'<!DOCTYPE x SYSTEM "file:///etc/hostname">'
	assert "document type" in error_of(outside + camt(entry()).split(b"?>", 1)[1])


def test_the_byte_cap_holds():
	with pytest.raises(StatementError, match="at most 100"):
		parse_camt(GOOD, byte_cap=100)


def test_detection_names_the_format_or_what_was_seen():
	assert detect(GOOD, "a.xml") == "CAMT"
	assert len(parse(GOOD, "a.xml")) == 1
	for data, seen in (
		(b"%PDF-1.7", "a PDF"),
		(b":20:STARTUMS", "MT940"),
		(b"<html>", "a web page"),
		(b"Date;Amount\n", "Date;Amount"),
		(b"\x00\x01\x02", "a binary file"),
		(b"  ", "empty"),
	):
		with pytest.raises(StatementError, match=seen):
			parse(data, "file.bin")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_mutated_file_gives_statements_or_one_error(data):
	mutated = bytearray(GOOD)
	for _ in range(data.draw(st.integers(1, 4))):
		place = data.draw(st.integers(0, len(mutated) - 1))
		kind = data.draw(st.sampled_from(["set", "cut", "double"]))
		if kind == "set":
			mutated[place] = data.draw(st.integers(0, 255))
		elif kind == "cut":
			del mutated[place : place + data.draw(st.integers(1, 200))]
		else:
			mutated[place:place] = mutated[place : place + data.draw(st.integers(1, 200))]
		if not mutated:
			break
	try:
		statements = parse_camt(bytes(mutated))
	except StatementError as error:
		assert error.message
	else:
		assert statements and all(isinstance(one, Statement) for one in statements)
