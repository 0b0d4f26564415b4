"""Scorecards get the rule for companies that ceased to exist, as they have that for insolvency: on or off, with its band. The
registers called a dissolved company insolvent until now."""

import frappe

CEASED, INSOLVENT = "ceased", "insolvent"


def execute() -> None:
	for name in frappe.get_all("Risk Scorecard", pluck="name"):
		doc = frappe.get_doc("Risk Scorecard", name)
		rules = {row.rule: row for row in doc.hard_rules}
		if CEASED in rules or INSOLVENT not in rules:
			continue
		like = rules[INSOLVENT]
		doc.append("hard_rules", {"rule": CEASED, "enabled": like.enabled, "threshold": 0, "band": like.band})
		doc.flags.ignore_permissions = True
		doc.save()
