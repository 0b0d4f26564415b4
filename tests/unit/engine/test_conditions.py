import numpy as np
import pandas as pd
import pytest

from collections_app.engine.conditions import (
	FACTS,
	OPERATORS,
	Condition,
	ConditionError,
	mask,
	read_conditions,
	validate,
)
from collections_app.engine.frames import FrameError

FRAME = pd.DataFrame(
	{
		"risk_band": ["A", "C", None, ""],
		"country": ["France", "Spain", "Spain", "Germany"],
		"overdue_base": [0.0, 100.0, 250.0, np.nan],
	},
	index=pd.Index(["C1", "C2", "C3", "C4"], name="customer"),
)


def matching(fact, operator, value=None):
	result = mask(FRAME, [Condition(fact, operator, value)])
	return list(result.index[result])


@pytest.mark.parametrize(
	("fact", "operator", "value", "customers"),
	[
		("risk_band", "=", "A", ["C1"]),
		("risk_band", "!=", "A", ["C2", "C3", "C4"]),
		("risk_band", "in", ["A", "C"], ["C1", "C2"]),
		("risk_band", "in", "A, C", ["C1", "C2"]),
		("risk_band", "not in", "A", ["C2", "C3", "C4"]),
		("risk_band", "is set", None, ["C1", "C2"]),
		("risk_band", "is not set", None, ["C3", "C4"]),
		("overdue_base", "=", 100, ["C2"]),
		("overdue_base", "!=", 100, ["C1", "C3", "C4"]),
		("overdue_base", ">", "100", ["C3"]),
		("overdue_base", ">=", 100, ["C2", "C3"]),
		("overdue_base", "<", 100, ["C1"]),
		("overdue_base", "<=", 100, ["C1", "C2"]),
		("overdue_base", "in", "0, 250", ["C1", "C3"]),
		("overdue_base", "is set", None, ["C1", "C2", "C3"]),
		("overdue_base", "is not set", None, ["C4"]),
		("customer", "in", "C1,C4", ["C1", "C4"]),
	],
)
def test_operators(fact, operator, value, customers):
	assert matching(fact, operator, value) == customers


def test_every_operator_is_tested_for_its_opposite():
	for fact, value in (("overdue_base", 100), ("country", "Spain")):
		for yes, no in (("=", "!="), ("in", "not in"), ("is set", "is not set")):
			assert (
				mask(FRAME, [Condition(fact, yes, value)]) ^ mask(FRAME, [Condition(fact, no, value)])
			).all()
	assert len(OPERATORS) == 10


def test_all_conditions_must_hold_and_none_means_everybody():
	both = mask(FRAME, [Condition("country", "=", "Spain"), Condition("overdue_base", ">", 100)])
	assert list(both.index[both]) == ["C3"]
	assert mask(FRAME, []).all()


@pytest.mark.parametrize(
	("row", "field", "condition"),
	[
		(1, "fact", ("colour", "=", "red")),
		(1, "fact", (None, "=", "red")),
		(1, "operator", ("country", "like", "S%")),
		(1, "operator", ("country", ">", "Spain")),
		(1, "value", ("overdue_base", ">", "much")),
		(1, "value", ("overdue_base", "=", "nan")),
		(1, "value", ("overdue_base", ">", " ")),
		(1, "value", ("country", "=", None)),
		(1, "value", ("country", "in", " , ")),
		(1, "value", ("country", "=", ["Spain"])),
		(1, "value", ("risk_band", "=", "F")),
		(1, "value", ("risk_band", "in", "A,b")),
		(1, "value", ("insured", "=", "1")),
	],
)
def test_wrong_conditions_name_row_and_field(row, field, condition):
	for place in (1, 2):
		conditions = [Condition("country", "is set")] * (place - 1) + [Condition(*condition)]
		with pytest.raises(ConditionError) as error:
			validate(conditions)
		assert (error.value.row, error.value.field) == (place, field)
		assert f"Condition {place}, {field}" in str(error.value)


def test_rows_of_a_form_become_conditions():
	rows = [
		{"fact": "overdue_base", "operator": ">", "value": " 12.5 "},
		{"fact": "country", "operator": "in", "value": "Spain , France,"},
		{"fact": "risk_band", "operator": "is set", "value": "ignored"},
	]
	assert read_conditions(rows) == (
		Condition("overdue_base", ">", 12.5),
		Condition("country", "in", ("Spain", "France")),
		Condition("risk_band", "is set"),
	)


def test_a_fact_that_the_frame_lacks_is_named():
	with pytest.raises(FrameError, match="territory"):
		mask(FRAME, [Condition("territory", "is set")])
	assert {fact.kind for fact in FACTS.values()} == {"number", "text"}
