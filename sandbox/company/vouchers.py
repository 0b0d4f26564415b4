"""The sample's invoices, payments and journals as ERPNext's documents, submitted by their controllers."""

import frappe

from .models import Invoice, Payment, ReceivableJournal, SampleCompany
from .site_setup import (
	CHARGES_ACCOUNT,
	MODE_OF_PAYMENT,
	bank_ledger_account,
	own_bank_account,
	receivable_account,
)


class Vouchers:
	"""Builds the documents; keeps the links between the sample's numbers and the site's names."""

	def __init__(self, sample: SampleCompany):
		self.sample = sample
		self.company = sample.company.name
		self.customers = {c.number: c for c in sample.customers}
		self.invoices = {i.name: i for i in sample.invoices}
		self.bank_ledger_account = bank_ledger_account(sample)
		self.bank_account = own_bank_account(sample)

	def customer_name(self, number: str) -> str:
		return self.customers[number].name

	def invoice(self, invoice: Invoice):
		"""The unsaved Sales Invoice or credit note."""
		values = {
			"doctype": "Sales Invoice",
			"company": self.company,
			"customer": self.customer_name(invoice.customer),
			"set_posting_time": 1,
			"posting_date": invoice.posting_date,
			"posting_time": "09:00:00",
			"due_date": invoice.due_date,
			"currency": invoice.currency,
			"conversion_rate": float(invoice.exchange_rate),
			"debit_to": receivable_account(self.sample, invoice.currency),
			"po_no": invoice.po_no,
			"disable_rounded_total": 1,
			"ignore_pricing_rule": 1,
			"ignore_default_payment_terms_template": 1,
			"items": [
				{"item_code": line.item, "qty": line.qty, "rate": float(line.rate)} for line in invoice.lines
			],
		}
		if len(invoice.terms) > 1:
			values["payment_schedule"] = [
				{
					"due_date": term.due_date,
					"invoice_portion": float(term.portion),
					"payment_amount": float(term.amount),
				}
				for term in invoice.terms
			]
		if invoice.is_return:
			values |= {
				"is_return": 1,
				"return_against": invoice.return_against,
				"update_outstanding_for_self": int(invoice.keeps_own_balance),
			}
		return frappe.get_doc(values)

	def payment(self, payment: Payment):
		"""The unsaved Payment Entry, cleared on the day it came in."""
		return frappe.get_doc(
			{
				"doctype": "Payment Entry",
				"payment_type": "Receive",
				"company": self.company,
				"posting_date": payment.posting_date,
				"mode_of_payment": MODE_OF_PAYMENT,
				"party_type": "Customer",
				"party": self.customer_name(payment.customer),
				"paid_from": receivable_account(self.sample, payment.currency),
				"paid_from_account_currency": payment.currency,
				"paid_to": self.bank_ledger_account,
				"paid_to_account_currency": self.sample.company.currency,
				"bank_account": self.bank_account,
				"paid_amount": float(payment.amount),
				"source_exchange_rate": float(payment.exchange_rate),
				"received_amount": float(payment.received),
				"target_exchange_rate": 1,
				"reference_no": payment.reference_no,
				"reference_date": payment.posting_date,
				"clearance_date": payment.posting_date,
				"references": [
					{
						"reference_doctype": "Sales Invoice",
						"reference_name": allocation.invoice,
						"allocated_amount": float(allocation.amount),
					}
					for allocation in payment.allocations
				],
			}
		)

	def journal(self, journal: ReceivableJournal):
		"""The unsaved Journal Entry between the customer's account and its counter account."""
		if journal.counter_account == "write off":
			counter = frappe.get_cached_value("Company", self.company, "write_off_account")
		else:
			counter = f"{CHARGES_ACCOUNT} - {self.sample.company.abbr}"
		cost_center = frappe.get_cached_value("Company", self.company, "cost_center")
		amount = float(abs(journal.amount))
		side, other_side = ("debit", "credit") if journal.amount > 0 else ("credit", "debit")
		receivable = {
			"account": receivable_account(self.sample, self.sample.company.currency),
			"party_type": "Customer",
			"party": self.customer_name(journal.customer),
			f"{side}_in_account_currency": amount,
			"cost_center": cost_center,
		}
		if journal.invoice:
			receivable |= {"reference_type": "Sales Invoice", "reference_name": journal.invoice}
		return frappe.get_doc(
			{
				"doctype": "Journal Entry",
				"voucher_type": "Journal Entry",
				"company": self.company,
				"posting_date": journal.posting_date,
				"user_remark": journal.remark,
				"accounts": [
					receivable,
					{
						"account": counter,
						f"{other_side}_in_account_currency": amount,
						"cost_center": cost_center,
					},
				],
			}
		)


def submit(doc, name: str) -> None:
	"""Inserts `doc` under `name` as submitted, as ERPNext does with its own ledger entries: validated once, posted once.

	Credit notes take both steps, as ERPNext gives them their status only when a saved one is submitted.
	"""
	doc.flags.ignore_permissions = True
	if doc.get("is_return"):
		doc.insert(set_name=name)
		doc.submit()
	else:
		doc.docstatus = 1
		doc.insert(set_name=name)
