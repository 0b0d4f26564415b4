"""Deductions of payers in the ledger, to the cent: discount, bank charge, rounding, with credit notes and currencies."""

import frappe
from frappe.utils import flt

from collections_app.api import cash as api
from collections_app.exceptions import ActionStateError, CashPostingError
from collections_app.tests.books import DEBTORS, DEBTORS_USD, RATE, bank_line, credit_note, make_terms, usd
from collections_app.tests.test_cash_application import CashTestCase
from collections_app.tests.utils import ABBR, COMPANY, configure, make_account

DISCOUNT, CHARGES, ROUNDING = f"Sales Expenses - {ABBR}", f"Bank Charges - {ABBR}", f"Write Off - {ABBR}"
BANK, BANK_USD = f"Bank EUR - {ABBR}", f"Bank USD - {ABBR}"
ACCOUNTS = {
	"discount_account": DISCOUNT,
	"bank_charges_account": CHARGES,
	"rounding_account": ROUNDING,
}
LIMITS = {"largest_discount": 5, "largest_bank_charge": 25, "largest_rounding": 0.05}


def make_expense_account(account: str) -> None:
	"""Not every chart of accounts has one of that name."""
	if not frappe.db.exists("Account", account):
		values = {
			"account_name": account.removesuffix(f" - {ABBR}"),
			"parent_account": frappe.db.get_value("Account", ROUNDING, "parent_account"),
			"company": COMPANY,
		}
		frappe.get_doc({"doctype": "Account", **values}).insert()


class DeductionTestCase(CashTestCase):
	def setUp(self):
		super().setUp()
		for account in (DISCOUNT, CHARGES):
			make_expense_account(account)
		self.addCleanup(configure)
		self.set_company(**ACCOUNTS)

	def set_company(self, **values):
		row = {"company": COMPANY, "enabled": 1, "default_collector": "Administrator", **LIMITS, **values}
		configure(companies=[row])

	def booked(self, entry) -> dict[str, float]:
		"""Account -> balance (debit > 0) of the entry's own GL Entries in company currency."""
		rows = frappe.get_all(
			"GL Entry",
			filters={"voucher_no": entry.name, "is_cancelled": 0},
			fields=["account", "debit", "credit"],
		)
		sums: dict[str, float] = {}
		for row in rows:
			sums[row.account] = flt(sums.get(row.account, 0) + row.debit - row.credit, 2)
		self.assertEqual(flt(sum(sums.values()), 2), 0)
		return sums


class TestDeductions(DeductionTestCase):
	def test_discount(self):
		"""An invoice paid less 2 % is closed, the 2 % are on the discount account"""
		customer = self.payer()
		invoice = self.invoice(customer, 119.37)
		line = bank_line(116.98, f"{invoice.name} 2% skonto", customer)
		self.apply()
		entry = self.assert_applied(line, customer)
		self.assertEqual(self.booked(entry), {BANK: 116.98, DISCOUNT: 2.39, DEBTORS: -119.37})
		self.assertEqual(frappe.db.get_value("Sales Invoice", invoice.name, "status"), "Paid")

	def test_discount_on_several(self):
		"""One discount on several invoices closes each of them"""
		customer = self.payer()
		first, second = self.invoice(customer, 100), self.invoice(customer, 250)
		line = bank_line(343, f"{first.name} {second.name} less 2% discount", customer)
		self.apply()
		entry = self.assert_applied(line, customer)
		self.assertEqual(self.booked(entry), {BANK: 343, DISCOUNT: 7, DEBTORS: -350})

	def test_bank_charge(self):
		"""What a bank kept back is on the account for bank charges, with the cost center set"""
		center = frappe.get_cached_value("Company", COMPANY, "cost_center")
		self.set_company(**ACCOUNTS, cash_cost_center=center)
		customer = self.payer()
		invoice = self.invoice(customer, 1000)
		line = bank_line(983.77, invoice.name, customer)
		self.apply()
		entry = self.assert_applied(line, customer)
		self.assertEqual(self.booked(entry), {BANK: 983.77, CHARGES: 16.23, DEBTORS: -1000})
		self.assertEqual([row.cost_center for row in entry.deductions], [center])

	def test_rounding(self):
		"""A few cents less or more close the invoice and leave nothing on account"""
		for paid, rest in ((99.98, 0.03), (100.03, -0.02)):
			with self.subTest(paid=paid):
				customer = self.payer()
				invoice = self.invoice(customer, 100.01)
				line = bank_line(paid, invoice.name, customer)
				self.apply()
				entry = self.assert_applied(line, customer)
				self.assertEqual(entry.unallocated_amount, 0)
				self.assertEqual(self.booked(entry), {BANK: paid, ROUNDING: rest, DEBTORS: -100.01})

	def test_without_an_account_it_stays_open(self):
		"""Where no account is set nothing is written off, and the match says so"""
		self.set_company()
		customer = self.payer()
		invoice = self.invoice(customer, 100)
		line = bank_line(98, f"{invoice.name} 2% skonto", customer)
		self.apply()
		entry = self.assert_applied(line, customer, 2)
		self.assertEqual(self.booked(entry), {BANK: 98, DEBTORS: -98})
		self.assertIn("stays open", self.match_of(line).reasons)

	def test_limit(self):
		"""No more than the company allows is taken for a bank charge"""
		self.set_company(**{**ACCOUNTS, "largest_bank_charge": 10})
		customer = self.payer()
		invoice = self.invoice(customer, 1000)
		line = bank_line(983.77, invoice.name, customer)
		self.apply()
		self.assert_applied(line, customer, 16.23)

	def test_discount_on_a_term(self):
		"""A term paid less its discount is closed by its name, the other term stays"""
		customer = self.payer()
		invoice = self.invoice(customer, 100, 0, payment_terms_template=make_terms(40, 60, by_term=True))
		line = bank_line(58.8, "for you", customer)
		self.apply()
		match = self.match_of(line)
		items = api.customer_items(match.name, customer)["items"]
		(item,) = (row for row in items if row["outstanding"] == 60)
		part = {"item": item["item"], "amount": 58.8, "short": 1.2, "kind": "discount"}
		api.allocate(match.name, customer, [part])
		entry = self.assert_applied(line, customer, 40)
		self.assertEqual(
			[(row.payment_term, row.allocated_amount) for row in entry.references],
			[(invoice.payment_schedule[1].payment_term, 60)],
		)
		self.assertEqual(self.booked(entry), {BANK: 58.8, DISCOUNT: 1.2, DEBTORS: -60})

	def test_foreign_currency(self):
		"""In a foreign currency the deduction is booked at the day's rate, without a cent left over"""
		make_account("Bank USD", "Bank", "USD")
		if not frappe.db.exists("Bank Account", {"account": BANK_USD}):
			frappe.get_doc(
				{
					"doctype": "Bank Account",
					"account_name": "Dollar Account",
					"bank": "Test Bank",
					"is_company_account": 1,
					"company": COMPANY,
					"account": BANK_USD,
				}
			).insert()
		customer = self.payer()
		invoices = [self.invoice(customer, 33.35, **usd()) for _ in range(3)]
		line = bank_line(
			98.05,
			f"{' '.join(one.name for one in invoices)} 2% discount",
			customer,
			currency="USD",
			bank_account=frappe.db.get_value("Bank Account", {"account": BANK_USD}),
		)
		self.apply()
		entry = self.assert_applied(line, customer)
		self.assertEqual((entry.difference_amount, entry.unallocated_amount), (0, 0))
		booked = self.booked(entry)
		self.assertEqual(booked[BANK_USD], flt(98.05 * RATE, 2))
		self.assertEqual(booked[DISCOUNT], flt(-booked[DEBTORS_USD] - booked[BANK_USD], 2))
		# three times a half cent: the deduction at the rate alone would leave a cent
		self.assertNotEqual(booked[DISCOUNT], flt(2 * RATE, 2))


class TestOwnAllocation(DeductionTestCase):
	def setUp(self):
		super().setUp()
		self.debtor = self.payer()
		self.bills = [self.invoice(self.debtor, amount) for amount in (100, 200)]
		self.note = credit_note(self.bills[1], 50)
		self.line = bank_line(242, "as agreed", self.debtor)
		self.apply()
		self.match = self.match_of(self.line)
		self.assertEqual(self.match.status, "To Review")
		self.items = {
			row["invoice"]: row for row in api.customer_items(self.match.name, self.debtor)["items"]
		}

	def part(self, invoice, amount, short=0.0, kind=""):
		return {
			"item": self.items[invoice.name]["item"],
			"amount": amount,
			"short": short,
			"kind": kind,
		}

	def test_items_offered(self):
		"""The customer's open invoices and credit notes can be chosen"""
		self.assertEqual(
			{name: row["outstanding"] for name, row in self.items.items()},
			{self.bills[0].name: 100, self.bills[1].name: 200, self.note.name: -50},
		)

	def test_netted_discounted_charged_and_on_account(self):
		"""Credit note netted, one invoice less discount, one less a bank charge, in one Payment Entry"""
		parts = [
			self.part(self.bills[0], 97, 3, "discount"),
			self.part(self.bills[1], 194.5, 5.5, "fee"),
			self.part(self.note, -50),
		]
		api.allocate(self.match.name, self.debtor, parts)
		entry = self.assert_applied(self.line, self.debtor, -0.5)
		self.assertEqual(entry.unallocated_amount, 0.5)
		self.assertEqual(self.booked(entry), {BANK: 242, DISCOUNT: 3, CHARGES: 5.5, DEBTORS: -250.5})

	def test_all_on_account(self):
		"""Without invoices the whole payment is the customer's credit, and can be undone"""
		api.allocate(self.match.name, self.debtor, [])
		entry = self.assert_applied(self.line, self.debtor, -242, -50, 100, 200)
		self.assertEqual(self.booked(entry), {BANK: 242, DEBTORS: -242})
		api.undo(self.match.name)
		self.assertEqual(self.owed(self.debtor), [-50, 100, 200])
		self.assertEqual(self.line.reload().unallocated_amount, 242)
		self.assertEqual(self.booked(entry), {})

	def test_what_is_refused(self):
		"""More than is open or paid, a strange invoice, a difference without a name: nothing is booked"""
		stranger = self.invoice(self.payer(), 10)
		strange = {"item": f"Sales Invoice|{stranger.name}|", "amount": 10}
		for parts in (
			[self.part(self.bills[0], 100.01)],
			[self.part(self.bills[0], 98, 3, "discount")],
			[self.part(self.bills[0], 98, 2)],
			[self.part(self.bills[0], 100), self.part(self.bills[1], 200)],
			[self.part(self.bills[0], 50), self.part(self.bills[0], 50)],
			[self.part(self.bills[0], 0)],
			[self.part(self.bills[0], -5)],
			[self.part(self.note, 5)],
			[strange],
		):
			with self.subTest(parts), self.assertRaises(ActionStateError):
				api.allocate(self.match.name, self.debtor, parts)
		self.set_company()
		with self.assertRaises(CashPostingError) as raised:
			api.allocate(self.match.name, self.debtor, [self.part(self.bills[0], 98, 2, "discount")])
		self.assertIn("Collections Settings", str(raised.exception))
		self.assert_waiting(self.line, self.debtor, -50, 100, 200)


class TestAccountsInTheSettings(DeductionTestCase):
	def test_checks(self):
		"""An account of another kind, a group or another company's is refused when it is set"""
		group = frappe.db.get_value("Account", {"company": COMPANY, "is_group": 1, "root_type": "Expense"})
		for account in (DEBTORS, BANK, group):
			with self.subTest(account), self.assertRaises(frappe.ValidationError):
				self.set_company(discount_account=account)
