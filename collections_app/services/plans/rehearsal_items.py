"""Open items as a rehearsal needs them: the last step done, when a pause or promise ends, when payment is expected."""

from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max

from collections_app.engine.calendar import add_business_days
from collections_app.services import settings
from collections_app.services.frames import query_frame
from collections_app.services.outbox import covers
from collections_app.services.plans.steps_done import IN_HAND, ON_THEIR_WAY, items_in_hand
from collections_app.services.prediction import predicted_items
from collections_app.services.run.context import RunContext

ONE_DAY = pd.Timedelta(days=1)


def items_ahead(context: RunContext, customers: pd.Index, expected_payments: bool) -> pd.DataFrame:
	"""Open items about which these customers get the messages, with free_from and paid_on.

	What a dispute covers, and items of a message that failed or is uncertain, are left out: when a person decides is
	not known. A paused item, or one of a paused customer whose messages go to another, comes back the day after its
	pause; a promised one when the promise would be found broken, or with `expected_payments` is paid on the promised
	day.
	"""
	items = context.addressed
	waiting = items_in_hand(context.company, set(IN_HAND) - set(ON_THEIR_WAY))
	items = items[items["customer"].isin(customers) & ~items["item"].isin(waiting)]
	ends = _promise_ends(context.company)
	pauses = _pause_ends(context.company, context.run_date)
	debtors = items["debtor"].where(items["debtor"] != items["customer"])
	paused_debtors = pd.Series(covers.customer_pauses(context.company), dtype="datetime64[ns]")
	grace = pd.Timedelta(days=settings.get().promise_grace_days or 0)
	# the message of today is as good as out
	moving = items["item"].isin(items_in_hand(context.company, ON_THEIR_WAY))
	back = pd.DataFrame(
		{
			"way": pd.Series(pd.Timestamp(context.run_date) + ONE_DAY, index=items.index).where(moving),
			"promise": items["voucher_no"].map(ends) + grace + ONE_DAY,
			"pause": items["voucher_no"].map(pauses) + ONE_DAY,
			"debtor": debtors.map(paused_debtors) + ONE_DAY,
		}
	)
	covered = items["item"].isin(covers.covered_items(context.company, items, context.run_date))
	known = back.drop(columns="way").notna().any(axis=1)
	disputed = items["voucher_no"].isin(covers.disputed_invoices(context.company))
	items = items.assign(free_from=back.max(axis=1), paid_on=pd.NaT)
	if expected_payments:
		promised = items["voucher_no"].map(ends)
		items["paid_on"] = promised.fillna(_expected_on(context, items)).astype("datetime64[ns]")
	return items[~disputed & (known | ~covered)].reset_index(drop=True)


def _promise_ends(company: str) -> pd.Series:
	"""Invoice -> the day its latest open promise is due."""
	promise, invoice = DocType("Promise to Pay"), DocType("Promise to Pay Invoice")
	frame = query_frame(
		frappe.qb.from_(invoice)
		.inner_join(promise)
		.on(promise.name == invoice.parent)
		.select(invoice.sales_invoice, Max(promise.due_on).as_("due_on"))
		.where((promise.company == company) & (promise.status == "Open"))
		.groupby(invoice.sales_invoice),
		["due_on"],
	)
	return frame.set_index("sales_invoice")["due_on"]


def _pause_ends(company: str, today: date) -> pd.Series:
	"""Invoice -> the last day of its own pause."""
	si = DocType("Sales Invoice")
	frame = query_frame(
		frappe.qb.from_(si)
		.select(si.name, si.collections_paused_until.as_("until"))
		.where((si.company == company) & (si.docstatus == 1) & (si.collections_paused_until >= today)),
		["until"],
	)
	return frame.set_index("name")["until"]


def _expected_on(context: RunContext, items: pd.DataFrame) -> pd.Series:
	"""When each item is expected to be paid.

	One that is later than its customer usually pays is taken to come at the late end of what is usual, not tomorrow.
	"""
	found = predicted_items(context).set_index("item").reindex(items["item"]).set_axis(items.index)
	tomorrow = pd.Timestamp(add_business_days(context.run_date, 1))
	overdue = found["due_date"] < pd.Timestamp(context.run_date)
	belated = overdue & (found["expected_on"] <= tomorrow)
	return found["expected_on"].where(~belated, found["latest_on"])
