"""Promises to pay and disputes, where the app that keeps them is installed, and the company's row in its settings."""

from datetime import date, datetime, time

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


def load_promises(sample: SampleCompany, until: date) -> int:
	"""Inserts the promises given by the end of `until` that are missing; returns how many the site has of them.

	Only those kept by then come settled: what the others became is for the next run to find out.
	"""
	if not frappe.db.exists("DocType", PROMISE):
		return 0
	names = {c.number: c.name for c in sample.customers}
	given = [promise for promise in sample.promises if promise.promised_on <= until]
	for promise in given:
		kept = promise.settled_on is not None and promise.settled_on <= until
		key = {
			"company": sample.company.name,
			"customer": names[promise.customer],
			"promised_on": promise.promised_on,
			"due_on": promise.due_on,
			"currency": promise.currency,
		}
		if frappe.db.exists(PROMISE, key):
			continue
		doc = frappe.get_doc(
			{
				"doctype": PROMISE,
				**key,
				"status": "Kept" if kept else "Open",
				"amount": float(promise.amount),
				"paid_amount": float(promise.amount) if kept else 0,
				"settled_on": promise.settled_on if kept else None,
				"channel": "Phone",
				"note": promise.note,
				"invoices": [
					{"sales_invoice": a.invoice, "currency": promise.currency, "outstanding": float(a.amount)}
					for a in promise.invoices
				],
			}
		).insert(ignore_permissions=True)
		_noted(doc, promise.promised_on)
	return len(given)


def load_disputes(sample: SampleCompany, until: date) -> int:
	"""Inserts the disputes opened by the end of `until` that are missing; returns how many the site has of them."""
	if not frappe.db.exists("DocType", DISPUTE):
		return 0
	names = {c.number: c.name for c in sample.customers}
	opened = [dispute for dispute in sample.disputes if dispute.opened_on <= until]
	for dispute in opened:
		if not frappe.db.exists(REASON, dispute.reason):
			frappe.get_doc({"doctype": REASON, "reason_name": dispute.reason}).insert(ignore_permissions=True)
		if frappe.db.exists(DISPUTE, {"sales_invoice": dispute.invoice, "opened_on": dispute.opened_on}):
			continue
		doc = frappe.get_doc(
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
		_noted(doc, dispute.opened_on)
	return len(opened)


def _noted(doc, day: date) -> None:
	"""It was written down on that day, not while the sample is loaded: else it would be today's work."""
	doc.db_set("creation", datetime.combine(day, time(10)), update_modified=False)
