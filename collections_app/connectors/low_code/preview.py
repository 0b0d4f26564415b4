"""What a stream would bring, without keeping anything: the raw first page, and its rows as they would be mapped."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from collections_app.connectors.bank_feed import UNREADABLE, BankAccount
from collections_app.connectors.errors import DataError, reason_of
from collections_app.connectors.low_code.connector import LowCodeConnector
from collections_app.connectors.low_code.mapping import Mapper, Problem, RowError
from collections_app.connectors.low_code.paging import rows_of
from collections_app.connectors.low_code.streams import BANK, Stream

SHOWN_ROWS = 50


@dataclass(frozen=True)
class PreviewRow:
	"""A row by its number on the page. `left_out`: the stream's condition or another account keeps it away."""

	number: int
	values: Mapping[str, Any] = field(default_factory=dict)
	problems: tuple[Problem, ...] = ()
	left_out: bool = False


@dataclass(frozen=True)
class Preview:
	"""`answer` as it came; `problem`: why no rows were found in it; `count`: the rows of the page, of which `rows` are the
	first."""

	answer: Any
	rows: tuple[PreviewRow, ...] = ()
	count: int = 0
	problem: str = ""
	account: str = ""


def preview(connector: LowCodeConnector, stream: str) -> Preview:
	"""Asks for the first page of a stream (of bank transactions: of the first account). ConnectorError as in any sync."""
	spec = connector.definition.stream(stream)
	account = connector.first_account() if spec.target == BANK else None
	answer = connector.first_answer(spec, account)
	name = (account.label or account.iban or account.account_id) if account else ""
	try:
		rows = rows_of(spec.rows, answer)
	except DataError as error:
		return Preview(answer, problem=error.text, account=name)
	mapper = connector.mapper(spec)
	shown = [_row(mapper, spec, number, row, account) for number, row in enumerate(rows[:SHOWN_ROWS], 1)]
	return Preview(answer, tuple(shown), len(rows), account=name)


def _row(mapper: Mapper, spec: Stream, number: int, row: Any, account: BankAccount | None) -> PreviewRow:
	unit = account.currency if account else ""
	try:
		if not mapper.wanted(row) or (account and not mapper.of_account(row, account)):
			return PreviewRow(number, left_out=True)
		values, problems = mapper.values(row, unit)
		if not problems:
			# some things show only when all fields stand together: a sign, a scale, what is still missing
			values |= _made(mapper, row, account)
	except RowError as error:
		return PreviewRow(number, values, tuple(error.problems))
	except UNREADABLE as error:
		return PreviewRow(number, problems=(Problem("", reason_of(error) or repr(error)),))
	return PreviewRow(number, values, tuple(problems))


def _made(mapper: Mapper, row: Any, account: BankAccount | None) -> dict[str, Any]:
	"""What the record holds at last, as far as it says something."""
	if account:
		made = mapper.line(row, account)
	elif mapper.target.prefix:
		mapper.records(row)
		return {}  # a record for each field of the customer: the fields say more
	else:
		((_identity, made),) = mapper.records(row)
	held = {one.name: getattr(made, one.name) for one in fields(made)}
	return {name: value for name, value in held.items() if value not in (None, "", {}, b"")}
