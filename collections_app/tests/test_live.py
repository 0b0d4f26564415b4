"""Figures that move are told to open pages: once per company and commit, without a name or an amount."""

from contextlib import contextmanager
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import live as api
from collections_app.services import live
from collections_app.services.cases.state import refresh_stages
from collections_app.services.cases.work import pause
from collections_app.services.run import queue
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import (
	CycleTestCase,
	make_dispute,
	make_plan,
	make_promise,
	other_company,
)

ROOM = "doctype:Collection Case"


@contextmanager
def heard():
	"""The events of what is done and committed inside: [(company's key, kinds, room)]."""
	events = []
	with patch("frappe.publish_realtime") as publish:
		yield events
		frappe.db.commit()
	for call in publish.call_args_list:
		if call.args[0] == live.EVENT:
			events.append((call.args[1]["company"], call.args[1]["kinds"], call.kwargs["room"]))
			assert set(call.args[1]) == {"company", "kinds"}


class TestLive(CycleTestCase):
	def settled(self):
		"""A customer with two invoices of 100, one of them late, and a case."""
		customer = self.customer()
		invoice = self.invoice(customer, 100, -10)
		self.invoice(customer, 100, 20)
		self.plan()
		frappe.db.commit()
		return customer, invoice

	def case(self, customer: str):
		fields = ["name", "status", "stage", "outstanding", "overdue", "oldest_due_date", "next_action"]
		return frappe.db.get_value("Collection Case", {"customer": customer}, fields, as_dict=True)

	def test_once_per_company_and_commit(self):
		with heard() as events:
			for kind in (live.PAYMENT, live.CASE, live.PAYMENT):
				live.moved(COMPANY, kind)
			live.moved("Another", live.CASH)
		keys = [live.key_of("Another"), live.key_of(COMPANY)]
		self.assertCountEqual(events, [(keys[0], ["cash"], ROOM), (keys[1], ["case", "payment"], ROOM)])

	def test_what_is_rolled_back_is_not_told(self):
		with heard() as events:
			live.moved(COMPANY, live.PAYMENT)
			frappe.db.rollback()
			live.moved(COMPANY, live.CASE)
		self.assertEqual([kinds for _key, kinds, _room in events], [["case"]])

	def test_a_job_of_many_commits_tells_little(self):
		with heard() as events, live.held():
			for _number in range(50):
				live.moved(COMPANY, live.MESSAGE)
				frappe.db.commit()
		self.assertIn(len(events), (1, 2), events)

	def test_the_name_is_not_told(self):
		key = live.key_of(COMPANY)
		self.assertNotIn(COMPANY, key)
		self.assertEqual(key, live.key_of(COMPANY))
		self.assertNotEqual(key, live.key_of("Another"))

	def test_keys_of_permitted_companies_only(self):
		other = other_company()
		user = make_user("Collector")
		with signed_in(user):
			self.assertEqual(api.companies()[live.key_of(COMPANY)], COMPANY)
		restrict(user, "Company", other)
		with signed_in(user):
			self.assertEqual(api.companies(), {live.key_of(other): other})
		with signed_in(make_user()):
			self.assertRaises(frappe.PermissionError, api.companies)

	def test_a_payment_moves_the_case(self):
		customer, invoice = self.settled()
		self.assertEqual(self.case(customer).overdue, 100)
		with heard() as events:
			entry = pay(invoice, 40)
		self.assertEqual([kinds for _key, kinds, _room in events], [["case", "payment"]])
		self.assertEqual((self.case(customer).outstanding, self.case(customer).overdue), (160, 60))
		frappe.get_doc("Payment Entry", entry if isinstance(entry, str) else entry.name).cancel()
		self.assertEqual((self.case(customer).outstanding, self.case(customer).overdue), (200, 100))

	def test_a_case_closes_with_its_last_debt_and_opens_again(self):
		customer = self.customer()
		invoice = self.invoice(customer, 100, -10)
		make_plan()
		self.plan()
		refresh_stages(COMPANY, getdate())
		self.assertTrue(self.case(customer).next_action)
		pay(invoice, 100)
		case = self.case(customer)
		self.assertEqual(
			(case.status, case.stage, case.overdue, case.next_action), ("Closed", "Paid", 0, None)
		)
		self.invoice(customer, 70, -1)
		case = self.case(customer)
		self.assertEqual((case.status, case.overdue), ("Open", 70))
		self.assertEqual(case.oldest_due_date, add_days(getdate(), -1))

	def test_trouble_with_a_case_stops_no_payment(self):
		customer, invoice = self.settled()
		with patch("collections_app.services.cases.balances.open_items", side_effect=ValueError("broken")):
			entry = pay(invoice, 40)
		self.assertTrue(entry)
		self.assertEqual(self.case(customer).overdue, 100)
		self.assertTrue(frappe.db.exists("Error Log", {"method": "Balance of Collection Cases"}))

	def test_promise_dispute_and_pause(self):
		customer, invoice = self.settled()
		with heard() as events:
			make_promise(customer, invoice)
		self.assertEqual(events[0][1], ["case", "promise"])
		with heard() as events:
			make_dispute(invoice)
		self.assertEqual(events[0][1], ["case", "dispute"])
		with heard() as events:
			pause(frappe.get_doc("Collection Case", self.case(customer).name), str(getdate()), "test")
		self.assertEqual(events[0][1], ["case"])

	def test_a_message(self):
		make_plan()
		self.invoice(self.customer(), 100)
		with heard() as events:
			self.send()
		self.assertIn("message", {kind for _key, kinds, _room in events for kind in kinds})
		self.assertLessEqual(len(events), 3)

	def test_a_run(self):
		make_plan()
		for _number in range(3):
			self.invoice(self.customer(), 100)
		run = queue.get_or_create(COMPANY, getdate())
		frappe.db.commit()
		with heard() as events:
			queue.execute(run)
		self.assertIn("run", events[-1][1])
		self.assertLessEqual(len(events), 2)
