import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collections_app.engine.prediction.asof import sums_as_of
from collections_app.engine.prediction.invoices import prepare

START = pd.Timestamp("2024-01-01")


def frame(rows) -> pd.DataFrame:
	"""(customer, posted, term, days to pay or None) in days from START."""
	return prepare(
		pd.DataFrame(
			{
				"customer": [row[0] for row in rows],
				"invoice": [f"I{n}" for n in range(len(rows))],
				"invoice_date": [START + pd.Timedelta(days=row[1]) for row in rows],
				"due_date": [START + pd.Timedelta(days=row[1] + row[2]) for row in rows],
				"amount": 100.0,
				"paid_on": pd.to_datetime(
					[None if row[3] is None else START + pd.Timedelta(days=row[1] + row[3]) for row in rows]
				),
			}
		)
	)


def by_hand(work: pd.DataFrame, value: pd.Series, asked: pd.Series) -> pd.DataFrame:
	rows = []
	for number, row in work.iterrows():
		day = asked[number]
		others = work[(work["customer"] == row["customer"]) & (work.index != number)]
		paid = others[others["paid_on"] <= day]
		# what is posted later is not due before it is posted
		late = others[(others["due_date"] < day) & ~(others["paid_on"] <= day)]
		rows.append(
			{
				"value": value[paid.index].sum(),
				"paid": len(paid),
				"overdue": len(late),
				"overdue_days": (day - late["due_date"]).dt.days.mean() if len(late) else 0.0,
				"any_last": bool(len(paid)),
			}
		)
	return pd.DataFrame(rows, index=work.index)


ROWS = st.lists(
	st.tuples(
		st.sampled_from("AB"),
		st.integers(0, 40),
		st.integers(0, 20),
		st.one_of(st.none(), st.integers(0, 40)),
	),
	min_size=1,
	max_size=14,
)


@given(ROWS)
@settings(deadline=None)
def test_the_sums_are_those_counted_invoice_by_invoice(rows):
	work = frame(rows)
	# a payment on the invoice's own day would be known when it is asked about
	work = work[~(work["paid_on"] <= work["invoice_date"])].reset_index(drop=True)
	assume(len(work))
	value = pd.Series(np.arange(len(work)) + 1.0)
	found = sums_as_of(work, {"value": value})
	expected = by_hand(work, value, work["invoice_date"])
	for column in ("value", "paid", "overdue", "overdue_days"):
		np.testing.assert_allclose(found[column], expected[column], err_msg=column)
	assert found["last_value"].notna().tolist() == expected["any_last"].tolist()


@given(ROWS, st.integers(40, 60))
@settings(deadline=None)
def test_asked_on_a_later_day_an_open_invoice_does_not_count_itself(rows, day):
	work = frame([(customer, posted, term, None) for customer, posted, term, _paid in rows])
	asked = pd.Series(START + pd.Timedelta(days=day), index=work.index)
	found = sums_as_of(work, {}, asked)
	expected = by_hand(work, pd.Series(0.0, index=work.index), asked)
	np.testing.assert_allclose(found["overdue"], expected["overdue"])
	np.testing.assert_allclose(found["overdue_days"], expected["overdue_days"])
