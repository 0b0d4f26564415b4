"""What follows from a message that went out is done once; what failed of it is tried again, and told."""

from unittest.mock import patch

import frappe

from collections_app.services.credit import delivery_stop
from collections_app.services.outbox import effects, follow, inbound
from collections_app.services.outbox.dispatch import dispatch
from collections_app.services.run.errors import BUSY
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase, email_queue, make_plan


class TestEffectsThatFailed(CycleTestCase):
	def setUp(self):
		super().setUp()
		make_plan((1, "Email", {"stop_delivery": 1}))
		self.debtor = self.customer()
		self.invoice(self.debtor, 100)
		self.send()

	def leave(self, error: Exception | None = None) -> None:
		"""The mail server takes the message; stopping deliveries fails."""
		for entry in email_queue():
			frappe.db.set_value("Email Queue", entry.name, "status", "Sent")
		with self.failing(error or ValueError("locked")):
			follow.follow_sent_messages()
		frappe.db.commit()

	def failing(self, error: Exception):
		return patch.object(delivery_stop, "stop", side_effect=error)

	def is_stopped(self) -> bool:
		return bool(delivery_stop.stopped_case(COMPANY, self.debtor))

	def logged(self) -> int:
		return frappe.db.count("Error Log", {"reference_name": self.action().name})

	def test_tried_again(self):
		"""The message is Sent, the failure stands on it, and the next look does it; then it is not done again."""
		self.leave()
		self.assertEqual((self.action().status, self.is_stopped()), ("Sent", False))
		self.assertEqual(self.action().effects_error, "locked")
		self.assertEqual(follow.follow_sent_messages()["effects_done"], 1)
		self.assertTrue(self.is_stopped())
		self.assertFalse(self.action().effects_error)
		delivery_stop.lift(self.action().case, "A manager lets them have it")
		self.assertEqual(follow.follow_sent_messages()["effects_done"], 0)
		self.assertFalse(self.is_stopped())

	def test_told_on_the_run(self):
		"""As long as it fails each run says so, and the log has it once."""
		self.leave()
		for _run in range(2):
			context = self.context()
			with self.failing(ValueError("locked")):
				dispatch(context)
			self.assertTold(context, "is tried again: locked", "Warning")
			self.assertEqual([line.reference_name for line in context.messages], [self.action().name])
		self.assertEqual(self.logged(), 1)
		context = self.context()
		dispatch(context)
		self.assertEqual((context.messages, self.is_stopped()), ([], True))

	def test_one_does_not_stop_the_others(self):
		"""Of two messages whose effects are missing the second is caught up though the first fails again."""
		first = self.action().name
		other = self.customer()
		self.invoice(other, 100)
		self.send()
		self.leave()
		self.assertEqual([row.effects_error for row in self.actions()], ["locked", "locked"])
		real = delivery_stop.stop

		def stop(case, reason):
			if case == frappe.db.get_value("Collection Action", first, "case"):
				raise ValueError("still locked")
			return real(case, reason)

		with patch.object(delivery_stop, "stop", stop):
			self.assertEqual(effects.catch_up(), 1)
		self.assertFalse(self.is_stopped())
		self.assertTrue(delivery_stop.stopped_case(COMPANY, other))
		self.assertEqual(frappe.db.get_value("Collection Action", first, "effects_error"), "still locked")

	def test_busy_database(self):
		"""A deadlock takes the whole transaction back, so it is raised: nothing of it may be kept."""
		self.leave()
		with self.failing(BUSY[0]("deadlock")):
			with self.assertRaises(BUSY):
				effects.went_out(self.action().name)
			frappe.db.rollback()
			self.assertEqual(effects.catch_up(COMPANY), 0)
		self.assertEqual(effects.catch_up(COMPANY), 1)

	def test_settled_by_what_came_back(self):
		"""An uncertain message that an answer proves to have arrived has its effects, too."""
		action = self.action()
		frappe.db.set_value("Collection Action", action.name, "status", "Uncertain")
		inbound.arrived(action.name)
		self.assertEqual((self.action().status, self.is_stopped()), ("Delivered", True))
