"""Credit check of an order or a delivery: the rules of the company, in a few looks at indexes."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce
from frappe.utils import escape_html, flt, fmt_money, getdate

from collections_app.engine import credit_check as engine
from collections_app.exceptions import CreditCheckError
from collections_app.services.cases.records import case_key
from collections_app.services.credit import release
from collections_app.services.credit.covers import insurance_on
from collections_app.services.credit.delivery_stop import oldest_overdue_of
from collections_app.services.credit_limits import limit_of
from collections_app.services.scoring.store import latest_band
from collections_app.services.settings import company_currency

RULES = "credit_check_rules"


def check(doc) -> None:
	"""For `before_submit`. CreditCheckError when a rule blocks and nobody released the document; else warns."""
	rules = engine.rules_for(rules_of(doc.company), doc.doctype, flt(doc.base_grand_total))
	if not rules:
		return
	hits = engine.check(rules, facts_of(doc, {rule.condition for rule in rules}))
	if not hits:
		return
	lines = [sentence(hit, doc) for hit in hits]
	if hits[0].rule.action == engine.WARN:
		frappe.msgprint("<br>".join(lines), title=_("Credit Check"), indicator="orange")
	elif release.reason_of(doc):
		release.note(doc, ", ".join(hit.rule.name for hit in hits))
	else:
		text = "<br>".join([*lines, "", release.how_to(doc)])
		frappe.throw(text, CreditCheckError, title=_("Credit Check"))


def rules_of(company: str) -> list[engine.Rule]:
	"""The enabled rules of a company, kept in the cache until one is saved."""
	return frappe.cache.hget(RULES, company, lambda: _read_rules(company))


def forget_rules() -> None:
	"""Now, for who saves; and once it is committed, since others may have read the old ones in between."""
	_drop()
	frappe.db.after_commit.add(_drop)


def _drop() -> None:
	frappe.cache.delete_value(RULES)


def _read_rules(company: str) -> list[engine.Rule]:
	rule = DocType("Credit Check Rule")
	rows = (
		frappe.qb.from_(rule)
		.select(rule.name, rule.condition_on, rule.action, rule.threshold)
		.select(rule.band, rule.applies_to, rule.minimum_amount)
		.where((rule.enabled == 1) & (Coalesce(rule.for_company, "").isin([company, ""])))
		.orderby(rule.name)
	).run(as_dict=True)
	return [
		engine.Rule(
			row.name,
			row.condition_on,
			row.action,
			flt(row.threshold),
			row.band or "",
			row.applies_to if row.applies_to in (engine.ORDER, engine.DELIVERY) else "",
			flt(row.minimum_amount),
		)
		for row in rows
	]


def facts_of(doc, conditions: set[str]) -> engine.Facts:
	"""What the rules need to know, and no more. The case says what the last run found; an overdue it names is looked up
	again, since a payment may have come. Who has no case is scored all the same."""
	case = frappe.db.get_value(
		"Collection Case",
		{"case_key": case_key(doc.company, doc.customer)},
		["risk_band", "oldest_due_date", "overdue"],
		as_dict=True,
	)
	overdue = (
		engine.OVERDUE in conditions
		and case
		and case.oldest_due_date
		and getdate(case.oldest_due_date) < getdate()
	)
	exposed = {engine.LIMIT, engine.COVER} & conditions
	insurance = insurance_on(doc.company, getdate(), doc.customer) if engine.COVER in conditions else None
	insured = insurance is not None and not insurance.empty
	return engine.Facts(
		band=_band_of(doc, case) if engine.BAND in conditions else "",
		oldest_overdue_days=oldest_overdue_of(doc.company, doc.customer) if overdue else 0,
		exposure=exposure_with(doc) if exposed else 0.0,
		limit=(limit_of(doc.customer, doc.company) or 0.0) if engine.LIMIT in conditions else 0.0,
		cover=float(insurance["cover"].iloc[0]) if insured else None,
		insured_share=float(insurance["share"].iloc[0]) if insured else 1.0,
	)


def _band_of(doc, case) -> str:
	if case and case.risk_band:
		return case.risk_band
	return latest_band(doc.company, doc.customer)


def exposure_with(doc) -> float:
	"""What the customer owes and has ordered, as ERPNext's own limit counts it, and what the document adds."""
	from erpnext.selling.doctype.customer.customer import get_customer_outstanding

	exposure = flt(get_customer_outstanding(doc.customer, doc.company))
	return exposure + (0.0 if _is_ordered(doc) else flt(doc.base_grand_total))


def _is_ordered(doc) -> bool:
	"""A delivery of what an order counts already."""
	return doc.doctype == engine.DELIVERY and any(row.get("against_sales_order") for row in doc.items)


def sentence(hit: engine.Hit, doc) -> str:
	rule, who = hit.rule, frappe.bold(escape_html(doc.get("customer_name") or doc.customer))

	def money(amount: float) -> str:
		return fmt_money(amount, currency=company_currency(doc.company))

	text = {
		engine.BAND: lambda: _("{0} is in risk band {1}.").format(who, hit.value),
		engine.OVERDUE: lambda: _("{0} owes something that is {1} days overdue; {2} are allowed.").format(
			who, hit.value, round(rule.threshold)
		),
		engine.LIMIT: lambda: _("{0} would use {1} % of its credit limit; {2} % are allowed.").format(
			who, f"{hit.value:g}", f"{rule.threshold:g}"
		),
		engine.COVER: lambda: _("{0} of what {1} would owe is not insured; {2} may be.").format(
			money(hit.value), who, money(rule.threshold)
		),
	}[rule.condition]()
	return f"{text} <span class='text-muted'>({escape_html(rule.name)})</span>"
