"""Risk Scores in the database: append-only, a new one when there is something to tell."""

import json
from dataclasses import dataclass
from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import now

from collections_app.engine.outside_facts import OPINIONS
from collections_app.services.cases.records import case_frame
from collections_app.services.frames import query_frame
from collections_app.services.reasons import sentence
from collections_app.services.run.context import RunContext
from collections_app.services.scoring.models import Judged

BASIS = {"own history": "Own History", "segment": "Segment", "no history": "No History"}
# so much must the confidence, in percent, have moved to be told again
CONFIDENCE_STEP = 10
HEAD = ("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx")
FIELDS = (
	*HEAD,
	*("customer", "customer_name", "company", "case", "as_of", "score", "band", "previous_score"),
	*("previous_band", "confidence", "basis", "scorecard", "run", "card_score", "has_learned"),
	*("learned_score", "probability", "learned_model", "decided_by", "stale", "changes"),
)
FACTOR_FIELDS = (
	*HEAD,
	*("parent", "parenttype", "parentfield", "factor", "reason", "value", "weight", "contribution"),
	*("points", "learned_points", "stale"),
)


@dataclass(frozen=True)
class Written:
	"""What is written down: the scores decided on, their factors, what would change them, stale providers."""

	scores: pd.DataFrame
	factors: pd.DataFrame
	advice: pd.DataFrame
	stale: pd.Series
	judged: Judged | None
	scorecard: str


def latest_band(company: str, customer: str) -> str:
	"""The band of one customer's newest Risk Score; empty where it was never scored. Who owes nothing has no case, but may
	have a score."""
	score = {"customer": customer, "company": company}
	return frappe.db.get_value("Risk Score", score, "band", order_by="creation desc") or ""


def latest_scores(company: str, day: date | None = None) -> pd.DataFrame:
	"""The newest Risk Score of each customer, now or at the end of `day`: score, band, as_of, confidence, learned_score,
	stale; by customer."""
	score = DocType("Risk Score")
	# scores are only ever added, and never for an older day: the newest is the one written last
	last = (
		frappe.qb.from_(score)
		.select(score.customer, Max(score.creation).as_("creation"))
		.where(score.company == company)
		.groupby(score.customer)
	)
	if day:
		last = last.where(score.as_of <= day)
	last = last.as_("last")
	frame = query_frame(
		frappe.qb.from_(score)
		.inner_join(last)
		.on((last.customer == score.customer) & (last.creation == score.creation))
		.select(
			score.customer,
			score.score,
			score.band,
			score.as_of,
			score.confidence,
			score.learned_score,
			score.stale,
		)
		.where(score.company == company),
		["as_of"],
		["score", "confidence", "learned_score"],
	)
	return frame.drop_duplicates("customer").set_index("customer")


def stale_providers(facts: pd.DataFrame) -> pd.Series:
	"""Customer -> the providers whose last report is past its validity, as text; "" for none."""
	told = pd.Series("", index=facts.index)
	for name in OPINIONS:
		if f"{name}_stale" not in facts:
			continue
		old = facts[f"{name}_stale"].eq(True)
		told = told.where(
			~old, (told + ", " + facts[f"{name}_provider"].fillna("").astype(str)).str.strip(", ")
		)
	return told


def changed(scores: pd.DataFrame, stale: pd.Series, last: pd.DataFrame) -> pd.Index:
	"""History grows only when there is something to tell: another score, band or learned score than the last, a report
	that went stale or came anew, or a confidence that moved by CONFIDENCE_STEP."""
	before = last.reindex(scores.index)
	learned = scores["learned_score"].astype("float64").fillna(0.0)
	confidence = 100 * scores["confidence"].astype("float64")
	same = (
		(before["score"].round(1) == scores["score"].round(1))
		& (before["band"] == scores["band"])
		& (before["learned_score"].round(1) == learned.round(1))
		& (before["stale"].fillna("") == stale)
		& ((before["confidence"] - confidence).abs() < CONFIDENCE_STEP)
	)
	return scores.index[~same.fillna(False)]


def write(context: RunContext, found: Written, customers: pd.Index, last: pd.DataFrame) -> None:
	"""Parents and factor rows of these customers, by bulk insert."""
	stamp = now()
	base = (stamp, stamp, frappe.session.user, frappe.session.user, 0)
	names = {customer: frappe.generate_hash(length=12) for customer in customers}
	cases = case_frame(context.company, customers)["case"]
	advice = dict(list(found.advice[found.advice["customer"].isin(names)].groupby("customer")))
	rows = []
	for customer, name in names.items():
		row = found.scores.loc[customer]
		before = last.loc[customer] if customer in last.index else None
		rows.append(
			(
				*(name, *base, 0),
				*(customer, context.customers.at[customer, "customer_name"], context.company),
				*(cases.get(customer), context.run_date, float(row["score"]), row["band"]),
				*((float(before["score"]), before["band"]) if before is not None else (0.0, "")),
				*(round(100 * float(row["confidence"]), 1), BASIS[row["basis"]], found.scorecard),
				*(context.run, float(row["card_score"]), int(found.judged is not None)),
				*(_number(row["learned_score"]), round(100 * _number(row["probability"]), 2)),
				*(found.judged.name if found.judged else None, row["decided_by"], found.stale[customer]),
				json.dumps(_changes(advice.get(customer), context.currency)),
			)
		)
	frappe.db.bulk_insert("Risk Score", FIELDS, rows)
	_write_factors(found, names, base)


def _write_factors(found: Written, names: dict[str, str], base: tuple) -> None:
	factors = found.factors[found.factors["customer"].isin(names)]
	factors = factors.assign(position=factors.groupby("customer").cumcount() + 1)
	points = found.judged.points if found.judged else pd.DataFrame(index=pd.Index([]))
	learned = {factor: points[factor].reindex(list(names)).fillna(0.0).to_dict() for factor in points.columns}
	children = []
	for row in factors.to_dict("records"):
		parameters = row["reason"].params
		children.append(
			(
				*(frappe.generate_hash(length=12), *base, row["position"]),
				*(names[row["customer"]], "Risk Score", "factors", row["factor"], sentence(row["reason"])),
				*(_number(row["value"]), 100 * _number(row["weight"]), _number(row["contribution"])),
				100 * _number(row["points"]),
				learned.get(row["factor"], {}).get(row["customer"], 0.0),
				int(bool(parameters.get("stale"))),
			)
		)
	frappe.db.bulk_insert("Risk Score Factor", FACTOR_FIELDS, children)


def _changes(advice: pd.DataFrame | None, currency: str) -> list[dict]:
	"""What would change the score, as the form shows it."""
	if advice is None:
		return []
	found = []
	for row in advice.to_dict("records"):
		reason = row["reason"]
		reason.params["currency"] = currency
		found.append(
			{
				"kind": row["kind"],
				"text": sentence(reason),
				"score": float(row["score"]),
				"band": row["band"],
				"gain": float(row["gain"]),
			}
		)
	return found


def _number(value) -> float:
	return 0.0 if pd.isna(value) else float(value)
