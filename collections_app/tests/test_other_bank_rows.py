"""Bank lines that somebody else entered already: ERPNext's own Plaid integration, an import, a person."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.connectors.base import Record
from collections_app.engine.statements import BankLine, Statement
from collections_app.services.cash.load import open_payments
from collections_app.services.connectors.bank_feed import write_statement
from collections_app.tests.statements import camt, drop, line, unique
from collections_app.tests.test_bank_feed import BankFeedTestCase
from collections_app.tests.utils import BANK_IBAN, COMPANY


def enter(amount: float, text: str, submit: bool = True, **values):
	"""A Bank Transaction as others make them."""
	account = frappe.db.get_value("Bank Account", {"iban": BANK_IBAN}, "name")
	transaction = frappe.get_doc(
		{
			"doctype": "Bank Transaction",
			"date": getdate(),
			"bank_account": account,
			"company": COMPANY,
			"currency": "EUR",
			"deposit": max(amount, 0),
			"withdrawal": max(-amount, 0),
			"description": text,
			**values,
		}
	).insert()
	if submit:
		transaction.submit()
	return transaction


class TestOtherRows(BankFeedTestCase):
	def count(self, text: str) -> int:
		return frappe.db.count(
			"Bank Transaction", {"description": ["like", f"%{text}%"], "docstatus": ["<", 2]}
		)

	def feed(self, *lines: dict):
		drop(self.connector, camt(list(lines)))
		return self.sync()

	def test_the_same_text(self):
		"""A line in the books already is not made twice, and still offered to cash application"""
		text = f"Invoice {unique()}"
		entered = enter(120.5, text.upper())
		result = self.feed(line(120.5, text))
		self.assertEqual((result.created, result.seen, self.count(text)), (0, 1, 1))
		self.assertIn("in the books already", "\n".join(result.notes))
		self.assertIn(entered.name, set(open_payments(COMPANY)["payment_id"]))
		self.assertEqual(self.feed(line(120.5, "another one")).created, 1)

	def test_the_same_reference_number(self):
		"""The end-to-end id in the reference number makes it the same line"""
		end_to_end = unique()
		enter(10, "typed by hand", reference_number=end_to_end)
		self.assertEqual(self.feed(line(10, "whatever", end_to_end=end_to_end)).created, 0)

	def test_a_second_payment_is_not_lost(self):
		"""Of two equal payments and one row in the books one is made, also over several files"""
		text = f"Standing order {unique()}"
		enter(50, text)
		first, second, third = line(50, text), line(50, text), line(50, text)
		self.assertEqual((self.feed(first, second).created, self.count(text)), (1, 2))
		self.assertEqual((self.feed(second, third).created, self.count(text)), (1, 3))

	def test_what_only_looks_alike(self):
		"""Another day, amount, account direction or text is another payment"""
		text = f"Invoice {unique()}"
		enter(50, text, date=add_days(getdate(), -1))
		enter(50.01, text)
		enter(-50, text)
		enter(50, f"Invoice {unique()}")
		self.assertEqual(self.feed(line(50, text)).created, 1)

	def test_without_a_text(self):
		"""Without a telling text nothing is taken for the same"""
		enter(50, "")
		enter(50, "NA")
		self.assertEqual(self.feed(line(50, "")).created, 1)

	def test_cancelled(self):
		"""What a person took back answers for nothing"""
		text = f"Invoice {unique()}"
		enter(50, text).cancel()
		self.assertEqual(self.feed(line(50, text)).created, 1)

	def test_the_bank_s_reference(self):
		"""A row whose transaction id is the bank's reference is the line, whatever its text"""
		one = line(70, "as the bank writes it")
		enter(70, "as the import wrote it", transaction_id=one["reference"])
		self.assertEqual(self.feed(one).created, 0)


class TestPlaid(BankFeedTestCase):
	"""ERPNext's Plaid integration and ours give the same transaction the same id."""

	def setUp(self):
		super().setUp()
		self.connector.connector = "plaid"

	def write(self, *lines: BankLine):
		statement = Statement(BANK_IBAN, "", "EUR", lines=lines)
		return write_statement(self.connector, Record("transactions", unique(), "Plaid", statement))

	def plaid_line(self, known: str, amount: int = 30, text: str = "coffee for the office") -> BankLine:
		return BankLine(known, getdate(), getdate(), amount, "EUR", remittance=text)

	def test_made_by_erpnext(self):
		"""The same transaction id is the same transaction, also when its day was corrected"""
		known = unique()
		enter(30, "COFFEE", transaction_id=known, date=add_days(getdate(), -2))
		written = self.write(self.plaid_line(known))
		self.assertEqual((written.created, written.seen), (0, 1))

	def test_another_id_is_another_payment(self):
		"""However alike, another id is another transaction"""
		enter(30, "coffee for the office", transaction_id=unique())
		self.assertEqual(self.write(self.plaid_line(unique())).created, 1)

	def test_made_by_us(self):
		"""What we make has the id by which ERPNext's integration knows it"""
		known = unique()
		self.write(self.plaid_line(known))
		self.assertTrue(frappe.db.exists("Bank Transaction", {"transaction_id": known}))
