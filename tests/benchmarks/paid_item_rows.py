"""Invoices that are paid, beside the open ones of `open_item_rows`: each with its payment, over the last three years."""

import random
from datetime import timedelta

from tests.benchmarks.open_item_rows import copied

SEED = 2
DAYS = 3 * 365
COPIES = "BC"


def add_paid_items(customers: list[str], items: int) -> int:
	"""`items` invoices of these customers with a payment each. `open_item_rows` takes them away with its own.

	A customer pays around a day of its own: up to ten days early, or weeks late. Returns how many were made.
	"""
	from frappe.utils import getdate

	from collections_app.tests.utils import make_invoice, pay

	if not items:
		return 0
	chance = random.Random(SEED)
	today = getdate()
	template = make_invoice(customers[0], 100, due_in=-20)
	payment = pay(template)
	habits = [chance.gauss(5, 12) for _name in customers]
	invoices, payments = [], []
	for number in range(1, items):
		who = chance.randrange(len(customers))
		posted = today - timedelta(days=chance.randint(45, DAYS))
		due = posted + timedelta(days=30)
		paid = min(max(due + timedelta(days=round(chance.gauss(habits[who], 6))), posted), today)
		amount = round(chance.lognormvariate(6.685, 0.9), 2)
		invoices.append((f"{COPIES}-{number:07d}", customers[who], posted, due, amount))
		payments.append((f"{COPIES}P-{number:07d}", *invoices[-1][:2], paid, amount))
	_copy_invoices(template.name, invoices)
	_copy_payments(payment.name, payments)
	return items


def _copy_invoices(template: str, invoices: list[tuple]) -> None:
	import frappe

	copied(
		"Sales Invoice",
		template,
		(
			{
				**{"name": name, "customer": customer, "customer_name": customer},
				**{"posting_date": posted, "due_date": due, "status": "Paid", "outstanding_amount": 0},
				**dict.fromkeys(("total", "net_total", "grand_total"), amount),
				**dict.fromkeys(("base_total", "base_net_total", "base_grand_total"), amount),
			}
			for name, customer, posted, due, amount in invoices
		),
	)
	copied(
		"Payment Ledger Entry",
		frappe.db.get_value("Payment Ledger Entry", {"voucher_no": template}),
		(
			{
				**{"name": f"PL-{name}", "voucher_no": name, "against_voucher_no": name, "party": customer},
				**{"posting_date": posted, "due_date": due},
				**{"amount": amount, "amount_in_account_currency": amount},
			}
			for name, customer, posted, due, amount in invoices
		),
	)


def _copy_payments(template: str, payments: list[tuple]) -> None:
	import frappe

	copied(
		"Payment Entry",
		template,
		(
			{
				**{"name": name, "party": customer, "party_name": customer, "posting_date": paid},
				**dict.fromkeys(("paid_amount", "base_paid_amount", "received_amount"), amount),
				**dict.fromkeys(("base_received_amount", "total_allocated_amount"), amount),
			}
			for name, _invoice, customer, paid, amount in payments
		),
	)
	copied(
		"Payment Entry Reference",
		frappe.db.get_value("Payment Entry Reference", {"parent": template}),
		(
			{
				**{
					"name": f"R-{name}",
					"parent": name,
					"reference_name": invoice,
					"allocated_amount": amount,
				},
				**{"total_amount": amount, "outstanding_amount": 0},
			}
			for name, invoice, _customer, _paid, amount in payments
		),
	)
	copied(
		"Payment Ledger Entry",
		frappe.db.get_value("Payment Ledger Entry", {"voucher_no": template}),
		(
			{
				**{"name": f"PL-{name}", "voucher_no": name, "against_voucher_no": invoice},
				**{"party": customer, "posting_date": paid},
				**{"amount": -amount, "amount_in_account_currency": -amount},
			}
			for name, invoice, customer, paid, amount in payments
		),
	)
