import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.frames import FrameError
from collections_app.engine.kpis import (
	average_days_delinquent,
	best_possible_dso,
	cei,
	countback_dso,
	countback_dso_of_days,
	dso,
	promise_kept_rate,
	straight_through_rate,
)

NOTHING = [0, 0.0, -5, None, float("nan")]


def months(*pairs):
	return pd.DataFrame(list(pairs), columns=["sales", "days"])


def test_worked_examples():
	assert dso(500, 1500, 90) == 30
	assert best_possible_dso(300, 1500, 90) == 18
	assert average_days_delinquent(30.0, 18.0) == 12
	# 1000 opening + 2000 sold - 800 left = 2200 collected, of 1000 + 2000 - 600 = 2400 that fell due.
	assert cei(1000, 2000, 800, 600) == pytest.approx(91.6667, abs=1e-4)
	assert straight_through_rate(45, 50) == 90
	assert (
		promise_kept_rate(pd.DataFrame({"status": ["Kept", "Partly Kept", "Broken", "Kept", "Open"]})) == 50
	)


def test_countback_takes_whole_months_and_the_share_of_the_last():
	# 100 of June (30 days), 50 of May's 200 (31 days): 30 + 50 / 200 × 31.
	assert countback_dso(150, months((100, 30), (200, 31))) == pytest.approx(37.75)
	assert countback_dso(150, months((200, 30))) == 22.5
	assert countback_dso(50, months((100, 30), (200, 31))) == 15
	assert countback_dso(100, months((100, 30), (200, 31))) == 30
	assert countback_dso(0, months((100, 30))) == 0
	# A month without sales has days too.
	assert countback_dso(150, months((100, 30), (0, 31), (100, 30))) == 76
	assert countback_dso(1000, months((100, 30), (200, 31))) == 61


def test_countback_of_days():
	"""Each day counts back over the months before it: what `countback_dso` says of these."""
	sold = {date(2024, 6, 30): 100, date(2024, 6, 1): 20, date(2024, 5, 31): 150, date(2024, 5, 1): 50}
	sales = pd.Series({**sold, date(2024, 7, 2): 7})
	owed = pd.Series({date(2024, 6, 15): 60.0, date(2024, 6, 30): 170.0, date(2023, 1, 1): 5.0})
	found = countback_dso_of_days(owed, sales)
	assert found.iloc[0] == countback_dso(60, months((20, 15), (200, 31))) == pytest.approx(21.2)
	assert found.iloc[1] == countback_dso(170, months((120, 30), (200, 31))) == pytest.approx(37.75)
	assert math.isnan(found.iloc[2])
	assert math.isnan(countback_dso_of_days(pd.Series({date(2024, 6, 30): None}), sales).iloc[0])
	assert countback_dso_of_days(owed, pd.Series(dtype=float)).isna().all()
	# of twelve months, also over the turn of a year
	old = countback_dso_of_days(pd.Series({date(2024, 6, 30): 500.0}), pd.Series({date(2023, 6, 30): 99.0}))
	assert math.isnan(old.iloc[0])
	assert countback_dso_of_days(
		pd.Series({date(2024, 6, 30): 50.0}), pd.Series({date(2023, 7, 1): 99.0})
	).iloc[0] == pytest.approx(335 + 50 / 99 * 31)


@pytest.mark.parametrize("nothing", NOTHING)
def test_without_sales_there_is_no_figure(nothing):
	assert dso(100, nothing, 90) is None
	assert best_possible_dso(100, nothing, 90) is None
	assert straight_through_rate(1, nothing) is None
	assert countback_dso(100, months((nothing, 30))) is None


def test_other_figures_that_have_no_meaning():
	assert dso(None, 100, 90) is None
	assert countback_dso(None, months((100, 30))) is None
	assert countback_dso(100, months()) is None
	assert average_days_delinquent(None, 3.0) is None
	assert average_days_delinquent(3.0, None) is None
	assert cei(100, 0, 100, 100) is None
	assert cei(None, 1, 1, 1) is None
	assert promise_kept_rate(pd.DataFrame({"status": ["Open"]})) is None
	with pytest.raises(FrameError, match="days"):
		countback_dso(1, pd.DataFrame({"sales": [1]}))


AMOUNT = st.integers(1, 10**7)


@given(AMOUNT, AMOUNT, AMOUNT)
def test_dso_is_best_possible_plus_delinquent(current, overdue, sales):
	whole, best = dso(current + overdue, sales, 90), best_possible_dso(current, sales, 90)
	assert best + average_days_delinquent(whole, best) == pytest.approx(whole)
	assert whole >= best >= 0


@given(AMOUNT, AMOUNT, AMOUNT, st.floats(0, 1))
def test_cei_lies_between_nothing_and_everything_collected(opening, sales, current, share):
	current = min(current, opening + sales - 1)
	due = opening + sales - current
	figure = cei(opening, sales, current + due * share, current)
	assert figure == pytest.approx((1 - share) * 100, abs=1e-6)


@given(
	st.lists(st.tuples(st.integers(0, 1000), st.integers(28, 31)), min_size=1, max_size=12), AMOUNT, AMOUNT
)
def test_countback_rises_with_receivables(pairs, receivables, more):
	frame = months(*pairs)
	low, high = countback_dso(receivables, frame), countback_dso(receivables + more, frame)
	if any(sales > 0 for sales, _days in pairs):
		assert 0 <= low <= high + 1e-9
		assert high <= sum(length for _sales, length in pairs)
	else:
		assert low is None and high is None
