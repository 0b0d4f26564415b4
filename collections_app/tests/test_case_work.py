"""A collector's work on a case: calls, pauses, escalation, and who works it."""

import frappe
from frappe.utils import add_days, getdate, now_datetime

from collections_app.api import cases as api
from collections_app.services.cases.state import refresh_stages
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.settling import SettleTestCase
from collections_app.tests.utils import COMPANY


class WorkTestCase(SettleTestCase):
	def open_case(self, **values):
		"""A case with something overdue."""
		self.debtor = self.customer(**values)
		self.invoice(self.debtor, 100)
		self.settle()
		return self.case(self.debtor)

	def task(self, case, user: str = "Administrator", text: str = "Call"):
		return frappe.get_doc(
			{
				"doctype": "ToDo",
				"allocated_to": user,
				"reference_type": "Collection Case",
				"reference_name": case.name,
				"date": getdate(),
				"description": text,
			}
		).insert()

	def told(self, case, kind: str) -> list[str]:
		return frappe.get_all(
			"Comment",
			{"reference_name": case.name, "comment_type": "Info", "subject": f"collections:{kind}"},
			pluck="content",
			order_by="creation",
		)


class TestCall(WorkTestCase):
	def call(self, name: str):
		return frappe.get_doc("Communication", name)

	def test_kept_as_a_phone_communication(self):
		"""A call is a Communication by phone on the case and the customer; what was typed is text, not HTML."""
		case = self.open_case()
		result = api.log_call(case.name, "Reached", "<b>on Friday</b>", None, "Ms Payne")
		call = self.call(result["communication"])
		self.assertEqual((call.communication_medium, call.reference_name), ("Phone", case.name))
		self.assertEqual([row.link_name for row in call.timeline_links], [case.customer])
		self.assertIn("Ms Payne", call.content)
		self.assertNotIn("<b>", call.content)
		case.reload()
		self.assertEqual(getdate(case.last_contact_on), getdate(now_datetime()))
		with self.assertRaisesRegex(frappe.ValidationError, "Unknown outcome"):
			api.log_call(case.name, "Shouted")

	def test_follow_up(self):
		"""A call closes the open call task and leaves a follow-up that the next run does not forget."""
		case = self.open_case()
		task = self.task(case)
		again = add_days(getdate(), 5)
		result = api.log_call(case.name, "Call Back", None, str(again))
		self.assertEqual(result["closed_tasks"], 1)
		self.assertEqual(task.reload().status, "Closed")
		refresh_stages(COMPANY, getdate())
		case.reload()
		self.assertEqual((case.next_action, case.next_action_on), ("Call back", again))

	def test_nobody_reached(self):
		"""Nobody answered: the call is kept and stays to be made; the customer was not contacted."""
		case = self.open_case()
		task = self.task(case)
		result = api.log_call(case.name, "No Answer")
		self.assertEqual((result["closed_tasks"], task.reload().status), (0, "Open"))
		self.assertIsNone(case.reload().last_contact_on)
		api.log_call(case.name, "Wrong Number")
		texts = frappe.get_all("ToDo", {"reference_name": case.name, "status": "Open"}, pluck="description")
		self.assertTrue(any("right phone number" in text for text in texts), texts)

	def test_pause(self):
		"""A pause needs a reason and a day that is not past; an empty day ends it; both are told."""
		case = self.open_case()
		until = str(add_days(getdate(), 3))
		with self.assertRaisesRegex(frappe.ValidationError, "Say why"):
			api.pause(case.name, until, " ")
		with self.assertRaisesRegex(frappe.ValidationError, "past"):
			api.pause(case.name, str(add_days(getdate(), -1)), "late")
		api.pause(case.name, until, "holidays")
		self.assertEqual(str(case.reload().paused_until), until)
		api.pause(case.name, "", "")
		self.assertEqual((case.reload().paused_until, case.pause_reason), (None, None))
		self.assertEqual(len(self.told(case, "pause")), 2)
		self.assertIn("holidays", self.told(case, "pause")[0])


class TestTeam(WorkTestCase):
	def test_reassign_in_bulk(self):
		"""Cases move with the tasks of their former collector; what others were asked to do stays with them."""
		new, other = make_user("Collector"), make_user("Collector")
		cases = [self.open_case() for _number in range(2)]
		own, foreign = self.task(cases[0]), self.task(cases[0], other)
		names = frappe.as_json([case.name for case in cases])
		self.assertEqual(api.reassign(names, new, "On holiday"), {"reassigned": 2})
		self.assertEqual({case.reload().collector for case in cases}, {new})
		self.assertEqual((own.reload().allocated_to, foreign.reload().allocated_to), (new, other))
		self.assertIn("On holiday", self.told(cases[0], "team")[0])
		self.assertEqual(api.reassign(names, new), {"reassigned": 0})

	def test_only_to_collectors(self):
		"""Refused: a user without the role, a disabled one, one who may not see the customer."""
		case = self.open_case()
		stranger, disabled, restricted = make_user(), make_user("Collector"), make_user("Collector")
		frappe.db.set_value("User", disabled, "enabled", 0)
		restrict(restricted, "Customer", self.customer())
		for user, message in (
			(stranger, "may not work on cases"),
			(disabled, "no enabled user"),
			(restricted, "may not see"),
		):
			with self.subTest(message), self.assertRaisesRegex(frappe.ValidationError, message):
				api.reassign([case.name], user)
		self.assertEqual(case.reload().collector, "Administrator")

	def test_one_forbidden_case_stops_the_call(self):
		"""Of several cases, one that may not be written stops the call before any is changed."""
		allowed, forbidden = self.open_case(), self.open_case()
		user, new = make_user("Collector", "Accounts User"), make_user("Collector")
		restrict(user, "Customer", allowed.customer)
		with signed_in(user), self.assertRaises(frappe.PermissionError):
			api.reassign([allowed.name, forbidden.name], new)
		self.assertEqual({one.reload().collector for one in (allowed, forbidden)}, {"Administrator"})

	def test_all_of_a_collector(self):
		"""All cases of one collector, closed ones too, of one company where asked; the credit manager's to decide."""
		old, new = make_user("Collector"), make_user("Collector")
		mine, closed, others = (self.open_case() for _number in range(3))
		api.reassign([mine.name, closed.name], old)
		frappe.db.set_value("Collection Case", closed.name, "status", "Closed")
		with signed_in(make_user("Collector")), self.assertRaises(frappe.PermissionError):
			api.reassign_all(old, new)
		with signed_in(make_user("Credit Manager", "Accounts Manager")):
			self.assertEqual(api.reassign_all(old, new, COMPANY), {"reassigned": 2})
		owners = [one.reload().collector for one in (mine, closed, others)]
		self.assertEqual(owners, [new, new, "Administrator"])

	def test_escalate(self):
		"""Who decides gets a task of high priority and the collector keeps the case; ending it closes the task."""
		case, manager = self.open_case(), make_user("Credit Manager", "Accounts Manager")
		with self.assertRaisesRegex(frappe.ValidationError, "Say why"):
			api.escalate(case.name, manager, " ")
		api.escalate(case.name, manager, "Stop deliveries?")
		case.reload()
		self.assertEqual((case.escalated, case.escalated_to), (1, manager))
		self.assertEqual(case.collector, "Administrator")
		task = frappe.get_doc("ToDo", case.escalation_task)
		self.assertEqual((task.allocated_to, task.priority, task.status), (manager, "High", "Open"))
		self.assertIn("Stop deliveries?", case.next_action)
		api.log_call(case.name, "Reached")
		self.assertEqual(task.reload().status, "Open")
		api.reassign([case.name], make_user("Collector"))
		self.assertEqual(task.reload().allocated_to, manager)
		api.de_escalate(case.name, "No, once more")
		case.reload()
		self.assertEqual((case.escalated, case.escalated_to, case.escalation_reason), (0, None, None))
		self.assertEqual(task.reload().status, "Closed")
		self.assertEqual(len(self.told(case, "team")), 3)
		with self.assertRaisesRegex(frappe.ValidationError, "not escalated"):
			api.de_escalate(case.name)

	def test_escalated_anew(self):
		"""A second escalation takes the place of the first."""
		case = self.open_case()
		first, second = (make_user("Credit Manager", "Accounts Manager") for _number in range(2))
		api.escalate(case.name, first, "one")
		task = case.reload().escalation_task
		api.escalate(case.name, second, "two")
		self.assertEqual(frappe.db.get_value("ToDo", task, "status"), "Closed")
		self.assertEqual(case.reload().escalated_to, second)
