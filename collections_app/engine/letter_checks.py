"""Checks a letter's template without rendering it: syntax, and every name, field and filter it uses.

The template is parsed to Jinja's syntax tree, and the tree is walked with the names each place knows: the documented
variables, and those the template sets itself (`set`, `for`, macros). Where the kind of a value is known (a record, a list
of records, a text), so are its fields.
"""

from __future__ import annotations

import difflib
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from jinja2 import Environment, TemplateSyntaxError, nodes

from collections_app.engine.letter_variables import BY_NAME, ENTRIES, LIST, NUMBER, RECORD, TEXT

# Jinja's own, which a letter may use as well
OWN_NAMES = frozenset(
	{"range", "dict", "lipsum", "cycler", "joiner", "namespace", "loop", "_", "caller", "varargs"}
)
KEEPS_LIST = frozenset(
	{"list", "sort", "reverse", "selectattr", "rejectattr", "select", "reject", "unique", "slice", "batch"}
)
TAKES_ENTRY = frozenset({"first", "last", "random"})
# filters whose first argument or `attribute` names a field of the entries
ATTRIBUTE_FIRST = frozenset({"selectattr", "rejectattr", "groupby", "sum", "unique", "min", "max"})
TEXT_METHODS = frozenset(name for name in dir(str) if not name.startswith("_"))
RECORD_METHODS = frozenset({"get"})
LOADERS = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


@dataclass(frozen=True)
class Problem:
	"""What is wrong in which line of a text. `code` is one of syntax, unknown_variable, unknown_field, unknown_filter,
	unknown_test, not_allowed; `params`: what its sentence names."""

	line: int
	code: str
	params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
	"""What is known of a value: one of the kinds of `letter_variables`, and the fields of the record or entries."""

	kind: str
	name: str = ""
	fields: Mapping[str, str] | None = None


ANY = Kind("any")
KNOWN = {
	variable.name: Kind(variable.kind, variable.name, variable.fields or None)
	for variable in BY_NAME.values()
}


def check_template(source: str, environment: Environment) -> list[Problem]:
	"""The problems of one text, by line. `environment`: the one it is rendered in, with its filters and tests."""
	for number, line in enumerate(source.splitlines(), 1):
		if ".__" in line:
			return [Problem(number, "not_allowed", {"what": ".__"})]
	try:
		tree = environment.parse(source)
	except TemplateSyntaxError as error:
		return [Problem(error.lineno, "syntax", {"what": error.message or ""})]
	walker = _Walker(environment.filters, environment.tests)
	walker.statements(tree.body, dict(KNOWN))
	found = sorted(dict.fromkeys(walker.problems), key=lambda one: one.line)
	return [Problem(one.line, one.code, dict(one.params)) for one in found]


class _Walker:
	def __init__(self, filters: Container[str], tests: Container[str]):
		self.filters, self.tests = filters, tests
		self.problems: list[_Found] = []

	def tell(self, node: nodes.Node, code: str, **params: str) -> None:
		self.problems.append(_Found(node.lineno, code, tuple(params.items())))

	def statements(self, body: list[nodes.Node], names: dict[str, Kind]) -> None:
		for node in body:
			self.statement(node, names)

	def statement(self, node: nodes.Node, names: dict[str, Kind]) -> None:
		if isinstance(node, LOADERS):
			self.tell(node, "not_allowed", what=type(node).__name__.lower())
		elif isinstance(node, nodes.For):
			self.loop(node, names)
		elif isinstance(node, nodes.If):
			self.kind(node.test, names)
			for branch in (node.body, node.elif_, node.else_):
				self.statements(branch, names)
		elif isinstance(node, nodes.Assign):
			self.assign(node.target, self.kind(node.node, names), names)
		elif isinstance(node, nodes.AssignBlock):
			self.statements(node.body, dict(names))
			self.assign(node.target, Kind(TEXT), names)
		elif isinstance(node, nodes.With):
			inner = dict(names)
			for target, value in zip(node.targets, node.values, strict=True):
				self.assign(target, self.kind(value, names), inner)
			self.statements(node.body, inner)
		elif isinstance(node, nodes.Macro | nodes.CallBlock):
			inner = {**names, **{argument.name: ANY for argument in node.args}}
			for default in node.defaults:
				self.kind(default, names)
			if isinstance(node, nodes.Macro):
				names[node.name] = inner[node.name] = ANY
			else:
				self.kind(node.call, names)
			self.statements(node.body, inner)
		elif isinstance(node, nodes.FilterBlock):
			self.kind(node.filter, names)
			self.statements(node.body, dict(names))
		elif isinstance(node, nodes.Expr):
			self.kind(node, names)
		else:
			# what only holds others: output, blocks, `do`, autoescape
			for child in node.iter_child_nodes():
				self.statement(child, names)

	def loop(self, node: nodes.For, names: dict[str, Kind]) -> None:
		over = self.kind(node.iter, names)
		inner = dict(names)
		self.assign(node.target, entry_of(over), inner)
		if node.test is not None:
			self.kind(node.test, inner)
		self.statements(node.body, inner)
		self.statements(node.else_, dict(names))

	def assign(self, target: nodes.Node, kind: Kind, names: dict[str, Kind]) -> None:
		if isinstance(target, nodes.Name):
			names[target.name] = kind
		elif isinstance(target, nodes.Tuple):
			for part in target.items:
				self.assign(part, ANY, names)

	def kind(self, node: nodes.Node | None, names: dict[str, Kind]) -> Kind:
		"""Checks an expression and says what is known of its value."""
		if node is None:
			return ANY
		if isinstance(node, nodes.Name):
			return self.name(node, names)
		if isinstance(node, nodes.Getattr):
			return self.attribute(node, self.kind(node.node, names), node.attr)
		if isinstance(node, nodes.Getitem):
			return self.item(node, names)
		if isinstance(node, nodes.Filter):
			return self.filter(node, names)
		if isinstance(node, nodes.Test) and node.name not in self.tests:
			self.tell(node, "unknown_test", name=node.name)
		if isinstance(node, nodes.CondExpr):
			kinds = {self.kind(one, names) for one in (node.test, node.expr1, node.expr2)}
			return kinds.pop() if len(kinds) == 1 else ANY
		for child in node.iter_child_nodes():
			self.kind(child, names)
		if isinstance(node, nodes.TemplateData | nodes.Concat):
			return Kind(TEXT)
		return ANY

	def name(self, node: nodes.Name, names: dict[str, Kind]) -> Kind:
		if node.name in names:
			return names[node.name]
		if node.name not in OWN_NAMES:
			self.tell(node, "unknown_variable", name=node.name, guess=_guess(node.name, names))
		return ANY

	def attribute(self, node: nodes.Node, owner: Kind, name: str) -> Kind:
		if owner.kind == RECORD and owner.fields:
			if name in owner.fields:
				return _field(name, owner.fields[name])
			if name not in RECORD_METHODS:
				self.unknown_field(node, owner, name)
		elif owner.kind == LIST and owner.fields:
			self.unknown_field(node, owner, name)
		elif (owner.kind == TEXT and name not in TEXT_METHODS) or owner.kind == NUMBER:
			self.unknown_field(node, owner, name)
		return ANY

	def unknown_field(self, node: nodes.Node, owner: Kind, name: str) -> None:
		"""A list's entries have the fields, a text or a number has none."""
		fields = owner.fields if owner.kind == RECORD else {}
		self.tell(
			node,
			"unknown_field",
			owner=owner.name or owner.kind,
			name=name,
			fields=", ".join(fields or ()),
			guess=_guess(name, fields or ()),
		)

	def item(self, node: nodes.Getitem, names: dict[str, Kind]) -> Kind:
		owner = self.kind(node.node, names)
		if isinstance(node.arg, nodes.Slice):
			self.kind(node.arg, names)
			return owner
		self.kind(node.arg, names)
		if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
			return self.attribute(node, owner, node.arg.value)
		return entry_of(owner)

	def filter(self, node: nodes.Filter, names: dict[str, Kind]) -> Kind:
		owner = self.kind(node.node, names)
		for part in (*node.args, *node.kwargs, node.dyn_args, node.dyn_kwargs):
			self.kind(part.value if isinstance(part, nodes.Keyword) else part, names)
		if node.name not in self.filters:
			self.tell(node, "unknown_filter", name=node.name)
			return ANY
		if owner.kind == LIST and owner.fields:
			self.named_field(node, owner)
		if node.name in KEEPS_LIST and owner.kind == LIST:
			return owner if node.name not in ("slice", "batch") else ANY
		if node.name in TAKES_ENTRY:
			return entry_of(owner)
		return owner if node.name in ("default", "d") else ANY

	def named_field(self, node: nodes.Filter, owner: Kind) -> None:
		"""`selectattr("days_overdue", ...)`, `map(attribute="invoice")`: the field is named in quotes."""
		given = [one.value for one in node.kwargs if one.key == "attribute"]
		if node.name in ATTRIBUTE_FIRST and node.args:
			given.append(node.args[0])
		for one in given:
			if isinstance(one, nodes.Const) and isinstance(one.value, str) and one.value not in owner.fields:
				self.unknown_field(node, entry_of(owner), one.value)


@dataclass(frozen=True)
class _Found(Problem):
	"""As found: with params that can be told apart, so that each is told once."""

	params: tuple[tuple[str, str], ...] = ()


def entry_of(kind: Kind) -> Kind:
	"""What is known of one entry of a list."""
	if kind.kind == LIST and kind.fields:
		return Kind(RECORD, f"{kind.name}[]", kind.fields)
	return ANY


def _field(name: str, kind: str) -> Kind:
	return Kind(kind, name, ENTRIES.get(name))


def _guess(name: str, known: Container[str]) -> str:
	"""The known name that looks most alike, else an empty text."""
	found = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
	return found[0] if found else ""
