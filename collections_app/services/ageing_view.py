"""Receivables by age: per customer, and per risk band, collector or customer group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

import frappe
from frappe import _
from frappe.utils import flt, getdate

from collections_app.engine.ageing import NOT_DUE, add_ageing, ageing_table, bucket_labels
from collections_app.services.access import company_for, permitted_customers
from collections_app.services.receivables import open_items
from collections_app.services.settings import company_currency

GROUPS = {
	"Customer": None,
	"Risk Band": "risk_band",
	"Collector": "collector",
	"Customer Group": "customer_group",
}
BANDS = ("A", "B", "C", "D", "E", "")


def bucket_fields() -> dict[str, str]:
	"""Fieldname of each bucket, youngest first: not_due, bucket_1, …; values are the engine's labels."""
	return {("not_due" if at == 0 else f"bucket_{at}"): label for at, label in enumerate(bucket_labels())}


AMOUNTS = (*bucket_fields(), "credits", "total", "overdue")


def aged_customers(
	company: str,
	as_of: date | str | None = None,
	customers: list[str] | None = None,
) -> pd.DataFrame:
	"""One row per customer the user may read that has open items on `as_of` (today when missing).

	Columns: customer, customer_name, customer_group, risk_band, collector, and AMOUNTS in company currency. Permission
	errors as in `access`.
	"""
	company = company_for(company)
	permitted = permitted_customers(customers)
	names = list(permitted) if customers else None
	items = open_items(company, as_of=getdate(as_of), customers=names)
	items = items[items["customer"].isin(permitted)]
	table = age(items, getdate(as_of), company_currency(company))
	cases = case_facts(company)
	table["customer_name"] = [permitted[name].customer_name for name in table["customer"]]
	table["customer_group"] = [permitted[name].customer_group or "" for name in table["customer"]]
	# who is owed money instead of owing it has no case, but may have a score
	table["risk_band"] = [
		cases.get(name, ("", ""))[0] or permitted[name].collections_risk_band or ""
		for name in table["customer"]
	]
	table["collector"] = [cases.get(name, ("", ""))[1] for name in table["customer"]]
	return table


def age(items: pd.DataFrame, as_of: date, currency: str) -> pd.DataFrame:
	"""One row per customer: what is owed by age, credits (credit notes and payments not yet applied, negative), total
	(both together) and overdue. A credit has no age of its own: it pays whatever it is set against later.
	"""
	fields = {label: field for field, label in bucket_fields().items()}
	debts = ageing_table(add_ageing(items[~items["is_credit"]], as_of), by=["customer"], currency=currency)
	table = debts.rename(columns=fields).set_index("customer")
	credits = items[items["is_credit"]].groupby("customer")["outstanding_base"].sum().round(2)
	table = table.reindex(table.index.union(credits.index), fill_value=0.0)
	table["credits"] = credits.reindex(table.index, fill_value=0.0)
	table["total"] = (table["total"] + table["credits"]).round(2)
	return table.rename_axis("customer").reset_index()


def case_facts(company: str) -> dict[str, tuple[str, str]]:
	"""Risk band and collector of each customer's case in the company; an open case goes before a closed one."""
	case = frappe.qb.DocType("Collection Case")
	rows = (
		frappe.qb.from_(case)
		.select(case.customer, case.risk_band, case.collector)
		.where(case.company == company)
		.orderby(case.status)
		.orderby(case.modified)
		.run()
	)
	return {customer: (band or "", collector or "") for customer, band, collector in rows}


def grouped_rows(table: pd.DataFrame, group_by: str) -> list[dict]:
	"""The report's rows: each group with its customers below it, or the customers alone when grouped by Customer.

	Rows carry key, parent_key, indent, label, customer, the amounts and overdue_share (percent of the total).
	"""
	key = GROUPS[group_by]
	if key is None:
		ordered = table.sort_values(["overdue", "total"], ascending=False)
		return [customer_row(row, "", 0) for row in ordered.to_dict("records")]
	rows = []
	for value in group_order(table[key], key):
		members = table[table[key] == value].sort_values(["overdue", "total"], ascending=False)
		group = f"{group_by}: {value}"
		rows.append(
			{
				"key": group,
				"parent_key": "",
				"indent": 0,
				"label": group_label(key, value, len(members)),
				"risk_band": value if key == "risk_band" else "",
				"bold": 1,
				**amounts(sum_of(members)),
			}
		)
		rows += [customer_row(row, group, 1) for row in members.to_dict("records")]
	return rows


def group_order(values: pd.Series, key: str) -> list[str]:
	"""Bands from E to A, the riskiest first, then without a score; anything else by name, empty last."""
	found = set(values)
	if key == "risk_band":
		return sorted(found, key=lambda band: (band != "", band), reverse=True)
	return sorted(found, key=lambda value: (value == "", str(value).lower()))


def group_label(key: str, value: str, customers: int) -> str:
	if key == "risk_band":
		name = _("Risk {0}").format(value) if value else _("Not scored")
	elif key == "collector":
		name = frappe.utils.get_fullname(value) if value else _("Nobody")
	else:
		name = value or _("No group")
	return f"{name} ({customers})"


def customer_row(row: dict, parent: str, indent: int) -> dict:
	return {
		"key": f"{parent}/{row['customer']}",
		"parent_key": parent,
		"indent": indent,
		"label": row["customer_name"] or row["customer"],
		"customer": row["customer"],
		"risk_band": row["risk_band"],
		"collector": row["collector"],
		"customer_group": row["customer_group"],
		**amounts(row),
	}


def amounts(row: dict) -> dict:
	"""The amounts of a row, and which share of the debts is overdue."""
	values = {field: flt(row[field]) for field in AMOUNTS}
	debts = values["total"] - values["credits"]
	values["overdue_share"] = flt(values["overdue"] / debts * 100, 1) if debts > 0 else 0.0
	return values


def sum_of(table: pd.DataFrame) -> dict:
	"""Column totals, rounded to cents against the drift of adding floats."""
	return {field: flt(table[field].sum(), 2) for field in AMOUNTS}


def by_band(table: pd.DataFrame) -> dict[str, dict]:
	"""Amounts per risk band, for the chart: {"A": {"not_due": …}, …, "": …}.

	Every band is there, so that each keeps its colour on the workspace, where colours go by position; only the last
	one, without a score, may be missing.
	"""
	bands = BANDS if (table["risk_band"] == "").any() else BANDS[:-1]
	return {band: sum_of(table[table["risk_band"] == band]) for band in bands}


def ageing_of(company: str, customer: str) -> list[dict]:
	"""One customer's ageing for a bar: [{"field", "label", "amount"}], youngest first, credits last."""
	return ageing_parts(age(open_items(company, customers=[customer]), getdate(), company_currency(company)))


def ageing_parts(table: pd.DataFrame) -> list[dict]:
	"""One customer's `age`, for a bar; empty without an open item."""
	if table.empty:
		return []
	row = table.iloc[0]
	parts = [
		{"field": field, "label": bucket_title(label), "amount": flt(row[field])}
		for field, label in bucket_fields().items()
	]
	return [*parts, {"field": "credits", "label": _("Credits"), "amount": flt(row["credits"])}]


def bucket_title(label: str) -> str:
	"""A bucket's name for people."""
	if label == NOT_DUE:
		return _("Not Due")
	if label.startswith("Over "):
		return _("Over {0}").format(label.removeprefix("Over "))
	return label


def titles(fields: Iterable[str]) -> list[str]:
	labels = bucket_fields()
	return [bucket_title(labels[field]) for field in fields]
