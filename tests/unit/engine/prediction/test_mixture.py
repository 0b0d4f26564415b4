import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.prediction.mixture import LatenessMixture

NUMBERS = st.floats(-60, 60)


def mixture(usual=0.0, disputed=0.0, chance=0.0, spread=5.0, tails=50.0) -> LatenessMixture:
	one = np.array
	return LatenessMixture(one([usual]), one([disputed]), one([chance]), one([spread]), tails)


def test_a_customer_that_pays_on_the_day_is_late_as_often_as_not():
	# payments come on whole days, so late means half a day and more
	assert mixture(usual=0.5).late()[0] == 0.5


@given(NUMBERS, NUMBERS, st.floats(0, 1), st.floats(0.5, 30), st.floats(3, 50), st.floats(0.02, 0.98))
def test_a_quantile_is_where_its_share_lies_below(usual, disputed, chance, spread, tails, level):
	found = mixture(usual, disputed, chance, spread, tails)
	assert abs(found.below(found.quantile(level))[0] - level) < 1e-5


@given(NUMBERS, st.floats(0, 1), st.floats(-100, 100), st.floats(0.02, 0.98))
def test_what_is_still_open_is_paid_later_than_now(usual, chance, after, level):
	found = mixture(usual, usual + 15, chance)
	now = np.array([after])
	assert found.quantile(level, now)[0] >= after
	assert found.quantile(level, now)[0] >= found.quantile(level)[0] - 1e-6


def test_knowing_nothing_is_the_plain_quantile():
	found = mixture(3.0, 18.0, 0.3)
	assert abs(found.quantile(0.5, np.array([-np.inf]))[0] - found.quantile(0.5)[0]) < 1e-6


def test_two_humps_have_their_middle_between():
	found = mixture(0.0, 40.0, 0.5, spread=2.0)
	assert 15 < found.quantile(0.5)[0] < 25
	assert found.late()[0] > 0.5
