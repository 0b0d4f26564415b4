"""Settle: promises judged from the ledger, disputes and cases closed that are over."""

from typing import Any

import frappe

from collections_app.services.cases import balances
from collections_app.services.cases.disputes import close_disputes, tell_late_answers
from collections_app.services.cases.promises import settle_promises
from collections_app.services.cases.records import ensure_cases, give_orphans, update_cases
from collections_app.services.credit import delivery_stop, insurer_notice
from collections_app.services.run.context import RunContext


def settle(context: RunContext) -> dict[str, Any]:
	counts = settle_promises(context)
	counts["disputes_closed"] = close_disputes(context)
	counts["answers_late"] = tell_late_answers(context)
	counts.update(update_case_balances(context))
	return counts


def update_case_balances(context: RunContext) -> dict[str, int]:
	"""Opens a case for everyone who owes something, closes those with nothing left, writes the balances."""
	found = balances.of_items(context.items, context.run_date, context.currency)
	debtors = [one for one in found.index[found["debts"] > 0] if one in context.customers.index]
	cases = ensure_cases(context.company, debtors)
	values = {case: balances.fields_of(found, customer) for customer, case in cases.items()}
	closed = _write_cases(context, values)
	give_orphans(context.company)
	delivery_stop.lift_settled(context.company, found.index[found["overdue"] > 0])
	insurer_notice.tell_undeclared(context)
	return {"cases": len(cases), "cases_closed": closed}


def _write_cases(context: RunContext, values: dict[str, dict]) -> int:
	"""Writes the balances; stage and next action only where a case opens or closes. Returns how many were closed now."""
	current = dict(
		frappe.get_all("Collection Case", {"company": context.company}, ["name", "status"], as_list=True)
	)
	moved = {name: row for name, row in values.items() if current.get(name) != row["status"]}
	stays = {
		name: {field: value for field, value in row.items() if field not in balances.ONLY_WHEN_MOVED}
		for name, row in values.items()
		if name not in moved
	}
	update_cases(context.company, moved)
	update_cases(context.company, stays)
	return sum(row["status"] == "Closed" for row in moved.values())
