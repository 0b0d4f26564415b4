"""Tasks: steps that are work for a collector, in the plan's own words."""

import frappe

from collections_app.services.outbox import follow
from collections_app.tests.utils import configure
from collections_app.tests.world import CycleTestCase, email_queue, make_plan


class TestTasks(CycleTestCase):
	def sent(self, channel: str = "Task", **step):
		make_plan((1, channel, step))
		self.invoice(self.customer(name=f"Nord & Co {frappe.generate_hash(length=5)}"), 100)
		self.send()
		return self.action()

	def test_a_task_in_the_steps_words(self):
		"""The case's collector gets a ToDo with the step's text, the customer and the amount; no one gets a mail."""
		action = self.sent(task="Visit the customer\nand take the <i>statement</i> along")
		task = frappe.get_doc("ToDo", action.task)
		self.assertEqual((action.status, email_queue()), ("Sent", []))
		self.assertEqual((task.allocated_to, task.reference_name), ("Administrator", action.case))
		for part in ("Visit the customer", "take the &lt;i&gt;statement", "Nord &amp; Co", "100"):
			self.assertIn(part, task.description)

	def test_without_a_text_the_steps_name(self):
		action = self.sent(step_name="Check the credit limit")
		self.assertIn("Check the credit limit", frappe.db.get_value("ToDo", action.task, "description"))

	def test_no_collector(self):
		"""Without a collector it is held and says so; with one it goes out."""
		configure()
		settings = frappe.get_single("Collections Settings")
		settings.companies[0].default_collector = None
		settings.save()
		action = self.sent(task="Visit")
		self.assertEqual((action.status, action.hold_codes), ("Held", "no_collector"))
		frappe.db.set_value("Collection Case", action.case, "collector", "Administrator")
		self.judge()
		self.assertEqual(self.action().status, "Queued")

	def test_done(self):
		"""The task's end makes the action Delivered."""
		action = self.sent(task="Visit")
		frappe.get_doc("ToDo", action.task).update({"status": "Closed"}).save()
		follow.follow_sent_messages()
		self.assertEqual(self.action().status, "Delivered")

	def test_a_call_has_a_script(self):
		"""The step's text is what the collector says on the telephone; without one the call stays as it was."""
		action = self.sent("Call", task="Ask for <i>the</i> remittance advice")
		text = frappe.db.get_value("ToDo", action.task, "description")
		self.assertTrue(text.startswith("Call "), text)
		self.assertIn("Ask for &lt;i&gt;the&lt;/i&gt; remittance advice", text)
