"""Which saved format a CSV file has: by its headings, and by its name where several accounts are exported alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch

from collections_app.engine.statements.csv_guess import guess_mapping
from collections_app.engine.statements.csv_mapped import account_before, parse_csv
from collections_app.engine.statements.csv_mapping import CsvMapping, cut, missing_columns, plain
from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.models import Statement
from collections_app.engine.texts import Text

CSV_ENDINGS = (".csv", ".tsv")


@dataclass(frozen=True)
class CsvFormat:
	"""A mapping that was saved. `headings`: all of the sample's, also those that mean nothing to us; `file_pattern`: what
	the names of its files look like ("*0815*.csv"), empty where any name will do."""

	name: str
	mapping: CsvMapping
	headings: tuple[str, ...] = field(default=())
	file_pattern: str = ""


def looks_like_csv(data: bytes, filename: str) -> bool:
	"""Whether a file is an account export in CSV: by its name, or by a row that looks like headings of one."""
	if filename.casefold().endswith(CSV_ENDINGS):
		return True
	try:
		return len(set(guess_mapping(data[:20_000]).columns.values())) > 2
	except StatementError:
		return False


def parse_formatted(data: bytes, filename: str, formats: Sequence[CsvFormat]) -> list[Statement]:
	"""The statements of a CSV file by the saved format that fits it. StatementError when none fits, several do, or a row
	cannot be read."""
	return parse_csv(data, choose(data, filename, formats).mapping)


def choose(data: bytes, filename: str, formats: Sequence[CsvFormat]) -> CsvFormat:
	"""The format whose headings are those of the file; else the one whose mapped columns the file all has, where the
	bank added others. StatementError when no format fits, or several that are not the same account's."""
	exact, near = [], []
	for one in formats:
		if one.file_pattern and not fnmatch(filename.casefold(), one.file_pattern.casefold()):
			continue
		names = _headings(data, one.mapping)
		if not names or missing_columns(names, one.mapping):
			continue
		same = {plain(name) for name in names} == {plain(name) for name in one.headings}
		(exact if same else near).append(one)
	fitting = exact or ([one for one in near if not one.mapping.no_headings])
	# a name that was asked for says more than none
	fitting = [one for one in fitting if one.file_pattern] or fitting
	if len(fitting) > 1:
		fitting = _for_the_account(data, fitting)
	if len(fitting) == 1:
		return fitting[0]
	if fitting:
		names = ", ".join(one.name for one in fitting)
		raise StatementError(
			Text(
				"Several Bank CSV Formats fit this file ({0}). Set a File Name Pattern in each, or disable all but one.",
				names,
			)
		)
	raise StatementError(_unknown(data))


def _for_the_account(data: bytes, fitting: list[CsvFormat]) -> list[CsvFormat]:
	"""Those of the account that the file names before its headings; one of them where all are read alike."""
	account = account_before(cut(data, fitting[0].mapping))
	fitting = [one for one in fitting if account and one.mapping.account == account] or fitting
	alike = {repr(replace(one.mapping, account="") if account else one.mapping) for one in fitting}
	return fitting[:1] if len(alike) == 1 else fitting


def _headings(data: bytes, mapping: CsvMapping) -> tuple[str, ...]:
	try:
		return cut(data, mapping).headings
	except StatementError:
		return ()


def _unknown(data: bytes) -> Text:
	try:
		guess = guess_mapping(data)
		names = ", ".join(one for one in cut(data, guess).headings if one)[:200]
	except StatementError:
		names = ""
	if not names:
		return Text(
			"No saved Bank CSV Format fits this file: no row looks like the headings of an account export. Save a Bank CSV "
			"Format for it, then retry the file."
		)
	return Text(
		"No saved Bank CSV Format fits this file: its columns are {0}. Save a Bank CSV Format for it, then retry the file.",
		names,
	)
