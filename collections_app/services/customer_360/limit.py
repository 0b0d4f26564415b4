"""A credit limit for one customer: what the policy says, and a proposal that a Credit Manager decides on."""

from datetime import date

import pandas as pd

import frappe
from frappe import _
from frappe.utils import flt

from collections_app.engine.behaviour import payment_behaviour
from collections_app.engine.credit_limits import needed, propose
from collections_app.services.credit import limits
from collections_app.services.credit.covers import cover_amounts
from collections_app.services.credit_limits import limit_of
from collections_app.services.history import payment_history
from collections_app.services.reasons import sentences
from collections_app.services.receivables import open_items
from collections_app.services.scoring.store import latest_band
from collections_app.services.settings import company_currency


def suggestion(customer: str, company: str, today: date) -> dict:
	"""current (0 without a limit), proposed (None where the policy changes nothing), reasons (sentences), currency, and
	waiting: the proposal that waits for a decision."""
	facts = _facts(customer, company, today)
	found = propose(facts, limits.policy_of(company), company_currency(company)) if len(facts) else facts
	row = found.loc[customer] if customer in found.index else None
	return {
		"current": flt(limit_of(customer, company) or 0),
		"proposed": None if row is None else flt(row["proposed"]),
		"reasons": [] if row is None else sentences(row["reasons"]),
		"currency": company_currency(company),
		"waiting": frappe.db.get_value(
			limits.DOCTYPE, {"customer": customer, "company": company, "status": limits.PROPOSED}
		),
	}


def propose_limit(customer: str, company: str, amount: float, reason: str, today: date) -> str:
	"""Proposes a limit by hand; a proposal of the customer that still waits is replaced. Returns the proposal."""
	if amount <= 0:
		frappe.throw(_("A limit of 0 would be no limit at all."))
	if not (reason or "").strip():
		frappe.throw(_("Say why this limit is proposed."))
	current = flt(limit_of(customer, company) or 0)
	waiting = {"customer": customer, "company": company, "status": limits.PROPOSED}
	for name in frappe.get_all(limits.DOCTYPE, waiting, pluck="name"):
		frappe.db.set_value(limits.DOCTYPE, name, "status", limits.REPLACED)
	facts = _facts(customer, company, today)
	known = facts.loc[customer] if customer in facts.index else None
	proposal = frappe.get_doc(
		{
			"doctype": limits.DOCTYPE,
			"customer": customer,
			"company": company,
			"status": limits.PROPOSED,
			"risk_band": "" if known is None else known["band"],
			"currency": company_currency(company),
			"current_limit": current,
			"proposed_limit": flt(amount, 2),
			"approved_limit": flt(amount, 2),
			"change": flt(amount - current, 2),
			"need": 0 if known is None else flt(known["need"], 2),
			"outstanding": 0 if known is None else flt(known["outstanding"], 2),
			"reasons": reason.strip(),
		}
	)
	return proposal.insert(ignore_permissions=True).name


def _facts(customer: str, company: str, today: date) -> pd.DataFrame:
	"""What `engine.credit_limits.propose` needs of this one customer; no row where it bought nothing within a year."""
	history = payment_history(company, today, customer)
	behaviour = payment_behaviour(history, today)
	need = needed(history, behaviour, today)
	names = need.index
	owed = open_items(company, customers=[customer])["outstanding_base"].sum()
	return pd.DataFrame(
		{
			"need": need,
			"outstanding": pd.Series(max(float(owed), 0.0), index=names),
			"band": latest_band(company, customer),
			"current": pd.Series(flt(limit_of(customer, company) or 0), index=names),
			"report_limit": limits.report_limits(company, today, customer).reindex(names),
			"cover": cover_amounts(company, today, customer).reindex(names),
		}
	)
