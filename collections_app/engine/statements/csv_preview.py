"""What a mapping makes of a file, to be looked at before it is saved: first rows as they stand, and what they become."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from collections_app.engine.statements.csv_mapped import CsvLine, account_before, read_lines
from collections_app.engine.statements.csv_mapping import CsvMapping, cut, missing_columns
from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.texts import check_size
from collections_app.engine.texts import Text


@dataclass(frozen=True)
class PreviewRow:
	"""A row of the file by its `number` as a spreadsheet counts it, its `cells`, and what it becomes: `read`, or else the
	`error`."""

	number: int
	cells: tuple[str, ...]
	read: CsvLine | None = None
	error: str = ""


@dataclass(frozen=True)
class Preview:
	"""The first rows, and counts over the whole file. `problem`: why the file as a whole cannot be read (yet).

	`account`: the IBAN found before the headings. `total`: the sum of the booked rows.
	"""

	headings: tuple[str, ...]
	before: tuple[tuple[str, ...], ...]
	rows: tuple[PreviewRow, ...]
	booked: int = 0
	pending: int = 0
	failed: int = 0
	total: Decimal = Decimal(0)
	account: str = ""
	problem: str = ""


def preview_csv(data: bytes, mapping: CsvMapping, limit: int = 20) -> Preview:
	"""The first `limit` rows, and after them those that cannot be read, as many again. StatementError only where the file
	is no CSV at all."""
	check_size(data)
	cut_rows = cut(data, mapping)
	shown = [PreviewRow(number, cells) for number, cells in cut_rows.rows[:limit]]
	head = Preview(cut_rows.headings, cut_rows.before, tuple(shown), account=account_before(cut_rows))
	try:
		mapping.check()
		if missing := missing_columns(cut_rows.headings, mapping):
			raise StatementError(Text("The file has no column {0}", repr(missing[0])))
		results = list(read_lines(data, mapping))
	except StatementError as error:
		return Preview(head.headings, head.before, head.rows, account=head.account, problem=error.text)
	rows, failed = [], 0
	for place, ((number, cells), result) in enumerate(zip(cut_rows.rows, results, strict=True)):
		wrong = isinstance(result, StatementError)
		failed += wrong
		if place < limit or (wrong and failed <= limit):
			rows.append(PreviewRow(number, cells, None if wrong else result, result.message if wrong else ""))
	booked = [one.line for one in results if isinstance(one, CsvLine) and one.line]
	return Preview(
		headings=head.headings,
		before=head.before,
		rows=tuple(rows),
		booked=len(booked),
		pending=len(results) - len(booked) - failed,
		failed=failed,
		total=sum((one.amount for one in booked), Decimal(0)),
		account=head.account,
	)
