"""Proposed credit limits: the need from sales and terms, bounded by band, report and cover."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.behaviour import payment_behaviour
from collections_app.engine.credit_limits import (
	BAND_CAP,
	BASIS,
	COVER_CAP,
	OWED,
	REPORT_CAP,
	Policy,
	needed,
	propose,
)

TODAY = date(2024, 6, 30)


def facts(**values) -> pd.DataFrame:
	row = {
		"need": 1000.0,
		"outstanding": 0.0,
		"band": "C",
		"current": 0.0,
		"report_limit": np.nan,
		"cover": np.nan,
	}
	return pd.DataFrame([{**row, **values}], index=pd.Index(["K"], name="customer"))


def one(policy: Policy | None = None, **values):
	found = propose(facts(**values), policy or Policy())
	return found.iloc[0] if len(found) else None


def invoices(*rows) -> pd.DataFrame:
	"""(days ago posted, term, days late or None, amount)."""
	table = []
	for ago, term, late, amount in rows:
		posted = TODAY - timedelta(days=ago)
		due = posted + timedelta(days=term)
		paid = None if late is None else due + timedelta(days=late)
		table.append(
			{
				"customer": "K",
				"posting_date": pd.Timestamp(posted),
				"due_date": pd.Timestamp(due),
				"paid_on": pd.Timestamp(paid) if paid else pd.NaT,
				"amount_base": float(amount),
				"payment_count": 1,
			}
		)
	return pd.DataFrame(table)


def test_the_need_by_hand():
	"""9,000 in the busiest 90 days are 100 a day; 30 days of terms and 10 late make 4,000."""
	history = invoices((200, 30, 10, 3000), (60, 30, 10, 4000), (50, 30, 10, 5000), (400, 30, 10, 10**6))
	need = needed(history, payment_behaviour(history, TODAY), TODAY)
	assert need["K"] == pytest.approx(100 * 40)


def test_early_payers_need_their_terms_and_nobody_without_sales_is_there():
	history = invoices((60, 30, -20, 9000))
	assert needed(history, payment_behaviour(history, TODAY), TODAY)["K"] == pytest.approx(3000)
	assert needed(history.iloc[:0], payment_behaviour(history, TODAY), TODAY).empty


@pytest.mark.parametrize(
	("values", "policy", "proposed", "bound_by"),
	[
		({"band": "A"}, Policy(), 1500, BASIS),
		({"band": ""}, Policy(), 1000, BASIS),
		({"band": "B", "need": 1290}, Policy(), 1500, BASIS),
		({"band": "A"}, Policy(caps={"A": 1200}), 1200, BAND_CAP),
		({"band": "A", "report_limit": 600.0}, Policy(), 600, REPORT_CAP),
		({"band": "A", "report_limit": 600.0}, Policy(report_share=0.5), 300, REPORT_CAP),
		({"band": "A", "report_limit": 600.0}, Policy(report_share=None), 1500, BASIS),
		({"band": "A", "cover": 700.0}, Policy(uninsured=100), 800, COVER_CAP),
		({"band": "A", "cover": 700.0}, Policy(), 1500, BASIS),
		({"band": "E", "current": 5000.0}, Policy(), 100, OWED),
		({"band": "E", "outstanding": 730.0}, Policy(), 800, OWED),
	],
)
def test_what_bounds(values, policy, proposed, bound_by):
	row = one(policy, **values)
	assert (row["proposed"], row["bound_by"]) == (proposed, bound_by)
	codes = [reason.code for reason in row["reasons"]]
	assert codes[0] == "limit_need" and len(codes) == (2 if bound_by == BASIS else 3)


def test_small_changes_are_left_alone():
	assert one(current=900.0) is None
	assert one(current=1000.0) is None
	assert one(current=800.0)["proposed"] == 1000


amounts = st.floats(0, 1e7)


@given(
	amounts,
	amounts,
	st.sampled_from(["", "A", "B", "C", "D", "E"]),
	amounts,
	st.none() | amounts,
	st.none() | amounts,
)
def test_never_nothing_never_below_what_is_owed_and_no_bound_raises_it(
	need, owed, band, current, report, cover
):
	values = {"need": need, "outstanding": owed, "band": band, "current": current}
	free = one(Policy(least_change=0), **values)
	bounded = one(
		Policy(least_change=0, uninsured=0.0),
		**values,
		report_limit=np.nan if report is None else report,
		cover=np.nan if cover is None else cover,
	)
	for row in (free, bounded):
		if row is not None:
			assert row["proposed"] >= 100 and row["proposed"] >= owed - 1e-6
			assert row["proposed"] % 100 == pytest.approx(0, abs=1e-6)
	if free is not None and bounded is not None:
		assert bounded["proposed"] <= free["proposed"]
