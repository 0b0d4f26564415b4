import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from collections_app.services import live
from collections_app.services.cases.records import get_or_make_case
from collections_app.services.cases.state import refresh_case


class PromisetoPay(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		from collections_app.collections.doctype.promise_to_pay_instalment.promise_to_pay_instalment import (
			PromisetoPayInstalment,
		)
		from collections_app.collections.doctype.promise_to_pay_invoice.promise_to_pay_invoice import (
			PromisetoPayInvoice,
		)

		amount: DF.Currency
		case: DF.Link | None
		channel: DF.Literal["Phone", "E-mail", "Meeting", "Letter", "Other"]
		company: DF.Link
		currency: DF.Link
		customer: DF.Link
		customer_name: DF.Data | None
		due_on: DF.Date
		instalments: DF.Table[PromisetoPayInstalment]
		invoices: DF.Table[PromisetoPayInvoice]
		naming_series: DF.Literal["PTP-.YYYY.-"]
		note: DF.SmallText | None
		paid_amount: DF.Currency
		promised_by: DF.Data | None
		promised_on: DF.Date
		result: DF.SmallText | None
		settled_on: DF.Date | None
		status: DF.Literal["Open", "Kept", "Partly Kept", "Broken", "Cancelled"]

	# end: auto-generated types

	def validate(self):
		self.validate_settled()
		self.set_invoice_details()
		self.validate_instalments()
		self.validate_dates()
		self.validate_amount()
		self.set_case()

	def validate_settled(self):
		"""What was judged stays as it was judged."""
		before = self.get_doc_before_save()
		if before and before.status != "Open":
			frappe.throw(_("The promise is {0} already; record a new one.").format(_(before.status)))

	def validate_dates(self):
		if getdate(self.due_on) < getdate(self.promised_on):
			frappe.throw(_("The promise cannot be due before it was given"))

	def validate_instalments(self):
		"""Days rise, amounts add up to what was promised; the promise is due with its last instalment."""
		if not self.instalments:
			return
		total, last = 0.0, None
		for row in self.instalments:
			if flt(row.amount) <= 0:
				frappe.throw(_("Row {0}: say how much the instalment is").format(row.idx))
			if not row.due_on or getdate(row.due_on) < getdate(self.promised_on):
				frappe.throw(
					_("Row {0}: the instalment cannot be due before the promise was given").format(row.idx)
				)
			if last and getdate(row.due_on) <= last:
				frappe.throw(_("Row {0}: each instalment must be due after the one before").format(row.idx))
			last = getdate(row.due_on)
			total += flt(row.amount)
			row.currency = self.currency
			row.status = row.status or "Open"
		precision = self.precision("amount")
		self.amount = flt(self.amount) or flt(total, precision)
		if flt(total, precision) != flt(self.amount, precision):
			frappe.throw(
				_("The instalments add up to {0}, but {1} was promised").format(
					frappe.utils.fmt_money(total, currency=self.currency), self.get_formatted("amount")
				)
			)
		self.due_on = last

	def set_invoice_details(self):
		"""Each invoice once, of this customer and company, open, in one currency."""
		details = {
			row.name: row
			for row in frappe.get_all(
				"Sales Invoice",
				{"name": ["in", [row.sales_invoice for row in self.invoices]], "docstatus": 1},
				["name", "customer", "company", "due_date", "party_account_currency", "outstanding_amount"],
			)
		}
		seen = set()
		for row in self.invoices:
			invoice = details.get(row.sales_invoice)
			self.validate_invoice(row, invoice, seen)
			seen.add(row.sales_invoice)
			row.due_date = invoice.due_date
			row.currency = invoice.party_account_currency
			if self.is_new() or not row.outstanding:
				row.outstanding = invoice.outstanding_amount
		self.currency = self.currency or self.invoices[0].currency

	def validate_invoice(self, row, invoice, seen):
		if not invoice or invoice.customer != self.customer or invoice.company != self.company:
			frappe.throw(
				_("Row {0}: {1} is no submitted invoice of this customer and company").format(
					row.idx, row.sales_invoice
				)
			)
		if row.sales_invoice in seen:
			frappe.throw(_("Row {0}: {1} is there twice").format(row.idx, row.sales_invoice))
		if self.currency and invoice.party_account_currency != self.currency:
			frappe.throw(
				_("Row {0}: {1} is in {2}, the promise in {3}").format(
					row.idx, row.sales_invoice, invoice.party_account_currency, self.currency
				)
			)
		if self.is_new() and flt(invoice.outstanding_amount) <= 0 and self.status == "Open":
			frappe.throw(_("Row {0}: nothing is open on {1}").format(row.idx, row.sales_invoice))

	def validate_amount(self):
		if flt(self.amount) <= 0:
			frappe.throw(_("Say how much was promised"))

	def set_case(self):
		self.case = self.case or get_or_make_case(self.company, self.customer)

	def on_update(self):
		refresh_case(self.case)
		live.moved(self.company, live.PROMISE)

	def after_delete(self):
		refresh_case(self.case)
		live.moved(self.company, live.PROMISE)
