"""What would change a score: for each customer the smallest plausible changes that move it, tried on the scorecard itself."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd

from collections_app.engine.factors import FACTORS
from collections_app.engine.reasons import Reason
from collections_app.engine.risk_curves import nearest_value
from collections_app.engine.risk_facts import RiskSources, paid_on_the_day, risk_facts
from collections_app.engine.scorecards import Scorecard
from collections_app.engine.scoring import SCORE_DIGITS, Scores, bands_of, score_customers

# paying all that is overdue for more than so many days: the fewest invoices first
OVERDUE_STEPS = (90, 60, 30, 0)
# a change that gives less says nothing
LEAST_GAIN = 1.0
MOST = 3
# a habit that must give up more of its bad part than this changes in no foreseeable time
MOST_EFFORT = 0.75
# habits a customer can change; what it owes is tried by paying it
HABITS = ("days_late", "recent_days_late", "late_ratio", "part_payments", "limit_use", "open_orders")
INCIDENTS = ("returned_debits", "broken_promises", "disputes_lost")
COLUMNS = ["customer", "kind", "reason", "score", "band", "gain"]


def what_would_change(
	sources: RiskSources, facts: pd.DataFrame, scores: Scores, scorecard: Scorecard, as_of: date
) -> pd.DataFrame:
	"""Up to MOST changes for each customer of `scores`, those that lead to a better band first.

	`facts`: of all customers (`risk_facts` of `sources`); `scores`: of all or some of them. Columns: customer, kind,
	reason, score and band the change alone would give, gain (points). Kinds and what their reason tells:
	- pay_overdue(count, amount, over_days, all): paying the items overdue for more than over_days. Scored anew,
	with the delay counted: the fewest invoices that reach a better band, else all of them
	- habit(factor, now, to): the nearest value of a factor that reaches the next band, the rest as it is
	- wait(factor, days): days without a new incident until those there are have faded enough for it
	- rule_lifted(rule): the hard rule no longer applies
	"""
	wanted = scores.scores
	found = [
		_paying(sources, facts, wanted, scorecard, as_of),
		_habits(scores, scorecard),
		_rules(facts, scores, scorecard, as_of),
	]
	found = [one for one in found if len(one)]
	if not found:
		return pd.DataFrame(columns=COLUMNS)
	table = pd.concat(found, ignore_index=True)
	now = table["customer"].map(wanted["score"])
	names = [name for _low, name in scorecard.bands]
	place = {name: position for position, name in enumerate(names)}
	table["gain"] = (table["score"] - now).round(SCORE_DIGITS)
	better = table["band"].map(place) < table["customer"].map(wanted["band"]).map(place)
	table = table.assign(better=better)
	table = table[better | (table["gain"] >= LEAST_GAIN)]
	table = table.sort_values(["customer", "better", "gain"], ascending=[True, False, False], kind="stable")
	return table.groupby("customer", sort=False).head(MOST)[COLUMNS].reset_index(drop=True)


def _paying(
	sources: RiskSources, facts: pd.DataFrame, wanted: pd.DataFrame, scorecard: Scorecard, as_of: date
) -> pd.DataFrame:
	"""The first of OVERDUE_STEPS that reaches a better band; where none does, paying all that is overdue."""
	late = facts.loc[wanted.index, "oldest_overdue_days"]
	names = [name for _low, name in scorecard.bands]
	left = pd.Index(late[late > 0].index)
	found = []
	for over in OVERDUE_STEPS:
		concerned = left[late[left] > over]
		if not len(concerned):
			continue
		scored, count, amount = _scored_paid(sources, facts, concerned, scorecard, as_of, over)
		before = wanted.loc[concerned, "band"].map(names.index)
		better = scored["band"].map(names.index) < before
		chosen = concerned if over == 0 else concerned[better]
		found.append(
			pd.DataFrame(
				{
					"customer": chosen,
					"kind": "pay_overdue",
					"reason": [
						Reason(
							"pay_overdue",
							{
								"count": int(count[one]),
								"amount": round(float(amount[one]), 2),
								"over_days": over,
								"all": over == 0,
							},
						)
						for one in chosen
					],
					"score": scored.loc[chosen, "score"].to_numpy(),
					"band": scored.loc[chosen, "band"].to_numpy(),
				}
			)
		)
		left = left.difference(chosen)
	return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS[:-1])


def _scored_paid(
	sources: RiskSources,
	facts: pd.DataFrame,
	customers: pd.Index,
	scorecard: Scorecard,
	as_of: date,
	over: int,
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
	"""The customers' scores had they paid; only their own records are gone through again."""
	own = RiskSources(
		history=sources.history[sources.history["customer"].isin(customers)],
		segments=sources.segments.reindex(customers),
		items=None if sources.items is None else sources.items[sources.items["customer"].isin(customers)],
	)
	changed, count, amount = paid_on_the_day(own, as_of, over)
	again = risk_facts(changed, as_of, scorecard.half_life)
	# what has nothing to do with paying stays as it is
	moved = facts.loc[customers].copy()
	for name in (
		"paid_count",
		"mean_days_late",
		"recent_days_late",
		"earlier_days_late",
		"trend_days",
		"late_ratio",
		"part_payment_ratio",
		"outstanding_base",
		"overdue_base",
		"oldest_overdue_days",
	):
		moved[name] = again[name]
	scored = score_customers(moved, scorecard, as_of, reference=facts, reasons=False).scores
	return scored, count, amount


def _habits(scores: Scores, scorecard: Scorecard) -> pd.DataFrame:
	"""For each customer that no hard rule holds down, the one habit or wait that needs the smallest part of what it can
	still gain."""
	lows = np.array([low for low, _name in scorecard.bands])
	free = scores.scores[scores.scores["score"] >= scores.scores["uncapped"]]
	score = free["score"]
	place = (score.to_numpy()[:, None] >= lows[None, :]).argmax(axis=1)
	target = pd.Series(np.where(place > 0, lows[np.maximum(place - 1, 0)], np.nan), index=free.index)
	table = scores.factors[scores.factors["factor"].isin((*HABITS, *INCIDENTS))]
	table = table[table["customer"].isin(target.dropna().index)]
	table = table[[reason.code != "segment_mean" for reason in table["reason"]]]
	if not len(table):
		return pd.DataFrame(columns=COLUMNS[:-1])
	gap = table["customer"].map(target) - table["customer"].map(score)
	needed = table["points"] + (gap + 0.05) / (100 * table["weight"])
	effort = (needed - table["points"]) / (1 - table["points"]).where(table["points"] < 1)
	table = table.assign(needed=needed, effort=effort, target=table["customer"].map(target))
	table = table[effort <= MOST_EFFORT].sort_values("effort", kind="stable").drop_duplicates("customer")
	curves = {
		entry.key: FACTORS[entry.key].points if entry.points is None else entry.points
		for entry in scorecard.factors
	}
	rows = []
	for row in table.itertuples():
		reason = _habit(
			row.factor, row.value, nearest_value(curves[row.factor], row.value, row.needed), scorecard
		)
		if reason:
			rows.append((row.customer, reason.code, reason, row.target))
	found = pd.DataFrame(rows, columns=["customer", "kind", "reason", "score"])
	found["score"] = found["score"].astype("float64")
	return found.assign(band=bands_of(found["score"], scorecard.bands)) if rows else found


def _habit(factor: str, value: float, to: float | None, scorecard: Scorecard) -> Reason | None:
	if to is None:
		return None
	if factor in INCIDENTS:
		if not 0 < to < value:
			return None
		return Reason(
			"wait", {"factor": factor, "days": math.ceil(scorecard.half_life * math.log2(value / to))}
		)
	digits = FACTORS[factor].digits
	# towards the better side, so that the rounded value still reaches the band
	step = 10**-digits
	to = math.floor(to / step) * step if to < value else math.ceil(to / step) * step
	return Reason("habit", {"factor": factor, "now": round(value, digits), "to": round(to, digits)})


def _rules(facts: pd.DataFrame, scores: Scores, scorecard: Scorecard, as_of: date) -> pd.DataFrame:
	"""Without the one hard rule that holds most: what the customer would have."""
	held = scores.scores.index[scores.scores["score"] < scores.scores["uncapped"]]
	if not len(held):
		return pd.DataFrame(columns=COLUMNS[:-1])
	found = []
	own = facts.loc[held]
	for rule in scorecard.hard_rules:
		hit = held[rule.hits(own)]
		if not len(hit):
			continue
		others = tuple(other for other in scorecard.hard_rules if other.key != rule.key)
		card = Scorecard(**{**vars(scorecard), "hard_rules": others})
		scored = score_customers(facts.loc[hit], card, as_of, reference=facts, reasons=False).scores
		found.append(
			pd.DataFrame(
				{
					"customer": hit,
					"kind": "rule_lifted",
					"reason": [
						Reason("rule_lifted", {"rule": rule.key, "threshold": rule.limit}) for _one in hit
					],
					"score": scored["score"].to_numpy(),
					"band": scored["band"].to_numpy(),
				}
			)
		)
	return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS[:-1])
