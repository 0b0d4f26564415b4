"""Queued messages that cannot go out as they are: what else they are about is planned in the same pass."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.services.outbox import decide, release
from collections_app.tests.utils import configure, pay
from collections_app.tests.world import CycleTestCase, email_queue, make_plan, make_promise, mark_sent


class TakeBackTestCase(CycleTestCase):
	def failed(self, *due_in: int):
		"""A message about invoices due in so many days, that failed."""
		self.debtor = self.customer()
		self.invoices = [self.invoice(self.debtor, 100, days) for days in due_in]
		self.plan()
		action = self.action()
		frappe.db.set_value("Collection Action", action.name, {"status": "Failed", "error": "refused"})
		frappe.db.commit()
		return action

	def retried(self, *due_in: int):
		action = self.failed(*due_in)
		decide.retry([action.name])
		return action

	def cancelled(self, name: str) -> str:
		status, reason = frappe.db.get_value("Collection Action", name, ["status", "cancel_reason"])
		self.assertEqual(status, "Cancelled")
		return reason


class TestWindowPassed(TakeBackTestCase):
	def setUp(self):
		super().setUp()
		make_plan((-5, "Email"), (3, "Email"), gap=1)

	def test_retried_after_the_due_date(self):
		"""It does not go out as it is: held with the reason, and called off by the next run."""
		action = self.retried(2)
		self.judge(day=2)
		self.assertEqual(self.action().status, "Queued")
		self.judge(day=3)
		held = self.action()
		self.assertEqual((held.status, held.hold_codes), ("Held", "window_passed"))
		self.assertIn(f"before the due date, which has passed: {self.invoices[0].name}", held.hold_reasons)
		self.send(day=3)
		self.assertIn("too late", self.cancelled(action.name))
		self.assertFalse(email_queue())

	def test_the_next_step_at_once(self):
		"""In the run in which the next step is due the old message gives way to it."""
		action = self.retried(2)
		self.send(day=5)
		self.assertIn("Replaced by", self.cancelled(action.name))
		self.assertEqual((self.action().status, self.action().dunning_level), ("Sending", 2))

	def test_held_over_the_due_date(self):
		"""So does a message that waited for anything else until its window had passed."""
		configure(send_on_weekends=0)
		self.debtor = self.customer()
		self.invoice(self.debtor, 100, 2)
		self.plan()
		frappe.db.set_value("Customer", self.debtor, "collections_paused_until", add_days(getdate(), 2))
		self.judge(day=1)
		self.assertEqual(self.action().hold_codes.split(",")[0], "paused_until")
		self.judge(day=3)
		self.assertIn("window_passed", self.action().hold_codes)

	def test_only_one_item_is_late(self):
		"""The others of the message go out without it."""
		action = self.retried(1, 4)
		self.send(day=2)
		self.assertIn("Replaced by", self.cancelled(action.name))
		self.assertEqual([row.voucher_no for row in self.action().items], [self.invoices[1].name])
		self.assertEqual(self.action().status, "Sending")

	def test_a_step_after_the_due_date_has_no_window(self):
		self.invoice(self.customer(), 100, -10)
		self.plan()
		self.judge(day=20)
		self.assertEqual(self.action().status, "Queued")


class TestTakeBack(TakeBackTestCase):
	def setUp(self):
		super().setUp()
		make_plan((1, "Email"), (10, "Email"))

	def test_one_item_promised_meanwhile(self):
		"""A retried message of which one item is promised now: the other goes out in the same run."""
		action = self.retried(-3, -4)
		make_promise(self.debtor, self.invoices[0])
		self.send()
		self.assertIn("Replaced by", self.cancelled(action.name))
		self.assertEqual([row.voucher_no for row in self.action().items], [self.invoices[1].name])
		self.assertEqual((self.action().status, len(email_queue())), ("Sending", 1))

	def test_part_paid_meanwhile(self):
		"""One whose amounts changed goes out in the same run with the new ones."""
		self.retried(-3)
		pay(self.invoices[0], 40)
		self.send()
		self.assertEqual((self.action().status, self.action().total), ("Sending", 60))

	def test_nothing_against_it(self):
		"""One that may go out goes out as the message it was."""
		action = self.retried(-3, -4)
		self.assertEqual(release.take_back(self.context()), 0)
		self.send()
		self.assertEqual((self.action().name, self.action().status), (action.name, "Sending"))

	def test_what_passes_by_itself(self):
		"""One that only waits for its hour stays queued until it is judged, and keeps its items."""
		action = self.retried(-3)
		frappe.db.set_value("Customer", self.debtor, "collections_paused_until", getdate())
		self.plan()
		self.assertEqual((self.action().name, self.action().status), (action.name, "Queued"))
		self.judge()
		self.assertEqual(self.action().status, "Held")

	def test_on_its_way(self):
		"""What a worker has taken is never taken back."""
		action = self.retried(-3)
		make_promise(self.debtor, self.invoices[0])
		frappe.db.set_value("Collection Action", action.name, "status", "Sending")
		self.assertEqual(release.take_back(self.context()), 0)
		mark_sent(action.name)
		self.assertEqual(release.take_back(self.context()), 0)
		self.assertEqual(self.action().status, "Sent")
