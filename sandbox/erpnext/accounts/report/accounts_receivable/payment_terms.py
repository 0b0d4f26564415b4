"""Splitting an invoice's open amount over the instalments of its payment schedule."""

import frappe
from frappe.utils import flt, getdate

from erpnext.accounts.utils import money


def split_by_term(row, in_party_currency, company_currency) -> list[frappe._dict]:
	"""Return a row for each instalment with money due, and one for what was paid beyond them.

	What payments name an instalment stays with it; the rest goes to the instalments in order of what was paid on
	them, then of their due date. Credit notes come after payments.
	"""
	schedule = _read_schedule(row.voucher_no)
	if not schedule:
		return [row]
	left = {"paid": row.paid, "credit_note": row.credit_note}
	terms = []
	for term in schedule:
		invoice_currency = in_party_currency or company_currency == term.party_account_currency
		prefix = "" if invoice_currency else "base_"
		invoiced = flt(term[f"{prefix}payment_amount"])
		paid = flt(term[f"{prefix}paid_amount"]) + flt(term.discounted_amount)
		if flt(term[f"{prefix}paid_amount"]):
			left["paid"] -= paid
		terms.append(
			frappe._dict(
				row,
				due_date=term.due_date,
				payment_term=term.description or term.payment_term,
				invoiced=invoiced,
				invoice_grand_total=row.invoiced,
				paid=paid,
				credit_note=0.0,
				outstanding=money(invoiced - paid),
			)
		)
	for term in terms:
		if not term.paid:
			_take(term, left, "paid")
		if term.outstanding:
			_take(term, left, "credit_note")
	rows = [term for term in sorted(terms, key=lambda term: getdate(term.due_date)) if term.outstanding > 0]
	extra = {field: money(amount) for field, amount in left.items()}
	if any(amount > 0 for amount in extra.values()):
		extra = {field: max(amount, 0.0) for field, amount in extra.items()}
		rows.append(frappe._dict(row, **extra, invoiced=0.0, outstanding=-sum(extra.values())))
	return rows


def _take(term, left, field):
	amount = min(left[field], term.outstanding)
	term[field] = amount
	left[field] -= amount
	term.outstanding = money(term.outstanding - amount)


def _read_schedule(invoice: str) -> list[frappe._dict]:
	values = frappe.db.get_value(
		"Sales Invoice", invoice, ["is_return", "party_account_currency"], as_dict=True
	)
	if not values or values.is_return:
		return []
	rows = frappe.get_all(
		"Payment Schedule",
		filters={"parent": invoice, "parenttype": "Sales Invoice"},
		fields=[
			"due_date",
			"payment_term",
			"description",
			"payment_amount",
			"base_payment_amount",
			"paid_amount",
			"base_paid_amount",
			"discounted_amount",
		],
		order_by="paid_amount desc, due_date asc",
	)
	for row in rows:
		row.party_account_currency = values.party_account_currency
	return rows
