"""Exposure by customer, parent, group, country, insurer or risk band: insured and not, over the limit, and what changed."""

from datetime import date

import pandas as pd

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, getdate

from collections_app.services import reporting
from collections_app.services.access import company_for
from collections_app.services.credit.exposure import AMOUNTS, exposure_table
from collections_app.services.credit.exposure_news import changes, top_risks
from collections_app.services.settings import company_currency

GROUPS = {
	"Customer": None,
	"Parent": "parent",
	"Customer Group": "customer_group",
	"Country": "country",
	"Insurer": "insurer",
	"Risk Band": "risk_band",
}
SUMMED = (*AMOUNTS, "exposure_before", "change")
MOST_BARS = 12
BAND_COLOURS = {"A": "green", "B": "blue", "C": "yellow", "D": "orange", "E": "red"}
TOP = 10


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	group_by = filters.group_by or "Customer"
	if group_by not in GROUPS:
		frappe.throw(_("Group By must be one of {0}").format(", ".join(GROUPS)))
	if not company:
		return get_columns(group_by), []
	days = int(flt(filters.days_before)) or 7
	day = getdate(filters.as_of or None)
	table = filtered(exposure_table(company, day, days), filters)
	if table.empty:
		return get_columns(group_by), [], _("Nobody owes anything, has ordered anything or is covered.")
	currency = company_currency(company)
	rows = get_rows(table, GROUPS[group_by])
	for row in rows:
		row["currency"] = currency
	return (
		get_columns(group_by),
		rows,
		get_news(table, company, day, days, currency),
		get_chart(table, GROUPS[group_by], currency),
		get_summary(table, currency, days),
		True,
	)


def filtered(table: pd.DataFrame, filters: frappe._dict) -> pd.DataFrame:
	if filters.minimum_exposure:
		table = table[table["exposure"] >= flt(filters.minimum_exposure)]
	if filters.show == "Over Limit":
		table = table[table["over_limit"] > 0]
	if filters.show == "Not Insured":
		table = table[table["uninsured"] > 0]
	if filters.show == "Riskier":
		before, now = table["risk_band_before"], table["risk_band"]
		table = table[(before != "") & (now > before)]
	return table


def get_rows(table: pd.DataFrame, key: str | None) -> list[dict]:
	"""The largest exposure first; grouped, each group with its customers below it, and the total last."""
	if key is None:
		rows = [customer_row(row, "", 0) for row in ordered(table)]
	else:
		rows = []
		sums = table.groupby(key)["exposure"].sum().sort_values(ascending=False)
		for value in sums.index:
			members = table[table[key] == value]
			group = f"group: {value}"
			label = f"{group_label(table, key, value)} ({len(members)})"
			rows.append(
				{"key": group, "parent_key": "", "indent": 0, "label": label, "bold": 1, **sum_of(members)}
			)
			rows += [customer_row(row, group, 1) for row in ordered(members)]
	total = {"key": "total", "parent_key": "", "indent": 0, "label": _("Total"), "bold": 1, **sum_of(table)}
	return [*rows, total]


def ordered(table: pd.DataFrame) -> list[dict]:
	return table.sort_values(["exposure", "customer"], ascending=[False, True]).to_dict("records")


def group_label(table: pd.DataFrame, key: str, value: str) -> str:
	if key == "parent":
		names = table.loc[table["customer"] == value, "customer_name"]
		return names.iloc[0] if len(names) else value
	if key == "risk_band":
		return _("Risk {0}").format(value) if value else _("Not scored")
	return value or {"insurer": _("Not insured"), "country": _("No country")}.get(key, _("No group"))


def customer_row(row: dict, parent: str, indent: int) -> dict:
	values = {field: flt(row[field], 2) for field in SUMMED}
	return {
		"key": f"{parent}/{row['customer']}",
		"parent_key": parent,
		"indent": indent,
		"label": row["customer_name"],
		"customer": row["customer"],
		"risk_band": row["risk_band"],
		"risk_band_before": row["risk_band_before"] if row["risk_band_before"] != row["risk_band"] else "",
		"insurer": row["insurer"],
		"cover_until": None if pd.isna(row["cover_until"]) else row["cover_until"].date(),
		"limit_use": used(values),
		**values,
		# a limit of nothing is none
		"credit_limit": values["credit_limit"] or None,
	}


def sum_of(table: pd.DataFrame) -> dict:
	return {field: flt(table[field].sum(), 2) for field in SUMMED}


def used(values: dict) -> float | None:
	return flt(100 * values["exposure"] / values["credit_limit"], 1) if values["credit_limit"] else None


def get_columns(group_by: str) -> list[dict]:
	def money(field: str, label: str, width: int = 120) -> dict:
		return {
			"fieldname": field,
			"label": label,
			"fieldtype": "Currency",
			"options": "currency",
			"width": width,
		}

	return [
		{"fieldname": "label", "label": _("Customer"), "fieldtype": "Data", "width": 260},
		{"fieldname": "risk_band", "label": _("Risk"), "fieldtype": "Data", "width": 65},
		{
			"fieldname": "risk_band_before",
			"label": _("Was"),
			"fieldtype": "Data",
			"width": 60,
			"align": "left",
		},
		money("outstanding", _("Outstanding")),
		money("not_invoiced", _("Not Invoiced")),
		money("exposure", _("Exposure")),
		money("change", _("Change")),
		money("credit_limit", _("Credit Limit")),
		{
			"fieldname": "limit_use",
			"label": _("Limit Used"),
			"fieldtype": "Percent",
			"precision": 1,
			"width": 100,
		},
		money("over_limit", _("Over Limit")),
		money("cover", _("Cover")),
		money("insured", _("Insured")),
		money("uninsured", _("Not Insured")),
		{"fieldname": "insurer", "label": _("Insurer"), "fieldtype": "Data", "width": 140},
		{"fieldname": "cover_until", "label": _("Cover Until"), "fieldtype": "Date", "width": 110},
		{
			"fieldname": "currency",
			"label": _("Currency"),
			"fieldtype": "Link",
			"options": "Currency",
			"hidden": 1,
		},
	]


def get_news(table: pd.DataFrame, company: str, day: date, days: int, currency: str) -> str:
	"""Above the figures: the largest risks, and what changed."""
	risks = top_risks(table).to_dict("records")
	most = max((row["exposure"] for row in risks), default=0)
	for row in risks:
		row["colour"] = BAND_COLOURS.get(row["risk_band"], "gray")
		for part in ("insured", "uninsured"):
			row[f"{part}_share"] = flt(100 * row[part] / most, 2)
		row["at_risk"] = fmt_money(row["at_risk"], 0, currency)
		row["spoken"] = _("Exposure {0}, not insured {1}").format(
			fmt_money(row["exposure"], 0, currency), fmt_money(row["uninsured"], 0, currency)
		)
	return frappe.render_template(
		"collections_app/templates/collections/exposure_news.html",
		{"risks": risks, "changes": changes(table, company, day, days, currency), "days": days},
	)


def get_chart(table: pd.DataFrame, key: str | None, currency: str) -> dict | None:
	"""The largest groups, split into insured and not. Customers stand with their bars above: an axis has no room for their
	names."""
	if key is None:
		return None
	sums = table.groupby(key)[["exposure", "insured", "uninsured"]].sum()
	sums = sums[sums["exposure"] > 0].sort_values("exposure", ascending=False).head(MOST_BARS)
	if key == "risk_band":
		sums = sums.sort_index()
	if sums.empty:
		return None
	# what the letters are the title says; a phone has no room for more
	short = key == "risk_band"
	labels = [value if short and value else group_label(table, key, value) for value in sums.index]
	return {
		"data": {
			"labels": labels,
			"datasets": [
				{"name": _("Insured"), "values": [flt(one, 2) for one in sums["insured"]]},
				{"name": _("Not Insured"), "values": [flt(one, 2) for one in sums["uninsured"]]},
			],
		},
		"type": "bar",
		"colors": ["#48BB74", "#ED7D2B"],
		"barOptions": {"stacked": 1, "spaceRatio": 0.5},
		"fieldtype": "Currency",
		"options": "currency",
		"currency": currency,
	}


def get_summary(table: pd.DataFrame, currency: str, days: int) -> list[dict]:
	total = sum_of(table)
	largest = table["exposure"].nlargest(TOP).sum()
	share = 100 * largest / total["exposure"] if total["exposure"] else 0
	riskier = int(
		((table["risk_band_before"] != "") & (table["risk_band"] > table["risk_band_before"])).sum()
	)
	money = {"datatype": "Currency", "currency": currency}
	summary = [
		{"label": _("Exposure"), "value": total["exposure"], "indicator": "Blue", **money},
		{
			"label": _("Change in {0} Days").format(days),
			"value": total["change"],
			"indicator": "Orange" if total["change"] > 0 else "Green",
			**money,
		},
		{"label": _("Not Insured"), "value": total["uninsured"], "indicator": "Orange", **money},
		{
			"label": _("Over Limit"),
			"value": total["over_limit"],
			"indicator": "Red" if total["over_limit"] else "Green",
			**money,
		},
		reporting.percent_figure(_("Share of the {0} Largest").format(TOP), share, "Grey"),
	]
	if riskier:
		label = _("Customers Riskier than {0} Days Ago").format(days)
		summary.append({"label": label, "value": riskier, "datatype": "Int", "indicator": "Red"})
	return summary
