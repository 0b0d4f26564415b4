"""Which dunning plan each customer gets, by the conditions of the enabled plans."""

import pandas as pd

import frappe
from frappe import _

from collections_app.engine.ageing import add_ageing
from collections_app.engine.conditions import ConditionError, read_conditions
from collections_app.engine.plans import PlanRule, choose_plans
from collections_app.engine.steps import Step
from collections_app.services.cases import case_frame
from collections_app.services.run.context import ERROR, WARNING, RunContext

# what a condition's fact is called in the engine
FACT_KEYS = {
	"Customer": "customer",
	"Customer Group": "customer_group",
	"Territory": "territory",
	"Country": "country",
	"Currency": "currency",
	"Language": "language",
	"Risk Band": "risk_band",
	"Risk Score": "risk_score",
	"Outstanding": "outstanding_base",
	"Overdue": "overdue_base",
	"Oldest Overdue Days": "oldest_overdue_days",
	"Open Invoices": "invoice_count",
}


class LoadedPlan:
	"""A Dunning Plan as the engine's rule and steps."""

	def __init__(self, doc):
		# the field is not called company: Frappe would fill it with the user's default
		self.name = doc.name
		self.gap = doc.minimum_gap_days or 0
		self.rule = PlanRule(doc.name, doc.priority or 0, conditions_of(doc), doc.for_company or None)
		self.steps = [
			Step(
				plan=doc.name,
				step=row.name,
				level=row.level,
				trigger_days=row.trigger_days or 0,
				channel=row.channel,
				letter=row.letter,
				minimum_amount=row.minimum_amount or 0,
				requires_approval=bool(row.requires_approval),
				attach_invoices=bool(row.attach_invoices),
			)
			for row in doc.steps
		]


def conditions_of(doc) -> tuple:
	"""The plan's conditions, checked. ConditionError names row and field."""
	return read_conditions(
		{"fact": FACT_KEYS.get(row.fact, row.fact), "operator": row.operator, "value": row.value}
		for row in doc.conditions
	)


def load_plans(context: RunContext) -> list[LoadedPlan]:
	"""The enabled plans; one with a wrong condition is left out and told."""
	loaded = []
	for name in frappe.get_all("Dunning Plan", {"enabled": 1}, pluck="name", order_by="priority, name"):
		try:
			loaded.append(LoadedPlan(frappe.get_cached_doc("Dunning Plan", name)))
		except ConditionError as error:
			context.tell(ERROR, _("Plan {0} is left out. {1}").format(name, error), "Dunning Plan", name)
	return loaded


def gaps(plans: list[LoadedPlan]) -> dict[str, int]:
	return {plan.name: plan.gap for plan in plans}


def plan_facts(context: RunContext) -> pd.DataFrame:
	"""What plan conditions look at, indexed by customer: everyone with a debt and a customer record."""
	aged = add_ageing(context.items, context.run_date)
	debts = aged[aged["outstanding"] > 0]
	late = debts[debts["days_overdue"] > 0]
	known = pd.Index(debts["customer"].unique()).intersection(context.customers.index)
	facts = context.customers.loc[known, ["customer", "customer_group", "territory", "country", "language"]]
	main = debts.groupby(["customer", "currency"])["outstanding_base"].sum().reset_index()
	main = main.sort_values("outstanding_base").drop_duplicates("customer", keep="last")
	scores = case_frame(context.company)
	return facts.assign(
		currency=main.set_index("customer")["currency"].reindex(known),
		risk_band=context.customers["risk_band"].reindex(known),
		risk_score=scores["risk_score"].reindex(known),
		outstanding_base=debts.groupby("customer")["outstanding_base"].sum().reindex(known).fillna(0),
		overdue_base=late.groupby("customer")["outstanding_base"].sum().reindex(known).fillna(0),
		oldest_overdue_days=late.groupby("customer")["days_overdue"].max().reindex(known).fillna(0),
		invoice_count=debts.groupby("customer").size().reindex(known).fillna(0),
	)


def choose_for(context: RunContext, facts: pd.DataFrame, plans: list[LoadedPlan]) -> pd.DataFrame:
	"""Plan and source per customer. Told: a customer no plan fits, an override that is no enabled plan."""
	names = {plan.name for plan in plans}
	overrides = context.customers["plan_override"].reindex(facts.index).dropna().to_dict()
	for customer, override in overrides.items():
		if override and override not in names:
			context.tell(
				WARNING,
				_("Plan {0} set on customer {1} is not enabled; the rules decide.").format(
					override, customer
				),
				"Customer",
				customer,
			)
	# a plan of one company says nothing about what the customer owes another
	here = {plan.name for plan in plans if plan.rule.company in (None, context.company)}
	usable = {customer: name for customer, name in overrides.items() if name in here}
	chosen = choose_plans(facts, [plan.rule for plan in plans], usable, context.company)
	overdue = facts["overdue_base"] > 0
	for customer in chosen.index[chosen["plan"].isna() & overdue]:
		context.tell(WARNING, _("No dunning plan fits customer {0}.").format(customer), "Customer", customer)
	return chosen
