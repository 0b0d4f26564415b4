"""Payouts: what a payment provider transfers to the bank, and the online payments in it. Cash application reads them here."""

from datetime import date

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.utils import flt

from collections_app.connectors.records import Payout
from collections_app.engine.payouts import LINE_COLUMNS, PAYOUT_COLUMNS, payout_totals
from collections_app.services.connectors.references import key_of
from collections_app.services.frames import query_frame, typed

STREAM = "payouts"
PAYMENTS = "payments"
AMOUNTS = ("amount", "fee", "net")


def note_payout(config, payout: Payout) -> bool:
	"""Notes it for the company of the Connector Config, or moves it on. Returns whether that changed anything."""
	key = key_of(config.name, STREAM, payout.reference)
	name = frappe.db.get_value("Online Payout", {"payout_key": key}, for_update=True)
	if name:
		return _move_on(frappe.get_doc("Online Payout", name), config.name, payout)
	document = frappe.get_doc(
		{
			"doctype": "Online Payout",
			"connector": config.name,
			"company": config.company,
			"reference": payout.reference[:255],
			"payout_key": key,
			**_said(config.name, payout),
		}
	)
	frappe.db.savepoint("online_payout")
	try:
		document.insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point="online_payout")
		name = frappe.db.get_value("Online Payout", {"payout_key": key}, for_update=True)
		return _move_on(frappe.get_doc("Online Payout", name), config.name, payout)
	_mark_payments(document)
	return True


def _move_on(document, connector: str, payout: Payout) -> bool:
	said = _said(connector, payout)
	known = [_line(row) for row in document.lines]
	same_lines = known == [_line(frappe._dict(row)) for row in said["lines"]]
	head = {field: value for field, value in said.items() if field != "lines"}
	if same_lines and all(_plain(document.get(field)) == _plain(value) for field, value in head.items()):
		return False
	document.update(head)
	if not same_lines:
		document.set("lines", said["lines"])
	document.save(ignore_permissions=True)
	_mark_payments(document)
	return True


def _plain(value) -> str:
	return str(flt(value, 6)) if isinstance(value, int | float) else str(value or "")


def _line(row) -> tuple:
	texts = (row.entry_id, row.kind, row.reference or "", row.online_payment or "")
	return (*texts, *(flt(row.get(field), 6) for field in AMOUNTS))


def _said(connector: str, payout: Payout) -> dict:
	keys = {one.payment: key_of(connector, PAYMENTS, one.payment) for one in payout.lines if one.payment}
	known = dict(
		frappe.get_all(
			"Online Payment",
			{"payment_key": ["in", [*keys.values(), ""]]},
			["payment_key", "name"],
			as_list=True,
		)
	)
	lines = [
		{
			"kind": one.kind,
			"reference": one.payment[:255] or None,
			"online_payment": known.get(keys.get(one.payment)),
			"entry_id": one.entry_id[:255],
			**{field: flt(getattr(one, field)) for field in AMOUNTS},
		}
		for one in payout.lines
	]
	return {
		"amount": flt(payout.amount),
		"currency": payout.currency,
		"status": payout.status,
		"arrives_on": payout.arrives_on,
		"statement_text": payout.statement_text[:140] or None,
		"lines": lines,
		**_totals(lines, flt(payout.amount)),
	}


def _totals(lines: list[dict], amount: float) -> dict[str, float]:
	payout = pd.DataFrame([{"payout": "", "amount": amount}])
	frame = pd.DataFrame([{"payout": "", **line} for line in lines], columns=["payout", *LINE_COLUMNS[1:]])
	row = payout_totals(payout, frame).iloc[0]
	return {f"{name}_total": flt(row[name], 9) for name in ("payments", "refunds", "fees", "other")}


def _mark_payments(document) -> None:
	"""The payments know the payout that brings them; one that failed brings none."""
	paid = [row.online_payment for row in document.lines if row.online_payment and row.kind == "Payment"]
	reference = None if document.status == "Failed" else document.reference
	filters = {"name": ["in", [*paid, ""]]}
	frappe.db.set_value("Online Payment", filters, "payout_reference", reference)


def relate(payment) -> None:
	"""A payment that became known after the payout it stands in."""
	line, payout = DocType("Online Payout Line"), DocType("Online Payout")
	rows = (
		frappe.qb.from_(line)
		.inner_join(payout)
		.on(payout.name == line.parent)
		.select(line.name, line.kind, payout.name.as_("payout"))
		.where((payout.connector == payment.connector) & (line.reference == payment.reference))
		.where(line.online_payment.isnull())
	).run(as_dict=True)
	for row in rows:
		frappe.db.set_value("Online Payout Line", row.name, "online_payment", payment.name)
	for name in {row.payout for row in rows}:
		document = frappe.get_doc("Online Payout", name)
		lines = [{**row.as_dict(), "payout": ""} for row in document.lines]
		document.update(_totals(lines, document.amount))
		document.save(ignore_permissions=True)
		_mark_payments(document)


def open_payouts(company: str, since: date | None = None) -> pd.DataFrame:
	"""Payouts that are under way or arrived and booked with no bank credit yet (PAYOUT_COLUMNS), the oldest first.

	`since`: only those that arrive on that day or later. `amount`, `payments`, `refunds`, `fees` and `other` in `currency`;
	payments - refunds - fees + other = amount.
	"""
	payout = DocType("Online Payout")
	query = (
		frappe.qb.from_(payout)
		.select(payout.name.as_("payout"), payout.connector, payout.reference, payout.statement_text)
		.select(payout.status, payout.arrives_on, payout.currency, payout.amount)
		.select(payout.payments_total.as_("payments"), payout.refunds_total.as_("refunds"))
		.select(payout.fees_total.as_("fees"), payout.other_total.as_("other"))
		.where((payout.company == company) & payout.status.isin(["In Transit", "Paid"]))
		.where(payout.bank_transaction.isnull())
		.orderby(payout.arrives_on, payout.name)
	)
	if since:
		query = query.where(payout.arrives_on >= since)
	return query_frame(query, ("arrives_on",), PAYOUT_COLUMNS[7:])


def payout_lines(payouts: list[str]) -> pd.DataFrame:
	"""What these payouts are made of (LINE_COLUMNS), in their order; `payment_entry` where a payment is booked already.

	`online_payment`, `customer`, `invoices` ((invoice, amount) pairs, in `payment_currency`) where it is a payment of ours.
	"""
	line, payment = DocType("Online Payout Line"), DocType("Online Payment")
	query = (
		frappe.qb.from_(line)
		.left_join(payment)
		.on(payment.name == line.online_payment)
		.select(line.parent.as_("payout"), line.kind, line.reference, line.online_payment)
		.select(line.amount, line.fee, line.net, payment.customer, payment.currency.as_("payment_currency"))
		.select(payment.amount.as_("payment_amount"), payment.payment_entry)
		.where(line.parent.isin([*payouts, ""]) & (line.parenttype == "Online Payout"))
		.orderby(line.parent, line.idx)
	)
	frame = query_frame(query, (), (*AMOUNTS, "payment_amount"))
	names = [name for name in frame["online_payment"].unique() if name]
	invoices: dict[str, list[tuple[str, float]]] = {}
	for row in frappe.get_all(
		"Online Payment Invoice",
		{"parent": ["in", [*names, ""]], "parenttype": "Online Payment"},
		["parent", "sales_invoice", "amount"],
		order_by="parent, idx",
	):
		invoices.setdefault(row.parent, []).append((row.sales_invoice, flt(row.amount)))
	frame["invoices"] = [invoices.get(name, []) for name in frame["online_payment"]]
	return typed(frame, (), ())[list(LINE_COLUMNS)]


def unbooked_payments(company: str) -> pd.DataFrame:
	"""Payments noted but not booked, with the payout that brings them where it is known.

	Columns: online_payment, connector, reference, payout_reference, customer, status, paid_on, currency, amount, fee,
	refunded_amount.
	"""
	payment = DocType("Online Payment")
	fields = ("connector", "reference", "payout_reference", "customer", "status", "paid_on", "currency")
	query = (
		frappe.qb.from_(payment)
		.select(payment.name.as_("online_payment"), *(payment[field] for field in fields))
		.select(payment.amount, payment.fee, payment.refunded_amount)
		.where((payment.company == company) & payment.status.isin(["Paid", "Refunded"]))
		.where(payment.payment_entry.isnull())
		.orderby(payment.paid_on, payment.name)
	)
	return query_frame(query, ("paid_on",), ("amount", "fee", "refunded_amount"))


def mark_booked(payout: str, bank_transaction: str | None) -> None:
	"""The credit of the bank statement that the payout was booked with; None takes it back."""
	frappe.db.set_value("Online Payout", payout, "bank_transaction", bank_transaction)
