"""Calls become tasks, and what became of messages and calls is followed."""

from unittest.mock import patch

import frappe

from collections_app.services.outbox import follow
from collections_app.services.outbox.channels import call
from collections_app.services.outbox.dispatch import NOTHING_SENT
from collections_app.tests.test_dispatch import OUTGOING, DispatchTestCase, WorkerDied
from collections_app.tests.world import make_plan


class TestCall(DispatchTestCase):
	def test_call_becomes_a_task(self):
		"""A call is a ToDo of the case's collector; closed, the action is Delivered."""
		action = self.queued((1, "Call"))
		self.assertEqual(self.dispatch().results[-1], {**NOTHING_SENT, "calls": 1})
		action.reload()
		task = frappe.get_doc("ToDo", action.task)
		self.assertEqual((action.status, task.allocated_to), ("Sent", "Administrator"))
		self.assertEqual((task.reference_type, task.reference_name), ("Collection Case", action.case))
		self.assertIn(action.customer_name, task.description)
		self.assertEqual(follow.follow_sent_messages()["calls_done"], 0)
		task.update({"status": "Closed"}).save()
		self.assertEqual(follow.follow_sent_messages()["calls_done"], 1)
		self.assertEqual(action.reload().status, "Delivered")

	def test_call_needs_no_email_account(self):
		"""Calls go on while no e-mail can be sent."""
		make_plan((1, "Email"), name="Mail", conditions=[("Language", "=", "de")])
		make_plan((1, "Call"), name="Call", priority=60)
		for language in ("de", "en"):
			self.invoice(self.customer(language=language), 100)
		with patch(OUTGOING, return_value=None):
			context = self.send()
		self.assertEqual(context.results[-1], {**NOTHING_SENT, "calls": 1})

	def test_lost_call_is_queued_again(self):
		"""A worker that died before the task was kept leaves no task, and the call is assigned once later."""
		name = self.queued((1, "Call")).name
		with patch.object(call, "hand_over", self.die), self.assertRaises(WorkerDied):
			self.dispatch()
		self.lose_worker(name)
		follow.requeue_lost()
		self.dispatch()
		tasks = frappe.get_all("ToDo", {"reference_name": self.action().case})
		self.assertEqual(len(tasks), 1)


class TestFollow(DispatchTestCase):
	def after(self, **entry):
		"""The action after its Email Queue entry got these values."""
		self.queued()
		self.dispatch()
		frappe.db.set_value("Email Queue", self.action().email_queue, entry)
		self.counts = follow.follow_sent_messages()
		return self.action()

	def test_sent(self):
		"""Sent by the mail server: the action is Sent, with the time."""
		action = self.after(status="Sent")
		self.assertEqual((action.status, self.counts["sent"]), ("Sent", 1))
		self.assertTrue(action.sent_at)

	def test_error(self):
		"""Refused by the mail server: the action is Failed and shows the last line of the error."""
		action = self.after(status="Error", error="Traceback\n  ...\n550 No such mailbox\n")
		self.assertEqual((action.status, action.error), ("Failed", "550 No such mailbox"))

	def test_partly_sent(self):
		"""Some recipients are served and Frappe will try the others: the action is still on its way."""
		self.assertEqual(self.after(status="Partially Sent").status, "Sending")

	def test_refused_for_some(self):
		"""Served in part and given up: it is Sent, for the others must not get it twice, and says who did not get it."""
		self.queued()
		self.dispatch()
		entry = frappe.get_doc("Email Queue", self.action().email_queue)
		entry.append("recipients", {"recipient": "boss@example.com", "status": "Sent"})
		entry.save(ignore_permissions=True)
		frappe.db.set_value("Email Queue", entry.name, {"status": "Error", "error": "550 No such mailbox"})
		follow.follow_sent_messages()
		self.assertEqual(self.action().status, "Sent")
		self.assertEqual(self.action().error, "Not to pay@example.com: 550 No such mailbox")

	def test_opened(self):
		"""A mail that Frappe saw opened is noted with the time, and surely arrived."""
		self.after(status="Sent")
		read = {"read_by_recipient": 1, "read_by_recipient_on": "2026-01-02 03:04:05"}
		frappe.db.set_value("Communication", self.action().communication, read)
		self.assertEqual(follow.follow_sent_messages()["opened"], 1)
		action = self.action()
		self.assertEqual((action.status, str(action.opened_at)), ("Delivered", "2026-01-02 03:04:05"))
		self.assertEqual(follow.follow_sent_messages()["opened"], 0)

	def test_still_waiting(self):
		"""An entry not sent yet leaves the action Sending."""
		self.assertEqual(self.after(status="Not Sent").status, "Sending")

	def test_entry_gone(self):
		"""An entry that was cleared away tells nothing: Uncertain, for a person."""
		self.queued()
		self.dispatch()
		frappe.db.delete("Email Queue", {"name": self.action().email_queue})
		follow.follow_sent_messages()
		self.assertEqual(self.action().status, "Uncertain")
		self.assertTrue(self.action().error)
