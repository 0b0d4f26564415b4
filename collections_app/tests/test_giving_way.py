"""Parallel planners: the one the database turns away plans its block again, and nothing is counted twice."""

from unittest.mock import patch

import frappe

from collections_app.services.outbox import store
from collections_app.tests.world import CycleTestCase, make_plan


class TestGivingWay(CycleTestCase):
	def planned_after(self, failures: int) -> dict:
		"""The counts of a planning whose block is turned away so often, half done each time."""
		make_plan()
		self.invoice(self.customer(), 100)
		frappe.db.commit()
		real, left = store._Store.keep_block, [failures]

		def turned_away(block, *args):
			real(block, *args)
			if left[0]:
				left[0] -= 1
				raise frappe.QueryDeadlockError("Deadlock found when trying to get lock")

		with patch.object(store._Store, "keep_block", turned_away):
			return self.plan().results[-1]

	def test_tried_again(self):
		"""Turned away twice, the block is kept the third time, once."""
		self.assertEqual(self.planned_after(failures=2)["planned"], 1)
		self.assertEqual(self.action().status, "Planned")

	def test_given_up(self):
		"""Turned away again and again the planning fails, keeps nothing half done, and a later one does it."""
		with self.assertRaises(frappe.QueryDeadlockError):
			self.planned_after(failures=9)
		frappe.db.rollback()
		self.assertFalse(self.actions())
		self.assertEqual(self.plan().results[-1]["planned"], 1)
