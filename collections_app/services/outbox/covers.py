"""What keeps an item from being chased: an open promise, an open dispute, a payment online, a pause of the invoice."""

from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType

from collections_app.services.charges import ledger as charge_ledger
from collections_app.services.hand_over.standing import handed_over_items
from collections_app.services.online_payments.covers import paid_online


def promised_invoices(company: str) -> set[str]:
	promise, invoice = DocType("Promise to Pay"), DocType("Promise to Pay Invoice")
	return set(
		(
			frappe.qb.from_(invoice)
			.inner_join(promise)
			.on(promise.name == invoice.parent)
			.select(invoice.sales_invoice)
			.where((promise.company == company) & (promise.status == "Open"))
		).run(pluck=True)
	)


def disputed_invoices(company: str) -> set[str]:
	return set(
		frappe.get_all("Invoice Dispute", {"company": company, "status": "Open"}, pluck="sales_invoice")
	)


def paused_invoices(company: str, as_of: date) -> set[str]:
	"""Invoices whose own pause still holds; its last day included."""
	return set(
		frappe.get_all(
			"Sales Invoice",
			{"company": company, "docstatus": 1, "collections_paused_until": [">=", as_of]},
			pluck="name",
		)
	)


def covered_items(company: str, items: pd.DataFrame, as_of: date) -> pd.Series:
	"""Keys of the items of `items` (item, voucher_no, customer, debtor) that a promise, a dispute, a payment online or a pause
	covers, or that a partner pursues.

	A pause of a customer holds its message; one of a customer whose messages go to another keeps its items out of it.
	"""
	covered = promised_invoices(company) | disputed_invoices(company) | paused_invoices(company, as_of)
	covered |= paid_online(company, as_of)
	# the letters of the invoices they are for say their amounts
	covered |= charge_ledger.in_letters(company, items)
	paused = items["debtor"].isin(paused_customers(company, as_of)) & (items["debtor"] != items["customer"])
	handed_over = items["item"].isin(handed_over_items(company))
	return items.loc[items["voucher_no"].isin(covered) | paused | handed_over, "item"]


def paused_customers(company: str, as_of: date) -> set[str]:
	"""Customers whose pause, or that of their case, still holds; its last day included."""
	return {customer for customer, until in customer_pauses(company).items() if until >= as_of}


def plan_pauses() -> dict[str, date]:
	"""Plan -> the last day of its pause."""
	rows = frappe.get_all(
		"Dunning Plan", {"paused_until": ["is", "set"]}, ["name", "paused_until"], as_list=True
	)
	return dict(rows)


def customer_pauses(company: str) -> dict[str, date]:
	"""Customer -> the later of its own pause and its case's."""
	pauses: dict[str, date] = {}
	sources = (
		frappe.get_all(
			"Customer",
			{"collections_paused_until": ["is", "set"]},
			["name", "collections_paused_until"],
			as_list=True,
		),
		frappe.get_all(
			"Collection Case",
			{"company": company, "paused_until": ["is", "set"]},
			["customer", "paused_until"],
			as_list=True,
		),
	)
	for rows in sources:
		for customer, until in rows:
			pauses[customer] = max(pauses.get(customer, until), until)
	return pauses
