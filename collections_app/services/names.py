"""Thousands of names in a query of the query builder."""

from collections.abc import Iterable
from typing import Any

from pypika.terms import Term, Tuple

# no document has this name: a database wants at least one
NOTHING = ("",)


class Names(Term):
	"""What a column is to be one of: `column.isin(Names(customers))`. Texts, which go as parameters as always.

	Given a list, pypika makes an object of each and asks it for its SQL: with ten thousand customers that takes several
	times as long as the query.
	"""

	def __init__(self, names: Iterable[str]) -> None:
		super().__init__()
		self.names = tuple(names) or NOTHING

	def get_sql(self, param_wrapper=None, **kwargs: Any) -> str:
		if param_wrapper is None:
			return Tuple(*self.names).get_sql(**kwargs)
		marks = ",".join([param_wrapper.get_sql(param_value=name) for name in self.names])
		return f"({marks})"
