"""Early-payment discounts of the payment terms: recognised, granted until their last day, their tax corrected."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.tests.books import DEBTORS, bank_line
from collections_app.tests.test_cash_deductions import (
	ACCOUNTS,
	BANK,
	DISCOUNT,
	DeductionTestCase,
	make_expense_account,
)
from collections_app.tests.utils import ABBR, COMPANY

TAX = f"VAT Test - {ABBR}"


def make_discount_terms(*discounts: tuple[str, float], by_term: bool = False) -> str:
	"""A template of equal parts, each with a discount (type, value) for ten days after the invoice."""
	name = f"Discount {discounts}{' by term' if by_term else ''}"
	if frappe.db.exists("Payment Terms Template", name):
		return name
	template = frappe.new_doc("Payment Terms Template")
	template.update({"template_name": name, "allocate_payment_based_on_payment_terms": int(by_term)})
	for number, (kind, value) in enumerate(discounts, 1):
		values = {
			"invoice_portion": 100 / len(discounts),
			"due_date_based_on": "Day(s) after invoice date",
			"credit_days": 30 * number,
			"discount_type": kind,
			"discount": value,
			"discount_validity_based_on": "Day(s) after invoice date",
			"discount_validity": 10,
		}
		term = frappe.get_doc(
			{"doctype": "Payment Term", "payment_term_name": f"{name}, part {number}", **values}
		)
		template.append("terms", {"payment_term": term.insert().name, **values})
	return template.insert().name


def make_tax_account() -> None:
	if frappe.db.exists("Account", TAX):
		return
	parent = frappe.db.get_value(
		"Account", {"company": COMPANY, "is_group": 1, "account_name": "Duties and Taxes"}
	) or frappe.db.get_value("Account", {"company": COMPANY, "is_group": 1, "root_type": "Liability"})
	frappe.get_doc(
		{
			"doctype": "Account",
			"account_name": "VAT Test",
			"parent_account": parent,
			"company": COMPANY,
			"account_type": "Tax",
		}
	).insert()


class TestTerms(DeductionTestCase):
	def bill(self, amount: float, *discounts, posted: int = 5, by_term: bool = False, **values):
		"""An invoice of some days ago; `discounts` of its terms."""
		day = add_days(getdate(), -posted)
		self.debtor = self.payer()
		return self.invoice(
			self.debtor,
			amount,
			30,
			posting_date=day,
			due_date=None,
			payment_terms_template=make_discount_terms(*discounts, by_term=by_term) if discounts else None,
			**values,
		)

	def test_in_time(self):
		"""Paid less what its terms grant, in time: closed, though the company allows less by itself"""
		self.set_company(**ACCOUNTS, largest_discount=1, largest_bank_charge=0)
		invoice = self.bill(1000, ("Percentage", 8))
		line = bank_line(920, invoice.name, self.debtor)
		self.apply()
		entry = self.assert_applied(line, self.debtor)
		self.assertEqual(self.booked(entry), {BANK: 920, DISCOUNT: 80, DEBTORS: -1000})
		self.assertIn("discount of its terms", self.match_of(line).reasons)

	def test_an_amount(self):
		"""The same for a discount that is an amount"""
		invoice = self.bill(1000, ("Amount", 33.5))
		line = bank_line(966.5, invoice.name, self.debtor)
		self.apply()
		entry = self.assert_applied(line, self.debtor)
		self.assertEqual(self.booked(entry), {BANK: 966.5, DISCOUNT: 33.5, DEBTORS: -1000})

	def test_too_late(self):
		"""After its last day the discount of the terms waits for a person, who can grant it"""
		invoice = self.bill(1000, ("Percentage", 2), posted=20)
		line = bank_line(980, invoice.name, self.debtor)
		self.apply()
		match = self.assert_waiting(line, self.debtor, 1000)
		self.assertIn("taken too late", match.reasons)
		self.assertEqual((match.proposals[0].short, match.proposals[0].short_kind), (20, "discount"))

	def test_without_terms(self):
		"""An invoice without such terms keeps to the company's limits"""
		invoice = self.bill(1000)
		line = bank_line(970, f"{invoice.name} 3% skonto", self.debtor)
		self.apply()
		entry = self.assert_applied(line, self.debtor)
		self.assertEqual(self.booked(entry)[DISCOUNT], 30)

	def test_only_some_grant_one(self):
		"""Of several invoices paid at once, just those with terms are lowered by them"""
		first = self.bill(1000, ("Percentage", 2))
		second = self.invoice(self.debtor, 500)
		line = bank_line(1480, f"{first.name} {second.name}", self.debtor)
		self.apply()
		entry = self.assert_applied(line, self.debtor)
		self.assertEqual(self.booked(entry), {BANK: 1480, DISCOUNT: 20, DEBTORS: -1500})
		self.assertEqual(
			{row.reference_name: row.allocated_amount for row in entry.references}[first.name], 1000
		)

	def test_one_of_two_terms(self):
		"""A term paid less its own discount is closed, the other stays"""
		invoice = self.bill(1000, ("Percentage", 2), ("Percentage", 2), by_term=True)
		line = bank_line(490, invoice.name, self.debtor)
		self.apply()
		entry = self.assert_applied(line, self.debtor, 500)
		self.assertEqual(self.booked(entry), {BANK: 490, DISCOUNT: 10, DEBTORS: -500})

	def test_tax_of_the_discount(self):
		"""Where ERPNext is set to, the tax in the discount goes to the tax account, to the cent"""
		make_tax_account()
		tax = {"charge_type": "On Net Total", "account_head": TAX, "description": "VAT", "rate": 19}
		for setting, booked in ((1, {DISCOUNT: 20, TAX: 3.8}), (0, {DISCOUNT: 23.8})):
			with self.subTest(setting):
				before = frappe.db.get_single_value("Accounts Settings", "book_tax_discount_loss")
				self.addCleanup(
					frappe.db.set_single_value, "Accounts Settings", "book_tax_discount_loss", before or 0
				)
				frappe.db.set_single_value("Accounts Settings", "book_tax_discount_loss", setting)
				invoice = self.bill(1000, ("Percentage", 2), taxes=[dict(tax)])
				self.assertEqual(invoice.grand_total, 1190)
				line = bank_line(1166.2, invoice.name, self.debtor)
				self.apply()
				entry = self.assert_applied(line, self.debtor)
				self.assertEqual(self.booked(entry), {BANK: 1166.2, DEBTORS: -1190, **booked})
				self.assertEqual(entry.difference_amount, 0)

	def test_the_companys_own_account(self):
		"""Without an account in Collections Settings, ERPNext's default discount account is taken"""
		self.set_company()
		before = frappe.db.get_value("Company", COMPANY, "default_discount_account")
		self.addCleanup(self.set_default_discount_account, before)
		make_expense_account(DISCOUNT)
		self.set_default_discount_account(DISCOUNT)
		invoice = self.bill(1000, ("Percentage", 2))
		line = bank_line(980, invoice.name, self.debtor)
		self.apply()
		entry = self.assert_applied(line, self.debtor)
		self.assertEqual(self.booked(entry), {BANK: 980, DISCOUNT: 20, DEBTORS: -1000})

	def set_default_discount_account(self, account):
		frappe.db.set_value("Company", COMPANY, "default_discount_account", account)
		frappe.clear_document_cache("Company", COMPANY)
