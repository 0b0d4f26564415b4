"""Credit covers: dates, amounts, one of an insurer at a time, and their end."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.credit.covers import cover_amounts, expire_covers
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase


def make_cover(customer: str, amount: float = 100, **values):
	return frappe.get_doc(
		{
			"doctype": "Credit Cover",
			"customer": customer,
			"company": COMPANY,
			"insurer": "Insurer",
			"status": "Approved",
			"amount": amount,
			**values,
		}
	).insert()


def on(days: int):
	return add_days(getdate(), days)


class TestCreditCover(CycleTestCase):
	def test_checks(self):
		"""Dates in order, an amount once approved, a share of at most all; the currency is the company's."""
		customer = self.customer()
		with self.assertRaisesRegex(frappe.ValidationError, "before Valid From"):
			make_cover(customer, valid_from=on(2), valid_until=on(1))
		with self.assertRaisesRegex(frappe.ValidationError, "Amount Covered"):
			make_cover(customer, amount=0)
		with self.assertRaisesRegex(frappe.ValidationError, "Insured Share"):
			make_cover(customer, insured_share=101)
		self.assertEqual(make_cover(customer, amount=0, status="Requested").currency, "EUR")

	def test_one_of_an_insurer_at_a_time(self):
		"""A second approved cover of the same insurer is refused while both are valid; its successor is not."""
		customer = self.customer()
		make_cover(customer, valid_until=on(10))
		with self.assertRaisesRegex(frappe.ValidationError, "already until"):
			make_cover(customer, valid_from=on(10))
		make_cover(customer, valid_from=on(11))
		make_cover(customer, insurer="Another")
		make_cover(customer, status="Requested")
		make_cover(self.customer())

	def test_amounts_of_a_day(self):
		"""What is covered is the sum of the approved covers valid that day."""
		customer = self.customer()
		make_cover(customer, 100, valid_until=on(3))
		make_cover(customer, 50, insurer="Another", valid_from=on(2))
		make_cover(customer, 500, insurer="Third", status="Refused")
		amounts = [cover_amounts(COMPANY, on(days)).get(customer) for days in (0, 2, 3, 4)]
		self.assertEqual(amounts, [100, 150, 150, 50])

	def test_other_currencies(self):
		"""A cover in another currency counts by the day's rate; without a rate the customer is insured for nothing
		known."""
		customer, unknown = self.customer(), self.customer()
		frappe.get_doc(
			{
				"doctype": "Currency Exchange",
				"date": getdate(),
				"from_currency": "USD",
				"to_currency": "EUR",
				"exchange_rate": 0.5,
			}
		).insert(ignore_if_duplicate=True)
		make_cover(customer, 100, currency="USD")
		amounts = cover_amounts(COMPANY, getdate())
		self.assertEqual(amounts[customer], 50)
		self.assertNotIn(unknown, amounts)

	def test_covers_end(self):
		"""The day after its last day a cover is Expired; one saved later is so at once."""
		ended, last_day = make_cover(self.customer(), valid_until=on(0)), make_cover(self.customer())
		expire_covers(on(0))
		self.assertEqual(frappe.db.get_value("Credit Cover", ended.name, "status"), "Approved")
		expire_covers(on(1))
		self.assertEqual(frappe.db.get_value("Credit Cover", ended.name, "status"), "Expired")
		self.assertEqual(frappe.db.get_value("Credit Cover", last_day.name, "status"), "Approved")
		self.assertEqual(make_cover(self.customer(), valid_until=on(-1)).status, "Expired")
