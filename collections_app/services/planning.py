"""Plan: each open item its due step, all due steps of a customer one action."""

from typing import Any

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Max

from collections_app.engine.consolidation import consolidate
from collections_app.engine.steps import due_steps
from collections_app.services import settings
from collections_app.services.cases import case_frame, ensure_cases
from collections_app.services.frames import query_frame
from collections_app.services.outbox import covers, store
from collections_app.services.plan_choice import choose_for, gaps, load_plans, plan_facts
from collections_app.services.reasons import sentence
from collections_app.services.run.context import ERROR, RunContext

IN_HAND = ("Queued", "Sending", "Failed", "Uncertain")


def plan(context: RunContext) -> dict[str, Any]:
	"""Plans what is due today. Repeating it the same day plans nothing twice: an action's key is unique."""
	plans = load_plans(context)
	facts = plan_facts(context)
	chosen = choose_for(context, facts, plans)
	items = items_with_state(context, chosen)
	result = due_steps(items, [step for plan in plans for step in plan.steps], context.run_date, gaps(plans))
	actions = consolidate(_due_frame(context, items, result.due), context.run_date)
	counts = store.store_actions(context, actions)
	_remember_plans(context, chosen)
	_tell_order(context, result.skipped)
	return {"due_items": len(result.due), **counts, "without_plan": int(chosen["plan"].isna().sum())}


def items_with_state(context: RunContext, chosen: pd.DataFrame) -> pd.DataFrame:
	"""Open items that may be chased, with their plan and the last level done: by what really went out, or was
	cancelled by a person. Promised, disputed and paused items are left out, the customer's others go on."""
	items = context.items[context.items["customer"].isin(context.customers.index)].copy()
	items["plan"] = items["customer"].map(chosen["plan"])
	done = levels_done(context.company)
	items = items.merge(done, on="item", how="left")
	silent = items_in_hand(context.company) | set(
		covers.covered_items(context.company, items, context.run_date)
	)
	return items[~items["item"].isin(silent)]


def levels_done(company: str) -> pd.DataFrame:
	"""item -> last_level, last_done_on. A step cancelled by a person counts as done: it was decided on."""
	action, line = DocType("Collection Action"), DocType("Collection Action Invoice")
	return query_frame(
		frappe.qb.from_(line)
		.inner_join(action)
		.on(action.name == line.parent)
		.select(
			line.item_key.as_("item"),
			Max(line.dunning_level).as_("last_level"),
			Max(Coalesce(action.sent_at, action.planned_on)).as_("last_done_on"),
		)
		.where(
			(action.company == company)
			& (
				action.status.isin(["Sent", "Delivered", "Proved"])
				| ((action.status == "Cancelled") & (action.cancel_code == "person"))
			)
		)
		.groupby(line.item_key),
		["last_done_on"],
	)


def items_in_hand(company: str) -> set[str]:
	"""Items of messages on their way, failed or of unknown fate: they get no other until a person decided."""
	action, line = DocType("Collection Action"), DocType("Collection Action Invoice")
	rows = (
		frappe.qb.from_(line)
		.inner_join(action)
		.on(action.name == line.parent)
		.select(line.item_key)
		.where((action.company == company) & action.status.isin(IN_HAND))
	).run(pluck=True)
	return set(rows)


def _due_frame(context: RunContext, items: pd.DataFrame, due: pd.DataFrame) -> pd.DataFrame:
	frame = due.merge(
		items.drop(columns=["last_level", "last_done_on"]), on="item", how="left", validate="one_to_one"
	)
	cases = ensure_cases(context.company, sorted(frame["customer"].unique()))
	fallback = settings.get().fallback_language or "en"
	frame["case"] = frame["customer"].map(cases)
	frame["language"] = frame["customer"].map(context.customers["language"]).fillna("").replace("", fallback)
	return frame


def _remember_plans(context: RunContext, chosen: pd.DataFrame) -> None:
	cases = case_frame(context.company)
	values = {
		row["case"]: {"dunning_plan": chosen.at[customer, "plan"]}
		for customer, row in cases.iterrows()
		if customer in chosen.index and row["dunning_plan"] != chosen.at[customer, "plan"]
	}
	frappe.db.bulk_update("Collection Case", values, chunk_size=200, update_modified=False)


def _tell_order(context: RunContext, skipped: pd.DataFrame) -> None:
	"""Plans that cannot work are told; steps that merely wait are not."""
	for reason in skipped["reason"]:
		if reason.code in ("levels_not_rising", "plan_without_steps"):
			context.tell(ERROR, sentence(reason), "Dunning Plan", reason.params["plan"])
