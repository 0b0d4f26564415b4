"""The next step of its dunning plan for each customer, and the day it is due: what happens if nobody does anything."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

import frappe

from collections_app.engine.steps import Step, due_steps, order_steps
from collections_app.services.plans import planning
from collections_app.services.plans.choice import gaps, load_plans
from collections_app.services.run.context import RunContext

# far enough ahead that every step there is has come; no step is due later than a year after the due date before it
HORIZON_DAYS = 2 * 365


@dataclass(frozen=True)
class NextStep:
	"""A step of the plan as it comes for the first of a customer's items."""

	step_name: str
	level: int
	channel: str
	due_on: date
	plan: str
	trigger_days: int
	business_days: bool
	voucher_no: str
	requires_approval: bool


def next_steps(context: RunContext, plans_of: pd.Series) -> tuple[dict[str, NextStep], set[str]]:
	"""Customer -> its next step, of those whose plan still has one; and the customers with an item that may be chased.

	`plans_of`: customer -> dunning plan, of those who get the messages. Items that a promise, a dispute, a pause or a
	message in hand covers are left out, as they are when planning. A customer whose messages go to another has its
	own next step, by the other's plan.
	"""
	loaded = load_plans(context)
	steps = [step for plan in loaded for step in plan.steps]
	items = planning.items_with_state(context, pd.DataFrame({"plan": plans_of}), steps)
	items = items[items["plan"].notna() & (items["plan"] != "") & (items["outstanding"] > 0)]
	if items.empty:
		return {}, set()
	items = planning.with_facts(context, items)
	due = _due_ahead(items, steps, context.run_date, gaps(loaded))
	rows = due.merge(items[["item", "customer", "debtor", "voucher_no", "plan"]], on="item")
	chased = set(items["customer"]) | set(items["debtor"])
	return _first_of_each(rows, steps, context.run_date), chased


def _due_ahead(items: pd.DataFrame, steps: list[Step], today: date, gap_days: dict[str, int]) -> pd.DataFrame:
	"""item, step, level, channel, due_on of each item's next step, by the very rules of the daily run.

	They are asked for a day on which everything has come. What is not due yet is asked besides for its due date, or
	the steps before it would be taken for missed.
	"""
	calendars = planning.step_calendars(items, steps, today)
	far = due_steps(items, steps, today + timedelta(days=HORIZON_DAYS), gap_days, calendars).due
	early = {plan for plan, ordered in order_steps(steps).items() if ordered[0].trigger_days < 0}
	coming = items[items["plan"].isin(early) & (items["due_date"] >= pd.Timestamp(today))]
	near = [
		due_steps(group, steps, day.date(), gap_days, calendars).due
		for day, group in coming.groupby("due_date")
	]
	return pd.concat([*near, far]).drop_duplicates("item")


def _first_of_each(rows: pd.DataFrame, steps: list[Step], today: date) -> dict[str, NextStep]:
	by_id = {step.step: step for step in steps}
	names = _step_names(list(by_id))
	# what is overdue to be planned comes with the next run; of several, the highest level speaks for the message
	rows["due_on"] = rows["due_on"].clip(lower=pd.Timestamp(today))
	rows = rows.sort_values(["due_on", "level"], ascending=[True, False])
	found: dict[str, NextStep] = {}
	for row in rows.drop_duplicates(["customer", "debtor"]).itertuples():
		step = by_id[row.step]
		coming = NextStep(
			step_name=names.get(row.step) or row.step,
			level=int(row.level),
			channel=row.channel,
			due_on=row.due_on.date(),
			plan=row.plan,
			trigger_days=step.trigger_days,
			business_days=step.business_days,
			voucher_no=row.voucher_no,
			requires_approval=bool(row.requires_approval),
		)
		for customer in {row.customer, row.debtor}:
			found.setdefault(customer, coming)
	return found


def _step_names(steps: list[str]) -> dict[str, str]:
	return dict(
		frappe.get_all(
			"Dunning Plan Step", {"name": ["in", [*steps, ""]]}, ["name", "step_name"], as_list=True
		)
	)
