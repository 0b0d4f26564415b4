import json

import frappe
from frappe import _
from frappe.utils import flt, getdate, nowdate

from erpnext.accounts.doctype.sales_invoice.customer_details import set_customer_details
from erpnext.controllers.accounts_controller import AccountsController


class Dunning(AccountsController):
	def validate(self):
		for row in self.overdue_payments:
			currency = frappe.db.get_value("Sales Invoice", row.sales_invoice, "currency")
			if currency != self.currency:
				frappe.throw(
					_(
						"The currency of invoice {0} ({1}) is different from the currency of this dunning ({2})."
					).format(row.sales_invoice, currency, self.currency)
				)
		self.set_interest()
		self.set_totals()
		self.set_party_details()
		self.set_dunning_level()

	def set_interest(self):
		"""Simple interest on a year of 365 days, as ERPNext computes it."""
		daily = flt(self.rate_of_interest) / 100 / 365
		for row in self.overdue_payments:
			row.overdue_days = (getdate(self.posting_date) - getdate(row.due_date)).days
			row.interest = flt(row.outstanding) * daily * row.overdue_days

	def set_totals(self):
		self.total_outstanding = sum(flt(row.outstanding) for row in self.overdue_payments)
		self.total_interest = sum(flt(row.interest) for row in self.overdue_payments)
		self.dunning_amount = self.total_interest + flt(self.dunning_fee)
		# as in ERPNext, a Dunning without a rate cannot be saved
		self.base_dunning_amount = self.dunning_amount * self.conversion_rate
		self.grand_total = self.total_outstanding + self.dunning_amount

	def set_party_details(self):
		"""Address and contact of the customer, read anew on every save."""
		fields = (
			"customer_address",
			"address_display",
			"contact_person",
			"contact_display",
			"contact_mobile",
		)
		details = frappe.new_doc("Sales Invoice")
		details.update({"company": self.company, "customer": self.customer})
		set_customer_details(details, frappe.get_cached_doc("Company", self.company))
		self.update({field: details.get(field) for field in fields})

	def set_dunning_level(self):
		for row in self.overdue_payments:
			earlier = frappe.db.count(
				"Overdue Payment",
				{"payment_schedule": row.payment_schedule, "parent": ("!=", self.name or ""), "docstatus": 1},
			)
			row.dunning_level = earlier + 1


def make_dunning(source_name: str, ignore_permissions: bool = False):
	"""Return an unsaved Dunning for the overdue instalments of an invoice."""
	invoice = frappe.get_doc("Sales Invoice", source_name)
	if not ignore_permissions:
		invoice.check_permission("read")
	dunning = frappe.new_doc("Dunning")
	for field in (
		"company",
		"customer",
		"customer_name",
		"currency",
		"conversion_rate",
		"language",
		"cost_center",
		"customer_address",
		"address_display",
		"contact_person",
		"contact_display",
		"contact_mobile",
		"contact_email",
		"company_address",
	):
		dunning.set(field, invoice.get(field))
	dunning.posting_date = nowdate()
	for row in invoice.payment_schedule:
		if row.outstanding > 0 and getdate(row.due_date) < getdate():
			dunning.append("overdue_payments", _overdue_payment(invoice, row))
	_apply_default_type(dunning, invoice)
	dunning.validate()
	return dunning


def _overdue_payment(invoice, row) -> dict:
	values = {
		field: row.get(field)
		for field in (
			"payment_term",
			"description",
			"due_date",
			"mode_of_payment",
			"invoice_portion",
			"payment_amount",
			"outstanding",
			"paid_amount",
			"discounted_amount",
		)
	}
	if len(invoice.payment_schedule) == 1:
		values["outstanding"] = invoice.outstanding_amount
	return {**values, "sales_invoice": invoice.name, "payment_schedule": row.name}


def _apply_default_type(dunning, invoice):
	name = frappe.db.get_value("Dunning Type", {"is_default": 1, "company": invoice.company})
	if not name:
		return
	kind = frappe.get_doc("Dunning Type", name)
	dunning.dunning_type = kind.name
	for field in ("rate_of_interest", "dunning_fee", "income_account", "cost_center"):
		dunning.set(field, kind.get(field))
	dunning.update(get_letter_text(kind, dunning.as_dict(), invoice.language))


def get_letter_text(kind, values: dict, language: str | None) -> dict:
	texts = kind.dunning_letter_text
	text = next((row for row in texts if language and row.language == language), None)
	text = text or next((row for row in texts if row.is_default_language), None)
	if not text:
		return {}
	return {
		"body_text": frappe.render_template(text.body_text or "", values),
		"closing_text": frappe.render_template(text.closing_text or "", values),
		"language": text.language,
	}


@frappe.whitelist()
def get_dunning_letter_text(dunning_type: str, doc: str | dict, language: str | None = None) -> dict:
	"""Return body, closing and language of a dunning type's letter, rendered for a Dunning."""
	frappe.has_permission("Dunning Type", "read", dunning_type, throw=True)
	values = json.loads(doc) if isinstance(doc, str) else doc
	return get_letter_text(
		frappe.get_doc("Dunning Type", dunning_type), values, language or values.get("language")
	)


def resolve_dunning(doc, state):
	"""Resolve or reopen the dunnings of the invoices a payment settles. Document event of Payment Entry."""
	invoices = {row.reference_name for row in doc.references if row.reference_doctype == "Sales Invoice"}
	if not invoices:
		return
	dunning, row = frappe.qb.DocType("Dunning"), frappe.qb.DocType("Overdue Payment")
	names = (
		frappe.qb.from_(dunning)
		.inner_join(row)
		.on(row.parent == dunning.name)
		.select(dunning.name)
		.distinct()
		.where(
			(dunning.status == ("Unresolved" if doc.docstatus == 1 else "Resolved")) & (dunning.docstatus < 2)
		)
		.where(row.sales_invoice.isin(sorted(invoices)))
		.run(pluck=True)
	)
	for name in names:
		dunning_doc = frappe.get_doc("Dunning", name)
		resolved = True
		for payment in dunning_doc.overdue_payments:
			left = frappe.db.get_value("Sales Invoice", payment.sales_invoice, "outstanding_amount")
			# as in ERPNext, the payment fails where the row has no schedule (None > 0)
			term_left = frappe.db.get_value("Payment Schedule", payment.payment_schedule, "outstanding")
			resolved = not (term_left > 0 and left > 0)  # ERPNext 15.71: the last row decides
		dunning_doc.status = "Resolved" if resolved else "Unresolved"
		dunning_doc.save()
