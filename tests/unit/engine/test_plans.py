import pandas as pd
import pytest

from collections_app.engine.conditions import Condition
from collections_app.engine.plans import PlanRule, PlanRuleError, check_rules, choose_plans, ordered_rules

FACTS = pd.DataFrame(
	{"risk_band": ["A", "C", "E"], "country": ["France", "France", "Spain"]},
	index=pd.Index(["C1", "C2", "C3"], name="customer"),
)
FRENCH = (Condition("country", "=", "France"),)
RISKY = (Condition("risk_band", "in", "C,D,E"),)


def plans(rules, **options):
	frame = choose_plans(FACTS, rules, **options)
	return dict(zip(frame.index, zip(frame["plan"], frame["source"], strict=True), strict=True))


def test_the_first_fitting_rule_by_priority_wins():
	rules = [PlanRule("French", 20, FRENCH), PlanRule("Firm", 10, RISKY)]
	assert plans(rules) == {"C1": ("French", "rule"), "C2": ("Firm", "rule"), "C3": ("Firm", "rule")}
	rules = [PlanRule("French", 5, FRENCH), PlanRule("Firm", 10, RISKY)]
	assert plans(rules)["C2"] == ("French", "rule")


def test_an_override_comes_before_every_rule():
	rules = [PlanRule("Standard", 1)]
	result = plans(rules, overrides={"C2": "Key Account", "C3": "", "C9": "Unknown customer"})
	assert result == {
		"C1": ("Standard", "rule"),
		"C2": ("Key Account", "override"),
		"C3": ("Standard", "rule"),
	}


def test_none_fits():
	assert plans([PlanRule("French", 1, FRENCH)])["C3"] == (None, "none")
	assert plans([])["C1"] == (None, "none")


def test_rules_of_other_companies_are_left_out():
	rules = [PlanRule("Theirs", 1, company="Other"), PlanRule("All", 2), PlanRule("Ours", 2, company="Mine")]
	assert plans(rules, company="Mine")["C1"] == ("Ours", "rule")
	assert plans(rules)["C1"] == ("All", "rule")


def test_equal_priorities_have_a_fixed_order():
	rules = [PlanRule("B", 1), PlanRule("A", 1)]
	assert [rule.plan for rule in ordered_rules(rules)] == ["A", "B"]
	assert plans(rules) == plans(rules[::-1])


def test_a_wrong_condition_names_its_plan():
	wrong = PlanRule("Odd", 1, (Condition("colour", "=", "red"),))
	assert list(check_rules([wrong, PlanRule("Fine", 2, RISKY)])) == ["Odd"]
	with pytest.raises(PlanRuleError, match=r"Odd.*Condition 1, fact"):
		choose_plans(FACTS, [wrong])


def test_no_customers():
	assert len(choose_plans(FACTS.iloc[:0], [PlanRule("French", 1, FRENCH)])) == 0
