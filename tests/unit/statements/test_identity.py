"""External ids: stable from read to read, different for different movements."""

from __future__ import annotations

from collections_app.engine.statements import parse_camt
from tests.unit.statements.camt_files import batch, camt, entry, transaction

NO_REFERENCE = "<AcctSvcrRef>NONREF</AcctSvcrRef>"


def ids(*entries: str, **options) -> list[str]:
	(statement,) = parse_camt(camt(*entries, **options))
	return [line.external_id for line in statement.lines]


def test_the_banks_reference_begins_the_id_and_is_the_same_in_another_file():
	(booked,) = ids(entry())
	assert booked.startswith("BANK-1-")
	assert ids(entry(amount="7", reference=NO_REFERENCE), entry(), statement_id="ST-8")[1] == booked


def test_an_amount_written_with_other_digits_is_the_same_movement():
	assert ids(entry("100")) == ids(entry("100.00"))


def test_a_reference_used_again_on_another_day_is_another_movement():
	other_day = "<BookgDt><Dt>2026-11-19</Dt></BookgDt>"
	assert ids(entry()) != ids(entry(booked=other_day))


def test_without_reference_equals_are_numbered_and_others_hashed():
	same = entry(reference=NO_REFERENCE, details=batch(transaction()))
	other = entry(reference=NO_REFERENCE, details=batch(transaction(remittance=("INV-2026-00002",))))
	first, second, third = ids(same, same, other)
	assert first.startswith("hash-") and second == f"{first}-2"
	assert third not in (first, second)
	assert ids(same, same, other) == [first, second, third]


def test_the_same_movement_of_two_accounts_has_two_ids():
	assert ids(entry()) != ids(entry(), account="<IBAN>NL91ABNA0417164300</IBAN>")


def test_ids_fit_a_short_text_field():
	(long,) = ids(entry(reference=f"<AcctSvcrRef>{'R' * 300}</AcctSvcrRef>"))
	assert len(long) <= 97
