"""What the customers have paid before `as_of`, and when each open amount can be expected."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from . import payers
from .models import RECEIVABLE_CURRENCIES, Allocation, Customer, Invoice, Payment, ReceivableJournal, money
from .rates import ExchangeRates

OVERPAYMENTS = 4
PREPAYMENTS = 3
PAYMENT_SERIES = "LT-PAY"
JOURNAL_SERIES = "LT-JE"


@dataclass(frozen=True)
class Expectation:
	"""`amount` of `invoice` which will arrive on `day`, in the invoice's currency."""

	invoice: Invoice
	amount: Decimal
	day: date


def expect_payments(
	seed: int, customers: list[Customer], invoices: list[Invoice], history_start: date, as_of: date
) -> list[Expectation]:
	"""Every payment the customers will ever make, by the conduct of their payer types; sorted by day."""
	random = Random(f"{seed}:payments")
	of_customer = {c.number: c for c in customers}
	habits = {c.number: random.randint(-4, 4) for c in customers}
	dry_since = {
		c.number: as_of - timedelta(random.randint(95, 210))
		for c in customers
		if c.payer_type == payers.INSOLVENT
	}
	credited: dict[str, Decimal] = defaultdict(Decimal)
	for note in invoices:
		if note.is_return and not note.keeps_own_balance:
			credited[note.return_against] -= note.amount
	expected = []
	for invoice in invoices:
		if invoice.is_return or invoice.currency not in RECEIVABLE_CURRENCIES:
			continue
		customer = of_customer[invoice.customer]
		for term in invoice.terms:
			around = payers.Circumstances(
				term.due_date, history_start, as_of, habits[customer.number], dry_since.get(customer.number)
			)
			amount = term.amount - credited.pop(invoice.name, Decimal(0))
			expected += _instalments(random, customer, invoice, term.due_date, amount, around)
	return sorted(expected, key=lambda e: (e.day, e.invoice.name))


def _instalments(random, customer, invoice, due_date, amount, around) -> list[Expectation]:
	plan = payers.plan_payment(random, customer.payer_type, around)
	expected, left = [], amount
	for position, instalment in enumerate(plan, 1):
		share = left if position == len(plan) else money(amount * Decimal(str(instalment.share)))
		left -= share
		if instalment.days_late is not None and share > 0:
			day = _banking_day(
				max(due_date + timedelta(instalment.days_late), invoice.posting_date + timedelta(2))
			)
			expected.append(Expectation(invoice, share, _payment_run(customer, day)))
	return expected


def _banking_day(day: date) -> date:
	return day + timedelta(max(0, 7 - day.weekday())) if day.weekday() >= 5 else day


def _payment_run(customer: Customer, day: date) -> date:
	"""Key accounts pay on Thursdays only, so that one payment settles several invoices."""
	return day + timedelta((3 - day.weekday()) % 7) if customer.is_key_account else day


def book_payments(
	seed: int, customers: list[Customer], expected: list[Expectation], rates: ExchangeRates, as_of: date
) -> list[Payment]:
	"""The expectations before `as_of` as payments: one per customer and day, a few of them too high.

	Payments in other currencies settle one invoice each: ERPNext refuses one for several as soon as their converted
	amounts, rounded each, miss the converted total by a cent.
	"""
	random = Random(f"{seed}:receipts")
	known = {c.number: c for c in customers}
	by_payer: dict[tuple[date, str, str], list[Expectation]] = defaultdict(list)
	for expectation in expected:
		invoice = expectation.invoice
		if expectation.day < as_of:
			alone = "" if invoice.currency == "EUR" else invoice.name
			by_payer[expectation.day, invoice.customer, alone].append(expectation)
	payments = []
	for (day, number, _), parts in sorted(by_payer.items(), key=lambda entry: entry[0]):
		allocations: dict[str, Decimal] = defaultdict(Decimal)
		for part in parts:
			allocations[part.invoice.name] += part.amount
		payments.append(_payment(random, known[number], day, allocations, rates))
	payments = _overpaid(random, payments, known, as_of)
	payments += _prepaid(random, customers, as_of)
	payments.sort(key=lambda payment: (payment.posting_date, payment.customer))
	counters: dict[int, int] = {}
	numbered = []
	for payment in payments:
		year = payment.posting_date.year
		counters[year] = counters.get(year, 0) + 1
		numbered.append(replace(payment, name=f"{PAYMENT_SERIES}-{year}-{counters[year]:05d}"))
	return numbered


def _payment(random, customer, day, allocations, rates) -> Payment:
	return Payment(
		name="",
		customer=customer.number,
		posting_date=day,
		currency=customer.currency,
		exchange_rate=rates.on(customer.currency, day),
		amount=sum(allocations.values(), Decimal(0)),
		allocations=tuple(Allocation(name, amount) for name, amount in allocations.items()),
		reference_no=f"{day:%y%m%d}{random.randint(100000, 999999)}",
	)


def _overpaid(
	random: Random, payments: list[Payment], known: dict[str, Customer], as_of: date
) -> list[Payment]:
	"""A few euro payments of the last months were too high; the surplus stays on account."""
	recent = [
		position
		for position, payment in enumerate(payments)
		if as_of - timedelta(90) < payment.posting_date and known[payment.customer].currency == "EUR"
	]
	for position in random.sample(recent, OVERPAYMENTS):
		surplus = Decimal(random.choice((20, 54, 90, 180, 100)))
		payments[position] = replace(payments[position], amount=payments[position].amount + surplus)
	return payments


def _prepaid(random: Random, customers: list[Customer], as_of: date) -> list[Payment]:
	"""Payments which name no invoice at all stand on account."""
	euro = [c for c in customers if c.currency == "EUR" and c.payer_type in (payers.PROMPT, payers.NEW)]
	payments = []
	for customer in random.sample(euro, PREPAYMENTS):
		day = _banking_day(as_of - timedelta(random.randint(6, 40)))
		amount = Decimal(random.randint(2, 30) * 50)
		payments.append(
			Payment(
				"",
				customer.number,
				day,
				"EUR",
				Decimal(1),
				amount,
				(),
				f"{day:%y%m%d}{random.randint(100000, 999999)}",
			)
		)
	return payments


def book_journals(
	seed: int, customers: list[Customer], invoices: list[Invoice], expected: list[Expectation], as_of: date
) -> list[ReceivableJournal]:
	"""Two entries: an old invoice written off, and a returned debit's fee charged to a customer (still open)."""
	random = Random(f"{seed}:journals")
	touched = {e.invoice.name for e in expected if e.day < as_of} | {i.return_against for i in invoices}
	untouched = [i for i in invoices if not i.is_return and i.currency == "EUR" and i.name not in touched]
	lost = min(untouched, key=lambda i: (i.due_date, i.name))
	late = [c for c in customers if c.payer_type == payers.SERIAL_LATE and c.currency == "EUR"]
	charged = random.choice(late)
	charged_on, lost_on = as_of - timedelta(40), as_of - timedelta(12)
	return [
		ReceivableJournal(
			name=f"{JOURNAL_SERIES}-{charged_on.year}-00001",
			customer=charged.number,
			posting_date=charged_on,
			amount=Decimal("17.50"),
			counter_account="bank charges",
			invoice=None,
			remark="Bank charges of a returned direct debit",
		),
		ReceivableJournal(
			name=f"{JOURNAL_SERIES}-{lost_on.year}-00002",
			customer=lost.customer,
			posting_date=lost_on,
			amount=-lost.amount,
			counter_account="write off",
			invoice=lost.name,
			remark=f"Claim {lost.name} written off as irrecoverable",
		),
	]
