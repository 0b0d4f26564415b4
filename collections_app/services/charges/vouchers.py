"""The two vouchers that book charges: an invoice for charges, or ERPNext's Dunning.

Both are submitted with amounts to the cent those of the booking; a voucher of which ERPNext made something else is
refused. Settings of the company that are missing are named.
"""

from __future__ import annotations

from collections.abc import Callable

from babel import Locale

import frappe
from frappe import _
from frappe.utils import flt, getdate

from collections_app.engine.money import from_minor, to_minor
from collections_app.exceptions import ChargeBookingError, SettingsMissingError
from collections_app.services import settings
from collections_app.services.letters.formats import format_money, format_rate, labels, locale_of
from collections_app.services.letters.languages import language_without_one

INVOICE, DUNNING = "Invoice for Charges", "ERPNext Dunning"


def make(booking):
	"""Submits the voucher of a Charge Booking whose amounts are set; the voucher as a document.

	SettingsMissingError naming the field; ChargeBookingError when ERPNext's amounts differ; and ERPNext's own errors.
	"""
	return BUILDERS[booking.book_as](booking)


def make_invoice(booking):
	"""A Sales Invoice with a line for each interest and indemnity, and one for the fee."""
	accounts = _accounts(booking.company, "charges_account", "charges_item")
	invoice = frappe.new_doc("Sales Invoice")
	invoice.update(
		{
			"company": booking.company,
			"customer": booking.customer,
			"posting_date": getdate(),
			"due_date": getdate(),
			"currency": booking.currency,
			"debit_to": _debit_to(booking),
			"disable_rounded_total": 1,
			"ignore_pricing_rule": 1,
			"ignore_default_payment_terms_template": 1,
			# set, so that ERPNext fills in no defaults: the terms are those of the law, and there is no tax
			"payment_terms_template": "",
			"taxes_and_charges": "",
			"sales_team": [],
			"remarks": _remarks(booking),
		}
	)
	for text, amount in _parts(booking):
		invoice.append(
			"items",
			{
				"item_code": accounts.charges_item,
				"description": text,
				"qty": 1,
				"rate": amount,
				"income_account": accounts.charges_account,
				"cost_center": accounts.charges_cost_center,
			},
		)
	_post(invoice)
	_must_equal(booking, invoice.total, invoice.name)
	return invoice


def make_dunning(booking):
	"""A Dunning whose fee is the whole of the charges, at no rate of interest.

	ERPNext computes interest with one rate on what is open on the day, whatever the law's rates and the payments were;
	what it computes it overwrites on every save. The fee alone is kept as given. No Dunning Type: it would bring its own
	rate, fee and account.
	"""
	accounts = _accounts(booking.company, "charges_account")
	dunning = frappe.new_doc("Dunning")
	dunning.update(
		{
			"company": booking.company,
			"customer": booking.customer,
			"customer_name": frappe.get_cached_value("Customer", booking.customer, "customer_name"),
			"posting_date": getdate(),
			"currency": booking.currency,
			"conversion_rate": _rate(booking),
			"rate_of_interest": 0,
			"dunning_fee": booking.total,
			"income_account": accounts.charges_account,
			"cost_center": accounts.charges_cost_center,
			"language": language_of(booking),
			"body_text": _as_list(booking),
		}
	)
	for line in booking.items:
		for row in _schedule(line):
			dunning.append("overdue_payments", row)
	_post(dunning)
	_must_equal(booking, dunning.dunning_amount, dunning.name)
	return dunning


def _post(voucher) -> None:
	voucher.flags.ignore_permissions = True
	# charges are no new credit: a customer beyond its limit must not escape them
	voucher.check_credit_limit = lambda: None
	voucher.insert()
	voucher.submit()


def _must_equal(booking, amount: float, voucher: str) -> None:
	if to_minor(flt(amount), booking.currency) != to_minor(booking.total, booking.currency):
		raise ChargeBookingError(
			_("{0} came out as {1} instead of {2}: a price rule or another app changes it.").format(
				voucher, amount, booking.total
			)
		)


def _accounts(company: str, *needed: str):
	"""The company's accounts of charges; the cost center is the company's own where none is set."""
	row = settings.company_row(company)
	meta = frappe.get_meta("Collections Company")
	missing = [_(meta.get_label(field)) for field in needed if not row.get(field)]
	center = row.charges_cost_center or frappe.get_cached_value("Company", company, "cost_center")
	if not center:
		missing.append(_(meta.get_label("charges_cost_center")))
	if missing:
		raise SettingsMissingError(
			_("Charges of {0} cannot be booked: set {1} in Collections Settings.").format(
				frappe.bold(company), ", ".join(frappe.bold(label) for label in missing)
			)
		)
	return frappe._dict(
		charges_account=row.charges_account, charges_item=row.charges_item, charges_cost_center=center
	)


def _debit_to(booking) -> str | None:
	"""The receivable account of the invoices, so that the charges are owed in their currency; None: the customer's."""
	names = [line.sales_invoice for line in booking.items]
	return frappe.db.get_value("Sales Invoice", names[0], "debit_to") if names else None


def _rate(booking) -> float:
	own = settings.company_currency(booking.company)
	if booking.currency == own:
		return 1.0
	from erpnext.setup.utils import get_exchange_rate

	rate = flt(get_exchange_rate(booking.currency, own, getdate()))
	if not rate:
		raise ChargeBookingError(_("There is no exchange rate from {0} to {1}").format(booking.currency, own))
	return rate


def _parts(booking) -> list[tuple[str, float]]:
	"""Text and amount of each charge, in the words and the language of the message."""
	language = language_of(booking)
	words, locale = labels(language), locale_of(language)
	parts = []
	for line in booking.items:
		if line.interest:
			parts.append((_interest_text(line, words, locale), line.interest))
		if line.indemnity:
			parts.append((f"{words['indemnity']}, {line.sales_invoice}", line.indemnity))
	if booking.fee:
		parts.append((f"{words['fee']}, {booking.action}", booking.fee))
	return parts


def _interest_text(line, words: dict[str, str], locale: Locale) -> str:
	"""What the interest is for; where a part of it was booked before, claimed less booked."""
	basis = words["interest_basis"].format(
		days=line.interest_days, rate=format_rate(line.interest_rate, locale)
	)
	text = f"{words['interest']}, {line.sales_invoice} ({basis})"
	before = from_minor(
		to_minor(line.interest_claimed, line.currency) - to_minor(line.interest, line.currency), line.currency
	)
	if not before:
		return text
	claimed, known = (
		format_money(amount, line.currency, locale) for amount in (line.interest_claimed, before)
	)
	return f"{text}: {claimed} \N{MINUS SIGN} {known}"


def language_of(booking) -> str:
	"""The message's language; without one the customer's, else the company's."""
	language = booking.action and frappe.db.get_value("Collection Action", booking.action, "language")
	language = language or frappe.db.get_value("Customer", booking.customer, "language")
	return language or language_without_one(booking.company)


def _as_list(booking) -> str:
	locale = locale_of(language_of(booking))
	lines = (
		f"<li>{frappe.utils.escape_html(text)}: {format_money(amount, booking.currency, locale)}</li>"
		for text, amount in _parts(booking)
	)
	return f"<ul>{''.join(lines)}</ul>"


def _remarks(booking) -> str:
	if booking.action:
		return _("Charges for late payment, message {0}").format(booking.action)
	return _("Charges for late payment of invoice {0}").format(booking.settled_invoice)


def _schedule(line) -> list[dict]:
	"""The Overdue Payments of an item. An invoice without a payment schedule (an opening invoice) has none: ERPNext
	cannot tell when such a row is paid, and its payments would fail. Nor has one in another currency than its account:
	ERPNext refuses it."""
	if frappe.db.get_value("Sales Invoice", line.sales_invoice, "currency") != line.currency:
		return []
	filters = {"parenttype": "Sales Invoice", "parent": line.sales_invoice}
	if line.payment_term:
		filters["name"] = line.payment_term
	rows = frappe.get_all(
		"Payment Schedule",
		filters,
		["name", "payment_term", "description", "due_date", "invoice_portion", "payment_amount"],
		order_by="idx",
	)
	return [
		{
			"sales_invoice": line.sales_invoice,
			"payment_schedule": row.name,
			"payment_term": row.payment_term,
			"description": row.description,
			"due_date": row.due_date,
			"invoice_portion": row.invoice_portion,
			"payment_amount": row.payment_amount,
			# a paid-up invoice of several terms is listed with each, nothing open
			"outstanding": line.outstanding if len(rows) == 1 else 0,
		}
		for row in rows
	]


BUILDERS: dict[str, Callable] = {INVOICE: make_invoice, DUNNING: make_dunning}
