import pandas as pd
import pytest

from collections_app.engine.conditions import Condition
from collections_app.engine.plans import (
	PlanRule,
	PlanRuleError,
	Split,
	choose_plans,
	draw,
	fitting,
	gets_variant,
	ordered_rules,
)

FACTS = pd.DataFrame(
	{"risk_band": ["A", "C", "E"], "country": ["France", "France", "Spain"]},
	index=pd.Index(["C1", "C2", "C3"], name="customer"),
)
# the first digits of sha256("Old\nCustomer 1") as a fraction
LOT = 0.74569102444785
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
	with pytest.raises(PlanRuleError, match=r"Odd.*Condition 1, fact"):
		choose_plans(FACTS, [wrong])


def test_no_customers():
	assert len(choose_plans(FACTS.iloc[:0], [PlanRule("French", 1, FRENCH)])) == 0


def test_a_rule_may_be_limited_to_customers_found_elsewhere():
	rules = [PlanRule("Picked", 1, RISKY, customers=frozenset({"C1", "C2"})), PlanRule("Rest", 2)]
	assert [plan for plan, _ in plans(rules).values()] == ["Rest", "Picked", "Rest"]
	assert not fitting(FACTS, PlanRule("Nobody", 1, customers=frozenset())).any()


MANY = pd.DataFrame(
	{"country": "France"}, index=pd.Index([f"Customer {n}" for n in range(4000)], name="customer")
)


def test_a_split_plan_shares_its_customers_for_good():
	rules = [PlanRule("Old", 1, FRENCH, split=Split("New", 30))]
	chosen = choose_plans(MANY, rules)
	assert (chosen["split_of"] == "Old").all() and (chosen["source"] == "rule").all()
	assert (chosen["plan"] == "New").mean() == pytest.approx(0.3, abs=0.025)
	# the same on another day, in another order and among others
	again = choose_plans(MANY.iloc[::-3], rules)
	assert again["plan"].equals(chosen.loc[again.index, "plan"])
	# a larger share only adds
	more = choose_plans(MANY, [PlanRule("Old", 1, FRENCH, split=Split("New", 60))])
	assert (more.loc[chosen["plan"] == "New", "plan"] == "New").all()
	# another test draws anew
	other = choose_plans(MANY, [PlanRule("Other", 1, FRENCH, split=Split("New", 30))])
	both = (chosen["plan"] == "New") & (other["plan"] == "New")
	assert both.mean() == pytest.approx(0.09, abs=0.02)


def test_a_split_leaves_overrides_and_other_rules_alone():
	rules = [PlanRule("Old", 1, FRENCH, split=Split("New", 99.999)), PlanRule("Rest", 2)]
	result = choose_plans(FACTS, rules, {"C1": "Old"})
	assert list(result["plan"]) == ["Old", "New", "Rest"]
	assert list(result["split_of"]) == [None, "Old", None]


def test_a_lot_never_changes():
	"""Changing the draw would give running tests' customers another plan: these are SHA-256's own values."""
	assert draw("Old", "Customer 1") == pytest.approx(LOT, abs=1e-12)
	assert gets_variant("Old", "Customer 1", 100 * LOT + 0.01)
	assert not gets_variant("Old", "Customer 1", 100 * LOT - 0.01)
