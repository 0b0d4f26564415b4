"""What was paid online is money under way: it is not dunned for until the payout is booked, or waited for in vain."""

from datetime import date

import frappe
from frappe.query_builder import DocType


def paid_online(company: str, as_of: date) -> set[str]:
	"""Invoices with an online payment on its way or received, its payout awaited up to that day at least."""
	payment, invoice = DocType("Online Payment"), DocType("Online Payment Invoice")
	return set(
		(
			frappe.qb.from_(invoice)
			.inner_join(payment)
			.on((payment.name == invoice.parent) & (invoice.parenttype == "Online Payment"))
			.select(invoice.sales_invoice)
			.where((payment.company == company) & payment.status.isin(["Pending", "Paid"]))
			.where((payment.held_until >= as_of) & payment.payment_entry.isnull())
		).run(pluck=True)
	)
