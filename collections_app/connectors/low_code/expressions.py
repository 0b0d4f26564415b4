"""JMESPath: compiled once, with errors that say what is wrong with which expression."""

from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from collections_app.connectors.errors import DataError
from collections_app.engine.texts import Text

LONGEST = 1000  # characters; longer ones are no expression of a person


class ExpressionError(ValueError):
	"""A text that is no JMESPath; the message, a Text, says where it goes wrong."""

	def __init__(self, message: str, *values: Any):
		super().__init__(Text(message, *values))

	@property
	def text(self) -> Text:
		return self.args[0]


@dataclass(frozen=True)
class Expression:
	"""A compiled expression. An empty one finds the whole answer."""

	text: str
	parsed: Any = None

	@classmethod
	def of(cls, text: str) -> "Expression":
		text = text.strip()
		if not text:
			return cls("")
		if len(text) > LONGEST:
			raise ExpressionError("has more than {0} characters", LONGEST)
		try:
			return cls(text, jmespath.compile(text))
		except JMESPathError as error:
			column = getattr(error, "lex_position", None)
			if isinstance(column, int) and column >= 0:
				raise ExpressionError(
					"{0} is not JMESPath: it cannot be read at character {1}", repr(text), column + 1
				) from None
			raise ExpressionError("{0} is not JMESPath: it cannot be read", repr(text)) from None
		except RecursionError:
			raise ExpressionError("{0}… is nested too deep", repr(text[:60])) from None

	def find(self, data: Any) -> Any:
		"""What it finds; None where there is nothing. DataError when a function in it does not fit the data."""
		if not self.parsed:
			return data
		try:
			return self.parsed.search(data)
		except (JMESPathError, RecursionError, TypeError, ValueError, ArithmeticError) as error:
			said = str(error).splitlines()[0] if str(error) else type(error).__name__
			raise DataError("{0} does not fit the answer: {1}", repr(self.text), said[:200]) from None

	@property
	def filters(self) -> bool:
		"""Whether it leaves out elements of a list by a condition."""
		return self._has({"filter_projection"})

	@property
	def reshapes(self) -> bool:
		"""Whether it may find more or fewer elements than a list in the answer has."""
		return self._has({"filter_projection", "flatten", "slice", "projection", "value_projection"})

	def _has(self, kinds: set[str]) -> bool:
		return bool(self.parsed) and _any_of(self.parsed.parsed, kinds)


def _any_of(node: dict[str, Any], kinds: set[str]) -> bool:
	return node.get("type") in kinds or any(_any_of(one, kinds) for one in node["children"])
