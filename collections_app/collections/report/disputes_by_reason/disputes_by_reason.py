"""Open disputes by reason and by who answers them, by age, in company currency: where invoices go wrong, and who is late."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import flt, getdate

from collections_app.services.access import company_for, seen_customers
from collections_app.services.frames import chunks
from collections_app.services.settings import company_currency

# days since the dispute was opened, up to and including the first number
BUCKETS = ((7, "bucket_1"), (14, "bucket_2"), (30, "bucket_3"), (60, "bucket_4"), (None, "bucket_5"))
COLOURS = ("#48BB74", "#ECC94B", "#F9B58B", "#ED7D2B", "#E24C4C")
# a chart of more reasons than this is no picture any more
MOST_BARS = 12


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	filters.company = company_for(filters.company)
	if not filters.company:
		return get_columns(), []
	today = getdate(filters.as_on or None)
	currency = company_currency(filters.company)
	disputes = read_disputes(filters, today)
	rows = add_up(disputes, currency)
	return get_columns(), rows, None, get_chart(rows, currency), get_summary(disputes, currency)


def bucket_labels() -> list[str]:
	labels, start = [], 0
	for end, _field in BUCKETS:
		labels.append(
			_("{0} to {1} Days").format(start, end) if end else _("Over {0} Days").format(start - 1)
		)
		start = (end or 0) + 1
	return labels


def get_columns() -> list[dict]:
	money = {"fieldtype": "Currency", "options": "currency", "width": 120}
	return [
		{
			"fieldname": "reason",
			"label": _("Reason"),
			"fieldtype": "Link",
			"options": "Dispute Reason",
			"width": 210,
		},
		{
			"fieldname": "responsible",
			"label": _("Responsible"),
			"fieldtype": "Link",
			"options": "User",
			# the table takes a column that begins with an empty cell for numbers
			"align": "left",
			"width": 190,
		},
		{"fieldname": "disputes", "label": _("Disputes"), "fieldtype": "Int", "width": 95},
		{"fieldname": "late", "label": _("Answers Late"), "fieldtype": "Int", "width": 125},
		{"fieldname": "amount", "label": _("In Dispute"), **money},
		*(
			{"fieldname": field, "label": label, **money}
			for (_end, field), label in zip(BUCKETS, bucket_labels(), strict=True)
		),
		{
			"fieldname": "oldest_days",
			"label": _("Oldest, Days"),
			"fieldtype": "Data",
			"align": "right",
			"disable_total": 1,
			"width": 105,
		},
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Link",
			"options": "Currency",
			"hidden": 1,
		},
	]


def read_disputes(filters: frappe._dict, today) -> list[frappe._dict]:
	"""Disputes that were open on that day, of those the user may see, with amount_base, age and whether the answer is late."""
	conditions = [["company", "=", filters.company], ["opened_on", "<=", today]]
	seen = seen_customers()
	if seen is not None:
		conditions.append(["customer", "in", [*seen, ""]])
	for field in ("reason", "responsible", "customer"):
		if filters.get(field):
			conditions.append([field, "=", filters.get(field)])
	disputes = frappe.get_list(
		"Invoice Dispute",
		filters=conditions,
		or_filters=[["status", "=", "Open"], ["closed_on", ">", today]],
		fields=[
			*("name", "reason", "responsible", "sales_invoice", "disputed_amount", "currency"),
			*("opened_on", "answer_due_on"),
		],
		order_by="opened_on, name",
		limit=0,
	)
	rates = conversion_rates({one.sales_invoice for one in disputes})
	own = company_currency(filters.company)
	for one in disputes:
		rate = 1 if one.currency == own else rates.get(one.sales_invoice) or 1
		# whole cents, so that rows and summary add up to the same
		one.amount_base = flt(flt(one.disputed_amount) * rate, 2)
		one.age = (today - getdate(one.opened_on)).days
		one.late = bool(one.answer_due_on and getdate(one.answer_due_on) < today)
	return disputes


def conversion_rates(invoices: set[str]) -> dict[str, float]:
	rates: dict[str, float] = {}
	for names in chunks(sorted(invoices)):
		rates.update(
			frappe.get_all(
				"Sales Invoice", {"name": ["in", names]}, ["name", "conversion_rate"], as_list=True
			)
		)
	return rates


def bucket(age: int) -> str:
	return next(field for end, field in BUCKETS if end is None or age <= end)


def add_up(disputes: list[frappe._dict], currency: str) -> list[frappe._dict]:
	"""One row per reason and responsible person; the reason with the most in dispute first, within it the person."""
	rows: dict[tuple, frappe._dict] = {}
	by_reason: dict[str, float] = defaultdict(float)
	for one in disputes:
		key = (one.reason, one.responsible or "")
		row = rows.setdefault(
			key,
			frappe._dict(
				reason=one.reason,
				responsible=one.responsible,
				disputes=0,
				late=0,
				amount=0.0,
				oldest_days=0,
				currency=currency,
				**{field: 0.0 for _end, field in BUCKETS},
			),
		)
		row.disputes += 1
		row.late += one.late
		row.amount += one.amount_base
		row[bucket(one.age)] += one.amount_base
		row.oldest_days = max(row.oldest_days, one.age)
		by_reason[one.reason] += one.amount_base
	for row in rows.values():
		for field in ("amount", *(field for _end, field in BUCKETS)):
			row[field] = flt(row[field], 2)
	return sorted(
		rows.values(),
		key=lambda row: (-by_reason[row.reason], row.reason, -row.amount, row.responsible or ""),
	)


def get_chart(rows: list[frappe._dict], currency: str) -> dict | None:
	"""In dispute by reason, split by age."""
	reasons = list(dict.fromkeys(row.reason for row in rows))[:MOST_BARS]
	if not reasons:
		return None
	sums = {(reason, field): 0.0 for reason in reasons for _end, field in BUCKETS}
	for row in rows:
		if row.reason in reasons:
			for _end, field in BUCKETS:
				sums[row.reason, field] += row[field]
	return {
		"data": {
			"labels": [_(reason) for reason in reasons],
			"datasets": [
				{"name": label, "values": [flt(sums[reason, field], 2) for reason in reasons]}
				for (_end, field), label in zip(BUCKETS, bucket_labels(), strict=True)
			],
		},
		"type": "bar",
		"colors": list(COLOURS),
		"barOptions": {"stacked": 1, "spaceRatio": 0.6},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": currency,
	}


def get_summary(disputes: list[frappe._dict], currency: str) -> list[dict]:
	if not disputes:
		return []
	late = [one for one in disputes if one.late]
	money = {"datatype": "Currency", "currency": currency}
	return [
		{"label": _("Open Disputes"), "value": len(disputes), "datatype": "Int", "indicator": "Blue"},
		{
			"label": _("In Dispute"),
			"value": flt(sum(one.amount_base for one in disputes), 2),
			"indicator": "Orange",
			**money,
		},
		{"label": _("Answers Late"), "value": len(late), "datatype": "Int", "indicator": "Red"},
		{
			"label": _("Waiting for a Late Answer"),
			"value": flt(sum(one.amount_base for one in late), 2),
			"indicator": "Red",
			**money,
		},
		{
			"label": _("Average Age in Days"),
			"value": round(sum(one.age for one in disputes) / len(disputes)),
			"datatype": "Int",
			"indicator": "Grey",
		},
	]
