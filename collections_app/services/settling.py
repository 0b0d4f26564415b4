"""Settle: promises judged from the ledger, disputes and cases closed that are over."""

from typing import Any

import pandas as pd

import frappe
from frappe.query_builder import DocType

from collections_app.engine.ageing import add_ageing
from collections_app.engine.promises import settle as judge
from collections_app.services import history, settings
from collections_app.services.cases import ensure_cases, give_orphans, update_cases
from collections_app.services.frames import query_frame
from collections_app.services.reasons import sentence
from collections_app.services.run.context import INFO, RunContext


def settle(context: RunContext) -> dict[str, Any]:
	counts = settle_promises(context)
	counts["disputes_closed"] = close_disputes(context)
	counts.update(update_case_balances(context))
	return counts


def settle_promises(context: RunContext) -> dict[str, int]:
	"""Promises become Kept, Partly Kept or Broken by what the ledger shows; nobody has to say so."""
	promises = _promises(context.company)
	counts = {"kept": 0, "partly_kept": 0, "broken": 0, "still_open": 0}
	if promises.empty:
		return counts
	since = promises["promised_on"].min().date()
	grace = settings.get().promise_grace_days or 0
	receipts = history.receipts(context.company, since, context.run_date)
	judged = judge(promises, receipts, context.run_date, grace)
	was_open = promises.set_index("promise")["status"] == "Open"
	results = {}
	for row in judged[judged["promise"].map(was_open)].to_dict("records"):
		counts["still_open" if row["status"] == "Open" else frappe.scrub(row["status"])] += 1
		results[row["promise"]] = {
			"status": row["status"],
			"paid_amount": row["paid_amount"],
			"settled_on": None if row["status"] == "Open" else context.run_date,
			"result": sentence(row["reason"]),
		}
		if row["status"] == "Broken":
			context.tell(INFO, sentence(row["reason"]), "Promise to Pay", row["promise"])
	frappe.db.bulk_update("Promise to Pay", results)
	return counts


def _promises(company: str) -> pd.DataFrame:
	"""Open promises, and settled ones of the last year: an amount paid counts for one promise only."""
	promise, invoice = DocType("Promise to Pay"), DocType("Promise to Pay Invoice")
	rows = query_frame(
		frappe.qb.from_(promise)
		.left_join(invoice)
		.on((invoice.parent == promise.name) & (invoice.parenttype == "Promise to Pay"))
		.select(
			promise.name.as_("promise"),
			promise.customer,
			promise.status,
			promise.promised_on,
			promise.due_on,
			promise.amount,
			promise.currency,
			invoice.sales_invoice,
		)
		.where((promise.company == company) & (promise.status != "Cancelled")),
		("promised_on", "due_on"),
		["amount"],
	)
	if rows.empty:
		return rows
	rows["sales_invoice"] = rows["sales_invoice"].fillna("")
	keys = ["promise", "customer", "status", "promised_on", "due_on", "amount", "currency"]
	items = rows.groupby("promise")["sales_invoice"].agg(lambda names: [name for name in names if name])
	return rows[keys].drop_duplicates("promise").merge(items.rename("items"), on="promise")


def close_disputes(context: RunContext) -> int:
	"""A dispute is over when nothing is open on its invoice any more."""
	disputes = frappe.get_all(
		"Invoice Dispute",
		filters={"company": context.company, "status": "Open"},
		fields=["name", "sales_invoice"],
		order_by="name",
	)
	still_open = set(context.items.loc[context.items["outstanding"] > 0, "voucher_no"])
	closed = {
		dispute.name: {
			"status": "Resolved",
			"closed_on": context.run_date,
			"resolution": frappe._("The invoice is settled"),
		}
		for dispute in disputes
		if dispute.sales_invoice not in still_open
	}
	frappe.db.bulk_update("Invoice Dispute", closed)
	return len(closed)


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
		}
	closed = _write_cases(context, values)
	give_orphans(context.company)
	return {"cases": len(cases), "cases_closed": closed}


def _write_cases(context: RunContext, values: dict[str, dict]) -> int:
	"""Writes the balances; `stage` only where a case opens or closes. Returns how many were closed now."""
	current = dict(
		frappe.get_all("Collection Case", {"company": context.company}, ["name", "status"], as_list=True)
	)
	moved = {name: row for name, row in values.items() if current.get(name) != row["status"]}
	stays = {
		name: {field: value for field, value in row.items() if field not in ("stage", "status")}
		for name, row in values.items()
		if name not in moved
	}
	update_cases(context.company, moved)
	update_cases(context.company, stays)
	return sum(row["status"] == "Closed" for row in moved.values())
