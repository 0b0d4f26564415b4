"""Promises to pay and disputes: what collectors have noted down before `as_of`."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from . import payers
from .history import Expectation
from .models import RECEIVABLE_CURRENCIES, Allocation, Customer, Dispute, Invoice, Promise, money

DISPUTE_REASONS = (
	"Price Difference",
	"Quantity Difference",
	"Damaged or Defective Goods",
	"Goods Not Received",
	"Already Paid",
)
DISPUTE_NOTES = {
	"Price Difference": "The agreed project price was not applied.",
	"Quantity Difference": "Two cartons fewer arrived than were invoiced.",
	"Damaged or Defective Goods": "Glass of several luminaires broken on arrival, photos were sent.",
	"Goods Not Received": "The customer says that the delivery never arrived.",
	"Already Paid": "The customer says that this was paid last month; proof requested.",
}
PROMISE_NOTES = (
	"By telephone with accounts payable.",
	"Promised by e-mail.",
	"Managing director called back.",
)
OPEN_DISPUTES = 7
# (due so many days after `as_of`, how many, outcome); with the app's three days of grace the last but one break on `as_of`
UNPAID_PROMISES = ((0, 2, "Open"), (4, 3, "Open"), (9, 3, "Open"), (-4, 3, "Broken"), (-13, 2, "Broken"))


def make_disputes(
	seed: int,
	customers: list[Customer],
	invoices: list[Invoice],
	open_amounts: dict[str, Decimal],
	paid_today: dict[str, Decimal],
	as_of: date,
) -> list[Dispute]:
	"""Disputes still open, most of them by the dispute-prone, on invoices that are near or past due."""
	random = Random(f"{seed}:disputes")
	prone = {c.number for c in customers if c.payer_type == payers.DISPUTE_PRONE}
	candidates = [
		i
		for i in invoices
		if i.name in open_amounts
		and i.name not in paid_today
		and not i.is_return
		and i.due_date < as_of + timedelta(10)
		and i.currency in RECEIVABLE_CURRENCIES
	]
	first = [i for i in candidates if i.customer in prone]
	others = [i for i in candidates if i.customer not in prone]
	chosen = random.sample(first, min(len(first), OPEN_DISPUTES - 2))
	chosen += random.sample(others, OPEN_DISPUTES - len(chosen))
	disputes = []
	for position, invoice in enumerate(chosen):
		reason = DISPUTE_REASONS[position % len(DISPUTE_REASONS)]
		open_amount = open_amounts[invoice.name]
		disputes.append(
			Dispute(
				customer=invoice.customer,
				invoice=invoice.name,
				opened_on=max(invoice.posting_date + timedelta(3), as_of - timedelta(random.randint(3, 30))),
				reason=reason,
				currency=invoice.currency,
				amount=open_amount
				if reason in ("Goods Not Received", "Already Paid")
				else money(open_amount / 4),
				note=DISPUTE_NOTES[reason],
			)
		)
	return disputes


def make_promises(
	seed: int,
	invoices: list[Invoice],
	expected: list[Expectation],
	paid_today: dict[str, Decimal],
	open_amounts: dict[str, Decimal],
	disputed: set[str],
	as_of: date,
) -> list[Promise]:
	"""Promises of every kind: kept long ago, kept by today's statement, due today but unpaid, ahead, broken."""
	random = Random(f"{seed}:promises")
	by_name = {i.name: i for i in invoices}
	last_paid = {e.invoice.name: e for e in expected if e.day < as_of}
	past = sorted(
		name
		for name, last in last_paid.items()
		if name not in open_amounts
		and as_of - timedelta(60) < last.day
		and last.day > last.invoice.due_date + timedelta(8)
	)
	late = sorted(
		name
		for name, amount in open_amounts.items()
		if name in by_name
		and amount > 0
		and name not in disputed
		and by_name[name].due_date < as_of - timedelta(12)
		and by_name[name].currency in RECEIVABLE_CURRENCIES
	)
	unpaid = [name for name in late if name not in paid_today]
	paid_now = [name for name in late if paid_today.get(name) == open_amounts[name]]
	random.shuffle(unpaid)
	promises = [
		_promise(
			random, [by_name[name]], {name: last_paid[name].amount}, last_paid[name].day, 6, as_of, "Kept"
		)
		for name in random.sample(past, min(5, len(past)))
	]
	promises += [
		_promise(random, [by_name[name]], open_amounts, as_of, 7, as_of, "Kept") for name in paid_now[:2]
	]
	for days_ahead, count, outcome in UNPAID_PROMISES:
		for group in _by_customer(by_name, unpaid, count):
			due_on = as_of + timedelta(days_ahead)
			promises.append(_promise(random, group, open_amounts, due_on, 8, as_of, outcome))
	return promises


def _by_customer(by_name: dict[str, Invoice], unpaid: list[str], count: int) -> list[list[Invoice]]:
	"""Takes up to two invoices of one customer each from `unpaid`, for `count` customers."""
	groups: dict[str, list[Invoice]] = defaultdict(list)
	for name in list(unpaid):
		customer = by_name[name].customer
		if customer not in groups and len(groups) == count:
			continue
		if len(groups[customer]) < 2:
			groups[customer].append(by_name[name])
	taken = {invoice.customer for group in groups.values() for invoice in group}
	unpaid[:] = [name for name in unpaid if by_name[name].customer not in taken]
	return list(groups.values())


def _promise(random, group, open_amounts, due_on, days_before, as_of, outcome) -> Promise:
	promised_on = min(due_on - timedelta(days_before), as_of - timedelta(1))
	allocations = tuple(Allocation(i.name, open_amounts[i.name]) for i in group)
	return Promise(
		customer=group[0].customer,
		promised_on=promised_on,
		due_on=due_on,
		currency=group[0].currency,
		amount=sum((a.amount for a in allocations), Decimal(0)),
		invoices=allocations,
		outcome=outcome,
		settled_on=due_on if outcome == "Kept" and due_on < as_of else None,
		note=random.choice(PROMISE_NOTES),
	)
