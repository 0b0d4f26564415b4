"""What is read: a stream's request, its pages, and the mapping of its rows; and the bank accounts behind a service."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collections_app.connectors.errors import DataError
from collections_app.connectors.low_code import placeholders, targets
from collections_app.connectors.low_code.expressions import Expression
from collections_app.connectors.low_code.reading import Reading
from collections_app.connectors.low_code.values import AMOUNTS, EPOCH, EPOCH_MS, ISO, Notation
from collections_app.engine.texts import Text

BANK = "bank_statement"
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
METHODS = ("GET", "POST")
CURSORS = ("none", "date", "time", "token")
PAGES = ("none", "number", "offset", "cursor", "link")


@dataclass(frozen=True)
class Pages:
	"""How a list comes in pages. `param`: what takes the page's number, offset or cursor; `next`: finds in an answer the next
	cursor or link, or, for a number or an offset, whether there is another page."""

	kind: str = "none"
	param: str = ""
	first: int = 1
	size_param: str = ""
	size: int = 100
	next: Expression = field(default_factory=lambda: Expression(""))

	@classmethod
	def of(cls, read: Reading) -> "Pages":
		kind = read.text("kind", "none", choices=PAGES)
		made = cls(
			kind=kind,
			param=read.text("param"),
			first=read.number("first", 0 if kind == "offset" else 1),
			size_param=read.text("size_param"),
			size=read.number("size", 100, 1, 100_000),
			next=read.expression("next", required=kind == "cursor"),
		)
		if kind in ("number", "offset", "cursor") and not made.param:
			read.problem(Text("name the parameter of the page"), "param")
		read.done()
		return made


@dataclass(frozen=True)
class MappedField:
	"""Where a field of the target comes from: an `expression` on the row, or a `constant`. `values`: theirs -> ours."""

	name: str
	expression: Expression = field(default_factory=lambda: Expression(""))
	constant: str = ""
	values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stream:
	"""One thing that is read. `rows` finds the list in an answer, `where` is a condition on a row. `history_days`: how far
	back the first reading goes; `next_token`: finds the token of the next reading in the last answer."""

	name: str
	label: str
	target: str
	path: str
	fields: tuple[MappedField, ...]
	method: str = "GET"
	params: Mapping[str, Any] = field(default_factory=dict)
	body: Mapping[str, Any] = field(default_factory=dict)
	rows: Expression = field(default_factory=lambda: Expression(""))
	where: Expression = field(default_factory=lambda: Expression(""))
	cursor: str = "none"
	history_days: int = 90
	next_token: Expression = field(default_factory=lambda: Expression(""))
	every_minutes: int = 60
	notation: Notation = field(default_factory=Notation)
	pages: Pages = field(default_factory=Pages)

	@classmethod
	def of(cls, read: Reading) -> "Stream":
		cursor = read.text("cursor", "none", choices=CURSORS)
		target = read.text("target", required=True, choices=tuple(targets.TARGETS))
		made = cls(
			name=read.text("name", required=True),
			label=read.text("label"),
			target=target,
			method=read.text("method", "GET", choices=METHODS),
			path=read.text("path", required=True),
			params=read.object("params"),
			body=read.object("body"),
			rows=read.expression("rows"),
			where=read.expression("where"),
			cursor=cursor,
			history_days=read.number("history_days", 90, 1, 36_500),
			next_token=read.expression("next_token", required=cursor == "token"),
			every_minutes=read.number("every_minutes", 60, 5, 525_600),
			notation=Notation(read.text("amounts", AMOUNTS[0], choices=AMOUNTS), _dates(read)),
			pages=Pages.of(read.part("pages")),
			fields=_fields(read, targets.TARGETS.get(target)),
		)
		read.done()
		made._check(read)
		return made

	def _check(self, read: Reading) -> None:
		if self.name and not NAME.fullmatch(self.name):
			read.problem(Text("takes small letters, digits and underscores"), "name")
		if self.rows.filters:
			# a page that is filtered looks like the last one
			read.problem(Text("leaves rows out; put the condition under where"), "rows")
		elif self.pages.kind == "offset" and self.rows.reshapes:
			read.problem(
				Text("must be a list as it stands in the answer: the offset goes on by its length"), "rows"
			)
		if self.body and self.method != "POST":
			read.problem(Text("only a POST has a body"), "body")
		if self.pages.kind == "link" and self.method != "GET":
			read.problem(Text("links are followed by GET only"), "pages")
		if self.target == BANK and self.cursor == "token":
			read.problem(Text("bank transactions go on by date, or are read all each time"), "cursor")
		if self.cursor == "token" and placeholders.TOKEN not in placeholders.names(
			[self.path, self.params, self.body]
		):
			read.problem(Text("is by token, but no parameter takes {{token}}"), "cursor")


@dataclass(frozen=True)
class Accounts:
	"""The request that lists the bank accounts, and where their parts are found in a row. No path: each connection enters
	the number of its account."""

	path: str = ""
	rows: Expression = field(default_factory=lambda: Expression(""))
	id: Expression = field(default_factory=lambda: Expression(""))
	iban: Expression = field(default_factory=lambda: Expression(""))
	currency: Expression = field(default_factory=lambda: Expression(""))
	label: Expression = field(default_factory=lambda: Expression(""))

	@classmethod
	def of(cls, read: Reading) -> "Accounts":
		path = read.text("path")
		made = cls(
			path=path,
			rows=read.expression("rows"),
			id=read.expression("id", required=bool(path)),
			iban=read.expression("iban"),
			currency=read.expression("currency"),
			label=read.expression("label"),
		)
		read.done()
		return made


def _dates(read: Reading) -> str:
	"""A notation of dates; a pattern has to read what it writes."""
	said = read.text("dates", ISO)
	if said in (ISO, EPOCH, EPOCH_MS):
		return said
	try:
		if "%d" not in said and "%j" not in said:
			raise ValueError
		datetime.strptime(datetime(2026, 12, 31, 23, 58, 59).strftime(said), said)
	except ValueError:
		wrong = Text("{0} is none of iso, epoch, epoch_ms, nor a pattern such as %d.%m.%Y", repr(said))
		read.problem(wrong, "dates")
		return ISO
	return said


def _fields(read: Reading, target: targets.Target | None) -> tuple[MappedField, ...]:
	"""The mapping: field -> expression, or -> {expression, constant, values}."""
	made = []
	for name, value in read.object("fields").items():
		place = Reading({"expression": value} if isinstance(value, str) else value, read.where, read.problems)
		place.where = Text("{0}, field {1}", read.where, name)
		expression = place.expression("expression")
		constant, values = place.text("constant"), place.texts("values")
		place.done()
		known = target and target.field(name)
		if target and not known:
			place.problem(Text("is no field of {0}", Text(target.label)))
		elif bool(expression.text) == bool(constant):
			# an expression that could not be read has been told
			if not place.values.get("expression") or constant:
				place.problem(Text("takes either an expression or a constant"))
		elif known:
			_check_choices(place, known, constant, values)
		made.append(MappedField(name, expression, constant, values))
	names = {one.name for one in made}
	if target:
		missing = [one.name for one in target.fields if one.required and one.name not in names]
		for name in missing:
			read.problem(Text("is required"), Text("field {0}", name))
		if target.one_of and not names & set(target.one_of):
			read.problem(Text("map one of the fields {0}", ", ".join(target.one_of)))
		if target.prefix and not any(name.startswith(target.prefix) for name in names):
			read.problem(
				Text("map at least one field of the customer, such as {0}", f"{target.prefix}website")
			)
	return tuple(made)


def _check_choices(
	place: Reading, known: targets.TargetField, constant: str, values: Mapping[str, str]
) -> None:
	"""What is written down is read now, so that a slip shows before a sync does."""
	unknown = set(placeholders.names(constant)) - {placeholders.TODAY}
	for name in sorted(unknown):
		place.problem(Text("nothing is known as {0} here; there is today", f"{{{{{name}}}}}"), "constant")
	for key, written in {
		"constant": constant,
		**{f"values.{one}": ours for one, ours in values.items()},
	}.items():
		if not written or placeholders.PATTERN.search(written):
			continue
		try:
			Notation().read(known, written)
		except DataError as error:
			place.problem(error.text, key)
