from datetime import date

import numpy as np
import pandas as pd
import pytest

from collections_app.engine.frames import FrameError
from collections_app.engine.prediction.invoices import LookAheadError
from collections_app.engine.prediction.learned import TooFewInvoicesError, _best, fit
from collections_app.engine.prediction.metrics import calibration_error, late_metrics
from tests.unit.engine.prediction.world import invoices

CUT = date(2025, 1, 15)


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
	return invoices()


@pytest.fixture(scope="module")
def model(world):
	return fit(world, CUT, ["delivery"])


def test_it_finds_the_rules_of_the_world(model):
	effects = model.mixed.effects
	assert effects["delivery=Paper"] - effects["delivery=Electronic"] == pytest.approx(6, abs=1.5)
	assert model.mixed.dispute_days == pytest.approx(15, abs=2)
	assert model.mixed.noise**0.5 == pytest.approx(5, abs=1)
	assert model.mixed.own**0.5 == pytest.approx(12, rel=0.3)


def test_the_range_holds_eight_of_ten_later_payments(world, model):
	found = model.predict(world)
	later = world["invoice_date"] > pd.Timestamp(CUT)
	late = (world["paid_on"] - world["due_date"]).dt.days
	inside = (late >= found["low_days_late"]) & (late <= found["high_days_late"])
	assert inside[later].mean() == pytest.approx(0.8, abs=0.07)


def test_nothing_that_happens_after_the_cut_changes_what_is_learned(world, model):
	changed = world.copy()
	after = changed["invoice_date"] > pd.Timestamp(CUT)
	changed.loc[after, "paid_on"] += pd.Timedelta(days=90)
	paid_later = changed["paid_on"] > pd.Timestamp(CUT)
	changed.loc[paid_later & ~after, "paid_on"] += pd.Timedelta(days=200)
	again = fit(changed, CUT, ["delivery"])
	pd.testing.assert_series_equal(again.mixed.effects, model.mixed.effects)
	assert again.mixed.noise == model.mixed.noise


def test_a_prediction_at_the_invoice_date_does_not_know_what_comes_after_it(world, model):
	row = world[world["invoice_date"] > pd.Timestamp(CUT)].sort_values("invoice_date").iloc[20]
	then = row["invoice_date"]
	changed = world.copy()
	unknown = changed["paid_on"] > then
	changed.loc[unknown, "paid_on"] += pd.Timedelta(days=150)
	changed.loc[changed["invoice_date"] > then, "amount"] = 1e6
	before = model.predict(world).loc[row.name]
	after = model.predict(changed).loc[row.name]
	pd.testing.assert_series_equal(before, after)


def test_a_feature_known_only_later_is_refused(world):
	planted = world.assign(
		rating=(world["paid_on"] > world["due_date"]).astype(int), rated_on=world["paid_on"]
	)
	with pytest.raises(LookAheadError, match="rating was known only after the invoice date"):
		fit(planted, CUT, ["rating"], known_on={"rating": "rated_on"})
	known = world.assign(rating=1, rated_on=world["invoice_date"])
	assert fit(known, CUT, ["rating"], known_on={"rating": "rated_on"}).count


def test_a_date_counts_from_its_day_on(world):
	always = fit(world.assign(since=pd.Timestamp("2020-01-01")), CUT, ["since"])
	never = fit(world.assign(since=pd.Timestamp("2030-01-01")), CUT, ["since"])
	assert always.mixed.noise == pytest.approx(never.mixed.noise)
	paper = world["delivery"] == "Paper"
	since = pd.Series(pd.Timestamp("2030-01-01"), index=world.index).where(~paper, pd.Timestamp("2020-01-01"))
	assert fit(world.assign(since=since), CUT, ["since"]).mixed.effects["since"] == pytest.approx(6, abs=1.5)


def test_an_open_invoice_is_predicted_from_today_on(world, model):
	found = model.predict(world, as_of=date(2025, 2, 1))
	today = pd.Timestamp("2025-02-01")
	still_open = (world["invoice_date"] <= today) & (world["paid_on"] > today)
	overdue = still_open & (world["due_date"] <= today)
	passed = (today - world["due_date"]).dt.days
	assert still_open.sum() > 20 and overdue.sum() > 5
	assert (found["days_late"] >= passed)[still_open].all()
	assert (found["low_days_late"] >= passed)[still_open].all()
	assert (found.loc[overdue, "p_late"] == 1).all()
	assert found.loc[world["invoice_date"] > today, "p_late"].isna().all()


def test_open_invoices_are_censored_not_ignored():
	"""A customer that stopped paying is expected later than its old habit says."""
	world = invoices(customers=30, each=20, seed=3)
	name = world.groupby("customer")["paid_on"].size().index[0]
	stopped = world.copy()
	recent = (stopped["customer"] == name) & (stopped["invoice_date"] > pd.Timestamp("2024-09-01"))
	assert recent.sum() >= 3
	stopped.loc[recent, "paid_on"] = pd.NaT
	new = {
		"customer": name,
		"invoice": "NEW",
		"invoice_date": pd.Timestamp("2025-01-14"),
		"due_date": pd.Timestamp("2025-02-13"),
		"amount": 100.0,
		"disputed": 0,
		"delivery": "Paper",
	}
	predicted = [
		fit(frame, CUT, ["delivery"])
		.predict(pd.concat([frame, pd.DataFrame([new])], ignore_index=True))
		.iloc[-1]["days_late"]
		for frame in (world, stopped)
	]
	assert predicted[1] > predicted[0] + 3


def test_a_new_customer_gets_the_common_habit(world, model):
	new = world.iloc[[0]].assign(customer="nobody", invoice="NEW", invoice_date=pd.Timestamp("2025-03-01"))
	new["due_date"] = pd.Timestamp("2025-03-31")
	found = model.predict(pd.concat([world, new], ignore_index=True)).iloc[-1]
	spread = found["high_days_late"] - found["low_days_late"]
	others = model.predict(world)[world["invoice_date"] > pd.Timestamp(CUT)]
	assert spread > (others["high_days_late"] - others["low_days_late"]).median()


def test_knowing_the_dispute_helps(world):
	later = world["invoice_date"] > pd.Timestamp(CUT)
	late = (world["paid_on"] > world["due_date"]).to_numpy()[later]
	scores = [
		late_metrics(late, fit(world, CUT, ["delivery"], know_disputes=know).predict(world)[later]["p_late"])
		for know in (False, True)
	]
	assert scores[1]["auc"] > scores[0]["auc"] + 0.02
	assert scores[1]["brier"] < scores[0]["brier"]


def test_too_short_a_history_is_told():
	with pytest.raises(TooFewInvoicesError, match="at least 40"):
		fit(invoices(customers=2, each=5), CUT)


def test_a_row_without_a_date_is_named(world):
	broken = world.copy()
	broken.loc[3, "due_date"] = pd.NaT
	with pytest.raises(FrameError, match="I00003 has no due_date"):
		fit(broken, CUT)


def test_trees_are_taken_only_when_surely_better():
	losses = np.random.default_rng(0).random(400)
	assert _best({0.0: losses, 0.5: losses - 0.1}) == 0.5
	assert _best({0.0: losses, 0.5: losses + 0.1}) == 0.0
	wild = np.random.default_rng(1).normal(0.001, 1, 400)
	assert _best({0.0: losses, 0.5: losses - wild + wild.mean() - 0.001}) == 0.0


def test_trees_catch_what_is_not_linear():
	"""Large invoices are paid later, but only at the end of a month: no linear effect tells."""
	world = invoices(customers=60, each=40, seed=5, noise=2.0)
	big_end = (world["amount"] > 500) & (world["due_date"].dt.day > 15)
	world["paid_on"] += pd.to_timedelta(np.where(big_end, 25, 0), unit="D")
	model = fit(world, CUT, ["delivery"])
	assert model.late_weight > 0 and model.days_weight > 0


def test_calibration_error_of_what_is_right_and_of_what_is_not():
	late = np.array([True] * 3 + [False] * 7)
	assert calibration_error(late, np.full(10, 0.3)) == pytest.approx(0.0)
	assert calibration_error(late, np.full(10, 0.8)) == pytest.approx(0.5)
