"""Charges of late payment by invoice: accrued, announced, booked, paid and open, and what is owed in all."""

from collections import defaultdict

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from collections_app.engine.money import round_money
from collections_app.services import settings
from collections_app.services.access import company_for, permitted_customers
from collections_app.services.charges import statement as charge_statement
from collections_app.services.charges.statement import AMOUNTS
from collections_app.services.receivables import open_items

SHOW = ("Charges Open", "Announced", "Overdue")
CHART = ("interest", "indemnity", "fee")
LARGEST = 10


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	show = filters.show or SHOW[0]
	if show not in SHOW:
		frappe.throw(_("Show must be one of {0}").format(", ".join(SHOW)))
	if not company:
		return get_columns(), []
	rows = get_rows(company, show, filters)
	currency = settings.company_currency(company)
	return get_columns(), rows, get_message(), get_chart(rows, currency), get_summary(rows, currency), True


def get_rows(company: str, show: str, filters: frappe._dict) -> list[dict]:
	"""Rows of customers the user may see."""
	day = getdate(filters.as_of or nowdate())
	customers = [filters.customer] if filters.customer else None
	items = None
	if show == "Overdue":
		items = open_items(company, customers=customers)
		items = items[(items["voucher_type"] == "Sales Invoice") & (items["outstanding"] > 0)]
		items = items[items["due_date"].dt.date < day]
	rows = charge_statement.statement(company, day, filters.customer, items)
	seen = permitted_customers([row["customer"] for row in rows]) if rows else {}
	rows = [row for row in rows if row["customer"] in seen]
	return [row for row in rows if row["open"] > 0] if show == "Charges Open" else rows


def get_message() -> str:
	order = settings.get().settlement_order or ""
	return _("Payments settle: {0}. Amounts are in the invoice's currency.").format(_(order))


def get_columns() -> list[dict]:
	money = {"fieldtype": "Currency", "options": "currency", "width": 130}
	labels = {
		"principal": _("Principal"),
		"outstanding": _("Outstanding"),
		"accrued": _("Interest by Law"),
		"interest": _("Interest Claimed"),
		"indemnity": _("Indemnity"),
		"fee": _("Dunning Fees"),
		"claimed": _("Claimed"),
		"announced": _("Announced"),
		"booked": _("Booked"),
		"unbooked": _("Not Booked"),
		"paid": _("Paid"),
		"open": _("Charges Open"),
		"open_costs": _("Owed: Costs"),
		"open_interest": _("Owed: Interest"),
		"open_principal": _("Owed: Principal"),
		"owed": _("Owed in All"),
	}
	return [
		{
			"fieldname": "customer",
			"label": _("Customer"),
			"fieldtype": "Link",
			"options": "Customer",
			"width": 160,
		},
		{
			"fieldname": "customer_name",
			"label": _("Customer Name"),
			"fieldtype": "Data",
			"width": 160,
			"hidden": 1,
		},
		{
			"fieldname": "invoice",
			"label": _("Invoice"),
			"fieldtype": "Link",
			"options": "Sales Invoice",
			"width": 190,
		},
		{"fieldname": "due_date", "label": _("Due Date"), "fieldtype": "Date", "width": 115},
		{"fieldname": "days", "label": _("Days Late"), "fieldtype": "Int", "width": 95},
		*({"fieldname": field, "label": labels[field], **money} for field in AMOUNTS),
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Link",
			"options": "Currency",
			"width": 80,
		},
	]


def get_chart(rows: list[dict], currency: str) -> dict | None:
	"""What is open of the charges of the customers that owe most, in company currency; claims before payments."""
	open_now: dict[str, float] = defaultdict(float)
	parts: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(CHART, 0.0))
	for row in rows:
		open_now[row["customer_name"]] += row["open"] * row["base_rate"]
		for field in CHART:
			parts[row["customer_name"]][field] += row[field] * row["base_rate"]
	names = sorted((name for name in open_now if open_now[name]), key=lambda name: -open_now[name])[:LARGEST]
	if not names:
		return None
	titles = dict(zip(CHART, (_("Interest Claimed"), _("Indemnity"), _("Dunning Fees")), strict=True))
	return {
		"data": {
			"labels": names,
			"datasets": [
				{
					"name": titles[field],
					"values": [round_money(parts[name][field], currency) for name in names],
				}
				for field in CHART
			],
		},
		"type": "bar",
		"colors": ["#EDBA13", "#F08C3A", "#A6B1B9"],
		"barOptions": {"stacked": 1, "spaceRatio": 0.6},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": currency,
	}


def get_summary(rows: list[dict], currency: str) -> list[dict]:
	def total(field: str) -> float:
		return round_money(sum(row[field] * row["base_rate"] for row in rows), currency)

	money = {"datatype": "Currency", "currency": currency}
	return [
		{"label": _("Claimed"), "value": total("claimed"), "indicator": "Blue", **money},
		{"label": _("Booked"), "value": total("booked"), "indicator": "Blue", **money},
		{"label": _("Not Booked"), "value": total("unbooked"), "indicator": "Orange", **money},
		{"label": _("Paid"), "value": total("paid"), "indicator": "Green", **money},
		{"label": _("Charges Open"), "value": total("open"), "indicator": "Red", **money},
	]
