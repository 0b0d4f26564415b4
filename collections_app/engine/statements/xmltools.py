"""Reading XML of a stranger safely, and the ISO 20022 data types in it, by local names."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.texts import check_size, currency_of
from collections_app.engine.texts import Text

# ISO 20022 ActiveOrHistoricCurrencyAndAmount: 18 digits, 5 of them after the point, no sign.
AMOUNT = re.compile(r"\+?(\d{1,18}(\.\d{0,5})?|\.\d{1,5})")
DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")
BLANKS = re.compile(r"\s+")


def parse_xml(data: bytes, byte_cap: int) -> etree._Element:
	"""The root element. Nothing outside the file is loaded, no entity is expanded, a document type is
	refused."""
	check_size(data, byte_cap)
	parser = etree.XMLParser(
		resolve_entities=False,
		no_network=True,
		load_dtd=False,
		dtd_validation=False,
		huge_tree=False,
		remove_comments=True,
		remove_pis=True,
	)
	try:
		root = etree.fromstring(data.lstrip(b" \t\r\n"), parser)
	except (etree.XMLSyntaxError, ValueError, LookupError) as error:
		line, column = getattr(error, "position", (0, 0))
		where = Text("Line {0}, column {1}", line, column) if line else ""
		detail = str(error).split(", line ")[0][:160]
		raise StatementError(Text("The file is cut off or no well-formed XML ({0})", detail), where) from None
	if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
		raise StatementError("The file declares a document type, which no bank statement has")
	return root


def local(node: etree._Element) -> str:
	"""The element's name without its namespace."""
	return etree.QName(node).localname


def findall(node: etree._Element, path: str) -> list[etree._Element]:
	"""All elements at a path of local names ("NtryDtls/TxDtls"), whatever their namespace."""
	nodes = [node]
	for name in path.split("/"):
		nodes = [child for parent in nodes for child in parent if local(child) == name]
	return nodes


def find(node: etree._Element, path: str) -> etree._Element | None:
	"""The first element at a path, or None."""
	nodes = findall(node, path)
	return nodes[0] if nodes else None


def text(node: etree._Element, path: str) -> str:
	"""The text of the first element at a path that has any, blanks joined to one; "" when there is none."""
	return next(iter(texts(node, path)), "")


def texts(node: etree._Element, path: str) -> list[str]:
	"""The texts of all elements at a path that have any, blanks joined to one."""
	found = [BLANKS.sub(" ", one.text or "").strip() for one in findall(node, path)]
	return [one for one in found if one]


def first_text(node: etree._Element, *paths: str) -> str:
	"""The text at the first of the paths that has one."""
	return next((value for path in paths if (value := text(node, path))), "")


def amount_of(node: etree._Element | None, where: str) -> tuple[Decimal, str]:
	"""(amount, currency) of an Amt element, without sign; StatementError when it is missing or broken."""
	if node is None:
		raise StatementError("The amount is missing", where)
	written = (node.text or "").strip()
	if not AMOUNT.fullmatch(written) or not written.isascii():
		raise StatementError(Text("The amount {0} is no amount", repr(written[:40])), where)
	return Decimal(written), currency_of((node.get("Ccy") or "").strip(), where)


def sign_of(node: etree._Element, where: str) -> int:
	"""+1 for a credit, -1 for a debit (CdtDbtInd); StatementError when it says neither."""
	indicator = text(node, "CdtDbtInd")
	if indicator not in ("CRDT", "DBIT"):
		said = Text("The credit or debit indicator is {0}, not CRDT or DBIT", repr(indicator[:20]))
		raise StatementError(said, where)
	return 1 if indicator == "CRDT" else -1


def signed_amount(node: etree._Element, where: str) -> tuple[Decimal, str]:
	"""(signed amount, currency) of an element that has Amt and CdtDbtInd."""
	amount, currency = amount_of(find(node, "Amt"), where)
	return sign_of(node, where) * amount, currency


def date_of(node: etree._Element, path: str, where: str) -> date | None:
	"""An ISO date, or the day of an ISO date and time (as written, in the bank's time zone); None when
	missing."""
	written = text(node, path)
	if not written:
		return None
	day, _, time = written.partition("T")
	try:
		match = DATE.fullmatch(day if time else written)
		return date.fromisoformat(match[1])  # type: ignore[index]
	except (ValueError, TypeError):
		raise StatementError(
			Text("The date {0} is no date (YYYY-MM-DD)", repr(written[:40])), where
		) from None


def datetime_of(node: etree._Element, path: str, where: str) -> datetime | None:
	"""An ISO date and time without its zone (the bank's local time); a plain date is its midnight; None when
	missing."""
	day = date_of(node, path, where)
	if day is None:
		return None
	clock = re.match(r"(\d\d):(\d\d)(?::(\d\d))?", text(node, path).partition("T")[2])
	try:
		hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
		return datetime(day.year, day.month, day.day, hour, minute, second)
	except ValueError:
		raise StatementError(Text("The time {0} is no time", repr(text(node, path)[:40])), where) from None
