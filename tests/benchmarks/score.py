"""Scoring a large company: facts from frames, scores with reasons, the learned model's judgement, what would change them.

One core. Learning is measured apart: it runs once a week, not in the daily cycle.
"""

import os
import resource
import time
from datetime import date

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from collections_app.engine.risk_backtest import past_cases
from collections_app.engine.risk_facts import INCIDENTS, RiskSources, risk_facts
from collections_app.engine.risk_learning import fit
from collections_app.engine.scorecards import default_scorecard
from collections_app.engine.scoring import score_customers
from collections_app.engine.what_if import what_would_change

CUSTOMERS = int(os.environ.get("SCORE_CUSTOMERS", 20_000))
INVOICES = int(os.environ.get("SCORE_INVOICES", 400_000))
TODAY = date(2026, 6, 30)
PAST_DAYS = (date(2025, 6, 30), date(2025, 9, 30), date(2025, 11, 30))
BAD_DAYS = 30


def run() -> dict:
	"""customers, invoices, seconds, rss_mb (the highest of the whole process), and the seconds of each part."""
	sources = world()
	marks = [time.perf_counter()]
	with threadpool_limits(limits=1):
		cases = past_cases(
			lambda day: sources,
			PAST_DAYS,
			TODAY,
			default_scorecard(),
			BAD_DAYS,
			outcome_history=sources.history,
		)
		model = fit(cases, TODAY, BAD_DAYS)
		marks.append(time.perf_counter())
		started = time.perf_counter()
		facts = risk_facts(sources, TODAY)
		marks.append(time.perf_counter())
		scores = score_customers(facts, default_scorecard(), TODAY)
		marks.append(time.perf_counter())
		inputs = model.inputs(facts, TODAY)
		learned = model.judge(inputs)
		points = model.points(inputs)
		marks.append(time.perf_counter())
		advice = what_would_change(sources, facts, scores, default_scorecard(), TODAY)
		marks.append(time.perf_counter())
	learning, *parts = np.diff(marks).round(2).tolist()
	assert len(scores.scores) == len(learned) == len(points) == CUSTOMERS
	return {
		"customers": CUSTOMERS,
		"invoices": len(sources.history),
		"seconds": round(marks[-1] - started, 2),
		"rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
		**dict(zip(("facts", "scores", "learned", "what_if"), parts, strict=True)),
		"reasons": len(scores.factors),
		"advice": len(advice),
		"learn_seconds_apart": learning,
		"learn_cases": len(cases),
	}


def world(seed: int = 7) -> RiskSources:
	"""Customers with habits of their own over three years, incidents, orders, reports and covers."""
	rng = np.random.default_rng(seed)
	names = np.array([f"C{number:06}" for number in range(CUSTOMERS)])
	end = pd.Timestamp(TODAY)
	who = rng.integers(0, CUSTOMERS, INVOICES)
	habit = rng.gamma(1.5, 10, CUSTOMERS) - 8
	posted = end - pd.to_timedelta(rng.integers(0, 3 * 365, INVOICES), unit="D")
	due = posted + pd.Timedelta(days=30)
	late = np.round(habit[who] + rng.normal(0, 8, INVOICES) + rng.exponential(4, INVOICES))
	paid = pd.Series(np.maximum(due + pd.to_timedelta(late, unit="D"), posted))
	history = pd.DataFrame(
		{
			"customer": names[who],
			"voucher_no": [f"I{number:07}" for number in range(INVOICES)],
			"posting_date": posted,
			"due_date": due,
			"currency": "EUR",
			"amount_base": rng.uniform(10, 1000, INVOICES).round(2),
			"paid_on": paid.where(paid <= end),
			"payment_count": 1 + (rng.random(INVOICES) < 0.1),
		}
	)

	def dated(count: int, column: str = "known_on") -> dict:
		days = end - pd.to_timedelta(rng.integers(0, 2 * 365, count), unit="D")
		return {"customer": names[rng.integers(0, CUSTOMERS, count)], column: days}

	reports = pd.DataFrame(
		{**dated(CUSTOMERS), "provider": "Creditsafe", "score": rng.uniform(0, 100, CUSTOMERS)}
	)
	covers = pd.DataFrame({**dated(CUSTOMERS // 4), "amount_base": 5_000.0, "lost": False})
	return RiskSources(
		history=history,
		segments=pd.Series(rng.choice(["Retail", "Industry", "Public"], CUSTOMERS), index=names),
		incidents=pd.DataFrame({**dated(CUSTOMERS), "kind": rng.choice(list(INCIDENTS), CUSTOMERS)}),
		commitments=pd.DataFrame(
			{
				**dated(2 * CUSTOMERS),
				"document": [f"SO{number}" for number in range(2 * CUSTOMERS)],
				"amount_base": rng.uniform(10, 3000, 2 * CUSTOMERS),
			}
		),
		limits=pd.DataFrame({**dated(CUSTOMERS), "credit_limit": rng.uniform(500, 20_000, CUSTOMERS)}),
		reports=reports.assign(
			value=reports["score"].round(), reported_on=reports["known_on"], valid_until=pd.NaT
		),
		covers=covers.assign(valid_from=covers["known_on"], valid_until=pd.NaT, ended_on=pd.NaT),
	)
