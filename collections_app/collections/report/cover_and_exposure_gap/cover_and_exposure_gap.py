"""Where exposure is not covered: above the credit cover, above the limit, covers that end soon, overdues to declare."""

import pandas as pd

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from collections_app.services import reporting
from collections_app.services.access import company_for
from collections_app.services.credit.exposure import exposure_table
from collections_app.services.credit.insurer_notice import to_declare
from collections_app.services.settings import company_currency

ABOVE_COVER, ABOVE_LIMIT, ENDING, TO_DECLARE = "Above Cover", "Above Limit", "Cover Ends", "To Declare"
GAPS = (ABOVE_COVER, ABOVE_LIMIT, ENDING, TO_DECLARE)
ENDS_IN = 30
MOST_BARS = 12


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	if filters.gap and filters.gap not in GAPS:
		frappe.throw(_("Gap must be one of {0}").format(", ".join(GAPS)))
	frappe.has_permission("Credit Cover", "read", throw=True)
	if not company:
		return get_columns(), []
	currency = company_currency(company)
	rows = get_rows(company, currency, filters)
	return get_columns(), rows, get_message(rows), get_chart(rows, currency), get_summary(rows, currency)


def get_columns() -> list[dict]:
	return [
		reporting.link("customer", _("Customer"), "Customer", 180),
		reporting.text("customer_name", _("Customer Name"), 180),
		reporting.text("risk_band", _("Risk"), 65),
		reporting.text("gaps", _("Gap"), 210),
		reporting.money("exposure", _("Exposure")),
		reporting.money("cover", _("Cover")),
		reporting.money("above_cover", _("Above Cover")),
		reporting.money("credit_limit", _("Credit Limit")),
		reporting.money("over_limit", _("Above Limit")),
		reporting.text("insurer", _("Insurer"), 130),
		reporting.day("cover_until", _("Cover Until")),
		reporting.text("days_left", _("Days Left"), 90),
		reporting.money("to_declare", _("Overdue to Declare"), 160),
		reporting.text("days_overdue", _("Days Overdue"), 110),
		reporting.currency_column(),
	]


def get_rows(company: str, currency: str, filters: frappe._dict) -> list[dict]:
	"""Customers with a gap, the largest first. Who has neither a cover nor a limit has no gap: nobody set one."""
	today = getdate(filters.as_of or None)
	ends_in = cint(filters.ends_in) or ENDS_IN
	declare = {row["customer"]: row for row in to_declare(company, today)}
	rows = []
	for row in exposure_table(company, today).to_dict("records"):
		insured = bool(row["insurer"]) or row["cover"] > 0
		until = None if pd.isna(row["cover_until"]) else row["cover_until"].date()
		left = (until - today).days if until else None
		above = flt(row["exposure"] - row["cover"], 2) if insured else 0.0
		told = declare.get(row["customer"], {})
		found = [
			name
			for name, there in (
				(ABOVE_COVER, above > 0),
				(ABOVE_LIMIT, row["over_limit"] > 0),
				(ENDING, left is not None and left <= ends_in),
				(TO_DECLARE, bool(told)),
			)
			if there
		]
		if not found or (filters.gap and filters.gap not in found):
			continue
		rows.append(
			{
				**{one: row[one] for one in ("customer", "customer_name", "risk_band", "insurer")},
				"gaps": ", ".join(_(name) for name in found),
				"found": found,
				**{one: flt(row[one], 2) for one in ("exposure", "cover", "credit_limit", "over_limit")},
				"above_cover": max(above, 0.0),
				"cover_until": until,
				"days_left": left,
				"to_declare": told.get("overdue") or 0.0,
				"days_overdue": told.get("days_overdue"),
				"currency": currency,
			}
		)
	return sorted(rows, key=lambda row: (-max(row["above_cover"], row["over_limit"]), row["customer"]))


def get_message(rows: list[dict]) -> str | None:
	return None if rows else _("No gap: nobody is above its cover or limit, and no cover ends soon.")


def get_chart(rows: list[dict], currency: str) -> dict | None:
	rows = [row for row in rows if row["above_cover"] or row["over_limit"]][:MOST_BARS]
	if not rows:
		return None
	return {
		"data": {
			"labels": [row["customer_name"] for row in rows],
			"datasets": [
				{"name": _("Above Cover"), "values": [row["above_cover"] for row in rows]},
				{"name": _("Above Limit"), "values": [row["over_limit"] for row in rows]},
			],
		},
		"type": "bar",
		"colors": [reporting.ORANGE, reporting.RED],
		"fieldtype": "Currency",
		"options": "currency",
		"currency": currency,
	}


def get_summary(rows: list[dict], currency: str) -> list[dict]:
	def count(gap: str) -> int:
		return sum(gap in row["found"] for row in rows)

	cover, limit = (flt(sum(row[field] for row in rows), 2) for field in ("above_cover", "over_limit"))
	ending, declare = count(ENDING), count(TO_DECLARE)
	return [
		reporting.sum_figure(_("Above Cover"), cover, currency, "Orange" if cover else "Green"),
		reporting.sum_figure(_("Above Limit"), limit, currency, "Red" if limit else "Green"),
		reporting.figure(_("Covers That End"), ending, "Int", "Orange" if ending else "Green"),
		reporting.figure(_("Overdues to Declare"), declare, "Int", "Red" if declare else "Green"),
	]
