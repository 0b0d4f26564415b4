"""Which dunning plan each customer gets, by the conditions of the enabled plans."""

from dataclasses import replace

import pandas as pd

import frappe
from frappe import _

from collections_app.engine.ageing import add_ageing
from collections_app.engine.conditions import NO, YES, ConditionError, read_conditions
from collections_app.engine.plans import PlanRule, Split, choose_plans
from collections_app.services.cases.records import case_frame
from collections_app.services.credit.covers import cover_amounts
from collections_app.services.plans.customer_filters import matching_customers, read_filters
from collections_app.services.plans.steps import step_of
from collections_app.services.prediction import predicted_items
from collections_app.services.run.context import ERROR, WARNING, RunContext
from collections_app.services.texts import message_of

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
	"Customer Type": "customer_type",
	"Insured": "insured",
	"Cover Amount": "cover_amount",
	"Uncovered Amount": "uncovered_amount",
	"Chance to Pay Late": "late_chance",
	"Expected Days Late": "expected_days_late",
}


class LoadedPlan:
	"""A Dunning Plan as the engine's rule and steps."""

	def __init__(self, doc):
		# the field is not called company: Frappe would fill it with the user's default
		self.name = doc.name
		self.gap = doc.minimum_gap_days or 0
		self.rule = PlanRule(
			doc.name,
			doc.priority or 0,
			conditions_of(doc),
			doc.for_company or None,
			matching_customers(read_filters(doc.customer_filters)),
			Split(doc.split_plan, doc.split_share) if doc.split_plan else None,
		)
		self.steps = [step_of(doc.name, row) for row in doc.steps]


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
			told = _("Plan {0} is left out. {1}").format(name, message_of(error))
			context.tell(ERROR, told, "Dunning Plan", name)
	return loaded


def gaps(plans: list[LoadedPlan]) -> dict[str, int]:
	return {plan.name: plan.gap for plan in plans}


def plan_facts(context: RunContext) -> pd.DataFrame:
	"""What plan conditions look at, indexed by customer: everyone with a debt and a customer record.

	What a customer owes whose messages go to another counts with that other, whose plan it is chased by.
	"""
	aged = add_ageing(context.addressed, context.run_date)
	debts = aged[aged["outstanding"] > 0]
	late = debts[debts["days_overdue"] > 0]
	known = pd.Index(debts["customer"].unique()).intersection(context.customers.index)
	fields = ["customer", "customer_group", "customer_type", "territory", "country", "language"]
	facts = context.customers.loc[known, fields]
	main = debts.groupby(["customer", "currency"])["outstanding_base"].sum().reset_index()
	main = main.sort_values("outstanding_base").drop_duplicates("customer", keep="last")
	scores = case_frame(context.company)
	covers = cover_amounts(context.company, context.run_date)
	covered = covers.reindex(known).fillna(0)
	outstanding = debts.groupby("customer")["outstanding_base"].sum().reindex(known).fillna(0)
	expected = _expectations(context, debts)
	return facts.assign(
		currency=main.set_index("customer")["currency"].reindex(known),
		risk_band=context.customers["risk_band"].reindex(known),
		risk_score=scores["risk_score"].reindex(known),
		outstanding_base=outstanding,
		overdue_base=late.groupby("customer")["outstanding_base"].sum().reindex(known).fillna(0),
		oldest_overdue_days=late.groupby("customer")["days_overdue"].max().reindex(known).fillna(0),
		invoice_count=debts.groupby("customer").size().reindex(known).fillna(0),
		insured=pd.Series(known.isin(covers.index), index=known).map({True: YES, False: NO}),
		cover_amount=covered,
		uncovered_amount=(outstanding - covered).clip(lower=0),
		late_chance=expected["late_chance"].reindex(known),
		expected_days_late=expected["expected_days_late"].reindex(known),
	)


def _expectations(context: RunContext, debts: pd.DataFrame) -> pd.DataFrame:
	"""Per customer, the worst that is predicted of its items: late_chance (%) of one not yet due, expected_days_late."""
	predicted = predicted_items(context).set_index("item").reindex(debts["item"]).set_axis(debts.index)
	ahead = debts["days_overdue"] <= 0
	days = (predicted["expected_on"] - debts["due_date"]).dt.days
	table = pd.DataFrame(
		{
			"customer": debts["customer"],
			"late_chance": (100 * predicted["p_late"]).where(ahead).round(1),
			"expected_days_late": days,
		}
	)
	return table.groupby("customer").max()


def rules_here(context: RunContext, plans: list[LoadedPlan]) -> list[PlanRule]:
	"""The rules of the company. An A/B test whose other plan is not in use here gives nobody that plan, and is told."""
	rules = [plan.rule for plan in plans if plan.rule.company in (None, context.company)]
	names = {rule.plan for rule in rules}
	for number, rule in enumerate(rules):
		if rule.split and rule.split.variant not in names:
			rules[number] = replace(rule, split=None)
			context.tell(
				WARNING,
				_("The A/B test of plan {0} stands still: plan {1} is not in use.").format(
					rule.plan, rule.split.variant
				),
				"Dunning Plan",
				rule.plan,
			)
	return rules


def choose_for(context: RunContext, facts: pd.DataFrame, plans: list[LoadedPlan]) -> pd.DataFrame:
	"""Plan, source and split_of per customer, as `choose_plans` gives them. Told: a customer no plan fits, an override
	that is no enabled plan, an A/B test that cannot go on."""
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
	rules = rules_here(context, plans)
	here = {rule.plan for rule in rules}
	usable = {customer: name for customer, name in overrides.items() if name in here}
	chosen = choose_plans(facts, rules, usable, context.company)
	context.split_of = chosen["split_of"].dropna().to_dict()
	overdue = facts["overdue_base"] > 0
	for customer in chosen.index[chosen["plan"].isna() & overdue]:
		context.tell(WARNING, _("No dunning plan fits customer {0}.").format(customer), "Customer", customer)
	return chosen
