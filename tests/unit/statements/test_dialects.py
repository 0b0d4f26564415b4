"""What real files of banks have and the standards do not: a small case of each, made up after files found in public."""

from decimal import Decimal

import pytest

from collections_app.engine.statements import StatementError, parse
from tests.unit.statements.camt_files import camt, entry
from tests.unit.statements.samples import BAI2, DUTCH, GERMAN, OFX_SGML


def amounts(text: str, name: str = "x") -> list[Decimal]:
	return [line.amount for one in parse(text.encode(), name) for line in one.lines]


ASN = """{1:F01ASNBNL21XXXX0000000000}{2:O940ASNBNL21XXXXN}{3:}{4:
:20:0000000000
:25:NL81ASNB9999999999
:28C:1/1
:60F:C260101EUR444,29
:61:2601010101D65,00NOVBNL47INGB9999999999
hr p de vries
:86:NL47INGB9999999999 hr p de vries
Betaling sieraden
:62F:C260101EUR379,29
-}{5:}
"""


def test_the_other_account_in_the_customer_reference():
	(statement,) = parse(ASN.encode())
	assert [line.amount for line in statement.lines] == [Decimal(-65)]
	assert statement.balance_difference == 0 and "Betaling sieraden" in statement.lines[0].remittance


@pytest.mark.parametrize(
	("old", "new"),
	[
		("\n:", "@@:"),
		(":28C:00110", ":28C: /1"),
		(":62F:C261119EUR825,25", ":62F:C261119EUR825,25\n:64:C261119EUR825,25\n:65F:Dnullnull7414,3"),
		(":20:INGEB", "ABNANL2A\n940\nABNANL2A\n:20:INGEB"),
		(":20:INGEB", ":940:\n:20:INGEB"),
	],
)
def test_what_banks_write_around_the_fields(old, new):
	assert amounts(DUTCH.replace(old, new)) == amounts(DUTCH)


def test_amounts_with_a_point():
	pointed = DUTCH.replace("C250,00N", "C000000000250.00N").replace("EUR500,00", "EUR000000000500.00")
	assert amounts(pointed) == amounts(DUTCH)
	assert parse(pointed.encode())[0].balance_difference == 0


def test_lines_without_a_type():
	assert amounts(GERMAN.replace("N117NONREF", "").replace("N166NONREF//", "//")) == amounts(GERMAN)


def test_a_subfield_that_begins_with_a_raised_digit():
	raised = GERMAN.replace("?31DE89", "?3²DE89")
	assert amounts(raised) == amounts(GERMAN)


@pytest.mark.parametrize("junk", ["a;b;c\n1;2;3\n", "x" * 200 + "\n", "line\n" * 20])
def test_junk_before_the_first_statement(junk):
	with pytest.raises(StatementError, match="before the first statement"):
		parse((junk[:0] + ":20:\n" + DUTCH).replace(":20:\n", junk, 1).encode())


CAMT = camt(entry()).decode()


def without(text: str, start: str, end: str) -> str:
	before, rest = text.split(start, 1)
	return before + rest.split(end, 1)[1]


def test_messages_with_their_version_in_the_name():
	first = CAMT.replace("BkToCstmrStmt>", "BkToCstmrStmtV01>")
	assert first != CAMT and amounts(first) == amounts(CAMT)


BALANCE = (
	'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{amount}</Amt>{sign}'
	"<Dt><Dt>2026-11-18</Dt></Dt></Bal>"
)


def with_balances(text: str, sign: str) -> str:
	balances = BALANCE.format(code="OPBD", amount="1.00", sign=sign) + BALANCE.format(
		code="CLBD", amount="2.00", sign=sign
	)
	return text.replace("<Ntry>", f"{balances}<Ntry>", 1)


CAMT_WITH_BALANCE = with_balances(CAMT, "<CdtDbtInd>CRDT</CdtDbtInd>")


def test_balances_without_a_sign_tell_nothing():
	while_text = CAMT
	while "<Bal>" in while_text:
		while_text = without(while_text, "<Bal>", "</Bal>")
	(statement,) = parse(with_balances(while_text, "").encode())
	assert (statement.opening_balance, statement.closing_balance) == (None, None)
	assert len(statement.lines) == 1
	(statement,) = parse(with_balances(while_text, "<CdtDbtInd>CRDT</CdtDbtInd>").encode())
	assert statement.closing_balance == 2


def test_a_balance_of_binary_fractions_tells_nothing():
	(statement,) = parse(CAMT_WITH_BALANCE.replace("2.00<", "100.0000000000005<").encode())
	assert statement.closing_balance is None and len(statement.lines) == 1


def test_entries_without_a_day_are_of_the_statement_s_only_day():
	bare = CAMT
	for name in ("BookgDt", "ValDt"):
		bare = without(bare, f"<{name}>", f"</{name}>")
	while "<Bal>" in bare:
		bare = without(bare, "<Bal>", "</Bal>")
	with pytest.raises(StatementError, match="booking date is missing"):
		parse(bare.encode())
	(statement,) = parse(with_balances(bare, "<CdtDbtInd>CRDT</CdtDbtInd>").encode())
	assert str(statement.lines[0].booking_date) == "2026-11-18"


@pytest.mark.parametrize(
	"header",
	["", "\n\n\n\n", "OFXHEADER:100 DATA:OFXSGML VERSION:102 SECURITY:NONE ENCODING:USASCII CHARSET:1252 "],
)
def test_ofx_with_no_header_or_one_in_a_line(header):
	body = OFX_SGML[OFX_SGML.index("<OFX>") :]
	assert amounts(header + body) == amounts(OFX_SGML)


@pytest.mark.parametrize("end", ["\x00", "\x1a", "\x1a\x00\n"])
def test_the_end_of_a_file_of_the_dos_age(end):
	assert amounts(OFX_SGML + end) == amounts(OFX_SGML)
	assert amounts(DUTCH + end.strip()) == amounts(DUTCH)


def test_ofx_after_something_else():
	with pytest.raises(StatementError):
		parse(("Buchungstag;Betrag\n01.01.2026;1,00\n" + OFX_SGML).encode())


def test_codes_that_a_bank_defines_itself():
	found = amounts(BAI2.replace("16,195,", "16,921,"))
	assert found == amounts(BAI2)
	assert amounts(BAI2.replace("16,695,", "16,961,")) == amounts(BAI2)


def test_a_message_stays_short():
	with pytest.raises(StatementError) as raised:
		parse(CAMT.replace("urn:iso:std:iso:20022:tech:xsd:", "urn:" + " /" * 400).encode())
	assert len(str(raised.value)) < 400
