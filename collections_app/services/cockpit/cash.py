"""Cash of this week: what was expected when it began, what came in, and what is still expected."""

from datetime import date, timedelta

import pandas as pd

import frappe
from frappe import _
from frappe.query_builder import CustomFunction, DocType
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import flt, getdate

from collections_app.engine.forecast import WEEK, cash_forecast
from collections_app.services.cockpit.scope import Scope
from collections_app.services.frames import query_frame
from collections_app.services.settings import company_currency

RANGE = ("low", "expected", "high")
DAYS_BETWEEN = CustomFunction("DATEDIFF", ["later", "earlier"])


def cash(scope: Scope) -> dict:
	"""`since`, `until`: Monday and Sunday; `collected` so far, and `days` of it; `goal`: what the whole week was expected to
	bring, by the first forecast of this week and what had come in before it; `rest`: what is expected from the newest run
	on until Sunday. Both: expected, low and high (10 % and 90 %), made_on; None without a forecast. The first forecast is
	kept for whole companies only; for a part of them the goal is that of the newest."""
	since = scope.today - timedelta(days=scope.today.weekday())
	until = since + timedelta(days=6)
	came = collected(scope, since, until)
	rest = _forecast(scope, since, first=False) if scope.is_whole else _of_selection(scope, until)
	first = _forecast(scope, since, first=True) if scope.is_whole else None
	goal = _goal(first or rest, came)
	[company] = scope.companies if len(scope.companies) == 1 else [None]
	return {
		"currency": scope.currency,
		"since": since,
		"until": until,
		"collected": flt(came["amount"].sum(), 2),
		"days": [
			{"day": day, "amount": flt(came.loc[came["date"] == pd.Timestamp(day), "amount"].sum(), 2)}
			for day in (since + timedelta(days=number) for number in range(7))
		],
		"goal": goal,
		"rest": rest,
		"note": _note(scope, rest),
		"collected_route": ["List", "Payment Entry"],
		"collected_options": _payments(scope, since, until),
		"route": ["query-report", "Cash Forecast"],
		"options": {
			"company": company or (scope.companies[0] if scope.companies else None),
			"period": WEEK,
			**({"made_on": str(goal["made_on"])} if goal else {}),
		},
	}


def _goal(forecast: dict | None, came: pd.DataFrame) -> dict | None:
	if not forecast:
		return None
	before = came.loc[came["date"] < pd.Timestamp(forecast["made_on"]), "amount"].sum()
	return {**forecast, **{name: flt(forecast[name] + before, 2) for name in RANGE}}


def _note(scope: Scope, rest: dict | None) -> str:
	if rest is None:
		return _("A forecast comes with the first run.")
	if not scope.is_whole:
		return _("The forecast of the week's beginning is kept for whole companies only.")
	return ""


def _payments(scope: Scope, since: date, until: date) -> dict:
	return {
		"company": ["in", list(scope.companies)],
		"party_type": "Customer",
		"docstatus": 1,
		"posting_date": ["between", [str(since), str(until)]],
		**scope.team_parties(),
	}


def collected(scope: Scope, since: date, until: date) -> pd.DataFrame:
	"""What customers paid by posting date, in the scope's currency: date, amount; negative where it was taken back."""
	entry = DocType("Payment Ledger Entry")
	query = (
		frappe.qb.from_(entry)
		.select(entry.posting_date.as_("date"), entry.company, (-Sum(entry.amount)).as_("amount"))
		.where(
			entry.company.isin([*scope.companies, ""])
			& (entry.delinked == 0)
			& (entry.account_type == "Receivable")
			& (entry.party_type == "Customer")
			& entry.voucher_type.isin(["Payment Entry", "Journal Entry"])
			& (entry.posting_date >= since)
			& (entry.posting_date <= until)
		)
		.groupby(entry.posting_date, entry.company)
	)
	frame = query_frame(narrow(scope, query, entry.company, entry.party), ["date"], ["amount"])
	frame["amount"] = frame["amount"] * frame["company"].map(scope.rates)
	return frame


def narrow(scope: Scope, query, company, customer):
	"""The query with what the user may see and, by the case's collector, what the team works on."""
	if scope.customers is not None:
		query = query.where(customer.isin([*scope.customers, ""]))
	if scope.collectors is not None:
		case = DocType("Collection Case")
		# from what is asked for to its case, never the other way round: with old statistics the database would
		query = (
			query.left_join(case)
			.on((case.company == company) & (case.customer == customer))
			.where(Coalesce(case.collector, "-").isin([*scope.collectors, ""]))
		)
	return query


def _forecast(scope: Scope, since: date, first: bool) -> dict | None:
	"""The week's row of each company's first or newest forecast of this week, added up."""
	taken = frappe.get_list(
		"Receivables Snapshot",
		filters={"company": ["in", [*scope.companies, ""]], "rebuilt": 0, "snapshot_date": [">=", since]},
		fields=["name", "company", "snapshot_date"],
		order_by="snapshot_date desc" if first else "snapshot_date",
		limit=0,
	)
	chosen = {row.company: row for row in taken}
	if not chosen or len(chosen) < len(scope.companies):
		return None
	rows = frappe.get_all(
		"Receivables Snapshot Forecast",
		filters={
			"parenttype": "Receivables Snapshot",
			"parent": ["in", [row.name for row in chosen.values()]],
			"period": WEEK,
		},
		fields=["parent", "period_start", *RANGE],
		order_by="period_start",
	)
	firsts = {row.parent: row for row in reversed(rows)}
	parts = [
		{name: scope.into(firsts[row.name][name], row.company) for name in RANGE}
		for row in chosen.values()
		if row.name in firsts
	]
	made_on = min(row.snapshot_date for row in chosen.values())
	return {**_together(parts), "made_on": made_on} if parts else None


def _of_selection(scope: Scope, until: date) -> dict | None:
	"""What is still expected of some customers only, by the newest predictions of their items."""
	table = DocType("Payment Prediction")
	# by the index of `modified`: the day of thousands is that of the newest
	days = {
		company: frappe.db.get_value(
			"Payment Prediction", {"company": company}, "predicted_on", order_by="modified desc"
		)
		for company in scope.companies
	}
	predicted_on = {company: getdate(day) for company, day in days.items() if day}
	# thousands of rows: only what the forecast is made of, and of these only what may come by then: the chance of each begins
	# a quarter of the days between 10 % and 50 % before the first of them (`engine.forecast.paid_by`), and a day is spared
	dates = ("expected_on", "earliest_on", "latest_on")
	begins = 5 * DAYS_BETWEEN(table.earliest_on, until) - DAYS_BETWEEN(table.expected_on, until)
	query = (
		frappe.qb.from_(table)
		.select(
			table.company,
			table.customer,
			table.outstanding.as_("outstanding_base"),
			*(table[name] for name in dates),
		)
		.where(table.company.isin([*scope.companies, ""]) & (begins <= 5))
	)
	frame = query_frame(narrow(scope, query, table.company, table.customer), dates, ["outstanding_base"])
	# what is overdue of it is not told
	frame["due_date"] = frame["expected_on"]
	parts = []
	for company, day in predicted_on.items():
		if day <= until:
			items = frame[frame["company"] == company]
			found = cash_forecast(items, day, until, WEEK, company_currency(company)).iloc[-1]
			parts.append({name: scope.into(float(found[name]), company) for name in RANGE})
	return {**_together(parts), "made_on": min(predicted_on.values())} if parts else None


def _together(parts: list[dict]) -> dict:
	"""Forecasts of companies that have nothing to do with each other: what is expected adds up, how far off it may be adds
	up by squares."""
	expected = sum(one["expected"] for one in parts)
	below = sum((one["expected"] - one["low"]) ** 2 for one in parts) ** 0.5
	above = sum((one["high"] - one["expected"]) ** 2 for one in parts) ** 0.5
	return {
		"expected": flt(expected, 2),
		"low": flt(max(expected - below, 0), 2),
		"high": flt(expected + above, 2),
	}
