"""Making a payment from the voucher it pays."""

import datetime

import frappe
from frappe import _
from frappe.utils import flt, getdate, nowdate

import erpnext
from erpnext.accounts.party import get_party_account, get_party_bank_account
from erpnext.accounts.utils import account_values, money
from erpnext.setup.utils import get_exchange_rate


@frappe.whitelist()
def get_payment_entry(
	dt: str,
	dn: str,
	party_amount: float | str | None = None,
	bank_account: str | None = None,
	bank_amount: float | str | None = None,
	party_type: str | None = None,
	payment_type: str | None = None,
	reference_date: str | datetime.date | None = None,
	ignore_permissions: bool = False,
	created_from_payment_request: bool = False,
):
	"""Return an unsaved Payment Entry that settles a Sales Invoice or a Dunning.

	`party_amount` is in the receivable account's currency; `bank_account` is the ledger account of the bank,
	`bank_amount` what it received in its own currency.
	"""
	if dt not in ("Sales Invoice", "Dunning"):
		frappe.throw(_("Payments can be made against a Sales Invoice or a Dunning only"))
	doc = frappe.get_doc(dt, dn)
	if not ignore_permissions:
		doc.check_permission("read")
	account = (
		doc.debit_to if dt == "Sales Invoice" else get_party_account("Customer", doc.customer, doc.company)
	)
	currency = account_values(account).account_currency
	if not payment_type:
		payment_type = "Receive" if dt == "Dunning" or doc.outstanding_amount > 0 else "Pay"
	total, outstanding = _totals(doc, currency, flt(party_amount))
	bank = get_bank_cash_account(doc, bank_account)
	paid, received = _paid_and_received(doc, currency, bank, outstanding, payment_type, flt(bank_amount))
	day = getdate(reference_date)
	discount = _early_payment_discount(doc, currency, day) if dt == "Sales Invoice" else 0.0
	paid -= discount
	received -= discount * (flt(doc.get("conversion_rate")) if currency != bank.account_currency else 1)

	payment = frappe.new_doc("Payment Entry")
	payment.update(
		{
			"payment_type": payment_type,
			"company": doc.company,
			"cost_center": doc.get("cost_center"),
			"posting_date": nowdate(),
			"reference_date": day,
			"mode_of_payment": doc.get("mode_of_payment"),
			"party_type": party_type or "Customer",
			"party": doc.customer,
			"contact_person": doc.contact_person,
			"paid_from": account if payment_type == "Receive" else bank.account,
			"paid_to": bank.account if payment_type == "Receive" else account,
			"paid_amount": paid,
			"received_amount": received,
			"party_bank_account": get_party_bank_account("Customer", doc.customer),
			"bank_account": frappe.db.get_value(
				"Bank Account", {"is_company_account": 1, "is_default": 1, "company": doc.company}
			),
		}
	)
	for reference in _references(doc, total, outstanding, currency):
		payment.append("references", reference)
	if dt == "Dunning":
		payment.append(
			"deductions",
			{
				"account": doc.income_account,
				"cost_center": doc.cost_center,
				"amount": -1 * doc.dunning_amount,
				"description": _("Interest and/or dunning fee"),
			},
		)
	if discount:
		payment.append("deductions", _discount_row(payment, doc, discount, currency))
	payment.setup_party_account_field()
	payment.set_missing_values()
	payment.set_missing_ref_details()
	payment.set_exchange_rate(ref_doc=doc)
	payment.set_amounts()
	return payment


def _totals(doc, currency, party_amount):
	if party_amount:
		return party_amount, party_amount
	if doc.doctype == "Dunning":
		return doc.grand_total, doc.grand_total
	prefix = "base_" if currency == doc.company_currency else ""
	return doc.get(f"{prefix}rounded_total") or doc.get(f"{prefix}grand_total"), doc.outstanding_amount


def _paid_and_received(doc, currency, bank, outstanding, payment_type, bank_amount):
	amount = abs(outstanding)
	if currency == bank.account_currency:
		return amount, amount
	if bank_amount:
		in_bank = bank_amount
	elif bank.account_currency != doc.company_currency:
		in_bank = amount / get_exchange_rate(bank.account_currency, currency, doc.posting_date)
	else:
		in_bank = amount * flt(doc.conversion_rate or 1)
	return (amount, in_bank) if payment_type == "Receive" else (in_bank, amount)


def _references(doc, total, outstanding, currency):
	if doc.doctype == "Dunning":
		return [
			{
				"reference_doctype": "Sales Invoice",
				"reference_name": row.sales_invoice,
				"payment_term": row.payment_term,
				"due_date": row.due_date,
				"total_amount": row.outstanding,
				"outstanding_amount": row.outstanding,
				"allocated_amount": row.outstanding,
			}
			for row in doc.overdue_payments
		]
	row = {
		"reference_doctype": doc.doctype,
		"reference_name": doc.name,
		"due_date": doc.due_date,
		"total_amount": total,
		"outstanding_amount": outstanding,
	}
	by_term = doc.payment_terms_template and frappe.get_cached_value(
		"Payment Terms Template", doc.payment_terms_template, "allocate_payment_based_on_payment_terms"
	)
	if not by_term:
		return [{**row, "allocated_amount": outstanding}]
	in_company_currency = currency == doc.company_currency
	rows = []
	for term in doc.payment_schedule:
		left = money(flt(term.payment_amount) - flt(term.paid_amount))
		left = money(left * flt(doc.conversion_rate)) if in_company_currency else left
		if left:
			rows.append(
				{
					**row,
					"payment_term": term.payment_term,
					"payment_term_outstanding": left,
					"allocated_amount": left,
				}
			)
	return rows


def _early_payment_discount(doc, currency, day):
	total = doc.grand_total if currency != doc.company_currency else doc.base_grand_total
	discount = 0.0
	for term in doc.payment_schedule:
		if (
			term.discount
			and not term.discounted_amount
			and term.discount_date
			and day <= getdate(term.discount_date)
		):
			percent = term.discount_type == "Percentage"
			discount += flt(total) * term.discount / 100 if percent else flt(term.discount)
	return money(discount)


def _discount_row(payment, doc, discount, currency):
	company = frappe.get_cached_doc("Company", doc.company)
	base = discount * flt(doc.conversion_rate) if currency != company.default_currency else discount
	return {
		"account": company.default_discount_account,
		"cost_center": payment.cost_center or company.cost_center,
		"amount": money(base) * (1 if payment.payment_type == "Receive" else -1),
	}


def add_tax_discount_loss(pe, doc, total_discount_percentage) -> float:
	"""Append a deduction for the share of each tax account of an invoice in a discount; return their sum, unrounded."""
	losses = {}
	for tax in doc.taxes:
		loss = flt(tax.base_tax_amount) * total_discount_percentage / 100
		losses[tax.account_head] = losses.get(tax.account_head, 0.0) + loss
	sign = -1 if pe.payment_type == "Pay" else 1
	for account, loss in losses.items():
		if loss:
			center = pe.cost_center or frappe.get_cached_value("Company", pe.company, "cost_center")
			pe.append("deductions", {"account": account, "cost_center": center, "amount": money(loss) * sign})
	return sum(losses.values())


def get_bank_cash_account(doc, bank_account: str | None) -> frappe._dict:
	"""Return account and currency of the bank, else of the cash box, that a payment of a voucher goes to."""
	for kind in ("Bank", "Cash"):
		found = get_default_bank_cash_account(doc.company, kind, doc.get("mode_of_payment"), bank_account)
		if found:
			return found
	frappe.throw(_("Set a default Bank Account in Company {0}, or name the account").format(doc.company))


@frappe.whitelist()
def get_default_bank_cash_account(
	company: str,
	account_type: str | None = None,
	mode_of_payment: str | None = None,
	account: str | None = None,
):
	"""Return account, currency and type: the one named, the mode of payment's, the company's, the only one."""
	if mode_of_payment and not account:
		account = frappe.db.get_value(
			"Mode of Payment Account", {"parent": mode_of_payment, "company": company}, "default_account"
		)
	if not account and account_type in ("Bank", "Cash"):
		account = frappe.get_cached_value("Company", company, f"default_{account_type.lower()}_account")
	if not account:
		filters = {"company": company, "account_type": account_type, "is_group": 0}
		accounts = frappe.get_all("Account", filters=filters, pluck="name", limit=2, order_by="lft")
		account = accounts[0] if len(accounts) == 1 else None
	if not account:
		return frappe._dict()
	values = account_values(account)
	return frappe._dict(
		account=account,
		account_currency=values.account_currency or erpnext.get_company_currency(company),
		account_type=values.account_type,
	)
