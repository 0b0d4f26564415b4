import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collections_app.engine import split_test
from collections_app.engine.frames import FrameError
from collections_app.engine.split_test import compare, restricted_mean, survival

# Freireich et al., 1963: weeks of remission of 21 leukaemia patients on 6-mercaptopurine and 21 on placebo, the
# worked example of survival analysis (D. Cox, 1972; Kleinbaum & Klein, "Survival Analysis"); "+": censored.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
# the published estimates after each event
TREATED_CURVE = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def observations(text):
	words = text.split()
	return np.array([int(word.strip("+")) for word in words]), np.array(["+" not in word for word in words])


def test_the_published_curve():
	curve = survival(*observations(TREATED), horizon=35)
	for week, expected in TREATED_CURVE.items():
		assert curve[week] == pytest.approx(expected, abs=0.0005)
	assert curve[5] == 1 and curve[35] == curve[23]
	# what is paid after the horizon is not seen
	assert survival(*observations(TREATED), horizon=21)[21] == curve[21]


def test_restricted_mean_is_the_area_under_the_curve():
	weeks, paid = observations(PLACEBO)
	assert restricted_mean(survival(weeks, paid, 23), 23) == pytest.approx(weeks.mean())
	assert restricted_mean(survival(weeks, paid, 10), 10) == pytest.approx(np.minimum(weeks, 10).mean())
	# by hand from the published curve: 6 + 0.857 + 3 * 0.807 + 3 * 0.753 + 3 * 0.690 + 6 * 0.627 + 0.538
	treated = survival(*observations(TREATED), horizon=23)
	assert restricted_mean(treated, 23) == pytest.approx(17.909, abs=0.005)


def test_payments_before_the_due_date_count_in_full():
	days = np.array([-10, 0, 4])
	assert restricted_mean(survival(days, np.ones(3, bool), 30), 30) == pytest.approx(-2)


@settings(max_examples=60, deadline=None)
@given(
	st.lists(st.tuples(st.integers(-20, 120), st.booleans()), min_size=1, max_size=60),
	st.integers(1, 100),
)
def test_a_curve_falls_from_one_and_its_mean_stays_inside(rows, horizon):
	days, paid = (np.array(column) for column in zip(*rows, strict=True))
	curve = survival(days, paid, horizon)
	assert curve.index[-1] == horizon and curve.between(0, 1).all()
	assert (curve.diff().dropna() <= 1e-12).all()
	assert min(days.min(), 0) - 1e-9 <= restricted_mean(curve, horizon) <= horizon + 1e-9
	if paid.all():
		assert restricted_mean(curve, horizon) == pytest.approx(np.minimum(days, horizon).mean())


def invoices(rng, customers=60, means=(40.0, 30.0), per_customer=3, followed=120, spread=0.4):
	"""Invoices whose customers differ among themselves: days exponential around a mean of the customer's own."""
	frames = []
	for arm, mean in zip("AB", means, strict=True):
		own = mean * rng.lognormal(-(spread**2) / 2, spread, customers).repeat(per_customer)
		days = rng.exponential(own)
		watched = rng.integers(0, followed, len(days))
		frames.append(
			pd.DataFrame(
				{
					"arm": arm,
					"customer": [f"{arm}{number}" for number in np.arange(customers).repeat(per_customer)],
					"days": np.minimum(np.floor(days), watched).astype(int),
					"paid": np.floor(days) <= watched,
					"followed": watched,
				}
			)
		)
	return pd.concat(frames, ignore_index=True)


def test_the_faster_arm_is_found_and_the_result_is_repeatable():
	frame = invoices(np.random.default_rng(1), customers=300, means=(45, 20))
	result = compare(frame, resamples=300)
	assert result.verdict == split_test.FASTER
	assert 0 < result.low < result.faster_by < result.high
	assert result.faster_by == pytest.approx(result.a.mean_days - result.b.mean_days)
	assert (result.a.customers, result.a.invoices) == (300, 900)
	assert result.b.paid_in_30 > result.a.paid_in_30
	assert compare(frame, resamples=300).low == result.low
	swapped = compare(frame.assign(arm=frame["arm"].map({"A": "B", "B": "A"})), resamples=300)
	assert swapped.verdict == split_test.SLOWER
	assert swapped.faster_by == pytest.approx(-result.faster_by)


def test_no_difference_is_claimed_without_one():
	same = compare(invoices(np.random.default_rng(2), means=(30, 30)), resamples=300)
	assert same.verdict == split_test.UNDECIDED
	assert same.low < 0 < same.high


def test_the_interval_covers_the_truth_as_often_as_it_says():
	"""Simulated tests with a known difference: about 95 of 100 intervals hold it, with resemblance inside customers."""
	rng = np.random.default_rng(5)
	horizon, spread = 60, 0.8
	means = (40.0, 30.0)
	truth = []
	for mean in means:
		days = np.floor(rng.exponential(mean * rng.lognormal(-(spread**2) / 2, spread, 400_000)))
		truth.append(np.minimum(days, horizon).mean())
	covered = []
	for _ in range(200):
		frame = invoices(rng, customers=30, means=means, per_customer=6, spread=spread)
		result = compare(frame, max_horizon=horizon, resamples=300)
		assert result.horizon == horizon
		covered.append(result.low <= truth[0] - truth[1] <= result.high)
	assert 0.91 <= np.mean(covered) <= 0.99


def test_customers_are_resampled_not_invoices():
	"""Twenty copies of each invoice teach nothing new, so the interval stays as wide."""
	frame = invoices(np.random.default_rng(3), per_customer=1)
	once = compare(frame, resamples=400)
	often = compare(pd.concat([frame] * 20), resamples=400)
	assert often.faster_by == pytest.approx(once.faster_by)
	assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.01)


def test_open_invoices_are_not_ignored():
	"""A plan that leaves its slow payers open is not the faster one, though those that paid did so sooner."""
	paid = pd.DataFrame({"days": 30, "paid": True}, index=range(100))
	quick = pd.DataFrame({"days": 10, "paid": True}, index=range(40))
	open_still = pd.DataFrame({"days": 90, "paid": False}, index=range(60))
	left = pd.concat([quick, open_still])
	frame = pd.concat([paid.assign(arm="A"), left.assign(arm="B")], ignore_index=True)
	frame = frame.assign(customer=frame.index, followed=90)
	result = compare(frame, resamples=200)
	assert result.verdict == split_test.SLOWER
	assert result.b.mean_days == pytest.approx(0.4 * 10 + 0.6 * 90)


def test_few_customers_and_short_tests():
	rng = np.random.default_rng(4)
	few = compare(invoices(rng, customers=19))
	assert (few.verdict, few.faster_by, few.a.customers) == (split_test.TOO_FEW, None, 19)
	nothing = compare(invoices(rng, customers=20).iloc[:0])
	assert nothing.verdict == split_test.TOO_FEW and nothing.b.invoices == 0
	short = compare(invoices(rng, customers=40, followed=20), resamples=50)
	assert 12 <= short.horizon < 20
	assert short.a.paid_in_30 is None
	with pytest.raises(FrameError, match="followed"):
		compare(pd.DataFrame({"arm": [], "customer": [], "days": [], "paid": []}))
