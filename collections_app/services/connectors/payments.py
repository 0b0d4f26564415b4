"""A payment through a link or a payment provider is noted on its invoice, once.

It is not booked from here: the money comes with the provider's payout to the bank, and booking both would count it twice.
"""

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate

from collections_app.connectors.base import Record
from collections_app.connectors.records import Payment
from collections_app.services.connectors import references
from collections_app.services.connectors.targets import RefusedRecord, Written

STREAM = "payments"


def write_payment(config, record: Record) -> Written:
	"""RefusedRecord when the invoice it names is not one of the company's."""
	payment: Payment = record.data
	if not payment.invoice:
		return Written(seen=1)  # not through a link of ours
	company = frappe.db.get_value("Sales Invoice", payment.invoice, "company")
	if company != config.company:
		raise RefusedRecord(
			record, _("{0} is no Sales Invoice of {1}.").format(payment.invoice, config.company)
		)
	identity = f"{payment.reference}|{payment.status}|{payment.amount}"
	if not references.add(config.name, STREAM, identity, "Sales Invoice", payment.invoice):
		return Written(seen=1)
	frappe.get_doc("Sales Invoice", payment.invoice).add_comment("Info", _text(config, payment))
	return Written(created=1)


def _text(config, payment: Payment) -> str:
	words = {
		"Paid": _("{0}: {1} paid on {2}, reference {3}. The money comes with the payout to the bank."),
		"Refunded": _("{0}: {1} refunded, reference {3}."),
		"Pending": _("{0}: a payment of {1} is on its way, reference {3}."),
		"Failed": _("{0}: a payment of {1} failed, reference {3}."),
	}
	text = words.get(payment.status, words["Pending"]).format(
		frappe.utils.escape_html(config.name),
		fmt_money(payment.amount, currency=payment.currency),
		formatdate(payment.paid_on) if payment.paid_on else "",
		frappe.utils.escape_html(payment.reference),
	)
	if payment.fee:
		text += " " + _("The provider keeps {0}.").format(fmt_money(payment.fee, currency=payment.currency))
	return text
