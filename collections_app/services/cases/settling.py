"""Settle: promises judged from the ledger, disputes and cases closed that are over."""

from typing import Any

import pandas as pd

import frappe

from collections_app.engine.ageing import add_ageing
from collections_app.services.cases.disputes import close_disputes, tell_late_answers
from collections_app.services.cases.promises import settle_promises
from collections_app.services.cases.records import ensure_cases, give_orphans, update_cases
from collections_app.services.credit import delivery_stop, insurer_notice
from collections_app.services.run.context import RunContext

# a case that closes has nothing ahead of it; one that opens is told at the end of the run
NOTHING_NEXT = dict.fromkeys(("next_action", "next_action_on", "next_action_kind", "next_action_reason"))
ONLY_WHEN_MOVED = ("stage", "status", *NOTHING_NEXT)


def settle(context: RunContext) -> dict[str, Any]:
	counts = settle_promises(context)
	counts["disputes_closed"] = close_disputes(context)
	counts["answers_late"] = tell_late_answers(context)
	counts.update(update_case_balances(context))
	return counts


def update_case_balances(context: RunContext) -> dict[str, int]:
	"""Opens a case for everyone who owes something, closes those with nothing left, writes the balances."""
	aged = add_ageing(context.items, context.run_date)
	debts = aged[aged["outstanding"] > 0]
	late = debts[debts["days_overdue"] > 0]
	balances = pd.DataFrame(
		{
			"outstanding": aged.groupby("customer")["outstanding_base"].sum().round(2),
			"overdue": late.groupby("customer")["outstanding_base"].sum().round(2),
			"oldest_due_date": debts.groupby("customer")["due_date"].min(),
			"debts": debts.groupby("customer").size(),
		}
	)
	balances[["overdue", "debts"]] = balances[["overdue", "debts"]].fillna(0)
	debtors = [one for one in debts["customer"].unique() if one in context.customers.index]
	cases = ensure_cases(context.company, debtors)
	values = {}
	for customer, case in cases.items():
		row = balances.loc[customer] if customer in balances.index else None
		is_open = row is not None and row["debts"] > 0
		values[case] = {
			"outstanding": float(row["outstanding"]) if row is not None else 0.0,
			"overdue": float(row["overdue"]) if row is not None else 0.0,
			"oldest_due_date": row["oldest_due_date"].date() if is_open else None,
			"status": "Open" if is_open else "Closed",
			"stage": "New" if is_open else "Paid",
			**NOTHING_NEXT,
		}
	closed = _write_cases(context, values)
	give_orphans(context.company)
	delivery_stop.lift_settled(context.company, late["customer"].unique())
	insurer_notice.tell_undeclared(context)
	return {"cases": len(cases), "cases_closed": closed}


def _write_cases(context: RunContext, values: dict[str, dict]) -> int:
	"""Writes the balances; stage and next action only where a case opens or closes. Returns how many were closed now."""
	current = dict(
		frappe.get_all("Collection Case", {"company": context.company}, ["name", "status"], as_list=True)
	)
	moved = {name: row for name, row in values.items() if current.get(name) != row["status"]}
	stays = {
		name: {field: value for field, value in row.items() if field not in ONLY_WHEN_MOVED}
		for name, row in values.items()
		if name not in moved
	}
	update_cases(context.company, moved)
	update_cases(context.company, stays)
	return sum(row["status"] == "Closed" for row in moved.values())
