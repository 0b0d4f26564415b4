"""MT940 statements and MT942 interim reports, SWIFT's text format, with the dialects of common banks.

The tags are read by the mt-940 library; what field :86: says is in `mt940_details`. Nothing is lost quietly: a
statement whose :61: lines do not all come back as transactions is refused.
Source: SWIFT Standards MT, category 9, MT 940 and MT 942.
"""

from __future__ import annotations

import logging
import re
from datetime import date
from decimal import Decimal
from typing import Any

from mt940 import models
from mt940.options import Options
from mt940.tags import StatementASNB

from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.identity import external_id, is_reference, number_equals
from collections_app.engine.statements.models import BankLine, Statement
from collections_app.engine.statements.mt940_details import read_details
from collections_app.engine.statements.mt940_dialects import standard
from collections_app.engine.statements.returns import is_mt940_return
from collections_app.engine.statements.texts import check_size, decode, iban_or_number
from collections_app.engine.texts import Text

# it logs what it cannot read, with names and account numbers
logging.getLogger("mt940").setLevel(logging.CRITICAL + 1)

MESSAGE = re.compile(r"(?m)^(?=:20:)")
LINE = re.compile(r"(?m)^:61:")
TAG = re.compile(r"(?m)^:(20|25|25P|28|28C|60F|60M|61|62F|62M|13D|34F|86|64|65|90C|90D|21|NS):")
# what encloses the text block in a file taken from the SWIFT network
ENVELOPE = re.compile(r"\{[1235]:[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*\}|\{4:|^-\}", re.MULTILINE)
# what banks write before the first statement: their code, the kind of message, who asked
HEAD = re.compile(r"(?:[^\n;]{0,60}\n?){0,8}")
# what no line before the first statement has: cells of a CSV file, a record of BAI2
OTHER = re.compile(r";|^\d\d,")
OPENING = ("final_opening_balance", "intermediate_opening_balance")
CLOSING = ("final_closing_balance", "intermediate_closing_balance")
REFERENCE_IS_IN_DETAILS = ("EREF", "PREF", "MARF", "KREF")
# the library's own reading of :86: is left out: it knows one dialect of several
PROCESSORS = {"post_transaction_details": [], "post_statement": []}
OPTIONS = Options(reversal_sign=True, case_insensitive_marks=True)


def looks_like_mt940(data: bytes) -> bool:
	"""Whether the beginning of a file has the tags of one (cheap: nothing is parsed)."""
	head = data[:4096].decode("latin-1").replace("\r", "\n").replace("@@:", "\n:")
	found = {match[1] for match in TAG.finditer(head)}
	return "20" in found and bool(found & {"25", "25P", "28", "28C", "60F", "61"})


def parse_mt940(data: bytes) -> list[Statement]:
	"""All statements of a MT940 or MT942 file, in file order.

	StatementError (and then no statement at all) when a tag cannot be read, the account or a currency is
	missing, or a line has no usable date or amount: the error names the statement and the line.
	"""
	check_size(data)
	text = standard(decode(data).replace("\r\n", "\n").replace("\r", "\n"))
	before, *blocks = MESSAGE.split(ENVELOPE.sub("", text))
	if before.startswith(":20:"):
		blocks.insert(0, before)
	elif LINE.search(before):
		raise StatementError("Lines (:61:) stand before the first statement (:20:): its beginning is missing")
	elif not _is_head(before):
		raise StatementError("Something that is no MT940 stands before the first statement (:20:)")
	statements = [_statement(block, number) for number, block in enumerate(blocks, 1)]
	if not statements:
		raise StatementError("The MT940 file holds no statement (no field :20:)")
	return statements


def _is_head(before: str) -> bool:
	"""Whether it is what banks write before the first statement: their code, the kind of message, who asked."""
	lines = before.split("\n")
	return len(lines) < 10 and not any(OTHER.search(line) or len(line) > 120 for line in lines)


def _statement(block: str, number: int) -> Statement:
	reference = block[4:].split("\n", 1)[0].strip()
	where = Text("Statement {0}", reference or number)
	found = _read_tags(block, where)
	expected = len(LINE.findall(block))
	lines = [one for one in found.transactions if "status" in one.data]
	if len(lines) != expected:
		said = Text("{0} lines (:61:) stand in it, only {1} can be read", expected, len(lines))
		raise StatementError(said, where)
	account, currency = _account(found.data, where), _currency(found.data, where)
	numbered = [
		_line(one.data, account, currency, Text("{0}, line {1}", where, position))
		for position, one in enumerate(lines, 1)
	]
	days = [line.booking_date for line in numbered]
	opening, closing = (_balance(found.data, names) for names in (OPENING, CLOSING))
	iban, other = iban_or_number(account)
	return Statement(
		account_iban=iban,
		account_other_id=other,
		currency=currency,
		statement_id=f"{reference}/{_number(found.data)}".strip("/"),
		sequence=_sequence(found.data),
		from_date=_day(opening.date) if opening else min(days, default=None),
		to_date=_day(closing.date) if closing else max(days, default=None),
		opening_balance=opening.amount.amount if opening else None,
		closing_balance=closing.amount.amount if closing else None,
		lines=number_equals(numbered),
	)


def _read_tags(block: str, where: str) -> models.Transactions:
	"""The block as the library reads it; where it cannot read :61:, as the banks mean it that write the other party's
	account into the customer reference (ASN, SNS). StatementError when neither helps."""
	first: Exception | None = None
	for dialect in ({}, {61: StatementASNB()}):
		found = models.Transactions(processors=dict(PROCESSORS), tags=dialect, options=OPTIONS)
		try:
			found.parse(block)
			return found
		except Exception as error:  # the library raises whatever its tags run into
			first = first or error
	raise StatementError(Text("The MT940 statement cannot be read: {0}", _reason(first)), where) from None


def _reason(error: Exception) -> str:
	"""The library's message in one short line."""
	text = " ".join(str(error).split())
	return text[:160] or type(error).__name__


def _account(data: dict[str, Any], where: str) -> str:
	"""The account of field :25:, without the bank code that German banks write before it."""
	written = str(data.get("account_identification") or "").strip()
	if not written:
		raise StatementError("The account (field :25:) is missing", where)
	# a currency may follow the number: NL69INGB0123456789EUR
	number = written.split("/")[-1].strip()
	match = re.fullmatch(r"(.*\d)[A-Z]{3}", number)
	return match[1] if match else number


def _currency(data: dict[str, Any], where: str) -> str:
	"""That of the balances, or of an interim report's floor limit."""
	for name in (*OPENING, *CLOSING):
		if balance := data.get(name):
			return balance.amount.currency
	for name, value in data.items():
		if name.endswith("floor_limit") and getattr(value, "currency", None):
			return value.currency
	raise StatementError(
		"The currency is missing: no balance (:60F:, :62F:) and no floor limit (:34F:)", where
	)


def _balance(data: dict[str, Any], names: tuple[str, ...]) -> Any:
	return next((data[name] for name in names if data.get(name)), None)


def _number(data: dict[str, Any]) -> str:
	parts = [str(data.get(name) or "").strip() for name in ("statement_number", "sequence_number")]
	return "/".join(part for part in parts if part)


def _sequence(data: dict[str, Any]) -> int | None:
	number = str(data.get("statement_number") or "").strip()
	return int(number) if number.isascii() and number.isdigit() else None


def _day(value: date) -> date:
	return date(value.year, value.month, value.day)


def _line(data: dict[str, Any], account: str, currency: str, where: str) -> BankLine:
	amount: Decimal = data["amount"].amount
	if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15:
		raise StatementError(Text("The amount {0} is no amount", repr(str(amount)[:40])), where)
	value_on = _day(data["date"])
	booked_on = _day(data["entry_date"]) if isinstance(data.get("entry_date"), date) else value_on
	details = read_details(str(data.get("transaction_details") or ""))
	customer, bank = (str(data.get(name) or "").strip() for name in ("customer_reference", "bank_reference"))
	remittance = details.remittance or str(data.get("extra_details") or "").strip()
	end_to_end = details.end_to_end_id or ("" if customer in REFERENCE_IS_IN_DETAILS else customer)
	return BankLine(
		external_id=external_id(
			account, bank, booked_on, amount, f"{customer}|{remittance}|{details.name}|{details.account}"
		),
		booking_date=booked_on,
		value_date=value_on,
		amount=amount,
		currency=currency,
		counterparty_name=details.name,
		counterparty_iban=details.account,
		counterparty_bic=details.bic,
		end_to_end_id=end_to_end if is_reference(end_to_end) else "",
		remittance=remittance,
		structured_reference=details.structured_reference,
		bank_transaction_code=details.code or str(data.get("id") or "").strip(),
		is_reversal=str(data.get("status") or "").upper().startswith("R")
		or is_mt940_return(str(data.get("id") or "").strip(), details.code),
	)
