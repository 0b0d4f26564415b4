"""What a payment provider says of a payment becomes an Online Payment: one for each payment, moved on as its state changes.

It is not booked: the money comes with the provider's payout to the bank. Until then its invoices are not dunned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, flt, fmt_money, formatdate, getdate, now_datetime

from collections_app.connectors.records import Payment
from collections_app.services.connectors.references import key_of
from collections_app.services.online_payments import links, payouts
from collections_app.services.online_payments.options import payout_wait_days

STREAM = "payments"
PENDING, PAID, FAILED, REFUNDED = "Pending", "Paid", "Failed", "Refunded"
CENT = 0.005


class UnknownInvoiceError(Exception):
	"""The payment names an invoice that is none of the company's."""


@dataclass(frozen=True)
class About:
	"""Whose payment it is, and of what: (invoice, amount) pairs, in the payment's currency."""

	customer: str
	invoices: list[tuple[str, float]]
	link: str | None = None


def note_payment(config, payment: Payment) -> bool:
	"""Notes it for the company of the Connector Config. Returns whether that changed anything; UnknownInvoiceError says which
	invoice it names wrongly."""
	key = key_of(config.name, STREAM, payment.reference)
	name = frappe.db.get_value("Online Payment", {"payment_key": key}, for_update=True)
	if name:
		return _move_on(frappe.get_doc("Online Payment", name), payment)
	about = _about(config, payment)
	if not about:
		return False  # not through a link of ours
	document = _new(config, payment, about, key)
	frappe.db.savepoint("online_payment")
	try:
		document.insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		# the same payment by webhook and by sync at the same moment
		frappe.db.rollback(save_point="online_payment")
		name = frappe.db.get_value("Online Payment", {"payment_key": key}, for_update=True)
		return _move_on(frappe.get_doc("Online Payment", name), payment)
	_tell(document)
	links.follow_payment(document)
	payouts.relate(document)
	return True


def _about(config, payment: Payment) -> About | None:
	"""By our link; else by the invoice that was named."""
	link = links.find(config.name, payment.key, payment.link)
	if link:
		invoices = [(row.sales_invoice, row.amount) for row in link.items if row.sales_invoice]
		return About(link.customer, _shared(invoices, flt(payment.amount)), link.name)
	if not payment.invoice:
		return None
	names = [payment.invoice]
	if not frappe.db.exists("Sales Invoice", payment.invoice):
		# a link of ours names all that it is for
		names = [part.strip() for part in payment.invoice.split(",") if part.strip()]
	rows = {
		row.name: row
		for row in frappe.get_all(
			"Sales Invoice",
			{"name": ["in", names], "company": config.company, "docstatus": 1},
			["name", "customer", "outstanding_amount"],
		)
	}
	for one in names:
		if one not in rows:
			raise UnknownInvoiceError(_("{0} is no Sales Invoice of {1}.").format(one, config.company))
	if len(names) == 1:
		return About(rows[names[0]].customer, [(names[0], flt(payment.amount))])
	open_amounts = [(one, rows[one].outstanding_amount) for one in names]
	return About(rows[names[0]].customer, _shared(open_amounts, flt(payment.amount)))


def _shared(invoices: Iterable[tuple[str, float]], amount: float) -> list[tuple[str, float]]:
	"""The amount over the invoices, one after the other; what is left, such as charges, belongs to none."""
	found: dict[str, float] = {}
	left = amount
	for invoice, wanted in invoices:
		share = min(max(flt(wanted), 0.0), left)
		found[invoice] = flt(found.get(invoice, 0.0) + share, 9)
		left = flt(left - share, 9)
	return list(found.items())


def _new(config, payment: Payment, about: About, key: str):
	document = frappe.get_doc(
		{
			"doctype": "Online Payment",
			"connector": config.name,
			"company": config.company,
			"customer": about.customer,
			"reference": payment.reference[:255],
			"payment_key": key,
			"payment_link": about.link,
			"noted_at": now_datetime(),
			"amount": flt(payment.amount),
			"currency": payment.currency,
			"invoices": [{"sales_invoice": one, "amount": amount} for one, amount in about.invoices],
		}
	)
	# where its refund is heard of first the whole amount is not known yet: it comes with the payment
	document.update(_said(document, payment, first=True))
	return document


def _move_on(document, payment: Payment) -> bool:
	"""What is said again changes nothing; a payment that is through is never under way again."""
	if payment.status == PENDING and document.status != PENDING:
		return False
	values = _said(document, payment)
	changed = {field: value for field, value in values.items() if not _same(document.get(field), value)}
	if not changed:
		return False
	told = document.status, flt(document.refunded_amount)
	document.update(changed)
	document.save(ignore_permissions=True)
	if told != (document.status, flt(document.refunded_amount)):
		_tell(document)
		links.follow_payment(document)
	return True


def _said(document, payment: Payment, first: bool = False) -> dict:
	"""The fields that this news decides on."""
	if payment.status == REFUNDED:
		refunded = flt(payment.amount)
		back = refunded >= flt(document.amount) - CENT
		return {
			"refunded_amount": refunded,
			"status": REFUNDED if back else document.status,
			"held_until": None if back else document.held_until,
		}
	values = {"amount": flt(payment.amount), "status": payment.status, "payer": payment.payer[:140] or None}
	if payment.status == PAID:
		values |= {"paid_on": payment.paid_on, "fee": flt(payment.fee)}
		if flt(document.refunded_amount) >= flt(payment.amount) - CENT:
			values["status"] = REFUNDED
	if first or values["status"] != document.status:
		values["held_until"] = _held_until(document, values["status"], payment.paid_on)
	return values


def _held_until(document, status: str, paid_on: date | None) -> date | None:
	days = payout_wait_days(document.company)
	if status not in (PENDING, PAID) or not days or document.payment_entry:
		return None
	return getdate(add_days(paid_on or getdate(), days))


def _same(before, after) -> bool:
	if isinstance(after, float):
		return abs(flt(before) - after) < 1e-9
	if isinstance(after, date):
		return bool(before) and getdate(before) == after
	return (before or None) == (after or None)


def _tell(document) -> None:
	"""A line on the timeline of each of its invoices."""
	text = sentence(document)
	for invoice in dict.fromkeys(row.sales_invoice for row in document.invoices):
		frappe.get_doc("Sales Invoice", invoice).add_comment("Info", text)


def sentence(document) -> str:
	"""What became of the payment, as HTML."""
	refunded = flt(document.refunded_amount)
	words = {
		PAID: _("{0}: {1} paid on {2}, reference {3}. The money comes with the payout to the bank."),
		REFUNDED: _("{0}: {4} of {1} refunded, reference {3}."),
		PENDING: _("{0}: a payment of {1} is on its way, reference {3}."),
		FAILED: _("{0}: a payment of {1} failed, reference {3}."),
	}
	text = words[REFUNDED if refunded else document.status].format(
		frappe.utils.escape_html(document.connector),
		fmt_money(document.amount, currency=document.currency),
		formatdate(document.paid_on) if document.paid_on else "",
		frappe.utils.escape_html(document.reference),
		fmt_money(refunded, currency=document.currency),
	)
	if document.status == PAID and document.fee and not refunded:
		text += " " + _("The provider keeps {0}.").format(fmt_money(document.fee, currency=document.currency))
	return text
