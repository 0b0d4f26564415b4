"""BAI2 balance and transaction reports, the cash management format of banks in North America.

Read by the bai2 library, which also checks the totals the file gives of itself.
Source: BAI, Cash Management Balance Reporting Specifications, version 2 (now ANSI X9.121 BTRS).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from bai2 import bai2 as library
from bai2 import constants

from collections_app.engine.money import minor_digits
from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.identity import external_id, number_equals
from collections_app.engine.statements.models import BankLine, Statement
from collections_app.engine.statements.texts import check_size, currency_of, decode, iban_or_number
from collections_app.engine.texts import Text

# codes that banks define themselves, by the ranges that the standard leaves to them
for number in range(920, 1000):
	side = constants.TypeCodeTransaction.credit if number < 960 else constants.TypeCodeTransaction.debit
	constants.TypeCodes.setdefault(
		str(number),
		constants.TypeCode(str(number), side, constants.TypeCodeLevel.detail, "Defined by the bank"),
	)
HEAD = re.compile(rb"\s*01,[^\n]*,")
# file (group (account (transaction (continuation)*)*)*)*, each but the transaction with its trailer
ORDER = re.compile(
	r"01(?: 88)*(?: 02(?: 88)*(?: 03(?: 88)*(?: 16(?: 88)*)* 49(?: 88)*)* 98(?: 88)*)* 99(?: 88)*"
)
DEFAULT_CURRENCY = "USD"
OPENING, CLOSING = ("010",), ("015",)
SIGNS = {"credit": 1, "debit": -1}


def looks_like_bai2(data: bytes) -> bool:
	"""Whether the file begins with a file header record (cheap: nothing is parsed)."""
	return bool(HEAD.match(data[:256])) and bool(re.search(rb"(?m)^(02|03),", data[:8192]))


def parse_bai2(data: bytes) -> list[Statement]:
	"""One statement per account of the file. StatementError (and then none) when a record cannot be read, is
	missing, or a total does not add up."""
	check_size(data)
	text = "\n".join(line.rstrip() for line in decode(data).replace("\r", "\n").split("\n") if line.strip())
	_check_order(text)
	try:
		file = library.parse_from_string(text, check_integrity=True)
	except Exception as error:  # the library raises whatever its records run into
		reason = " ".join(str(error).split())[:160] or type(error).__name__
		raise StatementError(Text("The BAI2 file cannot be read: {0}", reason)) from None
	expected = len(re.findall(r"(?m)^16,", text))
	statements = [
		_statement(account, group) for group in file.children or () for account in group.children or ()
	]
	found = sum(len(one.lines) for one in statements)
	if found != expected:
		raise StatementError(
			Text("{0} transactions stand in the file, only {1} can be read", expected, found)
		)
	if not statements:
		raise StatementError("The BAI2 file holds no account")
	return statements


def _check_order(text: str) -> None:
	"""The records must stand in the order of the standard: the library waits for ever for a trailer that is
	missing."""
	codes = [line[:2] for line in text.split("\n")]
	if not ORDER.fullmatch(" ".join(codes)):
		raise StatementError(
			"The BAI2 records do not stand in their order, or the end is missing (99 record)"
		)


def _statement(account, group) -> Statement:
	number = (account.header.customer_account_number or "").strip()
	where = Text("Account {0}", number or "?")
	if not number:
		raise StatementError("The account number is missing", where)
	stated = account.header.currency or group.header.currency or DEFAULT_CURRENCY
	currency = currency_of(stated.strip().upper(), where)
	day = group.header.as_of_date
	if not isinstance(day, date):
		raise StatementError("The date of the group (02 record) is missing", where)
	lines = [
		_line(one, number, currency, day, Text("{0}, transaction {1}", where, position))
		for position, one in enumerate(account.children or (), 1)
	]
	iban, other = iban_or_number(number)
	return Statement(
		account_iban=iban,
		account_other_id=other,
		currency=currency,
		statement_id="",
		from_date=day,
		to_date=day,
		opening_balance=_summary(account, OPENING, currency),
		closing_balance=_summary(account, CLOSING, currency),
		lines=number_equals(lines),
	)


def _summary(account, codes: tuple[str, ...], currency: str) -> Decimal | None:
	for item in account.header.summary_items or ():
		if item.type_code and item.type_code.code in codes and item.amount is not None:
			return _money(item.amount, currency)
	return None


def _money(minor: int, currency: str) -> Decimal:
	"""BAI2 writes amounts without a point: in the smallest unit of the currency."""
	return Decimal(minor).scaleb(-minor_digits(currency))


def _line(item, account: str, currency: str, day: date, where: str) -> BankLine:
	code = item.type_code
	direction = code.transaction.value if code and code.transaction else ""
	if direction not in SIGNS:
		said = Text("Type {0} is neither a credit nor a debit", code.code if code else "?")
		raise StatementError(said, where)
	if item.amount is None:
		raise StatementError("The amount is missing", where)
	amount = SIGNS[direction] * _money(abs(item.amount), currency)
	availability = item.availability or {}
	value_on = availability.get("date") if isinstance(availability, dict) else None
	# a lone stroke ends a record without a text
	remittance = " ".join((item.text or "").split()).strip("/ ")
	bank, customer = ((one or "").strip() for one in (item.bank_reference, item.customer_reference))
	return BankLine(
		external_id=external_id(account, bank, day, amount, f"{customer}|{remittance}"),
		booking_date=day,
		value_date=value_on if isinstance(value_on, date) else day,
		amount=amount,
		currency=currency,
		end_to_end_id=customer,
		remittance=remittance,
		structured_reference=customer,
		bank_transaction_code=code.code,
	)
