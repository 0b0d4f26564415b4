"""Customer 360: the head and each panel, the timeline over all companies, limits proposed, a customer scored; for whom."""

import frappe
from frappe.utils import add_days, fmt_money, getdate, now_datetime

from collections_app.api import customer_360 as api
from collections_app.services.scoring import now as scoring_now
from collections_app.tests.books import credit_note, payment
from collections_app.tests.desk import make_action, make_case, make_user, restrict, signed_in
from collections_app.tests.test_credit_cover import make_cover
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase, make_dispute, make_promise, other_company

TODAY = getdate()


class PageTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.debtor = self.customer()
		self.of = {"customer": self.debtor, "company": COMPANY}

	def events(self, **values) -> list[dict]:
		return api.timeline(self.debtor, **values)["events"]

	def kinds(self, **values) -> set[str]:
		return {event["kind"] for event in self.events(**values)}


class TestHead(PageTestCase):
	def test_empty_customer(self):
		"""A customer with nothing has a page like any other."""
		found = api.head(**self.of)
		self.assertEqual(found["customer"].name, self.debtor)
		self.assertEqual((found["case"], found["score"], found["ageing"]), (None, None, []))
		self.assertEqual((found["company"], found["exposure"]["exposure"]), (COMPANY, 0))
		self.assertEqual(api.expected(**self.of)["items"], [])
		self.assertEqual(api.behaviour(**self.of)["points"], [])
		self.assertEqual(api.statement(**self.of)["accounts"], [])
		self.assertIsNone(api.score(**self.of))
		self.assertEqual(self.events(), [])

	def test_exposure(self):
		"""What is open, overdue, and free of limit and cover, as the bar shows it."""
		self.invoice(self.debtor, 100, due_in=10)
		late = self.invoice(self.debtor, 60, due_in=-5)
		payment(self.debtor, 10, [(late, 10)])
		customer = frappe.get_doc("Customer", self.debtor)
		customer.append("credit_limits", {"company": COMPANY, "credit_limit": 500})
		customer.save()
		make_cover(self.debtor, 120)
		found = api.head(**self.of)
		exposure = found["exposure"]
		self.assertEqual((exposure["exposure"], exposure["overdue"], exposure["not_due"]), (150, 50, 100))
		self.assertEqual((exposure["credit_limit"], exposure["over_limit"], exposure["cover"]), (500, 0, 120))
		amounts = {part["field"]: part["amount"] for part in found["ageing"]}
		self.assertEqual((amounts["not_due"], amounts["bucket_1"]), (100, 50))

	def test_company(self):
		"""Without one, that of the case; each where the customer has dealings is offered."""
		self.invoice(self.debtor, 100)
		found = api.head(self.debtor)
		self.assertEqual((found["company"], found["companies"]), (COMPANY, [COMPANY]))
		other = other_company()
		found = api.head(self.debtor, other)
		self.assertEqual((found["company"], found["companies"]), (other, [COMPANY, other]))

	def test_contact(self):
		self.assertEqual(api.head(**self.of)["contact"]["email"], "pay@example.com")
		people = api.people(**self.of)
		self.assertEqual([one.email_id for one in people["contacts"]], ["pay@example.com"])


class TestPanels(PageTestCase):
	def test_behaviour(self):
		"""Each paid invoice with its days late, and what is overdue now; the line is the mean by amount."""
		for amount, due_in, paid_after in ((100, -100, 30), (300, -100, 10)):
			pay(self.invoice(self.debtor, amount, due_in), on=add_days(TODAY, due_in + paid_after))
		still_open = self.invoice(self.debtor, 50, due_in=-7)
		self.invoice(self.debtor, 70, due_in=7)
		found = api.behaviour(**self.of)
		late = {point["invoice"]: (point["days_late"], point["paid_on"]) for point in found["points"]}
		self.assertEqual(sorted(days for days, _paid in late.values()), [7, 10, 30])
		self.assertEqual(late[still_open.name], (7, None))
		# 30 days for 100, 10 days for 300
		self.assertEqual(found["months"][-1]["days_late"], 15)
		self.assertEqual(found["figures"]["paid_count"], 2)

	def test_expected(self):
		"""Open items with their predicted day; what is promised or disputed is marked."""
		first, second = self.invoice(self.debtor, 100), self.invoice(self.debtor, 50, due_in=5)
		make_promise(self.debtor, first)
		make_dispute(second)
		prediction = frappe.get_doc(
			{
				"doctype": "Payment Prediction",
				**self.of,
				"voucher_type": "Sales Invoice",
				"voucher_no": first.name,
				"item_key": f"Sales Invoice|{first.name}|",
				"expected_on": add_days(TODAY, 8),
				"earliest_on": add_days(TODAY, 2),
				"latest_on": add_days(TODAY, 30),
				"late_chance": 70,
				"predicted_on": TODAY,
			}
		)
		prediction.set_new_name()
		prediction.db_insert()
		found = api.expected(**self.of)
		rows = {row["voucher_no"]: row for row in found["items"]}
		self.assertEqual(rows[first.name]["prediction"]["expected_on"], add_days(TODAY, 8))
		self.assertEqual((rows[first.name]["marks"], rows[second.name]["marks"]), (["promise"], ["dispute"]))
		self.assertIsNone(rows[second.name]["prediction"])
		self.assertEqual((rows[first.name]["days_overdue"], rows[second.name]["days_overdue"]), (10, -5))
		self.assertEqual((len(found["promises"]), len(found["disputes"])), (1, 1))

	def test_statement(self):
		invoice = self.invoice(self.debtor, 100)
		pay(invoice, 40)
		(account,) = api.statement(**self.of)["accounts"]
		self.assertEqual((account["closing"], account["overdue"], len(account["lines"])), (60, 60, 2))
		api.statement_pdf(**self.of)
		self.assertTrue(frappe.local.response.filecontent.startswith(b"%PDF"))
		self.assertRaises(
			frappe.ValidationError, api.statement, **self.of, from_date="2030-01-01", to_date="2029-01-01"
		)


class TestTimeline(PageTestCase):
	def fill(self):
		"""One of each kind that the page adds, and some others."""
		self.case = make_case(self.debtor, overdue=100)
		make_action(self.case, "Sent", step_name="Reminder")
		make_action(self.case, "Sent", channel="Hand Over", step_name="To the agency")
		pay(self.invoice(self.debtor, 100))
		report = frappe.get_doc(
			{
				"doctype": "Credit Report",
				**self.of,
				"provider": "Bureau",
				"summary": "Weak",
				"reported_on": TODAY,
			}
		)
		report.set_new_name()
		report.db_insert()
		cover = make_cover(self.debtor, 1000)
		cover.amount = 400
		cover.save(ignore_version=False)
		customer = frappe.get_doc("Customer", self.debtor)
		customer.append("credit_limits", {"company": COMPANY, "credit_limit": 5000})
		customer.save(ignore_version=False)
		api.propose_limit(**self.of, amount=7000, reason="Grows")

	def test_kinds(self):
		"""Reports, covers, limits and hand-overs stand beside payments and messages; each can be looked at alone."""
		self.fill()
		self.assertLessEqual({"message", "hand_over", "payment", "report", "cover", "limit"}, self.kinds())
		self.assertEqual(self.kinds(kinds=["cover"]), {"cover"})
		text = " ".join(event["content"] for event in self.events(kinds=["cover"]))
		self.assertIn(fmt_money(400, currency="EUR"), text)
		text = " ".join(event["content"] for event in self.events(kinds=["limit"]))
		self.assertIn(fmt_money(7000, currency="EUR"), text)
		self.assertIn(fmt_money(5000, currency="EUR"), text)
		self.assertEqual(
			[event["content"].count("To the agency") for event in self.events(kinds=["message"])], [0]
		)

	def test_pages(self):
		"""Page after page, each event once, in order."""
		self.case = make_case(self.debtor)
		for number in range(70):
			action = make_action(self.case, "Cancelled", step_name=f"Step {number}")
			action.db_set("creation", add_days(now_datetime(), -number), update_modified=False)
		seen, before = [], None
		while True:
			page = api.timeline(self.debtor, before=before)
			seen += [event["name"] for event in page["events"]]
			before = page["next"]
			if not before:
				break
		self.assertEqual(len(seen), 70)
		self.assertEqual(len(set(seen)), 70)

	def test_all_companies(self):
		"""What happened with each company that the user may see; who is restricted sees that of theirs alone."""
		self.fill()
		other = other_company()
		case = frappe.get_doc(
			{"doctype": "Collection Case", "company": other, "customer": self.debtor, "currency": "EUR"}
		).insert()
		self.addCleanup(frappe.delete_doc, "Collection Case", case.name, force=True)
		action = make_action(case, "Sent", company=other, step_name="From the other")
		self.addCleanup(frappe.db.delete, "Collection Action", {"name": action.name})
		self.assertEqual({event["company"] for event in self.events()}, {COMPANY, other})
		self.assertEqual({event["company"] for event in self.events(companies=[COMPANY])}, {COMPANY})
		collector = make_user("Collector", "Accounts User")
		restrict(collector, "Company", COMPANY)
		with signed_in(collector):
			self.assertEqual({event["company"] for event in self.events()}, {COMPANY})
			self.assertRaises(frappe.PermissionError, api.head, self.debtor, other)

	def test_companies_of_the_ledger(self):
		"""A company with entries but no case is offered to who may see it, and to nobody else."""
		other = other_company()
		entry = frappe.get_doc(
			{
				"doctype": "Payment Ledger Entry",
				"company": other,
				"party_type": "Customer",
				"party": self.debtor,
				"posting_date": TODAY,
				"account_type": "Receivable",
				"delinked": 0,
			}
		)
		entry.set_new_name()
		entry.db_insert()
		self.addCleanup(frappe.db.delete, "Payment Ledger Entry", {"name": entry.name})
		self.assertEqual(api.head(**self.of)["companies"], [other, COMPANY])
		collector = make_user("Collector", "Accounts User")
		restrict(collector, "Company", COMPANY)
		with signed_in(collector):
			self.assertEqual(api.head(**self.of)["companies"], [COMPANY])


class TestLimit(PageTestCase):
	def test_propose(self):
		"""A proposal by hand replaces the one that waits, and changes no limit."""
		self.invoice(self.debtor, 100)
		first = api.propose_limit(**self.of, amount=1000, reason="Grows")
		second = api.propose_limit(**self.of, amount=2000, reason="Grows more")
		status = {
			name: frappe.db.get_value("Credit Limit Proposal", name, "status") for name in (first, second)
		}
		self.assertEqual(status, {first: "Replaced", second: "Proposed"})
		self.assertEqual(api.suggest_limit(**self.of)["waiting"], second)
		self.assertFalse(frappe.db.exists("Customer Credit Limit", {"parent": self.debtor}))

	def test_refused(self):
		for amount, reason in ((0, "x"), (-5, "x"), (10, " ")):
			with self.subTest(amount), self.assertRaises(frappe.ValidationError):
				api.propose_limit(**self.of, amount=amount, reason=reason)
		with signed_in(make_user("Collections Auditor", "Sales User")):
			self.assertRaises(frappe.PermissionError, api.propose_limit, **self.of, amount=10, reason="x")


class TestScoreNow(PageTestCase):
	def test_one_customer(self):
		"""Only the customer asked for gets a new score; the bands of the others stay as they are."""
		other = self.customer()
		for customer in (self.debtor, other):
			make_case(customer)
			self.invoice(customer, 100, due_in=-40)
		scoring_now.score_customer(COMPANY, self.debtor)
		scored = frappe.get_all("Risk Score", {"company": COMPANY}, pluck="customer")
		self.assertEqual(scored, [self.debtor])
		self.assertTrue(api.score(**self.of)["band"])
		self.assertTrue(frappe.db.get_value("Customer", self.debtor, "collections_risk_band"))
		self.assertFalse(frappe.db.get_value("Customer", other, "collections_risk_band"))
		self.assertEqual(api.head(**self.of)["score"].band, api.score(**self.of)["band"])

	def test_permission(self):
		with signed_in(make_user("Collections Auditor", "Sales User")):
			self.assertRaises(frappe.PermissionError, api.score_now, **self.of)


class TestPermissions(PageTestCase):
	def test_roles(self):
		"""Manager, collector and auditor see the page; what they may do differs."""
		make_case(self.debtor, overdue=100)
		make_promise(self.debtor, self.invoice(self.debtor, 100))
		may = {}
		for role in ("Credit Manager", "Collector", "Collections Auditor"):
			with signed_in(make_user(role, "Sales User")):
				may[role] = api.head(**self.of)["may"]
				for panel in (api.behaviour, api.expected, api.people, api.statement, api.score):
					panel(**self.of)
				self.assertTrue(self.events())
		self.assertTrue(all(may["Credit Manager"].values()))
		self.assertTrue(may["Collector"]["send"] and may["Collector"]["propose_limit"])
		self.assertFalse(any(may["Collections Auditor"].values()))

	def test_user_permissions(self):
		"""A customer or a company the user may not see is refused by each panel."""
		panels = (
			api.head,
			api.behaviour,
			api.expected,
			api.score,
			api.people,
			api.statement,
			api.suggest_limit,
		)
		collector = make_user("Collector", "Sales User")
		restrict(collector, "Customer", self.customer())
		with signed_in(collector):
			for panel in (*panels, api.score_now):
				with self.subTest(panel.__name__):
					self.assertRaises(frappe.PermissionError, panel, **self.of)
			self.assertRaises(frappe.PermissionError, api.timeline, self.debtor)
		elsewhere = make_user("Collector", "Sales User")
		restrict(elsewhere, "Company", other_company())
		with signed_in(elsewhere):
			for panel in panels:
				with self.subTest(panel.__name__):
					self.assertRaises(frappe.PermissionError, panel, **self.of)

	def test_outsider(self):
		with signed_in(make_user("Sales User")):
			self.assertRaises(frappe.PermissionError, api.head, **self.of)


class TestQueries(PageTestCase):
	def test_constant(self):
		"""The number of queries grows neither with the customers nor with the invoices."""
		for number in range(3):
			pay(self.invoice(self.debtor, 100 + number))
			credit_note(self.invoice(self.debtor, 100), 10)
		make_case(self.debtor, overdue=100)
		few = {panel: self.queries(panel) for panel in ("head", "behaviour", "expected", "statement")}
		for _number in range(5):
			self.invoice(self.customer(), 100)
			pay(self.invoice(self.debtor, 50))
			self.invoice(self.debtor, 50)
		for panel, count in few.items():
			self.assertLessEqual(self.queries(panel), count, panel)

	def queries(self, panel: str) -> int:
		"""Queries of the panel, once the caches are warm."""
		call = getattr(api, panel)
		call(**self.of)
		counted = 0
		sql = frappe.db.sql

		def count(*args, **kwargs):
			nonlocal counted
			counted += 1
			return sql(*args, **kwargs)

		frappe.db.sql = count
		try:
			call(**self.of)
		finally:
			frappe.db.sql = sql
		return counted
