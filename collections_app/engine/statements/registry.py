"""The statement formats: which one a file has, and parsing it. A further format is one more entry in
FORMATS."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from collections_app.engine.statements.bai2 import looks_like_bai2, parse_bai2
from collections_app.engine.statements.camt import looks_like_camt, parse_camt
from collections_app.engine.statements.csv_formats import CsvFormat, looks_like_csv, parse_formatted
from collections_app.engine.statements.errors import StatementError
from collections_app.engine.statements.models import Statement
from collections_app.engine.statements.mt940 import looks_like_mt940, parse_mt940
from collections_app.engine.statements.ofx import looks_like_ofx, parse_ofx
from collections_app.engine.texts import Text


@dataclass(frozen=True)
class StatementFormat:
	"""A format: `detects(data, filename)` is cheap and never raises; `parse(data)` gives statements or
	StatementError."""

	name: str
	detects: Callable[[bytes, str], bool]
	parse: Callable[[bytes], list[Statement]]


FORMATS: tuple[StatementFormat, ...] = (
	StatementFormat("CAMT", lambda data, filename: looks_like_camt(data), parse_camt),
	StatementFormat("OFX", lambda data, filename: looks_like_ofx(data), parse_ofx),
	StatementFormat("MT940", lambda data, filename: looks_like_mt940(data), parse_mt940),
	StatementFormat("BAI2", lambda data, filename: looks_like_bai2(data), parse_bai2),
)


# what a file of one format holds and one of another does not
MARKS = {
	"CAMT": (re.compile(rb"<(?:\w+:)?Ntry>"),),
	"OFX": (re.compile(rb"<STMTTRN>"),),
	"MT940": (re.compile(rb"(?m)^:61:\d{6}"),),
	"BAI2": (re.compile(rb"(?m)^16,"), re.compile(rb"(?m)^(?:01|02|03|49|98|99),-?\d+,")),
}


def detect(data: bytes, filename: str = "") -> str:
	"""The name of the file's format. StatementError saying what the file looks like when no format fits."""
	return _format_of(data, filename).name


def parse(data: bytes, filename: str = "", csv_formats: Sequence[CsvFormat] = ()) -> list[Statement]:
	"""All statements of a file of any known format, or StatementError and nothing. `csv_formats`: the saved mappings that
	a CSV file may have."""
	return _format_of(data, filename, csv_formats).parse(data)


def _format_of(data: bytes, filename: str, csv_formats: Sequence[CsvFormat] = ()) -> StatementFormat:
	if not data.strip():
		raise StatementError("The file is empty", filename)
	fitting = [one for one in FORMATS if one.detects(data, filename)]
	if not fitting and looks_like_csv(data, filename):
		read = partial(parse_formatted, filename=filename, formats=csv_formats)
		fitting = [StatementFormat("CSV", looks_like_csv, read)]
	names = [one.name for one in fitting]
	if fitting:
		names += [name for name, marks in MARKS.items() if name not in names and _has(data, marks)]
	if len(names) == 1:
		return fitting[0]
	if names:
		raise StatementError(
			Text("It holds parts of several formats ({0}): it is damaged or joined", ", ".join(names)),
			filename,
		)
	known = ", ".join([*(one.name for one in FORMATS), "CSV"])
	raise StatementError(
		Text("No bank statement of a known format ({0}): it looks like {1}", known, _looks_like(data)),
		filename,
	)


def _has(data: bytes, marks: tuple[re.Pattern[bytes], ...]) -> bool:
	"""Whether every one of the marks is there."""
	return all(mark.search(data) for mark in marks)


def _looks_like(data: bytes) -> str:
	head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
	for start, name in (
		(b"%PDF", Text("a PDF")),
		(b"PK\x03\x04", Text("a ZIP archive or spreadsheet")),
		(b"\x1f\x8b", Text("a gzip archive")),
		(b"<!DOCTYPE html", Text("a web page")),
		(b"<html", Text("a web page")),
		(b"<", Text("another kind of XML beginning {0}", _shown(head))),
		(b"{", "JSON"),
		(b"[", "JSON"),
		(b"{1:", Text("a SWIFT message")),
		(b":20:", Text("a SWIFT message other than MT940")),
	):
		if head[: len(start)].lower() == start.lower():
			return name
	if b"\x00" in head:
		return Text("a binary file")
	return Text("text beginning {0}", _shown(head))


def _shown(head: bytes) -> str:
	return repr(head[:40].decode("utf-8", "replace"))
