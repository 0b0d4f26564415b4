"""The page Worklist: pages and counts by SQL, snoozing, the progress of the day, who sees what."""

import frappe
from frappe.utils import add_days, getdate, now_datetime

from collections_app.api import cases as case_api
from collections_app.api import worklist as api
from collections_app.collections.report.collections_worklist import collections_worklist
from collections_app.services.worklist import listing, rank
from collections_app.services.worklist.rules import AT_RISK, LOW_HANGING, WAITING
from collections_app.tests.desk import (
	make_action,
	make_case,
	make_promise,
	make_user,
	restrict,
	signed_in,
)
from collections_app.tests.test_worklist import HERE, RolledBack
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import other_company


def rows(**filters) -> list[dict]:
	return api.rows({**HERE, **filters})["rows"]


def counts(**filters) -> dict[str, int]:
	return {name: one["count"] for name, one in api.rows({**HERE, **filters})["counts"].items()}


class TestRows(RolledBack):
	def test_pages_follow_on_each_other(self):
		"""Page after page gives the rows of the whole list, in its order, with running ranks."""
		for number in range(7):
			# two of the same gain: the order must hold across pages all the same
			make_case(self.customer(), overdue=1000 + 100 * (number // 2), risk_band="B")
		rank.rank_company(COMPANY)
		whole = [row.case for row in listing.worklist(HERE)]
		self.assertEqual(len(whole), 7)
		paged, ranks = [], []
		for start in (0, 3, 6):
			page = api.rows(HERE, start, 3)["rows"]
			paged += [row.case for row in page]
			ranks += [row.rank for row in page]
		self.assertEqual(paged, whole)
		self.assertEqual(ranks, [1, 2, 3, 4, 5, 6, 7])

	def test_counts_are_of_all_tabs(self):
		make_case(self.customer(), overdue=100, risk_band="E")
		make_case(self.customer(), overdue=50, risk_band="E")
		make_case(self.customer(), overdue=10, risk_band="A")
		make_case(self.customer(), overdue=0, outstanding=500)
		rank.rank_company(COMPANY)
		answer = api.rows({**HERE, "class": LOW_HANGING})
		self.assertEqual(len(answer["rows"]), 1)
		self.assertEqual(answer["counts"][AT_RISK], {"count": 2, "overdue": 150.0})
		self.assertEqual(answer["counts"][LOW_HANGING], {"count": 1, "overdue": 10.0})
		self.assertEqual(answer["counts"][WAITING], {"count": 0, "overdue": 0.0})
		self.assertEqual(answer["as_of"], getdate())

	def test_filters(self):
		collector = make_user("Collector")
		team = frappe.get_doc(
			{
				"doctype": "User Group",
				"name": "Team North",
				"__newname": "Team North",
				"user_group_members": [{"user": collector}],
			}
		).insert()
		north = make_case(self.customer(), overdue=1000, risk_band="E", collector=collector)
		other = make_case(self.customer(), overdue=10, risk_band="A", collector="Administrator")
		rank.rank_company(COMPANY)
		for filters, found in (
			({"team": team.name}, [north]),
			({"collector": "Administrator"}, [other]),
			({"only_mine": 1}, [other]),
			({"risk_band": ["D", "E"]}, [north]),
			({"minimum_overdue": 500}, [north]),
			({"text": other.customer_name[:-1]}, [other]),
			({"text": north.name}, [north]),
			({"class": AT_RISK}, [north]),
		):
			with self.subTest(filters):
				self.assertEqual([row.case for row in rows(**filters)], [case.name for case in found])
		with self.assertRaises(frappe.ValidationError):
			rows(**{"class": "Nonsense"})

	def test_page_report_and_file_agree(self):
		"""What is kept, what the report lists and what is worked out for one case are the same."""
		risky = make_case(self.customer(), overdue=900, risk_band="E")
		make_promise(risky.customer, -3, 300, "Broken")
		make_action(risky, "Awaiting Approval")
		make_case(self.customer(), overdue=400, risk_band="B", last_contact_on=now_datetime())
		rank.rank_company(COMPANY)
		page = {row.case: row for row in rows()}
		report = {row.case: row for row in collections_worklist.execute(HERE)[1]}
		self.assertEqual(len(page), 2)
		for case, row in page.items():
			alone = listing.worklist_row_of(COMPANY, case)
			for field in ("class", "expected_gain", "reasons", "overdue", "oldest_days", "last_contact_on"):
				with self.subTest(field):
					self.assertEqual(row[field], report[case][field])
					self.assertEqual(row[field], alone[field])
		self.assertEqual(list(page), list(report))

	def test_kept_when_a_case_is_refreshed(self):
		"""A promise is seen on the list without a run and without the hourly job."""
		customer = self.customer()
		invoice = self.invoice(customer, 800)
		case = make_case(customer, overdue=800, risk_band="E")
		rank.rank_company(COMPANY)
		self.assertEqual(rows()[0]["class"], AT_RISK)
		case_api.record_promise(customer, COMPANY, str(add_days(getdate(), 5)), 800, "EUR", [invoice.name])
		self.assertEqual(rows()[0]["class"], "De-prioritised")
		self.assertEqual(rows()[0].case, case.name)

	def test_reasons_read_right_on_a_later_day(self):
		"""Reasons are kept as codes with days: what was not worked out anew does not say yesterday's words."""
		make_case(self.customer(), overdue=100, risk_band="B", oldest_due_date=add_days(getdate(), -10))
		rank.rank_company(COMPANY)
		later = listing.worklist(HERE, add_days(getdate(), 4))[0]
		self.assertEqual(later.reasons[0], "14 days overdue, risk B")
		self.assertEqual(later.oldest_days, 14)

	def test_says_how_old_it_is(self):
		case = make_case(self.customer(), overdue=100)
		rank.rank_company(COMPANY)
		frappe.db.set_value("Collection Case", case.name, "ranked_on", add_days(getdate(), -1))
		self.assertEqual(api.rows(HERE)["as_of"], add_days(getdate(), -1))
		api.rank_now(COMPANY)
		self.assertEqual(api.rows(HERE)["as_of"], getdate())

	def test_closed_cases_leave(self):
		case = make_case(self.customer(), overdue=100)
		rank.rank_company(COMPANY)
		case.db_set("status", "Closed")
		self.assertEqual(rows(), [])
		rank.rank_company(COMPANY)
		self.assertEqual(frappe.db.get_value("Collection Case", case.name, "worklist_state"), "")

	def test_queries_do_not_grow_with_customers(self):
		numbers = []
		for more in (2, 25):
			for _number in range(more):
				case = make_case(self.customer(), overdue=100)
			# a reason that names an amount, whose currency is looked up
			make_promise(case.customer, -1, 50, status="Broken", settled_on=getdate())
			rank.rank_company(COMPANY)
			api.rows(HERE)
			api.day(HERE)
			# as in a request of its own
			frappe.db.value_cache.clear()
			with frappe_queries() as queries:
				found = api.rows(HERE)
			with frappe_queries() as of_day:
				api.day(HERE)
			numbers.append((len(queries), len(of_day)))
		self.assertEqual(len(found["rows"]), 27)
		self.assertTrue(any("Promise of" in row["why"] for row in found["rows"]))
		self.assertEqual(numbers[0], numbers[1])


class TestSnooze(RolledBack):
	def setUp(self):
		super().setUp()
		self.case = make_case(self.customer(), overdue=500, risk_band="B")
		rank.rank_company(COMPANY)

	def snooze(self, days: int = 3):
		api.snooze(self.case.name, str(add_days(getdate(), days)), "Waits for new bank details")

	def test_off_the_list_until_its_day(self):
		self.snooze()
		self.assertEqual(rows(), [])
		[row] = rows(**{"class": "Snoozed"})
		self.assertEqual(row.snooze_reason, "Waits for new bank details")
		self.assertEqual(counts()["Snoozed"], 1)
		rank.rank_company(COMPANY, add_days(getdate(), 2))
		self.assertEqual(rows(), [])
		rank.rank_company(COMPANY, add_days(getdate(), 3))
		[row] = rows()
		self.assertIn("Waits for new bank details", row.reasons[0])

	def test_wakes_when_something_happens(self):
		"""A promise that was broken before is known; one broken since brings the case back."""
		make_promise(self.case.customer, -8, 100, "Broken")
		self.snooze()
		rank.rank_company(COMPANY)
		self.assertEqual(rows(), [])
		make_promise(self.case.customer, -1, 100, "Broken")
		rank.rank_company(COMPANY)
		self.assertEqual([row.case for row in rows()], [self.case.name])
		self.assertIsNone(frappe.db.get_value("Collection Case", self.case.name, "snoozed_until"))
		told = frappe.get_all("Comment", {"reference_name": self.case.name}, pluck="content")
		self.assertTrue(any("a promise was broken" in text for text in told), told)

	def test_other_events_wake_it_too(self):
		def answer():
			make_action(self.case, "Delivered", sent_at=now_datetime(), replied_at=now_datetime())

		def failure():
			make_action(self.case, "Failed")

		def worse():
			self.case.db_set("risk_band", "E")

		def payment():
			match = frappe.get_doc(
				{
					"doctype": "Cash Match",
					"company": COMPANY,
					"status": "To Review",
					"amount": 5,
					"currency": "EUR",
					"customer": self.case.customer,
					"bank_transaction": frappe.generate_hash(length=8),
				}
			)
			match.set_new_name()
			match.db_insert()

		for happens in (answer, failure, worse, payment):
			with self.subTest(happens.__name__):
				self.snooze()
				rank.rank_company(COMPANY)
				self.assertEqual(rows(), [])
				happens()
				rank.rank_company(COMPANY)
				self.assertEqual(len(rows()), 1)

	def test_messages_go_on(self):
		"""A snooze is no pause."""
		self.snooze()
		self.assertIsNone(frappe.db.get_value("Collection Case", self.case.name, "paused_until"))

	def test_ended_by_hand(self):
		self.snooze()
		api.snooze(self.case.name)
		self.assertEqual(len(rows()), 1)

	def test_refused(self):
		for until, reason in (
			(getdate(), "why"),
			(add_days(getdate(), -1), "why"),
			(add_days(getdate(), 1), " "),
		):
			with self.subTest(until=until, reason=reason), self.assertRaises(frappe.ValidationError):
				api.snooze(self.case.name, str(until), reason)
		with signed_in(make_user("Collections Auditor")), self.assertRaises(frappe.PermissionError):
			api.snooze(self.case.name, str(add_days(getdate(), 1)), "why")


class TestProgress(RolledBack):
	def test_worked_and_to_do(self):
		called = make_case(self.customer(), overdue=100, risk_band="E")
		make_case(self.customer(), overdue=300, risk_band="E")
		waiting = make_case(self.customer(), overdue=70, risk_band="B", last_contact_on=now_datetime())
		rank.rank_company(COMPANY)
		before = api.day(HERE)
		self.assertEqual((before["worked"], before["to_do"], before["amount_to_do"]), (0, 2, 400))
		case_api.log_call(called.name, "No Answer")
		case_api.log_call(called.name, "No Answer")
		case_api.pause(waiting.name, str(add_days(getdate(), 2)), "Talks")
		after = api.day(HERE)
		self.assertEqual((after["worked"], after["to_do"], after["amount"]), (2, 1, 170))
		self.assertEqual(after["mine"], {"worked": 2, "amount": 170})
		self.assertEqual([one["worked"] for one in after["users"]], [2])
		[row] = [row for row in rows() if row.case == called.name]
		self.assertTrue(row.worked)

	def test_by_user(self):
		case = make_case(self.customer(), overdue=100, risk_band="E")
		rank.rank_company(COMPANY)
		collector = make_user("Collector", "Accounts User")
		with signed_in(collector):
			case_api.log_call(case.name, "No Answer")
			mine = api.day(HERE)
		self.assertEqual(mine["mine"]["worked"], 1)
		seen = api.day(HERE)
		self.assertEqual((seen["worked"], seen["mine"]["worked"]), (1, 0))
		self.assertEqual([one["user"] for one in seen["users"]], [collector])
		with signed_in(make_user("Collector", "Accounts User")):
			# how a colleague is doing is the manager's to see
			self.assertEqual(api.day(HERE)["users"], [])

	def test_what_the_app_does_by_itself_is_nobodys_work(self):
		case = make_case(self.customer(), overdue=100, risk_band="B")
		rank.rank_company(COMPANY)
		api.snooze(case.name, str(add_days(getdate(), 3)), "Later")
		frappe.db.set_value(
			"Comment",
			{"reference_name": case.name},
			"creation",
			add_days(now_datetime(), -1),
			update_modified=False,
		)
		self.assertEqual(api.day(HERE)["worked"], 0)
		make_promise(case.customer, -1, 100, "Broken", case=None)
		frappe.db.set_value(
			"Promise to Pay", {"customer": case.customer}, "creation", add_days(now_datetime(), -9)
		)
		rank.rank_company(COMPANY)
		self.assertEqual(len(rows()), 1)
		self.assertEqual(api.day(HERE)["worked"], 0)


class TestWhoSeesWhat(RolledBack):
	"""Three roles, and User Permissions on company, customer, group and territory: rows, counts, sums, file."""

	def setUp(self):
		super().setUp()
		self.mine = make_case(
			self.customer(customer_group="Key Account", territory="Spain"), overdue=100, risk_band="E"
		)
		self.other = make_case(
			self.customer(customer_group="Commercial", territory="Germany"), overdue=900, risk_band="E"
		)
		rank.rank_company(COMPANY)

	def test_roles(self):
		for role, may_write in (
			("Credit Manager", True),
			("Collector", True),
			("Collections Auditor", False),
		):
			with self.subTest(role), signed_in(make_user(role, "Accounts User")):
				self.assertEqual(len(rows()), 2)
				found = api.case_file(self.mine.name)
				self.assertEqual(found["may_write"], may_write)
				self.assertEqual(found["may_approve"], role == "Credit Manager")
				if not may_write:
					self.assertRaises(frappe.PermissionError, api.acted, self.mine.name)
		with signed_in(make_user()), self.assertRaises(frappe.PermissionError):
			rows()

	def test_user_permissions(self):
		for doctype, value in (
			("Customer", self.mine.customer),
			("Customer Group", "Key Account"),
			("Territory", "Spain"),
		):
			for role in ("Credit Manager", "Collector", "Collections Auditor"):
				user = make_user(role, "Accounts User")
				restrict(user, doctype, value)
				with self.subTest(doctype, role=role), signed_in(user):
					answer = api.rows(HERE)
					self.assertEqual([row.case for row in answer["rows"]], [self.mine.name])
					self.assertEqual(answer["counts"][AT_RISK], {"count": 1, "overdue": 100.0})
					self.assertEqual(api.day(HERE)["amount_to_do"], 100)
					report = collections_worklist.execute(HERE)[1]
					self.assertEqual([row.case for row in report], [self.mine.name])
					self.assertIsNone(listing.worklist_row_of(COMPANY, self.other.name))
					for method in (api.case_file, api.invoices, api.call_script):
						self.assertRaises(frappe.PermissionError, method, self.other.name)

	def test_another_company(self):
		for role in ("Credit Manager", "Collector", "Collections Auditor"):
			user = make_user(role, "Accounts User")
			restrict(user, "Company", other_company())
			with self.subTest(role), signed_in(user):
				self.assertRaises(frappe.PermissionError, rows)
				self.assertEqual(api.rows({})["company"], other_company())
				self.assertEqual(api.rows({})["rows"], [])
				self.assertRaises(frappe.PermissionError, api.case_file, self.mine.name)


class frappe_queries:
	"""The SQL statements sent inside the block."""

	def __enter__(self) -> list:
		self.sent, self.original = [], frappe.db.sql

		def counted(*args, **kwargs):
			self.sent.append(args[0] if args else kwargs.get("query"))
			return self.original(*args, **kwargs)

		frappe.db.sql = counted
		return self.sent

	def __exit__(self, *error) -> None:
		frappe.db.sql = self.original
