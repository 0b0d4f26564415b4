"""What is booked of charges, and what of that is paid.

Bookings are Charge Bookings; a booking's payments are found where ERPNext keeps them: on an invoice for charges, what is
no longer outstanding of it; for a Dunning, the deductions on its income account of the payments of its invoices.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import flt

from collections_app.engine.charge_booking import fill, settle_charges
from collections_app.engine.money import to_minor
from collections_app.services.charges.facts import settlement_order
from collections_app.services.frames import chunks

BOOKING, LINE = "Charge Booking", "Charge Booking Item"


@dataclass
class Parts:
	"""Interest, indemnity and fees of one invoice, in minor units of its currency."""

	interest: int = 0
	indemnity: int = 0
	fee: int = 0

	@property
	def total(self) -> int:
		return self.interest + self.indemnity + self.fee


@dataclass
class Booked:
	"""Of each invoice what is booked and what is paid of it; of each item, what of its interest."""

	booked: dict[str, Parts] = field(default_factory=lambda: defaultdict(Parts))
	paid: dict[str, Parts] = field(default_factory=lambda: defaultdict(Parts))
	item_booked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
	item_paid: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def booked(invoices: Iterable[str]) -> Booked:
	"""What stands in the books for these Sales Invoices. A fee counts for the first invoice of its booking."""
	names = _bookings_of(invoices)
	result = Booked()
	if not names:
		return result
	bookings, lines = _bookings(names), defaultdict(list)
	for row in _lines(names):
		lines[row.parent].append(row)
	paid = _paid_invoices(bookings) | _paid_dunnings(bookings, lines)
	order = settlement_order()
	for name, booking in bookings.items():
		_add(result, booking, lines[name], paid.get(name, 0), order)
	return result


def _add(result: Booked, booking, lines: list, paid: int, order: tuple[str, ...]) -> None:
	currency = booking.currency
	fee = to_minor(booking.fee, currency)
	amounts = [(to_minor(line.indemnity, currency), to_minor(line.interest, currency)) for line in lines]
	settled = settle_charges(paid, fee, amounts, order)
	if lines:
		result.booked[lines[0].sales_invoice].fee += fee
		result.paid[lines[0].sales_invoice].fee += settled.fee
	for line, owed, done in zip(lines, amounts, settled.lines, strict=True):
		for target, items, (indemnity, interest) in (
			(result.booked, result.item_booked, owed),
			(result.paid, result.item_paid, done),
		):
			target[line.sales_invoice].indemnity += indemnity
			target[line.sales_invoice].interest += interest
			items[line.item_key] += interest


def _bookings_of(invoices: Iterable[str]) -> list[str]:
	booking, line = DocType(BOOKING), DocType(LINE)
	found: set[str] = set()
	for names in chunks(invoices):
		found.update(
			(
				frappe.qb.from_(line)
				.inner_join(booking)
				.on(booking.name == line.parent)
				.select(booking.name)
				.distinct()
				.where((booking.status == "Booked") & line.sales_invoice.isin(names))
			).run(pluck=True)
		)
	return sorted(found)


def _bookings(names: list[str]) -> dict:
	"""Name -> booking, the one booked first in front."""
	fields = ["name", "book_as", "voucher", "currency", "fee", "total"]
	rows = [
		row
		for some in chunks(names)
		for row in frappe.get_all(BOOKING, {"name": ["in", some]}, [*fields, "booked_on"])
	]
	return {row.name: row for row in sorted(rows, key=lambda row: (str(row.booked_on), row.name))}


def _lines(names: list[str]) -> list:
	fields = ["parent", "sales_invoice", "item_key", "interest", "indemnity"]
	return [
		row
		for some in chunks(names)
		for row in frappe.get_all(LINE, {"parent": ["in", some]}, fields, order_by="idx")
	]


def _paid_invoices(bookings: dict) -> dict[str, int]:
	"""Booking -> what is no longer outstanding of its invoice for charges, paid or credited."""
	by_voucher = {
		row.voucher: row for row in bookings.values() if row.book_as == "Invoice for Charges" and row.total
	}
	paid = {}
	for names in chunks(by_voucher):
		rows = frappe.get_all(
			"Sales Invoice", {"name": ["in", names]}, ["name", "grand_total", "outstanding_amount"]
		)
		for row in rows:
			booking = by_voucher[row.name]
			# taxes, where there are any, are paid in proportion
			share = 1 - flt(row.outstanding_amount) / flt(row.grand_total) if row.grand_total else 0
			paid[booking.name] = to_minor(min(max(share, 0), 1) * booking.total, booking.currency)
	return paid


def _paid_dunnings(bookings: dict, lines: dict[str, list]) -> dict[str, int]:
	"""Booking -> what payments of its invoices brought beyond them, on the Dunning's income account."""
	dunnings = [row for row in bookings.values() if row.book_as == "ERPNext Dunning"]
	if not dunnings:
		return {}
	owed = {row.name: to_minor(row.total, row.currency) for row in dunnings}
	of_invoice = defaultdict(list)
	for row in dunnings:
		for line in lines[row.name]:
			if row not in of_invoice[line.sales_invoice]:
				of_invoice[line.sales_invoice].append(row)
	paid: dict[str, int] = defaultdict(int)
	for payment in _deductions(list(of_invoice)):
		mine = [row for name in payment["invoices"] for row in of_invoice[name]]
		mine = list({row.name: row for row in mine}.values())
		left = [owed[row.name] - paid[row.name] for row in mine]
		amount = to_minor(payment["amount"], mine[0].currency) if mine else 0
		for row, part in zip(mine, fill(amount, left), strict=True):
			paid[row.name] += part
	return paid


def _deductions(invoices: list[str]) -> list[dict]:
	"""Payments of these invoices that brought charges too: amount in the customer's currency, invoices; oldest first."""
	entry, reference = DocType("Payment Entry"), DocType("Payment Entry Reference")
	deduction, dunning = DocType("Payment Entry Deduction"), DocType("Dunning")
	accounts = frappe.qb.from_(dunning).select(dunning.income_account).where(dunning.docstatus == 1)
	found: dict[str, dict] = {}
	for names in chunks(invoices):
		rows = (
			frappe.qb.from_(entry)
			.inner_join(reference)
			.on(reference.parent == entry.name)
			.inner_join(deduction)
			.on(deduction.parent == entry.name)
			.select(
				entry.name,
				entry.posting_date,
				entry.source_exchange_rate,
				reference.reference_name,
				deduction.name.as_("deduction"),
				deduction.amount,
			)
			.where(
				(entry.docstatus == 1)
				& (reference.reference_doctype == "Sales Invoice")
				& reference.reference_name.isin(names)
				& (deduction.amount < 0)
				& deduction.account.isin(accounts)
			)
			.orderby(entry.posting_date, entry.name, reference.idx)
		).run(as_dict=True)
		for row in rows:
			payment = found.setdefault(row.name, {"day": row.posting_date, "parts": {}, "invoices": []})
			payment["parts"][row.deduction] = -row.amount / (row.source_exchange_rate or 1)
			payment["invoices"].append(row.reference_name)
	payments = sorted(found.items(), key=lambda one: (one[1]["day"], one[0]))
	return [
		{"amount": sum(row["parts"].values()), "invoices": list(dict.fromkeys(row["invoices"]))}
		for _name, row in payments
	]


def charges_invoices(invoices: Iterable[str]) -> set[str]:
	"""Those of these Sales Invoices that are invoices for charges: they bear no charges themselves."""
	found: set[str] = set()
	for names in chunks(invoices):
		filters = {"voucher_type": "Sales Invoice", "voucher": ["in", names]}
		found.update(frappe.get_all(BOOKING, filters, pluck="voucher"))
	return found


def in_letters(company: str, items: pd.DataFrame) -> set[str]:
	"""Open invoices for charges whose charges the letters of a still open invoice state already.

	Such an invoice is not chased beside it; it is as any other once the invoices it is for are paid. `items`: open
	items (voucher_no, outstanding).
	"""
	booking, line = DocType(BOOKING), DocType(LINE)
	rows = (
		frappe.qb.from_(booking)
		.inner_join(line)
		.on(line.parent == booking.name)
		.select(booking.voucher, line.sales_invoice)
		.where((booking.company == company) & (booking.status == "Booked"))
		.where(booking.voucher_type == "Sales Invoice")
	).run()
	still_open = set(items.loc[items["outstanding"] > 0, "voucher_no"]) if rows else set()
	return {voucher for voucher, invoice in rows if voucher in still_open and invoice in still_open}


def last_payments(invoices: Iterable[str]) -> dict[str, pd.Timestamp]:
	"""Invoice -> the day of its last payment."""
	ple = DocType("Payment Ledger Entry")
	found = {}
	for names in chunks(invoices):
		rows = (
			frappe.qb.from_(ple)
			.select(ple.against_voucher_no, Max(ple.posting_date))
			.where((ple.delinked == 0) & (ple.against_voucher_type == "Sales Invoice"))
			.where((ple.amount < 0) & ple.against_voucher_no.isin(names))
			.groupby(ple.against_voucher_no)
		).run()
		found.update({name: pd.Timestamp(day) for name, day in rows})
	return found
