"""What a snapshot keeps by risk band and collector, so that "by risk and collector, over time" is cheap to show."""

from datetime import date, timedelta

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max

from collections_app.services import history
from collections_app.services.ageing_view import AMOUNTS, age, case_facts
from collections_app.services.run.context import RunContext

# what came in before the first snapshot is nobody's to look back on for longer
FIRST_DAYS = 7


def groups(context: RunContext) -> list[dict]:
	"""One row per risk band and collector with customers who owe, are owed, or paid: customers, outstanding, the ageing,
	credits, collected; amounts in company currency."""
	facts = case_facts(context.company)
	table = age(context.items, context.run_date, context.currency).set_index("customer")
	table["customers"] = 1
	table = table.rename(columns={"total": "outstanding"}).join(collected(context), how="outer").fillna(0.0)
	bands, people = context.customers["risk_band"], table.index.to_series()
	table["risk_band"] = [facts.get(one, ("", ""))[0] or bands.get(one) or "" for one in people]
	table["collector"] = [facts.get(one, ("", ""))[1] for one in people]
	amounts = [*(name for name in AMOUNTS if name != "total"), "outstanding", "collected"]
	sums = table.groupby(["risk_band", "collector"], as_index=False)[["customers", *amounts]].sum()
	return [
		{**row, **{name: round(row[name], 2) for name in amounts}, "currency": context.currency}
		for row in sums.to_dict("records")
	]


def collected(context: RunContext) -> pd.Series:
	"""Customer -> what it paid from the day of the snapshot before up to yesterday: each day is in one snapshot, and in
	one that has seen all of it."""
	since = snapshot_before(context.company, context.run_date)
	first = since or context.run_date - timedelta(days=FIRST_DAYS)
	paid = history.receipts(context.company, first, context.run_date - timedelta(days=1))
	return paid.groupby("customer")["amount_base"].sum().rename("collected")


def snapshot_before(company: str, day: date) -> date | None:
	"""The day of the last snapshot before `day` that a run took."""
	snapshot = DocType("Receivables Snapshot")
	return (
		frappe.qb.from_(snapshot)
		.select(Max(snapshot.snapshot_date))
		.where((snapshot.company == company) & (snapshot.snapshot_date < day) & (snapshot.rebuilt == 0))
	).run()[0][0]
