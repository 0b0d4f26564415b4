"""How one bank writes its CSV export: which column is what, and how dates and amounts are written."""

from __future__ import annotations

import csv
import re
from codecs import lookup
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO

from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.texts import decode
from collections_app.engine.texts import Text

# what a column can be; several columns may be remittance
ROLE_NAMES = {
	"booking_date": Text("booking date"),
	"value_date": Text("value date"),
	"amount": Text("amount"),
	"credit": Text("credit"),
	"debit": Text("debit"),
	"direction": Text("direction"),
	"currency": Text("currency"),
	"counterparty_name": Text("counterparty name"),
	"counterparty_iban": Text("counterparty IBAN"),
	"counterparty_bic": Text("counterparty BIC"),
	"remittance": Text("remittance"),
	"end_to_end_id": Text("end-to-end ID"),
	"reference": Text("reference"),
	"balance": Text("balance"),
	"account": Text("account"),
	"status": Text("status"),
}
ROLES = tuple(ROLE_NAMES)
MOST_FIELD_BYTES = 100_000
# headings stand somewhere in the first rows; before them banks write the account, the period, who asked
ROWS_BEFORE_HEADINGS = 60


@dataclass(frozen=True)
class CsvMapping:
	"""How one bank writes its export.

	`columns`: heading -> role (see ROLES); headings are compared without case and blanks around. `date_format`: as for
	strptime; a time behind the date is passed over. `decimal_mark`: "," or "."; the other one, blanks and apostrophes
	group thousands. `encoding`: a Python codec; empty: found out. `currency`, `account`: where neither a column nor the
	rows before the headings say. `skip_rows`: rows before the headings at least; `skip_last`: rows at the end that are no
	movements (totals). `turn_sign`: money received is written as negative. `signed_debits`: the debit column has a minus.
	`no_headings`: the file begins with movements; the columns are called "Column 1", "Column 2", and so on.
	"""

	columns: Mapping[str, str] = field(default_factory=dict)
	delimiter: str = ";"
	date_format: str = "%d.%m.%Y"
	decimal_mark: str = ","
	currency: str = ""
	account: str = ""
	skip_rows: int = 0
	turn_sign: bool = False
	encoding: str = ""
	skip_last: int = 0
	signed_debits: bool = False
	no_headings: bool = False

	def check(self) -> None:
		"""StatementError when the mapping cannot work, naming the role."""
		roles = set(self.columns.values())
		if unknown := roles - set(ROLES):
			raise StatementError(Text("The mapping has an unknown role: {0}", sorted(unknown)[0]))
		for role in ROLES:
			if role != "remittance" and list(self.columns.values()).count(role) > 1:
				raise StatementError(Text("The mapping has two columns for {0}", ROLE_NAMES[role]))
		if "booking_date" not in roles:
			raise StatementError("The mapping has no column for the booking date")
		if "amount" not in roles and not roles & {"credit", "debit"}:
			raise StatementError("The mapping has no column for the amount (nor for credit or debit)")
		if "currency" not in roles and not re.fullmatch(r"[A-Z]{3}", self.currency):
			raise StatementError("The mapping has neither a column for the currency nor a currency")
		if len(self.delimiter) != 1 or self.decimal_mark not in (",", "."):
			raise StatementError("The mapping's delimiter or decimal mark cannot be used")
		if self.encoding and not _is_codec(self.encoding):
			raise StatementError(Text("The encoding {0} is not known", repr(self.encoding)))


@dataclass(frozen=True)
class CsvRows:
	"""A file as a mapping cuts it: `headings`, the rows `before` them, and `rows` as (number in the file, cells)."""

	headings: tuple[str, ...]
	before: tuple[tuple[str, ...], ...]
	rows: tuple[tuple[int, tuple[str, ...]], ...]


def cut(data: bytes, mapping: CsvMapping) -> CsvRows:
	"""The file's rows. The headings are the first row, after `skip_rows`, that has every column of the mapping; where none
	has, the row after `skip_rows`. StatementError when the file is no CSV or has no headings."""
	rows = read_rows(text_of(data, mapping.encoding), mapping.delimiter)
	if mapping.no_headings:
		head, first = -1, mapping.skip_rows
		width = max((len(one) for one in rows[first:]), default=0)
		names = tuple(f"Column {number}" for number in range(1, width + 1))
	else:
		head = _heading_row(rows, mapping)
		if head >= len(rows):
			raise StatementError("The file has no headings")
		first, names = head + 1, tuple(one.strip() for one in rows[head])
	numbered = [
		(number, tuple(row))
		for number, row in enumerate(rows[first:], first + 1)
		if any(one.strip() for one in row)
	]
	if mapping.skip_last:
		numbered = numbered[: -mapping.skip_last]
	return CsvRows(names, tuple(tuple(one) for one in rows[: max(head, 0)]), tuple(numbered))


def missing_columns(names: tuple[str, ...], mapping: CsvMapping) -> list[str]:
	"""The mapping's columns that are not among the headings."""
	found = {plain(one) for one in names}
	return [one for one in mapping.columns if plain(one) not in found]


def plain(heading: str) -> str:
	"""A heading without case and superfluous blanks, as headings are compared."""
	return " ".join(heading.split()).casefold()


def text_of(data: bytes, encoding: str = "") -> str:
	"""The file's text. StatementError where it is not written in the encoding that is named."""
	if not encoding:
		return decode(data)
	try:
		return data.decode(encoding).removeprefix("\ufeff")
	except (UnicodeError, LookupError):
		raise StatementError(Text("The file is not written in {0}", encoding)) from None


def read_rows(text: str, delimiter: str) -> list[list[str]]:
	"""The rows of a CSV text. StatementError when it is none."""
	csv.field_size_limit(MOST_FIELD_BYTES)
	try:
		return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
	except csv.Error as error:
		raise StatementError(Text("The file is no CSV: {0}", error)) from None


def _heading_row(rows: list[list[str]], mapping: CsvMapping) -> int:
	wanted = {plain(one) for one in mapping.columns}
	for number, row in enumerate(rows[: mapping.skip_rows + ROWS_BEFORE_HEADINGS]):
		if number >= mapping.skip_rows and wanted and wanted <= {plain(one) for one in row}:
			return number
	return mapping.skip_rows


def _is_codec(name: str) -> bool:
	try:
		return lookup(name)._is_text_encoding
	except LookupError:
		return False
