"""Charges in the books: once, to the cent what the message said, and nothing but the growth since the booking before."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.charges import booking as charge_booking
from collections_app.services.charges import vouchers as charge_vouchers
from collections_app.tasks import follow_messages
from collections_app.tests.books import DEBTORS, DEBTORS_USD, usd
from collections_app.tests.books import make_rate as make_exchange_rate
from collections_app.tests.charging import BOTH, BookingTestCase, charges_account, ledger
from collections_app.tests.utils import pay

FEE = {**BOTH, "fee": 5}


class TestInvoice(BookingTestCase):
	def test_posted_to_the_cent(self):
		"""1,000 for 10 days at 10 % is 2.74, 40 indemnity, 5 fee: receivable 47.74, income 47.74, nothing else."""
		self.plan_with((1, "Email", FEE))
		invoice = self.invoice(self.customer(), 1000, -10)
		(name,) = self.send_out()
		self.assertEqual(self.book(), {"charges_booked": 1, "charges_failed": 0})
		booked = self.charges_invoice(name)
		self.assertEqual(ledger(booked.name), {DEBTORS: 47.74, charges_account(): -47.74})
		self.assertEqual((booked.docstatus, booked.outstanding_amount, booked.taxes), (1, 47.74, []))
		self.assertEqual([row.rate for row in booked.items], [2.74, 40, 5])
		for row in booked.items[:2]:
			self.assertIn(invoice.name, row.description)
		self.assertIn(name, booked.items[2].description)
		(booking,) = self.bookings()
		self.assertEqual((booking.status, booking.voucher, booking.total), ("Booked", booked.name, 47.74))
		self.assertEqual(self.action().total_with_charges, 1000 + booked.grand_total)

	def test_in_the_words_of_the_message(self):
		"""The customer reads on the invoice what the letter called it, in the letter's language."""
		self.plan_with((1, "Email", FEE))
		invoice = self.invoice(self.customer(language="de"), 1000, -10)
		(name,) = self.send_out()
		self.book()
		texts = [row.description for row in self.charges_invoice(name).items]
		self.assertIn(f"Verzugszinsen, {invoice.name} (10 Tage", texts[0])
		self.assertEqual(texts[1:], [f"Verzugspauschale, {invoice.name}", f"Mahngebühr, {name}"])

	def test_what_the_customer_is_not_told_is_not_booked(self):
		"""A task for the collector announces nothing; a call does."""
		for channel, expected in (("Task", []), ("Call", ["Booked"])):
			with self.subTest(channel):
				self.setUp()
				self.plan_with((1, channel, {**FEE, "task": "Look at it"}))
				self.invoice(self.customer(), 1000)
				self.send()
				self.assertEqual((self.action().status, self.action().fee), ("Sent", 5))
				self.assertEqual([row.status for row in self.bookings()], expected)

	def test_booked_to_who_owes_it(self):
		"""A parent receives the message; the invoice for charges goes to the debtor."""
		self.plan_with((1, "Email", FEE))
		debtor, parent = self.customer(), self.customer()
		self.invoice(debtor, 1000)
		self.plan()
		self.judge()
		action = self.action(status="Queued")
		frappe.db.set_value("Collection Action", action.name, "customer", parent)
		frappe.db.set_value("Collection Action Invoice", {"parent": action.name}, "customer", debtor)
		self.send_out()
		self.book()
		(booking,) = self.bookings()
		self.assertEqual((booking.customer, booking.total), (debtor, 47.74))
		self.assertEqual(self.charges_invoice(action.name).customer, debtor)

	def test_never_twice(self):
		"""Repeated by the run, the hourly work or two workers at once: one invoice."""
		self.plan_with()
		self.invoice(self.customer(), 1000)
		self.send_out()
		self.book()
		self.assertEqual(self.book(), {"charges_booked": 0, "charges_failed": 0})
		(booking,) = self.bookings()
		self.assertEqual(charge_booking.book(booking.name, booking.customer), ("", ""))
		follow_messages()
		self.assertEqual(frappe.db.count("Sales Invoice", {"customer": booking.customer, "docstatus": 1}), 2)

	def test_not_before_the_message_is_out(self):
		"""While the e-mail waits at the server nothing is booked; a message that is cancelled books nothing."""
		self.plan_with()
		self.invoice(self.customer(), 1000)
		self.send()
		self.assertEqual(self.action().status, "Sending")
		self.assertEqual(self.book()["charges_booked"], 0)
		self.assertEqual([row.status for row in self.bookings()], ["Waiting"])
		frappe.db.set_value("Collection Action", self.action().name, "status", "Cancelled")
		self.book()
		self.assertEqual([row.status for row in self.bookings()], ["Cancelled"])

	def test_a_crash_between_sending_and_booking(self):
		"""What was said is noted with the hand-over: whoever comes next books it."""
		self.plan_with()
		self.invoice(self.customer(), 1000)
		(name,) = self.send_out()
		with patch.dict(charge_vouchers.BUILDERS, {self.PLAN: self.die}), self.assertRaises(WorkerDied):
			self.book()
		frappe.db.rollback()
		self.assertEqual([row.status for row in self.bookings()], ["Waiting"])
		self.assertEqual(self.book()["charges_booked"], 1)
		self.assertEqual(self.charges_invoice(name).grand_total, 42.74)

	def die(self, _booking):
		raise WorkerDied

	def test_only_the_growth(self):
		"""The second message says 4.38 and 40: 1.64 of interest is new, the indemnity is booked already."""
		self.plan_with((1, "Email", FEE), (11, "Email", FEE), gap=1)
		self.invoice(self.customer(), 1000, -10)
		self.send_out()
		self.book()
		frappe.db.set_value("Collection Action", self.action().name, "sent_at", add_days(getdate(), -5))
		(second,) = self.send_out(day=6)
		self.book()
		action = frappe.get_doc("Collection Action", second)
		self.assertEqual((action.interest, action.indemnity, action.fee), (4.38, 40, 5))
		interest, fee = self.charges_invoice(second).items
		self.assertEqual((interest.rate, fee.rate), (1.64, 5))
		self.assertIn("€4.38 \N{MINUS SIGN} €2.74", interest.description)
		first, last = self.bookings(status="Booked")
		self.assertEqual(first.interest + last.interest, action.interest)
		self.assertEqual(first.indemnity + last.indemnity, action.indemnity)
		self.assertEqual((first.fee, last.fee), (5, 5))

	def test_growth_of_nothing_books_nothing(self):
		"""A step that says what is booked already leaves no voucher."""
		self.plan_with((1, "Email", BOTH), (11, "Email", {"charge_indemnity": 1}), gap=1)
		self.invoice(self.customer(), 1000, -10)
		self.send_out()
		self.book()
		frappe.db.set_value("Collection Action", self.action().name, "sent_at", add_days(getdate(), -5))
		self.send_out(day=6)
		self.assertEqual(self.book()["charges_booked"], 0)
		self.assertEqual([row.status for row in self.bookings()], ["Booked", "Nothing to Book"])

	def test_an_invoice_for_charges_bears_none_and_is_not_chased_beside_its_invoice(self):
		"""The letters of the open invoice state the charges. Once it is paid, the rest is chased, with no charges on it."""
		self.plan_with((1, "Email", FEE))
		invoice = self.invoice(self.customer(), 1000, -10)
		(name,) = self.send_out()
		self.book()
		charges = self.charges_invoice(name)
		frappe.db.set_value("Sales Invoice", charges.name, "due_date", add_days(getdate(), -5))
		frappe.db.set_value(
			"Payment Ledger Entry", {"voucher_no": charges.name}, "due_date", add_days(getdate(), -5)
		)
		frappe.db.commit()
		self.plan()
		self.assertEqual([row.name for row in self.actions()], [name])
		pay(invoice)
		self.plan()
		action = self.action(status="Planned")
		self.assertEqual([row.voucher_no for row in action.items], [charges.name])
		self.assertEqual((action.interest, action.indemnity, action.fee), (0, 0, 0))

	def test_charges_that_are_paid_are_not_shown_again(self):
		"""Paid first, the charges are off the next letter, which says what grew since; and that alone is booked."""
		self.plan_with((1, "Email", BOTH), (11, "Email", BOTH), gap=1)
		self.invoice(self.customer(), 1000, -10)
		(name,) = self.send_out()
		self.book()
		pay(self.charges_invoice(name))
		frappe.db.set_value("Collection Action", name, "sent_at", add_days(getdate(), -5))
		(second,) = self.send_out(day=6)
		action = frappe.get_doc("Collection Action", second)
		self.assertEqual((action.interest, action.indemnity, action.total_with_charges), (1.64, 0, 1001.64))
		self.book()
		self.assertEqual(self.charges_invoice(second).grand_total, 1.64)

	def test_in_the_invoices_currency(self):
		"""A debt in USD: charges in USD on its receivable account, income in EUR at the day's rate."""
		make_exchange_rate(0.9)
		self.plan_with((1, "Email", {"charge_interest": 1}))
		self.invoice(self.customer(), 1000, -10, **usd())
		(name,) = self.send_out()
		self.book()
		booked = self.charges_invoice(name)
		self.assertEqual((booked.currency, booked.grand_total, booked.debit_to), ("USD", 2.74, DEBTORS_USD))
		self.assertEqual(ledger(booked.name), {DEBTORS_USD: 2.47, charges_account(): -2.47})

	def test_beyond_the_credit_limit(self):
		"""Who owes too much already does not escape the charges."""
		self.plan_with()
		limit = [{"company": "Collections Test", "credit_limit": 1000}]
		customer = self.customer()
		self.invoice(customer, 1000)
		doc = frappe.get_doc("Customer", customer)
		doc.set("credit_limits", limit)
		doc.flags.ignore_validate = True
		doc.save()
		self.send_out()
		self.assertEqual((self.book()["charges_booked"], self.told), (1, []))


class WorkerDied(BaseException):
	"""What no code catches, as when the process is killed."""
