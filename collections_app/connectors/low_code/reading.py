"""Reads a definition's JSON and notes everything that is wrong with it, each problem with its place."""

from collections.abc import Mapping
from typing import Any

from collections_app.connectors.low_code.expressions import Expression, ExpressionError
from collections_app.engine.texts import Text, joined

MISSING = object()
A_TEXT = Text("must be a text")


class Reading:
	"""One object of the JSON. What is wrong goes to `problems`, Texts named by `where`; reading goes on with a default."""

	def __init__(self, values: Any, where: str, problems: list[str]):
		self.where, self.problems = where, problems
		self.values: dict[str, Any] = {}
		self.asked: set[str] = set()
		if isinstance(values, Mapping):
			self.values = {str(name): one for name, one in values.items()}
		else:
			self.problem(Text("is no object"))

	def problem(self, said: str, key: str = "") -> None:
		place = joined(", ", filter(None, (self.where, key))) or Text("The definition")
		self.problems.append(Text("{0}: {1}.", place, said))

	def take(self, key: str, default: Any, kinds: type | tuple[type, ...], wrong: Text) -> Any:
		self.asked.add(key)
		value = self.values.get(key, MISSING)
		if value is MISSING or value is None:
			return default
		# True is a number to Python, not to a person
		if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
			self.problem(wrong, key)
			return default
		return value

	def text(
		self, key: str, default: str = "", *, required: bool = False, choices: tuple[str, ...] = ()
	) -> str:
		value = self.take(key, default, str, A_TEXT).strip()
		if required and not value:
			self.problem(Text("is missing"), key)
		elif choices and value and value not in choices:
			self.problem(Text("{0} is none of {1}", repr(value), ", ".join(choices)), key)
			return default
		return value or default

	def flag(self, key: str, default: bool = False) -> bool:
		return self.take(key, default, bool, Text("must be true or false"))

	def number(self, key: str, default: int, low: int = 0, high: int = 1_000_000) -> int:
		value = self.take(key, default, int, Text("must be a whole number"))
		if not low <= value <= high:
			self.problem(Text("must lie between {0} and {1}", low, high), key)
			return default
		return value

	def expression(self, key: str, *, required: bool = False) -> Expression:
		return self.compiled(key, self.text(key, required=required))

	def compiled(self, key: str, text: str) -> Expression:
		try:
			return Expression.of(text)
		except ExpressionError as error:
			self.problem(error.text, key)
			return Expression("")

	def object(self, key: str) -> dict[str, Any]:
		value = self.take(key, {}, Mapping, Text("must be an object"))
		return {str(name): one for name, one in value.items()}

	def texts(self, key: str) -> dict[str, str]:
		found = self.object(key)
		for name, one in found.items():
			if not isinstance(one, str):
				self.problem(A_TEXT, f"{key}.{name}")
		return {name: one for name, one in found.items() if isinstance(one, str)}

	def part(self, key: str) -> "Reading":
		return Reading(self.object(key), joined(", ", filter(None, (self.where, key))), self.problems)

	def parts(self, key: str, what: Text) -> list["Reading"]:
		"""The objects of a list; each is named by its `name`, else by its number."""
		found = self.take(key, [], list, Text("must be a list"))
		names = [one.get("name") if isinstance(one, Mapping) else None for one in found]
		where = [joined(" ", (what, str(name or number))) for number, name in enumerate(names, 1)]
		return [Reading(one, place, self.problems) for one, place in zip(found, where, strict=True)]

	def done(self) -> None:
		"""A key that nobody asked for is a slip of the pen."""
		for key in sorted(set(self.values) - self.asked):
			self.problem(Text("is not known here"), key)
