"""What every voucher shares, payment terms, and the daily sweep of overdue invoices."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, add_months, flt, get_last_day, getdate

import erpnext
from erpnext.accounts.utils import (
	cancel_exchange_gain_loss_journal,
	get_fiscal_years,
	money,
	unlink_ref_doc_from_payment_entries,
)

LEDGER_DOCTYPES = ("GL Entry", "Payment Ledger Entry")
SUBTYPES = {"Journal Entry": "voucher_type", "Payment Entry": "payment_type"}


class AccountsController(Document):
	@property
	def company_currency(self) -> str:
		return erpnext.get_company_currency(self.company)

	def get_gl_dict(self, args: dict) -> frappe._dict:
		"""Return a ledger line of this voucher: the voucher's own values, then `args`."""
		entry = frappe._dict(
			company=self.company,
			posting_date=self.posting_date,
			fiscal_year=get_fiscal_years(self.posting_date, company=self.company)[0][0],
			voucher_type=self.doctype,
			voucher_no=self.name,
			voucher_subtype=self.get_voucher_subtype(),
			remarks=self.get("remarks") or self.get("remark"),
			is_opening=self.get("is_opening") or "No",
		)
		entry.update(args)
		return entry

	def get_voucher_subtype(self) -> str:
		if self.doctype in SUBTYPES:
			return self.get(SUBTYPES[self.doctype])
		return "Credit Note" if self.get("is_return") else self.doctype

	def on_cancel(self):
		"""Free the bank transactions and payments that point here. Called before the ledger is reversed."""
		from erpnext.accounts.doctype.bank_transaction.bank_transaction import remove_from_bank_transaction

		self.ignore_linked_doctypes = LEDGER_DOCTYPES
		remove_from_bank_transaction(self.doctype, self.name)
		cancel_exchange_gain_loss_journal(self)
		if frappe.db.get_single_value("Accounts Settings", "unlink_payment_on_cancellation_of_invoice"):
			unlink_ref_doc_from_payment_entries(self)

	def on_trash(self):
		"""A deleted draft or cancelled voucher takes its ledger entries with it."""
		for doctype in LEDGER_DOCTYPES:
			frappe.db.delete(doctype, {"voucher_type": self.doctype, "voucher_no": self.name})

	# payment schedule ------------------------------------------------------------------------------------

	def validate_payment_schedule(self):
		if self.is_return or self.is_opening == "Yes":
			self.payment_terms_template = ""
			self.payment_schedule = []
		if self.is_return:
			return
		self.validate_schedule_dates()
		due_dates = [getdate(row.due_date) for row in self.payment_schedule if row.due_date]
		if due_dates:
			self.due_date = max(due_dates)
		self.set_payment_schedule()
		if not self.ignore_default_payment_terms_template:
			self.validate_schedule_amount()
			self.validate_due_date()

	def validate_schedule_dates(self):
		dates = [getdate(row.due_date) for row in self.payment_schedule if row.due_date]
		repeated = sorted({str(day) for day in dates if dates.count(day) > 1})
		if repeated:
			frappe.throw(
				_("Rows with duplicate due dates in other rows were found: {0}").format(", ".join(repeated))
			)

	def amount_due(self) -> tuple[float, float]:
		"""Return what the schedule must add up to, in invoice and in company currency."""
		return flt(self.rounded_total or self.grand_total), flt(
			self.base_rounded_total or self.base_grand_total
		)

	def set_payment_schedule(self):
		if self.is_opening == "Yes":
			return
		total, base_total = self.amount_due()
		if not self.payment_schedule:
			if self.payment_terms_template:
				for row in get_payment_terms(
					self.payment_terms_template, self.posting_date, total, base_total
				):
					self.append("payment_schedule", row)
			else:
				self.append(
					"payment_schedule",
					{"due_date": self.due_date or self.posting_date, "invoice_portion": 100},
				)
		for row in self.payment_schedule:
			if row.invoice_portion:
				row.payment_amount = money(total * flt(row.invoice_portion) / 100)
				row.base_payment_amount = money(base_total * flt(row.invoice_portion) / 100)
				row.outstanding, row.base_outstanding = row.payment_amount, row.base_payment_amount
			else:
				row.base_payment_amount = money(flt(row.payment_amount) * flt(self.conversion_rate))
				row.base_outstanding = row.base_payment_amount

	def validate_schedule_amount(self):
		if not self.payment_schedule or self.is_opening == "Yes":
			return
		total, base_total = self.amount_due()
		planned = money(sum(flt(row.payment_amount) for row in self.payment_schedule))
		base_planned = money(sum(flt(row.base_payment_amount) for row in self.payment_schedule))
		if abs(planned - total) > 0.1 or abs(base_planned - base_total) > 0.1:
			frappe.throw(_("Total Payment Amount in Payment Schedule must be equal to Grand / Rounded Total"))

	def validate_due_date(self):
		from erpnext.accounts.party import get_due_date_from_template

		if not self.due_date:
			frappe.throw(_("Due Date is mandatory"))
		if getdate(self.due_date) < getdate(self.posting_date):
			frappe.throw(_("Due Date cannot be before Posting / Supplier Invoice Date"))
		if not self.payment_terms_template:
			return
		latest = get_due_date_from_template(self.payment_terms_template, self.posting_date)
		if latest != getdate(self.posting_date) and getdate(self.due_date) > latest:
			role = frappe.db.get_single_value("Accounts Settings", "credit_controller")
			if role not in frappe.get_roles():
				frappe.throw(
					_("Due / Reference Date cannot be after {0}").format(frappe.format(latest, "Date"))
				)


def get_payment_terms(
	terms_template, posting_date=None, grand_total=None, base_grand_total=None, bill_date=None
) -> list[frappe._dict]:
	"""Return the payment schedule rows that a template gives for an invoice."""
	terms = frappe.get_cached_doc("Payment Terms Template", terms_template).terms
	return [
		get_payment_term_details(t, posting_date, grand_total, base_grand_total, bill_date) for t in terms
	]


def get_payment_term_details(
	term, posting_date=None, grand_total=None, base_grand_total=None, bill_date=None
) -> frappe._dict:
	"""Return one payment schedule row for a Payment Term (its name) or a row of a template."""
	details = frappe._dict()
	if isinstance(term, str):
		term = frappe.get_cached_doc("Payment Term", term)
	else:
		details.payment_term = term.payment_term
	for field in ("description", "invoice_portion", "discount_type", "discount", "mode_of_payment"):
		details[field] = term.get(field)
	details.payment_amount = flt(term.invoice_portion) * flt(grand_total) / 100
	details.base_payment_amount = flt(term.invoice_portion) * flt(base_grand_total) / 100
	details.outstanding = details.payment_amount
	start = bill_date or posting_date
	if start:
		details.due_date = get_due_date(term, start)
		details.discount_date = get_discount_date(term, start)
		if posting_date and getdate(details.due_date) < getdate(posting_date):
			details.due_date = posting_date
	return details


def get_due_date(term, posting_date=None, bill_date=None):
	return _shift(bill_date or posting_date, term.due_date_based_on, term.credit_days, term.credit_months)


def get_discount_date(term, posting_date=None, bill_date=None):
	days = term.discount_validity
	if not days and not term.discount:
		return None
	return _shift(bill_date or posting_date, term.discount_validity_based_on, days, days)


def _shift(day, based_on, days, months):
	if based_on == "Day(s) after invoice date":
		return add_days(day, days or 0)
	if based_on == "Day(s) after the end of the invoice month":
		return add_days(get_last_day(day), days or 0)
	if based_on == "Month(s) after the end of the invoice month":
		return get_last_day(add_months(day, months or 0))
	return None


def update_invoice_status():
	"""Mark as Overdue every invoice that has paid less than its schedule asked for until yesterday. Daily."""
	today = getdate()
	invoice = frappe.qb.DocType("Sales Invoice")
	schedule = frappe.qb.DocType("Payment Schedule")
	open_invoices = (
		frappe.qb.from_(invoice)
		.inner_join(schedule)
		.on(schedule.parent == invoice.name)
		.select(
			invoice.name,
			invoice.outstanding_amount,
			invoice.currency,
			invoice.party_account_currency,
			invoice.disable_rounded_total,
			invoice.grand_total,
			invoice.rounded_total,
			invoice.base_grand_total,
			invoice.base_rounded_total,
			Sum(schedule.payment_amount).as_("payment_amount"),
			Sum(schedule.base_payment_amount).as_("base_payment_amount"),
		)
		.where((invoice.docstatus == 1) & (invoice.outstanding_amount > 0))
		.where(invoice.status.isin(["Unpaid", "Partly Paid"]) & (schedule.due_date < today))
		.groupby(
			invoice.name,
			invoice.outstanding_amount,
			invoice.currency,
			invoice.party_account_currency,
			invoice.disable_rounded_total,
			invoice.grand_total,
			invoice.rounded_total,
			invoice.base_grand_total,
			invoice.base_rounded_total,
		)
		.run(as_dict=True)
	)
	overdue = []
	for row in open_invoices:
		prefix = "base_" if row.party_account_currency != row.currency else ""
		total = row[f"{prefix}grand_total"] if row.disable_rounded_total else row[f"{prefix}rounded_total"]
		if money(total - row.outstanding_amount) < money(row[f"{prefix}payment_amount"]):
			overdue.append(row.name)
	if overdue:
		frappe.qb.update(invoice).set(invoice.status, "Overdue").where(invoice.name.isin(overdue)).run()
