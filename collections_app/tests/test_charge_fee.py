"""The dunning fee of a message: once, in its currency, in its total."""

from unittest.mock import patch

import frappe
from frappe.utils import getdate

from collections_app.tests.books import usd
from collections_app.tests.charging import BOTH, BookingTestCase
from collections_app.tests.world import make_plan

FEE = {**BOTH, "fee": 5}


class TestFee(BookingTestCase):
	def test_once_for_each_message(self):
		"""5 EUR for a message, however many invoices it names; in the total, beside interest and indemnity."""
		self.plan_with((1, "Email", FEE))
		customer = self.customer()
		self.invoice(customer, 1000, -10)
		self.invoice(customer, 200, -20)
		self.plan()
		action = self.action()
		self.assertEqual((action.fee, action.interest, action.indemnity), (5, 3.84, 80))
		self.assertEqual(action.total_with_charges, 1288.84)

	def test_fee_alone(self):
		"""A step may ask for a fee and nothing else; a person owes it too."""
		make_plan((1, "Email", {"fee": 7.5}))
		self.invoice(self.customer(customer_type="Individual"), 100)
		self.plan()
		self.assertEqual((self.action().fee, self.action().total_with_charges), (7.5, 107.5))

	def test_not_before_anything_is_late(self):
		plan = make_plan((0, "Email", {"fee": 5}))
		self.invoice(self.customer(), 100, 0)
		self.plan()
		self.assertEqual((self.action().fee, plan.steps[0].fee), (0, 5))

	def test_in_the_messages_currency(self):
		"""5 EUR are 5.50 USD at 1.1; a plan may state its fees in another currency than the company's."""
		for currency, pair in ((None, ("EUR", "USD")), ("GBP", ("GBP", "USD"))):
			with self.subTest(currency):
				self.setUp()
				self.plan_with((1, "Email", {"fee": 5}), fee_currency=currency)
				self.invoice(self.customer(), 1000, **usd())
				with patch("erpnext.setup.utils.get_exchange_rate", return_value=1.1) as asked:
					self.plan()
				asked.assert_called_once_with(*pair, getdate())
				self.assertEqual((self.action().fee, self.action().total_with_charges), (5.5, 1005.5))

	def test_without_an_exchange_rate(self):
		self.plan_with((1, "Email", {"fee": 5}))
		self.invoice(self.customer(), 1000, **usd())
		with patch("erpnext.setup.utils.get_exchange_rate", return_value=0):
			context = self.plan()
		self.assertEqual(self.action().fee, 0)
		self.assertTold(context, "The dunning fee is not charged: there is no exchange rate from EUR to USD")

	def test_refreshed_while_it_waits(self):
		"""A fee set later is on the message that still waits."""
		self.plan_with()
		self.invoice(self.customer(), 1000)
		self.plan()
		frappe.db.set_value("Dunning Plan Step", self.action().plan_step, "fee", 9)
		self.plan()
		self.assertEqual((self.action().fee, self.action().total_with_charges), (9, 1051.74))
