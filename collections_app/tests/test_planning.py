"""Planning: which plan a customer gets, which step each item is due for, and that no action is planned twice."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.cases import settling
from collections_app.services.outbox import decide, store
from collections_app.services.plans import planning
from collections_app.tests.utils import ABBR, configure, make_invoice, pay
from collections_app.tests.world import (
	CycleTestCase,
	make_dispute,
	make_plan,
	make_promise,
	mark_sent,
)

THREE_STEPS = ((3, "Email"), (10, "Email"), (20, "Call"))


class TestConsolidation(CycleTestCase):
	def test_one_action_per_customer_level_of_the_oldest(self):
		"""All due items of a customer go into one action, with step and level of the oldest."""
		make_plan(*THREE_STEPS)
		customer = self.customer()
		old, new = self.invoice(customer, 100, -15), self.invoice(customer, 50, -4)
		self.plan()
		first = self.action()
		self.assertEqual([row.voucher_no for row in first.items], [old.name, new.name])
		self.assertEqual((first.dunning_level, first.total, first.total_overdue), (1, 150, 150))
		mark_sent(first.name, days_ago=8)
		self.plan()
		second = self.action(status="Planned")
		self.assertEqual([row.voucher_no for row in second.items], [old.name])
		third = self.invoice(customer, 70, -5)
		self.plan()
		joined = self.action(status="Planned")
		self.assertEqual(
			[(row.voucher_no, row.dunning_level) for row in joined.items], [(old.name, 2), (third.name, 1)]
		)
		self.assertEqual((joined.dunning_level, joined.step_name), (2, "Step 2"))

	def test_one_currency_in_one_message(self):
		"""Items in two currencies become two actions, each with its own total."""
		make_plan()
		customer = self.customer()
		self.invoice(customer, 100)
		# ERPNext keeps a customer to one ledger currency; old ledgers hold several all the same
		other = self.customer()
		make_invoice(other, 80, currency="USD", conversion_rate=0.9, debit_to=f"Debtors USD - {ABBR}")
		frappe.db.set_value("Payment Ledger Entry", {"party": other}, "party", customer)
		self.plan()
		self.assertEqual(
			sorted((row.currency, row.total) for row in self.actions()), [("EUR", 100), ("USD", 80)]
		)

	def test_channels_stay_apart(self):
		"""A call and an e-mail of the same customer are two actions."""
		make_plan((3, "Email"), (20, "Call"), gap=1)
		customer = self.customer()
		old = self.invoice(customer, 100, -25)
		self.plan()
		mark_sent(self.action().name, days_ago=5)
		new = self.invoice(customer, 50, -4)
		self.plan()
		waiting = {
			row.channel: frappe.get_doc("Collection Action", row.name)
			for row in self.actions(status="Planned")
		}
		self.assertEqual([row.voucher_no for row in waiting["Call"].items], [old.name])
		self.assertEqual([row.voucher_no for row in waiting["Email"].items], [new.name])

	def test_language_of_the_customer(self):
		"""The action is in the customer's language; without one, in that of the company."""
		make_plan()
		english, unknown = self.customer(language="en"), self.customer(language=None)
		frappe.db.set_value("Customer", unknown, "language", None)
		for customer in (english, unknown):
			self.invoice(customer, 100)
		self.plan()
		self.assertEqual(self.action(customer=english).language, "en")
		self.assertEqual(self.action(customer=unknown).language, "de")


class TestPlanOnce(CycleTestCase):
	def test_repeat_plans_nothing_twice(self):
		"""Planning again the same day leaves the action as it is."""
		make_plan(*THREE_STEPS)
		self.invoice(self.customer(), 100)
		first = self.plan().results[-1]
		second = self.plan().results[-1]
		self.assertEqual((first["planned"], second["planned"], second["unchanged"]), (1, 0, 1))
		self.action()

	def test_nothing_more_after_it_was_sent(self):
		"""Sent is sent: the same day no further step is planned."""
		make_plan(*THREE_STEPS)
		self.invoice(self.customer(), 100, -30)
		self.plan()
		mark_sent(self.action().name)
		self.assertEqual(self.plan().results[-1]["planned"], 0)
		self.action()

	def test_key_is_unique_in_the_database(self):
		"""Two workers planning the same action end with one: the database refuses the second."""
		make_plan()
		self.invoice(self.customer(), 100)
		self.plan()
		copy = frappe.copy_doc(self.action())
		copy.action_key = self.action().action_key
		with self.assertRaises((frappe.UniqueValidationError, frappe.DuplicateEntryError)):
			copy.insert()

	def test_parallel_insert_is_taken_as_planned(self):
		"""Planning that runs into the other worker's action counts nothing and goes on with the rest."""
		make_plan()
		for _number in range(2):
			self.invoice(self.customer(), 100)
		self.plan()
		actions = self.actions()
		context = self.context()
		taken = store._taken_keys
		store._taken_keys = lambda keys: set()
		self.addCleanup(setattr, store, "_taken_keys", taken)
		frappe.db.set_value(
			"Collection Action", actions[0].name, {"status": "Cancelled", "cancel_code": "obsolete"}
		)
		counts = planning.plan(context)
		self.assertEqual((counts["planned"], counts["unchanged"]), (0, 1))

	def test_failure_costs_one_block(self):
		"""What stops the planning of a block of customers loses nothing of the blocks before it."""
		configure(block_size=1)
		make_plan()
		for _number in range(2):
			self.invoice(self.customer(), 100)
		insert = store.BulkInsert.insert

		def fail_after_the_first(*arguments):
			if self.actions():
				raise ValueError("worker lost")
			return insert(*arguments)

		context = self.context()
		settling.settle(context)
		with patch.object(store.BulkInsert, "insert", fail_after_the_first), self.assertRaises(ValueError):
			planning.plan(context)
		frappe.db.rollback()
		self.action()
		self.assertEqual(self.plan().results[-1]["planned"], 1)

	def test_changed_items_replace_the_waiting_action(self):
		"""When a further item becomes due, the waiting action gives way to one with all of them."""
		make_plan()
		customer = self.customer()
		self.invoice(customer, 100)
		self.plan()
		first = self.action().name
		self.invoice(customer, 50)
		counts = self.plan().results[-1]
		self.assertEqual((counts["planned"], counts["replaced"]), (1, 1))
		self.assertEqual(self.action().total, 150)
		old = frappe.get_doc("Collection Action", first)
		self.assertEqual((old.status, old.cancel_code, old.action_key), ("Cancelled", "replaced", None))
		self.assertIn(self.action().name, old.cancel_reason)

	def test_planned_again_after_a_way_back(self):
		"""What was withdrawn because of a promise is planned again when the promise is gone."""
		make_plan()
		customer = self.customer()
		invoice = self.invoice(customer, 100)
		self.plan()
		promise = make_promise(customer, invoice)
		self.plan()
		self.assertFalse(self.actions())
		promise.db_set("status", "Cancelled")
		self.plan()
		self.assertEqual(self.action().total, 100)

	def test_part_payment_refreshes_the_amounts(self):
		"""A part payment changes the amounts of the waiting action, not the action."""
		make_plan()
		invoice = self.invoice(self.customer(), 100)
		self.plan()
		before = self.action()
		pay(invoice, 30)
		self.plan()
		after = self.action()
		self.assertEqual(after.name, before.name)
		self.assertEqual((after.total, after.total_overdue, after.items[0].outstanding), (70, 70, 70))

	def test_cancelled_by_a_person_counts_as_done(self):
		"""A cancelled step is not planned again; the next one follows after the gap."""
		make_plan(*THREE_STEPS)
		self.invoice(self.customer(), 100, -15)
		self.plan()
		decide.cancel([self.action().name], "Agreed on the phone")
		self.plan()
		self.assertFalse(self.actions())
		self.plan(day=7)
		self.assertEqual(self.action().dunning_level, 2)

	def test_failed_blocks(self):
		"""While a message of an item failed, no other is planned for it."""
		make_plan(*THREE_STEPS)
		customer = self.customer()
		failed = self.invoice(customer, 100, -15)
		self.plan()
		name = self.action().name
		frappe.db.set_value("Collection Action", name, {"status": "Failed", "error": "refused"})
		fresh = self.invoice(customer, 40, -5)
		self.plan(day=30)
		planned = self.action(status="Planned")
		self.assertEqual([row.voucher_no for row in planned.items], [fresh.name])
		self.assertNotIn(failed.name, [row.voucher_no for row in planned.items])

	def test_missed_days_never_send_two_steps(self):
		"""After days without a run an item gets the one step it is due for, and the next only after the gap."""
		make_plan(*THREE_STEPS)
		self.invoice(self.customer(), 100, -30)
		self.plan()
		self.assertEqual(self.action().dunning_level, 1)
		mark_sent(self.action().name)
		for day in range(1, 7):
			self.plan(day)
			self.assertFalse(self.actions(status="Planned"), f"day {day}")
		self.plan(7)
		self.assertEqual(self.action(status="Planned").dunning_level, 2)

	def test_below_minimum_waits(self):
		"""A step with a minimum amount is not planned for less, and is when there is more."""
		make_plan((1, "Email", {"minimum_amount": 200}))
		customer = self.customer()
		self.invoice(customer, 150)
		self.plan()
		self.assertFalse(self.actions())
		self.invoice(customer, 60)
		self.plan()
		self.assertEqual(self.action().total, 210)


class TestLeftOut(CycleTestCase):
	def test_promised_disputed_and_paused_items(self):
		"""Promised, disputed and paused invoices are left out; the customer's others go on."""
		make_plan()
		customer = self.customer()
		promised, disputed, paused, free = (self.invoice(customer, amount) for amount in (10, 20, 30, 40))
		make_promise(customer, promised, amount=10)
		make_dispute(disputed)
		frappe.db.set_value("Sales Invoice", paused.name, "collections_paused_until", getdate())
		self.plan()
		self.assertEqual([row.voucher_no for row in self.action().items], [free.name])

	def test_pause_of_an_invoice_ends(self):
		"""The day after its last day a pause is over."""
		make_plan()
		invoice = self.invoice(self.customer(), 30)
		frappe.db.set_value("Sales Invoice", invoice.name, "collections_paused_until", add_days(getdate(), 2))
		self.plan(day=2)
		self.assertFalse(self.actions())
		self.plan(day=3)
		self.action()

	def test_paid_up_action_is_withdrawn(self):
		"""A waiting action whose items are paid is withdrawn and says why."""
		make_plan()
		invoice = self.invoice(self.customer(), 100)
		self.plan()
		name = self.action().name
		pay(invoice)
		self.plan()
		self.assertFalse(self.actions())
		self.assertEqual(frappe.db.get_value("Collection Action", name, "cancel_code"), "obsolete")

	def test_not_due_yet(self):
		"""Before its trigger day an item has no step."""
		make_plan((5, "Email"))
		self.invoice(self.customer(), 100, -4)
		self.plan()
		self.assertFalse(self.actions())
		self.plan(day=1)
		self.action()
