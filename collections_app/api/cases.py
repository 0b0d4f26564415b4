"""What a collector does on a case: promises, disputes, calls, pauses."""

import frappe
from frappe import _

from collections_app.services import case_work


@frappe.whitelist()
def get_open_invoices(customer: str, company: str) -> list[dict]:
	"""Open invoices of a customer, oldest first."""
	_check_customer(customer, company)
	return case_work.open_invoices(customer, company)


@frappe.whitelist(methods=["POST"])
def record_promise(
	customer: str,
	company: str,
	due_on: str,
	amount: float,
	currency: str,
	invoices: str | list,
	promised_by: str | None = None,
	channel: str = "Phone",
	note: str | None = None,
) -> str:
	"""Makes a Promise to Pay; its invoices are not chased until it is due. Returns its name."""
	_check_customer(customer, company)
	names = frappe.parse_json(invoices) if isinstance(invoices, str) else invoices
	promise = frappe.get_doc(
		{
			"doctype": "Promise to Pay",
			"customer": customer,
			"company": company,
			"due_on": due_on,
			"amount": amount,
			"currency": currency,
			"promised_by": promised_by,
			"channel": channel,
			"note": note,
			"invoices": [{"sales_invoice": name} for name in names],
		}
	)
	return promise.insert().name


@frappe.whitelist(methods=["POST"])
def record_dispute(
	sales_invoice: str,
	reason: str,
	disputed_amount: float | None = None,
	responsible: str | None = None,
	answer_due_on: str | None = None,
	description: str | None = None,
) -> str:
	"""Opens an Invoice Dispute; the invoice is not chased until it is settled. Returns its name."""
	frappe.has_permission("Sales Invoice", "read", sales_invoice, throw=True)
	dispute = frappe.get_doc(
		{
			"doctype": "Invoice Dispute",
			"sales_invoice": sales_invoice,
			"reason": reason,
			"disputed_amount": disputed_amount,
			"responsible": responsible,
			"answer_due_on": answer_due_on,
			"description": description,
		}
	)
	return dispute.insert().name


@frappe.whitelist(methods=["POST"])
def log_call(case: str, outcome: str, note: str | None = None, next_action_on: str | None = None) -> dict:
	"""Keeps a call with its outcome on the case and closes the open call tasks."""
	doc = _writable_case(case)
	if outcome not in case_work.CALL_OUTCOMES:
		frappe.throw(_("Unknown outcome {0}.").format(outcome))
	return {"closed_tasks": case_work.log_call(doc, outcome, note, next_action_on)}


@frappe.whitelist(methods=["POST"])
def pause(case: str, until: str, reason: str) -> dict:
	"""No message goes out on this case up to and including a day."""
	doc = _writable_case(case)
	case_work.pause(doc, until, reason)
	return {"paused_until": doc.paused_until}


def _writable_case(case: str):
	doc = frappe.get_doc("Collection Case", case)
	doc.check_permission("write")
	return doc


def _check_customer(customer: str, company: str) -> None:
	frappe.has_permission("Collection Case", "read", throw=True)
	frappe.has_permission("Customer", "read", customer, throw=True)
	frappe.has_permission("Company", "read", company, throw=True)
