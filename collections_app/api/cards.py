"""Figures of the Collections workspace: the number cards. Each reads only what the user may see."""

import frappe
from frappe.utils import flt, getdate, nowdate

from collections_app.services.access import company_for
from collections_app.services.credit.insurer_notice import to_declare
from collections_app.services.worklist_rules import NEEDS_A_PERSON

WAITING = ("Held", *NEEDS_A_PERSON)
# Money is shown in the currency of the user's default company, as ERPNext's own cards do.
MONEY = {"fieldtype": "Currency", "options": "Company:company:default_currency"}


def _company(filters: str | dict | list | None) -> str:
	"""The card's company; an empty name, which no document has, while the site has none."""
	parsed = frappe.parse_json(filters) if filters else {}
	return company_for(parsed.get("company") if isinstance(parsed, dict) else None) or ""


def _overdue_of(conditions: dict) -> float:
	cases = frappe.get_list(
		"Collection Case",
		filters={"status": "Open", **conditions},
		fields=["overdue"],
		order_by="name",
		limit=0,
	)
	return flt(sum(flt(case.overdue) for case in cases), 2)


@frappe.whitelist()
def overdue(filters: str | dict | list | None = None) -> dict:
	"""Overdue of all open cases, in company currency."""
	company = _company(filters)
	return {
		"value": _overdue_of({"company": company}),
		**MONEY,
		"route": ["query-report", "Receivables Ageing by Risk"],
		"route_options": {"company": company},
	}


@frappe.whitelist()
def at_risk(filters: str | dict | list | None = None) -> dict:
	"""Overdue of the open cases in risk band D or E, in company currency."""
	company = _company(filters)
	return {
		"value": _overdue_of({"company": company, "risk_band": ["in", ["D", "E"]]}),
		**MONEY,
		"route": ["query-report", "Collections Worklist"],
		"route_options": {"company": company, "risk_band": ["D", "E"]},
	}


@frappe.whitelist()
def dso(filters: str | dict | list | None = None) -> dict:
	"""Days sales outstanding of the company's latest snapshot; 0 before the first one."""
	company = _company(filters)
	latest = _latest_snapshot(company, "dso")
	answer = {
		"route": ["List", "Receivables Snapshot"],
		"route_options": {"company": company},
	}
	if latest is None:
		return {"value": 0, "fieldtype": "Int", **answer}
	return {"value": flt(latest, 1), "fieldtype": "Float", "precision": 1, **answer}


@frappe.whitelist()
def collected(filters: str | dict | list | None = None) -> dict:
	"""What customers paid in the seven days up to the company's latest snapshot, in company currency."""
	company = _company(filters)
	return {
		"value": flt(_latest_snapshot(company, "collected_7_days"), 2),
		**MONEY,
		"route": ["List", "Receivables Snapshot"],
		"route_options": {"company": company},
	}


@frappe.whitelist()
def promises_due_today(filters: str | dict | list | None = None) -> dict:
	"""How many open promises are due today."""
	conditions = {"company": _company(filters), "status": "Open", "due_on": nowdate()}
	return {
		"value": _count("Promise to Pay", conditions),
		"fieldtype": "Int",
		"route": ["List", "Promise to Pay"],
		"route_options": conditions,
	}


@frappe.whitelist()
def actions_waiting(filters: str | dict | list | None = None) -> dict:
	"""How many messages wait: held, for approval, or for a person to look at."""
	conditions = {"company": _company(filters), "status": ["in", WAITING]}
	return {
		"value": _count("Collection Action", conditions),
		"fieldtype": "Int",
		"route": ["List", "Collection Action"],
		"route_options": conditions,
	}


@frappe.whitelist()
def overdues_to_declare(filters: str | dict | list | None = None) -> dict:
	"""How many insured customers are overdue longer than their policy allows without a notice to the insurer."""
	company = _company(filters)
	found = to_declare(company, getdate()) if company else []
	visible = frappe.get_list(
		"Credit Cover",
		filters={"name": ["in", [row["cover"] for row in found] or [""]]},
		pluck="name",
		order_by="name",
		limit=0,
	)
	return {
		"value": len(visible),
		"fieldtype": "Int",
		"route": ["List", "Credit Cover"],
		"route_options": {"name": ["in", visible]},
	}


def _latest_snapshot(company: str, field: str) -> float | None:
	"""A figure of the latest snapshot the user may see; None without one."""
	found = frappe.get_list(
		"Receivables Snapshot",
		filters={"company": company},
		pluck=field,
		order_by="snapshot_date desc",
		limit=1,
	)
	return found[0] if found else None


def _count(doctype: str, conditions: dict) -> int:
	return len(frappe.get_list(doctype, filters=conditions, pluck="name", order_by="name", limit=0))
