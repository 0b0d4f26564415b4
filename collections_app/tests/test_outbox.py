"""The outbox: what holds an action back, and that each reason is said and goes away by itself."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import actions as api
from collections_app.services.customers import customer_frame
from collections_app.services.outbox import store
from collections_app.services.outbox.judge import Judge
from collections_app.tests.test_plan_steps import make_address
from collections_app.tests.utils import COMPANY, configure, pay
from collections_app.tests.world import (
	CycleTestCase,
	make_dispute,
	make_plan,
	make_promise,
)


class HoldTestCase(CycleTestCase):
	def planned(self, *steps, customer: str | None = None, amount: float = 100, **plan):
		"""An action planned for one overdue invoice."""
		make_plan(*steps, **plan)
		self.customer_name = customer or self.customer()
		self.the_invoice = self.invoice(self.customer_name, amount)
		self.plan()
		return self.action()

	def assertHeld(self, code: str, status: str = "Held", day: int = 0, told: bool = False):
		context = self.judge(day)
		action = self.action()
		self.assertEqual((action.status, action.hold_codes), (status, code), action.hold_reasons)
		self.assertTrue(action.hold_reasons)
		self.assertNotIn("_", action.hold_reasons, "a code instead of a sentence")
		self.assertEqual(bool(context.messages), told, context.messages)
		return action

	def assertReleased(self, day: int = 0):
		self.judge(day)
		action = self.action()
		self.assertEqual((action.status, action.hold_codes, action.hold_reasons), ("Queued", "", ""))


class TestHold(HoldTestCase):
	def test_nothing_holds(self):
		"""Without a reason the action is queued, and its recipient is known."""
		self.planned()
		self.assertReleased()
		self.assertEqual(self.action().recipients, "pay@example.com")

	def test_stale_bank_feed(self):
		"""Held while the last statement is too old; released by a fresh one."""
		configure(stale_feed_days=3)
		account = {"company": COMPANY, "is_company_account": 1}
		frappe.db.set_value("Bank Account", account, "last_integration_date", add_days(getdate(), -12))
		self.planned()
		self.assertHeld("bank_feed_stale", told=True)
		frappe.db.set_value("Bank Account", account, "last_integration_date", getdate())
		self.assertReleased()

	def test_promise(self):
		"""Held between two runs as soon as a promise covers an item; released when it is withdrawn."""
		self.planned()
		promise = make_promise(self.customer_name, self.the_invoice)
		held = self.assertHeld("promise_open")
		self.assertIn(self.the_invoice.name, held.hold_reasons)
		promise.db_set("status", "Cancelled")
		self.assertReleased()

	def test_dispute(self):
		"""Held while an item is in dispute; released when the dispute is settled."""
		self.planned()
		dispute = make_dispute(self.the_invoice)
		self.assertIn(self.the_invoice.name, self.assertHeld("dispute_open").hold_reasons)
		dispute.update({"status": "Rejected"}).save()
		self.assertReleased()

	def test_approval(self):
		"""Awaits approval; approved, it is released and remembers by whom."""
		self.planned((1, "Email", {"requires_approval": 1}))
		self.assertHeld("approval_missing", status="Awaiting Approval")
		result = api.approve([self.action().name])
		self.assertEqual(result, {"approved": 1, "released": 1, "refused": []})
		self.assertEqual((self.action().status, self.action().approved_by), ("Queued", "Administrator"))

	def test_approval_does_not_lift_other_reasons(self):
		"""An approved action stays held while something else holds it, and goes out alone afterwards."""
		self.planned((1, "Email", {"requires_approval": 1}))
		dispute = make_dispute(self.the_invoice)
		held = self.assertHeld("dispute_open,approval_missing")
		self.assertEqual(len(held.hold_reasons.splitlines()), 2)
		self.assertEqual(api.approve(frappe.as_json([held.name]))["released"], 0)
		self.assertHeld("dispute_open")
		dispute.update({"status": "Resolved"}).save()
		self.assertReleased()

	def test_no_email_address(self):
		"""Held and told on the run while there is no address; released when a contact gets one."""
		self.planned(customer=self.customer(email=None))
		self.assertHeld("no_email_address", told=True)
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": "Late",
				"email_ids": [{"email_id": "late@example.com", "is_primary": 1}],
				"links": [{"link_doctype": "Customer", "link_name": self.customer_name}],
			}
		).insert()
		self.assertReleased()
		self.assertEqual(self.action().recipients, "late@example.com")

	def test_no_letter(self):
		"""An e-mail whose step lost its letter is held and told."""
		action = self.planned()
		letter = action.letter
		action.db_set("letter", None)
		self.assertHeld("no_letter", told=True)
		action.db_set("letter", letter)
		self.assertReleased()

	def test_no_collector(self):
		"""A call without a collector is held and told; naming one releases it."""
		settings = frappe.get_single("Collections Settings")
		settings.companies[0].default_collector = None
		settings.save()
		action = self.planned((1, "Call"))
		self.assertHeld("no_collector", told=True)
		frappe.db.set_value("Collection Case", action.case, "collector", "Administrator")
		self.assertReleased()

	def test_unknown_currency(self):
		"""An action in a currency the site does not know is held and told."""
		self.planned().db_set("currency", "XQX")
		self.assertIn("XQX", self.assertHeld("unknown_currency", told=True).hold_reasons)

	def test_pause_of_customer_and_case(self):
		"""Held up to and including the last day of the customer's or the case's pause."""
		action = self.planned()
		until = add_days(getdate(), 3)
		for doctype, name, field in (
			("Customer", self.customer_name, "collections_paused_until"),
			("Collection Case", action.case, "paused_until"),
		):
			frappe.db.set_value(doctype, name, field, until)
			self.assertHeld("paused_until", day=3)
			self.assertReleased(day=4)
			frappe.db.set_value(doctype, name, field, None)

	def test_pause_of_the_plan(self):
		"""Held up to and including the last day of the plan's pause, saying which plan; then released alone."""
		plan = self.planned().dunning_plan
		frappe.db.set_value("Dunning Plan", plan, "paused_until", add_days(getdate(), 3))
		self.assertIn(plan, self.assertHeld("plan_paused", day=3).hold_reasons)
		self.assertReleased(day=4)

	def test_no_mobile_number(self):
		"""A text message needs a mobile number of a contact or of the customer, and nothing else."""
		self.planned((1, "SMS"), customer=self.customer(email=None))
		self.assertHeld("no_phone_number", told=True)
		frappe.db.set_value("Customer", self.customer_name, "mobile_no", "+49 170 1234567")
		self.assertReleased()

	def test_mobile_number_of_the_billing_contact(self):
		"""The billing contact's number comes before other contacts', also where another has the e-mail address."""
		customer = self.customer()
		for billing, number in ((0, "+49 170 1"), (1, "+49 170 2")):
			frappe.get_doc(
				{
					"doctype": "Contact",
					"first_name": f"Phone {billing}",
					"is_billing_contact": billing,
					"phone_nos": [{"phone": number, "is_primary_mobile_no": 1}],
					"links": [{"link_doctype": "Customer", "link_name": customer}],
				}
			).insert()
		known = customer_frame([customer]).iloc[0]
		self.assertEqual((known["phone"], known["email"]), ("+49 170 2", "pay@example.com"))

	def test_no_postal_address(self):
		"""A letter needs an address with street and town that is not disabled."""
		self.planned((1, "Letter"), customer=self.customer(email=None))
		self.assertHeld("no_postal_address", told=True)
		address = make_address(self.customer_name)
		self.assertReleased()
		address.db_set("disabled", 1)
		self.assertHeld("no_postal_address", told=True)

	def test_pause_of_an_invoice(self):
		"""Held while one of its invoices is paused."""
		self.planned()
		frappe.db.set_value("Sales Invoice", self.the_invoice.name, "collections_paused_until", getdate())
		self.assertHeld("invoice_paused")
		self.assertReleased(day=1)

	def test_part_paid_meanwhile(self):
		"""Held when an item was paid in part since; the next planning writes the new amount and it goes."""
		self.planned()
		pay(self.the_invoice, 40)
		self.assertHeld("paid_meanwhile")
		self.plan()
		self.assertReleased()
		self.assertEqual(self.action().total, 60)

	def test_paid_meanwhile(self):
		"""What is paid entirely is withdrawn, not sent."""
		name = self.planned().name
		pay(self.the_invoice)
		self.assertEqual(self.judge().results[-1]["cancelled"], 1)
		self.assertEqual(frappe.db.get_value("Collection Action", name, "status"), "Cancelled")


class TestQueuedIsJudgedAgain(HoldTestCase):
	def test_queued_but_not_sent(self):
		"""What could not leave at once is held again when a reason came up, and withdrawn when it was paid."""
		self.planned()
		self.assertReleased()
		dispute = make_dispute(self.the_invoice)
		self.assertHeld("dispute_open")
		dispute.update({"status": "Rejected"}).save()
		self.assertReleased()
		pay(self.the_invoice)
		self.judge()
		self.assertFalse(self.actions())

	def test_limit_does_not_count_the_action_itself(self):
		"""A queued action judged again is not held because of itself."""
		configure(contacts_per_day=1)
		self.planned()
		self.assertReleased()
		self.assertReleased()

	def test_claimed_meanwhile_is_left_alone(self):
		"""An action another worker began to send while it was judged is neither put back nor withdrawn."""
		name = self.planned().name
		judged = Judge.reasons

		def slow(judge, action):
			frappe.db.set_value("Collection Action", name, "status", "Sending")
			return judged(judge, action)

		with patch.object(Judge, "reasons", slow):
			self.judge()
		self.assertEqual(frappe.db.get_value("Collection Action", name, "status"), "Sending")
		store.withdraw({name: None})
		self.assertEqual(frappe.db.get_value("Collection Action", name, "status"), "Sending")
