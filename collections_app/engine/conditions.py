"""Conditions a user builds without code: a fact of the customer, an operator, a value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from collections_app.engine.frames import require_columns
from collections_app.engine.scorecards import DEFAULT_BANDS
from collections_app.engine.texts import SaidError, Text

NUMBER = "number"
TEXT = "text"
YES, NO = "Yes", "No"
BANDS = tuple(band for _, band in DEFAULT_BANDS)


@dataclass(frozen=True)
class Fact:
	"""A fact about a customer: its column, a label to translate, its kind, and the values there are (empty: any)."""

	key: str
	label: str
	kind: str
	choices: tuple[str, ...] = ()


FACTS: dict[str, Fact] = {
	fact.key: fact
	for fact in (
		Fact("customer", "Customer", TEXT),
		Fact("customer_group", "Customer Group", TEXT),
		Fact("customer_type", "Customer Type", TEXT),
		Fact("territory", "Territory", TEXT),
		Fact("country", "Country", TEXT),
		Fact("currency", "Currency", TEXT),
		Fact("language", "Language", TEXT),
		Fact("risk_band", "Risk Band", TEXT, BANDS),
		Fact("risk_score", "Risk Score", NUMBER),
		Fact("outstanding_base", "Outstanding (company currency)", NUMBER),
		Fact("overdue_base", "Overdue (company currency)", NUMBER),
		Fact("oldest_overdue_days", "Oldest Overdue (days)", NUMBER),
		Fact("invoice_count", "Open Invoices", NUMBER),
		Fact("insured", "Insured", TEXT, (YES, NO)),
		Fact("cover_amount", "Cover Amount (company currency)", NUMBER),
		Fact("uncovered_amount", "Uncovered Amount (company currency)", NUMBER),
		Fact("late_chance", "Chance to Pay Late (%, of what is not due)", NUMBER),
		Fact("expected_days_late", "Expected Days Late", NUMBER),
	)
}
ORDERED = (">", ">=", "<", "<=")
LISTS = ("in", "not in")
UNARY = ("is set", "is not set")
OPERATORS = ("=", "!=", *ORDERED, *LISTS, *UNARY)


PLACES = {
	"fact": Text("Condition {0}, fact: {1}"),
	"operator": Text("Condition {0}, operator: {1}"),
	"value": Text("Condition {0}, value: {1}"),
}


class ConditionError(SaidError):
	"""A condition that cannot be used. `row`: its number from 1, `field`: "fact", "operator" or "value"; `message`: why,
	a Text where it is said in other languages."""

	def __init__(self, row: int, field: str, message: str) -> None:
		super().__init__(self.sentence(row, field, message))
		self.row = row
		self.field = field

	def sentence(self, row: int, field: str, message: str) -> str:
		return Text(PLACES[field], row, message)


@dataclass(frozen=True)
class Condition:
	"""One comparison. `value`: number or text; for "in" and "not in" a list, or text with commas."""

	fact: str
	operator: str
	value: Any = None


def read_conditions(rows: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
	"""Checked conditions from rows with the keys fact, operator, value (as a form stores them, all text).

	Numbers and lists are parsed. ConditionError names the first wrong row and field.
	"""
	conditions = [Condition(row.get("fact"), row.get("operator"), row.get("value")) for row in rows]
	return validate(conditions)


def validate(conditions: Sequence[Condition], facts: Mapping[str, Fact] = FACTS) -> tuple[Condition, ...]:
	"""The conditions, values parsed to their fact's kind; ConditionError for the first wrong one."""
	return tuple(_checked(condition, row, facts) for row, condition in enumerate(conditions, start=1))


def mask(
	frame: pd.DataFrame, conditions: Sequence[Condition], facts: Mapping[str, Fact] = FACTS
) -> pd.Series:
	"""For each row of the facts frame (index customer), whether all conditions hold; true without any.

	A missing value (None, NaN, "") meets only "!=", "not in" and "is not set". Text compares exactly.
	ConditionError for a wrong condition, FrameError for a fact the frame lacks.
	"""
	checked = validate(conditions, facts)
	require_columns(frame, [one.fact for one in checked if one.fact != frame.index.name], "facts")
	result = pd.Series(True, index=frame.index)
	for condition in checked:
		if condition.fact in frame.columns:
			column = frame[condition.fact]
		else:
			column = frame.index.to_series()
		result &= _holds(column, condition, facts[condition.fact].kind)
	return result


def _checked(condition: Condition, row: int, facts: Mapping[str, Fact]) -> Condition:
	fact = facts.get(condition.fact)
	if fact is None:
		raise ConditionError(row, "fact", Text("there is no fact {0}", repr(condition.fact)))
	if condition.operator not in OPERATORS:
		raise ConditionError(row, "operator", Text("there is no operator {0}", repr(condition.operator)))
	if fact.kind == TEXT and condition.operator in ORDERED:
		told = Text("{0} needs a number, {1} is text", condition.operator, Text(fact.label))
		raise ConditionError(row, "operator", told)
	if condition.operator in UNARY:
		return Condition(fact.key, condition.operator)
	if condition.operator in LISTS:
		value = condition.value
		parts = value.split(",") if isinstance(value, str) else value
		if not isinstance(parts, list | tuple | set | frozenset):
			parts = [parts]
		parsed = tuple(_value(part, fact, row) for part in parts if not _blank(part))
		if not parsed:
			raise ConditionError(row, "value", Text("the list is empty"))
		return Condition(fact.key, condition.operator, parsed)
	if _blank(condition.value):
		told = Text("missing for {0} {1}", Text(fact.label), Text(condition.operator))
		raise ConditionError(row, "value", told)
	return Condition(fact.key, condition.operator, _value(condition.value, fact, row))


def _blank(value: Any) -> bool:
	return value is None or (isinstance(value, str) and not value.strip())


def _value(value: Any, fact: Fact, row: int) -> Any:
	if isinstance(value, list | tuple | set | frozenset | dict):
		told = Text("{0} takes one value, not {1}", Text(fact.label), repr(value))
		raise ConditionError(row, "value", told)
	if fact.kind == TEXT:
		text = str(value).strip()
		if fact.choices and text not in fact.choices:
			# as they are written in the form
			choices = ", ".join(fact.choices)
			told = Text("{0} is one of {1}, not {2}", Text(fact.label), choices, repr(text))
			raise ConditionError(row, "value", told)
		return text
	try:
		number = float(value)
	except (TypeError, ValueError):
		number = math.nan
	if not math.isfinite(number):
		told = Text("{0} needs a number, not {1}", Text(fact.label), repr(value))
		raise ConditionError(row, "value", told)
	return number


def _holds(column: pd.Series, condition: Condition, kind: str) -> pd.Series:
	if kind == NUMBER:
		values = pd.to_numeric(column, errors="coerce").astype("float64")
		is_set = values.notna()
	else:
		values = column.astype(object)
		is_set = values.notna() & (values != "")
	operator, value = condition.operator, condition.value
	if operator == "is set":
		return is_set
	if operator == "is not set":
		return ~is_set
	if operator == "=":
		return is_set & (values == value)
	if operator == "!=":
		return ~(is_set & (values == value))
	if operator == "in":
		return is_set & values.isin(value)
	if operator == "not in":
		return ~(is_set & values.isin(value))
	compare = {">": np.greater, ">=": np.greater_equal, "<": np.less, "<=": np.less_equal}[operator]
	return is_set & compare(values, value)
