"""What is owed of each charged invoice: principal, interest and costs, what is announced, booked and paid of them.

Charges are claimed from the first message that announced them: interest until the day asked for, or until the invoice was
paid; the indemnity and the fees as the messages said them. Nothing that was claimed is lost when the principal is paid
first: it stands here until it is paid, booked or not. Amounts are in the invoice's currency (its receivable account's).
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

import frappe

from collections_app.engine.charge_booking import open_claim, to_book
from collections_app.engine.interest_rates import Rate, RateTable
from collections_app.engine.money import from_minor, to_minor
from collections_app.engine.settlement import invoice_account
from collections_app.services import settings
from collections_app.services.charges import interest_rates
from collections_app.services.charges import ledger as charge_ledger
from collections_app.services.charges.announced import announced_lines
from collections_app.services.charges.compute import PAYMENTS, Charger
from collections_app.services.charges.facts import ledger_of, settlement_order
from collections_app.services.charges.ledger import Booked, Parts
from collections_app.services.frames import chunks

AMOUNTS = (
	*("principal", "outstanding", "accrued", "interest", "indemnity", "fee", "claimed", "announced"),
	*("booked", "unbooked", "paid", "open", "open_costs", "open_interest", "open_principal", "owed"),
)
# the interest of an invoice whose interest nobody claimed
NO_LAW = "XX"
NO_INTEREST = RateTable([Rate(NO_LAW, date(1900, 1, 1), 0)])


@dataclass
class Claim:
	"""What messages said of one invoice."""

	customer: str
	currency: str
	due_date: pd.Timestamp
	interest: dict[str, int] = field(default_factory=lambda: defaultdict(int))
	indemnity: int = 0
	# (day, minor units): the indemnity from its first message on, each fee from its own
	costs: list[tuple[date, int]] = field(default_factory=list)
	fee: int = 0
	has_terms: bool = False

	@property
	def announced(self) -> int:
		return sum(self.interest.values()) + self.indemnity + self.fee


def statement(
	company: str, day: date, customer: str | None = None, open_items: pd.DataFrame | None = None
) -> list[dict]:
	"""One row an invoice that was charged, the oldest due first: customer, invoice, currency, due_date, days,
	base_rate (to company currency) and AMOUNTS.

	`accrued`: interest by the law whether claimed or not; `interest`: what is claimed of it; `announced`: what messages
	said; `open`: claimed less paid; `open_costs`, `open_interest`, `open_principal` and their sum `owed`: what is left
	when payments settle in the order that is set. `open_items`: overdue items that join the rows without a message.
	"""
	claims = _claims(announced_lines(company, customer))
	if open_items is not None:
		_add_open(claims, open_items)
	return _rows(company, day, claims) if claims else []


def _claims(lines: pd.DataFrame) -> dict[str, Claim]:
	"""Sales Invoice -> what was said of it. A message's fee belongs to its first charged invoice."""
	claims: dict[str, Claim] = {}
	lines = lines[lines["voucher_type"] == "Sales Invoice"]
	for _action, rows in lines.groupby("action", sort=False):
		records = rows.to_dict("records")
		charged = [row for row in records if row["interest"] or row["indemnity"]]
		for row in charged or records[:1]:
			claim = claims.setdefault(
				row["voucher_no"], Claim(row["customer"], row["currency"], row["due_date"])
			)
			claim.has_terms |= bool(row["payment_term"])
			said = to_minor(row["interest"], claim.currency)
			claim.interest[row["item_key"]] = max(claim.interest[row["item_key"]], said)
			fixed = to_minor(row["indemnity"], claim.currency)
			if fixed > claim.indemnity:
				claim.costs.append((row["sent_on"].date(), fixed - claim.indemnity))
				claim.indemnity = fixed
		first = claims[(charged or records)[0]["voucher_no"]]
		if fee := to_minor(records[0]["fee"], first.currency):
			first.fee += fee
			first.costs.append((records[0]["sent_on"].date(), fee))
	return claims


def _add_open(claims: dict[str, Claim], items: pd.DataFrame) -> None:
	own = charge_ledger.charges_invoices(items["voucher_no"])
	for row in items[~items["voucher_no"].isin(own)].to_dict("records"):
		claim = claims.setdefault(row["voucher_no"], Claim(row["customer"], row["currency"], row["due_date"]))
		claim.has_terms |= bool(row["payment_term"])


def _rows(company: str, day: date, claims: dict[str, Claim]) -> list[dict]:
	facts = _Facts(company, day, claims)
	rows = [facts.row(name, claim) for name, claim in claims.items()]
	return sorted(rows, key=lambda row: (row["due_date"], row["invoice"]))


class _Facts:
	"""Everything the rows need, read once for all of them."""

	def __init__(self, company: str, day: date, claims: dict[str, Claim]) -> None:
		self.day, self.order = day, settlement_order()
		self.booked: Booked = charge_ledger.booked(claims)
		ledger = ledger_of(claims)
		self.entries = dict(list(ledger[ledger["date"] <= pd.Timestamp(day)].groupby("voucher_no")))
		self.invoices = {
			row.name: row
			for names in chunks(claims)
			for row in frappe.get_all(
				"Sales Invoice", {"name": ["in", names]}, ["name", "customer_name", "conversion_rate"]
			)
		}
		self.charger = Charger(company, day)
		self.country, self.rates = self.charger.country, self.charger.rates
		self.day_count = interest_rates.day_count(company)
		self.own_currency = settings.company_currency(company)
		self.accrued = self._accrue(claims)

	def _accrue(self, claims: dict[str, Claim]) -> dict[str, dict]:
		lines = [
			{
				"item": name,
				"voucher_no": name,
				"payment_term": "",
				"customer": claim.customer,
				"currency": claim.currency,
				"due_date": claim.due_date,
				"outstanding": from_minor(self._sum(name, claim.currency), claim.currency),
			}
			for name, claim in claims.items()
		]
		return {row["item"]: row for row in self.charger.accrued(lines).to_dict("records")}

	def _sum(self, name: str, currency: str, payments: bool = True) -> int:
		entries = self.entries.get(name)
		if entries is None:
			return 0
		if not payments:
			entries = entries[~entries["kind"].isin(PAYMENTS)]
		return sum(to_minor(amount, currency) for amount in entries["amount"])

	def row(self, name: str, claim: Claim) -> dict:
		currency = claim.currency
		accrued = to_minor(self.accrued[name]["interest"], currency)
		said = sum(claim.interest.values())
		# of a term of a schedule the ledger does not say when it was paid: what was said of it stands
		interest = said if claim.has_terms or not said else accrued
		known, paid = self.booked.booked[name], self.booked.paid[name]
		# what stands in the books is owed, even where a payment of an earlier day came in since
		owed = Parts(
			max(interest, known.interest),
			max(claim.indemnity, known.indemnity),
			max(claim.fee, known.fee),
		)
		principal = self._sum(name, currency, payments=False)
		account = self._account(name, claim, principal, bool(said) and not claim.has_terms)
		in_order = {
			"open_costs": open_claim(to_minor(account.open_costs, currency), paid.indemnity + paid.fee),
			"open_interest": open_claim(to_minor(account.open_interest, currency), paid.interest)
			if not claim.has_terms
			else open_claim(owed.interest, paid.interest),
			"open_principal": to_minor(account.open_principal, currency),
		}
		amounts = {
			"principal": principal,
			"outstanding": self._sum(name, currency),
			"accrued": accrued,
			"interest": owed.interest,
			"indemnity": owed.indemnity,
			"fee": owed.fee,
			"claimed": owed.total,
			"announced": claim.announced,
			"booked": known.total,
			"unbooked": to_book(owed.total, known.total),
			"paid": paid.total,
			"open": open_claim(owed.total, paid.total),
			**in_order,
			"owed": sum(in_order.values()),
		}
		invoice = self.invoices[name]
		return {
			"customer": claim.customer,
			"customer_name": invoice.customer_name,
			"invoice": name,
			"currency": currency,
			"due_date": claim.due_date.date(),
			"days": int(self.accrued[name]["days"]),
			"base_rate": 1.0 if currency == self.own_currency else invoice.conversion_rate or 1.0,
			**{key: from_minor(value, currency) for key, value in amounts.items()},
		}

	def _account(self, name: str, claim: Claim, principal: int, with_interest: bool):
		"""The invoice's account with its payments in the order that is set. What was paid on charges by name is not among
		them: it settled those."""
		currency = claim.currency
		entries = self.entries.get(name)
		payments = [] if entries is None else entries[entries["kind"].isin(PAYMENTS)].to_dict("records")
		return invoice_account(
			from_minor(max(principal, 0), currency),
			currency,
			claim.due_date.date(),
			self.day,
			self.rates if with_interest else NO_INTEREST,
			self.country if with_interest else NO_LAW,
			[(row["date"].date(), -row["amount"]) for row in payments],
			[(on, from_minor(amount, currency)) for on, amount in claim.costs],
			self.order,
			self.day_count,
		)


def update_cases(company: str, day: date) -> int:
	"""Writes on each case what is open of its customer's charges, in company currency. Returns how many changed."""
	open_now: dict[str, float] = defaultdict(float)
	for row in statement(company, day):
		open_now[row["customer"]] += row["open"] * row["base_rate"]
	currency = settings.company_currency(company)
	cases = frappe.get_all("Collection Case", {"company": company}, ["name", "customer", "charges_open"])
	values = {}
	for case in cases:
		amount = from_minor(to_minor(open_now.get(case.customer, 0.0), currency), currency)
		if amount != case.charges_open:
			values[case.name] = {"charges_open": amount}
	frappe.db.bulk_update("Collection Case", values, chunk_size=200, update_modified=False)
	return len(values)
