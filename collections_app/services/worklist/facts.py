"""What is known of cases, for the ranking: promises, disputes, messages, payments, limits. A few queries, whatever their
number. Read without the reader's permissions: what comes of it is kept on the case, which has its own.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

import frappe
from frappe.query_builder.functions import Max, Min, Sum
from frappe.utils import flt, getdate

from collections_app.engine.outbox import GONE_OUT
from collections_app.services.cases.promises import awaited_instalments
from collections_app.services.credit_limits import limits_of
from collections_app.services.worklist.rules import BROKEN_PROMISE_DAYS, NEEDS_A_PERSON, UNDER_WAY, CaseFacts

# what the ranking and the list both read of a case
SHARED_FIELDS = (
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
CASE_FIELDS = (*SHARED_FIELDS, "snoozed_until", "snoozed_on", "snooze_reason", "snooze_knows")
# so many customers are named in a query; of more, the whole company is read
FEW = 500


def facts_of(company: str, cases: Iterable[dict], today: date) -> list[CaseFacts]:
	"""The facts of these cases (CASE_FIELDS) of one company, in their order."""
	cases = list(cases)
	customers = [case["customer"] for case in cases]
	related = read_related(company, today, customers if len(customers) <= FEW else None)
	return [
		CaseFacts(case=case, **{key: found[case["customer"]] for key, found in related.items()})
		for case in cases
	]


def open_cases(company: str, names: Iterable[str] | None = None) -> list[frappe._dict]:
	"""CASE_FIELDS of the company's open cases, or of some of them."""
	conditions = {"company": company, "status": "Open"}
	if names is not None:
		conditions["name"] = ["in", [*names, ""]]
	return frappe.get_all("Collection Case", filters=conditions, fields=list(CASE_FIELDS), order_by="name")


def read_related(company: str, today: date, customers: list[str] | None = None) -> dict[str, defaultdict]:
	"""What else is known of the company's customers, or of some: the fields of CaseFacts, each by customer."""
	return {
		"promises": by_customer(promises(company, today, customers)),
		"disputes": by_customer(disputes(company, customers)),
		"actions": by_customer(actions(company, customers)),
		"payments": by_customer(payments_to_review(company, customers)),
		"credit_limit": defaultdict(float, limits_of(company, customers)),
		"last_sent": defaultdict(lambda: None, last_sent(company, customers)),
		"last_reply": defaultdict(lambda: None, last_replies(company, customers)),
		**expected_payments(company, today, customers),
	}


def only(query, column, customers: list[str] | None):
	"""`query` for these customers, or as it is."""
	return query if customers is None else query.where(column.isin([*customers, ""]))


def by_customer(rows: list[dict]) -> defaultdict:
	grouped = defaultdict(list)
	for row in rows:
		grouped[row["customer"]].append(row)
	return grouped


def promises(company: str, today: date, customers: list[str] | None = None) -> list[dict]:
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
	rows = only(query, promise.customer, customers).run(as_dict=True)
	awaited = awaited_instalments([row["name"] for row in rows if row["status"] == "Open"])
	for row in rows:
		if instalment := awaited.get(row["name"]):
			row["due_on"] = instalment.due_on
			row["amount"] = flt(instalment.amount) - flt(instalment.paid_amount)
		row["amount_base"] = flt(row["amount"]) * (flt(row["rate"]) or 1)
	return rows


def disputes(company: str, customers: list[str] | None = None) -> list[dict]:
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
	rows = only(query, dispute.customer, customers).run(as_dict=True)
	for row in rows:
		row["amount_base"] = flt(row["amount"]) * (flt(row["rate"]) or 1)
	return rows


def actions(company: str, customers: list[str] | None = None) -> list[dict]:
	"""Messages and calls that have not gone out yet."""
	action = frappe.qb.DocType("Collection Action")
	query = (
		frappe.qb.from_(action)
		.select(action.name, action.customer, action.status, action.step_name, action.hold_reasons)
		.where(action.company == company)
		.where(action.status.isin([*NEEDS_A_PERSON, *UNDER_WAY]))
		.orderby(action.dunning_level, order=frappe.qb.desc)
	)
	return only(query, action.customer, customers).run(as_dict=True)


def last_sent(company: str, customers: list[str] | None = None) -> dict[str, datetime]:
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
	return dict(only(query, action.customer, customers).run())


def last_replies(company: str, customers: list[str] | None = None) -> dict[str, datetime]:
	"""When each customer answered a message last."""
	action = frappe.qb.DocType("Collection Action")
	query = (
		frappe.qb.from_(action)
		.select(action.customer, Max(action.replied_at))
		.where((action.company == company) & action.replied_at.isnotnull())
		.groupby(action.customer)
	)
	return dict(only(query, action.customer, customers).run())


def expected_payments(
	company: str, today: date, customers: list[str] | None = None
) -> dict[str, defaultdict]:
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
	rows = only(query, prediction.customer, customers).run()
	return {
		"paid_soon": defaultdict(lambda: None, {name: flt(share) for name, share, _first in rows}),
		"expected_on": defaultdict(lambda: None, {name: getdate(first) for name, _share, first in rows}),
	}


def payments_to_review(company: str, customers: list[str] | None = None) -> list[dict]:
	"""Bank credits that wait for a person, with the customer of the best proposal."""
	match = frappe.qb.DocType("Cash Match")
	proposal = frappe.qb.DocType("Cash Match Proposal")
	invoice = frappe.qb.DocType("Sales Invoice")
	query = (
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
	)
	if customers is not None:
		wanted = [*customers, ""]
		query = query.where(match.customer.isin(wanted) | proposal.customer.isin(wanted))
	rows = query.run(as_dict=True)
	for row in rows:
		row["customer"] = row["customer"] or row["proposed_customer"]
		row["amount_base"] = flt(row["amount"]) * (flt(row["rate"]) or 1)
	return [row for row in rows if row["customer"]]
