"""Promises to pay and disputes, where the app that keeps them is installed, and the company's row in its settings."""

import frappe

from .models import SampleCompany
from .site_setup import own_bank_account

PROMISE = "Promise to Pay"
DISPUTE = "Invoice Dispute"
REASON = "Dispute Reason"
SETTINGS = "Collections Settings"


def enrol_company(sample: SampleCompany) -> None:
	"""Lists the company in the app's settings with its bank account, unless it is there."""
	if not frappe.db.exists("DocType", SETTINGS):
		return
	settings = frappe.get_doc(SETTINGS)
	if any(row.company == sample.company.name for row in settings.companies):
		return
	settings.append(
		"companies",
		{"company": sample.company.name, "enabled": 1, "bank_account": own_bank_account(sample)},
	)
	settings.save(ignore_permissions=True)


def load_promises(sample: SampleCompany) -> int:
	"""Inserts the promises that are missing; returns how many the site has of them.

	Only those kept long ago come settled: what the others became is for the next run to find out.
	"""
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
				**key,
				"status": "Kept" if promise.settled_on else "Open",
				"amount": float(promise.amount),
				"paid_amount": float(promise.amount) if promise.settled_on else 0,
				"settled_on": promise.settled_on,
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
