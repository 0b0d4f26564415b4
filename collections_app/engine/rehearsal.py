"""Rehearsal of dunning plans: what would go out over the next days, with nothing written and nothing sent.

Each day is planned by the very functions of the daily run (`due_steps`, `consolidate`, `hold_reasons`) on what the days
before it left: a step done on one day makes the next one possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from collections_app.engine.channels import CONTACTS
from collections_app.engine.consolidation import PlannedAction, consolidate
from collections_app.engine.frames import days as as_days
from collections_app.engine.frames import require_columns
from collections_app.engine.holds import WEEK, HoldFacts, HoldPolicy, hold_reasons
from collections_app.engine.steps import Step, due_steps

MESSAGE_COLUMNS = [
	"day",
	"customer",
	"plan",
	"step",
	"level",
	"channel",
	"letter",
	"language",
	"currency",
	"items",
	"total",
	"total_base",
	"requires_approval",
	"held",
]
LINE_COLUMNS = ["message", "day", "customer", "item", "step", "level", "outstanding", "outstanding_base"]
TYPES = {
	"message": "int64",
	"level": "int64",
	"total": "float64",
	"total_base": "float64",
	"outstanding": "float64",
	"outstanding_base": "float64",
	"requires_approval": bool,
}
# These pass by themselves: the message goes out on the first day without them.
PASSING = frozenset({"paused_until", "plan_paused", "contact_limit", "weekend", "outside_hours"})
NOON = time(12)
# what a customer can be written to by, and the days it is paused until
ADDRESSES = ("email", "phone", "postal_address")
CUSTOMER_COLUMNS = [*ADDRESSES, "country", "paused_until"]


class Rehearsal(NamedTuple):
	"""`messages`: MESSAGE_COLUMNS, by day. `lines`: LINE_COLUMNS, an open item in a message a row (`message`: its row)."""

	messages: pd.DataFrame
	lines: pd.DataFrame


def rehearse(
	items: pd.DataFrame,
	steps: Sequence[Step],
	start: date,
	days: int,
	minimum_gap_days: Mapping[str, int] | None = None,
	customers: pd.DataFrame | None = None,
	policy: HoldPolicy | None = None,
	contacts: Mapping[str, Iterable[date]] | None = None,
	plan_pauses: Mapping[str, date] | None = None,
) -> Rehearsal:
	"""The messages of `days` days from `start` on.

	`items`: what `due_steps` and `consolidate` need, with `outstanding_base` (company currency), case and language;
	besides, where known: free_from (an item is out of sight before that day: promised, paused) and paid_on (it is
	taken as paid from that day on, though not on `start`, of which the ledger knows better). NaT or no such column:
	at once, and never. `steps`, `minimum_gap_days`: as for `due_steps`, whose calendars are the policy's.

	`policy` None: every message goes out on the day it is due. Else it is judged as by the daily run, `customers`
	(index customer: CUSTOMER_COLUMNS, those missing count as unknown), `contacts` (customer -> days of earlier
	messages) and `plan_pauses` (plan -> the last day of its pause) telling the facts.
	What passes by itself (PASSING) moves the message to the first day without it. What a person has to mend leaves
	it `held`, told once, and its items get no further step. Approval is taken as given on the day, the bank feed as
	fresh and sending hours as kept: they move no message to another day.

	messages: day (datetime64), items (ids, oldest first), total (in currency), total_base (company currency), held
	(a tuple of Reasons; empty: it goes out); the others as in `PlannedAction`. Same input, same output.
	ValueError for fewer than one day, FrameError for a missing column.
	"""
	if days < 1:
		raise ValueError(f"A rehearsal needs at least one day, not {days}")
	require_columns(items, ("outstanding_base", "case", "language"), "items")
	world = _World(items)
	judge = _Judge(policy, customers, contacts, plan_pauses) if policy else None
	calendars = policy.calendars if policy else None
	told: list[tuple[date, PlannedAction, tuple]] = []
	for number in range(days):
		day = start + timedelta(days=number)
		known = world.on(day, start)
		due = due_steps(known, steps, day, minimum_gap_days, calendars).due
		if due.empty:
			continue
		chased = known[known["item"].isin(due["item"])].drop(columns=["last_level", "last_done_on"])
		actions = consolidate(due.merge(chased, on="item", validate="one_to_one"), day)
		outcomes = judge.outcomes(actions, day) if judge else dict.fromkeys(range(len(actions)), ())
		for position, action in enumerate(actions):
			if position in outcomes:
				told.append((day, action, outcomes[position]))
				world.note(action, day, held=bool(outcomes[position]))
	return _frames(told, world)


class _World:
	"""The items as the rehearsed days leave them."""

	def __init__(self, items: pd.DataFrame):
		self.items = items.reset_index(drop=True)
		# copies: the state changes from day to day, the frame given does not
		self.last_level = pd.to_numeric(items["last_level"]).fillna(0).astype("int64").to_numpy(copy=True)
		self.last_done_on = as_days(items["last_done_on"]).to_numpy(copy=True)
		self.plan = items["plan"].astype(object).to_numpy(copy=True)
		self.free_from, self.paid_on = (self._days(column) for column in ("free_from", "paid_on"))
		self.position = {item: place for place, item in enumerate(self.items["item"])}
		self.base = self.items["outstanding_base"].to_numpy()

	def _days(self, column: str) -> np.ndarray:
		if column in self.items.columns:
			return as_days(self.items[column]).to_numpy()
		return np.full(len(self.items), np.datetime64("NaT"), dtype="datetime64[ns]")

	def on(self, day: date, start: date) -> pd.DataFrame:
		"""The items in sight on `day`, with the steps done so far."""
		today = np.datetime64(day, "ns")
		hidden = self.free_from > today
		if day > start:
			hidden |= self.paid_on <= today
		state = {"last_level": self.last_level, "last_done_on": self.last_done_on, "plan": self.plan}
		return self.items.assign(**state)[~hidden]

	def note(self, action: PlannedAction, day: date, held: bool) -> None:
		places = [self.position[one.item] for one in action.items]
		if held:
			# without a plan they are chased no more, and still count in what the customer owes
			self.plan[places] = None
			return
		self.last_level[places] = [one.level for one in action.items]
		self.last_done_on[places] = np.datetime64(day, "ns")


class _Judge:
	"""Holds of the rehearsed days; remembers whom the days before have written to."""

	def __init__(
		self,
		policy: HoldPolicy,
		customers: pd.DataFrame | None,
		contacts: Mapping | None,
		plan_pauses: Mapping | None,
	):
		self.policy = replace(
			policy, stale_after_business_days=None, bank_feed_required=False, send_from=None, send_to=None
		)
		known = (customers if customers is not None else pd.DataFrame()).reindex(columns=CUSTOMER_COLUMNS)
		# which address it is does not matter here, so that many customers share the same facts
		for column in ADDRESSES:
			given = known[column].fillna("").astype(str).str.strip() != ""
			known[column] = np.where(given, "known", None)
		known["country"] = known["country"].astype(object).where(known["country"].notna(), "")
		known["paused_until"] = as_days(known["paused_until"])
		self.customers = known.to_dict("index")
		self.contacts = {customer: list(when) for customer, when in (contacts or {}).items()}
		self.plan_pauses = dict(plan_pauses or {})

	def outcomes(self, actions: list[PlannedAction], day: date) -> dict[int, tuple]:
		"""Place in `actions` -> reasons to hold it for good (none: it goes out), without those that wait a day.

		The most overdue come first, as in the daily run: they use up the contacts.
		"""
		found: dict[int, tuple] = {}
		judged: dict[HoldFacts, tuple] = {}
		for place in sorted(range(len(actions)), key=lambda place: (-actions[place].total_overdue, place)):
			action = actions[place]
			facts = self._facts(action, day)
			if facts not in judged:
				judged[facts] = tuple(hold_reasons(facts, self.policy))
			reasons = judged[facts]
			if any(reason.code in PASSING for reason in reasons):
				continue
			found[place] = reasons
			if not reasons and action.channel in CONTACTS:
				self.contacts.setdefault(action.customer, []).append(day)
		return found

	def _facts(self, action: PlannedAction, day: date) -> HoldFacts:
		known = self.customers.get(action.customer, {})
		week = [one for one in self.contacts.get(action.customer, ()) if one > day - timedelta(days=WEEK)]
		paused_until = known.get("paused_until", pd.NaT)
		return HoldFacts(
			as_of=day,
			channel=action.channel,
			letter=action.letter or None,
			**{column: known.get(column) for column in ADDRESSES},
			country=known.get("country", ""),
			contacts_today=week.count(day),
			contacts_this_week=len(week),
			paused_until=None if paused_until is pd.NaT else paused_until.date(),
			plan=action.plan,
			plan_paused_until=self.plan_pauses.get(action.plan),
			local=datetime.combine(day, NOON),
		)


def _frames(told: list[tuple[date, PlannedAction, tuple]], world: _World) -> Rehearsal:
	messages, lines = [], []
	for number, (day, action, held) in enumerate(told):
		base = [float(world.base[world.position[one.item]]) for one in action.items]
		messages.append(
			{
				**{name: getattr(action, name) for name in MESSAGE_COLUMNS if hasattr(action, name)},
				"day": day,
				"items": tuple(one.item for one in action.items),
				"total_base": round(sum(base), 2),
				"held": held,
			}
		)
		for one, amount in zip(action.items, base, strict=True):
			place = (number, day, action.customer, one.item, one.step, one.level, one.outstanding, amount)
			lines.append(place)
	return Rehearsal(_typed(messages, MESSAGE_COLUMNS), _typed(lines, LINE_COLUMNS))


def _typed(rows: list, columns: list[str]) -> pd.DataFrame:
	"""A frame of the right types, also without a row."""
	frame = pd.DataFrame(rows, columns=columns)
	frame["day"] = as_days(frame["day"])
	return frame.astype({name: kind for name, kind in TYPES.items() if name in columns})
