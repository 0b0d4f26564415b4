"""What a collector does on a case: promises, disputes, calls, pauses; who works it; its timeline."""

import frappe
from frappe import _

from collections_app.constants.roles import MANAGERS
from collections_app.services.cases import promises
from collections_app.services.cases import team as case_team
from collections_app.services.cases import timeline as case_timeline
from collections_app.services.cases import work as case_work


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
	instalments: str | list | None = None,
) -> str:
	"""Makes a Promise to Pay; its invoices are not chased until it is due. Returns its name.

	`instalments`: list of {due_on, amount}, adding up to the amount; then due_on is that of the last.
	"""
	_check_customer(customer, company)
	parts = frappe.parse_json(instalments) if isinstance(instalments, str) else instalments
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
			"instalments": [
				{"due_on": part.get("due_on"), "amount": part.get("amount")} for part in parts or []
			],
		}
	)
	return promise.insert().name


@frappe.whitelist(methods=["POST"])
def cancel_promise(promise: str, reason: str) -> dict:
	"""Ends an open promise that holds no more, for a reason that is kept; its invoices go back to the plan."""
	doc = frappe.get_doc("Promise to Pay", promise)
	doc.check_permission("write")
	promises.cancel(doc, reason)
	return {"status": doc.status}


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
def log_call(
	case: str,
	outcome: str,
	note: str | None = None,
	next_action_on: str | None = None,
	spoke_to: str | None = None,
) -> dict:
	"""Keeps a call with its outcome on the case; where somebody was reached, the open call tasks are done."""
	doc = _writable_case(case)
	if outcome not in case_work.CALL_OUTCOMES:
		frappe.throw(_("Unknown outcome {0}.").format(outcome))
	return case_work.log_call(doc, outcome, note, next_action_on, spoke_to)


@frappe.whitelist(methods=["POST"])
def pause(case: str, until: str, reason: str) -> dict:
	"""No message goes out on this case up to and including a day."""
	doc = _writable_case(case)
	case_work.pause(doc, until, reason)
	return {"paused_until": doc.paused_until}


@frappe.whitelist()
def timeline(
	case: str, kinds: str | list | None = None, before: str | None = None, limit: int = case_timeline.PAGE
) -> dict:
	"""What happened on a case, the latest first: see `case_timeline.timeline`."""
	doc = frappe.get_doc("Collection Case", case)
	doc.check_permission("read")
	wanted = frappe.parse_json(kinds) if isinstance(kinds, str) else kinds
	return case_timeline.timeline(doc, wanted or None, before, limit)


@frappe.whitelist()
def timeline_kinds() -> list[dict]:
	"""The kinds of events the timeline can be filtered by: kind, label, native (Frappe's own timeline shows them too)."""
	frappe.has_permission("Collection Case", "read", throw=True)
	return [
		{"kind": name, "label": kind.label, "native": kind.native}
		for name, kind in case_timeline.kinds().items()
	]


@frappe.whitelist(methods=["POST"])
def reassign(names: str | list, collector: str, reason: str | None = None) -> dict:
	"""Gives cases with their open tasks to another collector."""
	names = frappe.parse_json(names) if isinstance(names, str) else names
	for name in names:
		_writable_case(name)
	return {"reassigned": case_team.reassign(names, collector, reason)}


@frappe.whitelist(methods=["POST"])
def reassign_all(from_user: str, to_user: str, company: str | None = None, reason: str | None = None) -> dict:
	"""All cases of a collector to another, when somebody leaves or is away. The credit manager's to decide."""
	if not MANAGERS.intersection(frappe.get_roles()):
		frappe.throw(
			_("Only a Credit Manager may reassign all cases of a collector."), frappe.PermissionError
		)
	if company:
		frappe.has_permission("Company", "read", company, throw=True)
	names = case_team.cases_of(from_user, company)
	return reassign(names, to_user, reason)


@frappe.whitelist(methods=["POST"])
def escalate(case: str, to: str, reason: str) -> dict:
	"""Asks somebody to decide on a case: they get a task, the collector keeps the case."""
	doc = _writable_case(case)
	case_team.escalate(doc, to, reason)
	return {"escalated_to": doc.escalated_to}


@frappe.whitelist(methods=["POST"])
def de_escalate(case: str, note: str | None = None) -> dict:
	"""Ends an escalation; its task is closed."""
	doc = _writable_case(case)
	case_team.de_escalate(doc, note)
	return {"escalated_to": None}


def _writable_case(case: str):
	doc = frappe.get_doc("Collection Case", case)
	doc.check_permission("write")
	return doc


def _check_customer(customer: str, company: str) -> None:
	frappe.has_permission("Collection Case", "read", throw=True)
	frappe.has_permission("Customer", "read", customer, throw=True)
	frappe.has_permission("Company", "read", company, throw=True)
