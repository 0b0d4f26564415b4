from datetime import date
from decimal import Decimal

import pytest

from collections_app.engine.statements import StatementError, detect, parse
from tests.unit.statements.samples import BAI2, OFX_SGML, OFX_XML


def test_an_old_ofx_file():
	statement = parse(OFX_SGML.encode())[0]
	assert statement.account == "1234567890" and statement.currency == "USD"
	assert (statement.from_date, statement.to_date) == (date(2026, 11, 1), date(2026, 11, 20))
	assert statement.closing_balance == Decimal("2485.00")
	credit, fee = statement.lines
	assert credit.amount == Decimal("1500.00") and credit.booking_date == date(2026, 11, 18)
	assert credit.counterparty_name == "ACME SUPPLY INC" and credit.remittance == "INV 10023 & 10024"
	assert credit.external_id.startswith("202611180001-")
	assert fee.amount == Decimal("-15.00") and fee.bank_transaction_code == "FEE"


def test_a_new_ofx_file_with_a_decimal_comma():
	statement = parse(OFX_XML.encode())[0]
	assert statement.account_iban == "FR1420041010050500013M02606"
	assert statement.lines[0].amount == Decimal("240.50")
	assert statement.lines[0].remittance == "FACTURE 2026-117"


@pytest.mark.parametrize(
	("old", "new", "message"),
	[
		("1500.00", "15OO.00", "transaction 1: The amount '15OO.00' is no amount"),
		("20261118120000", "20261318120000", "transaction 1: The date"),
		("<ACCTID>1234567890", "", "The account"),
		("<CURDEF>USD", "<CURDEF>dollar", "no currency code"),
	],
)
def test_what_is_broken_in_ofx_is_told(old, new, message):
	with pytest.raises(StatementError, match=message):
		parse(OFX_SGML.replace(old, new, 1).encode())


def test_an_entity_in_ofx_is_refused():
	text = OFX_XML.replace("<?OFX", '<!DOCTYPE x [<!ENTITY a "b">]>\n<?OFX')
	with pytest.raises(StatementError, match="document type"):
		parse(text.encode())


def test_a_bai2_report():
	statement = parse(BAI2.encode())[0]
	assert statement.account == "0975312468" and statement.currency == "USD"
	assert (statement.opening_balance, statement.closing_balance) == (Decimal("5000.00"), Decimal("6487.50"))
	assert statement.balance_difference == 0
	credit, fee = statement.lines
	assert credit.amount == Decimal("1500.00") and credit.booking_date == date(2026, 11, 18)
	assert credit.remittance == "ACME SUPPLY INC INV 10023 AND 10024 LESS FEE"
	assert credit.end_to_end_id == "INV10023" and credit.external_id.startswith("BANKREF01-")
	assert fee.amount == Decimal("-12.50")


def test_currencies_without_cents():
	text = BAI2.replace("USD", "JPY")
	assert parse(text.encode())[0].lines[0].amount == Decimal(150000)


@pytest.mark.parametrize(
	("old", "new"),
	[
		("49,1300000,5/", "49,1300001,5/"),
		("16,195,", "16,001,"),
		("99,1300000,1,9/\n", ""),
		("16,195,150000", "16,195,15x"),
	],
)
def test_bai2_totals_codes_and_trailers_must_be_right(old, new):
	with pytest.raises(StatementError, match="BAI2"):
		parse(BAI2.replace(old, new).encode())


def test_the_formats_are_told_apart():
	assert [detect(text.encode()) for text in (OFX_SGML, OFX_XML, BAI2)] == ["OFX", "OFX", "BAI2"]
