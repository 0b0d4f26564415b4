from dataclasses import replace

import pandas as pd
import pytest

from collections_app.engine.risk_facts import BROKEN_PROMISE, RiskSources, paid_on_the_day, risk_facts
from collections_app.engine.scorecards import FactorWeight, HardRule, Scorecard, default_scorecard
from collections_app.engine.scoring import score_customers
from collections_app.engine.what_if import MOST, what_would_change
from tests.unit.engine.builders import AS_OF, history, invoice
from tests.unit.engine.risk_world import DAYS, START, sources

DAY = pd.Timestamp(AS_OF)


def late(voucher: str, days: int, amount: float = 100.0, **values) -> dict:
	due = DAY - pd.Timedelta(days=days)
	values = {"posting_date": due - pd.Timedelta(days=30), "due_date": due, "paid_on": None, **values}
	return invoice(voucher_no=voucher, amount_base=amount, **values)


def advice(*rows, card=None, **frames):
	given = RiskSources(history=history(*rows), segments=pd.Series("", index=["C1"]), **frames)
	card = card or default_scorecard()
	facts = risk_facts(given, AS_OF, card.half_life)
	scores = score_customers(facts, card, AS_OF)
	return what_would_change(given, facts, scores, card, AS_OF), scores.scores.loc["C1"], given


PAID = [
	invoice(
		voucher_no=f"P{month}",
		posting_date=f"2024-0{month}-01",
		due_date=f"2024-0{month}-20",
		paid_on=f"2024-0{month}-18",
	)
	for month in range(1, 6)
]


def test_paying_the_fewest_invoices_that_reach_a_better_band():
	found, now, given = advice(*PAID, late("A", 100), late("B", 95), late("C", 12), late("D", 2))
	row = found[found["kind"] == "pay_overdue"].iloc[0]
	assert row["reason"].params["over_days"] in (90, 60) and row["reason"].params["count"] == 2
	assert row["band"] < now["band"] and not row["reason"].params["all"]
	changed, _count, _amount = paid_on_the_day(given, AS_OF, 90)
	again = score_customers(risk_facts(changed, AS_OF), default_scorecard(), AS_OF).scores.loc["C1"]
	assert (again["score"], again["band"]) == (row["score"], row["band"])


def test_paying_late_does_not_undo_the_delay():
	_found, _now, given = advice(*PAID, late("A", 100))
	changed, count, amount = paid_on_the_day(given, AS_OF, 0)
	facts = risk_facts(changed, AS_OF).loc["C1"]
	assert (count["C1"], amount["C1"]) == (1, 100)
	assert facts["overdue_base"] == 0 and facts["mean_days_late"] > 10


def test_with_no_band_in_reach_all_of_it_is_told():
	rules = Scorecard(
		factors=(FactorWeight("overdue_share", 90), FactorWeight("days_late", 10)),
		bands=((99.9, "A"), (0, "B")),
	)
	found, _now, _given = advice(*PAID, late("A", 100), late("B", 5), card=rules)
	row = found[found["kind"] == "pay_overdue"].iloc[0]
	assert row["reason"].params == {"count": 2, "amount": 200.0, "over_days": 0, "all": True}


def test_a_habit_reaches_the_band_when_it_is_changed_by_that_much():
	rows = [{**one, "paid_on": pd.Timestamp(one["due_date"]) + pd.Timedelta(days=20)} for one in PAID]
	card = Scorecard(factors=(FactorWeight("days_late", 1),))
	found, now, given = advice(*rows, card=card)
	row = found[found["kind"] == "habit"].iloc[0]
	assert (now["band"], row["band"]) == ("B", "A")
	assert row["reason"].params == {"factor": "days_late", "now": 20, "to": pytest.approx(9.9, abs=0.1)}
	facts = risk_facts(given, AS_OF)
	facts["mean_days_late"] = row["reason"].params["to"]
	assert score_customers(facts, card, AS_OF).scores.at["C1", "band"] == "A"


def test_waiting_without_another_incident():
	card = Scorecard(factors=(FactorWeight("broken_promises", 1),))
	broken = pd.DataFrame([{"customer": "C1", "kind": BROKEN_PROMISE, "known_on": DAY}] * 2)
	found, now, given = advice(*PAID, card=card, incidents=broken)
	row = found[found["kind"] == "wait"].iloc[0]
	later = AS_OF + pd.Timedelta(days=row["reason"].params["days"])
	assert (
		now["band"]
		> row["band"]
		== score_customers(risk_facts(given, later), card, later).scores.at["C1", "band"]
	)


def test_a_hard_rule_that_holds_it_down_is_named():
	reports = pd.DataFrame(
		[
			{
				"customer": "C1",
				"provider": "Creditsafe",
				"score": 90.0,
				"value": "A",
				"reported_on": DAY,
				"known_on": DAY,
				"valid_until": pd.NaT,
				"insolvent": True,
			}
		]
	)
	found, now, _given = advice(*PAID, reports=reports)
	assert now["band"] == "E"
	assert found["kind"].tolist() == ["rule_lifted"]
	assert found.iloc[0]["reason"].params["rule"] == "insolvent" and found.iloc[0]["band"] == "A"


def test_nothing_is_told_to_who_can_do_nothing_better():
	found, now, _given = advice(*PAID)
	assert now["band"] == "A" and found.empty


def test_a_customer_alone_gets_the_same_advice_as_among_all():
	given = sources(3)
	day = START + pd.Timedelta(days=DAYS)
	card = replace(default_scorecard(), hard_rules=(HardRule("overdue_too_long", "D", 30),))
	facts = risk_facts(given, day)
	scores = score_customers(facts, card, day)
	together = what_would_change(given, facts, scores, card, day)
	assert len(together) and together.groupby("customer").size().max() <= MOST
	one = together["customer"].iloc[0]
	alone = scores._replace(
		scores=scores.scores.loc[[one]], factors=scores.factors[scores.factors["customer"] == one]
	)
	pd.testing.assert_frame_equal(
		what_would_change(given, facts, alone, card, day),
		together[together["customer"] == one].reset_index(drop=True),
	)
