"""How many customers each plan catches today."""

import frappe
from frappe.utils import getdate

from collections_app.services import settings
from collections_app.services.plan_choice import choose_for, load_plans, plan_facts
from collections_app.services.run.context import RunContext


def coverage_of(plan: str) -> dict[str, int]:
	"""customers: get this plan; uncovered: get none; total: debtors. Of the companies in use that the user may see."""
	counts = {"customers": 0, "uncovered": 0, "total": 0}
	for company in settings.enabled_companies():
		if not frappe.has_permission("Company", "read", company):
			continue
		context = RunContext(company, getdate(), dry_run=True)
		chosen = choose_for(context, plan_facts(context), load_plans(context))
		counts["customers"] += int((chosen["plan"] == plan).sum())
		counts["uncovered"] += int(chosen["plan"].isna().sum())
		counts["total"] += len(chosen)
	return counts
