"""Matching bank credits to open items: the engine on a large ledger, and on a bench ERPNext's own matching beside it.

The engine works on made-up payers and invoices, the same each time. ERPNext's automatic reconciliation
works on the bench's own open bank lines, a few of them, and is rolled back.
"""

import os
import random
import resource
import string
import time

import pandas as pd

CREDITS = int(os.environ.get("CASH_CREDITS", 10_000))
ITEMS = int(os.environ.get("CASH_ITEMS", 100_000))
BASELINE_CREDITS = 50
TEXTS = (
	"Invoice {number}",
	"RE {number} Kd.Nr. {customer}",
	"facture {serial}",
	"{number} less 2% discount",
	"your invoice, thank you",
	"Payment {number} - {customer_name}",
)


def run() -> dict:
	"""credits, items, applied, seconds and rss_mb of the engine; on a bench also ERPNext's on BASELINE_CREDITS."""
	from collections_app.engine.matching import match_payments

	payments, items = made_up(CREDITS, ITEMS)
	started = time.perf_counter()
	matches, decisions = match_payments(payments, items)
	seconds = time.perf_counter() - started
	return {
		"credits": len(payments),
		"items": len(items),
		"applied": int((decisions["status"] == "apply").sum()),
		"allocations": len(matches),
		"seconds": round(seconds, 2),
		"rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
		**baseline(),
	}


def made_up(credits: int, items: int, seed: int = 7) -> tuple[pd.DataFrame, pd.DataFrame]:
	"""(payments, items): twenty invoices a customer, one payment for some of them in the words of TEXTS."""
	chance = random.Random(seed)
	customers = max(items // 20, 1)
	names = ["".join(chance.choices(string.ascii_lowercase, k=9)).title() + " Ltd" for _ in range(customers)]
	rows = []
	for number in range(items):
		owner = chance.randrange(customers)
		rows.append(
			(
				f"INV-2026-{number:06d}",
				f"C-{owner:05d}",
				names[owner],
				"EUR",
				round(chance.uniform(20, 9000), 2),
			)
		)
	frame = pd.DataFrame(rows, columns=["invoice", "customer", "customer_name", "currency", "outstanding"])
	frame["posting_date"], frame["due_date"] = "2026-01-01", "2026-01-31"
	paid = []
	for place, row in enumerate(chance.sample(rows, min(credits, items))):
		number, customer, name, currency, amount = row
		text = chance.choice(TEXTS)
		share = 0.98 if "discount" in text else 1
		paid.append(
			{
				"payment_id": f"P{place:06d}",
				"date": "2026-02-10",
				"amount": round(amount * share, 2),
				"currency": currency,
				"counterparty_name": name,
				"counterparty_iban": "",
				"remittance": text.format(
					number=number,
					serial=int(number[-6:]),
					customer=customer,
					customer_name=name,
				),
			}
		)
	return pd.DataFrame(paid), frame


def baseline() -> dict:
	"""What ERPNext's automatic reconciliation settles of the site's first open bank lines; nothing without ERPNext's
	tool, or without such lines."""
	try:
		import frappe

		from erpnext.accounts.doctype.bank_reconciliation_tool import bank_reconciliation_tool as tool
	except ImportError:
		return {}
	lines = frappe.get_all(
		"Bank Transaction",
		filters={"docstatus": 1, "deposit": [">", 0], "unallocated_amount": [">", 0]},
		fields=["name", "unallocated_amount", "bank_account"],
		order_by="name",
		limit=BASELINE_CREDITS,
	)
	if not lines:
		return {"baseline_credits": 0}
	started = time.perf_counter()
	try:
		tool.start_auto_reconcile(lines, None, None, None, None, None)
		seconds = time.perf_counter() - started
		left = frappe.get_all(
			"Bank Transaction",
			filters={"name": ["in", [line.name for line in lines]], "unallocated_amount": [">", 0]},
			pluck="name",
		)
	finally:
		frappe.db.rollback()
	return {
		"baseline_credits": len(lines),
		"baseline_applied": len(lines) - len(left),
		"baseline_seconds": round(seconds, 2),
	}
