"""The step Score of the cycle."""

from typing import Any

import pandas as pd

import frappe

from collections_app.engine.risk_facts import risk_facts
from collections_app.engine.scoring import Scores, bands_of, score_customers
from collections_app.engine.what_if import what_would_change
from collections_app.services import settings
from collections_app.services.cases.records import case_frame
from collections_app.services.frames import chunks
from collections_app.services.run.context import RunContext
from collections_app.services.scoring import models, store
from collections_app.services.scoring.cards import (
	FROM_LEARNED,
	FROM_LOWER,
	FROM_SCORECARD,
	load_scorecard,
	scorecard_doc,
)
from collections_app.services.scoring.sources import sources_of

AT_RISK = ("D", "E")


def score(context: RunContext, only: set[str] | None = None) -> dict[str, Any]:
	"""Scores everyone with an open item or a past invoice; a new Risk Score is written when something changed.

	`only`: all are scored, because a customer with little history is measured by the others, but what is written is
	about these alone.
	"""
	scorecard, source = load_scorecard(), scorecard_doc().band_source
	sources = sources_of(context)
	if not len(sources.segments):
		return {"scored": 0, "changed": 0, "at_risk": 0}
	facts = risk_facts(sources, context.run_date, scorecard.half_life)
	scores = score_customers(facts, scorecard, context.run_date)
	judged = models.judge(context, facts)
	decided = decide(scores.scores, judged, source, scorecard.bands)
	last = store.latest_scores(context.company)
	stale = store.stale_providers(facts)
	changed = store.changed(decided, stale, last)
	if only is not None:
		changed = changed[changed.isin(only)]
	some = Scores(scores.scores.loc[changed], scores.factors[scores.factors["customer"].isin(set(changed))])
	advice = what_would_change(sources, facts, some, scorecard, context.run_date)
	for block in chunks(changed, settings.block_size()):
		store.write(
			context,
			store.Written(decided, scores.factors, advice, stale, judged, scorecard.name),
			pd.Index(block),
			last,
		)
		context.checkpoint()
	_publish_bands(context, decided if only is None else decided[decided.index.isin(only)])
	return {
		"scored": len(decided),
		"changed": len(changed),
		"at_risk": int(decided["band"].isin(AT_RISK).sum()),
	}


def decide(
	scores: pd.DataFrame, judged: models.Judged | None, source: str, bands: tuple[tuple[float, str], ...]
) -> pd.DataFrame:
	"""`scores` with the score and band that count, and card_score, learned_score, probability, decided_by.

	A learned model that is not proved better than the scorecard, or has drifted, is shown and decides nothing. What a
	hard rule holds down, it holds down whoever decides.
	"""
	found = scores.assign(
		card_score=scores["score"], learned_score=None, probability=None, decided_by=FROM_SCORECARD
	)
	if judged is None:
		return found
	found["learned_score"] = judged.scores["score"]
	found["probability"] = judged.scores["probability"]
	if source not in (FROM_LEARNED, FROM_LOWER) or not judged.decides:
		return found
	capped = found["card_score"] < found["uncapped"]
	learned = found["learned_score"].astype("float64")
	use = learned < found["card_score"]
	if source == FROM_LEARNED:
		use = ~capped | use
	found["score"] = found["card_score"].where(~use, learned)
	found["band"] = bands_of(found["score"], bands)
	found["decided_by"] = found["decided_by"].where(~use, FROM_LEARNED)
	return found


def customer_facts(context: RunContext) -> pd.DataFrame:
	"""What the scorecard of the settings scores by, of everyone in the pass; see `risk_facts`."""
	return risk_facts(sources_of(context), context.run_date, load_scorecard().half_life)


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
