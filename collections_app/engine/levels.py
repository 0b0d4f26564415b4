"""An item's place in its plan: the last step done, found by the step itself and not by counting.

A plan may change while items are on their way through it: a step is put in, taken out or moved. What was done stays
done, and the place of an item is that of its last step in the plan as it stands today.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from collections_app.engine.frames import days, require_columns
from collections_app.engine.steps import Step, order_steps

DONE_COLUMNS = ["item", "plan", "step", "level", "done_on", "days_overdue"]


def with_last_steps(items: pd.DataFrame, done: pd.DataFrame, steps: Sequence[Step]) -> pd.DataFrame:
	"""`items` with last_level (0 = none yet) and last_done_on (NaT = never).

	`items`: item, plan (None = no plan). `done`: DONE_COLUMNS, a row for each step done, or skipped with a reason, of
	an item: the plan and the id of the step, the level it had then, the day, and the days the item was overdue then.

	A step that stands in the item's plan counts with its level of today. One that does not counts with the level it
	had when it was done: of another plan as it is; of this plan, from which it was removed, only while no step done
	is left in it, and no higher than the number of its steps whose day had come when it was done.
	FrameError for a missing column.
	"""
	require_columns(items, ("item", "plan"), "items")
	require_columns(done, DONE_COLUMNS, "done")
	plans = pd.Series(items["plan"].to_numpy(), index=items["item"].to_numpy(), dtype=object)
	rows = done[done["item"].isin(plans.index)].reset_index(drop=True)
	rows["level"] = pd.to_numeric(rows["level"]).fillna(0).astype("int64")
	rows["done_on"] = days(rows["done_on"])
	now = rows["item"].map(plans)
	same = (rows["plan"] == now).to_numpy()
	places = {step.step: step for step in steps}
	found = [places.get(step) for step in rows["step"]]
	stands = same & np.array(
		[one is not None and one.plan == plan for one, plan in zip(found, now, strict=True)], bool
	)
	rows["place"] = np.where(stands, [one.level if one else 0 for one in found], rows["level"])
	anchored = pd.Series(stands, index=rows.index).groupby(rows["item"]).transform("any").to_numpy(bool)
	removed = same & ~stands
	rows.loc[removed & anchored, "place"] = 0
	reached = _reached(rows[removed & ~anchored], steps)
	rows.loc[reached.index, "place"] = np.minimum(rows.loc[reached.index, "level"], reached)
	last = rows.groupby("item")[["place", "done_on"]].max()
	return items.assign(
		last_level=items["item"].map(last["place"]).fillna(0).astype("int64").to_numpy(),
		last_done_on=items["item"].map(last["done_on"]).astype("datetime64[ns]").to_numpy(),
	)


def _reached(rows: pd.DataFrame, steps: Sequence[Step]) -> pd.Series:
	"""How many steps of its plan each row's item had come to on that day."""
	ordered = order_steps(steps)
	reached = pd.Series(0, index=rows.index, dtype="int64")
	for plan, group in rows.groupby("plan", sort=False):
		# a step's day in business days is some weekends later
		usual = np.array([step.usual_day for step in ordered.get(plan, ())])
		overdue = pd.to_numeric(group["days_overdue"]).fillna(0).to_numpy()
		reached[group.index] = np.searchsorted(usual, overdue, side="right")
	return reached
