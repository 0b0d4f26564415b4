"""What happened to the debt in a case's timeline: promises, disputes, payments, scores. Each function takes a Page and
returns its latest Events before it.
"""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max, Sum
from frappe.utils import escape_html, flt, fmt_money, formatdate, get_fullname

from collections_app.services.cases.timeline_events import Event, Page, at, link, money, state
from collections_app.services.numbers import number


def promises_made(page: Page) -> Iterable[Event]:
	promise, part = DocType("Promise to Pay"), DocType("Promise to Pay Instalment")
	rows = page.cut(
		frappe.qb.from_(promise)
		.select(promise.name, promise.creation, promise.amount, promise.currency, promise.due_on)
		.select(promise.promised_by, promise.channel, promise.owner)
		.where(promise.case == page.case),
		promise.creation,
		promise.name,
	).run(as_dict=True)
	if not rows:
		return
	counts = dict(
		frappe.qb.from_(part)
		.select(part.parent, Max(part.idx))
		.where((part.parenttype == "Promise to Pay") & part.parent.isin([row.name for row in rows]))
		.groupby(part.parent)
		.run()
	)
	for row in rows:
		text = _("{0} promised by {1}").format(
			fmt_money(row.amount, currency=row.currency), formatdate(row.due_on)
		)
		parts = [link("Promise to Pay", row.name, text)]
		if counts.get(row.name):
			parts.append(escape_html(_("in {0} instalments").format(counts[row.name])))
		if row.promised_by:
			parts.append(escape_html(_("{0}, by {1}").format(row.promised_by, _(row.channel or "Other"))))
		yield Event(row.creation, row.name, " · ".join(parts), "Promise to Pay", row.name)


def promises_settled(page: Page) -> Iterable[Event]:
	promise = DocType("Promise to Pay")
	rows = page.cut_days(
		frappe.qb.from_(promise)
		.select(promise.name, promise.settled_on, promise.status, promise.amount, promise.currency)
		.select(promise.result)
		.where((promise.case == page.case) & promise.settled_on.isnotnull()),
		promise.settled_on,
		promise.name,
	).run(as_dict=True)
	for row in rows:
		text = _("Promise of {0}").format(fmt_money(row.amount, currency=row.currency))
		parts = [f"{link('Promise to Pay', row.name, text)} {state(row.status)}"]
		if row.result:
			parts.append(escape_html(row.result))
		yield Event(at(row.settled_on), row.name, " · ".join(parts), "Promise to Pay", row.name)


def disputes_opened(page: Page) -> Iterable[Event]:
	dispute = DocType("Invoice Dispute")
	rows = page.cut(
		frappe.qb.from_(dispute)
		.select(dispute.name, dispute.creation, dispute.sales_invoice, dispute.reason, dispute.currency)
		.select(dispute.disputed_amount, dispute.responsible, dispute.answer_due_on)
		.where(dispute.case == page.case),
		dispute.creation,
		dispute.name,
	).run(as_dict=True)
	for row in rows:
		text = _("{0} in dispute: {1}").format(row.sales_invoice, _(row.reason))
		parts = [link("Invoice Dispute", row.name, text), money(row.disputed_amount, row.currency)]
		if row.responsible:
			due = formatdate(row.answer_due_on)
			parts.append(escape_html(_("{0} answers by {1}").format(get_fullname(row.responsible), due)))
		yield Event(row.creation, row.name, " · ".join(parts), "Invoice Dispute", row.name)


def disputes_closed(page: Page) -> Iterable[Event]:
	dispute = DocType("Invoice Dispute")
	rows = page.cut_days(
		frappe.qb.from_(dispute)
		.select(dispute.name, dispute.closed_on, dispute.status, dispute.sales_invoice, dispute.resolution)
		.select(dispute.credit_note)
		.where((dispute.case == page.case) & dispute.closed_on.isnotnull() & (dispute.status != "Open")),
		dispute.closed_on,
		dispute.name,
	).run(as_dict=True)
	for row in rows:
		text = _("Dispute about {0}").format(row.sales_invoice)
		parts = [f"{link('Invoice Dispute', row.name, text)} {state(row.status)}"]
		if row.credit_note:
			parts.append(link("Sales Invoice", row.credit_note, row.credit_note))
		if row.resolution:
			parts.append(escape_html(row.resolution))
		yield Event(at(row.closed_on), row.name, " · ".join(parts), "Invoice Dispute", row.name)


def payments(page: Page) -> Iterable[Event]:
	"""What reduced the customer's invoices: payments, journal entries, credit notes, by document."""
	ple, invoice = DocType("Payment Ledger Entry"), DocType("Sales Invoice")
	query = (
		frappe.qb.from_(ple)
		.left_join(invoice)
		.on((ple.voucher_type == "Sales Invoice") & (invoice.name == ple.voucher_no))
		.select(ple.voucher_type, ple.voucher_no, ple.posting_date, ple.account_currency)
		.select(Sum(ple.amount_in_account_currency).as_("amount"))
		.where((ple.company == page.company) & (ple.party_type == "Customer") & (ple.party == page.customer))
		.where((ple.account_type == "Receivable") & (ple.delinked == 0))
		.where((ple.voucher_type != "Sales Invoice") | (invoice.is_return == 1))
		.groupby(ple.voucher_type, ple.voucher_no, ple.posting_date, ple.account_currency)
		.having(Sum(ple.amount_in_account_currency) < 0)
	)
	for row in page.cut_days(query, ple.posting_date, ple.voucher_no).run(as_dict=True):
		amount = money(-flt(row.amount), row.account_currency)
		text = (
			_("Credit note {0} of {1}") if row.voucher_type == "Sales Invoice" else _("{0} of {1} received")
		)
		voucher = link(row.voucher_type, row.voucher_no, row.voucher_no)
		yield Event(
			at(row.posting_date),
			row.voucher_no,
			text.format(voucher, amount),
			row.voucher_type,
			row.voucher_no,
		)


def scores(page: Page) -> Iterable[Event]:
	score = DocType("Risk Score")
	rows = page.cut(
		frappe.qb.from_(score)
		.select(
			score.name, score.creation, score.score, score.band, score.previous_score, score.previous_band
		)
		.where(score.case == page.case),
		score.creation,
		score.name,
	).run(as_dict=True)
	for row in rows:
		now = f"{row.band} ({number(row.score, 1)})"
		if row.previous_band:
			text = _("Risk {0}, was {1}").format(
				now, f"{row.previous_band} ({number(row.previous_score, 1)})"
			)
		else:
			text = _("Risk {0}").format(now)
		yield Event(row.creation, row.name, link("Risk Score", row.name, text), "Risk Score", row.name)
