"""An edited scorecard against the saved one, on the company's customers of today; nothing is written."""

from typing import Any

import pandas as pd

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.engine.risk_facts import risk_facts
from collections_app.engine.scorecards import Scorecard, ScorecardError, check_scorecard
from collections_app.engine.scoring import score_customers
from collections_app.services.run.context import RunContext
from collections_app.services.scoring.cards import to_engine
from collections_app.services.scoring.sources import sources_of
from collections_app.services.texts import message_of

WIDTH = 10
MOST_MOVED = 50


def preview(company: str, edited, saved, allowed: set[str]) -> dict[str, Any]:
	"""bands (name, saved, edited), histogram (from, saved, edited), moved (customers whose band changes, the largest
	change first), moved_up, moved_down, customers, error (why the edited card cannot be used; then only the saved one is
	shown). `edited`, `saved`: Risk Scorecard documents; `saved` None for a new one. `allowed`: customers to name."""
	context = RunContext(company, getdate())
	sources = sources_of(context)
	found: dict[str, Any] = {"customers": 0, "bands": [], "histogram": [], "moved": [], "error": None}
	card, found["error"] = _checked(edited)
	before, _error = _checked(saved) if saved else (None, None)
	if card is None or not len(sources.segments):
		return found
	new = _scores(sources, card, context)
	old = _scores(sources, before, context) if before else None
	found["customers"] = len(new)
	found["bands"] = [
		{"band": name, "edited": int((new["band"] == name).sum()), "saved": _count(old, name)}
		for _low, name in card.bands
	]
	found["histogram"] = [
		{"from": low, "edited": _between(new, low), "saved": None if old is None else _between(old, low)}
		for low in range(0, 100, WIDTH)
	]
	if old is not None:
		found |= _moved(new, old, card, context.customers["customer_name"], allowed)
	return found


def _checked(doc) -> tuple[Scorecard | None, str | None]:
	try:
		card = to_engine(doc)
		check_scorecard(card)
	except ScorecardError as error:
		return None, message_of(error)
	return card, None


def _scores(sources, card: Scorecard, context: RunContext) -> pd.DataFrame:
	facts = risk_facts(sources, context.run_date, card.half_life)
	return score_customers(facts, card, context.run_date, reasons=False).scores


def _count(scores: pd.DataFrame | None, band: str) -> int | None:
	return None if scores is None else int((scores["band"] == band).sum())


def _between(scores: pd.DataFrame, low: int) -> int:
	high = low + WIDTH if low + WIDTH < 100 else 101
	return int(((scores["score"] >= low) & (scores["score"] < high)).sum())


def _moved(
	new: pd.DataFrame, old: pd.DataFrame, card: Scorecard, names: pd.Series, allowed: set[str]
) -> dict[str, Any]:
	place = {name: position for position, (_low, name) in enumerate(card.bands)}
	step = old["band"].map(place) - new["band"].map(place)
	change = new["score"] - old["score"]
	order = change[step != 0].abs().sort_values(ascending=False, kind="stable").index
	shown = [customer for customer in order if customer in allowed][:MOST_MOVED]
	return {
		"moved_up": int((step > 0).sum()),
		"moved_down": int((step < 0).sum()),
		"moved": [
			{
				"customer": customer,
				"customer_name": names.get(customer) or customer,
				"old_band": old.at[customer, "band"],
				"old_score": float(old.at[customer, "score"]),
				"band": new.at[customer, "band"],
				"score": float(new.at[customer, "score"]),
			}
			for customer in shown
		],
	}


def from_form(values: dict):
	"""An unsaved Risk Scorecard as the form holds it, with its field types."""
	doc = frappe.get_doc({**values, "doctype": "Risk Scorecard"})
	if not doc.factors:
		frappe.throw(_("A scorecard needs at least one factor"))
	return doc
