"""Promises to pay: kept, partly kept or broken, decided from the payments the ledger shows."""

from __future__ import annotations

from collections import defaultdict
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
STATUSES = (OPEN, KEPT, PARTLY_KEPT, BROKEN)

PROMISE_COLUMNS = ("promise", "customer", "promised_on", "due_on", "amount", "currency", "items")
PAYMENT_COLUMNS = ("customer", "item", "date", "amount", "currency")


def settle(promises: pd.DataFrame, payments: pd.DataFrame, as_of: date, grace_days: int = 0) -> pd.DataFrame:
	"""The status of each promise on `as_of`.

	`promises`: promise (id), customer, promised_on, due_on, amount, currency, items (ids of the promised
	invoices; empty = anything the customer owes in that currency). `payments`: customer, item (id of the
	invoice it settles), date, amount (> 0 paid, < 0 taken back), currency; amounts in the invoice's
	currency.

	A payment counts when dated from promised_on to due_on + grace_days, and not after `as_of`, on the
	promise's own invoices and in its currency. Each payment counts once: where promises share an invoice
	(instalments), the one due first takes from it first, so give all promises that share invoices, settled
	ones too. An amount taken back cancels the latest earlier payments of that invoice.
	Kept as soon as the amount is reached; before due_on + grace_days has passed otherwise Open; after it
	Partly Kept when something was paid, else Broken.

	Returns one row per promise, in the given order: promise, status, paid_amount (counted for it, at most
	its amount), reason: promise_kept(paid, amount, currency, paid_on), promise_open, promise_partly_kept,
	promise_broken (paid, amount, currency, due_on), promise_invalid(field) for a promise without a usable
	amount or date: it stays Open.
	FrameError for missing columns.
	"""
	require_columns(promises, PROMISE_COLUMNS, "promises")
	require_columns(payments, PAYMENT_COLUMNS, "payments")
	day = as_day(as_of)
	records = promises.assign(
		promised_on=days(promises["promised_on"]), due_on=days(promises["due_on"])
	).to_dict("records")
	by_item, by_customer = _payments(payments, day)
	results: list[dict[str, Any] | None] = [None] * len(records)
	order = sorted(
		range(len(records)),
		key=lambda n: (str(records[n]["due_on"]), str(records[n]["promised_on"]), str(records[n]["promise"])),
	)
	for number in order:
		record = records[number]
		results[number] = _settle_one(record, by_item, by_customer, day, pd.Timedelta(days=int(grace_days)))
	return pd.DataFrame(results, columns=["promise", "status", "paid_amount", "reason"])


def _payments(payments: pd.DataFrame, day: pd.Timestamp) -> tuple[dict, dict]:
	"""Payments as small lists [date, minor units left], by (item, currency) and by (customer, currency).

	Both indexes hold the same lists, so that what one promise takes is gone for the others.
	"""
	known = payments.assign(date=days(payments["date"]))
	known = known[(known["date"] <= day) & known["amount"].notna()].sort_values("date", kind="stable")
	by_item: dict[tuple, list[list]] = defaultdict(list)
	by_customer: dict[tuple, list[list]] = defaultdict(list)
	for row in known[list(PAYMENT_COLUMNS)].itertuples(index=False):
		minor = to_minor(row.amount, row.currency)
		if minor < 0:
			_take_back(by_item[row.item, row.currency], -minor)
			continue
		entry = [row.date, minor]
		by_item[row.item, row.currency].append(entry)
		by_customer[row.customer, row.currency].append(entry)
	return by_item, by_customer


def _take_back(entries: list[list], minor: int) -> None:
	for entry in reversed(entries):
		taken = min(entry[1], minor)
		entry[1] -= taken
		minor -= taken


def _settle_one(
	promise: dict[str, Any], by_item: dict, by_customer: dict, day: pd.Timestamp, grace: pd.Timedelta
) -> dict[str, Any]:
	currency = promise["currency"]
	amount, wrong = _checked(promise)
	if wrong:
		return _result(promise, OPEN, 0, Reason("promise_invalid", {"field": wrong}))
	last_day = promise["due_on"] + grace
	paid, paid_on = 0, None
	for entry in _entries(promise, by_item, by_customer):
		if paid < amount and entry[1] > 0 and promise["promised_on"] <= entry[0] <= last_day:
			taken = min(entry[1], amount - paid)
			entry[1] -= taken
			paid += taken
			paid_on = entry[0]
	values = {
		"paid": from_minor(paid, currency),
		"amount": from_minor(amount, currency),
		"currency": currency,
	}
	if paid >= amount:
		return _result(promise, KEPT, paid, Reason("promise_kept", {**values, "paid_on": paid_on}))
	values["due_on"] = promise["due_on"]
	if day <= last_day:
		return _result(promise, OPEN, paid, Reason("promise_open", values))
	if paid:
		return _result(promise, PARTLY_KEPT, paid, Reason("promise_partly_kept", values))
	return _result(promise, BROKEN, paid, Reason("promise_broken", values))


def _checked(promise: dict[str, Any]) -> tuple[int, str | None]:
	"""The amount in minor units, and the name of the first field that cannot be used (None when all can)."""
	for field in ("promised_on", "due_on"):
		if pd.isna(promise[field]):
			return 0, field
	try:
		amount = to_minor(promise["amount"], promise["currency"])
	except AmountError:
		return 0, "amount"
	return amount, None if amount > 0 else "amount"


def _entries(promise: dict[str, Any], by_item: dict, by_customer: dict) -> list[list]:
	items = promise["items"]
	items = [items] if isinstance(items, str) and items else items
	if not isinstance(items, list | tuple | set | frozenset) or not items:
		return by_customer.get((promise["customer"], promise["currency"]), [])
	entries = [
		entry for item in dict.fromkeys(items) for entry in by_item.get((item, promise["currency"]), [])
	]
	return sorted(entries, key=lambda entry: entry[0])


def _result(promise: dict[str, Any], status: str, paid: int, reason: Reason) -> dict[str, Any]:
	return {
		"promise": promise["promise"],
		"status": status,
		"paid_amount": from_minor(paid, promise["currency"]),
		"reason": reason,
	}
