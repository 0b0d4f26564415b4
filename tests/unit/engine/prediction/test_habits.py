"""What a customer's habit is told from: old payments fade only where customers change, and spreads differ as they do."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from collections_app.engine.prediction.habits import PRIOR_LIMITS, USUAL_PRIOR, habit_sums, spread_prior
from collections_app.engine.prediction.invoices import prepare
from collections_app.engine.prediction.learned import fit
from tests.unit.engine.prediction.world import invoices

CUT = date(2025, 1, 15)


@pytest.fixture(scope="module")
def changing() -> pd.DataFrame:
	return invoices(customers=80, each=30, seed=4, moving=30.0)


def missed_by(model, world: pd.DataFrame) -> float:
	later = world["invoice_date"] > pd.Timestamp(CUT)
	late = (world["paid_on"] - world["due_date"]).dt.days
	return (model.predict(world)["days_late"] - late)[later].abs().mean()


def test_old_payments_fade_where_customers_change_and_only_there(changing):
	model = fit(changing, CUT, ["delivery"])
	never = replace(model, mixed=replace(model.mixed, half_life=0.0))
	assert model.mixed.half_life > 0
	assert missed_by(model, changing) < missed_by(never, changing) - 0.5
	assert fit(invoices(), CUT, ["delivery"]).mixed.half_life == 0


@pytest.mark.parametrize("asked", [None, "2024-12-01"])
def test_faded_sums_are_those_counted_payment_by_payment(asked):
	work = prepare(invoices(customers=3, each=12))
	value = pd.Series(np.arange(len(work)) + 1.0)
	on = None if asked is None else pd.Series(pd.Timestamp(asked), index=work.index)
	found = habit_sums(work, value, pd.Series(0.0, index=work.index), 90.0, on)
	for number, row in work.iterrows():
		day = row["invoice_date"] if on is None else on[number]
		paid = work[
			(work["customer"] == row["customer"])
			& (work["paid_on"] <= day)
			& (work["invoice"] != row["invoice"])
		]
		if on is not None and row["paid_on"] <= day:
			continue
		share = 0.5 ** ((day - paid["paid_on"]).dt.days / 90)
		known = value[paid.index]
		assert found["weight"][number] == pytest.approx(share.sum())
		assert found["deviation"][number] == pytest.approx((known * share).sum())
		assert found["square"][number] == pytest.approx((known**2 * share).sum())
		assert found["paid"][number] == len(paid)


def test_what_fades_does_not_know_the_future(changing):
	model = fit(changing, CUT, ["delivery"])
	assert model.mixed.half_life > 0
	row = changing[changing["invoice_date"] > pd.Timestamp(CUT)].sort_values("invoice_date").iloc[40]
	then = row["invoice_date"]
	later = changing.copy()
	later.loc[later["paid_on"] > then, "paid_on"] += pd.Timedelta(days=150)
	later.loc[later["invoice_date"] > then, ["invoice_date", "due_date"]] += pd.Timedelta(days=30)
	pd.testing.assert_series_equal(model.predict(changing).loc[row.name], model.predict(later).loc[row.name])


def test_without_a_payment_everybody_has_the_common_habit(changing):
	model = fit(changing, CUT, ["delivery"])
	found = model.predict(changing.assign(paid_on=pd.NaT), as_of=date(2024, 1, 20))
	assert found[changing["invoice_date"] <= pd.Timestamp("2024-01-20")].notna().all(axis=None)


def residuals(spreads: np.ndarray, each: int = 20) -> tuple[pd.Series, pd.Series]:
	rng = np.random.default_rng(2)
	customer = pd.Series(np.arange(len(spreads)).repeat(each))
	return pd.Series(rng.normal(0, spreads.repeat(each))), customer


def test_spreads_that_differ_count_for_themselves_sooner():
	rng = np.random.default_rng(3)
	alike = spread_prior(*residuals(np.full(300, 5.0)))
	# variances drawn with 8 degrees of freedom
	known = spread_prior(*residuals(5 * np.sqrt(8 / rng.chisquare(8, 2000))))
	wild = spread_prior(*residuals(np.exp(rng.normal(1, 1.5, 300))))
	assert alike > 30
	assert known == pytest.approx(8, rel=0.2)
	assert wild == PRIOR_LIMITS[0]


def test_few_customers_tell_nothing_about_spreads():
	assert spread_prior(*residuals(np.full(9, 5.0))) == USUAL_PRIOR
	assert spread_prior(*residuals(np.full(50, 5.0), each=2)) == USUAL_PRIOR


def test_customers_who_always_pay_on_the_same_day_are_no_error():
	residual, customer = residuals(np.where(np.arange(40) % 2, 0.0, 5.0))
	assert PRIOR_LIMITS[0] <= spread_prior(residual, customer) <= PRIOR_LIMITS[1]


def test_the_chance_is_surer_of_a_steady_customer():
	"""Customers of different steadiness: their own spread tells more than the common one."""
	world = invoices(customers=80, each=30, seed=6, differing=0.8)
	model = fit(world, CUT, ["delivery"], know_disputes=True)
	assert model.mixed.spread_prior < USUAL_PRIOR
	alike = replace(model, mixed=replace(model.mixed, spread_prior=PRIOR_LIMITS[1]))
	later = world["invoice_date"] > pd.Timestamp(CUT)
	late = (world["paid_on"] > world["due_date"])[later]
	brier = [((one.predict(world)["p_late"][later] - late) ** 2).mean() for one in (model, alike)]
	assert brier[0] < brier[1]
