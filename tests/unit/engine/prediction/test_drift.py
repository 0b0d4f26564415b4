"""Whether a model still holds is judged on what came after it, and on nothing later."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from collections_app.engine.prediction.drift import SHIFTED, stability_index, watch
from collections_app.engine.prediction.learned import fit
from tests.unit.engine.prediction.world import invoices

CUT, TODAY = date(2025, 1, 15), date(2025, 6, 30)


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
	return invoices()


@pytest.fixture(scope="module")
def model(world):
	return fit(world, CUT, ["delivery"])


def test_a_good_model_stays(world, model):
	found = watch(model, world, TODAY)
	assert found.enough and found.better
	assert found.model["auc"] > found.baseline["auc"]
	assert found.calibration["count"].sum() == found.outcomes
	assert found.shift < SHIFTED


def test_a_model_that_time_left_behind_is_found_out(world, model):
	"""All pay forty days later than they used to, and it has been so long enough for the customers' averages to know."""
	changed = world.copy()
	after = changed["invoice_date"] > pd.Timestamp(CUT)
	prompt = (changed["paid_on"] - changed["due_date"]).dt.days <= 0
	changed.loc[after, "paid_on"] = changed["due_date"] - pd.Timedelta(days=5)
	changed.loc[after & prompt, "paid_on"] = changed["due_date"] + pd.Timedelta(days=45)
	found = watch(model, changed, TODAY)
	assert found.model["brier"] > watch(model, world, TODAY).model["brier"] + 0.1


def test_what_came_later_is_not_looked_at(world, model):
	"""An invoice after the day, and one not due on it, are not judged; a payment after it has not happened."""
	found = watch(model, world, date(2025, 3, 31))
	day = pd.Timestamp("2025-03-31")
	judged = world[(world["invoice_date"] > pd.Timestamp(CUT)) & (world["due_date"] < day)]
	assert found.outcomes == len(judged)
	changed = world.copy()
	later = changed["paid_on"] > day
	changed.loc[later, "paid_on"] += pd.Timedelta(days=300)
	again = watch(model, changed, date(2025, 3, 31))
	assert (again.model, again.baseline) == (found.model, found.baseline)


def test_nothing_to_judge(world, model):
	found = watch(model, world, CUT)
	assert (found.outcomes, found.enough) == (0, False)


def test_stability_index():
	"""Nothing for the same sample, more the further it moved; a sample without cases says nothing."""
	random = np.random.default_rng(1)
	before = pd.Series(random.beta(2, 5, 4000))
	same, moved = pd.Series(random.beta(2, 5, 4000)), pd.Series(random.beta(5, 2, 4000))
	assert stability_index(before, same) < 0.02 < SHIFTED < stability_index(before, moved)
	assert stability_index(before, before.iloc[:0]) is None
