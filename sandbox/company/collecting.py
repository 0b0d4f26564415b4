"""Promises to pay and disputes, where the app that keeps them is installed."""

import frappe

from .models import SampleCompany

PROMISE = "Promise to Pay"
DISPUTE = "Invoice Dispute"
REASON = "Dispute Reason"


def load_promises(sample: SampleCompany) -> int:
	"""Inserts the promises that are missing, all open as yet; returns how many the site has of them."""
	if not frappe.db.exists("DocType", PROMISE):
		return 0
	names = {c.number: c.name for c in sample.customers}
	for promise in sample.promises:
		key = {
			"company": sample.company.name,
			"customer": names[promise.customer],
			"promised_on": promise.promised_on,
			"due_on": promise.due_on,
			"currency": promise.currency,
		}
		if frappe.db.exists(PROMISE, key):
			continue
		frappe.get_doc(
			{
				"doctype": PROMISE,
				"status": "Open",
				**key,
				"amount": float(promise.amount),
				"channel": "Phone",
				"note": promise.note,
				"invoices": [
					{"sales_invoice": a.invoice, "currency": promise.currency, "outstanding": float(a.amount)}
					for a in promise.invoices
				],
			}
		).insert(ignore_permissions=True)
	return len(sample.promises)


def load_disputes(sample: SampleCompany) -> int:
	"""Inserts the disputes that are missing; returns how many the site has of them."""
	if not frappe.db.exists("DocType", DISPUTE):
		return 0
	names = {c.number: c.name for c in sample.customers}
	for dispute in sample.disputes:
		if not frappe.db.exists(REASON, dispute.reason):
			frappe.get_doc({"doctype": REASON, "reason_name": dispute.reason}).insert(ignore_permissions=True)
		if frappe.db.exists(DISPUTE, {"sales_invoice": dispute.invoice, "opened_on": dispute.opened_on}):
			continue
		frappe.get_doc(
			{
				"doctype": DISPUTE,
				"company": sample.company.name,
				"customer": names[dispute.customer],
				"sales_invoice": dispute.invoice,
				"status": "Open",
				"reason": dispute.reason,
				"opened_on": dispute.opened_on,
				"currency": dispute.currency,
				"disputed_amount": float(dispute.amount),
				"description": dispute.note,
			}
		).insert(ignore_permissions=True)
	return len(sample.disputes)
