"""What people decide about actions: approve, cancel, try again, settle an uncertain one."""

import frappe
from frappe.utils import get_datetime, getdate

from collections_app.api import actions as api
from collections_app.services.outbox import decide
from collections_app.services.outbox.work import judge
from collections_app.tests.test_outbox import HoldTestCase
from collections_app.tests.utils import make_customer
from collections_app.tests.world import make_plan


class TestDecisions(HoldTestCase):
	def test_cancel(self):
		"""A person cancels with a reason that is kept; nothing that went out can be cancelled."""
		name = self.planned().name
		with self.assertRaisesRegex(frappe.ValidationError, "Say why"):
			api.cancel([name], " ")
		self.assertEqual(api.cancel([name], "Talked to them"), {"cancelled": 1, "unchanged": 0})
		cancelled = frappe.get_doc("Collection Action", name)
		self.assertEqual((cancelled.status, cancelled.cancel_code), ("Cancelled", "person"))
		self.assertEqual(cancelled.cancel_reason, "Talked to them")
		for status in ("Sending", "Sent", "Delivered", "Cancelled"):
			cancelled.db_set("status", status)
			self.assertEqual(api.cancel([name], "Too late")["unchanged"], 1)

	def test_approve_only_what_waits_for_it(self):
		"""Approving an action that needs none, or went out, changes nothing."""
		name = self.planned().name
		self.assertEqual(api.approve([name])["unchanged"], 1)
		frappe.db.set_value("Collection Action", name, {"requires_approval": 1, "status": "Sent"})
		self.assertEqual(api.approve([name])["unchanged"], 1)
		self.assertFalse(self.action().approved_by)

	def test_retry(self):
		"""Only a failed action can be tried again; it is queued as a new message."""
		name = self.planned().name
		with self.assertRaises(frappe.ValidationError):
			api.retry(name)
		frappe.db.set_value(
			"Collection Action", name, {"status": "Failed", "error": "refused", "email_queue": "old"}
		)
		api.retry(name)
		action = self.action()
		self.assertEqual((action.status, action.error, action.email_queue), ("Queued", None, None))

	def test_resolve_uncertain(self):
		"""A person settles an uncertain action either way; another state is refused."""
		action = self.planned()
		with self.assertRaises(frappe.ValidationError):
			api.resolve_uncertain(action.name, "sent")
		started = get_datetime(f"{getdate()} 08:30:00")
		action.db_set({"status": "Uncertain", "sending_started_at": started})
		with self.assertRaisesRegex(frappe.ValidationError, "either"):
			api.resolve_uncertain(action.name, "perhaps")
		api.resolve_uncertain(action.name, "sent")
		self.assertEqual((self.action().status, self.action().sent_at), ("Sent", started))
		action.db_set("status", "Uncertain")
		decide.resolve_uncertain(action.name, was_sent=False)
		self.assertEqual(self.action().status, "Failed")
		self.assertIn("Administrator", self.action().error)

	def test_judge_only_those_named(self):
		"""Approving one action does not judge the others."""
		make_plan((1, "Email", {"requires_approval": 1}))
		for _number in range(2):
			self.invoice(make_customer(), 100)
		self.plan()
		first, second = self.actions()
		decide.approve([first.name])
		self.assertEqual(judge([first.name]), 1)
		self.assertEqual(frappe.db.get_value("Collection Action", second.name, "status"), "Planned")

	def test_sent_action_is_not_deleted(self):
		"""What was sent is proof and cannot be deleted."""
		action = self.planned()
		action.db_set("status", "Sent")
		with self.assertRaisesRegex(frappe.ValidationError, "proof"):
			frappe.delete_doc("Collection Action", action.name)
