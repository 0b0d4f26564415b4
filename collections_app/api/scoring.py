"""Risk scores: the editor of scorecards, backtests, a customer's history."""

import frappe
from frappe import _

from collections_app.services.access import company_for, permitted_customers
from collections_app.services.scoring import backtest, learning, view
from collections_app.services.scoring import preview as previews

MOST_LENGTH = 100_000


@frappe.whitelist()
def catalogue() -> dict:
	"""Factors, hard rules and presets of curves a scorecard can hold."""
	frappe.has_permission("Risk Scorecard", "read", throw=True)
	return view.factor_catalogue()


@frappe.whitelist()
def preview(scorecard: dict | str, company: str | None = None) -> dict:
	"""Score distribution of today's customers by a scorecard as the form holds it, beside the saved one: see
	`preview.preview`. Writes nothing."""
	frappe.has_permission("Risk Scorecard", "write", throw=True)
	frappe.has_permission("Risk Score", "read", throw=True)
	scorecard = frappe.parse_json(scorecard)
	if not isinstance(scorecard, dict) or len(frappe.as_json(scorecard)) > MOST_LENGTH:
		frappe.throw(_("This is no scorecard"))
	company = _company(company)
	name = scorecard.get("name")
	saved = None
	if name and frappe.db.exists("Risk Scorecard", name):
		frappe.has_permission("Risk Scorecard", "read", name, throw=True)
		saved = frappe.get_doc("Risk Scorecard", name)
	found = previews.preview(company, previews.from_form(scorecard), saved, set(permitted_customers()))
	return {"company": company, **found}


@frappe.whitelist()
def history(customer: str, company: str) -> list[dict]:
	"""The customer's scores over time, oldest first."""
	frappe.has_permission("Customer", "read", customer, throw=True)
	frappe.has_permission("Risk Score", "read", throw=True)
	return view.history(customer, company_for(company))


@frappe.whitelist(methods=["POST"])
def start_backtest(name: str) -> None:
	"""Works a Risk Backtest out in the background."""
	doc = frappe.get_doc("Risk Backtest", name)
	doc.check_permission("write")
	company_for(doc.company)
	backtest.start(name)


@frappe.whitelist(methods=["POST"])
def learn_now(company: str) -> None:
	"""Learns the company's risk model in the background."""
	frappe.has_permission("Risk Scorecard", "write", throw=True)
	learning.queue(_company(company))


def _company(company: str | None) -> str:
	found = company_for(company or None)
	if not found:
		frappe.throw(_("There is no company yet"))
	return found
