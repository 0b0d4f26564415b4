"""The open items of a customer with the day each will be paid, as predicted by the last run."""

from datetime import date

import frappe
from frappe.utils import flt

from collections_app.engine.frames import effective_due_date
from collections_app.services.customer_view import DISPUTE_FIELDS, PROMISE_FIELDS, latest
from collections_app.services.receivables import open_items
from collections_app.services.settings import company_currency

MOST_ITEMS = 200
PREDICTED = ("item_key", "expected_on", "earliest_on", "latest_on", "late_chance", "predicted_on")


def expected(customer: str, company: str, today: date) -> dict:
	"""`items`: open items, the oldest first, with outstanding in their currency, days_overdue (negative: days left),
	prediction (expected_on, earliest_on, latest_on, late_chance in percent; None where there is none) and marks
	("promise", "dispute"); `left_out`: how many more there are; promises, disputes: the latest; predicted_on."""
	items = open_items(company, customers=[customer])
	items = items.assign(due_date=effective_due_date(items)).sort_values(["due_date", "item"])
	predictions = {}
	if frappe.has_permission("Payment Prediction", "read"):
		rows = frappe.get_list(
			"Payment Prediction",
			filters={"customer": customer, "company": company},
			fields=list(PREDICTED),
			order_by="due_date",
			limit=0,
		)
		predictions = {row.pop("item_key"): row for row in rows}
	marks = _marks(customer, company)
	shown = items.head(MOST_ITEMS)
	return {
		"items": [_row(row, today, predictions, marks) for row in shown.to_dict("records")],
		"left_out": len(items) - len(shown),
		"currency": company_currency(company),
		"predicted_on": next((row.predicted_on for row in predictions.values()), None),
		"promises": latest("Promise to Pay", customer, company, PROMISE_FIELDS, "due_on desc", 5),
		"disputes": latest("Invoice Dispute", customer, company, DISPUTE_FIELDS, "opened_on desc", 5),
	}


def _row(row: dict, today: date, predictions: dict, marks: dict[str, list[str]]) -> dict:
	prediction = predictions.get(row["item"]) if not row["is_credit"] else None
	return {
		**{field: row[field] for field in ("item", "voucher_type", "voucher_no", "payment_term", "currency")},
		"due_date": str(row["due_date"].date()),
		"days_overdue": (today - row["due_date"].date()).days,
		"is_credit": bool(row["is_credit"]),
		"outstanding": flt(row["outstanding"]),
		"outstanding_base": flt(row["outstanding_base"]),
		"prediction": prediction,
		"marks": marks.get(row["voucher_no"], []),
	}


def _marks(customer: str, company: str) -> dict[str, list[str]]:
	"""Invoice -> what is agreed or argued about it now."""
	found: dict[str, list[str]] = {}
	open_ones = {"customer": customer, "company": company, "status": "Open"}
	promises = frappe.get_list("Promise to Pay", filters=open_ones, pluck="name", order_by="name", limit=0)
	promised = frappe.get_all(
		"Promise to Pay Invoice",
		{"parenttype": "Promise to Pay", "parent": ["in", [*promises, ""]]},
		pluck="sales_invoice",
		order_by="idx",
	)
	disputed = frappe.get_list(
		"Invoice Dispute", filters=open_ones, pluck="sales_invoice", order_by="name", limit=0
	)
	for mark, invoices in (("promise", promised), ("dispute", disputed)):
		for invoice in dict.fromkeys(invoices):
			found.setdefault(invoice, []).append(mark)
	return found
