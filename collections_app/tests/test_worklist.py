"""The worklist: classes, order and reasons, kept on the cases and read back as rows."""

from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate, now_datetime

from collections_app.collections.report.collections_worklist import collections_worklist
from collections_app.services.worklist import facts, listing, rank
from collections_app.services.worklist.rules import (
	AT_RISK,
	DEPRIORITISED,
	LOW_HANGING,
	WAITING,
	recoverable,
)
from collections_app.tests.desk import make_action, make_case, make_promise, make_user, restrict, signed_in
from collections_app.tests.utils import COMPANY, CollectionsTestCase

HERE = {"company": COMPANY}


def listed(**filters) -> list:
	"""The rows, worked out as of now as the run and the hourly job do."""
	rank.rank_company(COMPANY)
	return listing.worklist({**HERE, **filters})


class RolledBack(CollectionsTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.savepoint("worklist")
		frappe.db.delete("Collection Case", {"company": COMPANY})

	def tearDown(self):
		frappe.db.rollback(save_point="worklist")
		super().tearDown()

	def row_of(self, case, **filters):
		return next((row for row in listed(**filters) if row.case == case.name), None)


class TestWorklist(RolledBack):
	def test_classes(self):
		expected = {}

		def add(klass, **values):
			case = make_case(self.customer(), **{"overdue": 1000, "risk_band": "B", **values})
			expected[case.name] = klass
			return case

		add(LOW_HANGING)
		add(AT_RISK, risk_band="D")
		add(AT_RISK, dunning_level=3)
		add(AT_RISK, oldest_due_date=add_days(getdate(), -91))
		add(LOW_HANGING, oldest_due_date=add_days(getdate(), -90))
		add(WAITING, last_contact_on=add_days(getdate(), -4))
		add(AT_RISK, last_contact_on=getdate(), risk_band="E")
		in_hand = {"next_action": "Call back", "next_action_on": add_days(getdate(), 2)}
		add(WAITING, last_contact_on=getdate(), risk_band="E", **in_hand)
		late_promise = add(AT_RISK, last_contact_on=add_days(getdate(), -3), **in_hand)
		make_promise(late_promise.customer, -2, 500, "Broken")
		make_action(add(AT_RISK, risk_band="D"), "Queued")
		add(LOW_HANGING, last_contact_on=add_days(getdate(), -5))
		add(DEPRIORITISED, paused_until=add_days(getdate(), 1), risk_band="E")
		add(LOW_HANGING, paused_until=add_days(getdate(), -1))
		make_promise(add(DEPRIORITISED).customer, 5, 500)
		make_promise(add(LOW_HANGING).customer, 5, 499)
		make_promise(add(AT_RISK).customer, -10, 500, "Broken")
		make_promise(add(LOW_HANGING).customer, -100, 500, "Broken")
		make_action(add(WAITING), "Held")
		make_action(add(LOW_HANGING, last_contact_on=getdate()), "Awaiting Approval")
		found = {row.case: row["class"] for row in listed()}
		self.assertEqual(found, expected)

	def test_order_is_by_expected_gain(self):
		big_and_safe = make_case(self.customer(), overdue=5000, risk_band="A")
		smaller_and_risky = make_case(self.customer(), overdue=2000, risk_band="E")
		promised = make_case(self.customer(), overdue=9000, risk_band="C")
		make_promise(promised.customer, 5, 9000)
		rows = listed()
		self.assertEqual(
			[row.case for row in rows], [smaller_and_risky.name, big_and_safe.name, promised.name]
		)
		self.assertEqual([row.rank for row in rows], [1, 2, 3])
		self.assertAlmostEqual(rows[0].expected_gain, 2000 * 0.85 * recoverable(10), 2)

	def test_why_in_words(self):
		case = make_case(
			self.customer(credit_limits=[{"company": COMPANY, "credit_limit": 1000}]),
			overdue=1120,
			risk_band="D",
			oldest_due_date=add_days(getdate(), -42),
		)
		make_promise(case.customer, -3, 1200, "Broken")
		make_action(case, "Awaiting Approval")
		reasons = self.row_of(case).reasons
		self.assertIn("1,200", reasons[0].replace(".", ","))
		self.assertIn("broken 3 days ago", reasons[0])
		self.assertEqual(
			reasons[1:],
			[
				"Final notice waits for approval",
				"42 days overdue, risk D",
				"Over limit by 12 %",
				"never contacted",
			],
		)

	def test_what_went_out_counts_as_contact(self):
		case = make_case(
			self.customer(), overdue=50, risk_band="B", next_action="Reminder", next_action_on=getdate()
		)
		self.assertEqual(
			self.row_of(case).reasons, ["10 days overdue, risk B", "Reminder due today", "never contacted"]
		)
		make_action(case, "Sent", sent_at=now_datetime())
		row = self.row_of(case)
		self.assertEqual(row.reasons, ["10 days overdue, risk B", "contacted today"])
		self.assertEqual(row["class"], WAITING)
		self.assertEqual(row.last_contact_on, getdate())

	def test_something_due_without_overdue(self):
		quiet = make_case(self.customer(), overdue=0, outstanding=500)
		self.assertIsNone(self.row_of(quiet))
		make_promise(quiet.customer, 0, 500)
		self.assertIn("promised for today", self.row_of(quiet).why)

	def test_facts_of_some_and_of_all(self):
		"""Few customers are named in the queries, of more the whole company is read: the facts are the same."""
		cases = [make_case(self.customer(), overdue=100 * number) for number in range(1, 5)]
		make_promise(cases[0].customer, -1, 50, status="Broken")
		make_promise(cases[1].customer, 2, 70)
		make_action(cases[1], "Awaiting Approval")
		make_action(cases[2], "Sent", sent_at=now_datetime())
		wanted = [case.name for case in cases[:3]]
		found = []
		for few in (facts.FEW, 0):
			with patch.object(facts, "FEW", few):
				found.append(facts.facts_of(COMPANY, facts.open_cases(COMPANY, wanted), getdate()))
		self.assertEqual(*found)
		self.assertEqual([len(one.promises) for one in found[1]], [1, 1, 0])
		self.assertTrue(found[1][1].actions and found[1][2].last_sent)

	def test_payment_to_review_comes_first(self):
		case = make_case(self.customer(), overdue=400)
		match = frappe.get_doc(
			{
				"doctype": "Cash Match",
				"company": COMPANY,
				"status": "To Review",
				"amount": 400,
				"currency": "EUR",
				"customer": case.customer,
				"bank_transaction": frappe.generate_hash(length=8),
			}
		)
		match.set_new_name()
		match.db_insert()
		row = self.row_of(case)
		self.assertEqual(row["class"], DEPRIORITISED)
		self.assertTrue(row.reasons[0].startswith("Payment of"), row.reasons)

	def test_closed_cases_and_those_of_others_stay_away(self):
		closed = make_case(self.customer(), overdue=10, status="Closed")
		mine = make_case(self.customer(), overdue=10)
		other = make_case(self.customer(), overdue=20)
		user = make_user("Collector", "Accounts User")
		restrict(user, "Customer", mine.customer)
		with signed_in(user):
			self.assertEqual([row.case for row in listed()], [mine.name])
		self.assertEqual({row.case for row in listed()}, {mine.name, other.name})
		self.assertIsNone(self.row_of(closed))

	def test_filters(self):
		small = make_case(self.customer(), overdue=10, risk_band="A", collector="Administrator")
		large = make_case(self.customer(), overdue=1000, risk_band="E", collector="Guest")
		for filters, cases in (
			({"minimum_overdue": 500}, [large]),
			({"risk_band": ["A", "B"]}, [small]),
			({"risk_band": '["E"]'}, [large]),
			({"collector": "Guest"}, [large]),
			({"only_mine": 1}, [small]),
			({"class": AT_RISK}, [large]),
		):
			with self.subTest(filters):
				self.assertEqual([row.case for row in listed(**filters)], [case.name for case in cases])

	def test_report(self):
		make_case(self.customer(), overdue=10.5, risk_band="A")
		make_case(self.customer(), overdue=1000, risk_band="E")
		rank.rank_company(COMPANY)
		columns, rows, _message, chart, figures = collections_worklist.execute(HERE)
		fields = {column["fieldname"] for column in columns}
		self.assertTrue({"rank", "customer", "why", "overdue", "case"} <= fields)
		self.assertEqual(sum(row.overdue for row in rows), 1010.5)
		drawn = sum(sum(one["values"]) for one in chart["data"]["datasets"])
		self.assertEqual(drawn, 1010.5)
		self.assertEqual(figures[0]["value"], 2)
