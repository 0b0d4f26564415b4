import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from collections_app.services.cases import get_or_make_case


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
		self.validate_dates()
		self.set_invoice_details()
		self.validate_amount()
		self.set_case()

	def validate_dates(self):
		if getdate(self.due_on) < getdate(self.promised_on):
			frappe.throw(_("The promise cannot be due before it was given"))

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

	def after_insert(self):
		self.tell_case(_("promised {0} by {1}"))

	def tell_case(self, text):
		amount, day = self.get_formatted("amount"), self.get_formatted("due_on")
		frappe.get_doc("Collection Case", self.case).add_comment("Info", text.format(amount, day))
