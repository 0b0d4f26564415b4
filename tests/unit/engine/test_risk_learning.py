import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from collections_app.engine.factors import FACTORS
from collections_app.engine.risk_backtest import (
	ShortHistoryError,
	judge,
	past_cases,
	past_days,
)
from collections_app.engine.risk_facts import RiskSources, risk_facts
from collections_app.engine.risk_learning import (
	ANCHOR,
	PSI_SHIFTED,
	RiskModel,
	TooLittleHistoryError,
	calibration_drift,
	fit,
	stability,
)
from collections_app.engine.risk_outcomes import outcomes
from collections_app.engine.scorecards import FactorWeight, Scorecard, default_scorecard
from tests.unit.engine.builders import history as frame_of
from tests.unit.engine.builders import invoice
from tests.unit.engine.risk_world import DAYS, START, history

END = START + pd.Timedelta(days=DAYS)
BAD_DAYS, HORIZON = 30, 120


@pytest.fixture(scope="module")
def world():
	rows = history(customers=80, each=40)
	rows["paid_on"] = rows["paid_on"].where(rows["paid_on"] <= END)
	segments = pd.Series("", index=sorted(rows["customer"].unique()))
	return RiskSources(history=rows, segments=segments)


@pytest.fixture(scope="module")
def cases(world):
	days = past_days(START.date(), END.date(), HORIZON)
	return past_cases(lambda day: world, days, END.date(), default_scorecard(), BAD_DAYS, HORIZON)


@pytest.fixture(scope="module")
def model(cases):
	return fit(cases, END, BAD_DAYS, HORIZON)


def bad_after(*rows, day="2024-02-15", horizon=100, until="2024-12-31"):
	return outcomes(frame_of(*rows), pd.Timestamp(day), pd.Timestamp(until), 60, horizon).to_dict()


def test_who_goes_bad():
	"""Due 2024-01-31: 60 days overdue is passed on 2024-04-01."""
	assert bad_after(invoice(paid_on="2024-04-01")) == {"C1": True}
	assert bad_after(invoice(paid_on="2024-03-31")) == {"C1": False}
	assert bad_after(invoice(paid_on=None)) == {"C1": True}
	assert bad_after(invoice(paid_on=None), horizon=40) == {}, "it cannot come out in that time"
	assert bad_after(invoice(paid_on="2024-02-10")) == {}, "paid before: nothing in question"
	assert bad_after(invoice(paid_on=None), day="2024-05-01") == {}, "bad already"
	assert bad_after(invoice(posting_date="2024-03-01", due_date="2024-03-05", paid_on=None)) == {"C1": True}


def test_an_outcome_not_known_yet_is_refused():
	with pytest.raises(ValueError, match="not yet"):
		bad_after(invoice(), until="2024-05-01")


def test_what_comes_after_the_horizon_changes_nothing():
	assert bad_after(
		invoice(paid_on="2024-03-20"), invoice(posting_date="2024-06-01", due_date="2024-06-02", paid_on=None)
	) == {"C1": False}


def test_worse_facts_raise_the_chance(world, model):
	facts = risk_facts(world, END)
	found = model.predict(facts, END)
	assert found["probability"].between(0, 1).all() and found["score"].between(0, 100).all()
	assert found["probability"].corr(facts["mean_days_late"], method="spearman") > 0.7
	worse = facts.assign(
		mean_days_late=facts["mean_days_late"] + 40, recent_days_late=facts["recent_days_late"] + 40
	)
	assert (model.predict(worse, END)["score"] <= found["score"]).all()


def test_the_score_is_the_average_plus_the_points_of_its_factors(world, model, cases):
	inputs = model.inputs(risk_facts(world, END), END)
	points = model.points(inputs)
	average = model.level - model.width * model.intercept
	assert np.allclose((average + points.sum(axis=1)).clip(0, 100), model.judge(inputs)["score"], atol=0.06)
	assert set(points) <= set(FACTORS)


def test_it_is_calibrated(cases, model):
	chance = model.judge(cases)["probability"]
	assert abs(chance.mean() - cases["bad"].mean()) < 0.02
	high = chance > chance.quantile(0.8)
	assert abs(chance[high].mean() - cases.loc[high, "bad"].mean()) < 0.1


def test_kept_as_json_it_says_the_same(world, model):
	again = RiskModel.from_dict(json.loads(json.dumps(model.to_dict())))
	facts = risk_facts(world, END)
	pd.testing.assert_frame_equal(again.predict(facts, END), model.predict(facts, END))
	with pytest.raises(ValueError, match="Not a risk model"):
		RiskModel.from_dict({"colour": 1})


def test_what_comes_later_is_not_learned_from(cases):
	day = pd.Timestamp(cases["day"].unique()[len(cases["day"].unique()) // 2]) + pd.Timedelta(days=HORIZON)
	spoiled = cases.copy()
	later = spoiled["day"] + pd.Timedelta(days=HORIZON) > day
	assert later.any()
	spoiled.loc[later, "bad"] = ~spoiled.loc[later, "bad"].astype(bool)
	assert fit(spoiled, day, BAD_DAYS, HORIZON) == fit(cases, day, BAD_DAYS, HORIZON)


def test_with_little_history_nothing_is_learned(cases):
	with pytest.raises(TooLittleHistoryError) as error:
		fit(cases.head(99), END)
	assert error.value.rows <= 99
	with pytest.raises(TooLittleHistoryError):
		fit(cases.assign(bad=False), END)


def test_other_customers_shift_the_index(world, model):
	facts = risk_facts(world, END)
	later = model.compared_with(model.inputs(facts, END))
	same = later.shift(later.odds(later.inputs(risk_facts(world, END - pd.Timedelta(days=30)), END)))
	assert not same.shifted
	others = facts.assign(mean_days_late=70.0, recent_days_late=70.0, late_ratio=1.0)
	assert later.shift(later.odds(later.inputs(others, END))).shifted


def test_few_customers_are_no_shift_by_luck_alone(model):
	rng = np.random.default_rng(1)
	everybody = pd.Series(rng.normal(size=100_000))
	few = model.compared_with(pd.DataFrame({name: 0.0 for name in model.effects}, index=range(60)))
	few = replace(few, bins=list(np.quantile(everybody, np.linspace(0.1, 0.9, 9))), shares=[0.1] * 10)
	indices = [few.shift(everybody.sample(60, random_state=number)) for number in range(200)]
	assert not any(one.shifted for one in indices)
	assert any(one.index > PSI_SHIFTED for one in indices), (
		"which the usual limit alone would have taken for one"
	)
	many = replace(few, customers=100_000)
	assert many.shift(everybody).limit == PSI_SHIFTED
	assert many.shift(everybody + 0.7).shifted


def test_the_index_by_hand():
	counts = np.array([20, 80])
	assert stability(counts, [0.5, 0.5]) == pytest.approx(-0.3 * np.log(0.4) + 0.3 * np.log(1.6))
	assert stability(np.array([50, 50]), [0.5, 0.5]) == 0


def test_more_bad_ones_than_expected_are_drift(cases, model):
	later = cases.assign(day=cases["day"] + pd.Timedelta(days=5000))
	good = calibration_drift(model, later)
	assert not good.drifted and abs(good.expected - good.observed) < 0.02
	bad = calibration_drift(model, later.assign(bad=True))
	assert bad.drifted and bad.observed == 1
	assert calibration_drift(model, cases) is None, "learned from, not later"


def test_a_backtest_tells_a_good_card_from_a_useless_one(world, cases):
	found = judge(cases, BAD_DAYS, HORIZON)
	assert found.scorecard["auc"] > 0.75
	assert found.learned["auc"] > 0.75
	useless = Scorecard(factors=(FactorWeight("relation_age", 1),))
	days = past_days(START.date(), END.date(), HORIZON)
	other = judge(
		past_cases(lambda day: world, days, END.date(), useless, BAD_DAYS, HORIZON), BAD_DAYS, HORIZON
	)
	assert abs(other.scorecard["auc"] - 0.5) < 0.15
	assert other.better and other.gain > 2 * other.gain_error
	assert other.learned["auc"] == found.learned["auc"], "the model learns from the standard card"


def test_tables_add_up(cases):
	found = judge(cases, BAD_DAYS, HORIZON).scorecard
	assert (
		sum(one["cases"] for one in found["lift"])
		== found["cases"]
		== sum(one["cases"] for one in found["bands"])
	)
	assert sum(one["bad"] for one in found["lift"]) == found["bad"]
	assert found["lift"][-1]["captured"] == 1
	assert found["lift"][0]["lift"] > 1.5 and found["lift"][0]["to"] <= found["lift"][1]["from"]
	assert json.dumps(found)


def test_the_days_judged_come_after_the_days_learned_from(cases):
	found = judge(cases, BAD_DAYS, HORIZON)
	first, last = pd.Timestamp(found.days[0]), pd.Timestamp(found.learned_until)
	assert last + pd.Timedelta(days=HORIZON) <= first
	assert found.model.as_of == found.days[0]


def test_a_short_history_is_told_with_what_is_needed():
	with pytest.raises(ShortHistoryError) as error:
		past_days(START.date(), (START + pd.Timedelta(days=300)).date())
	assert error.value.there == 300 and error.value.needed == 611
	assert len(past_days(START.date(), (START + pd.Timedelta(days=611)).date())) >= 2


def test_too_few_that_went_bad_to_judge(cases):
	with pytest.raises(TooLittleHistoryError):
		judge(cases.assign(bad=False), BAD_DAYS, HORIZON)


def test_the_past_is_asked_with_what_was_known_that_day(world):
	asked = []

	def on(day):
		asked.append(day)
		return world

	days = past_days(START.date(), END.date(), HORIZON)[:2]
	found = past_cases(
		on, days, END.date(), default_scorecard(), BAD_DAYS, HORIZON, outcome_history=world.history
	)
	assert asked == days
	assert set(found["day"]) == set(map(pd.Timestamp, days)) and ANCHOR in found
