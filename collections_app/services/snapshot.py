"""Snapshot: the key figures of the day, kept so that history is cheap to show."""

from datetime import date, timedelta
from typing import Any

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_months, get_last_day

from collections_app.engine import kpis
from collections_app.engine.ageing import add_ageing, ageing_table
from collections_app.engine.forecast import PERIODS, cash_forecast
from collections_app.engine.outbox import PENDING
from collections_app.services import history
from collections_app.services.cases import ahead, before
from collections_app.services.cases.state import refresh_stages
from collections_app.services.frames import query_frame
from collections_app.services.names import Names
from collections_app.services.prediction import predicted_items
from collections_app.services.receivables import open_items
from collections_app.services.run.context import RunContext
from collections_app.services.scoring import AT_RISK
from collections_app.services.snapshot_groups import groups

PERIOD_DAYS = 90
MONTHS_REBUILT = 12
FORECAST_DAYS = 91


def take(context: RunContext) -> dict[str, Any]:
	"""Writes today's Receivables Snapshot (again, if the run is repeated) and, once, those of the past months."""
	context.forget()
	refresh_stages(context.company, context.run_date)
	sales = monthly_sales(context.company, context.run_date)
	rebuilt = rebuild_past_months(context, sales)
	values = {**figures(context.items, sales, context), **today_figures(context)}
	tables = {"forecast": forecast(context), "groups": groups(context)}
	_write(context, context.run_date, values, tables)
	before.keep(context)
	ahead.keep(context)
	return {
		**{key: values[key] for key in ("outstanding", "overdue", "dso")},
		"kpis": values,
		"rebuilt": rebuilt,
	}


def figures(items: pd.DataFrame, sales: pd.DataFrame, context: RunContext, as_of: date | None = None) -> dict:
	"""What the ledger alone tells about a day. `sales`: from `monthly_sales`."""
	as_of = as_of or context.run_date
	aged = add_ageing(items, as_of)
	debts = aged[~aged["is_credit"]]
	table = ageing_table(debts, currency=context.currency).iloc[0]
	buckets = list(aged["bucket"].cat.categories)
	overdue, current = float(table["overdue"]), float(table[buckets[0]])
	total = float(aged["outstanding_base"].sum())
	start = as_of - timedelta(days=PERIOD_DAYS)
	period_sales = sold_between(sales, start, as_of)
	dso = kpis.dso(total, period_sales, PERIOD_DAYS)
	best = kpis.best_possible_dso(current, period_sales, PERIOD_DAYS)
	opening = float(open_items(context.company, start)["outstanding_base"].sum())
	return {
		"outstanding": round(total, 2),
		"overdue": overdue,
		"credits": round(total - float(table["total"]), 2),
		"not_due": current,
		**{f"bucket_{number}": float(table[label]) for number, label in enumerate(buckets[1:], 1)},
		"dso": _rounded(dso),
		"countback_dso": _rounded(kpis.countback_dso(total, months_before(sales, as_of))),
		"best_possible_dso": _rounded(best),
		"add_days": _rounded(kpis.average_days_delinquent(dso, best)),
		"cei": _rounded(kpis.cei(opening, period_sales, total, current)),
		"sales": round(period_sales, 2),
		"opening": round(opening, 2),
	}


def today_figures(context: RunContext) -> dict:
	"""What only the app knows: promises, risk, cash application, the outbox."""
	bands = context.customers["risk_band"]
	debts = context.items[context.items["outstanding"] > 0]
	debts = debts[debts["due_date"] < pd.Timestamp(context.run_date)]
	risky = debts[debts["customer"].map(bands).isin(AT_RISK)]
	week = history.receipts(context.company, context.run_date - timedelta(days=6), context.run_date)
	today = week[week["date"] == pd.Timestamp(context.run_date)]
	return {
		"overdue_at_risk": round(float(risky["outstanding_base"].sum()), 2),
		"customers_at_risk": int(risky["customer"].nunique()),
		"collected_7_days": round(float(week["amount_base"].sum()), 2),
		"collected_today": round(float(today["amount_base"].sum()), 2),
		"promise_kept_rate": _rounded(promise_kept_rate(context.company, context.run_date)),
		"straight_through_rate": _rounded(straight_through_rate(context.company, context.run_date)),
		**action_counts(context.company, context.run_date),
	}


def monthly_sales(company: str, as_of: date) -> pd.DataFrame:
	"""Credit sales per posting date in company currency, over two years; credit notes lower them."""
	si = DocType("Sales Invoice")
	return query_frame(
		frappe.qb.from_(si)
		.select(si.posting_date, Sum(si.base_grand_total).as_("sales"))
		.where(
			(si.company == company)
			& (si.docstatus == 1)
			& (si.posting_date > add_months(as_of, -25))
			& (si.posting_date <= as_of)
		)
		.groupby(si.posting_date),
		["posting_date"],
		["sales"],
	)


def sold_between(sales: pd.DataFrame, start: date, end: date) -> float:
	"""Sales after `start` up to and including `end`."""
	within = (sales["posting_date"] > pd.Timestamp(start)) & (sales["posting_date"] <= pd.Timestamp(end))
	return float(sales.loc[within, "sales"].sum())


def months_before(sales: pd.DataFrame, as_of: date, months: int = 12) -> pd.DataFrame:
	"""sales and days per calendar month, the running one first (only its days gone by)."""
	rows = []
	end = as_of
	for _month in range(months):
		start = end.replace(day=1) - timedelta(days=1)
		rows.append({"sales": sold_between(sales, start, end), "days": (end - start).days})
		end = start
	return pd.DataFrame(rows)


def promise_kept_rate(company: str, as_of: date, customers: list[str] | None = None) -> float | None:
	"""Of the promises of a year, those kept; of some customers, or of all."""
	filters = {
		"company": company,
		"due_on": [">", as_of - timedelta(days=365)],
		"status": ["!=", "Cancelled"],
	}
	if customers is not None:
		filters["customer"] = ["in", [*customers, ""]]
	settled = frappe.get_all("Promise to Pay", filters, pluck="status")
	return kpis.promise_kept_rate(pd.DataFrame({"status": settled}))


def straight_through_rate(company: str, as_of: date, customers: list[str] | None = None) -> float | None:
	"""Of the bank payments of 30 days, those applied without a person; what is no customer's does not count. Of some
	customers, or of all."""
	match = DocType("Cash Match")
	query = (
		frappe.qb.from_(match)
		.select(match.status, match.rule, Count(match.name))
		.where(
			(match.company == company)
			& (match.date > as_of - timedelta(days=30))
			& (match.status != "Ignored")
			& (match.is_return == 0)
		)
		.groupby(match.status, match.rule)
	)
	if customers is not None:
		query = query.where(match.customer.isin(Names(customers)))
	rows = query.run()
	alone = sum(count for status, rule, count in rows if status == "Applied" and rule != "person")
	return kpis.straight_through_rate(alone, sum(count for _status, _rule, count in rows))


def action_counts(company: str, as_of: date) -> dict[str, int]:
	action = DocType("Collection Action")
	sent = (
		frappe.qb.from_(action)
		.select(Count(action.name))
		.where(
			(action.company == company)
			& (action.sent_at >= as_of)
			& (action.sent_at < as_of + timedelta(days=1))
		)
	).run()[0][0]
	waiting = frappe.db.count("Collection Action", {"company": company, "status": ["in", PENDING]})
	return {"actions_sent": sent, "actions_waiting": waiting}


def forecast(context: RunContext) -> list[dict]:
	"""Expected receipts of what is open today, per day, week and month."""
	predicted = predicted_items(context)
	until = context.run_date + timedelta(days=FORECAST_DAYS - 1)
	return [
		{
			"period": period,
			"period_start": row["start"].date(),
			"period_end": row["end"].date(),
			**{name: row[name] for name in ("expected", "low", "high", "overdue_part")},
			"currency": context.currency,
		}
		for period in PERIODS
		for row in cash_forecast(predicted, context.run_date, until, period, context.currency).to_dict(
			"records"
		)
	]


def rebuild_past_months(context: RunContext, sales: pd.DataFrame) -> int:
	"""Month ends before the app was used, from the ledger as it stood; done once per company."""
	if frappe.db.exists("Receivables Snapshot", {"company": context.company, "rebuilt": 1}):
		return 0
	first = sales["posting_date"].min()
	# a day the app was at work for has its real figures already
	taken = set(frappe.get_all("Receivables Snapshot", {"company": context.company}, pluck="snapshot_date"))
	rebuilt = 0
	for back in range(MONTHS_REBUILT, 0, -1):
		day = get_last_day(add_months(context.run_date, -back))
		if pd.isna(first) or day < first.date() or day in taken:
			continue
		values = figures(open_items(context.company, day), sales, context, day)
		_write(context, day, {**values, "rebuilt": 1}, {})
		rebuilt += 1
	return rebuilt


def _write(context: RunContext, day: date, values: dict, tables: dict[str, list[dict]]) -> None:
	key = f"{context.company}|{day}"
	name = frappe.db.get_value("Receivables Snapshot", {"snapshot_key": key})
	doc = frappe.get_doc("Receivables Snapshot", name) if name else frappe.new_doc("Receivables Snapshot")
	doc.update(
		{
			"company": context.company,
			"snapshot_date": day,
			"currency": context.currency,
			"run": context.run,
			"snapshot_key": key,
			**values,
		}
	)
	for table in ("forecast", "groups"):
		doc.set(table, tables.get(table, []))
	doc.save(ignore_permissions=True)


def _rounded(value: float | None) -> float | None:
	return None if value is None else round(value, 1)
