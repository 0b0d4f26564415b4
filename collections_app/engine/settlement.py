"""What a payment settles first: costs, interest or principal; and the account of one invoice over its payments.

Without another agreement German law takes costs, then interest, then the principal (§ 367 BGB). Settled the
other way round, costs and interest stay due after the principal is paid: the account keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from collections_app.engine.interest import ACTUAL_365, as_date, late_interest, round_half_up
from collections_app.engine.interest_rates import RateTable
from collections_app.engine.money import AmountError, from_minor_decimal, to_minor

COSTS, INTEREST, PRINCIPAL = "costs", "interest", "principal"
COSTS_FIRST = (COSTS, INTEREST, PRINCIPAL)
PRINCIPAL_FIRST = (PRINCIPAL, INTEREST, COSTS)
PARTS = COSTS_FIRST


class SettlementError(ValueError):
	"""An order or an amount that cannot be settled. The message names it."""


@dataclass(frozen=True)
class Settlement:
	"""How one payment was divided, and what is still open of each part. Integer minor units."""

	costs: int
	interest: int
	principal: int
	unapplied: int
	open_costs: int
	open_interest: int
	open_principal: int


@dataclass(frozen=True)
class AccountEntry:
	"""One payment (below zero: taken back) of an account, how it was divided, and what is open after it."""

	date: date
	amount: Decimal
	costs: Decimal
	interest: Decimal
	principal: Decimal
	unapplied: Decimal
	open_costs: Decimal
	open_interest: Decimal
	open_principal: Decimal


@dataclass(frozen=True)
class InvoiceAccount:
	"""An invoice with its charges on a day, in its currency.

	Of each part what was charged = what the entries settled + what is open. `unapplied`: paid beyond
	everything due on the day of the payment, for a person to refund or to allocate.
	"""

	currency: str
	costs_charged: Decimal
	interest_charged: Decimal
	open_costs: Decimal
	open_interest: Decimal
	open_principal: Decimal
	unapplied: Decimal
	entries: tuple[AccountEntry, ...]

	@property
	def open_total(self) -> Decimal:
		return self.open_costs + self.open_interest + self.open_principal


def settle_order(
	payment: int, costs: int, interest: int, principal: int, order: Sequence[str] = COSTS_FIRST
) -> Settlement:
	"""Divide a payment over what is due, in that order; what exceeds it all is unapplied.

	All amounts are integer minor units of one currency, zero or more; their sum is kept to the unit:
	payment = costs + interest + principal + unapplied of the result. `order`: the three parts, first to be
	settled first (COSTS_FIRST or PRINCIPAL_FIRST).
	SettlementError for another order, or an amount that is no integer or below zero.
	"""
	due = {COSTS: costs, INTEREST: interest, PRINCIPAL: principal}
	for name, amount in {"payment": payment, **due}.items():
		if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
			raise SettlementError(f"{name} must be minor units, an integer of 0 or more: {amount!r}")
	settled, left = {}, payment
	for part in _checked(order):
		settled[part] = min(left, due[part])
		left -= settled[part]
	return Settlement(
		**settled, unapplied=left, **{f"open_{part}": due[part] - settled[part] for part in PARTS}
	)


def invoice_account(
	principal: Any,
	currency: str,
	due_date: date,
	as_of: date,
	rates: RateTable,
	country: str,
	payments: Iterable[tuple[date, Any]] = (),
	costs: Iterable[tuple[date, Any]] = (),
	order: Sequence[str] = COSTS_FIRST,
	day_count: str = ACTUAL_365,
) -> InvoiceAccount:
	"""The account of one invoice on `as_of`, its payments settled in `order`.

	Interest runs on the principal that is really left, up to and including the day of each payment, and is
	not charged on interest or costs. `payments`, `costs`: (date, amount) in major units of `currency`;
	those after `as_of` do not count. Costs (indemnity, dunning fees) are due before a payment of the same
	day. A payment below zero takes back the latest ones, last settled part first; the principal bears
	interest again from the next day.
	SettlementError, InterestError or RateError naming what is wrong.
	"""
	owed = _minor(principal, currency, "principal")
	due_date, as_of = as_date(due_date, "due_date"), as_date(as_of, "as_of")
	account = _Account(_checked(order), {COSTS: 0, INTEREST: 0, PRINCIPAL: owed})
	fees = _events(costs, currency, "cost", as_of)
	for day, amount in fees:
		if amount < 0:
			raise SettlementError(f"cost of {day} must not be negative")
	exact, charged, reached = Fraction(0), 0, due_date
	entries = []
	for day, amount in [*_events(payments, currency, "payment", as_of), (as_of, 0)]:
		while fees and fees[0][0] <= day:
			account.open[COSTS] += fees.pop(0)[1]
		left = from_minor_decimal(account.open[PRINCIPAL], currency)
		run = late_interest(left, currency, due_date, day, rates, country, day_count=day_count, since=reached)
		exact, reached = exact + run.exact_minor, day
		account.open[INTEREST] += round_half_up(exact) - charged
		charged = round_half_up(exact)
		if amount:
			settled = account.settle(amount) if amount > 0 else account.take_back(-amount, day)
			values = [amount, *settled, *(account.open[part] for part in PARTS)]
			entries.append(AccountEntry(day, *(from_minor_decimal(value, currency) for value in values)))
	costs_charged = account.open[COSTS] + account.settled(COSTS)
	totals = (costs_charged, charged, *(account.open[part] for part in PARTS), account.settled("unapplied"))
	return InvoiceAccount(
		currency, *(from_minor_decimal(value, currency) for value in totals), tuple(entries)
	)


@dataclass
class _Account:
	"""What is open of each part, and what each payment still settles of it, oldest first."""

	order: tuple[str, ...]
	open: dict[str, int]
	paid: list[dict[str, int]] = field(default_factory=list)

	def settled(self, part: str) -> int:
		return sum(payment[part] for payment in self.paid)

	def settle(self, amount: int) -> list[int]:
		result = settle_order(amount, **self.open, order=self.order)
		shares = {part: getattr(result, part) for part in (*PARTS, "unapplied")}
		for part in PARTS:
			self.open[part] -= shares[part]
		self.paid.append(shares)
		return list(shares.values())

	def take_back(self, amount: int, day: date) -> list[int]:
		shares = dict.fromkeys((*PARTS, "unapplied"), 0)
		for payment in reversed(self.paid):
			for part in ("unapplied", *reversed(self.order)):
				taken = min(amount, payment[part])
				amount -= taken
				payment[part] -= taken
				shares[part] -= taken
				if part in self.open:
					self.open[part] += taken
		if amount:
			raise SettlementError(f"payment of {day}: more is taken back than was paid")
		return list(shares.values())


def _checked(order: Sequence[str]) -> tuple[str, ...]:
	if sorted(order) != sorted(PARTS):
		raise SettlementError(f"order must name {', '.join(PARTS)} once each: {order!r}")
	return tuple(order)


def _events(events: Iterable[tuple[date, Any]], currency: str, name: str, as_of: date) -> list:
	"""(date, minor units) up to `as_of` by date; on one day what comes in before what is taken back."""
	known = [(as_date(day, name), _minor(amount, currency, f"{name} of {day}")) for day, amount in events]
	return sorted((event for event in known if event[0] <= as_of), key=lambda event: (event[0], -event[1]))


def _minor(amount: Any, currency: str, name: str) -> int:
	try:
		return to_minor(amount, currency)
	except AmountError as error:
		raise SettlementError(f"{name}: {error}") from None
