"""The open items are those of ERPNext's own Accounts Receivable report, to the cent."""

import frappe
from frappe.utils import add_days, flt, getdate

from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute

from collections_app.services.history import payment_history, receipts
from collections_app.services.receivables import ITEM_COLUMNS, open_items
from collections_app.tests.books import (
	DEBTORS_USD,
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
from collections_app.tests.utils import COMPANY, CollectionsTestCase, pay


def report(customers: list[str], as_of=None, **filters) -> list[dict]:
	"""Rows of ERPNext's report."""
	return execute(
		{
			"company": COMPANY,
			"report_date": as_of or getdate(),
			"party_type": "Customer",
			"party": customers,
			"ageing_based_on": "Due Date",
			"range": "30, 60, 90, 120",
			**filters,
		}
	)[1]


def report_balances(customers: list[str], as_of=None, **filters) -> dict:
	"""(voucher, customer) -> outstanding."""
	balances = {}
	for row in report(customers, as_of, **filters):
		key = (row["voucher_type"], row["voucher_no"], row["party"])
		balances[key] = flt(balances.get(key, 0) + row["outstanding"], 2)
	return {key: amount for key, amount in balances.items() if amount}


def report_terms(customers: list[str], **filters) -> dict:
	"""(voucher, due date) -> outstanding, of invoices split by payment term."""
	rows = report(customers, based_on_payment_terms=1, **filters)
	return {
		(row["voucher_no"], getdate(row["due_date"])): flt(row["outstanding"], 2)
		for row in rows
		if row["voucher_type"] == "Sales Invoice"
	}


class TestReceivables(CollectionsTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_rate()

	def assert_parity(self, *customers: str, as_of=None, terms: bool = True):
		"""The app's items equal the report's rows: per voucher in both currencies, and per payment term."""
		items = open_items(COMPANY, as_of, list(customers))
		self.assertEqual(list(items.columns), ITEM_COLUMNS)
		self.assertTrue(items["item"].is_unique)
		for column, in_party_currency in (("outstanding_base", 0), ("outstanding", 1)):
			ours = items.groupby(["voucher_type", "voucher_no", "customer"])[column].sum().round(2)
			self.assertEqual(
				{key: amount for key, amount in ours.to_dict().items() if amount},
				report_balances(list(customers), as_of, in_party_currency=in_party_currency),
				column,
			)
		if terms:
			invoices = items[items["voucher_type"] == "Sales Invoice"]
			ours = {
				(row.voucher_no, row.due_date.date()): row.outstanding
				for row in invoices.itertuples(index=False)
			}
			self.assertEqual(ours, report_terms(list(customers), in_party_currency=1))
		return items

	def assert_amounts(self, items, *amounts: float):
		self.assertEqual(sorted(items["outstanding"]), sorted(amounts))

	def test_unpaid_partly_paid_and_paid_invoices(self):
		"""What is paid in part shows the rest, what is paid is gone, across several invoices"""
		customer = self.customer()
		open_one, part, paid = (self.invoice(customer, amount) for amount in (100, 200.4, 300))
		pay(part, 50.15)
		pay(part, 0.25)
		pay(paid)
		items = self.assert_parity(customer)
		self.assert_amounts(items, 100, 150)
		self.assertEqual(set(items["voucher_no"]), {open_one.name, part.name})
		self.assertEqual(items["due_date"].dt.date.tolist(), [add_days(getdate(), -10)] * 2)

	def test_credit_note_beside_its_invoice(self):
		"""A credit note with a balance of its own is an item of its own"""
		invoice = self.invoice(self.customer(), 100)
		note = credit_note(invoice, 30)
		items = self.assert_parity(invoice.customer)
		self.assert_amounts(items, 100, -30)
		self.assertEqual(
			items.set_index("voucher_no")["is_credit"].to_dict(), {invoice.name: False, note.name: True}
		)

	def test_credit_note_on_its_invoice(self):
		"""A credit note booked on its invoice lowers that invoice and is no item"""
		invoice = self.invoice(self.customer(), 100)
		credit_note(invoice, 30, on_invoice=True)
		items = self.assert_parity(invoice.customer)
		self.assertEqual(items[["voucher_no", "outstanding"]].values.tolist(), [[invoice.name, 70]])

	def test_standalone_credit_note(self):
		"""A credit note without an invoice counts against the customer's debt"""
		customer = self.customer()
		self.invoice(customer, 100)
		standalone_credit_note(customer, 45.5)
		self.assert_amounts(self.assert_parity(customer), 100, -45.5)

	def test_terms_paid_without_naming_them(self):
		"""Payments that name no term fill the oldest one first"""
		customer = self.customer()
		terms = make_terms(30, 30, 40)
		for paid in (0, 20, 30, 45.55, 90):
			invoice = self.invoice(customer, 100, 0, payment_terms_template=terms)
			if paid:
				payment(customer, paid, [(invoice, paid)])
		items = self.assert_parity(customer)
		self.assert_amounts(items, 30, 30, 40, 10, 30, 40, 30, 40, 14.45, 40, 10)

	def test_terms_paid_by_name(self):
		"""Where the template says so, a payment lowers the term it names, even a later one"""
		customer = self.customer()
		invoice = self.by_term_invoice(customer)
		payment(customer, 40, [(invoice, 40, self.term(invoice, 2))])
		items = self.assert_parity(customer)
		self.assert_amounts(items, 50, 10)
		self.assertEqual(items["payment_term"].tolist(), [row.name for row in invoice.payment_schedule])

	def test_terms_paid_by_name_then_credited(self):
		"""A credit note on an invoice whose terms were paid by name is spread as in the report"""
		customer = self.customer()
		invoice = self.by_term_invoice(customer)
		payment(customer, 20, [(invoice, 20, self.term(invoice, 1))])
		credit_note(invoice, 15, on_invoice=True)
		self.assert_amounts(self.assert_parity(customer), 15, 50)

	def test_terms_paid_by_name_then_by_journal(self):
		"""A journal entry names no term: it fills the terms no payment named"""
		customer = self.customer()
		invoice = self.by_term_invoice(customer)
		payment(customer, 20, [(invoice, 20, self.term(invoice, 1))])
		journal(debtor_row(customer, invoice, credit=10), income_row(debit=10))
		self.assert_amounts(self.assert_parity(customer), 30, 40)

	def test_terms_less_an_advance(self):
		"""An advance deducted in the invoice is not deducted from its terms a second time"""
		if not frappe.get_meta("Sales Invoice").has_field("advances"):
			self.skipTest("the sandbox's ledger has no advances in invoices")
		customer = self.customer()
		advance = payment(customer, 40)
		invoice = self.invoice(customer, 200, 0, submit=False, payment_terms_template=make_terms(50, 50))
		invoice.append(
			"advances",
			{
				"reference_type": "Payment Entry",
				"reference_name": advance.name,
				"advance_amount": 40,
				"allocated_amount": 40,
				"ref_exchange_rate": 1,
			},
		)
		invoice.save().submit()
		self.assert_amounts(self.assert_parity(customer), 80, 80)
		payment(customer, 50, [(invoice, 50)])
		self.assert_amounts(self.assert_parity(customer), 30, 80)

	def test_journal_receivable(self):
		"""A debt booked by journal entry is an open item with its due date"""
		customer = self.customer()
		journal(debtor_row(customer, debit=75), income_row(credit=75), due_date=add_days(getdate(), -3))
		items = self.assert_parity(customer)
		self.assert_amounts(items, 75)
		self.assertEqual(items["due_date"].dt.date.tolist(), [add_days(getdate(), -3)])

	def test_journal_of_two_customers(self):
		"""One journal entry that names two customers is one item for each"""
		first, second = self.customer(), self.customer()
		entry = journal(debtor_row(first, debit=10), debtor_row(second, debit=20), income_row(credit=30))
		items = self.assert_parity(first, second)
		self.assertEqual(items.set_index("customer")["outstanding"].to_dict(), {first: 10, second: 20})
		self.assertEqual(set(items["voucher_no"]), {entry.name})

	def test_journal_pays_an_invoice(self):
		"""A journal entry that names an invoice lowers that invoice"""
		customer = self.customer()
		invoice = self.invoice(customer, 100)
		journal(debtor_row(customer, invoice, credit=60), income_row(debit=60))
		items = self.assert_parity(customer)
		self.assertEqual(items[["voucher_no", "outstanding"]].values.tolist(), [[invoice.name, 40]])

	def test_journal_raises_an_invoice(self):
		"""A journal entry can put a fee on an invoice"""
		customer = self.customer()
		invoice = self.invoice(customer, 100)
		journal(debtor_row(customer, invoice, debit=12.5), income_row(credit=12.5))
		self.assert_amounts(self.assert_parity(customer), 112.5)

	def test_journal_raises_an_invoice_with_terms(self):
		"""A fee on an invoice with terms is due with the first of them"""
		customer = self.customer()
		invoice = self.invoice(customer, 100, 0, payment_terms_template=make_terms(50, 50))
		journal(debtor_row(customer, invoice, debit=12.5), income_row(credit=12.5))
		self.assert_amounts(self.assert_parity(customer), 62.5, 50)

	def test_advances_and_overpayment(self):
		"""Money on account is an item of its own, negative, also what was paid beyond an invoice"""
		customer = self.customer()
		payment(customer, 55)
		invoice = self.invoice(customer, 100)
		payment(customer, 130, [(invoice, 100)])
		items = self.assert_parity(customer)
		self.assert_amounts(items, -55, -30)
		self.assertTrue(items["is_credit"].all())

	def test_cancelled_documents(self):
		"""What was cancelled has no effect"""
		customer = self.customer()
		invoice, gone = self.invoice(customer, 100), self.invoice(customer, 77)
		entry = payment(customer, 100, [(invoice, 100)])
		self.assertTrue(self.assert_parity(customer)["outstanding"].tolist(), [77])
		entry.cancel()
		gone.cancel()
		self.assert_amounts(self.assert_parity(customer), 100)

	def test_usd_account(self):
		"""Both currencies are kept, per invoice and per term"""
		customer = self.customer()
		whole = self.invoice(customer, 1000, **usd())
		split = self.invoice(customer, 333.34, 0, payment_terms_template=make_terms(50, 50), **usd())
		payment(customer, 100, [(whole, 100)], currency="USD", rate=0.9)
		payment(customer, 50, [(split, 50)], currency="USD", rate=0.9)
		items = self.assert_parity(customer)
		self.assertEqual(set(items["currency"]), {"USD"})
		self.assertEqual(set(items["account"]), {DEBTORS_USD})
		self.assertEqual(flt(items["outstanding"].sum(), 2), 1183.34)
		self.assertEqual(flt(items["outstanding_base"].sum(), 2), 1065.01)

	def test_terms_add_up_to_the_invoice(self):
		"""A cent lost in splitting an invoice into terms is not lost among the open items"""
		customer = self.customer()
		self.invoice(customer, 100.01, 0, payment_terms_template=make_terms(50, 50))
		other = self.customer()
		self.invoice(other, 333.33, 0, payment_terms_template=make_terms(50, 50), **usd())
		items = open_items(COMPANY, customers=[customer, other]).groupby("currency", sort=True)
		self.assertEqual(items["outstanding"].sum().round(6).tolist(), [100.01, 333.33])
		self.assertEqual(items["outstanding_base"].sum().round(6).tolist(), [100.01, 300])

	def test_usd_invoice_on_the_company_currency_account(self):
		"""An invoice in USD on an account in EUR is owed in EUR, its terms too"""
		allow = "allow_multi_currency_invoices_against_single_party_account"
		frappe.db.set_single_value("Accounts Settings", allow, 1)
		self.addCleanup(frappe.db.set_single_value, "Accounts Settings", allow, 0)
		customer = self.customer()
		# split by term, the report takes the schedule's USD for EUR: only the vouchers' balances can agree
		self.invoice(customer, 100, currency="USD", conversion_rate=0.9)
		self.assert_amounts(self.assert_parity(customer, terms=False), 90)
		split = self.invoice(
			customer, 200, 0, currency="USD", conversion_rate=0.9, payment_terms_template=make_terms(50, 50)
		)
		payment(customer, 30, [(split, 30)])
		items = self.assert_parity(customer, terms=False)
		self.assert_amounts(items, 90, 60, 90)
		self.assertEqual(set(items["currency"]), {"EUR"})

	def test_exchange_gain_leaves_nothing(self):
		"""An invoice paid at another rate is paid; the difference is no open item"""
		customer = self.customer()
		invoice = self.invoice(customer, 1000, **usd())
		payment(customer, 1000, [(invoice, 1000)], currency="USD", rate=0.95)
		self.assertTrue(self.assert_parity(customer).empty)

	def test_exchange_gain_on_a_part(self):
		"""A part paid at another rate leaves the rest at the invoice's own rate"""
		customer = self.customer()
		invoice = self.invoice(customer, 1000, **usd())
		payment(customer, 400, [(invoice, 400)], currency="USD", rate=0.95)
		items = self.assert_parity(customer)
		self.assertEqual(items[["outstanding", "outstanding_base"]].values.tolist(), [[600, 540]])

	def test_revaluation(self):
		"""A revaluation changes the receivables in company currency and is never asked for"""
		customer = self.customer()
		invoice = self.invoice(customer, 1000, **usd())
		# as ERPNext books it: the balance out at the old rate and in at the new one
		line = {"party_type": "Customer", "party": customer, "account": DEBTORS_USD}
		entry = journal(
			{**line, "debit": 1000, "exchange_rate": 0.95},
			{**line, "credit": 1000, "exchange_rate": 0.9},
			income_row(credit=50),
			voucher_type="Exchange Rate Revaluation",
			multi_currency=1,
		)
		items = self.assert_parity(customer).set_index("voucher_no")
		self.assertEqual(items.loc[entry.name, ["outstanding", "outstanding_base"]].tolist(), [0, 50])
		self.assertTrue(items.loc[entry.name, "is_credit"])
		self.assertEqual(items.loc[invoice.name, "outstanding_base"], 900)

	def test_refund_of_a_credit_note_booked_on_its_invoice(self):
		"""What is paid out for such a credit note counts for the invoice it was booked on"""
		customer = self.customer()
		invoice = self.invoice(customer, 100)
		note = credit_note(invoice, 100, on_invoice=True)
		journal(debtor_row(customer, note, debit=35), income_row(credit=35))
		items = self.assert_parity(customer)
		self.assertEqual(items[["voucher_no", "outstanding"]].values.tolist(), [[invoice.name, 35]])

	def test_a_past_day(self):
		"""As_of gives the ledger as it stood on that day"""
		customer = self.customer()
		old, new = self.invoice(customer, 100, -40), self.invoice(customer, 50, 25)
		pay(old, 60, add_days(getdate(), -20))
		pay(old, 40, add_days(getdate(), -5))
		for days_ago, amounts in ((80, []), (50, [100]), (20, [40]), (4, [50])):
			with self.subTest(days_ago=days_ago):
				day = add_days(getdate(), -days_ago)
				self.assert_amounts(self.assert_parity(customer, as_of=day, terms=False), *amounts)
		self.assertEqual(set(self.assert_parity(customer)["voucher_no"]), {new.name})

	def test_terms_on_a_past_day(self):
		"""Terms paid by name later were still open then"""
		customer = self.customer()
		invoice = self.by_term_invoice(customer, -40)
		payment(customer, 80, [(invoice, 50, self.term(invoice, 1)), (invoice, 30, self.term(invoice, 2))])
		day = add_days(getdate(), -10)
		self.assert_amounts(self.assert_parity(customer, as_of=day, terms=False), 50, 50)
		self.assert_amounts(self.assert_parity(customer), 20)

	def test_a_day_between_advance_and_invoice(self):
		"""Before the invoice of an allocated advance was posted, the advance itself is open"""
		customer = self.customer()
		invoice = self.invoice(customer, 100, 20)
		entry = payment(customer, 60, [(invoice, 60)], on=add_days(getdate(), -30))
		items = self.assert_parity(customer, as_of=add_days(getdate(), -15), terms=False)
		self.assertEqual(items[["voucher_no", "outstanding"]].values.tolist(), [[entry.name, -60]])
		self.assert_amounts(self.assert_parity(customer), 40)

	def test_all_customers_of_the_company(self):
		"""Without a choice of customers the company's total is the report's"""
		self.invoice(self.customer(), 12.34)
		items = open_items(COMPANY)
		total = sum(row["outstanding"] for row in report(sorted(set(items["customer"]))))
		self.assertEqual(flt(items["outstanding_base"].sum(), 2), flt(total, 2))
		everyone = execute({"company": COMPANY, "report_date": getdate(), "range": "30, 60, 90, 120"})[1]
		self.assertEqual(flt(total, 2), flt(sum(row["outstanding"] for row in everyone), 2))

	def test_nobody(self):
		"""No customers means no items, with the same columns"""
		items = open_items(COMPANY, customers=[])
		self.assertEqual((len(items), list(items.columns)), (0, ITEM_COLUMNS))

	def by_term_invoice(self, customer: str, due_in: int = 0):
		return self.invoice(customer, 100, due_in, payment_terms_template=make_terms(50, 50, by_term=True))

	def term(self, invoice, number: int) -> str:
		return invoice.payment_schedule[number - 1].payment_term


class TestPaymentHistory(CollectionsTestCase):
	def history(self, customer: str):
		frame = payment_history(COMPANY, getdate())
		return frame[frame["customer"] == customer].set_index("voucher_no")

	def test_paid_on_is_the_day_of_the_last_payment(self):
		"""An invoice counts as paid on the day nothing was left, an open one has no such day"""
		customer = self.customer()
		paid, part = self.invoice(customer, 100, -20), self.invoice(customer, 100, -20)
		pay(paid, 40, add_days(getdate(), -15))
		pay(paid, 60, add_days(getdate(), -3))
		pay(part, 40, add_days(getdate(), -3))
		history = self.history(customer)
		self.assertEqual(history.loc[paid.name, "paid_on"].date(), add_days(getdate(), -3))
		self.assertEqual(history.loc[paid.name, "payment_count"], 2)
		self.assertTrue(frappe.utils.cstr(history.loc[part.name, "paid_on"]) == "NaT")

	def test_receipts(self):
		"""What came in between two days, taken back where it was"""
		customer = self.customer()
		invoice = self.invoice(customer, 100, -20)
		pay(invoice, 40, add_days(getdate(), -8))
		pay(invoice, 10, add_days(getdate(), -2)).cancel()
		found = receipts(COMPANY, add_days(getdate(), -10), getdate())
		self.assertEqual(found.loc[found["customer"] == customer, "amount"].tolist(), [40])
