"""The head of the page: who the customer is, who looks after it, how risky it is, what it owes against limit and cover."""

import frappe
from frappe.query_builder import DocType
from frappe.utils import getdate

from collections_app.services.access import allowed_companies, company_for
from collections_app.services.ageing_view import age, ageing_parts
from collections_app.services.credit.standing import standing_of
from collections_app.services.customer_view import SCORE_FIELDS, customer_cases, latest
from collections_app.services.customers import customer_frame
from collections_app.services.receivables import open_items
from collections_app.services.settings import company_currency
from collections_app.services.worklist.listing import worklist_row_of

CUSTOMER_FIELDS = (
	*("name", "customer_name", "customer_group", "territory", "language", "tax_id", "disabled"),
	*("account_manager", "collections_receiver", "collections_paused_until", "collections_pause_reason"),
)


def head(customer: str, company: str | None = None) -> dict:
	"""All that stands above the panels.

	`company`: where missing, that of the case with the most overdue, else the first the customer has dealings with, else
	the user's own. Returns customer (CUSTOMER_FIELDS), contact (name, email, phone), company, companies, currency, case,
	class, reasons, score, exposure (see `standing.standing_of`), ageing. The caller has checked the customer.
	"""
	cases = customer_cases(customer)
	companies = companies_of(customer, [one.company for one in cases])
	company = company_for(company or next(iter(companies), None))
	if company and company not in companies:
		companies.append(company)
	case = next((one for one in cases if one.company == company), None)
	row = worklist_row_of(company, case.name) if case and case.status == "Open" else None
	items = open_items(company, customers=[customer]) if company else None
	scores = latest("Risk Score", customer, company, SCORE_FIELDS, "as_of desc, creation desc", 1)
	return {
		"customer": frappe.db.get_value("Customer", customer, CUSTOMER_FIELDS, as_dict=True),
		"contact": contact_of(customer),
		"company": company,
		"companies": companies,
		"currency": company_currency(company) if company else None,
		"case": case,
		"class": row["class"] if row else None,
		"reasons": row.reasons if row else [],
		"score": scores[0] if scores else None,
		"exposure": standing_of(customer, company, items) if company else None,
		"ageing": ageing_parts(age(items, getdate(), company_currency(company))) if company else [],
	}


def companies_of(customer: str, first: list[str]) -> list[str]:
	"""Companies the user may see that have a case or entries of the customer; those of `first` first."""
	ple = DocType("Payment Ledger Entry")
	found = (
		frappe.qb.from_(ple)
		.select(ple.company)
		.distinct()
		.where((ple.party == customer) & (ple.party_type == "Customer") & (ple.delinked == 0))
	).run(pluck=True)
	allowed = allowed_companies()
	others = sorted(one for one in found if allowed is None or one in allowed)
	return list(dict.fromkeys([*first, *others]))


def contact_of(customer: str) -> dict:
	"""Who is written to and called: name, email, phone, as the outbox takes them; empty where there is none."""
	row = customer_frame([customer]).iloc[0]
	return {
		"name": _text(row["contact_name"]),
		"email": _text(row["email"]),
		"phone": _text(row["phone"]),
	}


def _text(value) -> str:
	return value if isinstance(value, str) else ""
