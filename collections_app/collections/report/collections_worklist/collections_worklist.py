"""Who to act on today, in order, and why. The rules and their sources: `services.worklist.rules.py`."""

from frappe import _
from frappe.utils import flt

from collections_app.services.access import company_for
from collections_app.services.settings import company_currency
from collections_app.services.worklist.listing import worklist
from collections_app.services.worklist.rules import AT_RISK, CLASSES, DEPRIORITISED, LOW_HANGING, WAITING

BANDS = ("A", "B", "C", "D", "E", "")
CLASS_COLOURS = {AT_RISK: "#E24C4C", LOW_HANGING: "#30A66D", WAITING: "#EDBA13", DEPRIORITISED: "#A6B1B9"}


def execute(filters: dict | None = None):
	filters = dict(filters or {})
	filters["company"] = company_for(filters.get("company"))
	if not filters["company"]:
		return get_columns(), []
	rows = worklist(filters)
	for row in rows:
		row.class_label = _(row["class"])
	currency = company_currency(filters["company"])
	return get_columns(), rows, None, get_chart(rows, currency), get_summary(rows, currency)


def get_columns() -> list[dict]:
	"""Rank and age are no Int columns and have no total, so that neither desk nor export adds them up."""
	money = {"fieldtype": "Currency", "options": "currency", "width": 125}
	number = {"fieldtype": "Data", "align": "right", "disable_total": 1}
	return [
		{"fieldname": "rank", "label": _("Rank"), "width": 60, **number},
		{
			"fieldname": "customer",
			"label": _("Customer"),
			"fieldtype": "Link",
			"options": "Customer",
			"width": 210,
		},
		{"fieldname": "why", "label": _("Why"), "fieldtype": "Data", "width": 470},
		{"fieldname": "class_label", "label": _("Class"), "fieldtype": "Data", "width": 150},
		{"fieldname": "overdue", "label": _("Overdue"), **money},
		{"fieldname": "oldest_days", "label": _("Days"), "width": 95, **number},
		{"fieldname": "risk_band", "label": _("Risk"), "fieldtype": "Data", "width": 65},
		{"fieldname": "outstanding", "label": _("Outstanding"), **money},
		{"fieldname": "last_contact_on", "label": _("Last Contact"), "fieldtype": "Date", "width": 105},
		{"fieldname": "next_action", "label": _("Next Action"), "fieldtype": "Data", "width": 180},
		{
			"fieldname": "collector",
			"label": _("Collector"),
			"fieldtype": "Link",
			"options": "User",
			"width": 150,
		},
		{"fieldname": "expected_gain", "label": _("Expected Gain"), **money},
		{
			"fieldname": "case",
			"label": _("Case"),
			"fieldtype": "Link",
			"options": "Collection Case",
			"width": 165,
		},
		{"fieldname": "customer_name", "label": _("Customer Name"), "fieldtype": "Data", "width": 190},
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Link",
			"options": "Currency",
			"hidden": 1,
		},
	]


def get_chart(rows: list[dict], currency: str) -> dict | None:
	"""Overdue by risk band, split by class; the longest name last, since the legend gives each the same room."""
	bands = [band for band in BANDS if any((row.risk_band or "") == band for row in rows)]
	if not bands:
		return None
	sums = {(row["class"], row.risk_band or ""): 0.0 for row in rows}
	for row in rows:
		sums[row["class"], row.risk_band or ""] += flt(row.overdue)
	classes = [klass for klass in sorted(CLASSES, key=len) if any(key[0] == klass for key in sums)]
	return {
		"data": {
			"labels": [_("Risk {0}").format(band) if band else _("Not scored") for band in bands],
			"datasets": [
				{"name": _(klass), "values": [flt(sums.get((klass, band), 0), 2) for band in bands]}
				for klass in classes
			],
		},
		"type": "bar",
		"colors": [CLASS_COLOURS[klass] for klass in classes],
		"barOptions": {"stacked": 1, "spaceRatio": 0.6},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": currency,
	}


def get_summary(rows: list[dict], currency: str) -> list[dict]:
	act = [row for row in rows if row["class"] in (AT_RISK, LOW_HANGING)]
	risk = [row for row in rows if row["class"] == AT_RISK]
	return [
		{"label": _("Customers to Act On"), "value": len(act), "datatype": "Int", "indicator": "Blue"},
		amount(_("Overdue"), rows, currency, "Orange"),
		amount(_("Class At Risk"), risk, currency, "Red"),
		{
			"label": _("Expected Gain"),
			"value": flt(sum(flt(row.expected_gain) for row in act), 2),
			"datatype": "Currency",
			"currency": currency,
			"indicator": "Green",
		},
	]


def amount(label: str, rows: list[dict], currency: str, indicator: str) -> dict:
	return {
		"label": label,
		"value": flt(sum(flt(row.overdue) for row in rows), 2),
		"datatype": "Currency",
		"currency": currency,
		"indicator": indicator,
	}
