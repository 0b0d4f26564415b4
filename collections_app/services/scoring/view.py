"""What the form of a Risk Score and the panel of a customer show beside the figures."""

from typing import Any

import frappe
from frappe.utils import flt

from collections_app.engine.factors import FACTORS
from collections_app.engine.hard_rules import HARD_RULES
from collections_app.engine.risk_curves import PRESETS, gentler, write_curve
from collections_app.services.access import allowed_companies

MOST_HISTORY = 120


def history(customer: str, company: str) -> list[dict[str, Any]]:
	"""The customer's scores, oldest first: as_of, score, band, card_score, learned_score (None where there was none)."""
	allowed = allowed_companies()
	if allowed is not None and company not in allowed:
		return []
	rows = frappe.get_list(
		"Risk Score",
		filters={"customer": customer, "company": company},
		fields=["name", "as_of", "score", "band", "card_score", "learned_score", "has_learned"],
		order_by="as_of desc, creation desc",
		limit=MOST_HISTORY,
	)
	seen, found = set(), []
	for row in rows:
		# of several on a day, the last counts
		if row.as_of not in seen:
			seen.add(row.as_of)
			found.append({**row, "learned_score": flt(row.learned_score) if row.has_learned else None})
	return found[::-1]


def factor_catalogue() -> dict[str, Any]:
	"""Factors, hard rules and presets of curves, for the editor of scorecards."""
	return {
		"factors": {
			key: {
				"label": factor.label,
				"group": factor.group,
				"unit": factor.unit,
				"curve": write_curve(factor.points),
				"presets": {name: write_curve(gentler(factor.points, by)) for name, by in PRESETS.items()},
			}
			for key, factor in FACTORS.items()
		},
		"rules": {
			key: {"label": rule.label, "threshold": rule.threshold, "unit": rule.unit, "band": rule.band}
			for key, rule in HARD_RULES.items()
		},
	}
