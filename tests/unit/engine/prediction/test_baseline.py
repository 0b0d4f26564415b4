import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.behaviour import payment_behaviour
from collections_app.engine.prediction import predict_payment_dates
from tests.unit.engine.builders import AS_OF, history, invoice, item, items


def behaviour(**days_late: list[int]) -> pd.DataFrame:
	"""Behaviour of customers that paid each of their invoices so many days late."""
	rows = [
		invoice(
			name,
			due_date="2024-01-31",
			paid_on=str((pd.Timestamp("2024-01-31") + pd.Timedelta(days=n)).date()),
		)
		for name, lateness in days_late.items()
		for n in lateness
	]
	return payment_behaviour(history(*rows), AS_OF)


NOBODY = payment_behaviour(history(invoice()).iloc[:0], AS_OF)
SEGMENTS = pd.Series({"C1": "Retail", "C2": "Retail", "C3": "Public"})


def predict(*rows, known=NOBODY, segments=SEGMENTS):
	return predict_payment_dates(items(*rows), known, segments, AS_OF)


def day(value) -> str:
	return str(value.date())


def test_a_long_history_decides_nearly_alone():
	known = behaviour(C1=[20] * 95, C3=[0] * 5)
	row = predict(item(due_date="2024-06-10"), known=known).iloc[0]
	assert day(row["expected_on"]) == "2024-06-30"
	assert row["p_late"] == 1.0


def test_a_short_history_is_shrunk_to_the_segment():
	known = behaviour(C1=[30] * 5, C2=[0] * 15, C3=[60] * 20)
	# Segment mean: (5 × 30 + 15 × 0) / 20 = 7.5; own weight 5 / 10: 18.75 days.
	row = predict(item(due_date="2024-06-10"), known=known).iloc[0]
	assert day(row["expected_on"]) == "2024-06-29"
	assert row["p_late"] == pytest.approx(0.5 * 1 + 0.5 * 0.25)


def test_a_new_customer_is_its_segment_and_a_new_segment_is_everybody():
	known = behaviour(C2=[10] * 4, C3=[40] * 4)
	row = predict(item(customer="C1", due_date="2024-06-10"), known=known).iloc[0]
	assert day(row["expected_on"]) == "2024-06-20"
	row = predict(item(customer="C9", due_date="2024-06-10"), known=known).iloc[0]
	assert day(row["expected_on"]) == "2024-07-05"


def test_without_any_history_the_due_date_and_even_odds():
	row = predict(item(due_date="2024-06-10")).iloc[0]
	assert (day(row["earliest_on"]), day(row["expected_on"]), day(row["latest_on"])) == (
		"2024-06-10",
		"2024-06-10",
		"2024-07-10",
	)
	assert row["p_late"] == 0.5


def test_what_should_be_paid_already_is_expected_on_the_next_business_day():
	known = behaviour(C1=[0, 0, 0, 0, 20])
	row = predict(item(due_date="2024-05-31"), known=known).iloc[0]
	assert day(row["expected_on"]) == "2024-06-04"
	assert day(row["earliest_on"]) == str(AS_OF)
	assert row["latest_on"] > row["expected_on"]
	assert row["p_late"] == 1.0


def test_the_longer_an_item_is_belated_the_longer_it_will_take():
	known = behaviour(C1=[0, 0, 0, 0, 20])
	high, mean = (float(known.at["C1", name]) for name in ("high_days_late", "mean_days_late"))
	table = predict(item("A", due_date="2024-03-01"), item("B", due_date="2023-03-01"), known=known)
	for _row, one in table.iterrows():
		waited = (pd.Timestamp(AS_OF) - one["due_date"]).days - round(high) + (high - mean)
		assert (one["expected_on"] - pd.Timestamp(AS_OF)).days == pytest.approx(waited, abs=1)
		assert (one["latest_on"] - pd.Timestamp(AS_OF)).days == pytest.approx(9 * waited, abs=9)
	assert table["expected_on"].iloc[1] > table["expected_on"].iloc[0] + pd.Timedelta(days=300)


def test_the_range_comes_from_the_quantiles():
	known = behaviour(C1=list(range(0, 101)))
	assert known.loc["C1", ["low_days_late", "high_days_late"]].tolist() == [12, 92]
	row = predict(item(due_date="2024-06-10"), known=known).iloc[0]
	assert (day(row["earliest_on"]), day(row["latest_on"])) == ("2024-06-22", "2024-09-10")


def test_credits_have_no_prediction():
	frame = predict(item("SI-1"), item("CN-1", outstanding=-5.0))
	assert frame["expected_on"].isna().tolist() == [False, True]
	assert frame["p_late"].isna().tolist() == [False, True]


def test_no_items_and_the_frame_given_is_kept():
	assert len(predict()) == 0
	frame = items(item())
	before = frame.copy()
	predict_payment_dates(frame, NOBODY, SEGMENTS, AS_OF)
	pd.testing.assert_frame_equal(frame, before)


LATENESS = st.lists(st.integers(-30, 120), max_size=6)


@given(LATENESS, LATENESS, st.integers(-60, 200))
def test_dates_are_in_order_and_never_past(first, second, overdue):
	known = behaviour(C1=first, C2=second) if first or second else NOBODY
	due_date = str((pd.Timestamp(AS_OF) - pd.Timedelta(days=overdue)).date())
	frame = predict(
		item("SI-1", due_date=due_date), item("SI-2", customer="C3", due_date=due_date), known=known
	)
	assert (frame["earliest_on"] >= pd.Timestamp(AS_OF)).all()
	assert (frame["earliest_on"] <= frame["expected_on"]).all()
	assert (frame["expected_on"] <= frame["latest_on"]).all()
	assert frame["p_late"].between(0, 1).all()
