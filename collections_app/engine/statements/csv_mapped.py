"""CSV account exports, read by a mapping: which column is what, and how its dates and amounts are written."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.identity import external_id, is_reference, number_equals
from collections_app.engine.statements.models import BankLine, Statement
from collections_app.engine.statements.texts import check_size, decode, iban_or_number

# what a column can be; several columns may be remittance
ROLES = (
	"booking_date",
	"value_date",
	"amount",
	"credit",
	"debit",
	"direction",
	"currency",
	"counterparty_name",
	"counterparty_iban",
	"counterparty_bic",
	"remittance",
	"end_to_end_id",
	"reference",
	"balance",
	"account",
)
MOST_FIELD_BYTES = 100_000
DEBIT_WORDS = frozenset("d dbit debit soll s af debet débito debito addebito - out".split())
CREDIT_WORDS = frozenset("c crdt credit haben h bij kredit crédito credito accredito + in".split())


@dataclass(frozen=True)
class CsvMapping:
	"""How one bank writes its export.

	`columns`: heading -> role (see ROLES); headings are compared without case and blanks around. `date_format`: as for
	strptime. `decimal_mark`: "," or "."; the other one, blanks and apostrophes group thousands. `currency`, `account`:
	where no column says. `skip_rows`: lines before the headings. `turn_sign`: the bank writes money received as
	negative.
	"""

	columns: Mapping[str, str] = field(default_factory=dict)
	delimiter: str = ";"
	date_format: str = "%d.%m.%Y"
	decimal_mark: str = ","
	currency: str = ""
	account: str = ""
	skip_rows: int = 0
	turn_sign: bool = False

	def check(self) -> None:
		"""StatementError when the mapping cannot work, naming the role."""
		roles = set(self.columns.values())
		if unknown := roles - set(ROLES):
			raise StatementError(f"The mapping has an unknown role: {sorted(unknown)[0]}")
		for role in ROLES:
			if role != "remittance" and list(self.columns.values()).count(role) > 1:
				raise StatementError(f"The mapping has two columns for {role}")
		if "booking_date" not in roles:
			raise StatementError("The mapping has no column for the booking date")
		if "amount" not in roles and not {"credit", "debit"} <= roles:
			raise StatementError("The mapping has no column for the amount (nor both for credit and debit)")
		if "currency" not in roles and not re.fullmatch(r"[A-Z]{3}", self.currency):
			raise StatementError("The mapping has neither a column for the currency nor a currency")
		if len(self.delimiter) != 1 or self.decimal_mark not in (",", "."):
			raise StatementError("The mapping's delimiter or decimal mark cannot be used")


def headings(data: bytes, mapping: CsvMapping) -> list[str]:
	"""The headings of a file as the mapping cuts it; empty when there are none."""
	rows = _rows(data, mapping)
	return [one.strip() for one in rows[mapping.skip_rows]] if len(rows) > mapping.skip_rows else []


def fits(data: bytes, mapping: CsvMapping) -> bool:
	"""Whether a file has every column of the mapping."""
	try:
		found = {_plain(one) for one in headings(data, mapping)}
	except StatementError:
		return False
	return bool(mapping.columns) and {_plain(one) for one in mapping.columns} <= found


def parse_csv(data: bytes, mapping: CsvMapping) -> list[Statement]:
	"""One statement per account of the file, its lines in file order.

	StatementError (and then none) when a column is missing or a row cannot be read: the error names the row as a
	spreadsheet counts it, and the column. Empty rows are passed over.
	"""
	check_size(data)
	mapping.check()
	rows = _rows(data, mapping)
	if len(rows) <= mapping.skip_rows:
		raise StatementError("The file has no headings")
	places = _places(rows[mapping.skip_rows], mapping)
	accounts: dict[str, list[BankLine]] = {}
	for number, row in enumerate(rows[mapping.skip_rows + 1 :], mapping.skip_rows + 2):
		if any(one.strip() for one in row):
			account, line = _Row(row, places, mapping, f"Row {number}").read()
			accounts.setdefault(account, []).append(line)
	return [_statement(account, lines) for account, lines in accounts.items()]


def _rows(data: bytes, mapping: CsvMapping) -> list[list[str]]:
	csv.field_size_limit(MOST_FIELD_BYTES)
	try:
		return list(csv.reader(StringIO(decode(data), newline=""), delimiter=mapping.delimiter))
	except csv.Error as error:
		raise StatementError(f"The file is no CSV: {error}") from None


def _plain(heading: str) -> str:
	return " ".join(heading.split()).casefold()


def _places(found: list[str], mapping: CsvMapping) -> dict[str, list[int]]:
	"""Role -> the places of its columns."""
	by_heading = {_plain(one): number for number, one in reversed(list(enumerate(found)))}
	places: dict[str, list[int]] = {}
	for heading, role in mapping.columns.items():
		if _plain(heading) not in by_heading:
			raise StatementError(f"The column {heading!r} is missing; there are {', '.join(found)[:200]}")
		places.setdefault(role, []).append(by_heading[_plain(heading)])
	return places


def _statement(account: str, lines: list[BankLine]) -> Statement:
	iban, other = iban_or_number(account)
	days = [line.booking_date for line in lines]
	return Statement(
		account_iban=iban,
		account_other_id=other,
		currency=lines[0].currency,
		from_date=min(days),
		to_date=max(days),
		lines=number_equals(lines),
	)


class _Row:
	"""One row, read by role."""

	def __init__(self, cells: list[str], places: dict[str, list[int]], mapping: CsvMapping, where: str):
		self.cells, self.places, self.mapping, self.where = cells, places, mapping, where

	def text(self, role: str) -> str:
		found = [self.cells[place].strip() for place in self.places.get(role, ()) if place < len(self.cells)]
		return " ".join(" ".join(found).split())

	def read(self) -> tuple[str, BankLine]:
		account = self.text("account") or self.mapping.account
		booked_on = self.day("booking_date")
		currency = (self.text("currency") or self.mapping.currency).upper()
		if not re.fullmatch(r"[A-Z]{3}", currency):
			raise StatementError(f"The currency {currency[:20]!r} is no currency code", self.where)
		amount = self.amount()
		remittance, name = self.text("remittance"), self.text("counterparty_name")
		iban = self.text("counterparty_iban").replace(" ", "").upper()
		end_to_end = self.text("end_to_end_id")
		# the balance after a movement tells two equal ones of a day apart
		text = "|".join((remittance, name, iban, end_to_end, self.text("balance")))
		return account, BankLine(
			external_id=external_id(account, self.text("reference"), booked_on, amount, text),
			booking_date=booked_on,
			value_date=self.day("value_date") if self.text("value_date") else booked_on,
			amount=amount,
			currency=currency,
			counterparty_name=name,
			counterparty_iban=iban,
			counterparty_bic=self.text("counterparty_bic"),
			end_to_end_id=end_to_end if is_reference(end_to_end) else "",
			remittance=remittance,
		)

	def day(self, role: str) -> date:
		written = self.text(role)
		try:
			return datetime.strptime(written, self.mapping.date_format).date()
		except ValueError:
			raise StatementError(
				f"The {role.replace('_', ' ')} {written[:40]!r} is not written as {self.mapping.date_format}",
				self.where,
			) from None

	def amount(self) -> Decimal:
		if "amount" in self.places:
			amount = self.number("amount")
			direction = self.text("direction").casefold()
			if direction:
				if direction not in DEBIT_WORDS | CREDIT_WORDS:
					raise StatementError(
						f"The direction {direction[:20]!r} is neither in nor out", self.where
					)
				amount = -abs(amount) if direction in DEBIT_WORDS else abs(amount)
		else:
			amount = abs(self.number("credit", empty=True)) - abs(self.number("debit", empty=True))
		return -amount if self.mapping.turn_sign else amount

	def number(self, role: str, empty: bool = False) -> Decimal:
		written = self.text(role)
		if not written and empty:
			return Decimal(0)
		compact = re.sub(r"[\s\u00a0\u202f'’]", "", written)
		group = re.escape("." if self.mapping.decimal_mark == "," else ",")
		mark = re.escape(self.mapping.decimal_mark)
		# groups of three, or it is the other way round: 75,25 is not 7525
		match = re.fullmatch(
			rf"([+-]?)(\d{{1,3}}(?:{group}\d{{3}}){{1,4}}|\d{{1,15}})(?:{mark}(\d{{0,5}}))?([+-]?)", compact
		)
		if not match or not compact.isascii() or (match[1] and match[4]):
			raise StatementError(f"The {role} {written[:40]!r} is no amount", self.where)
		sign = "-" if "-" in (match[1], match[4]) else ""
		return Decimal(f"{sign}{re.sub(r'[.,]', '', match[2])}.{match[3] or '0'}")
