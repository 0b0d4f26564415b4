"""Telling a credit insurer that an insured customer is overdue: whom to tell, of what, and whether it is done."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType

from collections_app.engine.ageing import add_ageing
from collections_app.services.credit.covers import APPROVED
from collections_app.services.hand_over.claim import Claim
from collections_app.services.hand_over.history import history_of
from collections_app.services.hand_over.papers import csv_file, pdf_file
from collections_app.services.letters import speaking
from collections_app.services.receivables import open_items
from collections_app.services.run.context import WARNING, RunContext
from collections_app.services.settings import company_currency

COVER_FIELDS = (
	*("name", "customer", "insurer", "policy_no", "insurer_reference", "currency", "amount"),
	*("insured_share", "valid_from", "valid_until", "notify_after_days", "notified_on"),
)
HEADER = (
	*("policy_no", "insurer", "insurer_reference", "insured", "customer", "debtor", "tax_id", "address"),
	*("document", "document_date", "due_date", "overdue_since", "days_overdue", "currency", "invoiced"),
	*("paid_or_credited", "overdue", "covered_amount", "cover_currency", "remark"),
)


def covers_on(company: str, day: date) -> dict[str, frappe._dict]:
	"""Customer -> its approved cover of that day (COVER_FIELDS); of several the one that began last."""
	cover = DocType("Credit Cover")
	rows = (
		frappe.qb.from_(cover)
		.select(*COVER_FIELDS)
		.where((cover.company == company) & (cover.status == APPROVED))
		.where(cover.valid_from.isnull() | (cover.valid_from <= day))
		.where(cover.valid_until.isnull() | (cover.valid_until >= day))
		.orderby(cover.valid_from)
		.orderby(cover.name)
	).run(as_dict=True)
	return {row.customer: row for row in rows}


def cover_of(company: str, customer: str, day: date):
	"""The customer's cover of that day, or None."""
	return covers_on(company, day).get(customer)


def to_declare(company: str, day: date) -> list[dict]:
	"""Insured customers whose overdue must be declared and is not: customer, cover, insurer, days_overdue, overdue.

	`overdue` in company currency. A declaration counts while the item that was the oldest then is still the oldest, or
	a later one is: what fell due after it is a new overdue.
	"""
	covers = {customer: row for customer, row in covers_on(company, day).items() if row.notify_after_days}
	if not covers:
		return []
	aged = add_ageing(open_items(company, customers=list(covers)), day)
	late = aged[(aged["outstanding"] > 0) & (aged["days_overdue"] > 0)]
	found = []
	for customer, items in late.groupby("customer"):
		cover = covers[customer]
		days = int(items["days_overdue"].max())
		oldest = items["due_date"].min().date()
		if days > cover.notify_after_days and not is_told(cover, oldest):
			found.append(
				{
					"customer": customer,
					"cover": cover.name,
					"insurer": cover.insurer,
					"days_overdue": days,
					"overdue": round(float(items["outstanding_base"].sum()), 2),
				}
			)
	return sorted(found, key=lambda row: (-row["days_overdue"], row["customer"]))


def tell_undeclared(context: RunContext) -> None:
	"""Names in the run every customer whose overdue must be declared: a notice too late may cost the cover."""
	for row in to_declare(context.company, context.run_date):
		text = _("{0} is {1} days overdue: {2} must be told by now.").format(
			row["customer"], row["days_overdue"], row["insurer"]
		)
		context.tell(WARNING, text, "Credit Cover", row["cover"])


def is_told(cover, oldest_due: date) -> bool:
	"""Whether the insurer knows of the overdue whose oldest item was due on that day."""
	return bool(cover.notified_on) and cover.notified_on >= oldest_due


def mark_told(company: str, customer: str, day: date) -> None:
	"""The notice went out on that day. The day of an earlier one of the same overdue stays."""
	cover = cover_of(company, customer, day)
	if not cover:
		return
	aged = add_ageing(open_items(company, customers=[customer]), day)
	due = aged.loc[(aged["outstanding"] > 0) & (aged["days_overdue"] > 0), "due_date"]
	if due.empty or not is_told(cover, due.min().date()):
		frappe.db.set_value("Credit Cover", cover.name, "notified_on", day)


def overdue_of(company: str, customer: str, day: date) -> dict | None:
	"""What the customer owes overdue in all, as a declaration says it: amount and currency (its own where it is one, else the
	company's), due_date and document of the oldest item. None when nothing is overdue."""
	aged = add_ageing(open_items(company, customers=[customer]), day)
	late = aged[(aged["outstanding"] > 0) & (aged["days_overdue"] > 0)].sort_values(
		["due_date", "voucher_no"]
	)
	if late.empty:
		return None
	currencies = late["currency"].unique()
	one = len(currencies) == 1
	amount = late["outstanding" if one else "outstanding_base"].sum()
	oldest = late.iloc[0]
	return {
		"amount": round(float(amount), 2),
		"currency": currencies[0] if one else company_currency(company),
		"due_date": oldest["due_date"].date(),
		"document": oldest["voucher_no"],
	}


def papers_of(claim: Claim, cover, language: str) -> list[tuple[str, bytes]]:
	"""The notice as PDF and as CSV."""
	late = [item for item in claim.items if item.days_overdue > 0]
	with speaking(language):
		events = [event for event in history_of(claim.case) if event.reference != claim.reference]
		pdf = pdf_file("insurer_notice", language, claim=claim, cover=cover, late=late, events=events)
	return [
		("overdue_notice.pdf", pdf),
		("overdue_notice.csv", csv_file(HEADER, rows_of(claim, cover, late))),
	]


def rows_of(claim: Claim, cover, late: list) -> list[tuple]:
	"""One row per overdue item."""
	since = min((item.due_date for item in late), default=None)
	debtor = claim.debtor
	return [
		(
			*(cover.policy_no, cover.insurer, cover.insurer_reference, claim.creditor.name, debtor.number),
			*(debtor.name, debtor.tax_id, ", ".join(debtor.address), one.voucher_no, one.posting_date),
			*(one.due_date, since, one.days_overdue, one.currency, one.invoiced, one.paid, one.principal),
			*(cover.amount, cover.currency, one.remark),
		)
		for one in late
	]


def title_of(claim: Claim, cover) -> str:
	return _("Notice of overdue account: {0}, policy {1}").format(claim.debtor.name, cover.policy_no or "–")
