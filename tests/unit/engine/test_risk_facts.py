from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collections_app.engine.frames import FrameError
from collections_app.engine.prediction.invoices import LookAheadError
from collections_app.engine.risk_facts import (
	BROKEN_PROMISE,
	RETURNED_DEBIT,
	RiskSources,
	items_of,
	risk_facts,
)
from collections_app.engine.scorecards import FactorWeight, Scorecard, default_scorecard
from collections_app.engine.scoring import score_customers
from tests.unit.engine.builders import AS_OF, history, invoice
from tests.unit.engine.risk_world import DAYS, START, sources, until

ONE = pd.Series("Retail", index=["C1"])


def facts(as_of=AS_OF, half_life=180, **parts):
	frames = {name: pd.DataFrame(rows) if isinstance(rows, list) else rows for name, rows in parts.items()}
	frames.setdefault("history", history(invoice()))
	return risk_facts(RiskSources(segments=ONE, **frames), as_of, half_life).loc["C1"]


@given(st.integers(1, 400), st.integers(60, DAYS + 30))
def test_a_past_day_gives_what_that_day_would_have_given(seed, since):
	everything = sources(seed)
	day = START + pd.Timedelta(days=since)
	now = score_customers(risk_facts(everything, day), default_scorecard(), day)
	then = score_customers(risk_facts(until(everything, day), day), default_scorecard(), day)
	pd.testing.assert_frame_equal(now.scores, then.scores)
	pd.testing.assert_frame_equal(now.factors, then.factors)


def test_a_fact_known_only_later_is_refused():
	later = pd.DataFrame(
		{"customer": ["C1"], "known_on": [pd.Timestamp(AS_OF) + pd.Timedelta(days=1)], "wrote_off": [1.0]}
	)
	with pytest.raises(LookAheadError, match=r"wrote_off.*C1"):
		facts(extra={"wrote_off": later})
	known = later.assign(known_on=pd.Timestamp(AS_OF))
	assert facts(extra={"wrote_off": known})["wrote_off"] == 1


def test_items_of_another_day_are_refused():
	items = items_of(history(invoice(paid_on=None)), AS_OF).assign(posting_date=pd.Timestamp("2024-06-04"))
	with pytest.raises(LookAheadError, match="SI-1"):
		facts(items=items)


def test_incidents_fade_and_the_score_rises_again():
	def at(day):
		broken = [{"customer": "C1", "kind": BROKEN_PROMISE, "known_on": pd.Timestamp("2024-06-03")}]
		frame = risk_facts(
			RiskSources(history=history(invoice()), segments=ONE, incidents=pd.DataFrame(broken)), day
		)
		card = Scorecard(factors=(FactorWeight("broken_promises", 1),))
		return frame.loc["C1"], score_customers(frame, card, day).scores.at["C1", "score"]

	before, good = at(pd.Timestamp("2024-06-02"))
	fresh, bad = at(pd.Timestamp("2024-06-03"))
	half, better = at(pd.Timestamp("2024-06-03") + pd.Timedelta(days=180))
	old, best = at(pd.Timestamp("2024-06-03") + pd.Timedelta(days=1500))
	assert (before["broken_promises"], good) == (0, 100)
	assert (fresh["broken_promises_faded"], bad) == (1, 60)
	assert (half["broken_promises_faded"], better) == (0.5, 80)
	assert (half["broken_promises"], old["broken_promises"]) == (1, 0)
	assert (old["broken_promises_faded"], best) == (0, 100)


def test_the_half_life_is_the_scorecards():
	row = [
		{"customer": "C1", "kind": RETURNED_DEBIT, "known_on": pd.Timestamp(AS_OF) - pd.Timedelta(days=90)}
	]
	assert facts(incidents=row)["returned_debits_faded"] == pytest.approx(0.5**0.5)
	assert facts(incidents=row, half_life=90)["returned_debits_faded"] == pytest.approx(0.5)


def test_late_payments_of_long_ago_weigh_little():
	long_ago = invoice(
		posting_date="2022-01-01", due_date="2022-01-31", paid_on="2022-04-30", payment_count=2
	)
	found = facts(history=history(long_ago, invoice(paid_on="2024-05-01", due_date="2024-05-01")))
	assert 0 < found["late_ratio"] < 0.06
	assert found["part_payment_ratio"] == pytest.approx(found["late_ratio"])
	assert found["mean_days_late"] < 6


def test_open_and_overdue_is_late_in_full_however_old():
	rows = (
		invoice(paid_on=None, due_date="2024-06-01"),
		invoice(paid_on="2024-06-03", due_date="2024-06-03"),
	)
	assert facts(history=history(*rows))["late_ratio"] == 0.5


def test_exposure():
	rows = [
		{
			"customer": "C1",
			"item": "a",
			"due_date": "2024-05-04",
			"posting_date": "2024-04-04",
			"outstanding_base": 100.0,
		},
		{
			"customer": "C1",
			"item": "b",
			"due_date": "2024-07-01",
			"posting_date": "2024-06-01",
			"outstanding_base": 50.0,
		},
		{
			"customer": "C1",
			"item": "c",
			"due_date": "2024-01-01",
			"posting_date": "2024-01-01",
			"outstanding_base": -30.0,
		},
	]
	found = facts(items=rows)
	assert found[["outstanding_base", "overdue_base", "oldest_overdue_days"]].tolist() == [120, 100, 30]
	assert found["company_outstanding_base"] == 120


def test_orders_become_exposure_until_they_are_invoiced():
	order = {
		"customer": "C1",
		"document": "SO-1",
		"known_on": pd.Timestamp("2024-05-01"),
		"amount_base": 900.0,
	}
	billed = {**order, "known_on": pd.Timestamp("2024-06-01"), "amount_base": -400.0}
	over = {
		"customer": "C1",
		"document": "SO-2",
		"known_on": pd.Timestamp("2024-06-01"),
		"amount_base": -50.0,
	}
	assert facts(commitments=[order, billed, over])["committed_base"] == 500
	assert facts(as_of=pd.Timestamp("2024-05-15"), commitments=[order, billed])["committed_base"] == 900


def test_months_of_sales_begin_with_the_first_invoice():
	rows = [invoice(posting_date="2024-04-04", due_date="2024-05-04", amount_base=600.0, paid_on=None)]
	found = facts(history=history(*rows))
	assert found["monthly_base"] == pytest.approx(600 / (60 / (365 / 12)))
	assert found["invoices_last_year"] == 1
	quiet = facts(
		history=history(invoice(posting_date="2022-01-01", due_date="2022-01-31", paid_on="2022-01-31"))
	)
	assert np.isnan(quiet["monthly_base"]) and quiet["invoices_last_year"] == 0


def test_the_newest_limit_known_counts():
	rows = [
		{"customer": "C1", "known_on": pd.Timestamp(day), "credit_limit": limit}
		for day, limit in (("2024-01-01", 100.0), ("2024-06-03", 200.0), ("2024-06-04", 300.0))
	]
	assert facts(limits=rows)["credit_limit"] == 200


def test_everybody_asked_for_is_there_and_nobody_twice():
	frame = risk_facts(
		RiskSources(history=history(invoice()), segments=pd.Series("", index=["C1", "New"])), AS_OF
	)
	assert frame.index.tolist() == ["C1", "New"] and frame.at["New", "paid_count"] == 0
	twice = replace(RiskSources(history=history(invoice()), segments=ONE), segments=pd.concat([ONE, ONE]))
	with pytest.raises(FrameError, match="C1"):
		risk_facts(twice, AS_OF)
