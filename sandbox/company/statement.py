"""The bank statement of the day: which open items are paid by which entry, and everything else banks book."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from . import identifiers, remittance
from .history import Expectation
from .models import (
	Allocation,
	BankEntry,
	BankPayment,
	Customer,
	Invoice,
	OwnBankAccount,
	Payment,
	Statement,
	money,
)

CREDIT_TRANSFER = ("PMNT", "RCDT", "ESCT")
FOREIGN_TRANSFER = ("PMNT", "RCDT", "XBCT")
OUTGOING_TRANSFER = ("PMNT", "ICDT", "ESCT")
RETURNED_DEBIT = ("PMNT", "IDDT", "UPDD")
CHARGES = ("ACMT", "MDOP", "CHRG")
TEXTS = {CREDIT_TRANSFER: "SEPA CREDIT TRANSFER", FOREIGN_TRANSFER: "INCOMING FOREIGN PAYMENT"}
BATCH_SIZE = 5


class StatementMaker:
	"""Hands out the payments which are expected soonest, each to the kind of entry that suits it."""

	def __init__(
		self,
		seed: int,
		customers: list[Customer],
		invoices: list[Invoice],
		expected: list[Expectation],
		open_amounts: dict[str, Decimal],
		as_of: date,
	):
		self.random = Random(f"{seed}:statement")
		self.as_of = as_of
		self.customers = {c.number: c for c in customers}
		self.invoices = {i.name: i for i in invoices}
		self.open_amounts = open_amounts
		self.entries: list[BankEntry] = []
		self.truth: dict[str, tuple[Allocation, ...]] = {}
		self.pool: dict[str, list[Expectation]] = defaultdict(list)
		for expectation in expected:
			if expectation.day >= as_of and expectation.invoice.name in open_amounts:
				self.pool[expectation.invoice.customer].append(expectation)

	# -- what a customer can pay today
	def _take(
		self, count: int, *, currency="EUR", suits=lambda customer: True
	) -> tuple[Customer, list[Invoice]]:
		"""`count` fully open invoices of the customer whose payment is expected soonest; its pool is used up."""
		best = None
		for number, expectations in self.pool.items():
			customer = self.customers[number]
			if customer.currency != currency or not suits(customer):
				continue
			whole = [e for e in expectations if e.amount == self.open_amounts[e.invoice.name]]
			if len(whole) >= count and (best is None or whole[0].day < best[1][0].day):
				best = (customer, whole)
		customer, whole = best
		del self.pool[customer.number]
		return customer, [e.invoice for e in whole[:count]]

	def _reference(self) -> str:
		return f"{self.as_of:%Y%m%d}{len(self.truth) + 1:06d}{self.random.randint(1000, 9999)}"

	def _payment(
		self, customer: Customer, amount: Decimal, paid: dict[str, Decimal], lines=(), **other
	) -> BankPayment:
		reference = self._reference()
		self.truth[reference] = tuple(Allocation(name, value) for name, value in paid.items())
		plain_name = self.random.random() < 0.4
		return BankPayment(
			reference=reference,
			amount=amount,
			counterparty=customer.name if plain_name else remittance.bank_spelling(customer.name),
			counterparty_iban=customer.iban,
			counterparty_bic=customer.bic,
			remittance=tuple(lines),
			**{"end_to_end_id": self._end_to_end_id(customer), **other},
		)

	def _end_to_end_id(self, customer: Customer) -> str:
		if self.random.random() < 0.55:
			return "NOTPROVIDED"
		return f"{customer.number}-{self.random.randint(100000, 999999)}"

	def _receive(self, kind: str, *payments: BankPayment, code=CREDIT_TRANSFER, pending=False) -> None:
		self.entries.append(
			BankEntry(
				reference=payments[0].reference if len(payments) == 1 else self._reference(),
				sign=1,
				kind=kind,
				code=code,
				payments=payments,
				info=TEXTS[code] if len(payments) == 1 else f"COLLECTIVE CREDIT, {len(payments)} ITEMS",
				is_pending=pending,
			)
		)

	def _full(self, invoices: list[Invoice]) -> dict[str, Decimal]:
		return {i.name: self.open_amounts[i.name] for i in invoices}

	# -- kinds of credits
	def tidy_references(self, count: int) -> None:
		for _ in range(count):
			customer, invoices = self._take(1)
			paid = self._full(invoices)
			lines = remittance.tidy(self.random, customer, invoices[0])
			self._receive("reference", self._payment(customer, sum(paid.values()), paid, lines))

	def creditor_references(self, count: int) -> None:
		for _ in range(count):
			customer, invoices = self._take(1)
			paid = self._full(invoices)
			reference = identifiers.creditor_reference(invoices[0].name)
			payment = self._payment(customer, sum(paid.values()), paid, creditor_reference=reference)
			self._receive("creditor reference", payment)

	def messy_references(self, count: int) -> None:
		for style in range(count):
			customer, invoices = self._take(2 if style % 8 == 7 else 1)
			paid = self._full(invoices)
			lines = remittance.messy(style, customer, invoices)
			self._receive("messy reference", self._payment(customer, sum(paid.values()), paid, lines))

	def lists(self, *sizes: int) -> None:
		for size in sizes:
			customer, invoices = self._take(size)
			paid = self._full(invoices)
			lines = remittance.listed(customer, invoices)
			self._receive("list", self._payment(customer, sum(paid.values()), paid, lines))

	def amounts_only(self, count: int) -> None:
		for _ in range(count):
			customer, invoices = self._take(1, suits=lambda c: c.iban_on_file)
			paid = self._full(invoices)
			lines = remittance.nothing(self.random, customer)
			self._receive("amount only", self._payment(customer, sum(paid.values()), paid, lines))

	def batch(self) -> None:
		payments = []
		for _ in range(BATCH_SIZE):
			customer, invoices = self._take(1)
			paid = self._full(invoices)
			lines = remittance.tidy(self.random, customer, invoices[0])
			payments.append(self._payment(customer, sum(paid.values()), paid, lines))
		self._receive("batch", *payments)

	def part_payments(self, count: int) -> None:
		for _ in range(count):
			customer, (invoice,) = self._take(1)
			amount = money(self.open_amounts[invoice.name] / 2)
			lines = (*remittance.tidy(self.random, customer, invoice), "1/2")
			self._receive("part payment", self._payment(customer, amount, {invoice.name: amount}, lines))

	def overpayment(self) -> None:
		customer, (invoice,) = self._take(1)
		due = self.open_amounts[invoice.name]
		lines = remittance.tidy(self.random, customer, invoice)
		self._receive("overpayment", self._payment(customer, due + 100, {invoice.name: due}, lines))

	def credit_note_deducted(self) -> None:
		notes = {
			i.return_against: i for i in self.invoices.values() if i.keeps_own_balance and i.currency == "EUR"
		}
		for number, expectations in self.pool.items():
			for name in (
				e.invoice.name for e in expectations if e.amount == self.open_amounts[e.invoice.name]
			):
				if name in notes:
					paid = self._full([self.invoices[name], notes[name]])
					lines = (f"{name} - {notes[name].name}",)
					payment = self._payment(self.customers[number], sum(paid.values()), paid, lines)
					del self.pool[number]
					return self._receive("credit note deducted", payment)

	def converted_from_pounds(self) -> None:
		customer, (invoice,) = self._take(1, currency="GBP")
		due = self.open_amounts[invoice.name]
		bank_rate = money(invoice.exchange_rate * 1000 * Decimal("0.994")) / 1000
		payment = self._payment(
			customer,
			money(due * bank_rate),
			{invoice.name: due},
			remittance.tidy(self.random, customer, invoice),
			instructed=("GBP", due, bank_rate),
		)
		self._receive("converted", payment, code=FOREIGN_TRANSFER)

	def paid_twice(self, payments: list[Payment]) -> None:
		"""Somebody pays an invoice which was settled last month once more."""
		payment = next(
			p
			for p in reversed(payments)
			if p.posting_date < self.as_of - timedelta(20)
			and p.currency == "EUR"
			and len(p.allocations) == 1
			and p.allocations[0].invoice not in self.open_amounts
		)
		customer = self.customers[payment.customer]
		lines = remittance.tidy(self.random, customer, self.invoices[payment.allocations[0].invoice])
		self._receive("paid twice", self._payment(customer, payment.allocations[0].amount, {}, lines))

	def nobodys(self) -> None:
		_bank, bic, bank_part = identifiers.BANKS["Germany"][0]
		stranger = BankPayment(
			reference=self._reference(),
			amount=Decimal("318.40"),
			counterparty="VERSICHERUNGSKASSE ELBUFER VVAG",
			counterparty_iban=identifiers.make_iban(self.random, "Germany", bank_part),
			counterparty_bic=bic,
			remittance=("Beitragsrückerstattung Vertrag 4471-889",),
		)
		self.truth[stranger.reference] = ()
		self._receive("not a customer", stranger)

	def pending(self) -> None:
		customer, invoices = self._take(1)
		paid = self._full(invoices)
		lines = remittance.tidy(self.random, customer, invoices[0])
		payment = self._payment(customer, sum(paid.values()), paid, lines)
		del self.truth[payment.reference]
		self._receive("pending", payment, pending=True)

	# -- debits
	def _spend(self, kind: str, code, payment: BankPayment, info: str, is_reversal=False) -> None:
		self.truth[payment.reference] = ()
		self.entries.append(BankEntry(payment.reference, -1, kind, code, (payment,), info, is_reversal))

	def returned_debit(self, payments: list[Payment]) -> None:
		"""A direct debit collected some days ago comes back unpaid."""
		returned = next(
			p
			for p in reversed(payments)
			if p.posting_date < self.as_of - timedelta(3) and p.currency == "EUR" and len(p.allocations) == 1
		)
		customer = self.customers[returned.customer]
		payment = BankPayment(
			reference=self._reference(),
			amount=returned.amount,
			counterparty=customer.name,
			counterparty_iban=customer.iban,
			counterparty_bic=customer.bic,
			remittance=(f"RETURN {returned.allocations[0].invoice}",),
			end_to_end_id=returned.reference_no,
			return_reason="AM04",
		)
		self._spend("returned debit", RETURNED_DEBIT, payment, "RETURNED SEPA DIRECT DEBIT", is_reversal=True)

	def fees(self) -> None:
		for amount, text in (("14.90", "ACCOUNT MAINTENANCE FEE"), ("3.35", "FEE FOR RETURNED DEBIT")):
			self._spend("fee", CHARGES, BankPayment(self._reference(), Decimal(amount), "", "", ""), text)

	def supplier_payments(self) -> None:
		for supplier, amount in (
			("GLASHUETTE ISARTHAL GMBH", "4218.66"),
			("TRANSPORTES LEVANTE S.L.", "867.20"),
		):
			country = "Spain" if supplier.endswith("S.L.") else "Germany"
			_, bic, bank_part = identifiers.BANKS[country][0]
			iban = identifiers.make_iban(self.random, country, bank_part)
			number = f"ER {self.random.randint(20000, 49999)}"
			payment = BankPayment(
				self._reference(), Decimal(amount), supplier, iban, bic, (number,), "", number
			)
			self._spend("supplier", OUTGOING_TRANSFER, payment, "SEPA CREDIT TRANSFER")


def make_statement(
	seed: int,
	account: OwnBankAccount,
	customers: list[Customer],
	invoices: list[Invoice],
	payments: list[Payment],
	expected: list[Expectation],
	open_amounts: dict[str, Decimal],
	as_of: date,
) -> Statement:
	"""The statement of `as_of`; it opens with what the payments so far have brought onto `account`."""
	maker = StatementMaker(seed, customers, invoices, expected, open_amounts, as_of)
	maker.credit_note_deducted()
	maker.lists(4, 3, 2, 2)
	maker.messy_references(8)
	maker.amounts_only(5)
	maker.tidy_references(12)
	maker.batch()
	maker.creditor_references(2)
	maker.part_payments(2)
	maker.overpayment()
	maker.converted_from_pounds()
	maker.paid_twice(payments)
	maker.nobodys()
	maker.returned_debit(payments)
	maker.supplier_payments()
	maker.fees()
	maker.random.shuffle(maker.entries)
	maker.pending()
	opening = sum((p.received for p in payments), Decimal(0))
	day_of_year = as_of.timetuple().tm_yday
	return Statement(
		statement_id=f"{account.iban[-8:]}-{as_of:%Y%m%d}",
		sequence=day_of_year,
		booked_on=as_of,
		opening_balance=opening,
		entries=tuple(maker.entries),
		truth=maker.truth,
	)
