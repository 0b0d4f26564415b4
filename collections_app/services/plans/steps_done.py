"""Which steps of their plans the open items have been through, by what really went out or was decided."""

from collections.abc import Iterable
from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Max

from collections_app.engine.outbox import GONE_OUT
from collections_app.services.frames import query_frame
from collections_app.services.outbox.items import items_of_actions

IN_HAND = ("Queued", "Sending", "Failed", "Uncertain")
# handed over within minutes: as good as done today
ON_THEIR_WAY = ("Queued", "Sending")
# cancelled by a person's decision: the step counts as done, with the reason kept on the action
DECIDED = ("person", "skipped")


def steps_done(company: str) -> pd.DataFrame:
	"""Each step done of each item, as `engine.levels` takes them. One cancelled or skipped by a person counts as done:
	it was decided on."""
	action = DocType("Collection Action")
	decided = (action.status == "Cancelled") & action.cancel_code.isin(DECIDED)
	return _steps(company, action.status.isin(GONE_OUT) | decided)


def steps_on_their_way(company: str, day: date) -> pd.DataFrame:
	"""The steps of messages that leave at any moment, as if done on `day`."""
	return _steps(company, DocType("Collection Action").status.isin(ON_THEIR_WAY)).assign(
		done_on=pd.Timestamp(day)
	)


def items_in_hand(company: str, statuses: Iterable[str] = IN_HAND) -> set[str]:
	"""Items of messages on their way, failed or of unknown fate: they get no other until a person decided."""
	action = DocType("Collection Action")
	return items_of_actions((action.company == company) & action.status.isin(list(statuses)))


def _steps(company: str, condition) -> pd.DataFrame:
	action, line = DocType("Collection Action"), DocType("Collection Action Invoice")
	return query_frame(
		frappe.qb.from_(line)
		.inner_join(action)
		.on(action.name == line.parent)
		.select(
			line.item_key.as_("item"),
			action.dunning_plan.as_("plan"),
			line.plan_step.as_("step"),
			Max(line.dunning_level).as_("level"),
			Max(Coalesce(action.sent_at, action.planned_on)).as_("done_on"),
			Max(line.days_overdue).as_("days_overdue"),
		)
		# what a person sent is no step of a plan
		.where((action.company == company) & line.plan_step.isnotnull() & condition)
		.groupby(line.item_key, action.dunning_plan, line.plan_step),
		["done_on"],
		["level", "days_overdue"],
	)
