"""A customer's exposure against its credit limit and its cover, for one bar on its file."""

import pandas as pd

import frappe
from frappe.utils import flt, getdate

from collections_app.services.credit.covers import insurance_on
from collections_app.services.credit_limits import limit_of
from collections_app.services.receivables import open_items
from collections_app.services.scoring.commitments import commitments
from collections_app.services.settings import company_currency


def standing_of(customer: str, company: str, items: pd.DataFrame | None = None) -> dict:
	"""In company currency, as of now: exposure, and what it is made of (overdue, not_due, not_invoiced; what is on account is
	taken off in that order, so that the three add up to it), credit_limit and over_limit (None without a limit), cover,
	insured and uninsured (None when not insured, or when the user may not see covers). `items`: the customer's open items,
	where they are read already."""
	if items is None:
		items = open_items(company, customers=[customer])
	owed = items["outstanding_base"]
	due = items["due_date"].fillna(items["posting_date"])
	late = flt(owed[(owed > 0) & (due < pd.Timestamp(getdate()))].sum(), 2)
	ordered = commitments(company, customer)
	not_invoiced = flt(ordered.groupby("document")["amount_base"].sum().clip(lower=0).sum(), 2)
	exposure = max(flt(owed.sum() + not_invoiced, 2), 0.0)
	overdue = min(late, exposure)
	not_due = min(max(flt(owed.sum() - late, 2), 0.0), flt(exposure - overdue, 2))
	limit = limit_of(customer, company)
	return {
		"currency": company_currency(company),
		"exposure": exposure,
		"overdue": overdue,
		"not_due": not_due,
		"not_invoiced": flt(exposure - overdue - not_due, 2),
		"credit_limit": limit,
		"over_limit": None if limit is None else max(flt(exposure - limit, 2), 0.0),
		**_insured(customer, company, exposure),
	}


def _insured(customer: str, company: str, exposure: float) -> dict:
	found = None
	if frappe.has_permission("Credit Cover", "read"):
		found = insurance_on(company, getdate(), customer)
	if found is None or found.empty:
		return {"cover": None, "insured": None, "uninsured": None}
	cover = flt(found["cover"].iloc[0], 2)
	insured = flt(min(exposure, cover) * float(found["share"].iloc[0]), 2)
	return {"cover": cover, "insured": insured, "uninsured": flt(exposure - insured, 2)}
