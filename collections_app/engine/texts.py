"""Sentences that pure modules say to people: finished English that still knows what it was made of.

`_()` is not known here. Whoever shows such a sentence says its template in the reader's language and fills in the
values anew (`services/texts.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

# what a sentence keeps as it is, for who says it anew; all else is kept as text
KEPT = (int, date)


class Text(str):
	"""A `template` with {0}, {1} … and its `values`: texts, numbers, days, or Texts, which are translated, too.

	As a str it is the finished English sentence. Without values the template is taken as it is: words of others stay whole,
	whatever brackets they hold.
	"""

	template: str
	values: tuple[Any, ...]

	def __new__(cls, template: str = "", *values: Any) -> Text:
		if isinstance(template, Text) and not values:
			return template
		kept = tuple(one if isinstance(one, (Text, *KEPT)) else str(one) for one in values)
		made = super().__new__(cls, template.format(*kept) if kept else template)
		made.template, made.values = str(template), kept
		return made

	def changed(self, change: Callable[[str], str]) -> Text:
		"""The same sentence with what `change` makes of its words (secrets hidden); what it finds in the finished sentence
		only costs the translation."""
		if not self.values:
			return Text(change(self.template))
		made = Text(self.template, *(_changed(one, change) for one in self.values))
		finished = change(str(made))
		return made if finished == made else Text(finished)


class SaidError(ValueError):
	"""An error for the person who can mend what is wrong: a template with its values, `AmountError("Not an amount: {0}", 3)`."""

	def __init__(self, message: str = "", *values: Any) -> None:
		super().__init__(Text(message, *values))

	@property
	def text(self) -> Text:
		return self.args[0]


def joined(between: str, texts: Iterable[str]) -> Text:
	"""Several of them as one; `between` holds no brackets."""
	parts = list(texts)
	return Text(between.join(f"{{{number}}}" for number in range(len(parts))), *parts)


def _changed(value: Any, change: Callable[[str], str]) -> Any:
	if isinstance(value, Text):
		return value.changed(change)
	return change(value) if isinstance(value, str) else value
