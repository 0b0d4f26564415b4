"""Charges as ERPNext's Dunning: amounts equal to the letter's whatever ERPNext would compute, paid and cancelled there."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.charges import ledger as charge_ledger
from collections_app.tests.books import BANK, DEBTORS, make_terms
from collections_app.tests.charging import BOTH, BookingTestCase, charges_account, ledger
from collections_app.tests.utils import pay
from collections_app.tests.world import make_plan

FEE = {**BOTH, "fee": 5}


class TestDunning(BookingTestCase):
	PLAN = "ERPNext Dunning"

	def sent_and_booked(self, *steps: tuple, amount: float = 1000, **values):
		self.plan_with(*(steps or [(1, "Email", FEE)]), gap=1)
		invoice = self.invoice(self.customer(), amount, -10, **values)
		(name,) = self.send_out()
		self.assertEqual(self.book(), {"charges_booked": 1, "charges_failed": 0}, self.told)
		return invoice, self.dunning(name)

	def dunning(self, action: str):
		return frappe.get_doc("Dunning", frappe.db.get_value("Collection Action", action, "dunning"))

	def pay_dunning(self, dunning):
		from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

		entry = get_payment_entry("Dunning", dunning.name, bank_account=BANK)
		entry.update({"reference_no": "TEST", "reference_date": getdate()})
		return entry.insert().submit()

	def test_equal_to_the_letter(self):
		"""2.74 interest, 40 indemnity and 5 fee on 1,000: ERPNext's amounts are the letter's, its own interest is none."""
		invoice, dunning = self.sent_and_booked()
		action = self.action()
		self.assertEqual((dunning.docstatus, dunning.status, dunning.dunning_type), (1, "Unresolved", None))
		self.assertEqual((dunning.rate_of_interest, dunning.total_interest), (0, 0))
		self.assertEqual((dunning.dunning_fee, dunning.dunning_amount), (47.74, 47.74))
		self.assertEqual((dunning.total_outstanding, dunning.grand_total), (1000, action.total_with_charges))
		self.assertEqual(
			(dunning.currency, dunning.conversion_rate, dunning.base_dunning_amount), ("EUR", 1, 47.74)
		)
		self.assertEqual(dunning.income_account, charges_account())
		self.assertEqual(dunning.cost_center, frappe.db.get_value("Company", dunning.company, "cost_center"))
		(row,) = dunning.overdue_payments
		self.assertEqual((row.sales_invoice, row.outstanding, row.interest), (invoice.name, 1000, 0))
		self.assertEqual(row.payment_schedule, invoice.payment_schedule[0].name)
		for amount in ("2.74", "40.00", "5.00"):
			self.assertIn(amount, dunning.body_text)

	def test_a_default_type_changes_nothing(self):
		"""A Dunning Type with a rate and a fee of its own stays out of it."""
		kind = frappe.get_doc(
			{
				"doctype": "Dunning Type",
				"dunning_type": "Strict",
				"company": "Collections Test",
				"is_default": 1,
				"rate_of_interest": 99,
				"dunning_fee": 99,
			}
		).insert()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.delete_doc, "Dunning Type", kind.name)
		_invoice, dunning = self.sent_and_booked()
		self.assertEqual(dunning.dunning_amount, 47.74)

	def test_paid_with_its_invoice(self):
		"""The payment ERPNext makes of it: bank 1,047.74, receivable 1,000, income 47.74; nothing is left of the charges."""
		invoice, dunning = self.sent_and_booked()
		self.assertEqual(ledger(dunning.name), {})
		entry = self.pay_dunning(dunning)
		self.assertEqual(ledger(entry.name), {BANK: 1047.74, DEBTORS: -1000, charges_account(): -47.74})
		dunning.reload()
		self.assertEqual(dunning.status, "Resolved")
		known = charge_ledger.booked([invoice.name])
		self.assertEqual(known.paid[invoice.name], known.booked[invoice.name])
		self.assertEqual(known.paid[invoice.name].total, 4774)

	def test_paid_without_the_charges(self):
		invoice, dunning = self.sent_and_booked()
		pay(invoice)
		dunning.reload()
		known = charge_ledger.booked([invoice.name])
		self.assertEqual((known.booked[invoice.name].total, known.paid[invoice.name].total), (4774, 0))

	def test_only_the_growth(self):
		_invoice, first = self.sent_and_booked((1, "Email", FEE), (11, "Email", FEE))
		frappe.db.set_value("Collection Action", self.action().name, "sent_at", add_days(getdate(), -5))
		(second,) = self.send_out(day=6)
		self.book()
		self.assertEqual((first.dunning_amount, self.dunning(second).dunning_amount), (47.74, 6.64))

	def test_terms_of_a_schedule(self):
		"""Each overdue term is a row with its own schedule; of one invoice one indemnity."""
		self.plan_with((1, "Email", BOTH))
		invoice = self.invoice(self.customer(), 1000, -40, payment_terms_template=make_terms(50, 50))
		(name,) = self.send_out()
		self.book()
		dunning, action = self.dunning(name), self.action()
		self.assertEqual(action.indemnity, 40)
		self.assertEqual(
			[(row.payment_schedule, row.outstanding) for row in dunning.overdue_payments],
			[(row.name, 500) for row in invoice.payment_schedule],
		)
		self.assertEqual(dunning.grand_total, action.total_with_charges)

	def test_an_invoice_without_a_schedule(self):
		"""ERPNext's payments fail on a row without a schedule: such an invoice is left out, its charges are not."""
		self.plan_with((1, "Email", BOTH))
		invoice = self.invoice(self.customer(), 1000, -10)
		frappe.db.delete("Payment Schedule", {"parent": invoice.name})
		(name,) = self.send_out()
		self.book()
		dunning = self.dunning(name)
		self.assertEqual((dunning.overdue_payments, dunning.dunning_amount), ([], 42.74))
		pay(invoice)

	def test_cancelled_by_erpnext(self):
		"""The amounts are open again; the next message books the whole, the link of the first stays."""
		_invoice, dunning = self.sent_and_booked((1, "Email", BOTH), (11, "Email", BOTH))
		first = self.action().name
		dunning.cancel()
		self.assertEqual([row.status for row in self.bookings()], ["Cancelled"])
		self.assertEqual(frappe.db.get_value("Collection Action", first, "dunning"), dunning.name)
		frappe.db.set_value("Collection Action", first, "sent_at", add_days(getdate(), -5))
		(second,) = self.send_out(day=6)
		self.book()
		self.assertEqual(self.dunning(second).dunning_amount, 44.38)


class TestPaidLate(BookingTestCase):
	"""The principal is paid first: what ran up until that day stays owed."""

	def announced(self, *steps: tuple, sent_days_ago: int = 5, **values):
		self.plan_with(*(steps or [(1, "Email", BOTH)]), **values)
		invoice = self.invoice(self.customer(), 1000, -10)
		(name,) = self.send_out(day=-sent_days_ago)
		self.book()
		return invoice, name

	def test_interest_until_the_payment(self):
		"""The message said 1.37 for 5 days; paid 3 days later, 8 days are 2.19: 0.82 more is booked, once."""
		invoice, name = self.announced()
		self.assertEqual(self.charges_invoice(name).grand_total, 41.37)
		pay(invoice, on=add_days(getdate(), -2))
		self.assertEqual(len(self.settle_paid()), 1)
		self.assertEqual(self.book()["charges_booked"], 1)
		final = self.bookings()[-1]
		self.assertEqual((final.settled_invoice, final.action, final.total), (invoice.name, None, 0.82))
		self.assertEqual(getdate(final.up_to), add_days(getdate(), -2))
		self.assertEqual(ledger(final.voucher), {DEBTORS: 0.82, charges_account(): -0.82})
		self.assertEqual((self.settle_paid(), self.book()["charges_booked"]), ([], 0))

	def test_as_a_dunning(self):
		self.PLAN = "ERPNext Dunning"
		invoice, _name = self.announced()
		pay(invoice, on=add_days(getdate(), -2))
		self.settle_paid()
		self.book()
		dunning = frappe.get_doc("Dunning", self.bookings()[-1].voucher)
		self.assertEqual((dunning.dunning_amount, dunning.total_outstanding, dunning.docstatus), (0.82, 0, 1))

	def test_paid_before_the_message_was_known(self):
		"""A payment dated before the message: nothing more, and nothing taken back by itself."""
		invoice, _name = self.announced()
		pay(invoice, on=add_days(getdate(), -7))
		self.settle_paid()
		self.assertEqual(self.book()["charges_booked"], 0)
		self.assertEqual([row.status for row in self.bookings()], ["Booked", "Nothing to Book"])

	def test_still_open(self):
		invoice, _name = self.announced()
		pay(invoice, 999)
		self.assertEqual(self.settle_paid(), [])

	def test_a_payment_taken_back_and_made_again(self):
		"""Open again, the next payment settles it anew: interest until then, less what is booked."""
		invoice, _name = self.announced()
		pay(invoice, on=add_days(getdate(), -2)).cancel()
		pay(frappe.get_doc("Sales Invoice", invoice.name))
		self.settle_paid()
		self.book()
		self.assertEqual(self.bookings()[-1].total, 1.37)

	def test_nothing_announced_nothing_claimed(self):
		"""An invoice paid late before any message said so is not charged."""
		self.plan_with()
		invoice = self.invoice(self.customer(), 1000, -10)
		pay(invoice)
		self.assertEqual((self.settle_paid(), self.bookings()), ([], []))

	def test_indemnity_alone(self):
		"""Only what was announced is claimed: without interest in the message there is none after it."""
		invoice, _name = self.announced((1, "Email", {"charge_indemnity": 1}))
		pay(invoice)
		self.assertEqual(self.settle_paid(), [])

	def test_booked_by_the_run(self):
		invoice, _name = self.announced()
		pay(invoice)
		context = self.send()
		self.assertEqual(context.results[-1]["charges_booked"], 1)
		self.assertEqual(self.bookings()[-1].total, 1.37)

	def test_a_plan_that_does_not_book(self):
		make_plan((1, "Email", BOTH))
		invoice = self.invoice(self.customer(), 1000, -10)
		self.send_out()
		pay(invoice)
		self.assertEqual((self.settle_paid(), self.bookings()), ([], []))
