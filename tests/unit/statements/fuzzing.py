"""Files broken at random, and what must hold of each: all its transactions, or one clear error."""

from __future__ import annotations

import random
import re
import resource
import signal
from collections import Counter

from collections_app.engine.statements import CsvFormat, Statement, StatementError, detect, parse
from collections_app.engine.statements.csv_mapping import cut
from tests.unit.statements.camt_files import batch, camt, entry, transaction
from tests.unit.statements.csv_files import CSV_FILES, CSV_MAPPINGS
from tests.unit.statements.samples import ALL

LIMIT_SECONDS = 5
# room for one file that makes a parser greedy, on top of the program itself
MEMORY_CAP = 4 * 1024**3
CSV_FORMATS = tuple(
	CsvFormat(name, mapping, cut(CSV_FILES[name], mapping).headings) for name, mapping in CSV_MAPPINGS.items()
)
SAMPLES: dict[str, bytes] = {
	**{name: text.encode() for name, text in ALL.items()},
	**CSV_FILES,
	"plain.camt.xml": camt(entry(), entry("12.30", "DBIT")),
	"batch.camt.xml": camt(
		entry(), entry("12.30", "DBIT", details=batch(transaction("6.15"), transaction("6.15")))
	),
}
TOKENS = (
	b":61:",
	b":86:",
	b":20:",
	b"?20",
	b"<Ntry>",
	b"</Ntry>",
	b"<STMTTRN>",
	b"</STMTRS>",
	b"16,",
	b"99999999999999999999,99",
	b"&#0;",
	b"&lol;",
	b'<!DOCTYPE x [<!ENTITY lol "lol">]>',
	b"\x00",
	b"\xff\xfe",
	b"-1e309",
	b"NaN",
	b"20260230",
	b",,,,,,,,",
	b'";"',
	b'"',
	b"Betrag",
	b"1.234.567,8\xe2\x82\xac",
	b"\n" * 50,
	b"/" * 200,
	b" " * 300,
	"٣".encode(),
)
# what begins one movement, as one sees it without a parser
MOVEMENTS = {
	"sta": re.compile(rb"(?m)^:61:"),
	"xml": re.compile(rb"<(?:\w+:)?Ntry>"),
	"ofx": re.compile(rb"<STMTTRN>"),
	"bai": re.compile(rb"(?m)^16,"),
}
# a row of a CSV file begins with its date
ROWS = re.compile(rb"(?m)^\"?(?:\d\d[./]\d\d[./]\d{4}|\d{8})\"?[;,]")
KIND = {"940": "sta", "942": "sta", "fin": "sta"}


def mutated(chance: random.Random) -> tuple[str, bytes]:
	"""A sample with one to six changes."""
	name = chance.choice(list(SAMPLES))
	data = bytearray(SAMPLES[name])
	for _change in range(chance.randint(1, 6)):
		_change_one(data, chance)
	return name, bytes(data)


def _change_one(data: bytearray, chance: random.Random) -> None:
	at = chance.randrange(len(data) + 1)
	end = min(len(data), at + chance.choice((1, 1, 2, 8, 40, 200)))
	kind = chance.randrange(7)
	if kind == 0 and data:
		data[at % len(data)] = chance.randrange(256)
	elif kind == 1:
		del data[at:end]
	elif kind == 2:
		data[at:at] = data[at:end]
	elif kind == 3:
		data[at:at] = chance.choice(TOKENS)
	elif kind == 4:
		del data[at:]
	elif kind == 5:
		other = chance.choice(list(SAMPLES.values()))
		data[at:end] = other[: chance.randrange(len(other))]
	else:
		lines = bytes(data).split(b"\n")
		chance.shuffle(lines)
		data[:] = b"\n".join(lines)


class HangError(BaseException):
	"""The time for one file is over."""


def outcome(name: str, data: bytes) -> str:
	"""transactions, error, half_import, hang or crash."""

	def over(_signal, _frame):
		raise HangError

	before = signal.signal(signal.SIGALRM, over)
	signal.alarm(LIMIT_SECONDS)
	try:
		statements = parse(data, name, CSV_FORMATS)
		return "half_import" if lost(name, data, statements) else "transactions"
	except StatementError as error:
		return "error" if 5 < len(str(error)) < 600 else "crash"
	except HangError:
		return "hang"
	except Exception:
		return "crash"
	finally:
		signal.alarm(0)
		signal.signal(signal.SIGALRM, before)


def lost(name: str, data: bytes, statements: list[Statement]) -> bool:
	"""Whether movements that stand in the file, seen without a parser, are in no statement."""
	kind = name.rsplit(".", 1)[-1]
	if kind == "csv":
		# a quotation mark that opens and does not close makes one cell of several rows, rightly; and in a file that became
		# one of another format a row is part of a text
		if b'"' in data or detect(data, name) != "CSV":
			return False
		return _taken(statements) < len(ROWS.findall(data.replace(b"\r", b"\n")))
	pattern = MOVEMENTS[KIND.get(kind, kind)]
	text = data[max(data.find(b":20:"), 0) :] if pattern is MOVEMENTS["sta"] else data
	visible = len(pattern.findall(text.replace(b"\r", b"\n")))
	return _taken(statements) < visible


def _taken(statements: list[Statement]) -> int:
	return sum(len(one.lines) + one.pending_count for one in statements)


def cap_memory() -> None:
	"""A file that would eat the machine's memory crashes its parser instead, and is counted."""
	resource.setrlimit(resource.RLIMIT_AS, (MEMORY_CAP, MEMORY_CAP))


def storm(count: int, seed: int) -> Counter:
	"""The outcomes of `count` broken files."""
	chance = random.Random(seed)
	return Counter(outcome(*mutated(chance)) for _number in range(count))
