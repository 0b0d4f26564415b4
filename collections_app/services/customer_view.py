"""What the Collections tab of a customer shows, for one company, in one answer."""

import frappe
from frappe.utils import flt, getdate

from collections_app.services.access import allowed_companies, company_for
from collections_app.services.ageing_view import ageing_of
from collections_app.services.settings import company_currency
from collections_app.services.team.members import full_names
from collections_app.services.worklist.listing import worklist_row_of
from collections_app.services.worklist.rules import NEEDS_A_PERSON, UNDER_WAY

CASE_FIELDS = (
	"name",
	"company",
	"status",
	"stage",
	"collector",
	"outstanding",
	"overdue",
	"oldest_due_date",
	"risk_band",
	"risk_score",
	"dunning_level",
	"dunning_plan",
	"next_action",
	"next_action_on",
	"next_action_reason",
	"escalated",
	"escalated_to",
	"last_contact_on",
	"paused_until",
	"pause_reason",
)


def customer_summary(customer: str, company: str | None = None) -> dict:
	"""The customer's standing with `company` (where missing: the company of the case with the most overdue, else the
	user's default).

	Returns company, currency, companies (those with a case), case, ageing, score with its factors, promises, disputes,
	actions (latest first), waiting (how many wait), why and class as on the worklist. Lists are empty and case and score
	None where there is nothing. The caller has checked that the user may read the customer.
	"""
	cases = customer_cases(customer)
	if not company:
		company = cases[0].company if cases else None
	company = company_for(company)
	case = next((one for one in cases if one.company == company), None)
	row = worklist_row_of(company, case.name) if case and case.status == "Open" else None
	if row:
		case.last_contact_on = row.last_contact_on
	actions = latest("Collection Action", customer, company, ACTION_FIELDS, "creation desc", 6)
	return {
		"company": company,
		"currency": company_currency(company) if company else None,
		"companies": [one.company for one in cases],
		"case": case,
		"ageing": ageing_of(company, customer) if company else [],
		"score": latest_score(customer, company),
		"promises": latest("Promise to Pay", customer, company, PROMISE_FIELDS, "due_on desc", 5),
		"disputes": latest("Invoice Dispute", customer, company, DISPUTE_FIELDS, "opened_on desc", 5),
		"actions": actions,
		"waiting": sum(1 for one in actions if one.status in (*NEEDS_A_PERSON, *UNDER_WAY)),
		"reasons": row.reasons if row else [],
		"class": row["class"] if row else None,
	}


ACTION_FIELDS = (
	"name",
	"status",
	"channel",
	"step_name",
	"subject",
	"planned_on",
	"sent_at",
	"dunning_level",
)
SCORE_FIELDS = (
	"name",
	"as_of",
	"score",
	"band",
	"previous_band",
	"previous_score",
	"confidence",
	"basis",
	"stale",
	"has_learned",
	"learned_score",
	"decided_by",
	"changes",
	"scorecard",
)
BANDS_FROM = ("band_a_from", "band_b_from", "band_c_from", "band_d_from")
PROMISE_FIELDS = ("name", "status", "due_on", "amount", "paid_amount", "currency", "promised_by")
DISPUTE_FIELDS = ("name", "status", "sales_invoice", "reason", "disputed_amount", "currency", "answer_due_on")


def customer_cases(customer: str) -> list[frappe._dict]:
	"""The customer's cases that the user may read, one a company, the most pressing first."""
	rows = frappe.get_list(
		"Collection Case",
		filters={"customer": customer},
		fields=list(CASE_FIELDS),
		order_by="modified desc",
		limit=0,
	)
	rows.sort(key=lambda row: (row.status != "Open", -flt(row.overdue)))
	seen, cases = set(), []
	for row in rows:
		if row.company not in seen:
			seen.add(row.company)
			cases.append(row)
	allowed = allowed_companies()
	shown = [row for row in cases if allowed is None or row.company in allowed]
	_name_people(shown)
	return shown


def _name_people(cases: list[frappe._dict]) -> None:
	"""collector_name and escalated_to_name: the desk knows the full name of the signed-in user alone."""
	fields = ("collector", "escalated_to")
	named = full_names([row[field] for row in cases for field in fields if row[field]])
	for row in cases:
		row.update({f"{field}_name": named.get(row[field]) for field in fields})


def latest(
	doctype: str, customer: str, company: str, fields: tuple[str, ...], order_by: str, limit: int
) -> list[frappe._dict]:
	return frappe.get_list(
		doctype,
		filters={"customer": customer, "company": company},
		fields=list(fields),
		order_by=order_by,
		limit=limit,
	)


def latest_score(customer: str, company: str) -> dict | None:
	"""The last Risk Score with its factors, those that cost most points first; `reachable` is the most a factor gives,
	`bands` the lowest scores of A to D (None where the scorecard is gone)."""
	found = latest(
		"Risk Score",
		customer,
		company,
		SCORE_FIELDS,
		"as_of desc, creation desc",
		1,
	)
	if not found:
		return None
	factors = frappe.get_all(
		"Risk Score Factor",
		filters={"parent": found[0].name, "parenttype": "Risk Score"},
		fields=["factor", "reason", "value", "weight", "contribution", "points", "learned_points", "stale"],
		order_by="idx",
	)
	weights = sum(flt(one.weight) for one in factors)
	for one in factors:
		one.reachable = flt(one.weight) / weights * 100 if weights else 0
	factors.sort(key=lambda one: flt(one.contribution) - one.reachable)
	changes = frappe.parse_json(found[0].pop("changes") or "[]")
	bands = frappe.db.get_value("Risk Scorecard", found[0].scorecard, BANDS_FROM)
	age = (getdate() - getdate(found[0].as_of)).days
	return {**found[0], "factors": factors, "changes": changes, "bands": bands, "age_days": age}
