"""Credit notes: what a return may take back, and making one from an invoice."""

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import flt, getdate

from erpnext.accounts.utils import money


class StockOverReturnError(frappe.ValidationError):
	pass


def validate_return(doc):
	"""Check a credit note against the invoice it names."""
	if not doc.return_against:
		return
	source = frappe.db.get_value(
		"Sales Invoice",
		doc.return_against,
		["customer", "company", "docstatus", "posting_date", "conversion_rate", "debit_to"],
		as_dict=True,
	)
	if not source or source.docstatus != 1:
		frappe.throw(_("Invalid {0}: {1}").format(_("Return Against"), doc.return_against))
	if source.customer != doc.customer or source.company != doc.company:
		frappe.throw(
			_("The customer {0} does not match with the customer {1} in the Sales Invoice {2}").format(
				doc.customer, source.customer, doc.return_against
			)
		)
	if getdate(doc.posting_date) < getdate(source.posting_date):
		frappe.throw(_("Posting timestamp must be after {0}").format(source.posting_date))
	if flt(doc.conversion_rate) != flt(source.conversion_rate):
		frappe.throw(
			_("Exchange Rate must be same as {0} ({1})").format(doc.return_against, source.conversion_rate)
		)
	if doc.debit_to != source.debit_to:
		frappe.throw(
			_("Debit To account must be same as {0} in the invoice {1}").format(
				source.debit_to, doc.return_against
			)
		)
	_validate_quantities(doc)
	if not any(flt(row.qty) < 0 for row in doc.items):
		frappe.throw(_("Atleast one item should be entered with negative quantity in return document"))


def _validate_quantities(doc):
	sold = {
		row.name: flt(row.qty)
		for row in frappe.get_all(
			"Sales Invoice Item", filters={"parent": doc.return_against}, fields=["name", "qty"]
		)
	}
	returned = get_returned_qty(doc.return_against)
	for row in doc.items:
		if row.sales_invoice_item not in sold:
			continue
		left = flt(sold[row.sales_invoice_item] - returned.get(row.sales_invoice_item, 0), 6)
		if left <= 0 and flt(row.qty) >= 0:
			frappe.throw(_("Item {0} has already been returned").format(row.item_code), StockOverReturnError)
		if flt(row.qty) > 0:
			frappe.throw(_("{0} must be negative in return document").format(_("Qty")))
		if abs(flt(row.qty)) > left:
			frappe.throw(
				_("Row # {0}: Cannot return more than {1} for Item {2}").format(row.idx, left, row.item_code),
				StockOverReturnError,
			)


def get_returned_qty(return_against: str) -> dict[str, float]:
	"""Return how much of each invoice row earlier credit notes took back."""
	invoice, item = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Item")
	rows = (
		frappe.qb.from_(item)
		.inner_join(invoice)
		.on(item.parent == invoice.name)
		.select(item.sales_invoice_item, Sum(item.qty))
		.where(
			(invoice.docstatus == 1) & (invoice.is_return == 1) & (invoice.return_against == return_against)
		)
		.groupby(item.sales_invoice_item)
		.run()
	)
	return {name: -flt(qty) for name, qty in rows}


def validate_against_voucher_outstanding(doc):
	"""A credit note larger than what is left of its invoice keeps its own outstanding amount."""
	if not (doc.is_return and doc.return_against) or doc.update_outstanding_for_self:
		return
	left = flt(frappe.db.get_value("Sales Invoice", doc.return_against, "outstanding_amount"))
	if abs(flt(doc.rounded_total) or flt(doc.grand_total)) > left:
		doc.update_outstanding_for_self = 1
		frappe.msgprint(
			_(
				"The outstanding amount {0} in {1} is lesser than {2}. Updating the outstanding to this invoice."
			).format(left, doc.return_against, money(abs(doc.rounded_total or doc.grand_total)))
		)


def make_return_doc(doctype, source_name, target_doc=None):
	"""Return an unsaved credit note that takes back what is left of an invoice."""
	source = frappe.get_doc(doctype, source_name)
	source.check_permission("read")
	doc = frappe.copy_doc(source)
	doc.update(
		{
			"is_return": 1,
			"return_against": source.name,
			"update_outstanding_for_self": 1,
			"ignore_default_payment_terms_template": 1,
			"payment_terms_template": "",
			"payment_schedule": [],
			"posting_date": frappe.utils.nowdate(),
			"due_date": None,
			"set_posting_time": 0,
			"party_account_currency": source.party_account_currency,
			"outstanding_amount": 0,
			"status": "Draft",
			"amended_from": None,
		}
	)
	returned = get_returned_qty(source.name)
	for row, original in zip(doc.items, source.items, strict=True):
		row.qty = -1 * (flt(original.qty) - returned.get(original.name, 0))
		row.sales_invoice_item = original.name
	for tax in doc.taxes:
		if tax.charge_type == "Actual":
			tax.tax_amount = -flt(tax.tax_amount)
	doc.run_method("calculate_taxes_and_totals")
	return doc
