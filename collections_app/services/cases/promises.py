"""Promises to pay against the ledger: what was paid and credited on the promised invoices decides."""

from datetime import date

import pandas as pd

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import getdate

from collections_app.engine.promises import settle as judge
from collections_app.services import settings
from collections_app.services.frames import chunks, query_frame
from collections_app.services.reasons import sentence
from collections_app.services.run.context import INFO, RunContext

# journal entries that take something off an invoice without any money coming in
NO_MONEY = ("Credit Note", "Write Off Entry")


def settle_promises(context: RunContext) -> dict[str, int]:
	"""Promises become Kept, Partly Kept or Broken by what the ledger shows; nobody has to say so."""
	promises = read_promises(context.company)
	counts = {"kept": 0, "partly_kept": 0, "broken": 0, "still_open": 0}
	if promises.empty:
		return counts
	since = promises["promised_on"].min().date()
	payments, credits = movements(context.company, since, context.run_date)
	judged = judge(promises, payments, context.run_date, settings.get().promise_grace_days or 0, credits)
	was_open = promises.set_index("promise")["status"] == "Open"
	results, parts = {}, {}
	for row in judged[judged["promise"].map(was_open)].to_dict("records"):
		counts["still_open" if row["status"] == "Open" else frappe.scrub(row["status"])] += 1
		results[row["promise"]] = {
			"status": row["status"],
			"paid_amount": row["paid_amount"],
			"settled_on": None if row["status"] == "Open" else context.run_date,
			"result": sentence(row["reason"]),
		}
		parts[row["promise"]] = row["instalments"]
		if row["status"] == "Broken":
			context.tell(INFO, sentence(row["reason"]), "Promise to Pay", row["promise"])
	frappe.db.bulk_update("Promise to Pay", results)
	_write_instalments(parts)
	return counts


def _write_instalments(parts: dict[str, list[tuple[str, float]]]) -> None:
	rows = frappe.get_all(
		"Promise to Pay Instalment",
		{"parenttype": "Promise to Pay", "parent": ["in", [*parts, ""]]},
		["name", "parent", "idx"],
	)
	values = {}
	for row in rows:
		status, paid = parts[row.parent][row.idx - 1]
		values[row.name] = {"status": status, "paid_amount": paid}
	frappe.db.bulk_update("Promise to Pay Instalment", values)


def read_promises(company: str) -> pd.DataFrame:
	"""Every promise that was not cancelled, settled ones too: an amount paid counts for one promise only.

	promise, customer, status, promised_on, due_on, amount, currency, items (invoices), open_amount (what was open on
	them when it was promised; NaN where not kept), instalments (list of (due_on, amount), empty for one payment).
	"""
	promise = DocType("Promise to Pay")
	frame = query_frame(
		frappe.qb.from_(promise)
		.select(
			promise.name.as_("promise"),
			promise.customer,
			promise.status,
			promise.promised_on,
			promise.due_on,
			promise.amount,
			promise.currency,
		)
		.where((promise.company == company) & (promise.status != "Cancelled"))
		.orderby(promise.name),
		("promised_on", "due_on"),
		["amount"],
	)
	invoices = _lines(company, "Promise to Pay Invoice", "sales_invoice", "outstanding")
	opened = invoices[invoices["outstanding"] > 0].groupby("promise")["outstanding"].sum()
	by_promise = invoices.groupby("promise")["sales_invoice"].agg(list)
	instalments = _lines(company, "Promise to Pay Instalment", "due_on", "amount")
	agreed: dict[str, list[tuple]] = {}
	for row in instalments.itertuples():
		agreed.setdefault(row.promise, []).append((row.due_on, row.amount))
	return frame.assign(
		items=frame["promise"].map(by_promise),
		open_amount=frame["promise"].map(opened),
		instalments=[agreed.get(name, []) for name in frame["promise"]],
	)


def _lines(company: str, doctype: str, field: str, amount: str) -> pd.DataFrame:
	promise, line = DocType("Promise to Pay"), DocType(doctype)
	return query_frame(
		frappe.qb.from_(line)
		.inner_join(promise)
		.on((promise.name == line.parent) & (line.parenttype == "Promise to Pay"))
		.select(line.parent.as_("promise"), line[field], line[amount])
		.where((promise.company == company) & (promise.status != "Cancelled"))
		.orderby(line.parent, line.idx),
		numbers=[amount],
	)


def awaited_instalments(names: list[str]) -> dict[str, frappe._dict]:
	"""Promise -> the first of its instalments that is still awaited: due_on, amount, paid_amount."""
	found: dict[str, frappe._dict] = {}
	for part in chunks(names):
		for row in frappe.get_all(
			"Promise to Pay Instalment",
			{"parenttype": "Promise to Pay", "parent": ["in", part], "status": "Open"},
			["parent", "due_on", "amount", "paid_amount"],
			order_by="parent, idx",
		):
			found.setdefault(row.parent, row)
	return found


def movements(company: str, since: date, until: date) -> tuple[pd.DataFrame, pd.DataFrame]:
	"""What reduced invoices between two days: payments, and what was credited or written off.

	Both: customer, item (invoice), date, amount (positive; negative when taken back), currency of the account.
	"""
	ple, invoice, journal = (
		DocType("Payment Ledger Entry"),
		DocType("Sales Invoice"),
		DocType("Journal Entry"),
	)
	frame = query_frame(
		frappe.qb.from_(ple)
		.left_join(invoice)
		.on((ple.voucher_type == "Sales Invoice") & (invoice.name == ple.voucher_no))
		.left_join(journal)
		.on((ple.voucher_type == "Journal Entry") & (journal.name == ple.voucher_no))
		.select(
			ple.party.as_("customer"),
			ple.against_voucher_no.as_("item"),
			ple.posting_date.as_("date"),
			ple.amount_in_account_currency.as_("amount"),
			ple.account_currency.as_("currency"),
			ple.voucher_type,
			invoice.is_return,
			journal.voucher_type.as_("journal_type"),
		)
		.where(
			(ple.company == company)
			& (ple.delinked == 0)
			& (ple.account_type == "Receivable")
			& (ple.party_type == "Customer")
			& (ple.voucher_type.isin(["Payment Entry", "Journal Entry"]) | (invoice.is_return == 1))
			& (ple.posting_date >= since)
			& (ple.posting_date <= until)
		)
		.orderby(ple.posting_date, ple.creation),
		["date"],
		["amount"],
	)
	frame["amount"] = -frame["amount"]
	credited = (frame["voucher_type"] == "Sales Invoice") | frame["journal_type"].isin(NO_MONEY)
	return frame[~credited], frame[credited]


def cancel(promise, reason: str) -> None:
	"""The customer took it back, or agreed on another: the plan goes on with its invoices."""
	if promise.status != "Open":
		frappe.throw(_("The promise is {0} already.").format(_(promise.status)))
	if not (reason or "").strip():
		frappe.throw(_("Say why the promise is cancelled."))
	promise.update({"status": "Cancelled", "settled_on": getdate(), "result": reason.strip()})
	for row in promise.instalments:
		if row.status == "Open":
			row.status = "Cancelled"
	promise.save()
