"""Bookings of charges that fail, are cancelled or lack their settings."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import charges as api
from collections_app.patches import settlement_order
from collections_app.services.charges import vouchers as charge_vouchers
from collections_app.services.outbox.dispatch import NOTHING_SENT
from collections_app.tests.charging import BOTH, BookingTestCase, ledger, set_booking
from collections_app.tests.world import make_plan, other_company

FEE = {**BOTH, "fee": 5}


class TestFailures(BookingTestCase):
	def test_missing_settings_are_named_and_nothing_is_blocked(self):
		"""The message goes out; the run and the message say which field is missing; once it is set, it is booked."""
		set_booking(charges_account=None, charges_item=None)
		self.plan_with()
		self.invoice(self.customer(), 1000)
		(name,) = self.send_out()
		self.assertEqual(self.book(), {"charges_booked": 0, "charges_failed": 1})
		for field in ("Income Account for Charges", "Item for Charges"):
			self.assertIn(field, self.told[0][1])
			self.assertIn(field, frappe.db.get_value("Collection Action", name, "error"))
		(booking,) = self.bookings()
		self.assertEqual((booking.status, booking.attempts), ("Failed", 1))
		self.assertEqual(frappe.db.get_value("Collection Action", name, "status"), "Sent")
		logged = frappe.db.count("Error Log", {"reference_name": booking.name})
		self.book()
		self.assertEqual(frappe.db.count("Error Log", {"reference_name": booking.name}), logged)
		set_booking()
		self.assertEqual(self.book()["charges_booked"], 1)
		self.assertFalse(frappe.db.get_value("Collection Action", name, "error"))
		self.assertFalse(self.bookings()[0].error)

	def test_one_that_fails_stops_no_other(self):
		self.plan_with()
		good, bad = self.customer(), self.customer()
		for customer in (bad, good):
			self.invoice(customer, 1000)
		self.send_out()
		frappe.db.set_value("Customer", bad, "disabled", 1)
		self.assertEqual(self.book(), {"charges_booked": 1, "charges_failed": 1})
		self.assertEqual(
			{row.customer: row.status for row in self.bookings()}, {good: "Booked", bad: "Failed"}
		)
		self.assertEqual(frappe.db.count("Sales Invoice", {"customer": bad}), 1)

	def test_another_amount_than_the_letter_said_is_refused(self):
		self.plan_with()
		self.invoice(self.customer(), 1000)
		self.send_out()
		with patch.object(charge_vouchers, "_parts", return_value=[("Late interest", 2.75)]):
			self.book()
		(booking,) = self.bookings()
		self.assertEqual(booking.status, "Failed")
		self.assertIn("instead of 42.74", booking.error)
		self.assertEqual(frappe.db.count("Sales Invoice", {"customer": booking.customer}), 1)

	def test_a_run_books_and_tells(self):
		set_booking(charges_account=None)
		self.plan_with((1, "Call", BOTH))
		self.invoice(self.customer(), 1000)
		context = self.send()
		self.assertEqual(context.results[-1]["charges_failed"], 1)
		self.assertTold(context, "Income Account for Charges", "Error")

	def test_whatever_goes_wrong_the_messages_are_out(self):
		self.plan_with()
		self.invoice(self.customer(), 1000)
		with patch("collections_app.services.charges.settling.note_paid", side_effect=ValueError("broken")):
			context = self.send()
		self.assertEqual(context.results[-1], {**NOTHING_SENT, "emails": 1})
		self.assertTold(context, "The booking of charges stopped: broken", "Error")
		self.assertEqual(self.action().status, "Sending")

	def test_a_plan_that_does_not_book(self):
		make_plan((1, "Email", FEE))
		self.invoice(self.customer(), 1000)
		self.send_out()
		self.book()
		self.assertEqual(self.bookings(), [])


class TestSettings(BookingTestCase):
	def test_accounts_of_another_company_are_refused(self):
		other = frappe.db.get_value(
			"Account", {"company": other_company(), "root_type": "Income", "is_group": 0}
		)
		if not other:
			self.skipTest("the other company of this site has no accounts")
		with self.assertRaisesRegex(frappe.ValidationError, "Income Account for Charges .* is not one of"):
			set_booking(charges_account=other)

	def test_the_order_of_settlement_of_an_older_site(self):
		"""Sites from before have none: the settings could not be saved."""
		frappe.db.set_single_value("Collections Settings", "settlement_order", None)
		settlement_order.execute()
		found = frappe.db.get_single_value("Collections Settings", "settlement_order")
		self.assertEqual(found, "Costs, Interest, Principal")
		frappe.db.set_single_value("Collections Settings", "settlement_order", "Principal, Interest, Costs")
		settlement_order.execute()
		found = frappe.db.get_single_value("Collections Settings", "settlement_order")
		self.assertEqual(found, "Principal, Interest, Costs")


class TestCancelled(BookingTestCase):
	def booked(self):
		self.plan_with((1, "Email", BOTH), (11, "Email", BOTH), gap=1)
		self.invoice(self.customer(), 1000, -10)
		(name,) = self.send_out()
		self.book()
		return name, self.charges_invoice(name)

	def test_reopened_by_erpnexts_own_cancel(self):
		"""The link stays, nothing is booked by itself, and the next message books the whole."""
		name, charges = self.booked()
		charges.cancel()
		self.assertEqual(ledger(charges.name), {})
		self.assertEqual([row.status for row in self.bookings()], ["Cancelled"])
		self.assertEqual(frappe.db.get_value("Collection Action", name, "charges_invoice"), charges.name)
		self.assertEqual(self.book()["charges_booked"], 0)
		frappe.db.set_value("Collection Action", name, "sent_at", add_days(getdate(), -5))
		(second,) = self.send_out(day=6)
		self.book()
		self.assertEqual(self.charges_invoice(second).grand_total, 44.38)

	def test_booked_again_by_a_person(self):
		name, charges = self.booked()
		charges.cancel()
		(booking,) = self.bookings()
		self.assertEqual(api.book_now(booking.name), "Booked")
		self.assertNotEqual(self.bookings()[0].voucher, charges.name)
		self.assertEqual(self.charges_invoice(name).name, charges.name)

	def test_an_amended_invoice_takes_its_place(self):
		_name, charges = self.booked()
		charges.cancel()
		amended = frappe.copy_doc(charges)
		amended.update({"amended_from": charges.name, "docstatus": 0})
		amended.insert().submit()
		(booking,) = self.bookings()
		self.assertEqual((booking.status, booking.voucher), ("Booked", amended.name))

	def test_a_booked_one_is_not_deleted(self):
		self.booked()
		with self.assertRaisesRegex(frappe.ValidationError, "is booked: cancel"):
			self.bookings()[0].delete()
