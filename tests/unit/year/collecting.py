"""The daily run over a simulated world, through the engine alone: settle, plan, hold or release, dispatch.

What the services keep in the database is kept in lists here; each rule comes from the engine. `Message.status` moves only
as `outbox.can_move` lets it.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pandas as pd

from collections_app.engine import outbox
from collections_app.engine.ageing import add_ageing
from collections_app.engine.channels import CONTACTS, EMAIL, SMS
from collections_app.engine.conditions import Condition
from collections_app.engine.consolidation import PlannedAction, consolidate
from collections_app.engine.holds import HoldFacts, HoldPolicy, hold_reasons
from collections_app.engine.levels import DONE_COLUMNS, with_last_steps
from collections_app.engine.plans import PlanRule, choose_plans
from collections_app.engine.promises import OPEN, settle
from collections_app.engine.steps import due_steps
from tests.unit.year.world import CALENDARS, GAPS, GRACE_DAYS, STALE_AFTER, Item, World

POLICY = HoldPolicy(
	stale_after_business_days=STALE_AFTER,
	send_from=time(8),
	send_to=time(18),
	weekends=False,
	contacts_per_day=1,
	contacts_per_week=2,
	country="Germany",
	calendars=CALENDARS,
)
RULES = (
	PlanRule("Key", 10, (Condition("customer_group", "=", "Key"),)),
	PlanRule("Standard", 90),
)
WAITING = frozenset({outbox.PLANNED, outbox.AWAITING_APPROVAL, outbox.HELD})
IN_HAND = frozenset({outbox.QUEUED, outbox.SENDING, outbox.FAILED, outbox.UNCERTAIN})
FAILS, UNCERTAIN = 0.01, 0.005


@dataclass(eq=False)
class Message:
	"""A planned action in the outbox. `went_out`: the customer really got it, whatever the status says."""

	action: PlannedAction
	planned_on: date
	status: str = outbox.PLANNED
	approved: bool = False
	held: tuple = ()
	tried_on: date | None = None
	sent_on: date | None = None
	went_out: bool = False

	def move(self, status: str) -> None:
		if status != self.status:
			if not outbox.can_move(self.status, status):
				raise AssertionError(f"A message may not go from {self.status} to {status}")
			self.status = status


class Collecting:
	def __init__(self, world: World, seed: int = 2):
		self.world, self.chance = world, random.Random(seed)
		self.messages: list[Message] = []
		self.by_key: dict[str, Message] = {}
		self.done: dict[str, list[tuple]] = defaultdict(list)
		self.contacts: dict[str, list[date]] = defaultdict(list)
		self.open_promises: set[str] = set()
		self.promise_status: dict[str, str] = {}

	def people(self) -> None:
		"""What people do before a run: approve, retry, decide what became of a message."""
		for message in self.messages if self.world.runs_today else ():
			if message.status == outbox.AWAITING_APPROVAL and self.chance.random() < 0.6:
				message.approved = True
			elif message.status == outbox.FAILED and self.chance.random() < 0.5:
				self.retry(message)
			elif message.status == outbox.UNCERTAIN and self.chance.random() < 0.5:
				if message.went_out:
					message.move(outbox.SENT)
					self.note_done(message)
				else:
					self.retry(message)

	def retry(self, message: Message) -> None:
		"""Once more, unless it would announce a due date gone by."""
		before_due = [line for line in message.action.items if line.step == "Standard-before"]
		if any(line.due_date < self.world.day for line in before_due):
			message.move(outbox.CANCELLED)
			self.by_key.pop(message.action.key, None)
		else:
			message.move(outbox.QUEUED)

	def run(self) -> list[Message]:
		"""One pass; returns the messages that went out."""
		self.settle()
		self.plan()
		self.hold_or_release()
		return self.dispatch()

	def settle(self) -> None:
		open_before = [
			promise for promise in self.world.promises if self.promise_status.get(promise.name, OPEN) == OPEN
		]
		if not open_before:
			return
		promises = pd.DataFrame(
			[
				{
					"promise": promise.name,
					"customer": promise.item.debtor,
					"promised_on": promise.made,
					"due_on": promise.parts[-1][0],
					"amount": sum(cents for _day, cents in promise.parts) / 100,
					"currency": promise.item.currency,
					"items": [promise.item.name],
					"instalments": [(day, cents / 100) for day, cents in promise.parts],
					"open_amount": promise.opened / 100,
				}
				for promise in open_before
			]
		)
		entries = [
			(item.debtor, item.name, day, cents / 100, item.currency, kind)
			for item in {promise.item for promise in open_before}
			for day, cents, kind in item.ledger
		]
		ledger = pd.DataFrame(entries, columns=["customer", "item", "date", "amount", "currency", "kind"])
		payments, credits = (ledger[ledger["kind"] == kind] for kind in ("payment", "credit"))
		judged = settle(promises, payments, self.world.day, GRACE_DAYS, credits)
		self.promise_status.update(zip(judged["promise"], judged["status"], strict=True))

	def promised_items(self) -> set[str]:
		return {
			promise.item.name
			for promise in self.world.promises
			if self.promise_status.get(promise.name, OPEN) == OPEN
		}

	def silent_items(self) -> set[str]:
		"""Covered by a promise, a dispute or a pause of their own or of the customer that owes them."""
		day = self.world.day
		return self.promised_items() | {
			item.name for item in self.world.open_items() if item.dispute_until or self.is_paused(item, day)
		}

	def is_paused(self, item: Item, day: date) -> bool:
		if item.paused_until and day <= item.paused_until:
			return True
		until = self.world.customers[item.debtor].paused_until
		return item.debtor != item.receiver and until is not None and day <= until

	def frame(self) -> pd.DataFrame:
		items, customers = self.world.open_items(), self.world.customers
		frame = pd.DataFrame(
			{
				"item": [item.name for item in items],
				"voucher_type": [item.name.split("|")[0] for item in items],
				"voucher_no": [item.voucher for item in items],
				"payment_term": "",
				"customer": [item.receiver for item in items],
				"debtor": [item.debtor for item in items],
				"posting_date": pd.to_datetime([item.posted for item in items]),
				"due_date": pd.to_datetime([item.due for item in items]),
				"currency": [item.currency for item in items],
				"outstanding": [item.open / 100 for item in items],
				"is_credit": [item.open <= 0 for item in items],
				"country": [customers[item.receiver].country for item in items],
				"language": [customers[item.receiver].language for item in items],
			}
		)
		return frame.assign(outstanding_base=frame["outstanding"], case=frame["customer"])

	def plan(self) -> None:
		items = add_ageing(self.frame(), self.world.day)
		facts = pd.DataFrame(index=pd.Index(items["customer"].unique(), dtype=object))
		facts["customer_group"] = [self.world.customers[name].group for name in facts.index]
		overrides = {one.name: one.override for one in self.world.customers.values() if one.override}
		plans = choose_plans(facts, RULES, overrides)["plan"]
		items["plan"] = items["customer"].map(plans)
		on_their_way = {
			line.item
			for message in self.messages
			if message.status in IN_HAND
			for line in message.action.items
		}
		items = items[~items["item"].isin(on_their_way | self.silent_items())]
		steps = self.world.steps()
		items = with_last_steps(items, self.done_frame(items["item"]), steps)
		due = due_steps(items, steps, self.world.day, GAPS, CALENDARS).due
		columns = ["last_level", "last_done_on", "country"]
		actions = consolidate(
			due.merge(items.drop(columns=columns), on="item", validate="one_to_one"), self.world.day
		)
		self.store(actions)

	def done_frame(self, items: pd.Series) -> pd.DataFrame:
		rows = [row for item in items for row in self.done.get(item, ())]
		return pd.DataFrame(rows, columns=DONE_COLUMNS)

	def store(self, actions: list[PlannedAction]) -> None:
		wanted = {action.key for action in actions}
		for message in self.messages:
			if message.status in WAITING and message.action.key not in wanted:
				message.move(outbox.CANCELLED)
				self.by_key.pop(message.action.key, None)
		for action in actions:
			known = self.by_key.get(action.key)
			if known is None:
				self.by_key[action.key] = message = Message(action, self.world.day)
				self.messages.append(message)
			elif known.status in WAITING:
				known.action = action

	def hold_or_release(self) -> None:
		judged = [one for one in self.messages if one.status in WAITING or one.status == outbox.QUEUED]
		promised, open_items = self.promised_items(), self.world.items
		sent = {name: self.recent(days) for name, days in self.contacts.items() if days}
		for message in sorted(judged, key=lambda one: (-one.action.total_overdue, one.action.key)):
			if all(open_items[line.item].open <= 0 for line in message.action.items):
				message.move(outbox.CANCELLED)
				self.by_key.pop(message.action.key, None)
				continue
			today, week = sent.get(message.action.customer, (0, 0))
			reasons = hold_reasons(self.facts(message, promised, today, week), POLICY)
			message.held = tuple(reason.code for reason in reasons)
			if not reasons:
				message.move(outbox.QUEUED)
				if message.action.channel in CONTACTS:
					sent[message.action.customer] = (today + 1, week + 1)
			elif set(message.held) == {"approval_missing"}:
				message.move(outbox.AWAITING_APPROVAL)
			else:
				message.move(outbox.HELD)

	def recent(self, days: list[date]) -> tuple[int, int]:
		today = self.world.day
		return days.count(today), sum(day > today - timedelta(days=7) for day in days)

	def facts(self, message: Message, promised: set[str], today: int, week: int) -> HoldFacts:
		action, world = message.action, self.world
		lines = {line.item: world.items[line.item] for line in action.items}
		customer = world.customers[action.customer]
		return HoldFacts(
			as_of=world.day,
			channel=action.channel,
			items=tuple(lines),
			letter=action.letter or None,
			email=customer.email,
			phone="+49 30 1234567",
			postal_address="Street 1",
			requires_approval=action.requires_approval,
			approved=message.approved,
			last_statement_on=world.last_statement,
			promise_items=frozenset(name for name in lines if name in promised),
			dispute_items=frozenset(name for name, item in lines.items() if item.dispute_until),
			paused_items=frozenset(name for name, item in lines.items() if self.is_paused(item, world.day)),
			paid_items=frozenset(
				line.item
				for line in action.items
				if world.items[line.item].open != round(line.outstanding * 100)
			),
			contacts_today=today,
			contacts_this_week=week,
			paused_until=customer.paused_until,
			plan=action.plan,
			plan_paused_until=world.plan_paused_until if action.plan == "Standard" else None,
			local=datetime.combine(world.day, time(12)),
			country=customer.country,
		)

	def dispatch(self) -> list[Message]:
		out = []
		for message in self.messages:
			if message.status != outbox.QUEUED:
				continue
			message.move(outbox.SENDING)
			message.tried_on = self.world.day
			luck = self.chance.random() if message.action.channel in (EMAIL, SMS) else 1.0
			if luck < FAILS:
				message.move(outbox.FAILED)
				continue
			message.went_out = luck >= FAILS + UNCERTAIN or luck < FAILS + UNCERTAIN / 2
			if message.went_out:
				out.append(message)
				message.sent_on = self.world.day
				if message.action.channel in CONTACTS:
					self.contacts[message.action.customer].append(self.world.day)
			if luck < FAILS + UNCERTAIN:
				message.move(outbox.UNCERTAIN)
			else:
				message.move(outbox.SENT)
				self.note_done(message)
		self.messages = [one for one in self.messages if one.status in WAITING | IN_HAND]
		return out

	def note_done(self, message: Message) -> None:
		for line in message.action.items:
			overdue = (message.sent_on - line.due_date).days
			row = (line.item, message.action.plan, line.step, line.level, message.sent_on, overdue)
			self.done[line.item].append(row)
