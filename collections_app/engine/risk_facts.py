"""The facts a customer is scored by, from dated records: only what was known on the day is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from collections_app.engine.behaviour import known_history, payment_behaviour
from collections_app.engine.frames import FrameError, as_day, days, effective_due_date, require_columns
from collections_app.engine.outside_facts import cover_facts, opinions
from collections_app.engine.prediction.invoices import LookAheadError
from collections_app.engine.scorecards import HALF_LIFE_DAYS

RETURNED_DEBIT, BROKEN_PROMISE, DISPUTE_LOST = "returned_debit", "broken_promise", "dispute_lost"
INCIDENTS = {
	RETURNED_DEBIT: "returned_debits",
	BROKEN_PROMISE: "broken_promises",
	DISPUTE_LOST: "disputes_lost",
}
YEAR = 365
# an incident that counts less than this has faded
LEAST_WEIGHT = 0.01


def frame_of(*columns: str) -> pd.DataFrame:
	"""A frame without rows."""
	return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


@dataclass(frozen=True)
class RiskSources:
	"""What a score is made of, each record with the day it became known; amounts in company currency.

	- `history`: see `behaviour.known_history`
	- `items`: open items as they stood on the day: customer, item, due_date, posting_date, outstanding_base. None:
	the invoices of the history that are not paid, in full
	- `incidents`: customer, kind (of INCIDENTS), known_on
	- `commitments`: customer, document, known_on, amount_base: orders and deliveries (positive), and what was
	invoiced or taken back of them (negative)
	- `limits`: customer, known_on, credit_limit; the newest counts
	- `reports`, `covers`: see `outside_facts`
	- `segments`: customer -> segment; its index is everybody who is scored
	- `extra`: further columns, customer and known_on; see `extra_facts`
	"""

	history: pd.DataFrame
	segments: pd.Series
	items: pd.DataFrame | None = None
	incidents: pd.DataFrame = field(default_factory=lambda: frame_of("customer", "kind", "known_on"))
	commitments: pd.DataFrame = field(
		default_factory=lambda: frame_of("customer", "document", "known_on", "amount_base")
	)
	limits: pd.DataFrame = field(default_factory=lambda: frame_of("customer", "known_on", "credit_limit"))
	reports: pd.DataFrame | None = None
	covers: pd.DataFrame | None = None
	extra: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def risk_facts(sources: RiskSources, as_of: date, half_life: int = HALF_LIFE_DAYS) -> pd.DataFrame:
	"""One row per customer of `sources.segments` with what `factors.FACTORS` and `hard_rules.HARD_RULES` need.

	What was posted, paid, broken, ordered or reported after `as_of` is not looked at. `items` stand for one day and
	cannot be turned back, so one posted later is a LookAheadError; so is an `extra` fact known only later.
	Behaviour fades with `half_life` (days after which a payment, or an incident, counts half); the counts of
	incidents (returned_debits, broken_promises, disputes_lost) are those of the last 365 days, the columns
	`_faded` sums of 0.5 ** (age / half_life) over all of them.
	"""
	day = as_day(as_of)
	everybody = pd.Index(sources.segments.index, name="customer")
	if everybody.has_duplicates:
		raise FrameError(f"Customer {everybody[everybody.duplicated()][0]} is there twice in segments")
	facts = payment_behaviour(sources.history, as_of, half_life=half_life).reindex(everybody)
	facts["paid_count"] = facts["paid_count"].fillna(0)
	# the share of late invoices, and of those paid in parts, fades like everything else that happened
	facts["late_ratio"] = facts["faded_late_ratio"]
	facts["part_payment_ratio"] = facts["faded_part_ratio"]
	facts = facts.join(_volume(sources.history, day, everybody))
	facts = facts.join(exposure_facts(_items(sources, day), day, everybody))
	facts = facts.join(incident_facts(sources.incidents, day, everybody, half_life))
	facts["committed_base"] = _commitments(sources.commitments, day, everybody)
	facts["credit_limit"] = _newest(sources.limits, day, "credit_limit").reindex(everybody).astype("float64")
	if sources.reports is not None:
		facts = facts.join(opinions(sources.reports, day, everybody))
	if sources.covers is not None:
		facts = facts.join(cover_facts(sources.covers, day, everybody))
	for name, frame in sources.extra.items():
		facts[name] = extra_fact(name, frame, day).reindex(everybody)
	facts["segment"] = sources.segments.fillna("")
	return facts


def items_of(history: pd.DataFrame, as_of: date) -> pd.DataFrame:
	"""The invoices of the history that were open on the day, each with its whole amount."""
	known = known_history(history, as_of)
	still = known[known["paid_on"].isna()]
	return still.assign(item=still["voucher_no"], outstanding_base=still["amount_base"].astype("float64"))[
		["customer", "item", "posting_date", "due_date", "outstanding_base"]
	]


def exposure_facts(items: pd.DataFrame, day: pd.Timestamp, everybody: pd.Index) -> pd.DataFrame:
	"""outstanding_base, overdue_base, oldest_overdue_days, and company_outstanding_base (what all owe)."""
	amount = items["outstanding_base"].astype("float64")
	due = effective_due_date(items)
	late = (amount > 0) & (due < day)
	customer = items["customer"]
	owed = amount.groupby(customer).sum().reindex(everybody).fillna(0.0)
	age = (day - due[late]).dt.days
	return pd.DataFrame(
		{
			"outstanding_base": owed,
			"overdue_base": amount[late].groupby(customer[late]).sum().reindex(everybody).fillna(0.0),
			"oldest_overdue_days": age.groupby(customer[late])
			.max()
			.reindex(everybody)
			.fillna(0)
			.astype("int64"),
			"company_outstanding_base": float(owed.clip(lower=0).sum()),
		},
		index=everybody,
	)


def incident_facts(
	incidents: pd.DataFrame, day: pd.Timestamp, everybody: pd.Index, half_life: int
) -> pd.DataFrame:
	"""Per kind of incident: how many in the last 365 days, and their faded sum."""
	require_columns(incidents, ("customer", "kind", "known_on"), "incidents")
	known_on = days(incidents["known_on"])
	age = (day - known_on).dt.days
	found = {}
	for kind, name in INCIDENTS.items():
		own = (incidents["kind"] == kind) & (age >= 0)
		customer = incidents.loc[own, "customer"]
		weight = 0.5 ** (age[own] / half_life)
		sums = weight.where(weight >= LEAST_WEIGHT, 0.0).groupby(customer).sum()
		found[f"{name}_faded"] = sums.reindex(everybody).fillna(0.0)
		count = (age[own] <= YEAR).groupby(customer).sum()
		found[name] = count.reindex(everybody).fillna(0).astype("int64")
	return pd.DataFrame(found, index=everybody)


def extra_fact(name: str, frame: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
	"""A further fact, customer -> value, as an own rule or the learned model asks for it.

	`frame`: customer, known_on and the column `name`. LookAheadError naming customers whose value became known only
	after `day`: a fact that would not have been there is refused, not dropped in silence.
	"""
	require_columns(frame, ("customer", "known_on", name), name)
	later = days(frame["known_on"]) > day
	if later.any():
		raise LookAheadError(name, [str(one) for one in frame.loc[later, "customer"].head(3)])
	return frame.sort_values("known_on", kind="stable").groupby("customer")[name].last()


def _items(sources: RiskSources, day: pd.Timestamp) -> pd.DataFrame:
	if sources.items is None:
		return items_of(sources.history, day)
	require_columns(sources.items, ("customer", "item", "due_date", "outstanding_base"), "items")
	if "posting_date" in sources.items:
		later = days(sources.items["posting_date"]) > day
		if later.any():
			raise LookAheadError(
				"outstanding", [str(one) for one in sources.items.loc[later, "item"].head(3)]
			)
	return sources.items


def _volume(history: pd.DataFrame, day: pd.Timestamp, everybody: pd.Index) -> pd.DataFrame:
	"""invoices_last_year; monthly_base: what was invoiced in a month of the last year, or since the first invoice."""
	posted = days(history["posting_date"])
	amount = history["amount_base"].astype("float64")
	age = (day - posted).dt.days
	known = (age >= 0) & (amount > 0)
	recent = known & (age < YEAR)
	customer = history["customer"]
	first = age[known].groupby(customer[known]).max().reindex(everybody)
	months = (first.clip(lower=30, upper=YEAR) / (YEAR / 12)).clip(lower=1.0)
	total = amount[recent].groupby(customer[recent]).sum().reindex(everybody)
	count = recent[recent].groupby(customer[recent]).size().reindex(everybody)
	return pd.DataFrame(
		{"invoices_last_year": count.where(count.notna() | first.isna(), 0), "monthly_base": total / months},
		index=everybody,
	)


def _commitments(frame: pd.DataFrame, day: pd.Timestamp, everybody: pd.Index) -> pd.Series:
	"""What is ordered or delivered and not yet invoiced; a document invoiced beyond its amount counts as zero."""
	require_columns(frame, ("customer", "document", "known_on", "amount_base"), "commitments")
	known = frame[days(frame["known_on"]) <= day]
	amounts = known["amount_base"].astype("float64").groupby([known["customer"], known["document"]]).sum()
	return amounts.clip(lower=0).groupby(level=0).sum().reindex(everybody).fillna(0.0).astype("float64")


def _newest(frame: pd.DataFrame, day: pd.Timestamp, column: str) -> pd.Series:
	require_columns(frame, ("customer", "known_on", column), column)
	known = frame[days(frame["known_on"]) <= day]
	return known.sort_values("known_on", kind="stable").groupby("customer")[column].last()


def paid_on_the_day(
	sources: RiskSources, as_of: date, overdue_over: int
) -> tuple[RiskSources, pd.Series, pd.Series]:
	"""The sources as they would be if everything overdue for more than `overdue_over` days were paid on `as_of`.

	Returns them, and per customer how many items that takes and how much. The invoices paid count as paid that late:
	paying does not undo the delay.
	"""
	day = as_day(as_of)
	items = _items(sources, day)
	amount = items["outstanding_base"].astype("float64")
	age = (day - effective_due_date(items)).dt.days
	gone = (amount > 0) & (age > overdue_over)
	customer = items.loc[gone, "customer"]
	vouchers = items["voucher_no"] if "voucher_no" in items else items["item"]
	history = sources.history
	paid = history["voucher_no"].isin(set(vouchers[gone])) & ~(days(history["paid_on"]) <= day)
	history = history.assign(
		paid_on=days(history["paid_on"]).where(~paid, day),
		payment_count=np.where(
			paid, np.maximum(1, history["payment_count"].fillna(1)), history["payment_count"]
		),
	)
	changed = RiskSources(**{**vars(sources), "history": history, "items": items[~gone]})
	return changed, customer.groupby(customer).size(), amount[gone].groupby(customer).sum()
