"""One message per customer: its due steps joined into one action per currency, channel and language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from collections_app.engine.frames import as_day, effective_due_date, require_columns
from collections_app.engine.money import from_minor, minor_series
from collections_app.engine.outbox import action_key

GROUP = ["customer", "case", "currency", "channel", "language"]
TEXTS = ["voucher_type", "voucher_no", "payment_term", "plan", "step", "letter", "tone"]
# what holds for the message when it holds for one of its items
FLAGS = ["requires_approval", "attach_invoices", "attach_statement"]
COLUMNS = ["item", *GROUP, *TEXTS, "due_date", "outstanding", "level", *FLAGS]


@dataclass(frozen=True)
class ActionItem:
	"""An open item in an action, with the level and step it is due for. `outstanding` in `currency`.

	`customer`: who owes it, which is not who gets the message where one customer receives for another.
	"""

	item: str
	customer: str
	voucher_type: str
	voucher_no: str
	payment_term: str
	due_date: date
	currency: str
	outstanding: float
	level: int
	step: str


@dataclass(frozen=True)
class PlannedAction:
	"""One message to one customer in one currency, channel and language.

	plan, step, level, letter and tone are those of the oldest item. `total`: sum of its items; `total_overdue`:
	of those past their due date; both in `currency`. `key`: see `outbox.action_key`.
	"""

	case: str
	customer: str
	plan: str
	step: str
	level: int
	letter: str
	tone: str
	channel: str
	language: str
	currency: str
	items: tuple[ActionItem, ...]
	total: float
	total_overdue: float
	requires_approval: bool
	attach_invoices: bool
	attach_statement: bool
	key: str


def consolidate(frame: pd.DataFrame, as_of: date) -> list[PlannedAction]:
	"""The actions for a frame of due items.

	`frame`: `due_steps(...).due` joined with its items (customer, voucher_type, voucher_no, payment_term,
	due_date, currency, outstanding, plan) and with the customer's case and language (missing ones count as
	""). `debtor`, where it is there: who owes the item, if not the customer. `as_of` decides what is overdue.
	One action per case, customer, currency, channel and language, sorted by these; items inside by due
	date, oldest first. The oldest item (of several with that date the highest level, then the lowest item
	id) gives plan, step, level, letter and tone. Approval is required, and invoices or the statement
	are attached, if any of the items' steps says so.
	FrameError for a missing column or date, ValueError for an item that is there twice.
	"""
	require_columns(frame, COLUMNS, "due items")
	if frame["item"].duplicated().any():
		raise ValueError(f"Item {frame.loc[frame['item'].duplicated(), 'item'].iloc[0]} is due twice")
	if frame.empty:
		return []
	work = pd.DataFrame({"item": frame["item"].astype(str)})
	for column in (*GROUP, *TEXTS):
		work[column] = frame[column].astype(object).where(frame[column].notna(), "")
	debtor = frame["debtor"] if "debtor" in frame.columns else frame["customer"]
	work["debtor"] = debtor.fillna(frame["customer"])
	work["due_date"] = effective_due_date(frame)
	work["minor"] = minor_series(frame["outstanding"], frame["currency"])
	work["outstanding"] = frame["outstanding"].astype("float64")
	work["level"] = frame["level"].astype("int64")
	work["overdue_minor"] = work["minor"].where(work["due_date"] < as_day(as_of), 0)
	for column in FLAGS:
		work[column] = frame[column].eq(True)
	work = work.sort_values(
		[*GROUP, "due_date", "level", "item"],
		ascending=[*(True for _ in GROUP), True, False, True],
		ignore_index=True,
	)
	number = work.groupby(GROUP, sort=False).ngroup().to_numpy()
	starts = np.flatnonzero(np.diff(number, prepend=-1))
	sums = work.groupby(number)[["minor", "overdue_minor"]].sum()
	anywhere = work.groupby(number)[FLAGS].any()
	lines = _action_items(work)
	heads = work.iloc[starts]
	ends = [*starts[1:], len(work)]
	return [
		_action(head, tuple(lines[start:end]), sums_row, flags)
		for head, start, end, sums_row, flags in zip(
			heads[[*GROUP, "plan", "step", "level", "letter", "tone"]].to_dict("records"),
			starts,
			ends,
			sums.itertuples(index=False),
			anywhere.itertuples(index=False),
			strict=True,
		)
	]


def _action_items(work: pd.DataFrame) -> list[ActionItem]:
	columns = {
		name: work[name].tolist()
		for name in (
			"item",
			"voucher_type",
			"voucher_no",
			"payment_term",
			"currency",
			"outstanding",
			"level",
			"step",
		)
	}
	columns["customer"] = work["debtor"].tolist()
	columns["due_date"] = work["due_date"].dt.date.tolist()
	names = list(columns)
	return [ActionItem(**dict(zip(names, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def _action(head: dict, items: tuple[ActionItem, ...], sums: tuple, flags: tuple) -> PlannedAction:
	pairs = [(one.item, one.level) for one in items]
	return PlannedAction(
		**head,
		items=items,
		total=from_minor(sums.minor, head["currency"]),
		total_overdue=from_minor(sums.overdue_minor, head["currency"]),
		**{flag: bool(getattr(flags, flag)) for flag in FLAGS},
		key=action_key(head["case"], head["plan"], head["step"], pairs, head["channel"]),
	)
