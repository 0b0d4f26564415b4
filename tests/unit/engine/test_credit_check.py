"""Rules over risk band, oldest debt, limit and cover."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.credit_check import (
	ACTIONS,
	BAND,
	BLOCK,
	CONDITIONS,
	COVER,
	LIMIT,
	OVERDUE,
	WARN,
	Facts,
	Rule,
	check,
	rules_for,
)


def values(rule: Rule, **facts) -> list:
	return [hit.value for hit in check([rule], Facts(**facts))]


@pytest.mark.parametrize(
	("rule", "right", "wrong", "value"),
	[
		(Rule("R", BAND, WARN, band="D"), {"band": "C"}, {"band": "D"}, "D"),
		(Rule("R", BAND, WARN, band="D"), {"band": ""}, {"band": "E"}, "E"),
		(Rule("R", OVERDUE, WARN, 30), {"oldest_overdue_days": 30}, {"oldest_overdue_days": 31}, 31),
		(Rule("R", LIMIT, WARN, 90), {"exposure": 90, "limit": 100}, {"exposure": 91, "limit": 100}, 91.0),
		(Rule("R", LIMIT, WARN, 90), {"exposure": 10**6, "limit": 0}, {"exposure": 2, "limit": 1}, 200.0),
		(Rule("R", COVER, WARN, 50), {"exposure": 150, "cover": 100}, {"exposure": 151, "cover": 100}, 51.0),
		(
			Rule("R", COVER, WARN, 50),
			{"exposure": 500, "cover": 1000, "insured_share": 0.9},
			{"exposure": 510, "cover": 1000, "insured_share": 0.9},
			51.0,
		),
		(Rule("R", COVER, WARN, 50), {"exposure": 50}, {"exposure": 60, "cover": None}, 60.0),
	],
)
def test_each_condition(rule, right, wrong, value):
	assert values(rule, **right) == []
	assert values(rule, **wrong) == [value]


def test_which_documents():
	"""A rule for orders looks at orders, one for both at both, and small documents are left alone."""
	rules = [
		Rule("orders", OVERDUE, WARN, document="Sales Order"),
		Rule("both", OVERDUE, WARN),
		Rule("large", OVERDUE, WARN, least=1000),
	]
	assert [one.name for one in rules_for(rules, "Delivery Note", 999.99)] == ["both"]
	assert [one.name for one in rules_for(rules, "Sales Order", 1000)] == ["orders", "both", "large"]


facts = st.builds(
	Facts,
	band=st.sampled_from(["", "A", "B", "C", "D", "E"]),
	oldest_overdue_days=st.integers(0, 400),
	exposure=st.floats(0, 1e6),
	limit=st.floats(0, 1e6),
	cover=st.none() | st.floats(0, 1e6),
)
rules = st.lists(
	st.builds(
		Rule,
		st.text(max_size=3),
		st.sampled_from(CONDITIONS),
		st.sampled_from(ACTIONS),
		st.floats(0, 1e6),
		st.sampled_from("ABCDE"),
	)
)


@given(rules, facts)
def test_blocks_come_first_and_worse_facts_never_help(found, known):
	hits = check(found, known)
	actions = [hit.rule.action for hit in hits]
	assert actions == sorted(actions, key=lambda one: one != BLOCK)
	worse = Facts("E", known.oldest_overdue_days + 1, known.exposure + 1, known.limit, known.cover)
	assert {id(hit.rule) for hit in hits} <= {id(hit.rule) for hit in check(found, worse)}
