"""CAMT.053 bank statements (also 052 reports and 054 notifications), ISO 20022, versions .001.02 and later.

Source: ISO 20022 message definition reports "Bank-to-Customer Cash Management", camt.052/053/054.001.02 to
.13. The versions differ in where a party's name stands (Dbtr/Nm, later Dbtr/Pty/Nm), how an entry's status is
written (Sts, later Sts/Cd), BIC or BICFI, and where a transaction's amount stands; all places are read,
whatever the version.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from collections_app.engine.statements.camt_lines import read_entry
from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.identity import number_equals
from collections_app.engine.statements.models import BankLine, Statement
from collections_app.engine.statements.texts import BYTE_CAP, currency_of
from collections_app.engine.statements.xmltools import (
	date_of,
	datetime_of,
	find,
	findall,
	local,
	parse_xml,
	signed_amount,
	text,
)
from collections_app.engine.texts import Text

VERSIONED = re.compile(r"V\d\d$")
# a sum of binary fractions (100.0000000000005): some banks write balances so, which nobody can check against
LONG = re.compile(r"\d{1,18}\.\d{6,}")
NAMESPACE = re.compile(r"camt\.05[234]\.001\.\d\d$")
# Message element -> the element of one statement, report or notification in it.
MESSAGES = {
	"BkToCstmrStmt": "Stmt",
	"BkToCstmrAcctRpt": "Rpt",
	"BkToCstmrDbtCdtNtfctn": "Ntfctn",
}
# Balance type codes in the order of preference: booked ones first, a page's interim balance last.
OPENING = ("OPBD", "PRCD", "OPAV")
CLOSING = ("CLBD", "CLAV")


def parse_camt(data: bytes, byte_cap: int = BYTE_CAP) -> list[Statement]:
	"""All statements of a CAMT.052, 053 or 054 file, in file order, booked entries only.

	StatementError (and then no statement at all) when the file is larger than `byte_cap`, cut off, not XML,
	another kind of XML, or when any entry has a broken amount, date, sign or currency: the error names the
	entry.
	"""
	root = parse_xml(data, byte_cap)
	statements = []
	for message in _messages(root):
		for number, node in enumerate(findall(message, MESSAGES[_kind(message)]), start=1):
			statements.append(_statement(node, number))
	if not statements:
		raise StatementError("The CAMT file holds no statement")
	return statements


def looks_like_camt(data: bytes) -> bool:
	"""Whether the beginning of a file names a CAMT message (cheap: nothing is parsed)."""
	head = data[:4096].replace(b"\x00", b"")  # UTF-16 has a null byte beside each ASCII letter
	return b"camt.05" in head or any(name.encode() in head for name in MESSAGES)


def _messages(root: etree._Element) -> list[etree._Element]:
	"""The message elements. Some banks wrap the Document in an envelope, so it is looked for below the root
	too."""
	documents = (
		[root] if local(root) == "Document" else [node for node in root.iter() if local(node) == "Document"]
	)
	messages = [node for document in documents for node in document if _kind(node) in MESSAGES]
	if messages:
		return messages
	namespaces = [etree.QName(node).namespace or "" for node in (documents or [root])]
	if documents and any(NAMESPACE.search(name) for name in namespaces):
		raise StatementError("The CAMT file holds no statement, report or notification")
	found = local(documents[0] if documents else root)[:60]
	raise StatementError(
		Text(
			"Not a CAMT.052, 053 or 054 file: the root element is {0} with namespace {1}",
			f"<{found}>",
			repr(namespaces[0][:100] or "none"),
		)
	)


def _kind(message: etree._Element) -> str:
	"""The message's name; the first versions had their number in it (BkToCstmrStmtV01)."""
	return VERSIONED.sub("", local(message))


def _statement(node: etree._Element, number: int) -> Statement:
	statement_id = text(node, "Id")
	where = Text("Statement {0}", statement_id or number)
	iban = text(node, "Acct/Id/IBAN").replace(" ", "").upper()
	other = text(node, "Acct/Id/Othr/Id") or text(node, "Acct/Id/PrtryAcct/Id")
	if not (iban or other):
		raise StatementError("The account is missing (neither IBAN nor another identification)", where)
	entries = findall(node, "Ntry")
	currency = _account_currency(node, entries, where)
	created_on = datetime_of(node, "CreDtTm", where)
	only_day = _only_day(node, where)
	lines: list[BankLine] = []
	pending = unsplit = 0
	for position, entry in enumerate(entries, start=1):
		read = read_entry(entry, iban or other, Text("{0}, entry {1}", where, position), only_day)
		pending += read.is_pending
		unsplit += read.is_unsplit
		lines.extend(read.lines)
	return Statement(
		account_iban=iban,
		account_other_id=other,
		currency=currency,
		statement_id=statement_id,
		sequence=_sequence(node),
		from_date=_period(node, "Fr", where),
		to_date=_period(node, "To", where),
		opening_balance=_balance(node, OPENING, where, first=True),
		closing_balance=_balance(node, CLOSING, where, first=False),
		created_on=created_on,
		lines=number_equals(lines),
		pending_count=pending,
		unsplit_count=unsplit,
	)


def _account_currency(node: etree._Element, entries: list[etree._Element], where: str) -> str:
	"""The account's currency; where the bank leaves it out, that of the balances or entries if they agree on
	one."""
	if stated := text(node, "Acct/Ccy"):
		return currency_of(stated, where)
	codes: set[str] = set()
	# entries may be in other currencies, the account's balances are not
	for telling in (findall(node, "Bal"), entries):
		amounts = [find(one, "Amt") for one in telling]
		codes = codes or {amount.get("Ccy", "") for amount in amounts if amount is not None} - {""}
	if len(codes) != 1:
		found = Text("several: {0}", ", ".join(sorted(codes))) if codes else Text("no currency")
		raise StatementError(
			Text("The account's currency is missing, and the amounts name {0}", found), where
		)
	return currency_of(codes.pop(), where)


def _sequence(node: etree._Element) -> int | None:
	for path in ("ElctrncSeqNb", "LglSeqNb"):
		value = text(node, path)
		if value.isascii() and value.isdigit() and len(value) <= 18:
			return int(value)
	return None


def _period(node: etree._Element, side: str, where: str) -> date | None:
	# FrToDt/FrDtTm up to the newest version; some banks write plain dates (FrDt, ToDt).
	moment: datetime | None = datetime_of(node, f"FrToDt/{side}DtTm", where)
	return moment.date() if moment else date_of(node, f"FrToDt/{side}Dt", where)


def _only_day(node: etree._Element, where: str) -> date | None:
	"""The day of a statement whose booked balances are all of one: that of entries which do not name their own."""
	booked = [one for one in findall(node, "Bal") if text(one, "Tp/CdOrPrtry/Cd") in ("OPBD", "CLBD")]
	days = {date_of(one, "Dt/Dt", where) or date_of(one, "Dt/DtTm", where) for one in booked}
	return days.pop() if len(days) == 1 and len(booked) > 1 else None


def _balance(node: etree._Element, codes: tuple[str, ...], where: str, first: bool) -> Decimal | None:
	"""The first opening, or the last closing balance of the most preferred code present."""
	found = [(text(one, "Tp/CdOrPrtry/Cd"), one) for one in findall(node, "Bal")]
	for code in codes:
		# a balance that does not say whether it is in credit tells nothing
		of_code = [one for name, one in found if name == code and text(one, "CdtDbtInd")]
		if of_code:
			one = of_code[0 if first else -1]
			if LONG.fullmatch(text(one, "Amt")):
				return None
			return signed_amount(one, Text("{0}, balance {1}", where, code))[0]
	return None
