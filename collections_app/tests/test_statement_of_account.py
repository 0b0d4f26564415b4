"""The report Statement of Account: every entry with its balance, equal to ERPNext's books to the cent."""

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, flt, getdate

from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute as receivable

from collections_app.collections.report.statement_of_account import statement_of_account
from collections_app.services.customer_360.statement import Wanted, statements
from collections_app.tests.books import (
	credit_note,
	debtor_row,
	income_row,
	journal,
	make_rate,
	make_terms,
	payment,
	standalone_credit_note,
	usd,
)
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, other_company

REPORT = "Statement of Account"
TODAY = getdate()


class TestStatement(CycleTestCase):
	def setUp(self):
		super().setUp()
		make_rate()
		self.debtor = self.customer()

	def books(self):
		"""Invoices, part payments, credit notes, a journal entry, money on account and terms."""
		first = self.invoice(self.debtor, 100.10, due_in=-200)
		second = self.invoice(self.debtor, 250.55, due_in=-40)
		self.invoice(self.debtor, 300, due_in=12)
		self.invoice(self.debtor, 90, payment_terms_template=make_terms(50, 50))
		pay(first, on=add_days(TODAY, -150))
		pay(second, 50.05, on=add_days(TODAY, -20))
		credit_note(second, 20.2)
		standalone_credit_note(self.debtor, 15)
		payment(self.debtor, 44.44)
		journal(debtor_row(self.debtor, debit=12.34), income_row(credit=12.34))

	def dollars(self):
		"""A customer billed in USD: ERPNext books each customer of a company in one currency."""
		self.debtor = self.customer()
		dollars = self.invoice(self.debtor, 500, due_in=-15, **usd())
		payment(self.debtor, 120, [(dollars, 120)], currency="USD", rate=0.9)

	def run_report(self, **values):
		return statement_of_account.execute(
			{
				"company": COMPANY,
				"customer": self.debtor,
				"from_date": str(add_days(TODAY, -100)),
				"to_date": str(TODAY),
				**values,
			}
		)

	def rows(self, **values) -> list[dict]:
		return [row for row in self.run_report(**values)[1] if row]

	def in_ledger(self, until=TODAY) -> dict[str, float]:
		"""Currency -> what ERPNext's general ledger says the customer owes."""
		gl = DocType("GL Entry")
		rows = (
			frappe.qb.from_(gl)
			.select(gl.account_currency, Sum(gl.debit_in_account_currency - gl.credit_in_account_currency))
			.where((gl.company == COMPANY) & (gl.party == self.debtor) & (gl.is_cancelled == 0))
			.where(gl.posting_date <= until)
			.groupby(gl.account_currency)
		).run()
		return {currency: flt(amount, 2) for currency, amount in rows}

	def closing(self, **values) -> dict[str, float]:
		return {
			row["currency"]: row["balance"] for row in self.rows(**values) if row["kind"] == "Closing Balance"
		}

	def test_equals_the_ledger(self):
		"""Closing balances are the general ledger's, today and on a day in between, with all entries and open ones alone."""
		for post in (self.books, self.dollars):
			post()
			self.assertTrue(self.in_ledger())
			self.assertEqual(self.closing(), self.in_ledger())
			self.assertEqual(self.closing(open_only=1), self.in_ledger())
			before = add_days(TODAY, -30)
			self.assertEqual(self.closing(to_date=str(before)), self.in_ledger(before))

	def test_equals_receivables(self):
		"""The ageing adds up to the balance, and each bucket is that of ERPNext's Accounts Receivable report."""
		for post in (self.books, self.dollars):
			post()
			rows = receivable(
				{
					"company": COMPANY,
					"report_date": TODAY,
					"party_type": "Customer",
					"party": [self.debtor],
					"ageing_based_on": "Due Date",
					"range": "30, 60, 90, 120",
					"in_party_currency": 1,
				}
			)[1]
			for one in statements(Wanted(COMPANY, self.debtor, add_days(TODAY, -100), TODAY)):
				theirs = [row for row in rows if row["currency"] == one.account.currency]
				self.assertEqual(flt(sum(row["outstanding"] for row in theirs), 2), one.account.closing)
				self.assertEqual(flt(sum(amount for _label, amount in one.ageing), 2), one.account.closing)

	def test_running_balance(self):
		"""Each line adds to the balance before it; the opening balance is what was owed the day before."""
		self.books()
		rows = [row for row in self.rows() if row.get("currency") == "EUR"]
		opening = next(row for row in rows if row["kind"] == "Opening Balance")
		self.assertEqual(opening["balance"], self.in_ledger(add_days(TODAY, -101)).get("EUR", 0))
		balance = opening["balance"]
		for row in rows:
			if row.get("voucher_no"):
				balance = flt(balance + row["debit"] - row["credit"], 2)
				self.assertEqual(row["balance"], balance)
		self.assertEqual(balance, self.closing()["EUR"])
		closing = next(row for row in rows if row["kind"] == "Closing Balance")
		self.assertEqual(
			flt(opening["balance"] + closing["debit"] - closing["credit"], 2), closing["balance"]
		)

	def test_entries(self):
		"""What each entry is, and the voucher to drill down to."""
		self.books()
		kinds = {row["kind"] for row in self.rows() if row.get("voucher_no")}
		self.assertEqual(kinds, {"Invoice", "Credit Note", "Payment", "Journal Entry"})
		for row in self.rows():
			if row.get("voucher_no"):
				self.assertTrue(frappe.db.exists(row["voucher_type"], row["voucher_no"]))

	def test_open_only(self):
		"""Nothing that is settled, and of the rest what is open."""
		paid, part = self.invoice(self.debtor, 100), self.invoice(self.debtor, 80)
		pay(paid)
		pay(part, 30)
		rows = [row for row in self.rows(open_only=1) if row.get("voucher_no")]
		self.assertEqual([(row["voucher_no"], row["debit"]) for row in rows], [(part.name, 50)])

	def test_nothing(self):
		"""Without a customer, or without an entry, there are columns and a word instead of rows."""
		self.assertEqual(self.run_report()[1], [])
		self.assertIn("no entry", self.run_report()[2])
		self.assertEqual(self.run_report(customer=None)[1], [])

	def test_wrong_dates(self):
		with self.assertRaisesRegex(frappe.ValidationError, "after"):
			self.run_report(from_date=str(add_days(TODAY, 5)))

	def test_permissions(self):
		"""Three roles see it; a customer or a company that the user may not see is refused."""
		self.invoice(self.debtor, 100)
		for role in ("Credit Manager", "Collector", "Collections Auditor"):
			with signed_in(make_user(role, "Sales User")):
				self.assertEqual(self.closing(), {"EUR": 100})
		collector = make_user("Collector", "Sales User")
		restrict(collector, "Customer", self.customer())
		with signed_in(collector):
			self.assertRaises(frappe.PermissionError, self.run_report)
		elsewhere = make_user("Collector", "Sales User")
		restrict(elsewhere, "Company", other_company())
		with signed_in(elsewhere):
			self.assertRaises(frappe.PermissionError, self.run_report)

	def test_auto_email_report(self):
		"""Frappe's own Auto Email Report writes it: the table of a mail, and a spreadsheet."""
		invoice = self.invoice(self.debtor, 1234.56)
		frappe.db.commit()
		for form, found in (("HTML", invoice.name), ("CSV", invoice.name)):
			with self.subTest(form):
				report = frappe.get_doc(
					{
						"doctype": "Auto Email Report",
						"report": REPORT,
						"report_type": "Script Report",
						"user": "Administrator",
						"email_to": "manager@example.com",
						"format": form,
						"frequency": "Weekly",
						"send_if_data": 1,
						"filters": frappe.as_json(
							{
								"company": COMPANY,
								"customer": self.debtor,
								"from_date": str(add_days(TODAY, -100)),
								"to_date": str(TODAY),
							}
						),
					}
				).insert()
				self.addCleanup(frappe.delete_doc, "Auto Email Report", report.name, force=True)
				content = report.get_report_content()
				self.assertIn(found, content if isinstance(content, str) else content.decode())
