"""Entries of sanctions lists that are like a customer: only a person says that the customer is meant.

A report with matches says nothing of sanctions. The decision is a report of its own, and counts until the provider says that
nothing is alike any more; an entry that was decided on is not asked about again.
"""

import json

import frappe
from frappe import _
from frappe.desk.form.assign_to import notify_assignment
from frappe.utils import escape_html, getdate

from collections_app.services.credit.insurer_covers import credit_managers

DOCTYPE = "Credit Report"


def details_of(report) -> dict:
	found = frappe.parse_json(report.details or "{}")
	return found if isinstance(found, dict) else {}


def undecided(report) -> list[dict]:
	"""The matches of a Credit Report that nobody decided on yet."""
	details = details_of(report)
	matches = details.get("matches") or []
	if not matches or "sanctioned" in details:
		return []
	others = frappe.get_all(
		DOCTYPE,
		{"customer": report.customer, "company": report.company, "provider": report.provider},
		["details"],
	)
	decided = set()
	for other in map(details_of, others):
		if "sanctioned" in other:
			decided |= {one["id"] for one in other.get("matches") or ()}
	return [one for one in matches if one["id"] not in decided]


def ask(report) -> None:
	"""A task for each credit manager who may see the report, where something waits for a person."""
	matches = undecided(report)
	if not matches:
		return
	text = _("{0} is like {1} on a sanctions list. Open the customer, tab Collections, and decide.").format(
		frappe.bold(escape_html(report.customer_name or report.customer)),
		escape_html(", ".join(one["name"] for one in matches)),
	)
	for user in credit_managers(report) or ["Administrator"]:
		task = frappe.get_doc(
			{
				"doctype": "ToDo",
				"allocated_to": user,
				"assigned_by": frappe.session.user,
				"reference_type": DOCTYPE,
				"reference_name": report.name,
				"date": getdate(),
				"priority": "High",
				"description": text,
			}
		).insert(ignore_permissions=True)
		notify_assignment(
			task.assigned_by, user, DOCTYPE, report.name, action="ASSIGN", description=task.description
		)


def decide(name: str, is_customer: bool) -> str:
	"""Keeps what a person decided on a report's matches. Returns the name of the report that says so."""
	report = frappe.get_doc(DOCTYPE, name, for_update=True)
	matches = undecided(report)
	if not matches:
		frappe.throw(_("Nothing of this report waits for a decision."))
	details = {
		"sanctioned": is_customer,
		"matches": matches,
		"decided_by": frappe.session.user,
		"decided_on_report": report.name,
	}
	names = ", ".join(one["name"] for one in matches)
	summary = (
		_("Confirmed: the customer is {0}").format(names)
		if is_customer
		else _("The customer is not {0}").format(names)
	)
	decision = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			"customer": report.customer,
			"customer_name": report.customer_name,
			"company": report.company,
			# a person's word, which no connection brought: it does not put the next report off
			"provider": report.provider,
			"provider_score": "sanctioned" if is_customer else "not the customer",
			"reported_on": getdate(),
			"summary": summary,
			"details": json.dumps(details, indent=1, ensure_ascii=False),
		}
	).insert(ignore_permissions=True)
	for task in frappe.get_all("ToDo", {"reference_name": report.name, "status": "Open"}, pluck="name"):
		frappe.get_doc("ToDo", task).update({"status": "Closed"}).save(ignore_permissions=True)
	return decision.name
