"""Plan: each open item its due step, all due steps of a customer one action."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

import frappe
from frappe.query_builder import DocType

from collections_app.engine.calendar import Calendar
from collections_app.engine.consolidation import consolidate
from collections_app.engine.levels import with_last_steps
from collections_app.engine.steps import Step, due_steps
from collections_app.services.cases.events import tell_plan_changes
from collections_app.services.cases.records import case_frame, ensure_cases
from collections_app.services.credit.insurer_notice import covers_on
from collections_app.services.frames import chunks
from collections_app.services.letters.languages import language_without_one
from collections_app.services.outbox import covers, release, store
from collections_app.services.plans import split_tests
from collections_app.services.plans.choice import choose_for, gaps, load_plans, plan_facts
from collections_app.services.plans.steps_done import items_in_hand, steps_done
from collections_app.services.plans.work_calendar import calendars_around, countries_of
from collections_app.services.reasons import sentence
from collections_app.services.run.context import ERROR, RunContext


def plan(context: RunContext) -> dict[str, Any]:
	"""Plans what is due today. Repeating it the same day plans nothing twice: an action's key is unique."""
	release.take_back(context)
	plans = load_plans(context)
	steps = [step for plan in plans for step in plan.steps]
	facts = plan_facts(context)
	chosen = choose_for(context, facts, plans)
	items = with_facts(context, items_with_state(context, chosen, steps))
	result = due_steps(
		items, steps, context.run_date, gaps(plans), step_calendars(items, steps, context.run_date)
	)
	actions = consolidate(_due_frame(context, items, result.due), context.run_date)
	counts = store.store_actions(context, actions)
	_remember_plans(context, chosen)
	split_tests.remember(context)
	_tell_order(context, result.skipped)
	return {"due_items": len(result.due), **counts, "without_plan": int(chosen["plan"].isna().sum())}


def items_with_state(context: RunContext, chosen: pd.DataFrame, steps: Sequence[Step]) -> pd.DataFrame:
	"""Open items that may be chased, with their plan and the last step done: by what really went out, or was
	cancelled or skipped by a person. Promised, disputed and paused items are left out, the customer's others go on.

	`customer` is who gets the message, and whose plan counts; `debtor` is who owes."""
	items = context.addressed
	items = items[items["customer"].isin(context.customers.index)]
	items = items.assign(plan=items["customer"].map(chosen["plan"]))
	silent = items_in_hand(context.company) | set(
		covers.covered_items(context.company, items, context.run_date)
	)
	return with_last_steps(items[~items["item"].isin(silent)], steps_done(context.company), steps)


def with_facts(context: RunContext, items: pd.DataFrame) -> pd.DataFrame:
	"""The items with country, whose business days count, and whether an insurer is to be told: those of who gets the
	message."""
	countries = countries_of(context.customers, context.company)
	insured = items["customer"].isin(list(covers_on(context.company, context.run_date)))
	return items.assign(country=items["customer"].map(countries), insured=insured)


def step_calendars(items: pd.DataFrame, steps: Sequence[Step], day: date) -> dict[str, Calendar]:
	"""Country -> its business days, where a step counts in them."""
	if not any(step.business_days for step in steps):
		return {}
	return calendars_around(items["country"].unique(), day, items["due_date"])


def _due_frame(context: RunContext, items: pd.DataFrame, due: pd.DataFrame) -> pd.DataFrame:
	frame = due.merge(
		items.drop(columns=["last_level", "last_done_on", "country", "insured"]),
		on="item",
		how="left",
		validate="one_to_one",
	)
	cases = ensure_cases(context.company, sorted(frame["customer"].unique()))
	fallback = language_without_one(context.company)
	frame["case"] = frame["customer"].map(cases)
	frame["language"] = frame["customer"].map(context.customers["language"]).fillna("").replace("", fallback)
	return frame


def _remember_plans(context: RunContext, chosen: pd.DataFrame) -> None:
	"""The plan is shown on the case of who gets the messages and on those of the customers they are about."""
	addressed = context.addressed.drop_duplicates("debtor").set_index("debtor")["customer"]
	found = pd.concat([chosen["plan"], addressed.map(chosen["plan"])])
	plans = found[~found.index.duplicated()].astype(object).where(lambda plan: plan.notna(), None)
	cases = case_frame(context.company)
	cases = cases[cases.index.isin(plans.index)]
	values = {
		case: {"dunning_plan": plan}
		for case, shown, plan in zip(cases["case"], cases["dunning_plan"], plans[cases.index], strict=True)
		if shown != plan
	}
	before = cases.set_index("case")["dunning_plan"]
	tell_plan_changes({case: (before[case], row["dunning_plan"]) for case, row in values.items()})
	case = DocType("Collection Case")
	for plan in {row["dunning_plan"] for row in values.values()}:
		changed = [name for name, row in values.items() if row["dunning_plan"] == plan]
		for names in chunks(changed):
			frappe.qb.update(case).set(case.dunning_plan, plan).where(case.name.isin(names)).run()


def _tell_order(context: RunContext, skipped: pd.DataFrame) -> None:
	"""Plans that cannot work are told; steps that merely wait are not."""
	for reason in skipped["reason"]:
		if reason.code in ("levels_not_rising", "plan_without_steps"):
			context.tell(ERROR, sentence(reason), "Dunning Plan", reason.params["plan"])
