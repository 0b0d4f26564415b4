"""Cash of this week: what was expected when it began, what came in, and what is still expected."""

from datetime import date, timedelta

import pandas as pd

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max, Sum
from frappe.utils import flt, getdate

from collections_app.engine.forecast import WEEK, probable_range
from collections_app.services.cases import ahead
from collections_app.services.cockpit.narrow import narrow, narrow_cases
from collections_app.services.cockpit.scope import Scope
from collections_app.services.frames import query_frame
from collections_app.services.history import is_receipt

RANGE = ("low", "expected", "high")


def cash(scope: Scope) -> dict:
	"""`since`, `until`: Monday and Sunday; `collected` so far, and `days` of it; `goal`: what the whole week was expected to
	bring, by the first forecast of this week and what had come in before it; `rest`: what is expected from the newest run
	on until Sunday. Both: expected, low and high (10 % and 90 %), made_on; None without a forecast. The first forecast is
	kept for whole companies only; for a part of them the goal is that of the newest."""
	since = scope.monday
	until = since + timedelta(days=6)
	came = collected(scope, since, until)
	rest = _forecast(scope, since, first=False) if scope.is_whole else _of_selection(scope)
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
			& is_receipt(entry)
			& (entry.posting_date >= since)
			& (entry.posting_date <= until)
		)
		.groupby(entry.posting_date, entry.company)
	)
	frame = query_frame(narrow(scope, query, entry.company, entry.party), ["date"], ["amount"])
	frame["amount"] = frame["amount"] * frame["company"].map(scope.rates)
	return frame


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


def _of_selection(scope: Scope) -> dict | None:
	"""What is still expected of some customers only, by what the newest run of this week kept on their cases."""
	case = DocType("Collection Case")
	expected, at_most = (case[field] for field in ahead.FIELDS.values())
	query = (
		frappe.qb.from_(case)
		.select(
			case.company,
			Max(case.snapshot_on),
			Sum(expected),
			Sum(at_most),
			# see `engine.forecast.expected_of_customers`
			Sum(expected * (at_most - expected)),
		)
		.where(case.snapshot_on >= scope.monday)
		.groupby(case.company)
	)
	rows = narrow_cases(scope, query, case).run()
	parts = [_part(scope, company, *map(flt, sums)) for company, _day, *sums in rows]
	return {**_together(parts), "made_on": min(getdate(row[1]) for row in rows)} if rows else None


def _part(scope: Scope, company: str, expected: float, at_most: float, variance: float) -> dict:
	low, high = probable_range(expected, at_most, max(variance, 0.0))
	return {
		name: scope.into(amount, company) for name, amount in zip(RANGE, (low, expected, high), strict=True)
	}


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
