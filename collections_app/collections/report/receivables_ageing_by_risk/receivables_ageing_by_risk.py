"""What customers owe by age, together with how risky they are."""

import frappe
from frappe import _
from frappe.utils import flt, getdate, nowdate

from collections_app.services import reporting
from collections_app.services.access import company_for
from collections_app.services.ageing_view import (
	GROUPS,
	aged_customers,
	amounts,
	bucket_fields,
	by_band,
	grouped_rows,
	sum_of,
	titles,
)
from collections_app.services.settings import company_currency

BAND_COLOURS = {"A": "#30A66D", "B": "#7FC8A0", "C": "#EDBA13", "D": "#F08C3A", "E": "#E24C4C", "": "#A6B1B9"}


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	group_by = filters.group_by or "Risk Band"
	if group_by not in GROUPS:
		frappe.throw(_("Group By must be one of {0}").format(", ".join(GROUPS)))
	if not company:
		return get_columns(group_by), []
	currency = company_currency(company)
	table = aged_customers(
		company, getdate(filters.as_of or nowdate()), [filters.customer] if filters.customer else None
	)
	table = filtered(table, filters)
	rows = grouped_rows(table, group_by)
	total = amounts(sum_of(table))
	if rows:
		rows.append({"key": "total", "parent_key": "", "indent": 0, "label": _("Total"), "bold": 1, **total})
	for row in rows:
		row["currency"] = currency
	return (
		get_columns(group_by),
		rows,
		None,
		get_chart(table, currency),
		get_summary(total, table, currency),
		True,
	)


def filtered(table, filters: frappe._dict):
	bands = frappe.parse_json(filters.risk_band) if filters.risk_band else None
	if bands:
		table = table[table["risk_band"].isin([bands] if isinstance(bands, str) else list(bands))]
	if filters.collector:
		table = table[table["collector"] == filters.collector]
	return table


def get_columns(group_by: str) -> list[dict]:
	money = {"fieldtype": "Currency", "options": "currency", "width": 120}
	fields = list(bucket_fields())
	columns = [
		{"fieldname": "label", "label": _("Customer"), "fieldtype": "Data", "width": 280},
		{"fieldname": "total", "label": _("Outstanding"), **money},
		{"fieldname": "overdue", "label": _("Overdue"), **money},
		{
			"fieldname": "overdue_share",
			"label": _("Overdue (%)"),
			"fieldtype": "Percent",
			"precision": 1,
			"width": 110,
		},
		*(
			{"fieldname": field, "label": title, **money}
			for field, title in zip(fields, titles(fields), strict=True)
		),
		{"fieldname": "credits", "label": _("Credits"), **money},
		{"fieldname": "risk_band", "label": _("Risk"), "fieldtype": "Data", "width": 65},
		{
			"fieldname": "collector",
			"label": _("Collector"),
			"fieldtype": "Link",
			"options": "User",
			"width": 160,
		},
		{
			"fieldname": "customer_group",
			"label": _("Customer Group"),
			"fieldtype": "Link",
			"options": "Customer Group",
			"width": 130,
		},
		{
			"fieldname": "customer",
			"label": _("Customer ID"),
			"fieldtype": "Link",
			"options": "Customer",
			"width": 130,
		},
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Link",
			"options": "Currency",
			"hidden": 1,
		},
	]
	return [
		column for column in columns if column["fieldname"] != GROUPS[group_by] or group_by == "Risk Band"
	]


def get_chart(table, currency: str) -> dict | None:
	"""Amounts by age, stacked by risk band."""
	if table.empty:
		return None
	bands = by_band(table)
	fields = list(bucket_fields())
	return {
		"data": {
			"labels": titles(fields),
			"datasets": [
				{
					"name": _("Risk {0}").format(band) if band else _("n/a"),
					"values": [flt(values[field], 2) for field in fields],
				}
				for band, values in bands.items()
			],
		},
		"type": "bar",
		"colors": [BAND_COLOURS[band] for band in bands],
		"barOptions": {"stacked": 1, "spaceRatio": 0.6},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": currency,
	}


def get_summary(total: dict, table, currency: str) -> list[dict]:
	risky = table[table["risk_band"].isin(["D", "E"])]
	money = {"datatype": "Currency", "currency": currency}
	return [
		{"label": _("Outstanding"), "value": total["total"], "indicator": "Blue", **money},
		{"label": _("Overdue"), "value": total["overdue"], "indicator": "Orange", **money},
		reporting.percent_figure(
			_("Overdue Share"), total["overdue_share"], "Orange" if total["overdue_share"] > 20 else "Green"
		),
		{
			"label": _("Overdue at Risk (D, E)"),
			"value": flt(risky["overdue"].sum(), 2),
			"indicator": "Red",
			**money,
		},
	]
