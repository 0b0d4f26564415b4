"""Promises to pay: kept, partly kept or broken, decided from the payments the ledger shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from collections_app.engine.frames import as_day, days, require_columns
from collections_app.engine.money import AmountError, from_minor, to_minor
from collections_app.engine.reasons import Reason

OPEN = "Open"
KEPT = "Kept"
PARTLY_KEPT = "Partly Kept"
BROKEN = "Broken"
# of an instalment that is awaited no more, because one before it was missed
CANCELLED = "Cancelled"
STATUSES = (OPEN, KEPT, PARTLY_KEPT, BROKEN)

PROMISE_COLUMNS = ("promise", "customer", "promised_on", "due_on", "amount", "currency", "items")
PAYMENT_COLUMNS = ("customer", "item", "date", "amount", "currency")
RESULT_COLUMNS = ("promise", "status", "paid_amount", "instalments", "reason")


def settle(
	promises: pd.DataFrame,
	payments: pd.DataFrame,
	as_of: date,
	grace_days: int = 0,
	credits: pd.DataFrame | None = None,
) -> pd.DataFrame:
	"""The status of each promise on `as_of`.

	`promises`: promise (id), customer, promised_on, due_on, amount, currency, items (ids of the promised
	invoices; empty = anything the customer owes in that currency); where known, instalments (a list of
	(due_on, amount), dates rising, adding up to amount; empty: the whole amount on due_on) and open_amount
	(what was open on the items when it was promised). `payments` and `credits` (credit notes): customer, item
	(id of the invoice), date, amount (> 0 paid or credited, < 0 taken back), currency; amounts in the
	invoice's currency.

	**Payments.** One counts when dated from promised_on to due_on + grace_days of the instalment, and not after
	`as_of`, on the promise's own invoices and in its currency. Each payment counts once: where promises or
	instalments share an invoice, the one due first takes from it first, so give all promises that share
	invoices, settled ones too. An amount taken back cancels the latest earlier payments of that invoice.

	**Credit notes** pay nothing and break nothing: no more is promised than was open less what was credited
	(without open_amount, the promised amount less what was credited), the last instalment being reduced first.
	A promise whose items were settled in full in time, however, is kept.

	**Status.** Kept as soon as every instalment's amount is reached. An instalment whose day and grace have
	passed without it is missed: Partly Kept when something was paid for it, else Broken. The first missed one
	ends the promise at once and gives it its status; later instalments are Cancelled and take no payment.
	Otherwise Open.

	Returns one row per promise, in the given order: promise, status, paid_amount (counted for it, at most its
	amount), instalments (a list of (status, paid_amount), one even where none was agreed), reason:
	promise_kept(paid, amount, currency, paid_on), promise_credited(credited, amount, currency) where nothing was
	left to pay, promise_open, promise_partly_kept, promise_broken (paid, amount, currency, due_on),
	promise_instalment_missed (the same with number and count) of several instalments, promise_invalid(field) for
	a promise without a usable amount or date: it stays Open.
	FrameError for missing columns.
	"""
	require_columns(promises, PROMISE_COLUMNS, "promises")
	require_columns(payments, PAYMENT_COLUMNS, "payments")
	day = as_day(as_of)
	grace = pd.Timedelta(days=int(grace_days))
	paid = _Ledger(payments, day)
	credited = _Ledger(payments.iloc[:0] if credits is None else credits, day)
	records = promises.assign(
		promised_on=days(promises["promised_on"]), due_on=days(promises["due_on"])
	).to_dict("records")
	agreed = [_Promise.read(record, paid, credited) for record in records]
	parts = [(promise, number) for promise in agreed for number in range(len(promise.parts))]
	parts.sort(key=lambda one: one[0].order(one[1]))
	for promise, number in parts:
		promise.judge(number, day, grace)
	return pd.DataFrame([promise.result() for promise in agreed], columns=list(RESULT_COLUMNS))


class _Ledger:
	"""Payments or credit notes as small lists [date, minor units left], by item and by customer, in a currency.

	Both indexes hold the same lists, so that what one promise takes is gone for the others.
	"""

	def __init__(self, entries: pd.DataFrame, day: pd.Timestamp):
		require_columns(entries, PAYMENT_COLUMNS, "credits")
		known = entries.assign(date=days(entries["date"]))
		known = known[(known["date"] <= day) & known["amount"].notna()].sort_values("date", kind="stable")
		self.by_item: dict[tuple, list[list]] = defaultdict(list)
		self.by_customer: dict[tuple, list[list]] = defaultdict(list)
		for row in known[list(PAYMENT_COLUMNS)].itertuples(index=False):
			minor = to_minor(row.amount, row.currency)
			if minor < 0:
				_take_back(self.by_item[row.item, row.currency], -minor)
				continue
			entry = [row.date, minor]
			self.by_item[row.item, row.currency].append(entry)
			self.by_customer[row.customer, row.currency].append(entry)
		# what came in altogether, before any promise takes from it
		self.gross = {key: [tuple(entry) for entry in found] for key, found in self.by_item.items()}

	def entries(self, customer: str, items: Iterable[str], currency: str) -> list[list]:
		"""Of these items; without any, of the customer."""
		if not items:
			return self.by_customer.get((customer, currency), [])
		found = [entry for item in items for entry in self.by_item.get((item, currency), [])]
		return sorted(found, key=lambda entry: entry[0])

	def total(self, items: Iterable[str], currency: str, first: pd.Timestamp, last: pd.Timestamp) -> int:
		"""What came in on these items from the first to the last day."""
		found = (entry for item in items for entry in self.gross.get((item, currency), ()))
		return sum(minor for when, minor in found if first <= when <= last)


def _take_back(entries: list[list], minor: int) -> None:
	for entry in reversed(entries):
		taken = min(entry[1], minor)
		entry[1] -= taken
		minor -= taken


@dataclass
class _Promise:
	"""One promise while it is judged; amounts in minor units. `wrong`: the field that cannot be used."""

	record: dict[str, Any]
	items: tuple[str, ...]
	parts: list[tuple[pd.Timestamp, int]]
	open_amount: int | None
	paid_ledger: _Ledger
	credit_ledger: _Ledger
	wrong: str | None = None
	paid: list[int] = field(default_factory=list)
	status: list[str] = field(default_factory=list)
	paid_on: pd.Timestamp | None = None
	credited: int = 0
	missed: int | None = None

	@classmethod
	def read(cls, record: dict[str, Any], paid: _Ledger, credited: _Ledger) -> _Promise:
		amount, wrong = _checked(record)
		given = record.get("instalments")
		parts = [(record["due_on"], amount)]
		if not wrong and isinstance(given, list | tuple) and given:
			try:
				parts = [(as_day(when), to_minor(part, record["currency"])) for when, part in given]
			except (AmountError, TypeError, ValueError):
				wrong = "instalments"
			else:
				wrong = _wrong_parts(parts, amount)
		opened = record.get("open_amount")
		known = opened is not None and not pd.isna(opened) and not wrong
		promise = cls(
			record=record,
			items=_items(record["items"]),
			parts=[] if wrong else parts,
			open_amount=to_minor(opened, record["currency"]) if known else None,
			paid_ledger=paid,
			credit_ledger=credited,
			wrong=wrong,
		)
		promise.paid = [0] * len(promise.parts)
		promise.status = [OPEN] * len(promise.parts)
		return promise

	@property
	def currency(self) -> str:
		return self.record["currency"]

	@property
	def amount(self) -> int:
		return sum(part for _when, part in self.parts)

	def order(self, number: int) -> tuple:
		"""The one due first takes first."""
		return (
			self.parts[number][0],
			self.record["promised_on"],
			str(self.record["promise"]),
			number,
		)

	def judge(self, number: int, day: pd.Timestamp, grace: pd.Timedelta) -> None:
		if self.missed is not None:
			self.status[number] = CANCELLED
			return
		last_day = self.parts[number][0] + grace
		wanted = self.wanted(number, last_day)
		self.take(number, wanted, last_day)
		if self.paid[number] >= wanted or self.settled_by(last_day):
			self.status[number] = KEPT
		elif day > last_day:
			self.missed = number
			self.status[number] = PARTLY_KEPT if self.paid[number] else BROKEN

	def wanted(self, number: int, last_day: pd.Timestamp) -> int:
		"""The instalment's amount less what a credit note took off the promise by then; the last one loses first."""
		entries = self.credit_ledger.entries(self.record["customer"], self.items, self.currency)
		credited = sum(minor for when, minor in entries if self.record["promised_on"] <= when <= last_day)
		opened = self.amount if self.open_amount is None else self.open_amount
		left = max(0, min(self.amount, opened - credited)) if credited else self.amount
		self.credited = max(self.credited, self.amount - left)
		before = sum(part for _when, part in self.parts[:number])
		return max(0, min(self.parts[number][1], left - before))

	def take(self, number: int, wanted: int, last_day: pd.Timestamp) -> None:
		for entry in self.paid_ledger.entries(self.record["customer"], self.items, self.currency):
			missing = wanted - self.paid[number]
			if missing > 0 and entry[1] > 0 and self.record["promised_on"] <= entry[0] <= last_day:
				taken = min(entry[1], missing)
				entry[1] -= taken
				self.paid[number] += taken
				self.paid_on = max(self.paid_on or entry[0], entry[0])

	def settled_by(self, last_day: pd.Timestamp) -> bool:
		"""Whether nothing was open on the items any more: then there is nothing left to keep."""
		if not self.items or not self.open_amount or self.open_amount <= 0:
			return False
		span = (self.items, self.currency, self.record["promised_on"], last_day)
		return self.paid_ledger.total(*span) + self.credit_ledger.total(*span) >= self.open_amount

	def result(self) -> dict[str, Any]:
		status, reason = self.verdict()
		return {
			"promise": self.record["promise"],
			"status": status,
			"paid_amount": from_minor(sum(self.paid), self.currency),
			"instalments": [
				(one, from_minor(paid, self.currency))
				for one, paid in zip(self.status, self.paid, strict=True)
			],
			"reason": reason,
		}

	def verdict(self) -> tuple[str, Reason]:
		if self.wrong:
			return OPEN, Reason("promise_invalid", {"field": self.wrong})
		values = {
			"paid": from_minor(sum(self.paid), self.currency),
			"amount": from_minor(self.amount, self.currency),
			"currency": self.currency,
		}
		if self.missed is not None:
			status, due_on = self.status[self.missed], self.parts[self.missed][0]
			values["due_on"] = due_on
			if len(self.parts) > 1:
				values |= {"number": self.missed + 1, "count": len(self.parts)}
				return status, Reason("promise_instalment_missed", values)
			return status, Reason(
				"promise_partly_kept" if status == PARTLY_KEPT else "promise_broken", values
			)
		if all(one == KEPT for one in self.status):
			if self.paid_on is not None:
				return KEPT, Reason("promise_kept", {**values, "paid_on": self.paid_on})
			del values["paid"]
			credited = from_minor(self.credited, self.currency)
			return KEPT, Reason("promise_credited", {**values, "credited": credited})
		values["due_on"] = next(
			when for (when, _part), one in zip(self.parts, self.status, strict=True) if one == OPEN
		)
		return OPEN, Reason("promise_open", values)


def _items(items: Any) -> tuple[str, ...]:
	items = [items] if isinstance(items, str) and items else items
	if not isinstance(items, list | tuple | set | frozenset):
		return ()
	return tuple(dict.fromkeys(items))


def _checked(promise: dict[str, Any]) -> tuple[int, str | None]:
	"""The amount in minor units, and the name of the first field that cannot be used (None when all can)."""
	for name in ("promised_on", "due_on"):
		if pd.isna(promise[name]):
			return 0, name
	try:
		amount = to_minor(promise["amount"], promise["currency"])
	except AmountError:
		return 0, "amount"
	return amount, None if amount > 0 else "amount"


def _wrong_parts(parts: list[tuple[pd.Timestamp, int]], amount: int) -> str | None:
	"""Instalments rise in date, are above zero and add up to the amount; else the field's name."""
	dates = [when for when, _part in parts]
	rising = all(not pd.isna(when) for when in dates) and dates == sorted(set(dates))
	fit = all(part > 0 for _when, part in parts) and sum(part for _when, part in parts) == amount
	return None if rising and fit else "instalments"
