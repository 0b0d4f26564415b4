"""Customers who pay by known habits, and records about them, for the tests of risk scores."""

from __future__ import annotations

import numpy as np
import pandas as pd

from collections_app.engine.risk_facts import INCIDENTS, RiskSources

START = pd.Timestamp("2023-01-01")
DAYS = 900


def history(customers: int = 60, each: int = 30, seed: int = 1, days: int = DAYS) -> pd.DataFrame:
	"""Invoices over `days`; the higher a customer's number, the later it pays, and the worse it gets over time."""
	rng = np.random.default_rng(seed)
	count = customers * each
	number = np.arange(customers).repeat(each)
	since = rng.integers(0, days, count)
	posted = START + pd.to_timedelta(since, unit="D")
	due = posted + pd.Timedelta(days=30)
	worse = number / customers
	late = np.round(60 * worse * (0.6 + since / days) + rng.normal(0, 12, count))
	return pd.DataFrame(
		{
			"customer": [f"C{one:03}" for one in number],
			"voucher_no": [f"I{one:05}" for one in range(count)],
			"posting_date": posted,
			"due_date": due,
			"currency": "EUR",
			"amount_base": rng.uniform(50, 500, count).round(2),
			"paid_on": np.maximum(due + pd.to_timedelta(late, unit="D"), posted),
			"payment_count": rng.integers(1, 3, count),
		}
	)


def sources(seed: int = 1, customers: int = 12, each: int = 10) -> RiskSources:
	"""All kinds of records, spread over the time of the history."""
	rng = np.random.default_rng(seed)
	names = [f"C{one:03}" for one in range(customers)]
	count = 4 * customers

	def dated() -> dict:
		days = START + pd.to_timedelta(rng.integers(0, DAYS, count), unit="D")
		return {"customer": rng.choice(names, count), "known_on": days}

	reports = pd.DataFrame({**dated(), "provider": rng.choice(["Creditsafe", "Allianz Trade"], count)})
	covers = pd.DataFrame({**dated(), "amount_base": rng.uniform(0, 5000, count)})
	lost = rng.random(count) < 0.3
	return RiskSources(
		history=history(customers, each, seed),
		segments=pd.Series(rng.choice(["Retail", "Public"], customers), index=names),
		incidents=pd.DataFrame({**dated(), "kind": rng.choice(list(INCIDENTS), count)}),
		commitments=pd.DataFrame(
			{
				**dated(),
				"document": rng.choice([f"SO{one}" for one in range(20)], count),
				"amount_base": rng.uniform(-500, 900, count),
			}
		),
		limits=pd.DataFrame({**dated(), "credit_limit": rng.uniform(100, 5000, count)}),
		reports=reports.assign(
			score=rng.uniform(0, 100, count),
			value="x",
			reported_on=reports["known_on"],
			valid_until=reports["known_on"] + pd.Timedelta(days=200),
			insolvent=rng.choice([True, False, None], count),
			sanctioned=None,
		),
		covers=covers.assign(
			valid_from=covers["known_on"],
			valid_until=covers["known_on"] + pd.Timedelta(days=300),
			ended_on=(covers["known_on"] + pd.Timedelta(days=100)).where(lost),
			lost=lost,
		),
	)


def until(given: RiskSources, day: pd.Timestamp) -> RiskSources:
	"""What somebody had who looked on that day: later records are not there, later payments not made."""
	known = given.history[given.history["posting_date"] <= day].copy()
	known.loc[known["paid_on"] > day, "paid_on"] = pd.NaT
	covers = given.covers[given.covers["known_on"] <= day].copy()
	covers.loc[covers["ended_on"] > day, "ended_on"] = pd.NaT
	return RiskSources(
		history=known,
		segments=given.segments,
		incidents=given.incidents[given.incidents["known_on"] <= day],
		commitments=given.commitments[given.commitments["known_on"] <= day],
		limits=given.limits[given.limits["known_on"] <= day],
		reports=given.reports[given.reports["known_on"] <= day],
		covers=covers,
	)
