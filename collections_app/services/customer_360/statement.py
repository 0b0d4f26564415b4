"""The statement of account of a period: what was owed before, every voucher with the balance after it, what is owed by age.

Per currency of the receivable account, read from the Payment Ledger; the closing balance is the ledger's to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace

import pandas as pd

import frappe
from frappe import _

from collections_app.engine.ageing import add_ageing, bucket_labels
from collections_app.engine.frames import effective_due_date
from collections_app.engine.money import from_minor, minor_series, to_minor
from collections_app.services.ageing_view import bucket_title
from collections_app.services.hand_over.papers import pdf_file
from collections_app.services.hand_over.parties import creditor_of, debtor_of
from collections_app.services.hand_over.statement import Account, Line, account_of, entries_of
from collections_app.services.letters import speaking
from collections_app.services.receivables import open_items

# the page shows the newest; the report and the PDF have all
MOST_LINES = 300


@dataclass(frozen=True)
class Wanted:
	"""Days are included. `open_only`: the items still open at the end of `until`, each with what is open of it."""

	company: str
	customer: str
	since: date
	until: date
	open_only: bool = False


@dataclass(frozen=True)
class Statement:
	"""`account`: opening balance, lines with running balance, closing. `ageing`: label and amount of what is open at the
	end, youngest first, credits last; together the closing balance. `overdue`: of it, past its due date."""

	account: Account
	ageing: list[tuple[str, float]]
	overdue: float


def statements(wanted: Wanted) -> list[Statement]:
	"""One for each currency with entries until the last day, in the order of their codes."""
	entries = entries_of(wanted.company, wanted.customer, wanted.until)
	if entries.empty:
		return []
	name = frappe.db.get_value("Customer", wanted.customer, "customer_name") or wanted.customer
	items = open_items(wanted.company, as_of=wanted.until, customers=[wanted.customer])
	found = []
	for currency in sorted(entries["currency"].unique()):
		own_items = items[items["currency"] == currency]
		whose = (wanted.customer, name, currency)
		account = account_of(whose, wanted.since, entries[entries["currency"] == currency])
		if wanted.open_only:
			account = _open_only(account, own_items)
		found.append(Statement(account, *_ageing(own_items, currency, wanted.until)))
	return found


def _open_only(account: Account, items: pd.DataFrame) -> Account:
	"""The open items as lines; what is open of them adds up to the same closing balance."""
	items = items[items["outstanding"] != 0].sort_values(["posting_date", "item"])
	balance, lines = 0, []
	for row in items.to_dict("records"):
		minor = to_minor(row["outstanding"], account.currency)
		balance += minor
		lines.append(
			Line(
				date=row["posting_date"].date(),
				voucher_type=row["voucher_type"],
				voucher_no=row["voucher_no"],
				due_date=None if row["is_credit"] or pd.isna(row["due_date"]) else row["due_date"].date(),
				reference=row["payment_term"] or row["po_no"] or "",
				debit=from_minor(max(minor, 0), account.currency),
				credit=from_minor(max(-minor, 0), account.currency),
				balance=from_minor(balance, account.currency),
			)
		)
	return replace(account, opening=0.0, lines=tuple(lines), closing=from_minor(balance, account.currency))


def _ageing(items: pd.DataFrame, currency: str, day: date) -> tuple[list[tuple[str, float]], float]:
	"""By age, and what of it is overdue; a credit has no age of its own."""
	credit = items["is_credit"].astype(bool)
	debts = add_ageing(items[~credit].assign(due_date=effective_due_date(items[~credit])), day)
	minor = minor_series(debts["outstanding"], currency)
	sums = minor.groupby(debts["bucket"], observed=False).sum()
	parts = [
		(bucket_title(label), from_minor(int(sums.get(label, 0)), currency)) for label in bucket_labels()
	]
	credits = int(minor_series(items.loc[credit, "outstanding"], currency).sum())
	overdue = int(minor[debts["days_overdue"] > 0].sum())
	return [*parts, (_("Credits"), from_minor(credits, currency))], from_minor(overdue, currency)


def kind_of(line: Line) -> str:
	"""What a voucher is, in the reader's language."""
	if line.voucher_type == "Sales Invoice":
		return _("Credit Note") if line.credit else _("Invoice")
	return {"Payment Entry": _("Payment"), "Journal Entry": _("Journal Entry")}.get(
		line.voucher_type, _(line.voucher_type)
	)


def shown(wanted: Wanted) -> dict:
	"""The statements for the page: accounts (currency, opening, lines, closing, ageing, overdue, left_out: older lines that
	are not among the lines), since and until."""
	accounts = []
	for one in statements(wanted):
		lines = one.account.lines[-MOST_LINES:]
		accounts.append(
			{
				"currency": one.account.currency,
				"opening": one.account.opening,
				"closing": one.account.closing,
				"ageing": [{"label": label, "amount": amount} for label, amount in one.ageing],
				"overdue": one.overdue,
				"left_out": len(one.account.lines) - len(lines),
				"lines": [
					{
						**vars(line),
						"kind": kind_of(line),
						"date": str(line.date),
						"due_date": str(line.due_date) if line.due_date else None,
					}
					for line in lines
				],
			}
		)
	return {"accounts": accounts, "since": str(wanted.since), "until": str(wanted.until)}


def pdf(wanted: Wanted, language: str) -> bytes:
	"""The statements on paper, in that language."""
	with speaking(language):
		found = statements(wanted)
		return pdf_file(
			"statement",
			language,
			claim=SimpleNamespace(
				customer=wanted.customer,
				creditor=creditor_of(wanted.company),
				debtor=debtor_of(wanted.customer),
				reference=wanted.customer,
				as_of=wanted.until,
			),
			accounts=[one.account for one in found],
			ageings={one.account.currency: one.ageing for one in found},
			open_only=wanted.open_only,
			kinds={
				"Sales Invoice": _("Invoice"),
				"Payment Entry": _("Payment"),
				"Journal Entry": _("Journal entry"),
			},
		)
