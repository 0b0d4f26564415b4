"""Invoices of a made-up world whose customers pay by known rules."""

import numpy as np
import pandas as pd


def invoices(
	customers: int = 40,
	each: int = 20,
	seed: int = 1,
	noise: float = 5.0,
	moving: float = 0.0,
	differing: float = 0.0,
) -> pd.DataFrame:
	"""Each customer has its own habit (normal, 12 days), a dispute costs 15 days, paper 6.

	`moving`: standard deviation of the days by which the habits move in the 500 days; `differing`: that of the
	logarithm of the customers' own noise.
	"""
	rng = np.random.default_rng(seed)
	count = customers * each
	habit = rng.normal(0, 12, customers).repeat(each)
	rate = rng.beta(0.5, 2, customers).repeat(each)
	posted = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 500, count), unit="D")
	disputed = rng.random(count) < rate
	paper = rng.random(count) < 0.5
	chance = rng.normal(0, noise, count)
	if differing:
		chance *= np.exp(rng.normal(0, differing, customers)).repeat(each)
	if moving:
		passed = (posted - posted.min()).days.to_numpy() / 500
		habit = habit + passed * rng.normal(0, moving, customers).repeat(each)
	late = np.round(habit + 15 * disputed + 6 * paper + chance)
	due = posted + pd.Timedelta(days=30)
	paid = np.maximum(due + pd.to_timedelta(late, unit="D"), posted)
	return pd.DataFrame(
		{
			"customer": np.array([f"C{n}" for n in range(customers)]).repeat(each),
			"invoice": [f"I{n:05}" for n in range(count)],
			"invoice_date": posted,
			"due_date": due,
			"amount": rng.uniform(10, 1000, count).round(2),
			"paid_on": paid,
			"disputed": disputed.astype(int),
			"delivery": np.where(paper, "Paper", "Electronic"),
		}
	)
