"""Which step of its dunning plan each open item is due for.

An item's place in its plan is a fact (the last level done and when), never a count of runs: a missed day
delays a step and neither loses nor doubles it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from collections_app.engine.calendar import Calendar, add_business_days_by_country
from collections_app.engine.channels import INSURER_NOTICE
from collections_app.engine.frames import as_day, days, effective_due_date, require_columns
from collections_app.engine.minimums import below_age, below_amount
from collections_app.engine.money import minor_series
from collections_app.engine.reasons import Reason
from collections_app.engine.skipped import join_skipped, skipped_rows

DUE_COLUMNS = [
	"item",
	"step",
	"level",
	"channel",
	"letter",
	"due_on",
	"tone",
	"requires_approval",
	"attach_invoices",
	"attach_statement",
]
_TYPES = {"level": "int64", "requires_approval": bool, "attach_invoices": bool, "attach_statement": bool}


@dataclass(frozen=True)
class Step:
	"""A step of a dunning plan.

	`step`: its id; `level`: its rank (1, 2, …); `trigger_days`: days from the due date, negative = before
	it, with `business_days` those of the customer's country; `minimum_amount`: in the item's currency, and
	`minimum_age`: in days, see `due_steps`.
	"""

	plan: str
	step: str
	level: int
	trigger_days: int
	channel: str
	letter: str | None = None
	minimum_amount: float = 0.0
	requires_approval: bool = False
	attach_invoices: bool = False
	attach_statement: bool = False
	business_days: bool = False
	minimum_age: int = 0
	tone: str | None = None

	@property
	def usual_day(self) -> float:
		"""Days from the due date where no holiday lies between: five business days are a week."""
		return self.trigger_days * 7 / 5 if self.business_days else float(self.trigger_days)


class DueSteps(NamedTuple):
	"""`due`: the columns DUE_COLUMNS, one row per item. `skipped`: SKIPPED_COLUMNS, reason a Reason."""

	due: pd.DataFrame
	skipped: pd.DataFrame


def order_steps(steps: Sequence[Step]) -> dict[str, list[Step]]:
	"""Plan -> its steps in the order they are taken: by their usual day, then level."""
	plans: dict[str, list[Step]] = {}
	for step in sorted(steps, key=lambda one: (one.usual_day, one.level)):
		plans.setdefault(step.plan, []).append(step)
	return plans


def check_steps(steps: Sequence[Step]) -> dict[str, Reason]:
	"""Plan -> what is wrong with its steps; empty when all are right.

	levels_not_rising (plan, step, level): levels must rise with the trigger day, or "the next level" has no
	meaning.
	"""
	errors: dict[str, Reason] = {}
	for plan, ordered in order_steps(steps).items():
		level = 0
		for step in ordered:
			if step.level <= level:
				errors[plan] = Reason(
					"levels_not_rising", {"plan": plan, "step": step.step, "level": step.level}
				)
				break
			level = step.level
	return errors


def due_steps(
	items: pd.DataFrame,
	steps: Sequence[Step],
	as_of: date,
	minimum_gap_days: Mapping[str, int] | None = None,
	calendars: Mapping[str, Calendar] | None = None,
) -> DueSteps:
	"""The step each item is due for on `as_of`, at most one per item.

	`items`: item, customer (who gets the message), currency, due_date, outstanding (> 0 to be chased),
	is_credit, plan (None = no plan), last_level (0 = none yet), last_done_on (NaT = never; see `levels`), and
	country where a step counts in business days; insured: whether an insurer covers the customer (without the
	column everybody). `minimum_gap_days`: plan -> days between two steps of one
	item; at least one day always lies between them. `calendars`: country -> its business days; Monday to
	Friday for one that is missing.

	The next step is the first whose level is above last_level. It is due from due_date + trigger_days on,
	and not before last_done_on + gap. A step before the due date is skipped once the item is overdue
	(window_passed: it would announce a date gone by) and the following one is considered.
	A step with a minimum amount waits (below_minimum) while the customer owes less: its overdue items of
	that currency and those whose step is due today, less its credits. What credits cover entirely is never
	chased. A step with a minimum age waits (below_minimum_age) until the customer's oldest item of that
	currency is overdue by so many days. A notice to the insurer is skipped for who is not insured.

	Reasons: window_passed(trigger_days, due_date), not_insured(), below_minimum(total, minimum, currency),
	below_minimum_age(days, minimum), levels_not_rising(plan, step, level), plan_without_steps(plan),
	unusable_item(field) for an item without a due date or an amount: the others go on.
	FrameError for missing columns.
	"""
	needed = "item customer currency due_date outstanding is_credit plan last_level last_done_on"
	require_columns(items, needed.split(), "items")
	day = as_day(as_of)
	work = _prepared(items, day)
	gaps = {plan: max(1, int(gap or 0)) for plan, gap in (minimum_gap_days or {}).items()}
	plans, wrong = order_steps(steps), check_steps(steps)
	found: list[pd.DataFrame] = []
	skipped = _unusable(work)
	for plan, group in work[work["chased"]].groupby("plan", sort=True):
		if plan in wrong or plan not in plans:
			reason = wrong.get(plan) or Reason("plan_without_steps", {"plan": plan})
			skipped.append(skipped_rows(group["item"], [None] * len(group), [reason] * len(group)))
			continue
		skipped.extend(_passed(group, plans[plan]))
		next_steps, needless = _next_steps(group, plans[plan], day, gaps.get(plan, 1), calendars or {})
		found.append(next_steps)
		skipped.extend(needless)
	if not found:
		return DueSteps(_due_frame(work.iloc[:0].assign(due_on=pd.NaT, step=None)), join_skipped(skipped))
	due = pd.concat(found).sort_index()
	poor, why_poor = below_amount(work, due)
	young, why_young = below_age(work, due, day)
	skipped += [why_poor, why_young]
	return DueSteps(_due_frame(due[~(poor | young)]), join_skipped(skipped))


def _prepared(items: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
	"""The item columns the rules below work on, amounts in minor units, one clean index."""
	work = items[["item", "customer", "currency", "plan"]].reset_index(drop=True)
	work["due_date"] = effective_due_date(items, required=False).to_numpy()
	work["last_level"] = pd.to_numeric(items["last_level"]).fillna(0).astype("int64").to_numpy()
	work["last_done_on"] = days(items["last_done_on"]).to_numpy()
	work["country"] = items["country"].to_numpy() if "country" in items.columns else ""
	work["insured"] = items["insured"].eq(True).to_numpy() if "insured" in items.columns else True
	amounts = items["outstanding"].astype("float64")
	work["bad_amount"] = ~(amounts.abs() < np.inf).to_numpy()
	work["minor"] = minor_series(amounts.mask(work["bad_amount"].to_numpy(), 0), items["currency"]).to_numpy()
	work["overdue"] = work["due_date"] < day
	work["credit"] = items["is_credit"].eq(True).to_numpy() | (work["minor"] < 0)
	has_plan = work["plan"].notna() & (work["plan"] != "")
	work["chased"] = ~work["credit"] & (work["minor"] > 0) & has_plan
	return work


def _unusable(work: pd.DataFrame) -> list[pd.DataFrame]:
	"""The items that lack a value the rules cannot do without; the others go on."""
	frames = []
	for field, bad in (("outstanding", work["bad_amount"]), ("due_date", work["due_date"].isna())):
		items = work.loc[bad & ~work["credit"], "item"]
		reason = Reason("unusable_item", {"field": field})
		frames.append(skipped_rows(items, [None] * len(items), [reason] * len(items)))
	return frames


def _next_positions(group: pd.DataFrame, ordered: list[Step]) -> np.ndarray:
	"""Per item the position of the first step above its last level (len(ordered) = none left)."""
	levels = np.array([step.level for step in ordered])
	return np.searchsorted(levels, group["last_level"].to_numpy(), side="right")


def _without_use(
	group: pd.DataFrame, ordered: list[Step], position: np.ndarray
) -> tuple[np.ndarray, list[pd.DataFrame]]:
	"""The positions after notices to an insurer that items without one stand before, and these as skipped."""
	frames = []
	uninsured = ~group["insured"].to_numpy()
	for number, step in enumerate(ordered):
		needless = uninsured & (position == number) & (step.channel == INSURER_NOTICE)
		if needless.any():
			position = np.where(needless, number + 1, position)
			items = group.loc[needless, "item"]
			frames.append(skipped_rows(items, [step] * len(items), [Reason("not_insured")] * len(items)))
	return position, frames


def _passed(group: pd.DataFrame, ordered: list[Step]) -> list[pd.DataFrame]:
	"""The steps before the due date that overdue items never had: their window has passed."""
	position = _next_positions(group, ordered)
	frames = []
	for number, step in enumerate(ordered):
		late = group[(step.trigger_days < 0) & group["overdue"].to_numpy() & (position <= number)]
		if len(late):
			texts = late["due_date"].dt.strftime("%Y-%m-%d")
			reasons = {
				text: Reason("window_passed", {"trigger_days": step.trigger_days, "due_date": text})
				for text in texts.unique()
			}
			frames.append(skipped_rows(late["item"], [step] * len(late), list(texts.map(reasons))))
	return frames


def _next_steps(
	group: pd.DataFrame, ordered: list[Step], day: pd.Timestamp, gap: int, calendars: Mapping[str, Calendar]
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
	"""The rows of `group` with a step due on `day`, with two more columns: step (a Step) and due_on; and what was
	skipped on the way."""
	before_due = sum(step.trigger_days < 0 for step in ordered)
	position = _next_positions(group, ordered)
	position = np.where(group["overdue"], np.maximum(position, before_due), position)
	position, needless = _without_use(group, ordered, position)
	left = group[position < len(ordered)]
	position = position[position < len(ordered)]
	chosen = np.empty(len(left), dtype=object)
	chosen[:] = [ordered[number] for number in position]
	due_on = pd.Series(pd.NaT, index=left.index, dtype="datetime64[ns]")
	for number in np.unique(position):
		some = left[position == number]
		due_on[some.index] = _trigger_dates(some, ordered[number], calendars)
	after_gap = left["last_done_on"] + pd.Timedelta(days=gap)
	due_on = due_on.where(~(after_gap > due_on), after_gap)
	return left.assign(due_on=due_on, step=chosen)[due_on <= day], needless


def _trigger_dates(items: pd.DataFrame, step: Step, calendars: Mapping[str, Calendar]) -> pd.Series:
	"""The day the step is due from, of each item."""
	if not step.business_days:
		return items["due_date"] + pd.Timedelta(days=step.trigger_days)
	return add_business_days_by_country(items["due_date"], step.trigger_days, items["country"], calendars)


def _due_frame(due: pd.DataFrame) -> pd.DataFrame:
	frame = due[["item", "due_on"]].copy()
	for column in [name for name in DUE_COLUMNS if name not in ("item", "due_on")]:
		values = [getattr(step, column) for step in due["step"]]
		frame[column] = pd.Series(values, index=due.index, dtype=_TYPES.get(column, object))
	frame["due_on"] = frame["due_on"].astype("datetime64[ns]")
	return frame[DUE_COLUMNS].reset_index(drop=True)
