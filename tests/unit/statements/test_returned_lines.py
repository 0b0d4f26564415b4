"""Payments that the bank took back keep what the statement says of it: that they are returns, why, and of what."""

from __future__ import annotations

from decimal import Decimal

import pytest

from collections_app.engine.statements import parse
from collections_app.engine.statements.camt import parse_camt
from collections_app.engine.statements.returns import is_mt940_return, is_return_code
from tests.unit.statements.camt_files import batch, camt, entry, transaction

RETURN_INFORMATION = (
	"<RtrInf><OrgnlBkTxCd><Prtry><Cd>NDDT+105</Cd></Prtry></OrgnlBkTxCd><Rsn><Cd>MD06</Cd></Rsn>"
	"<AddtlInf>Refund request by end customer</AddtlInf></RtrInf>"
)


def lines(*entries: str):
	(statement,) = parse_camt(camt(*entries))
	return statement.lines


def test_return_information():
	"""A returned direct debit without the reversal indicator: the debtor is the one who had paid."""
	(line,) = lines(entry("103.50", "DBIT", details=batch(transaction(more=RETURN_INFORMATION))))
	assert (line.amount, line.is_reversal) == (Decimal("-103.50"), True)
	assert line.return_reason == "MD06 Refund request by end customer"
	assert (line.counterparty_name, line.end_to_end_id) == ("Cobalt Foods Srl", "E2E-1")


def test_a_batch_of_returns():
	returns = [
		transaction(amount, name=name, more=RETURN_INFORMATION) for amount, name in (("60", "A"), ("40", "B"))
	]
	found = lines(entry("100.00", "DBIT", details=batch(*returns)))
	assert [(one.amount, one.counterparty_name, one.return_reason[:4]) for one in found] == [
		(Decimal(-60), "A", "MD06"),
		(Decimal(-40), "B", "MD06"),
	]


@pytest.mark.parametrize("code", ["UPDD", "RRTN", "PRDD"])
def test_by_its_code(code):
	written = entry("7.00", "DBIT", details=batch(transaction())).replace("ESCT", code)
	(line,) = lines(written)
	assert line.is_reversal and line.return_reason == ""


def test_an_ordinary_debit():
	(line,) = lines(entry("7.00", "DBIT", details=batch(transaction(role="Cdtr"))))
	assert (line.is_reversal, line.return_reason) == (False, "")


@pytest.mark.parametrize(
	("code", "says"),
	[
		("PMNT-RDDT-UPDD", True),
		("PMNT/RCDT/RRTN", True),
		("PMNT/RCDT/ESCT", False),
		("", False),
		("UPDDX", False),
	],
)
def test_codes(code, says):
	assert is_return_code(code) is says


@pytest.mark.parametrize(
	("transaction_type", "german_code", "says"),
	[
		("NRTI", "", True),
		("NDDT", "109", True),
		("NDDT", "108", True),
		("NTRF", "166", False),
		("", "", False),
	],
)
def test_codes_of_mt940(transaction_type, german_code, says):
	assert is_mt940_return(transaction_type, german_code) is says


def test_a_german_return_in_mt940():
	"""Without the mark of a reversal, the code of field :86: alone says so."""
	written = (
		":20:STARTUMS\n:25:37040044/0532013000\n:28C:1/1\n:60F:C261117EUR100,00\n"
		":61:2611181118D53,50NDDTLS-77\n:86:109?00RETOURE?20EREF+LS-77?21Rueckgabe?32COBALT FOODS\n"
		":62F:C261118EUR46,50\n-\n"
	)
	(statement,) = parse(written.encode(), "returns.sta")
	(line,) = statement.lines
	assert (line.amount, line.is_reversal) == (Decimal("-53.50"), True)
