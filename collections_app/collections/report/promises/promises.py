"""Promises to pay due in a period, by collector, customer or month: made, kept, partly kept, broken, and what was paid."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import flt

from collections_app.services import reporting
from collections_app.services.access import company_for, seen_customers
from collections_app.services.names import Names
from collections_app.services.settings import company_currency
from collections_app.services.team.members import full_names

COLLECTOR, CUSTOMER, MONTH = "Collector", "Customer", "Month"
GROUPS = {COLLECTOR: "collector", CUSTOMER: "customer", MONTH: "month"}
STATUSES = {
	"Kept": ("kept", reporting.GREEN),
	"Partly Kept": ("partly_kept", reporting.ORANGE),
	"Broken": ("broken", reporting.RED),
	"Open": ("open", reporting.BLUE),
}
MOST_BARS = 12


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	group_by = filters.group_by or COLLECTOR
	if group_by not in GROUPS:
		frappe.throw(_("Group By must be one of {0}").format(", ".join(GROUPS)))
	frappe.has_permission("Promise to Pay", "read", throw=True)
	if not company:
		return get_columns(group_by), []
	currency = company_currency(company)
	promises = read_promises(company, currency, filters)
	rows = add_up(promises, group_by, currency)
	return (
		get_columns(group_by),
		rows,
		None,
		get_chart(rows),
		get_summary(promises, currency),
	)


def get_columns(group_by: str) -> list[dict]:
	first = {
		COLLECTOR: [
			reporting.link("collector", _("Collector"), "User", 200),
			reporting.text("label", _("Name"), 160),
		],
		CUSTOMER: [
			reporting.link("customer", _("Customer"), "Customer", 200),
			reporting.text("label", _("Customer Name"), 200),
		],
		MONTH: [reporting.text("label", _("Due In"), 120)],
	}[group_by]
	return [
		*first,
		reporting.whole("promises", _("Promises")),
		reporting.whole("kept", _("Kept"), 80),
		reporting.whole("partly_kept", _("Partly Kept"), 105),
		reporting.whole("broken", _("Broken"), 85),
		reporting.whole("open", _("Open"), 80),
		reporting.percent("kept_rate", _("Kept (%)"), 100),
		reporting.money("amount", _("Promised")),
		reporting.money("paid", _("Paid")),
		reporting.percent("paid_rate", _("Paid (%)"), 100),
		reporting.currency_column(),
	]


def read_promises(company: str, currency: str, filters: frappe._dict) -> list[frappe._dict]:
	"""Promises due in the period that were not cancelled, of customers the user sees; amounts in company currency too."""
	promise, case = DocType("Promise to Pay"), DocType("Collection Case")
	since, until = reporting.period_of(filters)
	query = (
		frappe.qb.from_(promise)
		.left_join(case)
		.on((case.company == promise.company) & (case.customer == promise.customer))
		.select(
			*(promise[field] for field in ("name", "customer", "customer_name", "status", "due_on")),
			*(promise[field] for field in ("amount", "paid_amount", "currency")),
			case.collector,
		)
		.where((promise.company == company) & promise.status.isin(list(STATUSES)))
		.where((promise.due_on >= since) & (promise.due_on <= until))
		.orderby(promise.due_on, promise.name)
	)
	seen = seen_customers()
	if seen is not None:
		query = query.where(promise.customer.isin(Names(seen)))
	for field, column in (("customer", promise.customer), ("collector", case.collector)):
		if filters.get(field):
			query = query.where(column == filters.get(field))
	rows = query.run(as_dict=True)
	foreign = [row.name for row in rows if row.currency != currency]
	rates = exchange_rates(company, foreign) if foreign else {}
	for row in rows:
		rate = rates.get(row.name) or 1
		row.amount_base, row.paid_base = (flt(flt(row[one]) * rate, 2) for one in ("amount", "paid_amount"))
		row.month = reporting.month_of(row.due_on)
		row.collector = row.collector or ""
	return rows


def exchange_rates(company: str, names: list[str]) -> dict[str, float]:
	"""Promise -> the rate of its invoices, of promises in other currencies than the company's."""
	promise, line = DocType("Promise to Pay"), DocType("Promise to Pay Invoice")
	invoice = DocType("Sales Invoice")
	rows = (
		frappe.qb.from_(line)
		.inner_join(promise)
		.on(promise.name == line.parent)
		.inner_join(invoice)
		.on(invoice.name == line.sales_invoice)
		.select(promise.name, Max(invoice.conversion_rate))
		.where((promise.company == company) & promise.name.isin(names))
		.groupby(promise.name)
	).run()
	return {name: flt(rate) for name, rate in rows}


def add_up(promises: list[frappe._dict], group_by: str, currency: str) -> list[dict]:
	"""One row per group: months in order of time, the others with the most promised first."""
	key = GROUPS[group_by]
	groups: dict[str, list] = defaultdict(list)
	for one in promises:
		groups[one[key]].append(one)
	named = full_names([value for value in groups if value]) if group_by == COLLECTOR else {}
	rows = []
	for value, members in groups.items():
		label = {
			COLLECTOR: lambda value=value: named.get(value) or _("Nobody"),
			CUSTOMER: lambda members=members: members[0].customer_name,
			MONTH: lambda value=value: reporting.month_label(value),
		}[group_by]()
		rows.append({key: value, "label": label, "currency": currency, **sums(members)})
	if group_by == MONTH:
		return sorted(rows, key=lambda row: row["month"])
	return sorted(rows, key=lambda row: (-row["amount"], row["label"] or ""))


def sums(promises: list[frappe._dict]) -> dict:
	counts = {
		field: sum(one.status == status for one in promises) for status, (field, _c) in STATUSES.items()
	}
	decided = [one for one in promises if one.status != "Open"]
	promised = sum(one.amount_base for one in decided)
	return {
		"promises": len(promises),
		**counts,
		"kept_rate": reporting.share(counts["kept"], len(decided)),
		"amount": flt(sum(one.amount_base for one in promises), 2),
		"paid": flt(sum(one.paid_base for one in promises), 2),
		"paid_rate": reporting.share(sum(one.paid_base for one in decided), promised),
	}


def get_chart(rows: list[dict]) -> dict | None:
	"""How many were kept, partly kept, broken or are open, by group."""
	rows = rows[:MOST_BARS] if rows and "month" not in rows[0] else rows
	if not rows:
		return None
	return {
		"data": {
			"labels": [row["label"] for row in rows],
			"datasets": [
				{"name": _(status), "values": [row[field] for row in rows]}
				for status, (field, _colour) in STATUSES.items()
			],
		},
		"type": "bar",
		"colors": [colour for _field, colour in STATUSES.values()],
		"barOptions": {"stacked": 1, "spaceRatio": 0.6},
	}


def get_summary(promises: list[frappe._dict], currency: str) -> list[dict]:
	if not promises:
		return []
	total = sums(promises)
	late = sum(one.amount_base - one.paid_base for one in promises if one.status in ("Broken", "Partly Kept"))
	summary = [
		reporting.figure(_("Promises"), total["promises"]),
		reporting.sum_figure(_("Promised"), total["amount"], currency),
		reporting.sum_figure(_("Paid"), total["paid"], currency, "Green"),
		reporting.sum_figure(_("Broken"), late, currency, "Red"),
	]
	if total["kept_rate"] is not None:
		colour = "Green" if total["kept_rate"] >= 70 else "Orange"
		summary.insert(1, reporting.percent_figure(_("Kept"), total["kept_rate"], colour))
	return summary
