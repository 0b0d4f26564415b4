"""Online payments in a case's timeline."""

from collections.abc import Iterable

import frappe
from frappe.query_builder import DocType

from collections_app.services.cases.timeline_events import Event, Page, link, money, state


def online_payments(page: Page) -> Iterable[Event]:
	"""Payments of the customer through a payment provider, at the moment they were heard of, with what became of them."""
	payment = DocType("Online Payment")
	rows = page.cut(
		frappe.qb.from_(payment)
		.select(payment.name, payment.noted_at, payment.status, payment.amount, payment.currency)
		.select(payment.connector, payment.reference)
		.where((payment.company == page.company) & (payment.customer == page.customer)),
		payment.noted_at,
		payment.name,
	).run(as_dict=True)
	for row in rows:
		parts = (
			link("Online Payment", row.name, f"{row.connector} {row.reference}"),
			money(row.amount, row.currency),
			state(row.status),
		)
		yield Event(row.noted_at, row.name, " · ".join(parts), "Online Payment", row.name)
