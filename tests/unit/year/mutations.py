"""Rules broken on purpose: each makes the collecting do one thing wrong, and names what the invariants must say."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from tests.unit.year import collecting
from tests.unit.year.collecting import POLICY, Collecting, Message

CONSOLIDATE, HOLD = collecting.consolidate, collecting.hold_reasons
WITH_LAST_STEPS = collecting.with_last_steps


def forget(*codes: str):
	"""The judge overlooks these reasons."""

	def hold_reasons(facts, policy):
		return [reason for reason in HOLD(facts, policy) if reason.code not in codes]

	return {"hold_reasons": hold_reasons}


def policy(**values) -> dict:
	return {"POLICY": replace(POLICY, **values)}


def no_gap() -> dict:
	return {"GAPS": dict.fromkeys(collecting.GAPS, 0)}


def skip_levels() -> dict:
	"""An item's place is one step further than what was done."""

	def with_last_steps(items, done, steps):
		placed = WITH_LAST_STEPS(items, done, steps)
		return placed.assign(
			last_level=placed["last_level"].where(placed["last_level"] == 0, placed["last_level"] + 1)
		)

	return {"with_last_steps": with_last_steps}


def forget_steps() -> dict:
	"""What was done is forgotten: every item begins anew, after the gap."""

	def with_last_steps(items, done, steps):
		return WITH_LAST_STEPS(items, done, steps).assign(last_level=0)

	return {"with_last_steps": with_last_steps}


def by_stored_level() -> dict:
	"""The place is the stored level, whatever was put in between since."""

	def with_last_steps(items, done, steps):
		last = done.groupby("item")[["level", "done_on"]].max()
		return items.assign(
			last_level=items["item"].map(last["level"]).fillna(0).astype("int64").to_numpy(),
			last_done_on=pd.to_datetime(items["item"].map(last["done_on"])).to_numpy(),
		)

	return {"with_last_steps": with_last_steps}


def one_message_an_item() -> dict:
	"""No consolidation: each item its own message."""

	def consolidate(frame, day):
		parts = [CONSOLIDATE(frame[frame["item"] == item], day) for item in frame["item"]]
		return [action for part in parts for action in part]

	return {"consolidate": consolidate}


def lose_some() -> dict:
	"""One due item in twenty falls under the table."""

	def consolidate(frame, day):
		kept = [int(name.split("|")[1][1:]) % 20 != 0 for name in frame["item"]]
		return CONSOLIDATE(frame.loc[kept], day)

	return {"consolidate": consolidate}


def wrong_head() -> dict:
	"""The message has the level of its youngest item."""

	def consolidate(frame, day):
		return [
			replace(action, level=action.items[-1].level, step=action.items[-1].step)
			for action in CONSOLIDATE(frame, day)
		]

	return {"consolidate": consolidate}


class Deaf(Collecting):
	"""Plans and judges without knowing of promises."""

	def promised_items(self) -> set[str]:
		return set()


class NoDisputes(Collecting):
	def silent_items(self) -> set[str]:
		disputed = {item.name for item in self.world.open_items() if item.dispute_until}
		return super().silent_items() - disputed


class NoPauses(Collecting):
	def is_paused(self, item, day) -> bool:
		return False


class Twice(Collecting):
	"""Each new message is stored as by two workers that do not see each other's keys."""

	def store(self, actions) -> None:
		known = set(self.by_key)
		super().store(actions)
		again = [Message(action, self.world.day) for action in actions if action.key not in known]
		self.messages += again


class Yesterday(Collecting):
	"""Plans by what was open at the run before."""

	def frame(self):
		now = super().frame()
		before, self.before = getattr(self, "before", now), now
		return before


class NeverApproved(Collecting):
	def people(self) -> None:
		super().people()
		for message in self.messages:
			message.approved = False


class NoGrace(Collecting):
	"""Promises are judged by another grace than agreed."""

	def settle(self) -> None:
		agreed, collecting.GRACE_DAYS = collecting.GRACE_DAYS, 0
		try:
			super().settle()
		finally:
			collecting.GRACE_DAYS = agreed


# what is broken -> (class, names replaced in `collecting`, the invariant that must say so)
MUTATIONS = {
	"paid items": (Yesterday, forget("paid_meanwhile"), "chased after payment"),
	"amounts": (Yesterday, forget("paid_meanwhile"), "old amount"),
	"promises": (Deaf, {}, "promised"),
	"disputes": (NoDisputes, forget("dispute_open"), "disputed"),
	"pauses of items": (NoPauses, {}, "paused"),
	"pauses of customers": (Collecting, forget("paused_until"), "paused"),
	"pauses of plans": (Collecting, forget("plan_paused"), "paused"),
	"stale feed": (Collecting, policy(stale_after_business_days=None), "stale feed"),
	"days off": (Collecting, policy(weekends=True), "day off"),
	"holidays": (Collecting, policy(calendars={}), "day off"),
	"limit per day": (Collecting, policy(contacts_per_day=None), "contacts per day"),
	"limit per week": (Collecting, policy(contacts_per_week=None), "contacts per week"),
	"addresses": (Collecting, forget("no_email_address"), "no address"),
	"approval": (Collecting, forget("approval_missing"), "not approved"),
	"gap": (Collecting, no_gap(), "gap"),
	"levels": (Collecting, skip_levels(), "level skipped"),
	"steps done": (Collecting, forget_steps(), "step twice"),
	"step put in": (Collecting, by_stored_level(), "level skipped"),
	"consolidation": (Collecting, {**one_message_an_item(), **policy(contacts_per_day=None)}, "one message"),
	"level of the message": (Collecting, wrong_head(), "level of the oldest item"),
	"lost items": (Collecting, lose_some(), "lost"),
	"unique key": (Twice, policy(contacts_per_day=None), "two steps on a day"),
	"approvals given": (NeverApproved, {}, "waits for ever"),
	"grace": (NoGrace, {}, "promise judged"),
}
