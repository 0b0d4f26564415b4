"""Figures of the Collections workspace: the number cards. Each reads only what the user may see."""

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt, getdate, nowdate

from collections_app.engine import kpis
from collections_app.services.access import company_for, seen_customers
from collections_app.services.credit.insurer_notice import to_declare
from collections_app.services.history import receipts
from collections_app.services.names import Names
from collections_app.services.receivables import open_items
from collections_app.services.snapshot import PERIOD_DAYS, promise_kept_rate, straight_through_rate
from collections_app.services.worklist.rules import NEEDS_A_PERSON

WAITING = ("Held", *NEEDS_A_PERSON)
# Money is shown in the currency of the user's default company, as ERPNext's own cards do.
MONEY = {"fieldtype": "Currency", "options": "Company:company:default_currency"}
PERCENT = {"fieldtype": "Percent", "precision": 1}
# from here on the desk writes thousands and millions: 287.0 K
SHORTENED_FROM = 10_000


def _money(value: float) -> dict:
	"""Cents say nothing on a card."""
	return {"value": value, **MONEY, "precision": 1 if abs(value) >= SHORTENED_FROM else 0}


def _company(filters: str | dict | list | None) -> str:
	"""The card's company; an empty name, which no document has, while the site has none."""
	parsed = frappe.parse_json(filters) if filters else {}
	return company_for(parsed.get("company") if isinstance(parsed, dict) else None) or ""


def _customers() -> list[str] | None:
	"""Customers the user is restricted to, None for all. Who has no right on customers sees what the cases allow."""
	return seen_customers() if frappe.has_permission("Customer", "read") else None


def _seen(conditions: dict) -> dict:
	"""The conditions, with the customers the user may see."""
	customers = _customers()
	return conditions if customers is None else {**conditions, "customer": ["in", [*customers, ""]]}


def _overdue_of(conditions: dict) -> float:
	cases = frappe.get_list(
		"Collection Case",
		filters=_seen({"status": "Open", **conditions}),
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
		**_money(_overdue_of({"company": company})),
		"route": ["query-report", "Receivables Ageing by Risk"],
		"route_options": {"company": company},
	}


@frappe.whitelist()
def at_risk(filters: str | dict | list | None = None) -> dict:
	"""Overdue of the open cases in risk band D or E, in company currency."""
	company = _company(filters)
	return {
		**_money(_overdue_of({"company": company, "risk_band": ["in", ["D", "E"]]})),
		"route": ["query-report", "Collections Worklist"],
		"route_options": {"company": company, "risk_band": ["D", "E"]},
	}


@frappe.whitelist()
def dso(filters: str | dict | list | None = None) -> dict:
	"""Days sales outstanding of the company's latest snapshot; 0 before the first one. Of who sees some customers only:
	of these, as of now."""
	company = _company(filters)
	latest, customers = _latest_snapshot(company, "dso"), _customers()
	if customers is not None:
		latest = _dso_of(company, customers)
	answer = {
		"route": ["query-report", "DSO and CEI Trend"],
		"route_options": {"company": company},
	}
	if latest is None:
		return {"value": 0, "fieldtype": "Int", **answer}
	return {"value": flt(latest, 1), "fieldtype": "Float", "precision": 1, **answer}


@frappe.whitelist()
def collected(filters: str | dict | list | None = None) -> dict:
	"""What customers paid in the seven days up to the company's latest snapshot, in company currency. Of who sees some
	customers only: of these, up to today."""
	company = _company(filters)
	value, customers = _latest_snapshot(company, "collected_7_days"), _customers()
	if customers is not None:
		came = receipts(company, getdate(add_days(nowdate(), -6)), getdate())
		value = came.loc[came["customer"].isin(customers), "amount_base"].sum()
	return {
		**_money(flt(value, 2)),
		"route": ["query-report", "Cash Forecast Against Actual"],
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
def promises_kept(filters: str | dict | list | None = None) -> dict:
	"""Promises kept in full of those decided in the last year, in percent."""
	company = _company(filters)
	frappe.has_permission("Promise to Pay", "read", throw=True)
	return {
		"value": flt(promise_kept_rate(company, getdate(), _customers()), 1),
		**PERCENT,
		"route": ["query-report", "Promises"],
		"route_options": {"company": company, "group_by": "Month"},
	}


@frappe.whitelist()
def straight_through(filters: str | dict | list | None = None) -> dict:
	"""Payments of 30 days applied without a person, in percent."""
	company = _company(filters)
	frappe.has_permission("Cash Match", "read", throw=True)
	return {
		"value": flt(straight_through_rate(company, getdate(), _customers()), 1),
		**PERCENT,
		"route": ["query-report", "Cash Application Rate"],
		"route_options": {"company": company},
	}


@frappe.whitelist()
def payments_to_review(filters: str | dict | list | None = None) -> dict:
	"""How many incoming payments wait for a person."""
	conditions = {"company": _company(filters), "status": "To Review", "is_return": 0}
	return {
		"value": _count("Cash Match", conditions),
		"fieldtype": "Int",
		"route": ["cash-review"],
		"route_options": {"company": conditions["company"]},
	}


@frappe.whitelist()
def open_disputes(filters: str | dict | list | None = None) -> dict:
	"""How many disputes are open."""
	conditions = {"company": _company(filters), "status": "Open"}
	return {
		"value": _count("Invoice Dispute", conditions),
		"fieldtype": "Int",
		"route": ["query-report", "Disputes by Reason"],
		"route_options": {"company": conditions["company"]},
	}


@frappe.whitelist()
def open_cases(filters: str | dict | list | None = None) -> dict:
	"""How many cases are open."""
	conditions = {"company": _company(filters), "status": "Open"}
	return {
		"value": _count("Collection Case", conditions),
		"fieldtype": "Int",
		"route": ["collections-team"],
		"route_options": {},
	}


@frappe.whitelist()
def overdues_to_declare(filters: str | dict | list | None = None) -> dict:
	"""How many insured customers are overdue longer than their policy allows without a notice to the insurer."""
	company = _company(filters)
	found = to_declare(company, getdate()) if company else []
	visible = frappe.get_list(
		"Credit Cover",
		filters=_seen({"name": ["in", [row["cover"] for row in found] or [""]]}),
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
	return len(frappe.get_list(doctype, filters=_seen(conditions), pluck="name", order_by="name", limit=0))


def _dso_of(company: str, customers: list[str]) -> float | None:
	"""Days sales outstanding of some customers as of now, by the snapshots' rule."""
	if not company or not customers:
		return None
	invoice = frappe.qb.DocType("Sales Invoice")
	sales = (
		frappe.qb.from_(invoice)
		.select(Sum(invoice.base_grand_total))
		.where(
			(invoice.company == company) & (invoice.docstatus == 1) & invoice.customer.isin(Names(customers))
		)
		.where(invoice.posting_date > getdate(add_days(nowdate(), -PERIOD_DAYS)))
		.where(invoice.posting_date <= getdate())
	).run()[0][0]
	owed = open_items(company, customers=customers)["outstanding_base"].sum()
	return kpis.dso(float(owed), flt(sales), PERIOD_DAYS)
