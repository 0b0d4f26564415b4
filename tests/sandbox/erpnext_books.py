"""A small company and its vouchers, for the tests of the ERPNext stand-in."""

import frappe
from frappe.utils import add_days, flt, getdate, nowdate

from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

TODAY = getdate(nowdate())
TERMS = "Day(s) after invoice date"


def day(offset: int) -> str:
	"""The date so many days from today."""
	return str(add_days(TODAY, offset))


class Books:
	"""A EUR company, bank accounts in EUR and USD, customers, rates and payment terms. Commits nothing."""

	def __init__(self, company: str, abbr: str):
		self.company, self.abbr = company, abbr
		for year in range(TODAY.year - 2, TODAY.year + 2):
			values = {"year": str(year), "year_start_date": f"{year}-01-01", "year_end_date": f"{year}-12-31"}
			self.ensure("Fiscal Year", str(year), **values)
		self.insert("Company", company_name=company, abbr=abbr, default_currency="EUR", country="France")
		self.ensure("Item", "SRV", item_code="SRV", item_group="Services", stock_uom="Nos")
		self.account("Bank EUR", "Bank Accounts", account_type="Bank")
		self.account("Bank USD", "Bank Accounts", account_type="Bank", account_currency="USD")
		usd = self.account(
			"Debtors USD", "Accounts Receivable", account_type="Receivable", account_currency="USD"
		)
		self.account("VAT", "Duties and Taxes", account_type="Tax")
		for offset, rate in ((-200, 0.90), (-20, 0.95)):
			values = {
				"date": day(offset),
				"from_currency": "USD",
				"to_currency": "EUR",
				"exchange_rate": rate,
			}
			self.insert("Currency Exchange", for_buying=1, for_selling=1, **values)
		self.make_terms()
		self.customer("Alpha")
		self.customer("Dollar", default_currency="USD", accounts=[{"company": company, "account": usd}])

	def make_terms(self):
		for name, days in (("T30", 30), ("T60", 60)):
			self.ensure(
				"Payment Term", name, payment_term_name=name, due_date_based_on=TERMS, credit_days=days
			)
		rows = [
			{"payment_term": name, "invoice_portion": 50, "due_date_based_on": TERMS, "credit_days": days}
			for name, days in (("T30", 30), ("T60", 60))
		]
		for name, by_term in (("Two Parts", 0), ("Two Parts By Term", 1)):
			values = {"template_name": name, "allocate_payment_based_on_payment_terms": by_term}
			self.ensure("Payment Terms Template", name, **values, terms=rows)

	def insert(self, doctype: str, **values):
		return frappe.get_doc({"doctype": doctype, **values}).insert()

	def ensure(self, doctype: str, name: str, **values):
		if not frappe.db.exists(doctype, name):
			self.insert(doctype, **values)

	def account(self, name: str, parent: str | None = None, **values) -> str:
		"""The full name of an account, made when a parent is given."""
		full = f"{name} - {self.abbr}"
		if parent:
			parent = f"{parent} - {self.abbr}"
			self.insert("Account", account_name=name, parent_account=parent, company=self.company, **values)
		return full

	def customer(self, name: str, **values) -> None:
		self.ensure("Customer", f"{name} {self.abbr}", customer_name=f"{name} {self.abbr}", **values)

	def invoice(
		self, customer: str, rate: float, posted: int, due: int | None = None, submit=True, qty=1, **values
	):
		"""A Sales Invoice of a day relative to today; `due` is relative to today as well."""
		values = {"set_posting_time": 1, "posting_date": day(posted), "currency": "EUR", **values}
		if due is not None:
			values["due_date"] = day(due)
		items = [{"item_code": "SRV", "qty": qty, "rate": rate}]
		doc = self.insert(
			"Sales Invoice", company=self.company, customer=f"{customer} {self.abbr}", items=items, **values
		)
		return doc.submit() if submit else doc

	def payment_of(self, invoice, amount=None, bank="Bank EUR", **values):
		"""An unsaved payment of an invoice, five days ago."""
		payment = get_payment_entry(
			"Sales Invoice",
			invoice.name,
			amount,
			self.account(bank),
			bank_amount=values.pop("bank_amount", None),
		)
		payment.update({"posting_date": day(-5), "reference_no": "R1", "reference_date": day(-5), **values})
		return payment

	def pay(self, invoice, amount=None, **values):
		return self.payment_of(invoice, amount, **values).insert().submit()

	def receive(self, customer: str, amount: float):
		"""A payment on account."""
		values = {"payment_type": "Receive", "party_type": "Customer", "party": f"{customer} {self.abbr}"}
		values |= {"paid_from": self.account("Debtors"), "paid_to": self.account("Bank EUR")}
		values |= {"paid_amount": amount, "received_amount": amount}
		values |= {"posting_date": day(-7), "reference_no": "A1", "reference_date": day(-7)}
		return self.insert("Payment Entry", company=self.company, **values).submit()

	def journal(self, *lines, submit=True, **values):
		"""A Journal Entry; a line is (account, debit, credit, further values)."""
		rows = []
		for account, debit, credit, more in lines:
			amounts = {"debit_in_account_currency": debit, "credit_in_account_currency": credit}
			center = f"Main - {self.abbr}"
			rows.append({"account": self.account(account), "cost_center": center, **amounts, **more})
		values = {"voucher_type": "Journal Entry", "posting_date": day(-5), **values}
		doc = self.insert("Journal Entry", company=self.company, accounts=rows, **values)
		return doc.submit() if submit else doc

	def party(self, customer: str, **values) -> dict:
		return {"party_type": "Customer", "party": f"{customer} {self.abbr}", **values}


def state(invoice) -> tuple[float, str]:
	"""Outstanding amount and status of an invoice as saved."""
	return frappe.db.get_value("Sales Invoice", invoice.name, ["outstanding_amount", "status"])


def gl(doc) -> dict[str, float]:
	"""Debit less credit of each account that a voucher's live entries touch, in company currency."""
	rows = frappe.get_all(
		"GL Entry",
		{"voucher_no": doc.name, "is_cancelled": 0},
		["account", "debit", "credit"],
		order_by="name",
	)
	balances = {}
	for row in rows:
		account = row.account.rsplit(" - ", 1)[0]
		balances[account] = flt(balances.get(account, 0) + row.debit - row.credit, 2)
	return balances


def ple(doc) -> list[tuple]:
	"""(against voucher, amount, amount in account currency) of a voucher's live payment ledger entries."""
	filters = {"voucher_no": doc.name, "delinked": 0}
	fields = ["against_voucher_no", "amount", "amount_in_account_currency"]
	rows = frappe.get_all("Payment Ledger Entry", filters, fields, order_by="amount")
	return [(row.against_voucher_no, row.amount, row.amount_in_account_currency) for row in rows]
