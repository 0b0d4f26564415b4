"""CSV account exports, read by a mapping (see `csv_mapping`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from collections_app.engine.statements.csv_mapping import (
	ROLE_NAMES,
	CsvMapping,
	CsvRows,
	cut,
	missing_columns,
	plain,
)
from collections_app.engine.statements.csv_values import day_of, number_of
from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.identity import external_id, is_reference, number_equals
from collections_app.engine.statements.models import BankLine, Statement
from collections_app.engine.statements.texts import check_size, currency_of, find_ibans, iban_or_number
from collections_app.engine.texts import Text

# as no format has to say it: a day, month and year in any order, with or without marks between them
BEGINS_WITH_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{8}|\d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4}")
DEBIT_WORDS = frozenset(
	"d dr dbit debit soll s af debet débito debito addebito - out outflow expense o v ausgang uit".split()
)
CREDIT_WORDS = frozenset(
	"c cr crdt credit haben h bij kredit crédito credito accredito + in inflow income i eingang".split()
)
PENDING_WORDS = frozenset(
	"pending vorgemerkt reserviert reserved authorised authorized en_cours provisional pdng".split()
)
# what banks write of rows that were booked
BOOKED_WORDS = frozenset(
	"booked gebucht completed settled cleared posted executed comptabilisé book done complete paid".split()
)


@dataclass(frozen=True)
class CsvLine:
	"""A row that was read. `line` is None where it is not booked yet; `balance` is that after the movement."""

	number: int
	account: str
	line: BankLine | None
	balance: Decimal | None = None


def parse_csv(data: bytes, mapping: CsvMapping) -> list[Statement]:
	"""One statement per account and currency of the file, its lines in file order.

	StatementError (and then none) when a column is missing or a row cannot be read: the error names the row as a
	spreadsheet counts it, and the column. Empty rows are passed over.
	"""
	read: list[CsvLine] = []
	errors: list[StatementError] = []
	for one in read_lines(data, mapping):
		(errors if isinstance(one, StatementError) else read).append(one)
	if errors:
		first = errors[0]
		if len(errors) == 1:
			raise first
		raise StatementError(Text("{0} (and {1} more rows)", first.message, len(errors) - 1), first.position)
	accounts: dict[tuple[str, str], list[CsvLine]] = {}
	for one in read:
		currency = one.line.currency if one.line else mapping.currency
		accounts.setdefault((one.account, currency), []).append(one)
	return [_statement(*key, lines) for key, lines in accounts.items()]


def read_lines(data: bytes, mapping: CsvMapping) -> Iterator[CsvLine | StatementError]:
	"""Row by row what was read, or what is wrong with it. StatementError is raised where the file as a whole is meant."""
	check_size(data)
	mapping.check()
	rows = cut(data, mapping)
	if missing := missing_columns(rows.headings, mapping):
		raise StatementError(
			Text("The column {0} is missing; there are {1}", repr(missing[0]), ", ".join(rows.headings)[:200])
		)
	places = _places(rows, mapping)
	account = account_before(rows) or mapping.account
	_refuse_movements_before(rows, places, mapping)
	for number, cells in rows.rows:
		try:
			yield _Row(cells, places, mapping, Text("Row {0}", number)).read(number, account)
		except StatementError as error:
			yield error


def _refuse_movements_before(rows: CsvRows, places: dict[str, list[int]], mapping: CsvMapping) -> None:
	"""Headings below movements: the file is shuffled or joined of several, and what stands above would be lost."""
	for number, cells in enumerate(rows.before, 1):
		row = _Row(cells, places, mapping, "")
		filled = sum(bool(one.strip()) for one in cells)
		dated = BEGINS_WITH_DATE.match(row.text("booking_date"))
		amount = row.text("amount") + row.text("credit") + row.text("debit")
		movement = dated and filled > 2 and any(one.isdigit() for one in amount)
		if movement or (not rows.rows and (dated or filled * 2 >= len(rows.headings))):
			raise StatementError(
				"It reads like a movement but stands above the headings: the file is damaged or joined",
				Text("Row {0}", number),
			)


def account_before(rows: CsvRows) -> str:
	"""The IBAN that stands in the rows before the headings; empty where there is none or several."""
	text = " | ".join(cell for row in rows.before for cell in row)
	found = set(find_ibans(text))
	return found.pop() if len(found) == 1 else ""


def _places(rows: CsvRows, mapping: CsvMapping) -> dict[str, list[int]]:
	"""Role -> the places of its columns."""
	by_heading = {plain(one): number for number, one in reversed(list(enumerate(rows.headings)))}
	places: dict[str, list[int]] = {}
	for heading, role in mapping.columns.items():
		places.setdefault(role, []).append(by_heading[plain(heading)])
	return places


def _statement(account: str, currency: str, read: list[CsvLine]) -> Statement:
	iban, other = iban_or_number(account)
	lines = [one.line for one in read if one.line]
	days = [line.booking_date for line in lines]
	opening, closing = _balances([one for one in read if one.line])
	return Statement(
		account_iban=iban,
		account_other_id=other,
		currency=currency,
		from_date=min(days, default=None),
		to_date=max(days, default=None),
		opening_balance=opening,
		closing_balance=closing,
		lines=number_equals(lines),
		pending_count=len(read) - len(lines),
	)


def _balances(read: list[CsvLine]) -> tuple[Decimal | None, Decimal | None]:
	"""Opening and closing balance, where every row tells the balance after it. Banks write the newest row first or last:
	the direction in which more rows follow from each other is right."""
	if not read or any(one.balance is None for one in read):
		return None, None
	pairs = list(pairwise(read))
	down = sum(after.balance == before.balance + after.line.amount for before, after in pairs)
	up = sum(before.balance == after.balance + before.line.amount for before, after in pairs)
	if pairs and not (down or up):
		return None, None
	first, last = (read[0], read[-1]) if down >= up else (read[-1], read[0])
	return first.balance - first.line.amount, last.balance


class _Row:
	"""One row, read by role."""

	def __init__(self, cells: tuple[str, ...], places: dict[str, list[int]], mapping: CsvMapping, where: str):
		self.cells, self.places, self.mapping, self.where = cells, places, mapping, where

	def text(self, role: str) -> str:
		found = [self.cells[place].strip() for place in self.places.get(role, ()) if place < len(self.cells)]
		return " ".join(" ".join(found).split())

	def read(self, number: int, account: str) -> CsvLine:
		account = self.text("account") or account
		if self.is_pending():
			return CsvLine(number, account, None)
		booked_on = self.day("booking_date")
		amounts = [place for role in ("amount", "credit", "debit") for place in self.places.get(role, ())]
		if all(place >= len(self.cells) for place in amounts):
			raise StatementError("The row ends before its amount", self.where)
		amount = self.amount()
		remittance, name = self.text("remittance"), self.text("counterparty_name")
		iban = self.text("counterparty_iban").replace(" ", "").upper()
		end_to_end, balance = self.text("end_to_end_id"), self.text("balance")
		# the balance after a movement tells two equal ones of a day apart
		text = "|".join((remittance, name, iban, end_to_end, balance))
		line = BankLine(
			external_id=external_id(account, self.text("reference"), booked_on, amount, text),
			booking_date=booked_on,
			value_date=self.day("value_date") if self.text("value_date") else booked_on,
			amount=amount,
			currency=self.currency(),
			counterparty_name=name,
			counterparty_iban=iban,
			counterparty_bic=self.text("counterparty_bic"),
			end_to_end_id=end_to_end if is_reference(end_to_end) else "",
			remittance=remittance,
		)
		return CsvLine(number, account, line, self.number("balance") if balance else None)

	def currency(self) -> str:
		return currency_of((self.text("currency") or self.mapping.currency).upper(), self.where)

	def is_pending(self) -> bool:
		"""Whether the row is not booked yet, by its status or where its date should be."""
		if self.text("booking_date").casefold() in PENDING_WORDS:
			return True
		status = self.text("status").casefold()
		if status in PENDING_WORDS:
			return True
		if status and status not in BOOKED_WORDS:
			said = Text("The status {0} says neither booked nor pending", repr(status[:40]))
			raise StatementError(said, self.where)
		return False

	def day(self, role: str) -> date:
		written = self.text(role)
		found = day_of(written, self.mapping.date_format)
		if not found:
			raise StatementError(
				Text(
					"The {0} {1} is not written as {2}",
					ROLE_NAMES[role],
					repr(written[:40]),
					self.mapping.date_format,
				),
				self.where,
			)
		return found

	def amount(self) -> Decimal:
		if "amount" in self.places:
			amount = self.number("amount")
			direction = self.text("direction").casefold()
			if direction:
				if direction not in DEBIT_WORDS | CREDIT_WORDS:
					raise StatementError(
						Text("The direction {0} is neither in nor out", repr(direction[:20])), self.where
					)
				amount = -abs(amount) if direction in DEBIT_WORDS else abs(amount)
		else:
			debit = self.number("debit", empty=True)
			amount = self.number("credit", empty=True) + (debit if self.mapping.signed_debits else -debit)
		return -amount if self.mapping.turn_sign else amount

	def number(self, role: str, empty: bool = False) -> Decimal:
		written = self.text(role)
		if not written and empty:
			return Decimal(0)
		found = number_of(written, self.mapping.decimal_mark)
		if found is None:
			said = Text("The {0} {1} is no amount", ROLE_NAMES[role], repr(written[:40]))
			raise StatementError(said, self.where)
		return found
