"""What must hold on every day of the simulated year, checked against the world and not with the engine's own functions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from collections_app.engine.calendar import is_business_day
from tests.unit.year.collecting import IN_HAND, WAITING, Collecting, Message
from tests.unit.year.world import CALENDARS, GAPS, Item, World

CONTACTS = ("Email", "SMS", "Letter")
QUIET_ON_DAYS_OFF = ("Email", "SMS")
PER_DAY, PER_WEEK = 1, 2
# how many days something due may wait for a person's approval; and, where a message tried again was held because one of its
# items was paid, promised, disputed or paused meanwhile, for the others to be planned anew
REPLANNED = 6
PATIENCE = {
	"approval_missing": 30,
	**dict.fromkeys(("paid_meanwhile", "promise_open", "dispute_open", "invoice_paused"), REPLANNED),
}


@dataclass(frozen=True)
class Violation:
	rule: str
	day: date
	what: str


@dataclass
class Done:
	plan: str
	step: str
	level: int
	day: date


class Invariants:
	"""`check` after each day's run; the history is its own."""

	def __init__(self, world: World, collecting: Collecting):
		self.world, self.collecting = world, collecting
		self.violations: list[Violation] = []
		self.done: dict[str, list[Done]] = defaultdict(list)
		self.contacts: dict[str, list[date]] = defaultdict(list)
		self.wait_since: dict[str, date] = {}

	def check(self, out: list[Message] | None) -> None:
		"""`out`: what went out today; None: no run."""
		day = self.world.day
		for rule, what in self.broken(out):
			self.violations.append(Violation(rule, day, what))
		for message in out or ():
			self.note(message)

	def note(self, message: Message) -> None:
		action = message.action
		if action.channel in CONTACTS:
			self.contacts[action.customer].append(self.world.day)
		for line in action.items:
			self.done[line.item].append(Done(action.plan, line.step, line.level, self.world.day))

	def broken(self, out: list[Message] | None) -> Iterator[tuple[str, str]]:
		if out is None:
			return
		yield from self.settled_promises()
		places = self.places()
		for message in out:
			yield from self.about_items(message, places)
			yield from self.about_message(message)
		yield from self.one_each(out)
		yield from self.limits(out)
		yield from self.lost(out, places)

	def settled_promises(self) -> Iterator[tuple[str, str]]:
		"""Kept, partly kept and broken are what the customer did."""
		for promise in self.world.promises:
			judged = self.collecting.promise_status.get(promise.name)
			truth = self.world.status_of(promise)
			if judged is not None and judged != truth:
				yield "promise judged", f"{promise.name}: {judged}, {truth} in truth"

	def places(self) -> dict[str, list]:
		plans: dict[str, list] = defaultdict(list)
		for step in self.world.steps():
			plans[step.plan].append(step)
		return {plan: sorted(steps, key=lambda one: one.level) for plan, steps in plans.items()}

	def next_place(self, item: Item, plan: str, places: dict[str, list]) -> int:
		"""Place in the plan, as it stands today, of the step that comes next for the item."""
		steps = places[plan]
		place = 0
		for done in self.done.get(item.name, ()):
			names = [step.step for step in steps]
			if done.step in names:
				place = max(place, names.index(done.step) + 1)
			else:
				place = max(place, sum(step.level <= done.level for step in steps))
		while item.due < self.world.day and place < len(steps) and steps[place].trigger_days < 0:
			place += 1
		return place

	def about_items(self, message: Message, places: dict[str, list]) -> Iterator[tuple[str, str]]:
		action, world = message.action, self.world
		for line in action.items:
			item = world.items[line.item]
			what = f"{line.item} {line.step} to {action.customer}"
			if item.open <= 0:
				yield "chased after payment", what
			elif item.open != round(line.outstanding * 100):
				yield "old amount", what
			if world.promised(item):
				yield "promised", what
			if item.dispute_until:
				yield "disputed", what
			if self.paused(item):
				yield "paused", what
			before = self.done.get(line.item, ())
			if any(done.step == line.step for done in before):
				yield "step twice", what
			if before and (world.day - before[-1].day).days < GAPS[action.plan]:
				yield "gap", what
			place = self.next_place(item, action.plan, places)
			if place >= len(places[action.plan]) or places[action.plan][place].step != line.step:
				yield "level skipped", f"{what}, place {place}"

	def paused(self, item: Item) -> bool:
		world = self.world
		until = [
			item.paused_until,
			world.customers[item.debtor].paused_until,
			world.customers[item.receiver].paused_until,
			world.plan_paused_until if self.plan_of(item) == "Standard" else None,
		]
		return any(one and world.day <= one for one in until)

	def plan_of(self, item: Item) -> str:
		customer = self.world.customers[item.receiver]
		return customer.override or ("Key" if customer.group == "Key" else "Standard")

	def about_message(self, message: Message) -> Iterator[tuple[str, str]]:
		action, world = message.action, self.world
		what = f"{action.step} to {action.customer}"
		if world.feed_is_stale:
			yield "stale feed", what
		country = world.customers[action.customer].country
		if action.channel in QUIET_ON_DAYS_OFF and not is_business_day(world.day, CALENDARS[country]):
			yield "day off", what
		if action.channel == "Email" and not world.customers[action.customer].email:
			yield "no address", what
		if action.requires_approval and not message.approved:
			yield "not approved", what
		oldest = min(action.items, key=lambda line: (line.due_date, -line.level, line.item))
		if (action.level, action.step) != (oldest.level, oldest.step):
			yield "level of the oldest item", what
		lines = [(line.currency, world.items[line.item].receiver) for line in action.items]
		if any(line != (action.currency, action.customer) for line in lines):
			yield "other customer or currency", what
		if round(action.total * 100) != sum(world.items[line.item].open for line in action.items):
			yield "total", what

	def one_each(self, out: list[Message]) -> Iterator[tuple[str, str]]:
		kinds = Counter(
			(one.action.customer, one.action.currency, one.action.channel, one.action.language) for one in out
		)
		yield from (("one message", str(kind)) for kind, count in kinds.items() if count > 1)
		items = Counter(line.item for one in out for line in one.action.items)
		yield from (("two steps on a day", item) for item, count in items.items() if count > 1)

	def limits(self, out: list[Message]) -> Iterator[tuple[str, str]]:
		today = Counter(one.action.customer for one in out if one.action.channel in CONTACTS)
		for customer, count in today.items():
			week = count + self.contacts_since(customer, 6)
			if count > PER_DAY:
				yield "contacts per day", customer
			if week > PER_WEEK:
				yield "contacts per week", customer

	def contacts_since(self, customer: str, days: int) -> int:
		first = self.world.day - timedelta(days=days)
		return sum(day >= first for day in self.contacts.get(customer, ()))

	def lost(self, out: list[Message], places: dict[str, list]) -> Iterator[tuple[str, str]]:
		"""What is due and has nothing in its way goes out today, and nothing waits for ever."""
		world, messages = self.world, self.collecting.messages
		if world.feed_is_stale:
			return
		sent = {line.item for one in out for line in one.action.items}
		# one that failed or is uncertain has used up the day's contact as well
		tried = [*out, *(one for one in messages if one.tried_on == world.day)]
		reached = {one.action.customer for one in tried if one.action.channel in CONTACTS}
		in_hand = {line.item for one in messages if one.status in IN_HAND for line in one.action.items}
		waits = {line.item: one for one in messages if one.status in WAITING for line in one.action.items}
		owed = self.owed(in_hand)
		waiting = set()
		for item in world.items.values():
			if item.open <= 0 or item.name in sent or item.name in in_hand:
				continue
			step = self.step_due(item, places)
			if step is None or not self.owes(item, step, owed):
				continue
			message = waits.get(item.name)
			patience = max((PATIENCE.get(code, 0) for code in message.held), default=0) if message else 0
			if patience:
				waiting.add(item.name)
				if (world.day - self.wait_since.setdefault(item.name, world.day)).days > patience:
					yield "waits for ever", f"{item.name} {step.step}"
			elif not self.is_held_up(item, step, reached):
				yield "lost", f"{item.name} {step.step} of {item.receiver}"
		self.wait_since = {name: since for name, since in self.wait_since.items() if name in waiting}

	def step_due(self, item: Item, places: dict[str, list]):
		"""The step the item is due for today, if nothing covers it."""
		world = self.world
		if world.promised(item) or item.dispute_until or self.paused(item):
			return None
		plan = self.plan_of(item)
		place = self.next_place(item, plan, places)
		if place >= len(places[plan]):
			return None
		step = places[plan][place]
		trigger = item.due + timedelta(days=step.trigger_days)
		if step.business_days:
			trigger, left = item.due, step.trigger_days
			calendar = CALENDARS[world.customers[item.receiver].country]
			while left:
				trigger += timedelta(days=1)
				left -= is_business_day(trigger, calendar)
		before = self.done.get(item.name)
		if before:
			trigger = max(trigger, before[-1].day + timedelta(days=GAPS[plan]))
		return step if trigger <= world.day else None

	def owed(self, in_hand: set[str]) -> dict[tuple[str, str], int]:
		"""Cents per customer and currency: overdue and chaseable, less all credits."""
		owed: dict[tuple[str, str], int] = defaultdict(int)
		for item in self.world.items.values():
			covered = self.world.promised(item) or item.dispute_until or item.name in in_hand
			if item.open < 0 or (item.open and item.due < self.world.day and not covered):
				if item.open < 0 or not self.paused(item):
					owed[item.receiver, item.currency] += item.open
		return owed

	def owes(self, item: Item, step, owed: dict) -> bool:
		"""Enough for the step; where other items due today decide it, the day is let pass."""
		total = owed.get((item.receiver, item.currency), 0)
		total += item.open if item.due >= self.world.day else 0
		return total > 0 and total >= step.minimum_amount * 100

	def is_held_up(self, item: Item, step, reached: set[str]) -> bool:
		customer = self.world.customers[item.receiver]
		day_off = not is_business_day(self.world.day, CALENDARS[customer.country])
		if step.channel in QUIET_ON_DAYS_OFF and day_off:
			return True
		if step.channel == "Email" and not customer.email:
			return True
		if step.channel not in CONTACTS:
			return False
		return item.receiver in reached or self.contacts_since(item.receiver, 6) >= PER_WEEK
