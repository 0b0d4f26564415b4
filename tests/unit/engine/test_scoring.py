import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.frames import FrameError
from collections_app.engine.reasons import Reason
from collections_app.engine.scoring import (
	FACTORS,
	FactorWeight,
	HardRule,
	Scorecard,
	ScorecardError,
	default_scorecard,
	score_customers,
)
from tests.unit.engine.builders import AS_OF

GOOD = {
	"segment": "Retail",
	"paid_count": 40,
	"mean_days_late": -2.0,
	"trend_days": 0.0,
	"late_ratio": 0.05,
	"part_payment_ratio": 0.0,
	"first_invoice_on": "2015-01-01",
	"recent_days_late": -2.0,
	"earlier_days_late": -2.0,
	"returned_debits": 0,
	"returned_debits_faded": 0.0,
	"disputes_lost": 0,
	"disputes_lost_faded": 0.0,
	"broken_promises_faded": 0.0,
	"monthly_base": 5000.0,
	"invoices_last_year": 20,
	"committed_base": 0.0,
	"company_outstanding_base": 100000.0,
	"bureau_score": 90.0,
	"insurer_grade": 90.0,
	"covered_base": 1000.0,
	"overdue_base": 0.0,
	"outstanding_base": 1000.0,
	"credit_limit": 10000.0,
	"oldest_overdue_days": 0,
	"broken_promises": 0,
	"insolvent": False,
}
BAD = {
	**GOOD,
	"mean_days_late": 75.0,
	"trend_days": 25.0,
	"late_ratio": 1.0,
	"part_payment_ratio": 0.8,
	"first_invoice_on": "2024-05-01",
	"overdue_base": 20000.0,
	"outstanding_base": 20000.0,
	"oldest_overdue_days": 85,
	"recent_days_late": 90.0,
	"earlier_days_late": 65.0,
	"broken_promises": 2,
	"broken_promises_faded": 2.0,
	"returned_debits": 2,
	"returned_debits_faded": 2.0,
	"disputes_lost": 3,
	"disputes_lost_faded": 3.0,
	"monthly_base": 2000.0,
	"invoices_last_year": 3,
	"committed_base": 30000.0,
	"company_outstanding_base": 50000.0,
	"bureau_score": 5.0,
	"insurer_grade": 10.0,
	"covered_base": 0.0,
}
NEW = {
	**GOOD,
	"paid_count": 0,
	"mean_days_late": np.nan,
	"trend_days": np.nan,
	"recent_days_late": np.nan,
	"earlier_days_late": np.nan,
	"late_ratio": np.nan,
	"part_payment_ratio": np.nan,
	"first_invoice_on": None,
}


def facts(**customers) -> pd.DataFrame:
	frame = pd.DataFrame.from_dict(customers, orient="index")
	frame["first_invoice_on"] = pd.to_datetime(frame["first_invoice_on"])
	return frame


def score(frame, card=None):
	return score_customers(frame, card or default_scorecard(), AS_OF)


def card(*keys, **options):
	return Scorecard(factors=tuple(FactorWeight(key, 10.0) for key in keys), **options)


def test_good_and_bad_customers():
	scores, _factors = score(facts(good=GOOD, bad=BAD))
	assert scores.loc["good", ["band", "basis"]].tolist() == ["A", "own history"]
	assert scores.loc["bad", "band"] == "E"
	assert scores.loc["good", "score"] > 90 and scores.loc["bad", "score"] < 20


@pytest.mark.parametrize(
	("key", "column", "better", "worse"),
	[
		("days_late", "mean_days_late", 5, 40),
		("days_late_trend", "trend_days", -5, 20),
		("late_ratio", "late_ratio", 0.1, 0.9),
		("overdue_share", "overdue_base", 100.0, 900.0),
		("limit_use", "outstanding_base", 6000.0, 12000.0),
		("oldest_overdue", "oldest_overdue_days", 5, 80),
		("broken_promises", "broken_promises_faded", 0, 2),
		("returned_debits", "returned_debits_faded", 0.3, 1),
		("disputes_lost", "disputes_lost_faded", 0, 2),
		("recent_days_late", "recent_days_late", 5, 40),
		("outstanding", "monthly_base", 5000.0, 200.0),
		("open_orders", "committed_base", 0.0, 20000.0),
		("concentration", "company_outstanding_base", 100000.0, 5000.0),
		("bureau_score", "bureau_score", 80, 20),
		("insurer_grade", "insurer_grade", 80, 20),
		("insured_share", "covered_base", 800.0, 100.0),
		("volume", "invoices_last_year", 20, 2),
		("relation_age", "first_invoice_on", "2018-01-01", "2024-01-01"),
		("part_payments", "part_payment_ratio", 0.1, 0.9),
	],
)
def test_every_factor_looks_the_right_way(key, column, better, worse):
	scores, factors = score(facts(x={**GOOD, column: better}, y={**GOOD, column: worse}), card(key))
	assert scores.loc["x", "score"] > scores.loc["y", "score"]
	assert factors["factor"].tolist() == [key, key]
	assert {reason.code for reason in factors["reason"]} == {key}


def test_factor_values():
	frame = facts(x={**GOOD, "overdue_base": 250.0, "first_invoice_on": "2023-06-03"})
	_scores, factors = score(frame)
	values = factors.set_index("factor")["value"]
	assert values["overdue_share"] == 0.25
	assert values["limit_use"] == 0.1
	assert values["relation_age"] == pytest.approx(366 / 365.25)
	reasons = factors.set_index("factor")["reason"]
	assert reasons["overdue_share"] == Reason("overdue_share", {"share": 0.25})
	assert reasons["days_late"] == Reason("days_late", {"days": -2.0})
	assert json.dumps([one.to_dict() for one in reasons], allow_nan=False)


def test_overdue_share_with_credits_and_without_debts():
	frame = facts(
		none={**GOOD, "outstanding_base": 0.0},
		credits={**GOOD, "overdue_base": 300.0, "outstanding_base": 100.0},
		more={**GOOD, "overdue_base": 300.0, "outstanding_base": -100.0},
	)
	_scores, factors = score(frame, card("overdue_share"))
	assert factors["value"].tolist() == [0.0, 1.0, 1.0]


def test_unknown_factors_are_left_out_and_weigh_on_the_confidence():
	known = facts(x=GOOD)
	full, _factors = score(known)
	scores, factors = score(known.assign(credit_limit=0.0).drop(columns="broken_promises_faded"))
	assert not {"limit_use", "broken_promises"} & set(factors["factor"])
	assert factors["weight"].sum() == pytest.approx(1)
	assert scores.loc["x", "confidence"] < full.loc["x", "confidence"]


def test_confidence_grows_with_the_number_of_paid_invoices():
	scores, _factors = score(facts(few={**GOOD, "paid_count": 3}, many={**GOOD, "paid_count": 27}))
	assert scores["confidence"].tolist() == [0.75, 0.95]


def test_a_short_history_shrinks_towards_the_segment():
	one = {**GOOD, "paid_count": 1, "mean_days_late": 90.0}
	frame = facts(
		mean=GOOD,
		other={**GOOD, "mean_days_late": 15.0},
		far={**GOOD, "segment": "Public", "mean_days_late": 90.0},
		one=one,
	)
	scores, factors = score(frame, card("days_late"))
	# Segment mean of points: (1 + 0.7) / 2 = 0.85; own points 0 with a share of 1/3.
	assert scores.loc["one", "score"] == pytest.approx(100 * 0.85 * 2 / 3, abs=0.05)
	assert scores["basis"].to_dict() == {
		"mean": "own history",
		"other": "own history",
		"far": "own history",
		"one": "segment",
	}
	reason = factors.set_index("customer").loc["one", "reason"]
	assert reason == Reason(
		"segment_mean", {"factor": "days_late", "segment": "Retail", "paid_count": 1, "minimum_history": 3}
	)
	assert scores.loc["one", "confidence"] < scores.loc["mean", "confidence"] / 2


def test_a_segment_without_history_takes_everybodys():
	frame = facts(a=GOOD, b={**GOOD, "mean_days_late": 15.0}, new={**NEW, "segment": "Unheard of"})
	scores, factors = score(frame, card("days_late"))
	assert scores.loc["new", "score"] == 85
	assert factors.set_index("customer").loc["new", "reason"].params["segment"] == ""


def test_what_is_known_about_today_is_not_shrunk():
	frame = facts(good=GOOD, new={**NEW, "overdue_base": 1000.0, "oldest_overdue_days": 120})
	scores, _factors = score(frame, card("overdue_share", "oldest_overdue"))
	assert scores.loc["new", "score"] == 0


def test_nobody_has_any_history():
	scores, factors = score(facts(new=NEW))
	assert scores.loc["new", "basis"] == "no history"
	assert "days_late" not in set(factors["factor"])
	scores, factors = score(facts(new=NEW), card("days_late"))
	assert scores.loc["new", ["score", "confidence"]].tolist() == [50, 0]
	assert factors["reason"].tolist() == [Reason("no_facts")]


@pytest.mark.parametrize(
	("value", "band"),
	[(100, "A"), (80, "A"), (79.9, "B"), (60, "B"), (40, "C"), (20, "D"), (19.9, "E"), (0, "E")],
)
def test_band_edges(value, band):
	# part of a late_ratio alone: points = 1 - ratio
	scores, _factors = score(facts(x={**GOOD, "late_ratio": 1 - value / 100}), card("late_ratio"))
	assert (scores.loc["x", "score"], scores.loc["x", "band"]) == (value, band)


@pytest.mark.parametrize(
	("key", "change", "near"),
	[
		("insolvent", {"insolvent": True}, {"insolvent": None}),
		("over_credit_limit", {"outstanding_base": 10000.01}, {"outstanding_base": 10000.0}),
		("ceased", {"ceased": True}, {"ceased": None}),
		("sanctioned", {"sanctioned": True}, {"sanctioned": None}),
		("overdue_too_long", {"oldest_overdue_days": 91}, {"oldest_overdue_days": 90}),
		("promises_broken", {"broken_promises": 3}, {"broken_promises": 2}),
		("debits_returned", {"returned_debits": 2}, {"returned_debits": 1}),
		("cover_withdrawn", {"cover_lost_days": 180}, {"cover_lost_days": 181}),
		("bureau_warns", {"bureau_score": 19.9}, {"bureau_score": 20.0}),
	],
)
def test_hard_rules_cap_the_band(key, change, near):
	rules = card("days_late", hard_rules=(HardRule(key, "D"),))
	scores, factors = score(facts(x={**GOOD, **change}, y={**GOOD, **near}), rules)
	assert scores.loc["x", ["score", "band"]].tolist() == [39.9, "D"]
	assert scores.loc["y", "band"] == "A"
	row = factors[factors["factor"] == key].iloc[0]
	assert row["customer"] == "x" and row["contribution"] == pytest.approx(-60.1)
	assert row["reason"].code == "hard_rule" and row["reason"].params["band"] == "D"


def test_a_hard_rule_never_lifts_a_score_and_the_hardest_wins():
	rules = (
		HardRule("insolvent", "C"),
		HardRule("over_credit_limit", "E"),
		HardRule("promises_broken", "B"),
	)
	broke = {**GOOD, "insolvent": True, "outstanding_base": 99999.0, "broken_promises": 5}
	scores, factors = score(
		facts(x=broke, bad={**BAD, "insolvent": True}), card("days_late", hard_rules=rules)
	)
	assert scores.loc["x", "band"] == "E"
	assert scores.loc["bad", "score"] < 10
	assert "promises_broken" not in set(factors["factor"])


@pytest.mark.parametrize(
	"wrong",
	[
		Scorecard(factors=()),
		card("colour"),
		card("days_late", "days_late"),
		Scorecard(factors=(FactorWeight("days_late", 0),)),
		Scorecard(factors=(FactorWeight("days_late", float("nan")),)),
		card("days_late", bands=((80, "A"), (90, "B"), (0, "C"))),
		card("days_late", bands=((80, "A"), (10, "B"))),
		card("days_late", bands=((80, "A"), (0, "A"))),
		card("days_late", hard_rules=(HardRule("colour", "E"),)),
		card("days_late", hard_rules=(HardRule("insolvent", "Z"),)),
		card("days_late", minimum_history=-1),
		card("days_late", half_life=7),
		card("days_late", hard_rules=(HardRule("insolvent", "E"), HardRule("insolvent", "D"))),
		card("days_late", hard_rules=(HardRule("overdue_too_long", "E", -1),)),
		Scorecard(factors=(FactorWeight("days_late", 1, ((0, 1), (0, 0))),)),
	],
)
def test_wrong_scorecards_are_refused(wrong):
	with pytest.raises(ScorecardError):
		score(facts(x=GOOD), wrong)


def test_wrong_facts_are_refused_and_no_customers_are_fine():
	with pytest.raises(FrameError, match="segment"):
		score(facts(x=GOOD).drop(columns="segment"))
	with pytest.raises(FrameError, match="x"):
		score(pd.concat([facts(x=GOOD), facts(x=GOOD)]))
	scores, factors = score(facts(x=GOOD).iloc[:0])
	assert scores.empty and factors.empty and "reason" in factors.columns


NUMBER = st.none() | st.floats(-50, 200)
RANDOM = st.fixed_dictionaries(
	{
		"segment": st.sampled_from(["Retail", "Public", None]),
		"paid_count": st.integers(0, 8),
		"mean_days_late": NUMBER,
		"trend_days": NUMBER,
		"late_ratio": st.none() | st.floats(0, 1),
		"part_payment_ratio": st.none() | st.floats(0, 1),
		"first_invoice_on": st.none() | st.sampled_from(["2010-01-01", "2024-01-01"]),
		"overdue_base": st.floats(-100, 1000),
		"outstanding_base": st.floats(-100, 1000),
		"credit_limit": st.none() | st.floats(0, 1000),
		"oldest_overdue_days": st.integers(-10, 200),
		"broken_promises": st.none() | st.integers(0, 5),
		"insolvent": st.booleans(),
	}
)


@given(st.lists(RANDOM, min_size=1, max_size=6))
def test_contributions_add_up_and_everything_stays_in_range(rows):
	frame = facts(**{f"C{number}": row for number, row in enumerate(rows)})
	scores, factors = score(frame)
	assert scores["score"].between(0, 100).all() and scores["confidence"].between(0, 1).all()
	sums = factors.groupby("customer")["contribution"].sum()
	assert np.allclose(sums.reindex(scores.index), scores["score"], atol=0.051)
	assert factors["points"].dropna().between(0, 1).all()
	weights = factors.groupby("customer")["weight"].sum()
	assert np.allclose(weights, 1)
	lowest = {"A": 80, "B": 60, "C": 40, "D": 20, "E": 0}
	for value, band in zip(scores["score"], scores["band"], strict=True):
		assert value >= lowest[band] and (band == "A" or value < lowest[band] + 20)


@given(RANDOM, st.floats(0, 100))
def test_paying_later_never_helps(row, more):
	row = {**row, "paid_count": 8, "mean_days_late": row["mean_days_late"] or 0.0}
	worse = {**row, "mean_days_late": row["mean_days_late"] + more}
	scores, _factors = score(facts(x=row, y=worse))
	assert scores.loc["y", "score"] <= scores.loc["x", "score"]


def test_every_factor_has_rising_values_and_points_in_range():
	for factor in FACTORS.values():
		values = [value for value, _points in factor.points]
		assert values == sorted(set(values))
		assert all(0 <= points <= 1 for _value, points in factor.points)
