"""OFX bank and credit card statements (OFX 1.x in SGML, 2.x in XML; QFX and QBO are the same).

The file is read by ofxtools; its elements are taken as they stand, for banks leave out what the standard demands.
Source: OFX Specification 2.2, chapter 11.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from html import unescape
from io import BytesIO
from xml.etree.ElementTree import Element

from ofxtools.Parser import OFXTree

from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.identity import external_id, number_equals
from collections_app.engine.statements.models import BankLine, Statement
from collections_app.engine.statements.texts import check_size, currency_of, decode, iban_or_number
from collections_app.engine.texts import Text

HEAD = re.compile(rb"OFXHEADER|<\?OFX|<OFX>", re.IGNORECASE)
# a statement -> the account in it
STATEMENTS = {"STMTRS": "BANKACCTFROM", "CCSTMTRS": "CCACCTFROM"}
HEADER = "\n".join(
	(
		*("OFXHEADER:100", "DATA:OFXSGML", "VERSION:103", "SECURITY:NONE", "ENCODING:UTF-8", "CHARSET:NONE"),
		*("COMPRESSION:NONE", "OLDFILEUID:NONE", "NEWFILEUID:NONE", "", ""),
	)
)
# what programs of the DOS age write behind a file
END_OF_FILE = "\x00\x1a \r\n"
START = re.compile("<OFX>", re.IGNORECASE)
HEADER_WORD = re.compile(r"\ufeff?[A-Za-z]+:[\w.+-]*")
INSTRUCTION = re.compile(r"<\?[^>]{0,1000}>")
TRANSACTION = re.compile(rb"<STMTTRN\s*>", re.IGNORECASE)
DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")
AMOUNT = re.compile(r"[+-]?\d{1,15}([.,]\d{0,5})?|[+-]?[.,]\d{1,5}")


def looks_like_ofx(data: bytes) -> bool:
	"""Whether the beginning of a file says OFX (cheap: nothing is parsed)."""
	return bool(HEAD.search(data[:2048]))


def parse_ofx(data: bytes) -> list[Statement]:
	"""All bank and card statements of the file. StatementError (and then none) when the file or a transaction
	cannot be read: the error names the transaction."""
	check_size(data)
	if re.search(rb"<!(DOCTYPE|ENTITY)", data[:4096], re.IGNORECASE):
		raise StatementError("The file declares a document type, which no bank statement has")
	root = _tree(data)
	found = [(node, STATEMENTS[node.tag]) for node in root.iter() if node.tag in STATEMENTS]
	if not found:
		raise StatementError("The OFX file holds no bank or card statement")
	statements = [_statement(node, account, number) for number, (node, account) in enumerate(found, 1)]
	expected, read = len(TRANSACTION.findall(data)), sum(len(one.lines) for one in statements)
	if read < expected:
		raise StatementError(Text("{0} transactions stand in the file, only {1} can be read", expected, read))
	return statements


def _tree(data: bytes) -> Element:
	# some banks write text the declared encoding does not have, or no header, or all of it in one line
	text = decode(data)
	begins = START.search(text)
	before, body = (text[: begins.start()], text[begins.start() :]) if begins else (text, "")
	if not all(HEADER_WORD.fullmatch(word) for word in INSTRUCTION.sub(" ", before).split()):
		raise StatementError(
			"Something that is no OFX stands before the OFX header: the file is damaged or joined"
		)
	for given in (data, text.encode("utf-8"), f"{HEADER}{body.rstrip(END_OF_FILE)}".encode()):
		tree = OFXTree()
		try:
			root = tree.parse(BytesIO(given))
		except Exception as error:  # the library raises whatever its header and markup run into
			reason = " ".join(str(error).split())[:160] or type(error).__name__
			continue
		if isinstance(root, Element):
			return root
		reason = Text("it has no content")
	raise StatementError(Text("The OFX file is cut off or not well-formed: {0}", reason))


def _text(node: Element, path: str) -> str:
	found = node.find(path)
	return unescape(found.text or "").strip() if found is not None else ""


def _statement(node: Element, account_tag: str, number: int) -> Statement:
	account = node.find(account_tag)
	written = _text(account, "ACCTID") if account is not None else ""
	where = Text("Statement {0}", written or number)
	if not written:
		raise StatementError("The account (ACCTID) is missing", where)
	currency = currency_of(_text(node, "CURDEF").upper(), where)
	transactions = list(node.iter("STMTTRN"))
	lines = [
		_line(one, written, currency, Text("{0}, transaction {1}", where, position))
		for position, one in enumerate(transactions, 1)
	]
	iban, other = iban_or_number(written)
	listed = node.find("BANKTRANLIST")
	start, end = (_optional_day(listed, name, where) for name in ("DTSTART", "DTEND"))
	balance = _text(node, "LEDGERBAL/BALAMT")
	return Statement(
		account_iban=iban,
		account_other_id=other,
		currency=currency,
		statement_id="",
		from_date=start,
		to_date=end,
		closing_balance=_amount(balance, where) if balance else None,
		lines=number_equals(lines),
	)


def _line(node: Element, account: str, currency: str, where: str) -> BankLine:
	amount = _amount(_text(node, "TRNAMT"), where)
	booked_on = _day(_text(node, "DTPOSTED"), where)
	valued = _text(node, "DTAVAIL") or _text(node, "DTUSER")
	name = _text(node, "NAME") or _text(node, "PAYEE/NAME")
	parts = [_text(node, one) for one in ("NAME", "EXTDNAME", "MEMO", "CHECKNUM", "REFNUM")]
	party = node.find("BANKACCTTO")
	remittance = " ".join(dict.fromkeys(part for part in (parts[1], parts[2]) if part)) or name
	return BankLine(
		external_id=external_id(account, _text(node, "FITID"), booked_on, amount, "|".join(parts)),
		booking_date=booked_on,
		value_date=_day(valued, where) if valued else booked_on,
		amount=amount,
		currency=_text(node, "CURRENCY/CURSYM").upper() or currency,
		counterparty_name=name,
		counterparty_iban=_text(party, "ACCTID") if party is not None else "",
		end_to_end_id=_text(node, "REFNUM"),
		remittance=" ".join(remittance.split()),
		structured_reference=_text(node, "CHECKNUM"),
		bank_transaction_code=_text(node, "TRNTYPE"),
		is_reversal=_text(node, "CORRECTACTION").upper() == "DELETE",
	)


def _amount(written: str, where: str) -> Decimal:
	if not written.isascii() or not AMOUNT.fullmatch(written):
		raise StatementError(Text("The amount {0} is no amount", repr(written[:40])), where)
	try:
		return Decimal(written.replace(",", "."))
	except InvalidOperation:
		raise StatementError(Text("The amount {0} is no amount", repr(written[:40])), where) from None


def _day(written: str, where: str) -> date:
	match = DATE.match(written)
	try:
		return date(*(int(part) for part in match.groups()))  # type: ignore[union-attr]
	except (AttributeError, ValueError):
		raise StatementError(Text("The date {0} is no date (YYYYMMDD)", repr(written[:40])), where) from None


def _optional_day(node: Element | None, name: str, where: str) -> date | None:
	written = _text(node, name) if node is not None else ""
	return _day(written, where) if written else None
