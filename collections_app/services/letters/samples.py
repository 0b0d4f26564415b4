"""Made-up facts that a letter is tried with: when it is saved, and in the preview without a customer."""

from datetime import timedelta

from frappe import _
from frappe.utils import getdate

from collections_app.services.letters.facts import Facts
from collections_app.services.online_payments.asked import EXAMPLE

FIRST_DUE = 41


def sample_facts(items: int = 3, bare: bool = False, tone: str = "Neutral") -> Facts:
	"""Facts with as many items, each ten days younger than the one before; `bare`: all that may be empty is."""
	day = getdate()
	return Facts(
		company={"name": _("Your Company Ltd"), "email": "accounts@example.com", "phone": "+44 20 7946 0018"},
		customer={"name": "CUST-0007", "customer_name": _("Sample & Sons")},
		items=[_item(number, day, bare) for number in range(items)],
		currency="EUR",
		contact_name="" if bare else "Claire Keller",
		bank_account={}
		if bare
		else {
			"account_name": _("Your Company Ltd"),
			"bank": "Commerzbank",
			"iban": "DE89 3704 0044 0532 0130 00",
			"bic": "COBADEFFXXX",
		},
		collector={}
		if bare
		else {
			"full_name": "Sarah Lindqvist",
			"email": "s.lindqvist@example.com",
			"phone": "+44 20 7946 0021",
		},
		promise=None
		if bare
		else {
			"amount": 900.0,
			"currency": "EUR",
			"due_on": day + timedelta(days=9),
			"promised_by": "Claire Keller",
			"instalments": [
				{"amount": 450.0, "due_on": day + timedelta(days=9)},
				{"amount": 450.0, "due_on": day + timedelta(days=39)},
			],
		},
		payment_link="" if bare else EXAMPLE,
		fee=0.0 if bare else 5.0,
		level=3,
		tone=tone,
		reference="COL-ACT-2026-00042",
		day=day,
	)


def _item(number: int, day, bare: bool) -> dict:
	overdue = FIRST_DUE - 10 * number
	charge = {"interest": 3.21, "interest_days": overdue, "interest_rate": 10.15, "indemnity": 40.0}
	return {
		"invoice": f"ACC-SINV-2026-{211 + number:05d}",
		"posting_date": day - timedelta(days=overdue + 30),
		"due_date": day - timedelta(days=overdue),
		"days_overdue": overdue,
		"outstanding": 1234.5 - 100 * (number % 5),
		"po_no": "PO-77120" if number == 0 else "",
		**({} if bare or overdue <= 0 else charge),
	}
