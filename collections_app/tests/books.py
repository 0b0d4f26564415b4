"""Builders of the tests of ledger, bank feed and cash application: terms, notes, journals, bank lines."""

import frappe
from frappe.utils import add_days, flt, getdate

from collections_app.tests.utils import ABBR, COMPANY

DEBTORS, DEBTORS_USD = f"Debtors - {ABBR}", f"Debtors USD - {ABBR}"
BANK, INCOME = f"Bank EUR - {ABBR}", f"Sales - {ABBR}"
RATE = 0.9


def make_terms(*portions: float, by_term: bool = False) -> str:
	"""A Payment Terms Template whose parts are due 10 days apart; `by_term`: payments name the term they pay."""
	name = f"Parts {'-'.join(str(portion) for portion in portions)}{' by term' if by_term else ''}"
	if frappe.db.exists("Payment Terms Template", name):
		return name
	template = frappe.new_doc("Payment Terms Template")
	template.update({"template_name": name, "allocate_payment_based_on_payment_terms": int(by_term)})
	for number, portion in enumerate(portions, 1):
		term = frappe.get_doc(
			{
				"doctype": "Payment Term",
				"payment_term_name": f"{name}, part {number}",
				"invoice_portion": portion,
				"due_date_based_on": "Day(s) after invoice date",
				"credit_days": 10 * number,
			}
		).insert()
		template.append(
			"terms",
			{
				"payment_term": term.name,
				"invoice_portion": portion,
				"due_date_based_on": term.due_date_based_on,
				"credit_days": term.credit_days,
			},
		)
	return template.insert().name


def make_rate(rate: float = RATE, days_ago: int = 700) -> None:
	"""A USD rate from that day on, so that no one asks the network for it."""
	values = {"from_currency": "USD", "to_currency": "EUR", "date": add_days(getdate(), -days_ago)}
	if not frappe.db.exists("Currency Exchange", values):
		frappe.get_doc(
			{
				"doctype": "Currency Exchange",
				**values,
				"exchange_rate": rate,
				"for_buying": 1,
				"for_selling": 1,
			}
		).insert()


def usd(**values) -> dict:
	"""What makes an invoice one in USD on the USD account."""
	return {"currency": "USD", "conversion_rate": RATE, "debit_to": DEBTORS_USD, **values}


def credit_note(invoice, amount: float, on_invoice: bool = False, **values):
	"""A return against an invoice; `on_invoice`: it lowers the invoice instead of standing beside it."""
	return _return(
		invoice.customer,
		amount,
		return_against=invoice.name,
		update_outstanding_for_self=0 if on_invoice else 1,
		debit_to=invoice.debit_to,
		currency=invoice.currency,
		conversion_rate=invoice.conversion_rate,
		**values,
	)


def _return(customer: str, amount: float, **values):
	return (
		frappe.get_doc(
			{
				"doctype": "Sales Invoice",
				"company": COMPANY,
				"customer": customer,
				"is_return": 1,
				"set_posting_time": 1,
				"posting_date": getdate(),
				"due_date": getdate(),
				"currency": "EUR",
				"conversion_rate": 1,
				"debit_to": DEBTORS,
				"disable_rounded_total": 1,
				"items": [{"item_code": "Consulting", "qty": -1, "rate": amount}],
				**values,
			}
		)
		.insert()
		.submit()
	)


def standalone_credit_note(customer: str, amount: float):
	return _return(customer, amount)


def payment(customer: str, amount: float, references=(), on=None, currency: str = "EUR", rate: float = 1):
	"""A Payment Entry for (invoice, amount[, payment term]) pairs; the rest stays on account."""
	entry = frappe.new_doc("Payment Entry")
	entry.update(
		{
			"payment_type": "Receive",
			"company": COMPANY,
			"posting_date": on or getdate(),
			"party_type": "Customer",
			"party": customer,
			"paid_from": DEBTORS if currency == "EUR" else DEBTORS_USD,
			"paid_from_account_currency": currency,
			"paid_to": BANK,
			"paid_to_account_currency": "EUR",
			"paid_amount": amount,
			"received_amount": flt(amount * rate, 2),
			"source_exchange_rate": rate,
			"target_exchange_rate": 1,
			"reference_no": "TEST",
			"reference_date": on or getdate(),
		}
	)
	for invoice, allocated, *term in references:
		entry.append(
			"references",
			{
				"reference_doctype": invoice.doctype,
				"reference_name": invoice.name,
				"allocated_amount": allocated,
				"payment_term": term[0] if term else None,
			},
		)
	return entry.insert().submit()


def journal(*rows: dict, on=None, **values):
	"""A Journal Entry; each row: account, debit or credit, and what else the row says."""
	entry = frappe.new_doc("Journal Entry")
	entry.update(
		{"company": COMPANY, "posting_date": on or getdate(), "voucher_type": "Journal Entry", **values}
	)
	for row in rows:
		rate = row.get("exchange_rate", 1)
		debit, credit = row.pop("debit", 0), row.pop("credit", 0)
		entry.append(
			"accounts",
			{
				"debit_in_account_currency": debit,
				"debit": flt(debit * rate, 2),
				"credit_in_account_currency": credit,
				"credit": flt(credit * rate, 2),
				"exchange_rate": rate,
				**row,
			},
		)
	return entry.insert().submit()


def debtor_row(customer: str, invoice=None, **values) -> dict:
	row = {"account": DEBTORS, "party_type": "Customer", "party": customer, **values}
	if invoice:
		row |= {"reference_type": invoice.doctype, "reference_name": invoice.name}
	return row


def income_row(**values) -> dict:
	cost_center = frappe.get_cached_value("Company", COMPANY, "cost_center")
	return {"account": INCOME, "cost_center": cost_center, **values}


def bank_line(amount: float, text: str = "", name: str = "", iban: str = "", **values):
	"""A Bank Transaction as the feed makes it."""
	return (
		frappe.get_doc(
			{
				"doctype": "Bank Transaction",
				"date": getdate(),
				"bank_account": frappe.db.get_value("Bank Account", {"account": BANK}),
				"company": COMPANY,
				"currency": "EUR",
				"deposit": max(amount, 0),
				"withdrawal": max(-amount, 0),
				"description": text,
				"bank_party_name": name,
				"bank_party_iban": iban,
				"transaction_id": frappe.generate_hash(length=30),
				**values,
			}
		)
		.insert()
		.submit()
	)


def bare_company() -> str:
	"""Another company, without accounts."""
	company = frappe.get_doc({"doctype": "Company", "company_name": "Elsewhere Ltd", "abbr": "ELW"})
	company.name = "Elsewhere Ltd"
	company.db_insert(ignore_if_duplicate=True)
	return company.name
