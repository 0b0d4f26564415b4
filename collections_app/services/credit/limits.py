"""Credit limits: proposed by the company's policy, set in ERPNext once a Credit Manager approves."""

from __future__ import annotations

from datetime import date

import pandas as pd

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt, getdate, now_datetime

from collections_app.engine.behaviour import payment_behaviour
from collections_app.engine.credit_limits import BANDS, Policy, needed, propose
from collections_app.services import settings
from collections_app.services.bulk import BulkInsert
from collections_app.services.credit.covers import cover_amounts, exchange_rate
from collections_app.services.credit_limits import limits_of
from collections_app.services.frames import query_frame
from collections_app.services.reasons import sentences
from collections_app.services.run.context import RunContext
from collections_app.services.run.errors import error_text
from collections_app.services.run.jobs import queue_for
from collections_app.services.scoring.store import latest_scores

DOCTYPE = "Credit Limit Proposal"
PROPOSED, APPROVED, REJECTED, REPLACED = "Proposed", "Approved", "Rejected", "Replaced"


def queue_weekly() -> None:
	"""One job for each company whose policy asks for it."""
	for company in frappe.get_all("Credit Policy", {"propose_weekly": 1}, pluck="company"):
		if company in settings.enabled_companies():
			queue(company)


def queue(company: str) -> None:
	queue_for(company, "credit-limits", propose_for)


def propose_for(company: str, today: date | None = None) -> int:
	"""Writes the company's proposals anew: one still waiting is replaced. Returns how many there are."""
	context = RunContext(company, getdate(today))
	facts = facts_of(context)
	found = propose(facts, policy_of(company), context.currency)
	_replace_waiting(company)
	records = []
	for customer, row in found.iterrows():
		records.append(
			{
				"customer": customer,
				"customer_name": facts.at[customer, "customer_name"],
				"company": company,
				"status": PROPOSED,
				"risk_band": facts.at[customer, "band"],
				"currency": context.currency,
				"current_limit": row["current"],
				"proposed_limit": row["proposed"],
				"approved_limit": row["proposed"],
				"change": flt(row["proposed"] - row["current"], 2),
				"need": flt(facts.at[customer, "need"], 2),
				"outstanding": flt(facts.at[customer, "outstanding"], 2),
				"reasons": "\n".join(sentences(row["reasons"])),
			}
		)
	BulkInsert(DOCTYPE).insert(records, _not_written)
	return len(records)


def _not_written(record: dict, error: Exception) -> None:
	frappe.log_error(title=f"Credit limit of {record['customer']}", message=error_text(error))


def _replace_waiting(company: str) -> None:
	proposal = DocType(DOCTYPE)
	(
		frappe.qb.update(proposal)
		.set(proposal.status, REPLACED)
		.where((proposal.company == company) & (proposal.status == PROPOSED))
	).run()


def policy_of(company: str) -> Policy:
	"""The company's Credit Policy; without one the usual policy."""
	if not frappe.db.exists("Credit Policy", company):
		return Policy()
	doc = frappe.get_cached_doc("Credit Policy", company)
	return Policy(
		factors={band: flt(doc.get(f"percent_{band.lower()}")) / 100 for band in BANDS},
		caps={band: flt(doc.get(f"cap_{band.lower()}")) for band in BANDS},
		without_score=doc.without_score or "C",
		report_share=flt(doc.report_percent) / 100 if doc.use_reports else None,
		uninsured=flt(doc.uninsured) if doc.use_covers else None,
		step=flt(doc.step),
		least_change=flt(doc.least_change) / 100,
	)


def facts_of(context: RunContext) -> pd.DataFrame:
	"""What `engine.credit_limits.propose` needs, and customer_name, of each customer that bought within a year."""
	behaviour = payment_behaviour(context.history, context.run_date)
	need = needed(context.history, behaviour, context.run_date)
	names = need.index.intersection(context.customers.index)
	owed = context.items.groupby("customer")["outstanding_base"].sum()
	return pd.DataFrame(
		{
			"customer_name": context.customers["customer_name"].reindex(names),
			"need": need.reindex(names),
			"outstanding": owed.reindex(names).fillna(0.0).clip(lower=0),
			"band": latest_scores(context.company)["band"].reindex(names).fillna(""),
			"current": limits_of(context.company).reindex(names).fillna(0.0),
			"report_limit": report_limits(context.company, context.run_date).reindex(names),
			"cover": cover_amounts(context.company, context.run_date).reindex(names),
		}
	)


def report_limits(company: str, day: date, customer: str | None = None) -> pd.Series:
	"""Customer -> the limit that its newest valid Credit Report recommends, in company currency; of one, or of all."""
	report = DocType("Credit Report")
	query = (
		frappe.qb.from_(report)
		.select(report.customer, report.credit_limit, report.currency, report.reported_on)
		.where((report.company == company) & (report.has_limit == 1) & (report.reported_on <= day))
		.where(report.valid_until.isnull() | (report.valid_until >= day))
		.orderby(report.reported_on)
		.orderby(report.creation)
	)
	if customer:
		query = query.where(report.customer == customer)
	frame = query_frame(query, ["reported_on"], ["credit_limit"]).drop_duplicates("customer", keep="last")
	own = settings.company_currency(company)
	rates = {one: exchange_rate(one, own, day) or None for one in frame["currency"].unique()}
	amounts = (frame["credit_limit"] * frame["currency"].map(rates)).astype("float64")
	return amounts.set_axis(frame["customer"]).dropna()


def approve(names: list[str]) -> dict:
	"""Sets the approved limits on the customers, each on its own. Returns done (names) and failed (name, error)."""
	return _each(names, _approve)


def reject(names: list[str]) -> dict:
	return _each(names, lambda proposal: _decided(proposal, REJECTED))


def _each(names: list[str], decide) -> dict:
	done, failed = [], []
	for name in names:
		frappe.db.savepoint("credit_limit")
		try:
			proposal = frappe.get_doc(DOCTYPE, name, for_update=True)
			if proposal.status != PROPOSED:
				frappe.throw(_("It is {0} already.").format(_(proposal.status)))
			decide(proposal)
			done.append(name)
		except Exception as error:
			frappe.db.rollback(save_point="credit_limit")
			frappe.clear_messages()
			failed.append({"name": name, "error": error_text(error)})
	return {"done": done, "failed": failed}


def _approve(proposal) -> None:
	limit = flt(proposal.approved_limit)
	if limit <= 0:
		frappe.throw(_("A limit of 0 would be no limit at all."))
	customer = frappe.get_doc("Customer", proposal.customer, for_update=True)
	row = next((one for one in customer.credit_limits if one.company == proposal.company), None)
	row = row or customer.append("credit_limits", {"company": proposal.company})
	row.credit_limit = limit
	# who may approve may set the limit, whatever else of the customer is not theirs to change
	customer.save(ignore_permissions=True)
	_decided(proposal, APPROVED)


def _decided(proposal, status: str) -> None:
	proposal.update({"status": status, "decided_by": frappe.session.user, "decided_at": now_datetime()})
	proposal.save(ignore_permissions=True)
