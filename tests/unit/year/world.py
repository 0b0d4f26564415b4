"""A small world of customers who owe and pay, day by day, by chance with a seed. It knows the truth: what is open, promised,
disputed and paused. What the collections do about it is `collecting.py`, whether they did right `invariants.py`.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from collections_app.engine.calendar import Calendar, business_days_between
from collections_app.engine.promises import BROKEN, KEPT, OPEN, PARTLY_KEPT
from collections_app.engine.steps import Step

START = date(2024, 1, 1)
GRACE_DAYS = 3
STALE_AFTER = 2
CALENDARS = {
	"Germany": Calendar(
		frozenset({date(2024, 1, 1), date(2024, 5, 1), date(2024, 10, 3), date(2024, 12, 25)})
	),
	"France": Calendar(frozenset({date(2024, 1, 1), date(2024, 5, 8), date(2024, 7, 15), date(2024, 11, 1)})),
	"Israel": Calendar(weekend=frozenset({4, 5})),
}
LANGUAGES = ("en", "de", "fr")
# plan -> days between two steps of an item
GAPS = {"Standard": 5, "Key": 9}
PLAN_CHANGE, STEP_INSERTED, PLAN_PAUSE, MISSED_WEEK = 60, 80, range(50, 58), range(95, 102)
# what each day brings, per customer
INVOICES, PROMISES, DISPUTES, CREDITS, PAUSES, ON_ACCOUNT = (
	1 / 22,
	1 / 160,
	1 / 300,
	1 / 400,
	1 / 500,
	1 / 400,
)


def _step(plan: str, name: str, level: int, trigger: int, channel: str = "Email", **values) -> Step:
	letter = None if channel in ("Call", "Task") else f"Letter {name}"
	return Step(plan, f"{plan}-{name}", level, trigger, channel, letter, **values)


def steps_on(number: int) -> list[Step]:
	"""The steps of both plans on that day of the year: one is put in between on day STEP_INSERTED."""
	later = number >= STEP_INSERTED
	between = [_step("Standard", "friendly", 3, 7, minimum_amount=20.0)] if later else []
	return [
		_step("Standard", "before", 1, -3),
		_step("Standard", "first", 2, 2),
		*between,
		_step("Standard", "second", 3 + later, 14, "SMS"),
		_step("Standard", "call", 4 + later, 21, "Call"),
		_step("Standard", "final", 5 + later, 35, requires_approval=True),
		_step("Key", "first", 1, 3, business_days=True, minimum_amount=150.0),
		_step("Key", "second", 2, 15, "Letter"),
		_step("Key", "call", 3, 30, "Task"),
	]


@dataclass
class Customer:
	name: str
	receiver: str
	group: str
	language: str
	country: str
	email: str | None
	paused_until: date | None = None
	override: str | None = None


@dataclass(eq=False)
class Item:
	"""`open`: cents; below zero: a payment on account or a credit note. `script`: payments of older scripts are void."""

	name: str
	debtor: str
	receiver: str
	currency: str
	posted: date
	due: date
	open: int
	script: int = 0
	ledger: list[tuple[date, int, str]] = field(default_factory=list)
	paused_until: date | None = None
	dispute_until: date | None = None
	promise: Promise | None = None

	@property
	def voucher(self) -> str:
		return self.name.split("|")[1]


@dataclass(eq=False)
class Promise:
	"""`ends`: the day from which it is open no more; `outcome`: what it will have been. `parts`: (day, cents)."""

	name: str
	item: Item
	made: date
	parts: list[tuple[date, int]]
	ends: date
	outcome: str
	opened: int


class World:
	"""`morning` brings a day; the attributes say how things stand after it."""

	def __init__(self, customers: int, seed: int = 1):
		self.chance = random.Random(seed)
		self.day, self.number = START, -1
		self.customers: dict[str, Customer] = {}
		self.items: dict[str, Item] = {}
		self.items_of: dict[str, list[Item]] = defaultdict(list)
		self.promises: list[Promise] = []
		self.agenda: dict[date, list[tuple]] = defaultdict(list)
		self.last_statement = START
		self.plan_paused_until: date | None = None
		self.serial = 0
		for number in range(customers):
			self._add_customer(f"C{number:05d}")

	def _add_customer(self, name: str) -> None:
		chance = self.chance
		heads = [one for one in self.customers.values() if one.receiver == one.name]
		receiver = chance.choice(heads).name if heads and chance.random() < 0.04 else name
		self.customers[name] = Customer(
			name,
			receiver,
			group=chance.choices(("Small", "Key"), (8, 2))[0],
			language=chance.choice(LANGUAGES),
			country=chance.choice(list(CALENDARS)),
			email=None if chance.random() < 0.06 else f"{name}@example.com",
		)

	@property
	def runs_today(self) -> bool:
		"""Some runs are missed, and once those of a whole week."""
		return not (self.number in MISSED_WEEK or random.Random(self.number).random() < 0.05)

	@property
	def feed_is_stale(self) -> bool:
		return business_days_between(self.last_statement, self.day, CALENDARS["Germany"]) > STALE_AFTER

	def steps(self) -> list[Step]:
		return steps_on(self.number)

	def open_items(self) -> list[Item]:
		return [item for item in self.items.values() if item.open]

	def morning(self) -> None:
		self.number += 1
		self.day = START + timedelta(days=self.number)
		self._bank_and_plans()
		for what, *values in self.agenda.pop(self.day, ()):
			getattr(self, f"_{what}")(*values)
		names = list(self.customers)
		for happening, rate in (
			(self._invoice, INVOICES),
			(self._promise, PROMISES),
			(self._dispute, DISPUTES),
			(self._credit_note, CREDITS),
			(self._pause, PAUSES),
			(self._on_account, ON_ACCOUNT),
		):
			expected = rate * len(names)
			count = int(expected) + (self.chance.random() < expected % 1)
			for name in self.chance.choices(names, k=count):
				happening(self.customers[name])

	def _bank_and_plans(self) -> None:
		outage = self.number % 60 in range(30, 37)
		if not outage and self.day.weekday() < 5:
			self.last_statement = self.day
		if self.number == PLAN_PAUSE.start:
			self.plan_paused_until = START + timedelta(days=PLAN_PAUSE.stop - 1)
		if self.number == PLAN_CHANGE:
			for customer in self.customers.values():
				if customer.group == "Small" and self.chance.random() < 0.1:
					customer.override = "Key"
		for customer in self.customers.values() if self.number % 30 == 29 else ():
			# what a person had to mend is mended
			customer.email = customer.email or f"{customer.name}@example.com"

	def _later(self, days: int, *event) -> None:
		self.agenda[self.day + timedelta(days=max(1, days))].append(event)

	def _new_item(self, customer: Customer, due_in: int, cents: int, kind: str = "Sales Invoice") -> Item:
		self.serial += 1
		currency = "USD" if self.serial % 9 == 0 else "EUR"
		name = f"{kind}|N{self.serial:06d}|"
		due = self.day + timedelta(days=due_in)
		item = Item(name, customer.name, customer.receiver, currency, self.day, due, cents)
		self.items[name] = item
		self.items_of[customer.name].append(item)
		return item

	def _invoice(self, customer: Customer) -> None:
		terms = self.chance.choice((0, 10, 14, 30))
		item = self._new_item(customer, terms, int(self.chance.lognormvariate(9.5, 1.3)) + 1)
		self._plan_payment(item, terms)

	def _plan_payment(self, item: Item, terms: int) -> None:
		chance, whole = self.chance, item.open
		late = terms + chance.randint(1, 45)
		kind = chance.choices(("on time", "late", "part", "returned", "never"), (38, 34, 12, 6, 10))[0]
		if kind == "on time":
			self._later(terms - chance.randint(0, 3), "pay", item, item.script, whole)
		elif kind == "late":
			self._later(late, "pay", item, item.script, whole)
		elif kind == "part":
			first = max(1, whole * chance.randint(2, 8) // 10)
			self._later(terms + chance.randint(0, 20), "pay", item, item.script, first)
			self._later(late + 20, "pay", item, item.script, whole)
		elif kind == "returned":
			self._later(terms, "pay", item, item.script, whole)
			self._later(terms + 5, "pay", item, item.script, -whole)
			self._later(late + 15, "pay", item, item.script, whole)
		else:
			self._later(terms + 110, "write_off", item, item.script)

	def _pay(self, item: Item, script: int, cents: int) -> None:
		cents = min(cents, item.open) if cents > 0 else cents
		if script == item.script and cents:
			item.open -= cents
			item.ledger.append((self.day, cents, "payment"))

	def _write_off(self, item: Item, script: int) -> None:
		if script == item.script:
			self._credit(item, item.open)

	def _credit(self, item: Item, cents: int) -> None:
		item.open -= cents
		item.ledger.append((self.day, cents, "credit"))

	def _late_item(self, customer: Customer) -> Item | None:
		"""One that is overdue, neither promised nor in dispute, and did not change today."""
		free = [
			item
			for item in self.items_of[customer.name]
			if item.open > 1
			and item.due < self.day
			and not self.promised(item)
			and not item.dispute_until
			and not (item.ledger and item.ledger[-1][0] == self.day)
		]
		return self.chance.choice(free) if free else None

	def promised(self, item: Item) -> bool:
		return item.promise is not None and self.day < item.promise.ends

	def _promise(self, customer: Customer) -> None:
		item = self._late_item(customer)
		if not item:
			return
		item.script += 1
		first = self.chance.randint(4, 14)
		whole = item.open
		parts = [(first, whole)]
		if self.chance.random() < 0.3:
			parts = [(first, whole // 2), (first + 15, whole - whole // 2)]
		outcome = self.chance.choices((KEPT, BROKEN, PARTLY_KEPT), (5, 3, 2))[0]
		missed = None if outcome == KEPT else self.chance.randrange(len(parts))
		ends = 0
		for number, (due_in, cents) in enumerate(parts):
			if number == missed:
				ends = due_in + GRACE_DAYS + 1
				if outcome == PARTLY_KEPT and cents > 1:
					self._later(due_in, "pay", item, item.script, cents // 2)
				elif outcome == PARTLY_KEPT:
					outcome = BROKEN
				break
			ends = max(1, due_in + self.chance.randint(-2, GRACE_DAYS))
			self._later(ends, "pay", item, item.script, cents)
		if missed is not None:
			self._later(ends + self.chance.randint(5, 60), "pay", item, item.script, whole)
		days = [(self.day + timedelta(days=due_in), cents) for due_in, cents in parts]
		self.serial += 1
		item.promise = Promise(
			f"P{self.serial}", item, self.day, days, self.day + timedelta(days=ends), outcome, whole
		)
		self.promises.append(item.promise)

	def status_of(self, promise: Promise) -> str:
		return promise.outcome if self.day >= promise.ends else OPEN

	def _dispute(self, customer: Customer) -> None:
		item = self._late_item(customer)
		if item:
			until = self.chance.randint(8, 40)
			item.dispute_until = self.day + timedelta(days=until)
			self._later(until, "answer", item)

	def _answer(self, item: Item) -> None:
		item.dispute_until = None
		if item.open > 0 and self.chance.random() < 0.3:
			self._credit(item, item.open)

	def _credit_note(self, customer: Customer) -> None:
		item = self._late_item(customer)
		if item:
			self._credit(item, item.open // 3)

	def _on_account(self, customer: Customer) -> None:
		"""A payment nobody could match, until someone does."""
		item = self._new_item(customer, 0, -int(self.chance.lognormvariate(9, 1)) - 1, "Payment Entry")
		self._later(12, "pay", item, item.script, item.open)

	def _pause(self, customer: Customer) -> None:
		until = self.day + timedelta(days=self.chance.randint(3, 20))
		item = self._late_item(customer)
		if item and self.chance.random() < 0.5:
			item.paused_until = until
		else:
			customer.paused_until = until
