"""What the sample company's day looks like at its providers: the bank's interface, the payment links, the CRM.

The bank statement is told twice over: one part comes as a file, the other through the bank's interface.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from .at_credit_providers import bring_credit
from .generate import generate
from .models import BankEntry, SampleCompany, Statement

# every third of the entries that a bank's interface can tell
SHARE = 3
PAID_BY_CARD = 3
CHANGED_COMPANIES = 4
# the customers that the demo reminds by text message
TEXTED_GROUP = "Project Business"
BANK_ACCOUNT_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"


def through_interface(statement: Statement) -> tuple[BankEntry, ...]:
	"""The entries that come through the interface: single credits in the account's currency."""
	single = [
		entry
		for entry in statement.entries
		if entry.sign > 0
		and len(entry.payments) == 1
		and not (entry.is_pending or entry.is_reversal or entry.payments[0].instructed)
	]
	return tuple(single[::SHARE])


def in_file(statement: Statement) -> Statement:
	"""The statement without them."""
	elsewhere = {entry.reference for entry in through_interface(statement)}
	return replace(
		statement, entries=tuple(entry for entry in statement.entries if entry.reference not in elsewhere)
	)


def bring(servers: Mapping, seed: int, as_of: date) -> None:
	"""Fills the simulators, by the connectors' names, anew with the company's day."""
	sample = generate(seed, as_of)
	_bank(servers["gocardless_bank_data"], sample)
	_payments(servers["stripe"], sample)
	_companies(servers["hubspot"], sample)
	bring_credit(servers, sample)


def _bank(bank, sample: SampleCompany) -> None:
	"""The company's account with the entries of the day."""
	bank.accounts = {BANK_ACCOUNT_ID: sample.company.bank_account.iban}
	bank.booked, bank.pending = {BANK_ACCOUNT_ID: []}, {BANK_ACCOUNT_ID: []}
	for entry in through_interface(sample.statement):
		(payment,) = entry.payments
		bank.book(
			BANK_ACCOUNT_ID,
			entry.reference,
			str(entry.amount),
			bookingDate=sample.as_of.isoformat(),
			valueDate=sample.as_of.isoformat(),
			debtorName=payment.counterparty,
			debtorAccount={"iban": payment.counterparty_iban},
			debtorAgent=payment.counterparty_bic,
			endToEndId=payment.end_to_end_id,
			remittanceInformationUnstructuredArray=list(payment.remittance),
			remittanceInformationStructured=payment.creditor_reference or None,
			bankTransactionCode="-".join(entry.code),
		)


def _payments(server, sample: SampleCompany) -> None:
	"""Somebody paid the oldest open invoices by card, and one of another shop on the same Stripe account."""
	server.sessions = []
	waiting = sample.outstanding()
	paid_today = sample.statement.paid_today
	currency = sample.company.currency
	open_ones = [
		one
		for one in sample.invoices
		if waiting.get(one.name, 0) > 0 and one.currency == currency and one.name not in paid_today
	]
	for invoice in sorted(open_ones, key=lambda one: (one.due_date, one.name))[:PAID_BY_CARD]:
		_pay(server, invoice.name, waiting[invoice.name], currency)
	_pay(server, "SHOP-1001", Decimal("49.90"), currency)


def _pay(server, invoice: str, amount: Decimal, currency: str) -> None:
	cents, currency = int(amount * 100), currency.lower()
	charge = {"amount": cents, "currency": currency}
	server.pay(invoice, charge=charge, amount_total=cents, amount_subtotal=cents, currency=currency)


def _companies(server, sample: SampleCompany) -> None:
	"""Sales entered the web sites of some customers and the mobile numbers of those in project business, and somebody who
	never bought anything."""
	server.objects = {"companies": [], "contacts": []}
	for number, customer in enumerate(sample.customers):
		known = {}
		if number < CHANGED_COMPANIES:
			known["website"] = f"https://{_host(customer.name)}.example.com"
		if customer.group == TEXTED_GROUP:
			known["phone"] = customer.contact.phone
		if known:
			server.add("companies", 1, name=customer.name, **known)
	server.add("companies", 1, name="A Prospect", website="https://prospect.example.com")


def _host(name: str) -> str:
	return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
