"""Which customers a plan catches today, which it would catch if no plan came before it, and which none catches.

Counted are today's debtors that the user may see, of the companies in use that the user may see; the plan is taken as
it is saved, and as if it were enabled.
"""

from collections.abc import Container
from typing import Any

import pandas as pd

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.engine.conditions import ConditionError
from collections_app.engine.plans import OVERRIDE, fitting
from collections_app.services import settings
from collections_app.services.plans.choice import LoadedPlan, choose_for, load_plans, plan_facts
from collections_app.services.run.context import RunContext
from collections_app.services.texts import message_of

CAUGHT, TAKEN, UNCOVERED = "caught", "taken", "uncovered"
KINDS = (CAUGHT, TAKEN, UNCOVERED)
# what a dialog lists without trouble; the counts always count everyone
MAX_ROWS = 200


def coverage_of(plan: str, allowed: Container[str]) -> dict[str, Any]:
	"""What the plan's form shows: `customers` caught (of them `overrides` by hand, `drawn` by another plan's A/B test),
	`given`: drawn into the test of this plan and given the other one, `taken`: it fits but another plan is taken,
	`uncovered`: no plan at all, `total` debtors, `error`: why the plan is left out, `enabled`."""
	doc = frappe.get_doc("Dunning Plan", plan)
	counts = dict.fromkeys(("customers", "overrides", "drawn", "given", "taken", "uncovered", "total"), 0)
	try:
		loaded = LoadedPlan(doc)
	except ConditionError as error:
		return {**counts, "enabled": bool(doc.enabled), "error": message_of(error)}
	for company in visible_companies():
		chosen = choice(company, loaded, allowed)
		caught = chosen["plan"] == plan
		split_of = chosen["split_of"]
		counts["customers"] += int(caught.sum())
		counts["overrides"] += int((caught & (chosen["source"] == OVERRIDE)).sum())
		counts["drawn"] += int((caught & split_of.notna() & (split_of != plan)).sum())
		counts["given"] += int((~caught & (split_of == plan)).sum())
		counts["taken"] += int(chosen["taken"].sum())
		counts["uncovered"] += int(chosen["plan"].isna().sum())
		counts["total"] += len(chosen)
	return {**counts, "enabled": bool(doc.enabled), "error": ""}


def customers_of(plan: str, kind: str, allowed: Container[str]) -> dict[str, Any]:
	"""`rows`: the first MAX_ROWS customers of that kind, the most overdue first, with company, why, overdue and
	outstanding (company currency); `total`: how many there are."""
	loaded = LoadedPlan(frappe.get_doc("Dunning Plan", plan))
	found = []
	for company in visible_companies():
		chosen = choice(company, loaded, allowed)
		shown = {
			CAUGHT: chosen["plan"] == plan,
			TAKEN: chosen["taken"],
			UNCOVERED: chosen["plan"].isna(),
		}[kind]
		chosen = chosen[shown].assign(company=company, currency=settings.company_currency(company))
		found.append(chosen)
	frame = pd.concat(found) if found else pd.DataFrame()
	if frame.empty:
		return {"rows": [], "total": 0}
	frame = frame.sort_values(["overdue", "customer"], ascending=[False, True], kind="stable")
	return {
		"rows": [
			{
				**{key: row[key] for key in ("customer", "customer_name", "company", "currency")},
				"overdue": float(row["overdue"]),
				"outstanding": float(row["outstanding"]),
				"plan": row["plan"],
				"why": why(row, plan, kind),
			}
			for row in frame.head(MAX_ROWS).to_dict("records")
		],
		"total": len(frame),
	}


def counts_of_all(allowed: Container[str]) -> dict[str, int]:
	"""Enabled plan -> customers it catches."""
	counts: dict[str, int] = {}
	for company in visible_companies():
		context = RunContext(company, getdate(), dry_run=True)
		facts = visible_facts(context, allowed)
		chosen = choose_for(context, facts, load_plans(context))
		for plan, count in chosen["plan"].value_counts().items():
			counts[plan] = counts.get(plan, 0) + int(count)
	return counts


def visible_companies() -> list[str]:
	return [one for one in settings.enabled_companies() if frappe.has_permission("Company", "read", one)]


def visible_facts(context: RunContext, allowed: Container[str]) -> pd.DataFrame:
	facts = plan_facts(context)
	return facts[[name in allowed for name in facts.index]]


def choice(company: str, loaded: LoadedPlan, allowed: Container[str]) -> pd.DataFrame:
	"""Per visible debtor: plan, source, split_of, taken (the plan's rule fits, but it is not the customer's), customer,
	customer_name, overdue, outstanding."""
	context = RunContext(company, getdate(), dry_run=True)
	facts = visible_facts(context, allowed)
	others = [one for one in load_plans(context) if one.name != loaded.name]
	chosen = choose_for(context, facts, [*others, loaded])
	here = loaded.rule.company in (None, company)
	own_test = chosen["split_of"] == loaded.name
	return chosen.assign(
		taken=fitting(facts, loaded.rule) & (chosen["plan"] != loaded.name) & ~own_test & here,
		customer=facts["customer"],
		customer_name=context.customers["customer_name"].reindex(facts.index),
		overdue=facts["overdue_base"],
		outstanding=facts["outstanding_base"],
	)


def why(row: dict[str, Any], plan: str, kind: str) -> str:
	"""Why the customer has the plan it has."""
	if kind == UNCOVERED:
		return _("No enabled plan fits")
	if row["source"] == OVERRIDE:
		return (
			_("Set on the customer")
			if kind == CAUGHT
			else _("{0} is set on the customer").format(row["plan"])
		)
	if kind == TAKEN:
		return _("{0} comes first").format(row["split_of"] or row["plan"])
	if row["split_of"] and row["split_of"] != plan:
		return _("Drawn by the A/B test of {0}").format(row["split_of"])
	return _("First plan that fits")
