from datetime import date
from decimal import Decimal

import pytest

from collections_app.engine.statements import StatementError, detect, parse
from collections_app.engine.statements.mt940_details import read_details
from tests.unit.statements.samples import DUTCH, GERMAN, INTERIM, POLISH, SWIFT


def read(text: str):
	return parse(text.encode())[0]


def test_the_statement_around_the_lines():
	statement = read(GERMAN)
	assert statement.account == "0532013000" and statement.currency == "EUR"
	assert (statement.statement_id, statement.sequence) == ("STARTUMSE/00021/001", 21)
	assert (statement.opening_balance, statement.closing_balance) == (Decimal("1000.00"), Decimal("2077.50"))
	assert statement.balance_difference == 0
	assert (statement.from_date, statement.to_date) == (date(2026, 11, 17), date(2026, 11, 19))


def test_a_german_credit_with_all_its_fields():
	line = read(GERMAN).lines[0]
	assert line.amount == Decimal("1190.00") and line.booking_date == date(2026, 11, 18)
	assert line.counterparty_name == "Musterbau GmbH & Co. KG Niederlassung Sued"
	assert line.counterparty_iban == "DE89370400440532013000" and line.counterparty_bic == "COBADEFFXXX"
	assert line.end_to_end_id == "RE-2026-0815"
	assert line.remittance == "Rechnung RE-2026-0815 abz. Skonto Kundennummer 10442"
	assert line.external_id.startswith("B26111800001-") and line.bank_transaction_code == "166"


def test_a_returned_debit_is_a_reversal_and_takes_money_out():
	line = read(GERMAN).lines[2]
	assert line.amount == Decimal("-100.00") and line.is_reversal
	assert line.remittance == "Rueckgabe wegen Widerspruch" and line.end_to_end_id == "LS-77"


def test_a_debit_is_negative():
	assert read(GERMAN).lines[1].amount == Decimal("-12.50")


def test_words_between_slashes():
	first, second = read(DUTCH).lines
	assert (
		first.counterparty_name == "Bakkerij de Vries B.V."
		and first.counterparty_iban == "NL32INGB0000012345"
	)
	assert first.remittance == "Factuur F2026-00012 en F2026-00013" and first.end_to_end_id == "F2026-00012"
	assert second.counterparty_name == "J. JANSEN" and second.counterparty_iban == "NL91ABNA0417164300"
	assert second.remittance == "5026 0815" and second.end_to_end_id == ""


def test_another_sign_between_the_subfields():
	line = read(POLISH).lines[0]
	assert line.counterparty_name == "Kowalski Sp. z o.o. Warszawa"
	assert "Faktura FV/11/2026" in line.remittance
	assert line.amount == Decimal("1230.00") and line.currency == "PLN"


def test_an_interim_report_has_no_balances():
	statement = read(INTERIM)
	assert statement.opening_balance is None and statement.currency == "EUR"
	assert statement.account_iban == "DE89370400440532013000"
	assert statement.lines[0].remittance == "Rechnung 4711"


def test_the_network_envelope_is_taken_off():
	assert parse(SWIFT.encode()) == parse(DUTCH.encode())


def test_several_statements_keep_their_own_balances():
	found = parse((DUTCH + GERMAN).encode())
	assert [one.closing_balance for one in found] == [Decimal("825.25"), Decimal("2077.50")]


def test_windows_line_ends_and_umlauts():
	text = GERMAN.replace("Musterbau", "Müllerbau").replace("\n", "\r\n")
	assert parse(text.encode("cp1252"))[0].lines[0].counterparty_name.startswith("Müllerbau")


@pytest.mark.parametrize(
	("details", "remittance", "reference"),
	[
		("/REMI/STRD/CUR/9876543210987654", "9876543210987654", "9876543210987654"),
		("/EREF/X/REMI/Invoice 12/NAME/A", "Invoice 12", ""),
		("Payment NL91ABNA0417164300 INV 5", "Payment NL91ABNA0417164300 INV 5", ""),
	],
)
def test_further_ways_to_write_details(details, remittance, reference):
	found = read_details(details)
	assert (found.remittance, found.structured_reference) == (remittance, reference)


def test_an_account_in_plain_text_is_found_only_with_right_check_digits():
	assert read_details("from NL91ABNA0417164300 thanks").account == "NL91ABNA0417164300"
	assert read_details("from NL92ABNA0417164300 thanks").account == ""


@pytest.mark.parametrize(
	("old", "new", "message"),
	[
		(":25:37040044/0532013000EUR\n", "", "The account"),
		("2611181118CR1190,00", "2611181118XX1190,00", "cannot be read"),
		("2611181118CR1190,00", "2613991118CR1190,00", "cannot be read"),
		("1190,00N166", "11,90,00N166", "cannot be read"),
		(":60F:C261117EUR1000,00\n", "", None),
	],
)
def test_what_is_broken_is_told_with_its_statement(old, new, message):
	text = GERMAN.replace(old, new)
	if message is None:
		assert read(text).opening_balance is None
		return
	with pytest.raises(StatementError, match=message) as raised:
		parse(text.encode())
	assert raised.value.position.startswith("Statement STARTUMSE")


def test_a_line_the_reader_would_lose_refuses_the_statement():
	lost = GERMAN.replace(":61:2611191119D12,50N117NONREF", ":61:2611191119D12,50N1")
	with pytest.raises(StatementError, match=r"3 lines \(:61:\) stand in it"):
		parse(lost.encode())
	headless = GERMAN[GERMAN.index(":61:") :] + DUTCH
	with pytest.raises(StatementError, match="before the first statement"):
		parse(headless.encode())


def test_no_customer_data_is_logged(caplog):
	with pytest.raises(StatementError):
		parse(GERMAN.replace("2611181118CR", "26XX181118CR").encode())
	assert not caplog.records


def test_two_formats_in_one_file_are_refused():
	with pytest.raises(StatementError, match="several formats"):
		detect((GERMAN + "<OFX></OFX>").encode())
