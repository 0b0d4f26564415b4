"""What customers have ordered or been delivered and not been invoiced yet: it becomes debt."""

import pandas as pd

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum

from collections_app.services.frames import query_frame

COLUMNS = ["customer", "document", "known_on", "amount_base"]


def commitments(company: str, customer: str | None = None) -> pd.DataFrame:
	"""Of one customer, or of all. COLUMNS: a positive row for each submitted Sales Order and Delivery Note (without an order), negative ones for
	what was invoiced of it, on the day of the invoice, and for what is left of one that was closed.

	As in ERPNext's credit check, a delivery that belongs to an order is part of the order.
	"""
	found = _joined(
		[_orders(company, customer), _deliveries(company, customer), _invoiced(company, customer)]
	)
	return _joined([found, _closed(company, customer, found)])[COLUMNS]


def _of(query, table, customer: str | None):
	return query.where(table.customer == customer) if customer else query


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
	filled = [one for one in parts if len(one)]
	return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=COLUMNS)


def _orders(company: str, customer: str | None) -> pd.DataFrame:
	order = DocType("Sales Order")
	query = (
		frappe.qb.from_(order)
		.select(
			order.customer,
			order.name.as_("document"),
			order.transaction_date.as_("known_on"),
			order.base_grand_total.as_("amount_base"),
		)
		.where((order.company == company) & (order.docstatus == 1))
	)
	return query_frame(_of(query, order, customer), ["known_on"], ["amount_base"])


def _deliveries(company: str, customer: str | None) -> pd.DataFrame:
	"""Deliveries without an order and without an invoice before them."""
	note, item = DocType("Delivery Note"), DocType("Delivery Note Item")
	query = (
		frappe.qb.from_(note)
		.select(
			note.customer,
			note.name.as_("document"),
			note.posting_date.as_("known_on"),
			note.base_grand_total.as_("amount_base"),
		)
		.where((note.company == company) & (note.docstatus == 1) & (note.is_return == 0))
	)
	for field in ("against_sales_order", "against_sales_invoice"):
		if frappe.get_meta("Delivery Note Item").has_field(field):
			named = frappe.qb.from_(item).select(item.parent).where(item[field] != "")
			if customer:
				own = DocType("Delivery Note").as_("own")
				named = named.inner_join(own).on(own.name == item.parent).where(own.customer == customer)
			query = query.where(note.name.notin(named))
	return query_frame(_of(query, note, customer), ["known_on"], ["amount_base"])


def _invoiced(company: str, customer: str | None) -> pd.DataFrame:
	"""What invoices took of orders and deliveries, gross of tax as they are."""
	invoice, item = DocType("Sales Invoice"), DocType("Sales Invoice Item")
	meta = frappe.get_meta("Sales Invoice Item")
	found = []
	for field in ("sales_order", "delivery_note"):
		if not meta.has_field(field):
			continue
		query = (
			frappe.qb.from_(item)
			.inner_join(invoice)
			.on(invoice.name == item.parent)
			.select(
				invoice.customer,
				item[field].as_("document"),
				invoice.posting_date.as_("known_on"),
				invoice.base_grand_total,
				invoice.base_net_total,
				Sum(item.base_net_amount).as_("net"),
			)
			.where((invoice.company == company) & (invoice.docstatus == 1) & (item[field] != ""))
			.groupby(
				invoice.name,
				invoice.customer,
				item[field],
				invoice.posting_date,
				invoice.base_grand_total,
				invoice.base_net_total,
			)
		)
		if field == "delivery_note" and meta.has_field("sales_order"):
			query = query.where((item.sales_order == "") | item.sales_order.isnull())
		query = _of(query, invoice, customer)
		frame = query_frame(query, ["known_on"], ["base_grand_total", "base_net_total", "net"])
		gross = frame["base_grand_total"] / frame["base_net_total"].where(frame["base_net_total"] != 0)
		found.append(frame.assign(amount_base=-frame["net"] * gross.fillna(1.0))[COLUMNS])
	return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def _closed(company: str, customer: str | None, known: pd.DataFrame) -> pd.DataFrame:
	"""What is left of documents that were closed, taken back on the day of their last change."""
	found = []
	for doctype in ("Sales Order", "Delivery Note"):
		if not frappe.get_meta(doctype).has_field("status"):
			continue
		table = DocType(doctype)
		query = (
			frappe.qb.from_(table)
			.select(table.customer, table.name.as_("document"), table.modified.as_("known_on"))
			.where((table.company == company) & (table.docstatus == 1) & (table.status == "Closed"))
		)
		found.append(query_frame(_of(query, table, customer), ["known_on"]))
	closed = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS[:3])
	left = known["amount_base"].astype("float64").groupby(known["document"]).sum().clip(lower=0)
	return closed.assign(amount_base=-closed["document"].map(left).fillna(0.0).astype("float64"))
