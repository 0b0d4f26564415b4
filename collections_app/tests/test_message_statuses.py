"""What providers say of messages moves the outbox on, never back."""

from datetime import datetime, timezone

import frappe

from collections_app.connectors.base import MessageStatus, Record
from collections_app.services.connectors.message_statuses import write_message_status
from collections_app.services.connectors.targets import RefusedRecord
from collections_app.tests.desk import make_action, make_case
from collections_app.tests.utils import CollectionsTestCase, make_connector, make_customer

AT = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


class TestMessageStatuses(CollectionsTestCase):
	def setUp(self):
		super().setUp()
		self.config = make_connector()
		self.case_of = make_case(make_customer(), overdue=10)
		self.reference = frappe.generate_hash(length=12)

	def action(self, status: str = "Sent"):
		return make_action(self.case_of, status, channel="SMS", provider_reference=self.reference)

	def say(self, state: str, **values):
		status = MessageStatus(self.reference, state, AT, **values)
		return write_message_status(self.config, Record("message_statuses", self.reference, "", status))

	def test_onwards(self):
		"""Sent, Delivered, Proved; an older word that comes late changes nothing"""
		action = self.action("Uncertain")
		for state in ("Sent", "Delivered", "Proved"):
			self.assertEqual(self.say(state).created, 1)
			self.assertEqual(action.reload().status, state)
		self.assertIsNotNone(action.delivered_at)
		for state in ("Sent", "Delivered", "Failed", "Uncertain", "Sending"):
			self.assertEqual(self.say(state).created, 0)
			self.assertEqual(action.reload().status, "Proved")

	def test_failed(self):
		"""A failure says why; what a person decided stays"""
		action = self.action()
		self.say("Failed", detail="No such number")
		self.assertEqual((action.reload().status, action.error), ("Failed", "No such number"))
		action.db_set("status", "Cancelled")
		self.say("Delivered")
		self.assertEqual(action.reload().status, "Cancelled")

	def test_proof_once(self):
		"""The proof is a private file of the action, once however often it comes"""
		action = self.action()
		for _ in range(2):
			self.say("Proved", proof=b"%PDF-1.4 proof", proof_name=f"{self.reference}.pdf")
		files = frappe.get_all("File", {"attached_to_name": action.name}, ["is_private"])
		self.assertEqual([one.is_private for one in files], [1])

	def test_somebody_elses(self):
		"""A message sent elsewhere from the same account is none of ours; an unknown state is refused"""
		self.assertEqual((self.say("Sent").created, self.say("Sent").seen), (0, 1))
		self.action()
		self.assertRaises(RefusedRecord, self.say, "Vanished")
