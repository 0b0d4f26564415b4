import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from collections_app.services import live
from collections_app.services.cases import disputes
from collections_app.services.cases.records import get_or_make_case
from collections_app.services.cases.state import refresh_case


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
		credited_amount: DF.Currency
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
		self.set_answer()
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

	def set_answer(self):
		"""Who answers, and until when: what the reason says, where nobody said it here."""
		if not self.is_new():
			return
		self.opened_on = self.opened_on or getdate()
		self.responsible = self.responsible or frappe.get_cached_value(
			"Dispute Reason", self.reason, "responsible"
		)
		self.answer_due_on = self.answer_due_on or disputes.answer_due_on(self.reason, self.opened_on)

	def validate_amount(self):
		if self.is_new() and frappe.db.exists(
			"Invoice Dispute",
			{"sales_invoice": self.sales_invoice, "status": "Open", "name": ["!=", self.name]},
		):
			frappe.throw(_("{0} is in dispute already").format(self.sales_invoice))
		if self.answer_due_on and getdate(self.answer_due_on) < getdate(self.opened_on):
			frappe.throw(_("The answer cannot be due before the dispute was opened"))

	def validate_credit_note(self):
		"""A credit note is of this invoice, and credits no more than was disputed; what it leaves open is explained."""
		self.credited_amount = 0
		if not self.credit_note:
			return
		note = self.read_credit_note()
		self.credited_amount = flt(abs(note.grand_total), self.precision("credited_amount"))
		if self.status != "Resolved":
			return
		credited, disputed = self.get_formatted("credited_amount"), self.get_formatted("disputed_amount")
		difference = flt(self.credited_amount - flt(self.disputed_amount), self.precision("disputed_amount"))
		if difference > 0:
			frappe.throw(
				_("{0} credits {1}, more than the {2} in dispute").format(
					self.credit_note, credited, disputed
				)
			)
		if difference < 0 and not (self.resolution or "").strip():
			frappe.throw(
				_(
					"{0} credits {1} of the {2} in dispute. Say in the resolution what was agreed on the rest."
				).format(self.credit_note, credited, disputed)
			)

	def read_credit_note(self):
		fields = ["docstatus", "is_return", "customer", "return_against", "currency", "grand_total"]
		note = frappe.db.get_value("Sales Invoice", self.credit_note, fields, as_dict=True)
		if not note or not note.is_return or note.customer != self.customer or note.docstatus != 1:
			frappe.throw(_("{0} is no credit note of this customer").format(self.credit_note))
		if note.return_against and note.return_against != self.sales_invoice:
			frappe.throw(
				_("{0} credits {1}, not {2}").format(
					self.credit_note, note.return_against, self.sales_invoice
				)
			)
		if note.currency != frappe.db.get_value("Sales Invoice", self.sales_invoice, "currency"):
			frappe.throw(_("{0} is in another currency than the invoice").format(self.credit_note))
		return note

	def set_closing(self):
		if self.status == "Open":
			self.closed_on = None
		elif not self.closed_on:
			self.closed_on = getdate()

	def on_update(self):
		disputes.assign(self)
		refresh_case(self.case)
		live.moved(self.company, live.DISPUTE)

	def after_delete(self):
		refresh_case(self.case)
		live.moved(self.company, live.DISPUTE)
