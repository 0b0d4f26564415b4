"""How incoming payments were applied: without a person, by one, or not yet; by period, rule, bank account or person, and how
long payments waited for a person.

A payment applied by a person waited from when it was put in the queue to when its Payment Entry was made. Payments that
are no customer's, and those taken back by the bank, do not count.
"""

from collections import defaultdict

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt, get_first_day_of_week, getdate

from collections_app.services import reporting
from collections_app.services.access import company_for, seen_customers
from collections_app.services.names import Names
from collections_app.services.settings import company_currency
from collections_app.services.team.members import full_names

MONTH, WEEK, RULE, PERSON, BANK_ACCOUNT = "Month", "Week", "Rule", "Person", "Bank Account"
GROUPS = (MONTH, WEEK, RULE, PERSON, BANK_ACCOUNT)
ALONE, BY_PERSON, WAITING = "alone", "by_person", "waiting"
BY_HAND = "person"
NOT_COUNTED = ("Ignored", "No Customer")
MOST_BARS = 26


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	group_by = filters.group_by or MONTH
	if group_by not in GROUPS:
		frappe.throw(_("Group By must be one of {0}").format(", ".join(GROUPS)))
	frappe.has_permission("Cash Match", "read", throw=True)
	if not company:
		return get_columns(group_by), []
	payments = read_payments(company, filters)
	rows = add_up(payments, group_by, company_currency(company))
	return get_columns(group_by), rows, None, get_chart(rows), get_summary(payments)


def get_columns(group_by: str) -> list[dict]:
	first = {
		MONTH: reporting.text("label", _("Month"), 120),
		WEEK: reporting.day("label", _("Week From"), 120),
		RULE: reporting.text("label", _("Rule"), 260),
		PERSON: reporting.text("label", _("Applied By"), 200),
		BANK_ACCOUNT: reporting.link("label", _("Bank Account"), "Bank Account", 240),
	}[group_by]
	return [
		first,
		reporting.whole("payments", _("Payments")),
		reporting.whole(ALONE, _("Without a Person"), 165),
		reporting.whole(BY_PERSON, _("By a Person"), 130),
		reporting.whole(WAITING, _("To Review"), 100),
		reporting.percent("rate", _("Straight-Through (%)"), 165),
		reporting.money("amount", _("Amount")),
		reporting.money("amount_alone", _("Amount without a Person"), 220),
		reporting.number("hours", _("Review, Hours"), 125),
		reporting.currency_column(),
	]


def read_payments(company: str, filters: frappe._dict) -> list[frappe._dict]:
	"""Incoming payments of the period, each with how it was applied (`way`) and the hours it waited for a person."""
	match, entry = DocType("Cash Match"), DocType("Payment Entry")
	since, until = reporting.period_of(filters)
	query = (
		frappe.qb.from_(match)
		.left_join(entry)
		.on(entry.name == match.payment_entry)
		.select(
			*(match[field] for field in ("name", "date", "status", "rule", "bank_account", "amount")),
			*(match[field] for field in ("currency", "creation", "modified_by")),
			entry.creation.as_("applied_at"),
			entry.owner.as_("applied_by"),
			entry.source_exchange_rate.as_("rate"),
		)
		.where((match.company == company) & (match.is_return == 0) & match.status.notin(NOT_COUNTED))
		.where((match.date >= since) & (match.date <= until))
		.orderby(match.date, match.name)
	)
	if filters.bank_account:
		query = query.where(match.bank_account == filters.bank_account)
	seen = seen_customers()
	if seen is not None:
		# whose payment nobody knows is nobody's customer
		query = query.where(match.customer.isin(Names(seen)))
	own = company_currency(company)
	rows = query.run(as_dict=True)
	for row in rows:
		row.way = way_of(row)
		row.person = (row.applied_by or row.modified_by) if row.way == BY_PERSON else ""
		row.hours = None
		if row.way == BY_PERSON and row.applied_at:
			row.hours = max((row.applied_at - row.creation).total_seconds() / 3600, 0.0)
		row.amount_base = flt(flt(row.amount) * (1 if row.currency == own else flt(row.rate) or 1), 2)
	return rows


def rule_label(rule: str) -> str:
	"""What a rule of matching goes by, in words."""
	return {
		"reference": _("One number, the whole amount"),
		"reference_sum": _("Several numbers, the amounts add up"),
		"reference_discount": _("Numbers, less an early-payment discount"),
		"reference_fee": _("One number, less a bank fee"),
		"reference_rounding": _("One number, rounded"),
		"reference_part": _("One number, a part of it"),
		"reference_excess": _("One number, and more than is open"),
		"last_digits": _("Last digits of the numbers"),
		"near_reference": _("A number with one slip in it"),
		"amount": _("Payer and amount of one item"),
		"amount_sum": _("Payer and amounts that add up"),
		"balance": _("Payer and all that is open or due"),
		"booked": _("Booked before"),
		"payout": _("Payout of a payment provider"),
		BY_HAND: _("By a person"),
		"": _("No rule fits"),
	}.get(rule, rule)


def way_of(row) -> str:
	if row.status == "To Review":
		return WAITING
	return ALONE if row.status == "Applied" and row.rule != BY_HAND else BY_PERSON


def add_up(payments: list[frappe._dict], group_by: str, currency: str) -> list[dict]:
	groups: dict = defaultdict(list)
	for one in payments:
		key = {
			MONTH: lambda one=one: reporting.month_of(one.date),
			WEEK: lambda one=one: getdate(get_first_day_of_week(one.date)),
			RULE: lambda one=one: one.rule or "",
			PERSON: lambda one=one: one.person,
			BANK_ACCOUNT: lambda one=one: one.bank_account or "",
		}[group_by]()
		groups[key].append(one)
	people = full_names([key for key in groups if key]) if group_by == PERSON else {}
	rows = []
	for key in sorted(groups):
		label = {
			MONTH: lambda key=key: reporting.month_label(key),
			WEEK: lambda key=key: key,
			RULE: lambda key=key: rule_label(key),
			PERSON: lambda key=key: people.get(key) or _("Nobody yet, or without a person"),
			BANK_ACCOUNT: lambda key=key: key,
		}[group_by]()
		rows.append({"key": str(key), "label": label, "currency": currency, **sums(groups[key])})
	if group_by in (MONTH, WEEK):
		return rows
	return sorted(rows, key=lambda row: -row["payments"])


def sums(payments: list[frappe._dict]) -> dict:
	counts = {way: sum(one.way == way for one in payments) for way in (ALONE, BY_PERSON, WAITING)}
	hours = [one.hours for one in payments if one.hours is not None]
	return {
		"payments": len(payments),
		**counts,
		"rate": reporting.share(counts[ALONE], len(payments)),
		"amount": flt(sum(one.amount_base for one in payments), 2),
		"amount_alone": flt(sum(one.amount_base for one in payments if one.way == ALONE), 2),
		"hours": flt(sum(hours) / len(hours), 1) if hours else None,
	}


def get_chart(rows: list[dict]) -> dict | None:
	if not rows:
		return None
	rows = rows[-MOST_BARS:]
	ways = (
		(ALONE, _("Without a Person"), reporting.GREEN),
		(BY_PERSON, _("By a Person"), reporting.BLUE),
		(WAITING, _("To Review"), reporting.ORANGE),
	)
	return {
		"data": {
			"labels": [str(row["label"]) for row in rows],
			"datasets": [{"name": name, "values": [row[way] for row in rows]} for way, name, _c in ways],
		},
		"type": "bar",
		"colors": [colour for _way, _name, colour in ways],
		"barOptions": {"stacked": 1, "spaceRatio": 0.6},
	}


def get_summary(payments: list[frappe._dict]) -> list[dict]:
	if not payments:
		return []
	total = sums(payments)
	summary = [
		reporting.figure(_("Payments"), total["payments"]),
		reporting.percent_figure(
			_("Straight-Through"), total["rate"], "Green" if total["rate"] >= 90 else "Orange"
		),
		reporting.figure(_("By a Person"), total[BY_PERSON]),
		reporting.figure(_("To Review"), total[WAITING], "Int", "Orange" if total[WAITING] else "Green"),
	]
	if total["hours"] is not None:
		summary.append(reporting.decimal_figure(_("Review, Hours on Average"), total["hours"], "Grey"))
	return summary
