import json

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import cards
from collections_app.collections.dashboard_chart_source.collected_per_week import collected_per_week
from collections_app.collections.dashboard_chart_source.days_sales_outstanding import days_sales_outstanding
from collections_app.tests.desk import (
	make_action,
	make_case,
	make_promise,
	make_snapshot,
	make_user,
	restrict,
	signed_in,
)
from collections_app.tests.utils import COMPANY, CollectionsTestCase, pay

HERE = {"company": COMPANY}


class TestCards(CollectionsTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		frappe.db.delete("Collection Case", {"company": COMPANY})

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("card")

	def tearDown(self):
		frappe.db.rollback(save_point="card")
		super().tearDown()

	def test_overdue_adds_open_cases_only(self):
		make_case(self.customer(), overdue=100.10)
		make_case(self.customer(), overdue=50.25)
		make_case(self.customer(), overdue=999, status="Closed")
		card = cards.overdue(json.dumps(HERE))
		self.assertEqual(card["value"], 150.35)
		self.assertEqual(card["fieldtype"], "Currency")

	def test_a_sum_has_no_cents(self):
		"""The desk writes thousands: 12.3 K instead of 12.35 K."""
		case = make_case(self.customer(), overdue=9_999.99)
		self.assertEqual(cards.overdue(HERE)["precision"], 0)
		case.db_set("overdue", 12_345.67)
		self.assertEqual(cards.overdue(HERE)["precision"], 1)

	def test_at_risk_is_bands_d_and_e(self):
		for band, amount in (("A", 1), ("C", 10), ("D", 100), ("E", 1000), ("", 5)):
			make_case(self.customer(), overdue=amount, risk_band=band)
		card = cards.at_risk(HERE)
		self.assertEqual(card["value"], 1100)
		self.assertEqual(card["route_options"]["risk_band"], ["D", "E"])

	def test_counts(self):
		case = make_case(self.customer(), overdue=10)
		make_promise(case.customer, 0)
		make_promise(case.customer, 1)
		make_promise(case.customer, 0, status="Kept")
		for status in ("Held", "Awaiting Approval", "Failed", "Uncertain", "Sent", "Cancelled"):
			make_action(case, status)
		self.assertEqual(cards.promises_due_today(HERE)["value"], 1)
		self.assertEqual(cards.actions_waiting(HERE)["value"], 4)

	def test_dso_is_that_of_the_latest_snapshot(self):
		frappe.db.delete("Receivables Snapshot", {"company": COMPANY})
		self.assertEqual(cards.dso(HERE)["value"], 0)
		make_snapshot(3, dso=50.04, collected_7_days=10)
		make_snapshot(1, dso=44.44, collected_7_days=20)
		self.assertEqual(cards.dso(HERE)["value"], 44.4)
		self.assertEqual(cards.collected(HERE)["value"], 20)

	def test_a_user_sees_only_what_is_permitted(self):
		mine, other = make_case(self.customer(), overdue=10), make_case(self.customer(), overdue=90)
		user = make_user("Collector")
		with signed_in(user):
			self.assertEqual(cards.overdue(HERE)["value"], 100)
		restrict(user, "Customer", mine.customer)
		with signed_in(user):
			self.assertEqual(cards.overdue(HERE)["value"], 10)
		self.assertNotEqual(mine.customer, other.customer)

	def test_another_company_is_refused(self):
		user = make_user("Collector")
		restrict(user, "Company", self.other_company())
		with signed_in(user):
			self.assertRaises(frappe.PermissionError, cards.overdue, HERE)

	def test_without_a_role_nothing_is_shown(self):
		with signed_in(make_user()):
			for card in (cards.overdue, cards.dso, cards.promises_due_today, cards.actions_waiting):
				self.assertRaises(frappe.PermissionError, card, HERE)
			self.assertRaises(frappe.PermissionError, collected_per_week.get, filters=HERE)

	def test_dso_trend_takes_the_last_day_of_each_month(self):
		frappe.db.delete("Receivables Snapshot", {"company": COMPANY})
		self.assertIsNone(days_sales_outstanding.get(filters=HERE))
		make_snapshot(0, dso=30, best_possible_dso=20)
		make_snapshot(62, dso=50, best_possible_dso=25)
		chart = days_sales_outstanding.get(filters=json.dumps(HERE))
		self.assertEqual(chart["datasets"][0]["values"], [50, 30])
		self.assertEqual(chart["datasets"][1]["values"], [25, 20])
		make_snapshot(800, dso=99)
		self.assertEqual(len(days_sales_outstanding.get(filters=HERE)["labels"]), 2)

	def test_collected_per_week(self):
		before = collected_per_week.get(filters=HERE)["datasets"][0]["values"]
		pay(self.invoice(self.customer(), 300, -40), 120)
		pay(self.invoice(self.customer(), 300, -40), 80, on=add_days(getdate(), -7))
		after = collected_per_week.get(filters=HERE)["datasets"][0]["values"]
		self.assertEqual(len(after), 13)
		change = [round(new - old, 2) for new, old in zip(after, before, strict=True)]
		self.assertEqual(change, [0] * 11 + [80, 120])

	def other_company(self) -> str:
		"""A company other than the tests' own; only its name matters."""
		company = frappe.get_doc(
			{"doctype": "Company", "company_name": "Elsewhere", "abbr": "ELS", "default_currency": "EUR"}
		)
		company.name = "Elsewhere"
		company.db_insert()
		return company.name
