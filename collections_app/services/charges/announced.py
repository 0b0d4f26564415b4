"""What messages that went out have announced of charges."""

from collections.abc import Iterable

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce

from collections_app.engine.channels import CALL, CONTACTS
from collections_app.engine.outbox import GONE_OUT
from collections_app.services.frames import chunks, query_frame

# by these the customer is told; a task, a hand-over and a notice to the insurer announce nothing
TOLD_BY = (*sorted(CONTACTS), CALL)


def announced_indemnities(lines: Iterable[dict]) -> dict[str, tuple[str, float]]:
	"""Invoice -> the item that bears its indemnity and the amount, as the first message that went out said it.

	`lines`: items (item, voucher_no, payment_term). A whole invoice is found by its item, which the database indexes; of a
	term of a schedule another term may have been first.
	"""
	keys, invoices = [], set()
	for line in lines:
		if line["payment_term"]:
			invoices.add(line["voucher_no"])
		else:
			keys.append(line["item"])
	row = DocType("Collection Action Invoice")
	first: dict[str, tuple[str, float]] = {}
	for column, values in ((row.item_key, keys), (row.voucher_no, invoices)):
		for some in chunks(values):
			for invoice, item, amount in _announced_indemnities(column.isin(some)):
				first.setdefault(invoice, (item, amount))
	return first


def _announced_indemnities(condition) -> list[tuple]:
	action, line = DocType("Collection Action"), DocType("Collection Action Invoice")
	return (
		frappe.qb.from_(line)
		.inner_join(action)
		.on(action.name == line.parent)
		.select(line.voucher_no, line.item_key, line.indemnity)
		.where(action.status.isin(GONE_OUT) & action.channel.isin(TOLD_BY))
		.where((line.indemnity > 0) & condition)
		.orderby(action.sent_at, action.name, line.idx)
	).run()


def announced_lines(company: str, customer: str | None = None) -> pd.DataFrame:
	"""The lines of messages that went out and charged something, oldest message first."""
	action, line = DocType("Collection Action"), DocType("Collection Action Invoice")
	query = (
		frappe.qb.from_(line)
		.inner_join(action)
		.on(action.name == line.parent)
		.select(
			action.name.as_("action"),
			Coalesce(action.sent_at, action.planned_on).as_("sent_on"),
			action.dunning_plan,
			action.fee,
			Coalesce(line.customer, action.customer).as_("customer"),
			line.idx,
			line.voucher_type,
			line.voucher_no,
			line.item_key,
			line.payment_term,
			line.due_date,
			line.days_overdue,
			line.currency,
			line.outstanding,
			line.interest,
			line.indemnity,
		)
		.where((action.company == company) & action.status.isin(GONE_OUT) & action.channel.isin(TOLD_BY))
		.where((action.interest > 0) | (action.indemnity > 0) | (action.fee > 0))
		.orderby(action.sent_at, action.name, line.idx)
	)
	if customer:
		query = query.where((line.customer == customer) | (action.customer == customer))
	numbers = ("fee", "idx", "days_overdue", "outstanding", "interest", "indemnity")
	return query_frame(query, ["sent_on", "due_date"], numbers)
