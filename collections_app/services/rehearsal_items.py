"""Open items as a rehearsal needs them: the last step done, when a pause or promise ends, when payment is expected."""

from datetime import date, timedelta

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import getdate

from collections_app.engine.behaviour import payment_behaviour
from collections_app.engine.calendar import add_business_days
from collections_app.engine.prediction import predict_payment_dates
from collections_app.services import settings
from collections_app.services.frames import query_frame
from collections_app.services.outbox import covers
from collections_app.services.planning import IN_HAND, levels_done
from collections_app.services.run.context import RunContext

# handed over within minutes: as good as done today
ON_THEIR_WAY = ("Queued", "Sending")
ONE_DAY = pd.Timedelta(days=1)


def items_ahead(context: RunContext, customers: pd.Index, expected_payments: bool) -> pd.DataFrame:
	"""Open items of these customers with last_level, last_done_on, free_from and paid_on.

	What a dispute covers, and items of a message that failed or is uncertain, are left out: when a person decides is
	not known. A paused item comes back the day after its pause; a promised one when the promise would be found
	broken, or with `expected_payments` is paid on the promised day.
	"""
	items = context.items[context.items["customer"].isin(customers)]
	items = items.merge(levels_done(context.company), on="item", how="left")
	items = _with_messages_on_their_way(context, items)
	ends = _promise_ends(context.company)
	pauses = _pause_ends(context.company, context.run_date)
	grace = pd.Timedelta(days=settings.get().promise_grace_days or 0)
	back = pd.DataFrame(
		{
			"way": items["free_from"],
			"promise": items["voucher_no"].map(ends) + grace + ONE_DAY,
			"pause": items["voucher_no"].map(pauses) + ONE_DAY,
		}
	)
	covered = items["item"].isin(covers.covered_items(context.company, items, context.run_date))
	known = back["promise"].notna() | back["pause"].notna()
	disputed = items["voucher_no"].isin(covers.disputed_invoices(context.company))
	items = items.assign(free_from=back.max(axis=1), paid_on=pd.NaT)
	if expected_payments:
		promised = items["voucher_no"].map(ends)
		items["paid_on"] = promised.fillna(_expected_on(context, items)).astype("datetime64[ns]")
	return items[~disputed & (known | ~covered)].reset_index(drop=True)


def _with_messages_on_their_way(context: RunContext, items: pd.DataFrame) -> pd.DataFrame:
	"""Takes what is queued as sent today, and drops the items of messages that wait for a person."""
	action, line = DocType("Collection Action"), DocType("Collection Action Invoice")
	in_hand = query_frame(
		frappe.qb.from_(line)
		.inner_join(action)
		.on(action.name == line.parent)
		.select(line.item_key.as_("item"), action.status, Max(line.dunning_level).as_("level"))
		.where((action.company == context.company) & action.status.isin(IN_HAND))
		.groupby(line.item_key, action.status),
		numbers=["level"],
	)
	moving = in_hand["status"].isin(ON_THEIR_WAY)
	stuck = in_hand.loc[~moving, "item"]
	level = items["item"].map(in_hand[moving].groupby("item")["level"].max())
	today = pd.Timestamp(context.run_date)
	items = items.assign(
		last_level=items["last_level"].where(level.isna(), level),
		last_done_on=items["last_done_on"].where(level.isna(), today),
		free_from=pd.Series(pd.NaT, index=items.index).where(level.isna(), today + ONE_DAY),
	)
	return items[~items["item"].isin(stuck)]


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
	behaviour = payment_behaviour(context.history, context.run_date)
	segments = context.customers["customer_group"].fillna("")
	found = predict_payment_dates(items, behaviour, segments, context.run_date)
	tomorrow = pd.Timestamp(add_business_days(context.run_date, 1))
	overdue = found["due_date"] < pd.Timestamp(context.run_date)
	belated = overdue & (found["expected_on"] <= tomorrow)
	return found["expected_on"].where(~belated, found["latest_on"])


def contacts_before(company: str, today: date, days: int) -> dict[str, list[date]]:
	"""Customer -> days of the messages of the last days; those on their way count as today's. Calls do not count."""
	action = DocType("Collection Action")
	rows = (
		frappe.qb.from_(action)
		.select(action.customer, action.sent_at)
		.where(
			(action.company == company)
			& (action.channel != "Call")
			& action.status.isin(["Queued", "Sending", "Sent", "Delivered", "Proved", "Uncertain"])
			& (action.sent_at.isnull() | (action.sent_at > today - timedelta(days=days)))
		)
	).run()
	found: dict[str, list[date]] = {}
	for customer, sent_at in rows:
		found.setdefault(customer, []).append(getdate(sent_at) if sent_at else today)
	return found
