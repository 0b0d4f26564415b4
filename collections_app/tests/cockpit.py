"""What tests of the cockpit start from."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import cockpit
from collections_app.services import money, snapshot
from collections_app.services.cases import settling
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase

HERE = {"companies": [COMPANY]}


class CockpitTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		money.forget_rates()

	def settle(self, day: int = 0):
		"""The books as a run of that day leaves them."""
		context = self.context(day)
		settling.settle(context)
		snapshot.take(context)
		frappe.db.commit()

	def yesterday(self):
		"""The settled books become those of yesterday."""
		self.settle()
		day = add_days(getdate(), -1)
		name = frappe.db.get_value("Receivables Snapshot", {"company": COMPANY, "snapshot_date": getdate()})
		values = {"snapshot_date": day, "snapshot_key": f"{COMPANY}|{day}"}
		frappe.db.set_value("Receivables Snapshot", name, values)
		frappe.db.set_value("Collection Case", {"company": COMPANY}, "snapshot_on", day)
		frappe.db.commit()

	def figure(self, name: str, **values) -> dict:
		figures = cockpit.indicators(**{**HERE, **values})["figures"]
		return next(one for one in figures if one["name"] == name)

	def team(self, *users: str) -> str:
		name = f"Team {frappe.generate_hash(length=6)}"
		group = frappe.get_doc(
			{"doctype": "User Group", "user_group_members": [{"user": one} for one in users]}
		)
		group.insert(set_name=name)
		return name
