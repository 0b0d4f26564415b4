"""The worklist: whom to act on today, in order, and why. Reads the facts in a few queries; the rules stand beside."""

from collections import defaultdict
from datetime import date, datetime

import frappe
from frappe.query_builder.functions import Max, Min, Sum
from frappe.utils import cint, flt, getdate

from collections_app.engine.outbox import GONE_OUT
from collections_app.services.access import company_for
from collections_app.services.cases.promises import awaited_instalments
from collections_app.services.worklist_reasons import why
from collections_app.services.worklist_rules import (
	BROKEN_PROMISE_DAYS,
	NEEDS_A_PERSON,
	UNDER_WAY,
	CaseFacts,
	classify,
	expected_gain,
	is_due,
)

CASE_FIELDS = (
	"name",
	"customer",
	"customer_name",
	"stage",
	"collector",
	"outstanding",
	"overdue",
	"oldest_due_date",
	"risk_band",
	"dunning_level",
	"next_action",
	"next_action_on",
	"next_action_kind",
	"last_contact_on",
	"paused_until",
	"pause_reason",
	"currency",
)


def worklist(filters: dict | None = None, today: date | None = None) -> list[frappe._dict]:
	"""The rows of the worklist, best first.

	`filters`: company (the user's default when missing), collector, only_mine, risk_band (one or a list), class,
	minimum_overdue (company currency). Only cases the user may read are looked at. Each row has rank, case, customer,
	customer_name, why (sentence), reasons (list), class, expected_gain, overdue, outstanding, oldest_days, risk_band,
	last_contact_on, next_action, next_action_on, stage, collector and currency.
	"""
	filters = frappe._dict(filters or {})
	today = getdate(today)
	company = company_for(filters.company)
	if not company:
		return []
	cases = read_cases(company, filters)
	if not cases:
		return []
	related = read_related(company, today)
	rows = []
	for case in cases:
		facts = CaseFacts(case=case, **{key: found[case.customer] for key, found in related.items()})
		if is_due(facts, today):
			rows.append(make_row(facts, today))
	if filters.get("class"):
		rows = [row for row in rows if row["class"] == filters.get("class")]
	rows.sort(key=lambda row: (-row.expected_gain, -flt(row.overdue), row.customer))
	for rank, row in enumerate(rows, start=1):
		row.rank = rank
	return rows


def worklist_row_of(company: str, case: str, today: date | None = None) -> frappe._dict | None:
	"""The row of one case, whether or not it is due; None when the user may not read it or it is closed."""
	today = getdate(today)
	found = read_cases(company_for(company), frappe._dict(case=case))
	if not found:
		return None
	related = read_related(company, today, found[0].customer)
	return make_row(
		CaseFacts(case=found[0], **{key: rows[found[0].customer] for key, rows in related.items()}), today
	)


def make_row(facts: CaseFacts, today: date) -> frappe._dict:
	case = facts.case
	klass = classify(facts, today)
	reasons = why(facts, today)
	row = frappe._dict({key: case[key] for key in CASE_FIELDS if key != "name"})
	row.update(
		{
			"case": case.name,
			"class": klass,
			"reasons": reasons,
			"why": " · ".join(reasons),
			"last_contact_on": facts.last_contact(),
			"oldest_days": facts.days_overdue(today),
			"expected_gain": expected_gain(facts, klass, today),
		}
	)
	return row


def read_cases(company: str, filters: frappe._dict) -> list[frappe._dict]:
	"""Open cases of the company that the user may read and that pass the filters."""
	conditions = {"status": "Open", "company": company}
	if filters.case:
		conditions["name"] = filters.case
	if cint(filters.only_mine):
		conditions["collector"] = frappe.session.user
	elif filters.collector:
		conditions["collector"] = filters.collector
	bands = frappe.parse_json(filters.risk_band) if filters.risk_band else None
	if bands:
		conditions["risk_band"] = ["in", [bands] if isinstance(bands, str) else list(bands)]
	if flt(filters.minimum_overdue) > 0:
		conditions["overdue"] = [">=", flt(filters.minimum_overdue)]
	return frappe.get_list(
		"Collection Case", filters=conditions, fields=list(CASE_FIELDS), order_by="name", limit=0
	)


def read_related(company: str, today: date, customer: str | None = None) -> dict[str, defaultdict]:
	"""What else is known of the company's customers, or of one: the fields of CaseFacts, each by customer."""
	limits: defaultdict = defaultdict(float, credit_limits(company, customer))
	return {
		"promises": by_customer(promises(company, today, customer)),
		"disputes": by_customer(disputes(company, customer)),
		"actions": by_customer(actions(company, customer)),
		"payments": by_customer(payments_to_review(company)),
		"credit_limit": limits,
		"last_sent": defaultdict(lambda: None, last_sent(company, customer)),
		**expected_payments(company, today, customer),
	}


def only(query, column, customer: str | None):
	"""`query` for one customer, or as it is."""
	return query.where(column == customer) if customer else query


def by_customer(rows: list[dict]) -> defaultdict:
	grouped = defaultdict(list)
	for row in rows:
		grouped[row["customer"]].append(row)
	return grouped


def promises(company: str, today: date, customer: str | None = None) -> list[dict]:
	"""Open promises (of one in instalments, the one awaited) and those broken lately; amount_base at the rate of the
	promised invoices."""
	promise = frappe.qb.DocType("Promise to Pay")
	line = frappe.qb.DocType("Promise to Pay Invoice")
	invoice = frappe.qb.DocType("Sales Invoice")
	since = frappe.utils.add_days(today, -BROKEN_PROMISE_DAYS)
	query = (
		frappe.qb.from_(promise)
		.left_join(line)
		.on(line.parent == promise.name)
		.left_join(invoice)
		.on(invoice.name == line.sales_invoice)
		.select(
			promise.name,
			promise.customer,
			promise.status,
			promise.due_on,
			promise.settled_on,
			promise.amount,
			promise.currency,
			Max(invoice.conversion_rate).as_("rate"),
		)
		.where(promise.company == company)
		.where(
			(promise.status == "Open")
			| (promise.status.isin(["Broken", "Partly Kept"]) & (promise.due_on >= since))
		)
		.groupby(
			*(promise[field] for field in ("name", "customer", "status", "due_on", "settled_on")),
			*(promise[field] for field in ("amount", "currency")),
		)
		.orderby(promise.due_on)
	)
	rows = only(query, promise.customer, customer).run(as_dict=True)
	awaited = awaited_instalments([row["name"] for row in rows if row["status"] == "Open"])
	for row in rows:
		if instalment := awaited.get(row["name"]):
			row["due_on"] = instalment.due_on
			row["amount"] = flt(instalment.amount) - flt(instalment.paid_amount)
		row["amount_base"] = flt(row["amount"]) * (flt(row["rate"]) or 1)
	return rows


def disputes(company: str, customer: str | None = None) -> list[dict]:
	dispute = frappe.qb.DocType("Invoice Dispute")
	invoice = frappe.qb.DocType("Sales Invoice")
	query = (
		frappe.qb.from_(dispute)
		.left_join(invoice)
		.on(invoice.name == dispute.sales_invoice)
		.select(
			dispute.customer,
			dispute.disputed_amount.as_("amount"),
			dispute.currency,
			dispute.answer_due_on,
			invoice.conversion_rate.as_("rate"),
		)
		.where(dispute.company == company)
		.where(dispute.status == "Open")
	)
	rows = only(query, dispute.customer, customer).run(as_dict=True)
	for row in rows:
		row["amount_base"] = flt(row["amount"]) * (flt(row["rate"]) or 1)
	return rows


def actions(company: str, customer: str | None = None) -> list[dict]:
	"""Messages and calls that have not gone out yet."""
	action = frappe.qb.DocType("Collection Action")
	query = (
		frappe.qb.from_(action)
		.select(action.name, action.customer, action.status, action.step_name, action.hold_reasons)
		.where(action.company == company)
		.where(action.status.isin([*NEEDS_A_PERSON, *UNDER_WAY]))
		.orderby(action.dunning_level, order=frappe.qb.desc)
	)
	return only(query, action.customer, customer).run(as_dict=True)


def last_sent(company: str, customer: str | None = None) -> dict[str, datetime]:
	"""When the last message or call went out to each customer."""
	action = frappe.qb.DocType("Collection Action")
	query = (
		frappe.qb.from_(action)
		.select(action.customer, Max(action.sent_at))
		.where(action.company == company)
		.where(action.sent_at.isnotnull())
		.where(action.status.isin(GONE_OUT))
		.groupby(action.customer)
	)
	return dict(only(query, action.customer, customer).run())


def expected_payments(company: str, today: date, customer: str | None = None) -> dict[str, defaultdict]:
	"""Of each customer's overdue items: the share of the amount expected within two weeks, and the first expected day."""
	prediction = frappe.qb.DocType("Payment Prediction")
	query = (
		frappe.qb.from_(prediction)
		.select(
			prediction.customer,
			Sum(prediction.outstanding * prediction.paid_soon_chance) / Sum(prediction.outstanding) / 100,
			Min(prediction.expected_on),
		)
		.where((prediction.company == company) & (prediction.due_date < today))
		.groupby(prediction.customer)
	)
	rows = only(query, prediction.customer, customer).run()
	return {
		"paid_soon": defaultdict(lambda: None, {name: flt(share) for name, share, _first in rows}),
		"expected_on": defaultdict(lambda: None, {name: getdate(first) for name, _share, first in rows}),
	}


def payments_to_review(company: str) -> list[dict]:
	"""Bank credits that wait for a person, with the customer of the best proposal."""
	match = frappe.qb.DocType("Cash Match")
	proposal = frappe.qb.DocType("Cash Match Proposal")
	invoice = frappe.qb.DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(match)
		.left_join(proposal)
		.on((proposal.parent == match.name) & (proposal.rank == 1))
		.left_join(invoice)
		.on(invoice.name == proposal.sales_invoice)
		.select(
			match.name,
			match.amount,
			match.currency,
			match.customer,
			Max(proposal.customer).as_("proposed_customer"),
			Max(invoice.conversion_rate).as_("rate"),
		)
		.where(match.company == company)
		.where(match.status == "To Review")
		.where(match.is_return == 0)
		.groupby(match.name, match.amount, match.currency, match.customer)
		.run(as_dict=True)
	)
	for row in rows:
		row["customer"] = row["customer"] or row["proposed_customer"]
		row["amount_base"] = flt(row["amount"]) * (flt(row["rate"]) or 1)
	return [row for row in rows if row["customer"]]


def credit_limits(company: str, customer: str | None = None) -> dict[str, float]:
	limit = frappe.qb.DocType("Customer Credit Limit")
	query = (
		frappe.qb.from_(limit)
		.select(limit.parent, Sum(limit.credit_limit))
		.where(limit.parenttype == "Customer")
		.where(limit.company == company)
		.where(limit.credit_limit > 0)
		.groupby(limit.parent)
	)
	rows = only(query, limit.parent, customer).run()
	return {customer: flt(amount) for customer, amount in rows}
