"""The sample company as plain data. Amounts are Decimal in the document's currency, dates are `date`."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
# Each has a receivable account of its own; invoices in any other currency stand in the EUR account
RECEIVABLE_CURRENCIES = ("EUR", "GBP", "USD")


def money(value) -> Decimal:
	"""`value` (int, float, str or Decimal) rounded half up to the cent."""
	return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class OwnBankAccount:
	"""The company's own account, which the statement is about."""

	bank: str
	bic: str
	iban: str
	account_name: str


@dataclass(frozen=True)
class Company:
	name: str
	abbr: str
	country: str
	currency: str
	tax_id: str
	phone: str
	email: str
	street: str
	postal_code: str
	city: str
	bank_account: OwnBankAccount


@dataclass(frozen=True)
class BillingContact:
	first_name: str
	last_name: str
	email: str | None
	phone: str


@dataclass(frozen=True)
class Customer:
	"""`iban_on_file` says whether the company knows the customer's IBAN; `credit_limit` is in EUR."""

	number: str
	name: str
	country: str
	currency: str
	language: str
	group: str
	payer_type: str
	terms_days: int
	tax_id: str
	street: str
	postal_code: str
	city: str
	contact: BillingContact
	bank: str
	bic: str
	iban: str
	iban_on_file: bool
	credit_limit: Decimal | None
	is_key_account: bool
	customer_since: date


@dataclass(frozen=True)
class Item:
	code: str
	name: str


@dataclass(frozen=True)
class InvoiceLine:
	item: str
	qty: int
	rate: Decimal

	@property
	def amount(self) -> Decimal:
		return self.qty * self.rate


@dataclass(frozen=True)
class Term:
	"""One instalment: `portion` is a percentage of the invoice."""

	due_date: date
	portion: Decimal
	amount: Decimal


@dataclass(frozen=True)
class Invoice:
	"""A Sales Invoice; negative `amount` = credit note against `return_against`.

	`keeps_own_balance`: the credit note stays an open item of its own instead of lowering its invoice.
	"""

	name: str
	customer: str
	posting_date: date
	currency: str
	exchange_rate: Decimal
	lines: tuple[InvoiceLine, ...]
	terms: tuple[Term, ...]
	po_no: str = ""
	return_against: str | None = None
	keeps_own_balance: bool = False

	@property
	def is_return(self) -> bool:
		return self.return_against is not None

	@property
	def amount(self) -> Decimal:
		return sum((line.amount for line in self.lines), Decimal(0))

	@property
	def receivable_amount(self) -> Decimal:
		"""The amount in the currency of the receivable account, which is EUR where there is no own account."""
		if self.currency in RECEIVABLE_CURRENCIES:
			return self.amount
		return money(self.amount * self.exchange_rate)

	@property
	def due_date(self) -> date:
		return max(term.due_date for term in self.terms)


@dataclass(frozen=True)
class Allocation:
	invoice: str
	amount: Decimal


@dataclass(frozen=True)
class Payment:
	"""Money received before `as_of`; what `allocations` leave is on account. `exchange_rate`: to EUR that day."""

	name: str
	customer: str
	posting_date: date
	currency: str
	exchange_rate: Decimal
	amount: Decimal
	allocations: tuple[Allocation, ...]
	reference_no: str

	@property
	def unallocated(self) -> Decimal:
		return self.amount - sum((a.amount for a in self.allocations), Decimal(0))

	@property
	def received(self) -> Decimal:
		"""EUR on the bank account."""
		return money(self.amount * self.exchange_rate)


@dataclass(frozen=True)
class ReceivableJournal:
	"""A journal entry on a customer's account in EUR: `amount` > 0 debits, < 0 credits the customer.

	`counter_account` is "write off" or "bank charges"; `invoice` is the invoice it settles, if any.
	"""

	name: str
	customer: str
	posting_date: date
	amount: Decimal
	counter_account: str
	invoice: str | None
	remark: str


@dataclass(frozen=True)
class Promise:
	"""`outcome` is the truth once the statement of `as_of` is applied: Kept, Broken or Open.

	`settled_on` is set where the promise was kept long before.
	"""

	customer: str
	promised_on: date
	due_on: date
	currency: str
	amount: Decimal
	invoices: tuple[Allocation, ...]
	outcome: str
	settled_on: date | None
	note: str


@dataclass(frozen=True)
class Dispute:
	customer: str
	invoice: str
	opened_on: date
	reason: str
	currency: str
	amount: Decimal
	note: str


@dataclass(frozen=True)
class ExchangeRate:
	"""`rate` EUR for one unit of `currency` from `valid_from` (first of a month)."""

	currency: str
	valid_from: date
	rate: Decimal


@dataclass(frozen=True)
class BankPayment:
	"""One payment inside a statement entry. `amount` is positive, in EUR; `instructed` as (currency, amount)."""

	reference: str
	amount: Decimal
	counterparty: str
	counterparty_iban: str
	counterparty_bic: str
	remittance: tuple[str, ...] = ()
	creditor_reference: str = ""
	end_to_end_id: str = "NOTPROVIDED"
	instructed: tuple[str, Decimal, Decimal] | None = None
	return_reason: str = ""


@dataclass(frozen=True)
class BankEntry:
	"""One entry (Ntry) of the statement: `sign` +1 credit, -1 debit; `code` = (domain, family, sub-family)."""

	reference: str
	sign: int
	kind: str
	code: tuple[str, str, str]
	payments: tuple[BankPayment, ...]
	info: str
	is_reversal: bool = False
	is_pending: bool = False

	@property
	def amount(self) -> Decimal:
		return self.sign * sum((p.amount for p in self.payments), Decimal(0))


@dataclass(frozen=True)
class Statement:
	"""The bank statement of `as_of`; `truth` maps a payment's reference to what it pays (empty: nothing)."""

	statement_id: str
	sequence: int
	booked_on: date
	opening_balance: Decimal
	entries: tuple[BankEntry, ...]
	truth: dict[str, tuple[Allocation, ...]]

	@property
	def payments(self) -> tuple[BankPayment, ...]:
		"""The booked payments of all entries, batches taken apart."""
		return tuple(p for entry in self.entries if not entry.is_pending for p in entry.payments)

	@property
	def paid_today(self) -> dict[str, Decimal]:
		"""Invoice -> what this statement pays of it, in the receivable account's currency."""
		paid: dict[str, Decimal] = defaultdict(Decimal)
		for allocations in self.truth.values():
			for allocation in allocations:
				paid[allocation.invoice] += allocation.amount
		return dict(paid)

	@property
	def closing_balance(self) -> Decimal:
		return self.opening_balance + sum((e.amount for e in self.entries if not e.is_pending), Decimal(0))


@dataclass(frozen=True)
class SampleCompany:
	seed: int
	as_of: date
	company: Company
	items: tuple[Item, ...]
	exchange_rates: tuple[ExchangeRate, ...]
	customers: tuple[Customer, ...]
	invoices: tuple[Invoice, ...]
	payments: tuple[Payment, ...]
	journals: tuple[ReceivableJournal, ...]
	promises: tuple[Promise, ...]
	disputes: tuple[Dispute, ...]
	statement: Statement

	def customer(self, number: str) -> Customer:
		return next(c for c in self.customers if c.number == number)

	def outstanding(self) -> dict[str, Decimal]:
		"""What is open on the morning of `as_of`: see `outstanding`."""
		return outstanding(self.invoices, self.payments, self.journals)


def outstanding(invoices, payments, journals) -> dict[str, Decimal]:
	"""Invoice -> what is open on it (receivable account's currency, credit notes negative), if anything."""
	open_amounts: dict[str, Decimal] = defaultdict(Decimal)
	for invoice in invoices:
		lowers_invoice = invoice.is_return and not invoice.keeps_own_balance
		open_amounts[invoice.return_against if lowers_invoice else invoice.name] += invoice.receivable_amount
	for payment in payments:
		for allocation in payment.allocations:
			open_amounts[allocation.invoice] -= allocation.amount
	for journal in journals:
		if journal.invoice:
			open_amounts[journal.invoice] += journal.amount
	return {name: amount for name, amount in open_amounts.items() if amount}
