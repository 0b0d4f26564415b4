"""Scorecards get the hard rules that were fixed before, with the same thresholds; new ones are there, switched off, to
be switched on. Factors and weights stay as they are."""

import frappe

from collections_app.engine.hard_rules import HARD_RULES
from collections_app.engine.scorecards import HALF_LIFE_DAYS

# applied to every scorecard until now, whatever it said
FIXED = ("overdue_too_long", "promises_broken")


def execute() -> None:
	for name in frappe.get_all("Risk Scorecard", pluck="name"):
		doc = frappe.get_doc("Risk Scorecard", name)
		doc.half_life = doc.half_life or HALF_LIFE_DAYS
		doc.band_source = doc.band_source or "Scorecard"
		if not doc.hard_rules:
			for rule in HARD_RULES.values():
				doc.append(
					"hard_rules",
					{
						"rule": rule.key,
						"enabled": int(rule.key in FIXED),
						"threshold": rule.threshold or 0,
						"band": rule.band,
					},
				)
		doc.flags.ignore_permissions = True
		doc.save()
