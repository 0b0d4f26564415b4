import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from collections_app.services.cases import get_or_make_case


class InvoiceDispute(Document):
	# begin: auto-generated types
	# This code is auto-generated. Do not modify anything in this block.

	from typing import TYPE_CHECKING

	if TYPE_CHECKING:
		from frappe.types import DF

		answer_due_on: DF.Date | None
		case: DF.Link | None
		closed_on: DF.Date | None
		company: DF.Link | None
		credit_note: DF.Link | None
		currency: DF.Link | None
		customer: DF.Link | None
		customer_name: DF.Data | None
		description: DF.TextEditor | None
		disputed_amount: DF.Currency
		naming_series: DF.Literal["DSP-.YYYY.-"]
		opened_on: DF.Date
		reason: DF.Link
		resolution: DF.SmallText | None
		responsible: DF.Link | None
		sales_invoice: DF.Link
		status: DF.Literal["Open", "Resolved", "Rejected"]

	# end: auto-generated types

	def validate(self):
		self.set_from_invoice()
		self.validate_amount()
		self.validate_credit_note()
		self.set_closing()

	def set_from_invoice(self):
		invoice = frappe.db.get_value(
			"Sales Invoice",
			self.sales_invoice,
			[
				"docstatus",
				"customer",
				"customer_name",
				"company",
				"party_account_currency",
				"outstanding_amount",
			],
			as_dict=True,
		)
		if not invoice or invoice.docstatus != 1:
			frappe.throw(_("{0} is no submitted invoice").format(self.sales_invoice))
		self.customer, self.customer_name, self.company = (
			invoice.customer,
			invoice.customer_name,
			invoice.company,
		)
		self.currency = invoice.party_account_currency
		self.case = self.case or get_or_make_case(self.company, self.customer)
		if not self.disputed_amount:
			self.disputed_amount = flt(invoice.outstanding_amount)

	def validate_amount(self):
		if self.is_new() and frappe.db.exists(
			"Invoice Dispute",
			{"sales_invoice": self.sales_invoice, "status": "Open", "name": ["!=", self.name]},
		):
			frappe.throw(_("{0} is in dispute already").format(self.sales_invoice))

	def validate_credit_note(self):
		if not self.credit_note:
			return
		values = frappe.db.get_value(
			"Sales Invoice", self.credit_note, ["is_return", "customer"], as_dict=True
		)
		if not values or not values.is_return or values.customer != self.customer:
			frappe.throw(_("{0} is no credit note of this customer").format(self.credit_note))

	def set_closing(self):
		if self.status == "Open":
			self.closed_on = None
		elif not self.closed_on:
			self.closed_on = getdate()

	def after_insert(self):
		frappe.get_doc("Collection Case", self.case).add_comment(
			"Info", _("disputed {0}: {1}").format(self.sales_invoice, _(self.reason))
		)
