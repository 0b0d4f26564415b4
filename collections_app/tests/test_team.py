"""The team: portfolios, load, results and targets by collector, and who sees them."""

import frappe
from frappe.utils import add_days, getdate, now_datetime

from collections_app.api import cases as case_api
from collections_app.api import team as api
from collections_app.services.worklist.listing import worklist
from collections_app.services.worklist.rank import rank_company
from collections_app.tests.desk import (
	make_action,
	make_case,
	make_user,
	restrict,
	signed_in,
)
from collections_app.tests.utils import COMPANY, CollectionsTestCase, pay

HERE = {"companies": COMPANY}
TODAY = {"from_date": str(getdate()), "to_date": str(getdate())}


def make_team(name: str, *users: str) -> str:
	return (
		frappe.get_doc(
			{
				"doctype": "User Group",
				"__newname": f"{name} {frappe.generate_hash(length=5)}",
				"user_group_members": [{"user": user} for user in users],
			}
		)
		.insert()
		.name
	)


class TeamTestCase(CollectionsTestCase):
	"""Two collectors, Ann and Bob, of one team; each test starts without cases."""

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("team")
		for doctype in ("Collection Case", "Collection Action", "Promise to Pay", "Invoice Dispute"):
			frappe.db.delete(doctype, {"company": COMPANY})
		self.ann, self.bob = (make_user("Collector", "Accounts User") for _number in range(2))
		self.team = make_team("Team", self.ann, self.bob)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="team")
		super().tearDown()

	def case(self, collector: str | None, overdue: float = 100, **values):
		return make_case(self.customer(), collector=collector, overdue=overdue, **values)

	def rows(self, **filters) -> dict[str, dict]:
		rank_company(COMPANY)
		answer = api.portfolios(**{**HERE, "team": self.team, **filters})
		return {row["collector"]: row for row in answer["rows"]}


class TestPortfolios(TeamTestCase):
	def test_sums_by_collector(self):
		"""Open cases, overdue, outstanding and overdue by band of each; closed ones do not count."""
		self.case(self.ann, 100, outstanding=150, risk_band="A")
		self.case(self.ann, 50, outstanding=50, risk_band="E")
		self.case(self.ann, 0, outstanding=30)
		self.case(self.ann, 999, status="Closed")
		self.case(self.bob, 10.5)
		row = self.rows()[self.ann]
		self.assertEqual((row["cases"], row["overdue_cases"]), (3, 2))
		self.assertEqual((row["overdue"], row["outstanding"]), (150, 230))
		self.assertEqual(row["bands"], {"A": 100, "E": 50})
		self.assertEqual(self.rows()[self.bob]["overdue"], 10.5)

	def test_open_items(self):
		"""What is on the worklist today; and messages that wait for a decision."""
		late, waiting, snoozed = self.case(self.ann, 10), self.case(self.ann, 0), self.case(self.ann, 10)
		self.case(self.ann, 0, outstanding=5)
		make_action(waiting, "Awaiting Approval")
		snoozed.db_set("snoozed_until", add_days(getdate(), 3))
		row = self.rows()[self.ann]
		listed = worklist({"company": COMPANY, "collector": self.ann})
		self.assertEqual({one.case for one in listed}, {late.name, waiting.name})
		self.assertEqual((row["open_items"], row["to_decide"]), (len(listed), 1))

	def test_load_against_the_average(self):
		for _number in range(3):
			self.case(self.ann)
		self.case(self.bob)
		rows = self.rows()
		self.assertEqual(api.portfolios(**HERE, team=self.team)["average_open_items"], 2)
		self.assertEqual((rows[self.ann]["over_average"], rows[self.ann]["out_of_balance"]), (50, True))
		self.assertEqual((rows[self.bob]["over_average"], rows[self.bob]["out_of_balance"]), (-50, False))

	def test_tasks_due(self):
		case = self.case(self.ann)
		for allocated_to, day in ((self.ann, 0), (self.ann, -3), (self.ann, 1), (self.bob, 0)):
			frappe.get_doc(
				{
					"doctype": "ToDo",
					"allocated_to": allocated_to,
					"reference_type": "Collection Case",
					"reference_name": case.name,
					"date": add_days(getdate(), day),
					"description": "Call",
				}
			).insert()
		rows = self.rows()
		self.assertEqual((rows[self.ann]["tasks_due"], rows[self.bob]["tasks_due"]), (2, 1))

	def test_nobody(self):
		"""Cases without a collector have a line of their own, but not in a team."""
		self.case(None, 70)
		self.assertEqual(self.rows(team=None)[""]["overdue"], 70)
		self.assertNotIn("", self.rows())

	def test_cases_to_choose_from(self):
		small, large = self.case(self.ann, 5), self.case(self.ann, 50)
		self.case(self.bob, 500)
		answer = api.cases(self.ann, COMPANY, 0, 1)
		self.assertEqual(([row.name for row in answer["rows"]], answer["more"]), ([large.name], True))
		answer = api.cases(self.ann, COMPANY, 1, 1)
		self.assertEqual(([row.name for row in answer["rows"]], answer["more"]), ([small.name], False))
		self.assertEqual(api.cases("", COMPANY)["rows"], [])


class TestResults(TeamTestCase):
	def test_cash_by_collector_and_day(self):
		"""Payments count for the collector of the customer's case; before the period they do not."""
		case = self.case(self.ann)
		pay(self.invoice(case.customer, 300, -40), 120)
		pay(self.invoice(case.customer, 300, -40), 80, on=add_days(getdate(), -1))
		pay(self.invoice(case.customer, 300, -40), 7, on=add_days(getdate(), -2))
		pay(self.invoice(self.case(self.bob).customer, 300, -40), 5)
		answer = api.cash(
			**HERE, team=self.team, from_date=str(add_days(getdate(), -1)), to_date=str(getdate())
		)
		self.assertEqual(
			[(row["collector"], row["amount"]) for row in answer["rows"]], [(self.ann, 200), (self.bob, 5)]
		)
		self.assertEqual([row["amount"] for row in answer["points"]], [80, 125])
		self.assertEqual((answer["total"], answer["by"]), (205, "day"))

	def test_long_periods_by_week(self):
		pay(self.invoice(self.case(self.ann).customer, 300, -40), 120)
		answer = api.cash(
			**HERE, team=self.team, from_date=str(add_days(getdate(), -60)), to_date=str(getdate())
		)
		self.assertEqual(answer["by"], "week")
		self.assertEqual(answer["points"][-1]["amount"], 120)
		self.assertLessEqual(len(answer["points"]), 10)

	def test_actions_done(self):
		"""Calls, promises and disputes for who recorded them; messages for the collector of the case."""
		case = self.case(self.ann)
		invoice = self.invoice(case.customer, 100)
		make_action(case, "Sent", sent_at=now_datetime())
		make_action(case, "Delivered", sent_at=now_datetime(), channel="Letter")
		make_action(case, "Sent", sent_at=now_datetime(), channel="Call")
		make_action(case, "Held")
		make_action(case, "Sent", sent_at=add_days(now_datetime(), -1))
		with signed_in(self.bob):
			case_api.log_call(case.name, "Reached")
			case_api.log_call(case.name, "No Answer")
			case_api.record_dispute(invoice.name, frappe.db.get_value("Dispute Reason", {}))
		answer = api.activity(**HERE, team=self.team, **TODAY)
		done = {row["collector"]: row for row in answer["rows"]}
		kinds = ("calls", "messages", "promises", "disputes")
		self.assertEqual([done[self.ann][kind] for kind in kinds], [0, 2, 0, 0])
		self.assertEqual([done[self.bob][kind] for kind in kinds], [2, 0, 0, 1])
		self.assertEqual([answer["points"][0][kind] for kind in kinds], [2, 2, 0, 1])


class TestTargets(TeamTestCase):
	def target(self, **values):
		return frappe.get_doc(
			{
				"doctype": "Collection Target",
				"company": COMPANY,
				"from_date": add_days(getdate(), -9),
				"to_date": add_days(getdate(), 10),
				**values,
			}
		).insert()

	def targets(self, **filters) -> dict[str, dict]:
		rows = api.targets(**{**HERE, "team": self.team, **TODAY, **filters})
		return {row.name: row for row in rows}

	def test_how_far_it_is_reached(self):
		"""Over the target's own period, whatever period is looked at; a team's adds its members up."""
		own = self.target(collector=self.ann, cash_to_collect=400, actions_to_do=4)
		team = self.target(target_for="Team", team=self.team, cash_to_collect=300)
		case = self.case(self.ann)
		pay(self.invoice(case.customer, 300, -40), 100, on=add_days(getdate(), -9))
		pay(self.invoice(case.customer, 300, -40), 50, on=add_days(getdate(), -10))
		pay(self.invoice(self.case(self.bob).customer, 300, -40), 200)
		with signed_in(self.ann):
			case_api.log_call(case.name, "Reached")
		found = self.targets()
		row = found[own.name]
		self.assertEqual((row.collected, row.cash_reached), (100, 25))
		self.assertEqual((row.actions, row.actions_reached), (1, 25))
		self.assertEqual((row.time_gone, row.behind), (50, True))
		row = found[team.name]
		self.assertEqual((row.collected, row.cash_reached, row.actions_reached), (300, 100, None))
		self.assertFalse(row.behind)

	def test_of_the_period_only(self):
		self.target(collector=self.ann, cash_to_collect=1)
		later = {"from_date": str(add_days(getdate(), 11)), "to_date": str(add_days(getdate(), 20))}
		self.assertEqual(self.targets(**later), {})
		self.assertEqual(len(self.targets()), 1)

	def test_a_collector_sees_its_own(self):
		own = self.target(collector=self.ann, cash_to_collect=1)
		self.target(collector=self.bob, cash_to_collect=1)
		self.target(target_for="Team", team=self.team, cash_to_collect=1)
		with signed_in(self.ann):
			self.assertEqual(list(self.targets(team=None)), [own.name])
		with signed_in(make_user("Collections Auditor", "Accounts User")):
			self.assertEqual(len(self.targets()), 3)

	def test_checked(self):
		for values, message in (
			({"cash_to_collect": 0}, "how much cash"),
			({"cash_to_collect": 1, "to_date": add_days(getdate(), -20)}, "must not end"),
		):
			with self.subTest(message), self.assertRaisesRegex(frappe.ValidationError, message):
				self.target(collector=self.ann, **values)


class TestWhoSeesWhat(TeamTestCase):
	def figures(self) -> tuple:
		portfolio = api.portfolios(**HERE)["rows"]
		cash, activity = api.cash(**HERE, **TODAY), api.activity(**HERE, **TODAY)
		return (
			sum(row["overdue"] for row in portfolio),
			cash["total"],
			sum(row["messages"] for row in activity["rows"]),
		)

	def test_roles_and_user_permissions(self):
		"""Managers and auditors see all, collectors themselves; who is restricted to a customer or a customer group sees
		sums over these alone."""
		for collector, amount in ((self.ann, 1), (self.bob, 10)):
			case = self.case(collector, amount)
			pay(self.invoice(case.customer, 300, -40), amount)
			make_case(case.customer, collector=collector, overdue=amount)
			make_action(case, "Sent", sent_at=now_datetime())
		mine = case.customer
		frappe.db.set_value("Customer", mine, "customer_group", "Key Account")
		auditor, group = (make_user("Collections Auditor", "Accounts User") for _number in range(2))
		restrict(group, "Customer Group", "Key Account")
		manager, restricted = (make_user("Credit Manager", "Accounts Manager") for _number in range(2))
		restrict(restricted, "Customer", mine)
		for user, expected in (
			(manager, (11, 11, 2)),
			(auditor, (11, 11, 2)),
			(self.ann, (1, 1, 1)),
			(self.bob, (10, 10, 1)),
			(restricted, (10, 10, 1)),
			(group, (10, 10, 1)),
		):
			with self.subTest(expected), signed_in(user):
				self.assertEqual(self.figures(), expected)

	def test_refused(self):
		"""Strangers, another company, the cases of a colleague."""
		with signed_in(make_user()):
			for method in (api.portfolios, api.cash, api.activity, api.targets, api.absences, api.choices):
				self.assertRaises(frappe.PermissionError, method)
		company = frappe.get_doc({"doctype": "Company", "company_name": "Elsewhere", "abbr": "ELS"})
		company.name = "Elsewhere"
		company.db_insert()
		restrict(self.ann, "Company", COMPANY)
		with signed_in(self.ann):
			self.assertRaises(frappe.PermissionError, api.portfolios, "Elsewhere")
			self.assertRaises(frappe.PermissionError, api.portfolios, [COMPANY, "Elsewhere"])
			self.assertRaises(frappe.PermissionError, api.cases, self.bob, COMPANY)
			self.assertEqual(api.choices()["companies"], [COMPANY])
			self.assertFalse(api.choices()["sees_everybody"])

	def test_queries_do_not_grow(self):
		"""As many queries with ten customers as with one; also of who may see some of them."""
		user = make_user("Credit Manager", "Accounts User")
		restrict(user, "Territory", "Germany")
		self.customer(territory="Spain")

		def count() -> list[int]:
			return [count_as(one) for one in ("Administrator", user)]

		def count_as(one: str) -> int:
			frappe.clear_cache()
			with signed_in(one):
				api.portfolios(**HERE, team=self.team)
				with self.counted() as queries:
					for method in (api.portfolios, api.cash, api.activity, api.targets):
						method(**HERE, team=self.team)
				return len(queries)

		self.case(self.ann)
		before = count()
		for _number in range(9):
			self.case(self.bob)
		self.assertEqual(count(), before)

	def counted(self):
		from contextlib import contextmanager
		from unittest.mock import patch

		@contextmanager
		def counting():
			asked: list = []
			run = frappe.db.sql

			def sql(query, *args, **kwargs):
				asked.append(str(query))
				return run(query, *args, **kwargs)

			with patch.object(frappe.db, "sql", sql):
				yield asked

		return counting()
