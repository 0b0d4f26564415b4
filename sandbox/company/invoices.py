"""Two years of Sales Invoices and credit notes: who bought what, when, and on which terms."""

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from random import Random

from . import payers
from .models import Customer, Invoice, InvoiceLine, Item, Term, money
from .rates import ExchangeRates

ITEMS = (
	Item("PENDANT", "Pendant luminaire"),
	Item("DOWNLIGHT", "LED downlight set"),
	Item("TRACK", "Track lighting system"),
	Item("PANEL", "LED panel"),
	Item("OUTDOOR", "Outdoor bollard light"),
	Item("CONTROL", "Lighting control unit"),
	Item("PLANNING", "Lighting design service"),
)
CREDIT_NOTES = 32
OPEN_CREDIT_NOTES = 8
SERIES = "LT"
CREDIT_NOTE_SERIES = "LT-CN"


@dataclass(frozen=True)
class Profile:
	"""How much a customer buys: `size` is the median invoice in EUR."""

	size: float
	first_day: date


def make_invoices(
	seed: int, customers: list[Customer], rates: ExchangeRates, history_start: date, as_of: date, count: int
) -> list[Invoice]:
	"""`count` documents, credit notes included, ordered by posting date and numbered per year."""
	random = Random(f"{seed}:invoices")
	profiles = {c.number: _profile(random, c, history_start) for c in customers}
	weights = list(accumulate(_activity(random, c) for c in customers))
	invoices = []
	while len(invoices) < count - CREDIT_NOTES:
		# every customer buys at least once; later days are likelier: the company grows
		due_one = len(invoices) < len(customers)
		customer = customers[len(invoices)] if due_one else random.choices(customers, cum_weights=weights)[0]
		profile = profiles[customer.number]
		day = _posting_day(random, profile.first_day, history_start, as_of)
		if day is not None:
			invoices.append(_invoice(random, customer, profile, day, rates))
	invoices.sort(key=lambda invoice: (invoice.posting_date, invoice.customer))
	_one_in_yen(invoices, customers, rates, as_of)
	numbered = _numbered(invoices, SERIES)
	return numbered + _numbered(_credit_notes(random, numbered, as_of), CREDIT_NOTE_SERIES)


def _profile(random: Random, customer: Customer, history_start: date) -> Profile:
	size = 14000.0 if customer.is_key_account else random.lognormvariate(math.log(1500), 0.6)
	return Profile(size, max(customer.customer_since, history_start))


def _activity(random: Random, customer: Customer) -> float:
	# a few prompt payers buy very often; the others' sizes vary less, so that every seed has its share of late items
	most = 6 if customer.payer_type == payers.PROMPT else 2.5
	frequency = payers.PAYER_TYPES[customer.payer_type][1] * min(random.paretovariate(1.6), most)
	return frequency * (3.5 if customer.is_key_account else 1)


def _posting_day(random: Random, first_day: date, history_start: date, as_of: date) -> date | None:
	span = (as_of - history_start).days
	day = history_start + timedelta(round(span * random.random() ** 0.5))
	if day.weekday() >= 5:
		day -= timedelta(day.weekday() - 4)
	if first_day > history_start + timedelta(span * 0.8):  # new customers have only the last weeks
		day = first_day + timedelta(random.randint(0, (as_of - first_day).days))
	return day if first_day <= day <= as_of else None


def _invoice(
	random: Random, customer: Customer, profile: Profile, day: date, rates: ExchangeRates
) -> Invoice:
	rate = rates.on(customer.currency, day)
	worth = min(max(random.lognormvariate(math.log(profile.size), 0.7), 45), 95000) / float(rate)
	parts = 1
	if worth > 2500 and customer.terms_days >= 30:
		parts = random.choices((1, 2, 3), (86, 8, 6))[0]
	# whole tens, so that every instalment comes out even
	lines = (
		_lines(random, worth) if parts == 1 else (InvoiceLine("PLANNING", 10, Decimal(round(worth / 10))),)
	)
	invoice = Invoice(
		name="",
		customer=customer.number,
		posting_date=day,
		currency=customer.currency,
		exchange_rate=rate,
		lines=lines,
		terms=(),
		po_no=f"PO-{random.randint(10000, 99999)}" if random.random() < 0.6 else "",
	)
	return replace(invoice, terms=_terms(invoice.amount, day, customer.terms_days, parts))


def _lines(random: Random, worth: float) -> tuple[InvoiceLine, ...]:
	lines = []
	shares = {1: (1.0,), 2: (0.7, 0.3), 3: (0.5, 0.3, 0.2)}[random.choices((1, 2, 3), (5, 3, 2))[0]]
	for item, share in zip(random.sample(ITEMS, len(shares)), shares, strict=True):
		qty = random.choice((1, 2, 3, 5, 8, 10, 12, 20))
		lines.append(InvoiceLine(item.code, qty, max(money(worth * share / qty), Decimal("0.50"))))
	return tuple(lines)


def _terms(amount: Decimal, day: date, days: int, parts: int) -> tuple[Term, ...]:
	"""One due date, or two or three instalments spread over the full term."""
	portions = {1: (100,), 2: (50, 50), 3: (40, 30, 30)}[parts]
	return tuple(
		Term(day + timedelta(days * number // parts), Decimal(portion), money(amount * portion / 100))
		for number, portion in enumerate(portions, 1)
	)


def _one_in_yen(
	invoices: list[Invoice], customers: list[Customer], rates: ExchangeRates, as_of: date
) -> None:
	"""One recent invoice of a euro customer was made out in yen, a currency nobody else is invoiced in."""
	of_customer = {c.number: c for c in customers}
	limit = as_of - timedelta(75)
	position = next(
		i
		for i, invoice in enumerate(invoices)
		if invoice.posting_date >= limit
		and of_customer[invoice.customer].currency == "EUR"
		and of_customer[invoice.customer].payer_type == payers.SERIAL_LATE
		and of_customer[invoice.customer].contact.email
		and len(invoice.terms) == 1
	)
	invoice = invoices[position]
	line = InvoiceLine(ITEMS[0].code, 4, Decimal(58500))
	invoices[position] = replace(
		invoice,
		currency="JPY",
		exchange_rate=rates.on("JPY", invoice.posting_date),
		lines=(line,),
		terms=(replace(invoice.terms[0], amount=line.amount),),
	)


def _numbered(invoices: list[Invoice], series: str) -> list[Invoice]:
	counters: dict[int, int] = {}
	numbered = []
	for invoice in invoices:
		year = invoice.posting_date.year
		counters[year] = counters.get(year, 0) + 1
		numbered.append(replace(invoice, name=f"{series}-{year}-{counters[year]:05d}"))
	return numbered


def _credit_notes(random: Random, invoices: list[Invoice], as_of: date) -> list[Invoice]:
	"""Older ones lower their invoice at once; the recent ones still stand as open items of their own."""
	plain = [i for i in invoices if len(i.terms) == 1 and i.currency != "JPY" and i.amount > 100]
	recent_from = as_of - timedelta(30)
	recent = [i for i in plain if recent_from - timedelta(25) <= i.posting_date < as_of - timedelta(8)]
	older = [i for i in plain if i.posting_date < as_of - timedelta(80)]
	notes = [_credit_note(random, i, True, as_of) for i in random.sample(recent, OPEN_CREDIT_NOTES)]
	notes += [
		_credit_note(random, i, False, as_of) for i in random.sample(older, CREDIT_NOTES - OPEN_CREDIT_NOTES)
	]
	return sorted(notes, key=lambda note: (note.posting_date, note.customer))


def _credit_note(random: Random, invoice: Invoice, keeps_own_balance: bool, as_of: date) -> Invoice:
	line = invoice.lines[0]
	if random.random() < 0.5 and line.qty > 1:
		returned = replace(line, qty=-random.randint(1, line.qty - 1))
	else:
		returned = replace(
			line, qty=-1, rate=money(line.rate * Decimal(random.choice((5, 10, 15, 20))) / 100)
		)
	day = min(invoice.posting_date + timedelta(random.randint(3, 9)), as_of)
	return replace(
		invoice,
		name="",
		posting_date=day,
		lines=(returned,),
		terms=(Term(day, Decimal(100), returned.amount),),
		po_no="",
		return_against=invoice.name,
		keeps_own_balance=keeps_own_balance,
	)
