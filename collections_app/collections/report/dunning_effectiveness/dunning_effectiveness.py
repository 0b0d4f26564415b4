"""What the messages of a period brought, per plan, step and arm of an A/B test: delivered, answered, paid within some days,
what came in and what it cost.

A payment counts once, for the last message about its invoice before it (`engine/after_message.py`): who would have paid
anyway counts as well, so what steps bring is compared by A/B tests (AB Test of Plans), not by this.
"""

from datetime import date

import pandas as pd

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_days, cint, flt, getdate

from collections_app.engine.after_message import paid_after
from collections_app.engine.outbox import FAILED, GONE_OUT
from collections_app.services import reporting
from collections_app.services.access import company_for, seen_customers
from collections_app.services.credit.covers import exchange_rate
from collections_app.services.frames import chunks, query_frame
from collections_app.services.history import receipts
from collections_app.services.names import Names
from collections_app.services.settings import company_currency

DAYS = 14
# calls and tasks are a person's, and have no plan's message
NO_MESSAGES = ("Call", "Task")
KEY = ["dunning_plan", "split_of", "dunning_level", "step_name", "channel"]
COUNTED = ("sent", "delivered", "opened", "answered", "failed", "paid")
MOST_BARS = 14


def execute(filters: dict | None = None):
	filters = frappe._dict(filters or {})
	company = company_for(filters.company)
	frappe.has_permission("Collection Action", "read", throw=True)
	days = cint(filters.paid_within) or DAYS
	if not company:
		return get_columns(days), []
	currency = company_currency(company)
	messages = read_messages(company, currency, filters, days)
	rows = add_up(messages, currency)
	return (
		get_columns(days),
		rows,
		_("A payment counts once: for the last message about its invoice."),
		get_chart(rows, days),
		get_summary(messages, currency, days),
		True,
	)


def get_columns(days: int) -> list[dict]:
	return [
		reporting.text("label", _("Plan and Step"), 290),
		reporting.text("channel", _("Channel"), 110),
		reporting.text("arm", _("A/B Test"), 90),
		reporting.whole("sent", _("Sent"), 80),
		reporting.whole("delivered", _("Delivered"), 95),
		reporting.whole("opened", _("Opened"), 85),
		reporting.whole("answered", _("Answered"), 95),
		reporting.whole("failed", _("Failed"), 80),
		reporting.whole("paid", _("Paid within {0} Days").format(days), 185),
		reporting.percent("paid_rate", _("Paid (%)"), 95),
		reporting.number("days_to_pay", _("Days to Pay"), 105),
		reporting.money("amount", _("Chased")),
		reporting.money("collected", _("Came In")),
		reporting.money("cost", _("Cost"), 100),
		reporting.currency_column(),
	]


def read_messages(company: str, currency: str, filters: frappe._dict, days: int) -> pd.DataFrame:
	"""One row per message of the period: KEY, COUNTED as 0 or 1, amount, collected, days_to_pay, cost; company currency."""
	since, until = reporting.period_of(filters, 1)
	frame = sent_messages(company, filters, since, until)
	if frame.empty:
		return frame.reindex(columns=[*KEY, *COUNTED, "amount", "collected", "days_to_pay", "cost"])
	lines = message_lines(company, since, until)
	lines = lines[lines["action"].isin(frame["action"])].merge(frame[["action", "day"]], on="action")
	came = paid_after(lines, receipts(company, since, add_days(until, days)), days)
	frame = frame.set_index("action")
	gone = frame["status"].isin(GONE_OUT)
	frame["sent"] = 1
	frame["failed"] = (frame["status"] == FAILED).astype(int)
	frame["delivered"] = (gone & frame["delivered_at"].notna()).astype(int)
	frame["opened"] = frame["opened_at"].notna().astype(int)
	frame["answered"] = frame["replied_at"].notna().astype(int)
	frame["collected"] = came["amount"].reindex(frame.index).fillna(0.0)
	frame["paid"] = (frame["collected"] > 0).astype(int)
	frame["days_to_pay"] = (came["first_day"].reindex(frame.index) - frame["day"]).dt.days
	frame["amount"] = amounts(lines, frame, company, currency)
	rates = {
		one: exchange_rate(one, currency, getdate(until))
		for one in frame["cost_currency"].dropna().unique()
		if one
	}
	frame["cost"] = frame["cost"] * frame["cost_currency"].map(rates).fillna(0.0).astype("float64")
	return frame.reset_index()


def sent_messages(company: str, filters: frappe._dict, since: date, until: date) -> pd.DataFrame:
	action = DocType("Collection Action")
	query = (
		frappe.qb.from_(action)
		.select(
			action.name.as_("action"),
			*(action[field] for field in (*KEY, "status", "currency", "cost", "cost_currency")),
			action.sent_at.as_("day"),
			*(action[field] for field in ("delivered_at", "opened_at", "replied_at")),
		)
		.where((action.company == company) & action.channel.notin(NO_MESSAGES))
		.where(action.status.isin([*GONE_OUT, FAILED]))
		.where((action.sent_at >= since) & (action.sent_at < add_days(until, 1)))
	)
	for field in ("dunning_plan", "channel"):
		if filters.get(field):
			query = query.where(action[field] == filters.get(field))
	seen = seen_customers()
	if seen is not None:
		query = query.where(action.customer.isin(Names(seen)))
	return query_frame(query, ["day"], ["cost"])


def message_lines(company: str, since: date, until: date) -> pd.DataFrame:
	"""action, item (invoice), outstanding of what the messages of the period were about."""
	action, line = DocType("Collection Action"), DocType("Collection Action Invoice")
	return query_frame(
		frappe.qb.from_(line)
		.inner_join(action)
		.on(action.name == line.parent)
		.select(action.name.as_("action"), line.voucher_no.as_("item"), line.outstanding)
		.where((action.company == company) & action.channel.notin(NO_MESSAGES))
		.where((action.sent_at >= since) & (action.sent_at < add_days(until, 1)))
		.where(line.outstanding > 0),
		numbers=["outstanding"],
	)


def amounts(lines: pd.DataFrame, frame: pd.DataFrame, company: str, currency: str) -> pd.Series:
	"""What each message was about, in company currency at the rates of its invoices."""
	foreign = frame.index[(frame["currency"].fillna(currency) != currency)]
	items = lines.loc[lines["action"].isin(foreign), "item"].unique()
	rates: dict[str, float] = {}
	for names in chunks(items):
		rates.update(
			frappe.get_all(
				"Sales Invoice", {"name": ["in", names]}, ["name", "conversion_rate"], as_list=True
			)
		)
	base = lines["outstanding"] * lines["item"].map(rates).astype("float64").fillna(1.0)
	return base.groupby(lines["action"]).sum().reindex(frame.index).fillna(0.0)


def add_up(messages: pd.DataFrame, currency: str) -> list[dict]:
	"""Each plan with its steps below it, arm by arm; messages of no plan last."""
	if messages.empty:
		return []
	frame = messages.assign(
		**{one: messages[one].fillna("") for one in ("dunning_plan", "split_of", "step_name", "channel")},
		dunning_level=pd.to_numeric(messages["dunning_level"]).fillna(0).astype(int),
	)
	arms = arms_of(set(frame["split_of"]) - {""})
	rows = []
	for plan, part in sorted(frame.groupby("dunning_plan"), key=lambda one: (one[0] == "", one[0])):
		key = f"plan: {plan}"
		rows.append(
			{
				**sums(part),
				"key": key,
				"parent_key": "",
				"indent": 0,
				"bold": 1,
				"plan": plan,
				"label": plan or _("No plan"),
				"currency": currency,
			}
		)
		for (split, level, step, channel), step_part in part.groupby(KEY[1:]):
			arm = ("B" if arms.get(split) == plan else "A") if split else ""
			rows.append(
				{
					**sums(step_part),
					"key": f"{key}/{split}/{level}/{step}/{channel}",
					"parent_key": key,
					"indent": 1,
					"plan": plan,
					"label": f"{level}. {step}" if level else step,
					"channel": channel,
					"arm": arm,
					"split_of": split,
					"currency": currency,
				}
			)
	total = {**sums(frame), "key": "total", "parent_key": "", "indent": 0, "bold": 1, "label": _("Total")}
	return [*rows, {**total, "currency": currency}]


def arms_of(tests: set[str]) -> dict[str, str]:
	"""Plan with an A/B test -> the plan that is tried against it."""
	return dict(
		frappe.get_all("Dunning Plan", {"name": ["in", [*tests, ""]]}, ["name", "split_plan"], as_list=True)
	)


def sums(part: pd.DataFrame) -> dict:
	days = part["days_to_pay"].dropna()
	counts = {one: int(part[one].sum()) for one in COUNTED}
	return {
		**counts,
		"paid_rate": reporting.share(counts["paid"], counts["sent"]),
		"days_to_pay": flt(days.mean(), 1) if len(days) else None,
		**{one: flt(part[one].sum(), 2) for one in ("amount", "collected", "cost")},
	}


def get_chart(rows: list[dict], days: int) -> dict | None:
	"""Share of messages of each step that were paid and answered; none of either is an answer, too."""
	steps = [row for row in rows if row["indent"]][:MOST_BARS]
	if not steps:
		return None
	return {
		"data": {
			"labels": [f"{row['label']} {row['arm']}".strip() for row in steps],
			"datasets": [
				{
					"name": _("Paid within {0} Days (%)").format(days),
					"values": [row["paid_rate"] or 0 for row in steps],
				},
				{
					"name": _("Answered (%)"),
					"values": [reporting.share(row["answered"], row["sent"]) or 0 for row in steps],
				},
			],
		},
		"type": "bar",
		"colors": [reporting.GREEN, reporting.BLUE],
	}


def get_summary(messages: pd.DataFrame, currency: str, days: int) -> list[dict]:
	if messages.empty:
		return []
	total = sums(messages)
	return [
		reporting.figure(_("Sent"), total["sent"]),
		reporting.figure(_("Failed"), total["failed"], "Int", "Red" if total["failed"] else "Green"),
		reporting.percent_figure(_("Paid within {0} Days").format(days), total["paid_rate"], "Green"),
		reporting.sum_figure(_("Came In"), total["collected"], currency, "Green"),
		reporting.sum_figure(_("Cost"), total["cost"], currency, "Grey"),
	]
