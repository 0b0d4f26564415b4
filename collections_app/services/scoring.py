"""Score: behaviour and exposure of every customer become one Risk Score with its reasons."""

from typing import Any

import pandas as pd

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Count, Max
from frappe.utils import add_days, now

from collections_app.engine.ageing import add_ageing
from collections_app.engine.behaviour import payment_behaviour
from collections_app.engine.scorecards import (
	FactorWeight,
	HardRule,
	Scorecard,
	ScorecardError,
	check_scorecard,
)
from collections_app.engine.scoring import Scores, score_customers
from collections_app.exceptions import SettingsMissingError
from collections_app.services import settings
from collections_app.services.cases.records import case_frame
from collections_app.services.customers import credit_limits
from collections_app.services.frames import chunks, query_frame
from collections_app.services.reasons import sentence
from collections_app.services.run.context import RunContext

BASIS = {"own history": "Own History", "segment": "Segment", "no history": "No History"}
BROKEN_PROMISE_DAYS = 365
AT_RISK = ("D", "E")


def score(context: RunContext) -> dict[str, Any]:
	"""Scores everyone with an open item or a past invoice; a new Risk Score is written when something changed."""
	scorecard = load_scorecard()
	facts = customer_facts(context)
	if facts.empty:
		return {"scored": 0, "changed": 0, "at_risk": 0}
	scores = score_customers(facts, scorecard, context.run_date)
	last = latest_scores(context.company)
	changed = _changed(scores.scores, last)
	for block in chunks(changed, settings.block_size()):
		_write_scores(context, scores, pd.Index(block), last, scorecard.name)
		context.checkpoint()
	_publish_bands(context, scores.scores)
	return {
		"scored": len(scores.scores),
		"changed": len(changed),
		"at_risk": int(scores.scores["band"].isin(AT_RISK).sum()),
	}


def load_scorecard() -> Scorecard:
	"""The scorecard chosen in the settings. SettingsMissingError naming what to mend."""
	name = settings.get().scorecard
	if not name:
		raise SettingsMissingError(_("Choose a Risk Scorecard in Collections Settings."))
	scorecard = to_engine(frappe.get_cached_doc("Risk Scorecard", name))
	try:
		check_scorecard(scorecard)
	except ScorecardError as error:
		raise SettingsMissingError(_("Risk Scorecard {0}: {1}").format(name, error)) from error
	return scorecard


def to_engine(doc) -> Scorecard:
	"""A Risk Scorecard document as the engine's."""
	return Scorecard(
		name=doc.scorecard_name,
		factors=tuple(FactorWeight(row.factor, float(row.weight)) for row in doc.factors if row.weight),
		bands=(
			(float(doc.band_a_from), "A"),
			(float(doc.band_b_from), "B"),
			(float(doc.band_c_from), "C"),
			(float(doc.band_d_from), "D"),
			(0.0, "E"),
		),
		hard_rules=(HardRule("overdue_over_90_days", "D"), HardRule("three_broken_promises", "D")),
		minimum_history=doc.minimum_history or 0,
	)


def customer_facts(context: RunContext) -> pd.DataFrame:
	"""Indexed by customer: behaviour, exposure, limits, broken promises and the segment (customer group)."""
	aged = add_ageing(context.items, context.run_date)
	debts = aged[aged["outstanding"] > 0]
	late = debts[debts["days_overdue"] > 0]
	exposed = context.customers.index
	facts = payment_behaviour(context.history, context.run_date).reindex(exposed)
	facts["paid_count"] = facts["paid_count"].fillna(0)
	facts["outstanding_base"] = aged.groupby("customer")["outstanding_base"].sum().reindex(exposed).fillna(0)
	facts["overdue_base"] = late.groupby("customer")["outstanding_base"].sum().reindex(exposed).fillna(0)
	facts["oldest_overdue_days"] = late.groupby("customer")["days_overdue"].max().reindex(exposed).fillna(0)
	facts["credit_limit"] = credit_limits(context.company).reindex(exposed)
	facts["broken_promises"] = broken_promises(context).reindex(exposed).fillna(0)
	facts["segment"] = context.customers["customer_group"].reindex(exposed).fillna("")
	facts.index.name = "customer"
	return facts


def broken_promises(context: RunContext) -> pd.Series:
	"""Customer -> promises broken in the last year: older ones are forgotten."""
	promise = DocType("Promise to Pay")
	frame = query_frame(
		frappe.qb.from_(promise)
		.select(promise.customer, Count(promise.name).as_("broken"))
		.where(
			(promise.company == context.company)
			& (promise.status == "Broken")
			# one in instalments is broken before its last is due
			& (
				Coalesce(promise.settled_on, promise.due_on)
				>= add_days(context.run_date, -BROKEN_PROMISE_DAYS)
			)
			& (Coalesce(promise.settled_on, promise.due_on) <= context.run_date)
		)
		.groupby(promise.customer),
		numbers=["broken"],
	)
	return frame.set_index("customer")["broken"]


def latest_scores(company: str) -> pd.DataFrame:
	"""The newest Risk Score of each customer: score, band, as_of; indexed by customer."""
	score = DocType("Risk Score")
	# scores are only ever added, and never for an older day: the newest is the one written last
	last = (
		frappe.qb.from_(score)
		.select(score.customer, Max(score.creation).as_("creation"))
		.where(score.company == company)
		.groupby(score.customer)
	).as_("last")
	frame = query_frame(
		frappe.qb.from_(score)
		.inner_join(last)
		.on((last.customer == score.customer) & (last.creation == score.creation))
		.select(score.customer, score.score, score.band, score.as_of)
		.where(score.company == company),
		["as_of"],
		["score"],
	)
	return frame.drop_duplicates("customer").set_index("customer")


def _changed(scores: pd.DataFrame, last: pd.DataFrame) -> pd.Index:
	"""History grows only when there is something to tell: another score or band than the last."""
	before = last.reindex(scores.index)
	same = (before["score"].round(1) == scores["score"].round(1)) & (before["band"] == scores["band"])
	return scores.index[~same.fillna(False)]


def _write_scores(
	context: RunContext, scores: Scores, changed: pd.Index, last: pd.DataFrame, scorecard: str
) -> None:
	"""Append-only: parents and factor rows by bulk insert."""
	cases = case_frame(context.company)["case"]
	stamp = now()
	names = {customer: frappe.generate_hash(length=12) for customer in changed}
	head = ["name", "creation", "modified", "owner", "modified_by", "docstatus", "idx"]
	base = [stamp, stamp, frappe.session.user, frappe.session.user, 0]
	fields = [
		*head,
		*("customer", "customer_name", "company", "case", "as_of", "score", "band", "previous_score"),
		*("previous_band", "confidence", "basis", "scorecard", "run"),
	]
	rows = []
	for customer in changed:
		row = scores.scores.loc[customer]
		before = last.loc[customer] if customer in last.index else None
		rows.append(
			(
				*(names[customer], *base, 0),
				*(customer, context.customers.at[customer, "customer_name"], context.company),
				*(cases.get(customer), context.run_date, float(row["score"]), row["band"]),
				*((float(before["score"]), before["band"]) if before is not None else (0.0, "")),
				*(round(100 * float(row["confidence"]), 1), BASIS[row["basis"]], scorecard, context.run),
			)
		)
	frappe.db.bulk_insert("Risk Score", fields, rows)
	child = [
		*head,
		"parent",
		"parenttype",
		"parentfield",
		"factor",
		"reason",
		"value",
		"weight",
		"contribution",
	]
	factors = scores.factors[scores.factors["customer"].isin(names)]
	factors = factors.assign(position=factors.groupby("customer").cumcount() + 1)
	children = []
	for row in factors.to_dict("records"):
		parent = names[row["customer"]]
		children.append(
			(
				*(frappe.generate_hash(length=12), *base, row["position"]),
				*(parent, "Risk Score", "factors", row["factor"] or "", sentence(row["reason"])),
				*(_number(row["value"]), 100 * _number(row["weight"]), _number(row["contribution"])),
			)
		)
	frappe.db.bulk_insert("Risk Score Factor", child, children)


def _number(value) -> float:
	return 0.0 if pd.isna(value) else float(value)


def _publish_bands(context: RunContext, scores: pd.DataFrame) -> None:
	"""Band and score where lists and filters need them: on the case and, as band, on the customer."""
	cases = case_frame(context.company)
	cases = cases[cases.index.isin(scores.index)]
	values = {
		case: {"risk_band": scores.at[customer, "band"], "risk_score": float(scores.at[customer, "score"])}
		for customer, case in cases["case"].items()
	}
	frappe.db.bulk_update("Collection Case", values, chunk_size=200, update_modified=False)
	shown = context.customers["risk_band"].reindex(scores.index)
	moved = scores.index[shown.fillna("") != scores["band"]]
	customers = {customer: {"collections_risk_band": scores.at[customer, "band"]} for customer in moved}
	frappe.db.bulk_update("Customer", customers, chunk_size=200, update_modified=False)
	context.customers.loc[moved, "risk_band"] = scores.loc[moved, "band"]
