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
	def refused(self, result: dict) -> str:
		"""Why the only action was refused."""
		(one,) = result["refused"]
		self.assertEqual(one["title"], self.customer_name)
		return one["why"]

	def test_cancel(self):
		"""A person cancels with a reason that is kept; nothing that went out can be cancelled."""
		name = self.planned().name
		with self.assertRaisesRegex(frappe.ValidationError, "Say why"):
			api.cancel([name], " ")
		self.assertEqual(api.cancel([name], "Talked to them"), {"cancelled": 1, "refused": []})
		cancelled = frappe.get_doc("Collection Action", name)
		self.assertEqual((cancelled.status, cancelled.cancel_code), ("Cancelled", "person"))
		self.assertEqual(cancelled.cancel_reason, "Talked to them")
		for status in ("Sending", "Sent", "Delivered", "Cancelled"):
			cancelled.db_set("status", status, commit=True)
			self.assertIn("can no longer be cancelled", self.refused(api.cancel([name], "Too late")))

	def test_approve_only_what_waits_for_it(self):
		"""Approving an action that needs none, went out, or is approved changes nothing."""
		name = self.planned().name
		self.assertIn("does not wait", self.refused(api.approve([name])))
		frappe.db.set_value("Collection Action", name, {"requires_approval": 1, "status": "Sent"})
		frappe.db.commit()
		self.assertIn("does not wait", self.refused(api.approve([name])))
		self.assertFalse(self.action().approved_by)
		self.action().db_set({"status": "Held", "approved_by": "Administrator"}, commit=True)
		self.assertIn("approved it already", self.refused(api.approve([name])))

	def test_retry(self):
		"""Only a failed action can be tried again; it is queued as a new message, and what failed stays on record."""
		name = self.planned().name
		self.assertIn("Only a failed", self.refused(api.retry([name])))
		of_the_attempt = {
			"error": "refused",
			"email_queue": "old",
			"message_id": "old@site",
			"lock_token": "x",
		}
		frappe.db.set_value(
			"Collection Action",
			name,
			{"status": "Failed", **of_the_attempt, "transmitting_to": "pay@example.com"},
		)
		frappe.db.commit()
		self.assertEqual(api.retry([name]), {"queued": 1, "refused": []})
		action = self.action()
		self.assertEqual(action.status, "Queued")
		for field in (*of_the_attempt, "transmitting_to"):
			self.assertFalse(action.get(field), field)
		comments = frappe.get_all("Comment", {"reference_name": name}, pluck="content")
		self.assertTrue(any("refused" in comment for comment in comments), comments)

	def test_resolve_uncertain(self):
		"""A person settles an uncertain action either way; another state is refused."""
		action = self.planned()
		self.assertIn("not uncertain", self.refused(api.resolve_uncertain([action.name], "sent")))
		started = get_datetime(f"{getdate()} 08:30:00")
		action.db_set({"status": "Uncertain", "sending_started_at": started}, commit=True)
		with self.assertRaisesRegex(frappe.ValidationError, "either"):
			api.resolve_uncertain([action.name], "perhaps")
		api.resolve_uncertain([action.name], "sent")
		self.assertEqual((self.action().status, self.action().sent_at), ("Sent", started))
		action.db_set("status", "Uncertain", commit=True)
		decide.resolve_uncertain([action.name], was_sent=False)
		self.assertEqual(self.action().status, "Failed")
		self.assertIn("Administrator", self.action().error)

	def test_one_that_cannot_be_stops_no_other(self):
		"""Of many, those that can be are decided on, and each other is named with its reason."""
		make_plan()
		for _number in range(3):
			self.invoice(make_customer(), 100)
		self.plan()
		first, second, third = self.actions()
		frappe.db.set_value("Collection Action", second.name, "status", "Sent")
		frappe.db.commit()
		result = api.cancel([first.name, second.name, "no such action", third.name], "All paid")
		self.assertEqual(result["cancelled"], 2)
		self.assertEqual([one["name"] for one in result["refused"]], [second.name, "no such action"])
		for one in result["refused"]:
			self.assertTrue(one["why"])

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
