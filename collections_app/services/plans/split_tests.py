"""A/B tests of plans: who was drawn, and the invoices by which the two plans are compared.

A customer belongs to the test from the first run that drew it, for good, in the arm its lot says: also when it later
got another plan or one was set on it by hand. Leaving those out would favour the plan whose slow payers are moved
elsewhere. Invoices are those due from the day the test says up to today. One that was credited in full, with
no payment at all, is no sign of either plan and left out.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.utils import add_years, getdate

from collections_app.engine.plans import gets_variant
from collections_app.engine.split_test import ARMS
from collections_app.services.frames import chunks
from collections_app.services.history import payment_history, receipts
from collections_app.services.run.context import RunContext

# how long before its invoice an advance is looked for
ADVANCE_YEARS = 1


@dataclass(frozen=True)
class Trial:
	"""What is known of one A/B test. `invoices`: as `engine.split_test.compare` takes them, with amount_base and
	collected_base in company currency. `moved`: arm -> drawn customers whose case shows another plan than their arm's.
	`credited`: how many invoices were left out."""

	plan: str
	variant: str
	start: date
	invoices: pd.DataFrame
	moved: dict[str, int]
	credited: int


def remember(context: RunContext) -> None:
	"""Writes on the cases which A/B test drew their customers; what stands there stays when the test is over."""
	drawn = context.split_of
	if not drawn:
		return
	values = {}
	for names in chunks(drawn):
		rows = frappe.get_all(
			"Collection Case",
			{"company": context.company, "customer": ["in", names]},
			["name", "customer", "split_of"],
			order_by="name",
		)
		values.update(
			{
				row.name: {"split_of": drawn[row.customer]}
				for row in rows
				if row.split_of != drawn[row.customer]
			}
		)
	frappe.db.bulk_update("Collection Case", values, chunk_size=200, update_modified=False)


def load_trial(plan, company: str, day: date, allowed: Container[str] | None = None) -> Trial:
	"""The A/B test of a Dunning Plan document in a company, as known on `day`. `allowed`: only these customers."""
	members = _members(plan.name, company, allowed)
	arms = pd.Series(
		["B" if gets_variant(plan.name, one, plan.split_share) else "A" for one in members.index],
		index=members.index,
		dtype=object,
	)
	expected = arms.map({"A": plan.name, "B": plan.split_plan})
	elsewhere = members.ne(expected) & members.notna()
	start = getdate(plan.split_from)
	invoices, credited = _invoices(company, start, day, arms)
	moved = {arm: int((elsewhere & arms.eq(arm)).sum()) for arm in ARMS}
	return Trial(plan.name, plan.split_plan, start, invoices, moved, credited)


def _members(plan: str, company: str, allowed: Container[str] | None) -> pd.Series:
	"""Customer -> plan it has now, of everyone the test drew: by the cases, and by the actions of those that a later
	test drew again."""
	action, case = DocType("Collection Action"), DocType("Collection Case")
	acted = (
		frappe.qb.from_(action)
		.select(action.customer)
		.distinct()
		.where((action.company == company) & (action.split_of == plan))
	).run(pluck=True)
	rows = (
		frappe.qb.from_(case)
		.select(case.customer, case.dunning_plan, case.split_of)
		.where(case.company == company)
	).run(as_dict=True)
	drawn = {row.customer: row.dunning_plan for row in rows if row.split_of == plan}
	known = {row.customer: row.dunning_plan for row in rows}
	drawn.update({customer: known.get(customer) for customer in acted})
	if allowed is not None:
		drawn = {customer: now for customer, now in drawn.items() if customer in allowed}
	return pd.Series(drawn, dtype=object)


def _invoices(company: str, start: date, day: date, arms: pd.Series) -> tuple[pd.DataFrame, int]:
	"""Invoices of the drawn customers due from `start` to `day`, and how many were left out as credited."""
	frame = payment_history(company, day)
	due = frame["due_date"].between(pd.Timestamp(start), pd.Timestamp(day))
	frame = frame[due & frame["customer"].isin(arms.index) & (frame["amount_base"] > 0)].copy()
	if frame.empty:
		columns = ["arm", "customer", "days", "paid", "followed", "amount_base", "collected_base"]
		return pd.DataFrame({column: [] for column in columns}), 0
	paid_in = receipts(company, add_years(frame["posting_date"].min().date(), -ADVANCE_YEARS), day)
	collected = paid_in.groupby("item")["amount_base"].sum()
	frame["collected_base"] = frame["voucher_no"].map(collected).fillna(0.0).clip(lower=0)
	frame["paid"] = frame["paid_on"].notna() & (frame["paid_on"] <= pd.Timestamp(day))
	credited = frame["paid"] & (frame["collected_base"] <= 0)
	frame = frame[~credited]
	# an advance was there before the invoice: it counts from the invoice's own day
	ended = frame["paid_on"].where(frame["paid"], pd.Timestamp(day)).clip(lower=frame["posting_date"])
	frame = frame.assign(
		arm=frame["customer"].map(arms),
		days=(ended - frame["due_date"]).dt.days,
		followed=(pd.Timestamp(day) - frame["due_date"]).dt.days,
	)
	return frame, int(credited.sum())
