"""Charges for late payment: computed by hand here, and only where they are due."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.charges import interest_rates
from collections_app.services.charges.compute import Charger
from collections_app.tests.books import credit_note, debtor_row, income_row, journal, make_terms
from collections_app.tests.charging import BOTH, CODE, MISSING, ChargesTestCase, make_rate, set_law
from collections_app.tests.utils import ABBR, COMPANY, make_invoice, pay
from collections_app.tests.world import make_plan


class TestPlanned(ChargesTestCase):
	def test_amounts_by_hand(self):
		"""1,000 for 10 days at 10 % is 2.74, 200 for 20 days is 1.10; 40 for each; all of it in the totals."""
		make_rate()
		make_plan((1, "Email", BOTH))
		customer = self.customer()
		self.invoice(customer, 1000, -10)
		self.invoice(customer, 200, -20)
		self.plan()
		self.assertEqual(
			[
				(row.outstanding, row.interest, row.interest_days, row.interest_rate, row.indemnity)
				for row in self.action().items
			],
			[(200, 1.1, 20, 10, 40), (1000, 2.74, 10, 10, 40)],
		)
		self.assertEqual(self.charged(), (3.84, 80, 1283.84))
		self.assertEqual(self.action().total, 1200)

	def test_only_what_the_step_asks_for(self):
		"""Each item is charged what its own step says, be it interest, the indemnity or nothing."""
		make_rate()
		make_plan((1, "Email"), (15, "Email", {"charge_interest": 1}), gap=1)
		customer = self.customer()
		old = self.invoice(customer, 1000, -16)
		self.plan()
		self.assertEqual(self.charged(), (0, 0, 1000))
		frappe.db.set_value(
			"Collection Action",
			self.action().name,
			{"status": "Sent", "sent_at": add_days(frappe.utils.now_datetime(), -2)},
		)
		self.invoice(customer, 500, -5)
		self.plan()
		action = self.action(status="Planned")
		self.assertEqual(
			[(row.voucher_no == old.name, row.interest, row.indemnity) for row in action.items],
			[(True, 4.38, 0), (False, 0, 0)],
		)
		frappe.db.set_value(
			"Dunning Plan Step", action.plan_step, {"charge_interest": 0, "charge_indemnity": 1}
		)
		self.plan()
		action = self.action(status="Planned")
		self.assertEqual((action.interest, action.indemnity, action.items[0].interest_days), (0, 40, 0))

	def test_part_payments_and_credit_notes(self):
		"""The day of a payment still bears interest on the whole; what is credited never did."""
		make_rate()
		make_plan((1, "Email", BOTH))
		paid, credited = self.invoice(self.customer(), 1000, -10), self.invoice(self.customer(), 1000, -10)
		pay(paid, 400, add_days(getdate(), -6))
		credit_note(credited, 400, on_invoice=True)
		self.plan()
		# 4 days of 1,000 and 6 of 600; 10 days of 600
		self.assertEqual(self.action(customer=paid.customer).interest, 2.08)
		self.assertEqual(self.action(customer=credited.customer).interest, 1.64)

	def test_change_of_rate(self):
		"""Each day bears the rate in force on it; where the law fixes it at the start, the first."""
		make_rate(rate=10)
		newer = make_rate(days_ago=4, rate=20)
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(), 1000, -10)
		self.plan()
		# 5 days at 10 % and 5 at 20 %
		self.assertEqual(self.charged()[0], 4.11)
		self.assertEqual(self.action().items[0].interest_rate, 20)
		for name in (f"{CODE}-{add_days(getdate(), -400)}", newer.name):
			frappe.db.set_value("Late Interest Rate", name, "fixed_at_start", 1)
		self.plan()
		self.assertEqual(self.charged()[0], 2.74)

	def test_term_of_a_schedule(self):
		"""A term is charged from its own due date on what is open of it, whatever payments went to other terms."""
		make_rate()
		make_plan((1, "Email", BOTH))
		customer = self.customer()
		invoice = self.invoice(customer, 1000, -10, payment_terms_template=make_terms(50, 50))
		pay(invoice, 600, add_days(getdate(), -1))
		self.plan()
		(row,) = self.action().items
		self.assertTrue(row.payment_term)
		late = (getdate() - row.due_date).days
		self.assertEqual((row.outstanding, row.interest_days, row.indemnity), (400, late, 40))
		self.assertEqual(row.interest, round(400 * 0.1 * late / 365, 2))

	def test_journal_entries_bear_nothing(self):
		"""An opening balance is no invoice: it is chased and not charged, nor is a rate asked for it."""
		make_plan((1, "Email", BOTH))
		customer = self.customer()
		journal(debtor_row(customer, debit=100), income_row(credit=100), on=add_days(getdate(), -10))
		self.assertEqual(self.plan().messages, [])
		make_rate()
		self.plan()
		self.assertEqual(self.charged(), (0, 0, 100))

	def test_not_before_due(self):
		"""On the due date nothing is charged, on the day after it is; steps before it cannot charge."""
		make_rate()
		plan = make_plan((-5, "Email", BOTH), (0, "Email", BOTH))
		self.assertEqual([row.charge_interest for row in plan.steps], [0, 1])
		self.invoice(self.customer(), 1000, 0)
		frappe.db.set_value("Dunning Plan Step", plan.steps[0].name, BOTH)
		self.plan()
		self.assertEqual(self.charged(), (0, 0, 1000))
		self.plan(day=1)
		self.assertEqual(
			[(row.interest, row.indemnity) for row in self.actions(status="Planned")], [(0.27, 40)]
		)

	def test_persons_are_not_charged(self):
		"""A customer of type Individual is charged nothing, and nobody is troubled with that."""
		make_rate(days_ago=0)
		make_rate()
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(customer_type="Individual"), 1000)
		context = self.plan()
		self.assertEqual(self.charged(), (0, 0, 1000))
		self.assertEqual(context.messages, [])

	def test_no_rate(self):
		"""Without a rate nothing is charged, the message is planned all the same, and the run says so once."""
		make_plan((1, "Email", BOTH))
		for due_in in (-10, -20, -30):
			self.invoice(self.customer(), 1000, due_in)
		context = self.plan()
		self.assertEqual([row.total_with_charges for row in self.actions()], [1000, 1000, 1000])
		self.assertEqual(len([line for line in context.messages if MISSING in line.message]), 1)
		self.assertTold(context, f"{MISSING} {CODE}", "Warning")
		make_rate(days_ago=15)
		context = self.plan()
		self.assertEqual(sorted(row.interest for row in self.actions()), [0, 0, 2.74])
		first = frappe.utils.formatdate(add_days(getdate(), -29))
		self.assertEqual([MISSING in line.message for line in context.messages], [True])
		self.assertTold(context, f"{MISSING} {CODE} on {first}", "Warning")

	def test_unusable_rate_stops_no_other(self):
		"""A rate that was spoilt behind the form's back is told by name; the others hold."""
		make_rate()
		bad = make_rate(days_ago=5, rate=12)
		frappe.db.set_value("Late Interest Rate", bad.name, "annual_rate", -1)
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(), 1000)
		context = self.plan()
		self.assertEqual(self.charged()[0], 2.74)
		self.assertTold(context, "annual rate must be 0 or more", "Error")
		self.assertIn(bad.name, [line.reference_name for line in context.messages])

	def test_old_rate_is_told(self):
		"""A rate from before this half-year goes on, and the run asks for the new one, once."""
		make_rate()
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(), 1000)
		self.invoice(self.customer(), 1000)
		context = self.plan()
		told = [line.message for line in context.messages if "newest late interest rate" in line.message]
		self.assertEqual(len(told), 1)
		make_rate(days_ago=0)
		self.assertEqual(self.plan().messages, [])

	def test_days_of_the_year(self):
		"""1,000 at 10 % over the 366 days of 2028: 100.27 of years of 365 days, 100 of years as they are."""
		make_rate()
		invoice = self.invoice(self.customer(), 1000)
		line = {"item": "x", "voucher_no": invoice.name, "payment_term": "", "customer": invoice.customer}
		line |= {"currency": "EUR", "due_date": getdate("2027-12-31"), "outstanding": 1000.0}
		for chosen, interest in (("Actual/365", 100.27), ("Actual/Actual", 100)):
			with self.subTest(chosen):
				settings = frappe.get_single("Collections Settings")
				settings.companies[0].day_count = chosen
				settings.save()
				charger = Charger(COMPANY, getdate("2028-12-31"))
				self.assertEqual(charger.accrued([line])["interest"].tolist(), [interest])

	def test_law_of_the_company(self):
		"""The country of the settings, else the company's own."""
		self.assertEqual(interest_rates.law_of(COMPANY), CODE)
		set_law(None)
		self.assertEqual(interest_rates.law_of(COMPANY), "DE")
		self.assertEqual(interest_rates.law_of("No Such Company"), "")


class TestExchangeRate(ChargesTestCase):
	TIERS = ((0, 40), (1000, 70))

	def plan_with(self, amount: float, rate: float | None):
		make_rate(tiers=self.TIERS, currency="GBP")
		make_rate(days_ago=0, tiers=self.TIERS, currency="GBP")
		if rate:
			frappe.get_doc(
				{
					"doctype": "Currency Exchange",
					"date": getdate(),
					"from_currency": "GBP",
					"to_currency": "EUR",
					"exchange_rate": rate,
					"for_buying": 1,
					"for_selling": 1,
				}
			).insert()
		make_plan((1, "Email", BOTH))
		self.invoice(self.customer(), amount)
		self.invoice(self.customer(), amount)
		return self.plan()

	def test_converted(self):
		"""1,200 EUR are 960 GBP at 1.25: 40 GBP are 50 EUR. 1,250 EUR are 1,000 GBP: 70 GBP are 87.50 EUR."""
		for amount, indemnity in ((1200, 50), (1250, 87.5)):
			with self.subTest(amount):
				self.setUp()
				self.plan_with(amount, 1.25)
				self.assertEqual([row.indemnity for row in self.actions()], [indemnity, indemnity])

	def test_asked_once(self):
		"""However many items: ERPNext is asked once a pair of currencies."""
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=1.25) as asked:
			self.plan_with(1200, None)
		asked.assert_called_once_with("GBP", "EUR", getdate())

	def test_without_a_rate(self):
		"""The interest is charged, the indemnity is not, and the run says why, once."""
		self.TIERS = ((0, 40),)
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=0):
			context = self.plan_with(1000, None)
		self.assertEqual([(row.interest, row.indemnity) for row in self.actions()], [(2.74, 0)] * 2)
		self.assertEqual(
			[line.message for line in context.messages],
			["The fixed indemnity is not charged: there is no exchange rate from GBP to EUR"],
		)

	def test_interest_in_the_invoices_currency(self):
		"""A debt in USD bears interest in USD; the indemnity comes at the day's rate."""
		make_rate()
		make_rate(days_ago=0)
		make_plan((1, "Email", BOTH))
		make_invoice(
			self.customer(), 1000, currency="USD", conversion_rate=0.9, debit_to=f"Debtors USD - {ABBR}"
		)
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=1.1) as asked:
			self.plan()
		asked.assert_called_once_with("EUR", "USD", getdate())
		self.assertEqual((self.action().currency, *self.charged()), ("USD", 2.74, 44, 1046.74))
