"""Every report, card and chart with every role, and with users who are restricted to one company and to one customer: by
themselves, and as Frappe's Auto Email Report sends them."""

import json

import frappe
from frappe.desk.query_report import run
from frappe.utils import getdate, now_datetime

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
from collections_app.tests.reports import REPORTS, day
from collections_app.tests.test_report_figures import EMPTIED
from collections_app.tests.utils import COMPANY, CollectionsTestCase, pay

ROLES = {
	"Credit Manager": ("Credit Manager", "Accounts Manager", "Accounts User"),
	"Collector": ("Collector", "Accounts User"),
	"Collections Auditor": ("Collections Auditor", "Accounts User"),
}
# what the restricted user must never see, as amount and as name
HIDDEN_AMOUNT, HIDDEN_NAME = 77777.0, "Hidden Customer of the Reports"
OWN_AMOUNT = 4321.0
# these need a filter of their own
FILTERS = {
	"Cash Forecast": {"period": "Week"},
	"Dunning Effectiveness": {"paid_within": 14},
	"Late Payment Charges": {"show": "Overdue"},
	"Receivables Ageing by Risk": {"as_of": str(getdate()), "group_by": "Collector"},
}
# reports of the whole company, which who sees some customers does not get
OF_ALL = ("Cash Forecast", "Cash Forecast Against Actual", "DSO and CEI Trend")
# not for collectors
NOT_FOR = {"Connector Health": ("Collector",)}


class SurfaceTestCase(CollectionsTestCase):
	"""Two customers with everything the reports show: one that all may see, and one that is hidden from the restricted."""

	def setUp(self):
		super().setUp()
		frappe.db.savepoint("surface")
		for doctype in EMPTIED:
			frappe.db.delete(doctype, {"company": COMPANY})
		self.own = self.fill(self.customer(), OWN_AMOUNT)
		self.hidden = self.fill(self.customer(name=HIDDEN_NAME), HIDDEN_AMOUNT)
		make_snapshot(
			0, dso=40, outstanding=HIDDEN_AMOUNT, overdue=HIDDEN_AMOUNT, collected_7_days=HIDDEN_AMOUNT
		)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="surface")
		super().tearDown()

	def fill(self, customer: str, amount: float) -> str:
		open_invoice, paid = self.invoice(customer, amount, -20), self.invoice(customer, amount, -40)
		payment = pay(paid, on=day(-1))
		case = make_case(
			customer, overdue=amount, outstanding=amount, collector="Administrator", risk_band="E"
		)
		make_promise(customer, 0, amount, case=case.name)
		make_promise(customer, -2, amount, "Broken", case=case.name)
		action = make_action(case, "Sent", sent_at=now_datetime(), currency="EUR", total=amount)
		make_action(case, "Held", currency="EUR")
		self.line(action, open_invoice)
		self.insert(
			"Invoice Dispute",
			customer=customer,
			company=COMPANY,
			sales_invoice=open_invoice.name,
			status="Open",
			disputed_amount=amount,
			currency="EUR",
			opened_on=day(-3),
			reason=frappe.db.get_value("Dispute Reason", {}),
		)
		self.insert(
			"Cash Match",
			company=COMPANY,
			status="Applied",
			rule="reference",
			customer=customer,
			date=day(-1),
			amount=amount,
			currency="EUR",
			payment_entry=payment.name,
			bank_transaction=frappe.generate_hash(length=8),
		)
		self.insert(
			"Cash Match",
			company=COMPANY,
			status="To Review",
			customer=customer,
			date=day(-1),
			amount=amount,
			currency="EUR",
			bank_transaction=frappe.generate_hash(length=8),
		)
		self.insert(
			"Credit Cover",
			company=COMPANY,
			status="Approved",
			customer=customer,
			insurer="Insurer",
			amount=1,
			currency="EUR",
			notify_after_days=5,
			valid_until=day(5),
		)
		return customer

	def line(self, action, invoice) -> None:
		self.insert(
			"Collection Action Invoice",
			parent=action.name,
			parenttype="Collection Action",
			parentfield="items",
			voucher_type="Sales Invoice",
			voucher_no=invoice.name,
			outstanding=invoice.outstanding_amount,
		)

	def insert(self, doctype: str, **values) -> None:
		doc = frappe.get_doc({"doctype": doctype, **values})
		doc.set_new_name()
		doc.db_insert()

	def restricted(self, role: str, kind: str) -> str:
		user = make_user(*ROLES[role])
		if kind == "Company":
			restrict(user, "Company", self.other_company())
		else:
			restrict(user, "Company", COMPANY)
			restrict(user, "Customer", self.own)
		return user

	def other_company(self) -> str:
		if not frappe.db.exists("Company", "Elsewhere"):
			company = frappe.get_doc(
				{"doctype": "Company", "company_name": "Elsewhere", "abbr": "ELS", "default_currency": "EUR"}
			)
			company.name = "Elsewhere"
			company.db_insert()
		return "Elsewhere"

	def filters_of(self, name: str, **more) -> dict:
		filters = {
			"company": COMPANY,
			"from_date": str(day(-60)),
			"to_date": str(day(1)),
			**FILTERS.get(name, {}),
		}
		if name == "Statement of Account":
			filters["customer"] = self.own
		return {**filters, **more}

	def assertHides(self, answer) -> None:
		"""Neither the hidden customer nor an amount that holds its own."""
		text = frappe.as_json(answer)
		self.assertNotIn(HIDDEN_NAME, text)
		for found in numbers(json.loads(text)):
			self.assertLess(abs(found), HIDDEN_AMOUNT, text[:2000])


def numbers(value):
	if isinstance(value, bool):
		return
	if isinstance(value, int | float):
		yield value
	elif isinstance(value, dict):
		for key, one in value.items():
			# what the framework says of its own work
			if key != "execution_time":
				yield from numbers(one)
	elif isinstance(value, list):
		for one in value:
			yield from numbers(one)


class TestReports(SurfaceTestCase):
	def test_none_is_forgotten(self):
		names = frappe.get_all("Report", {"module": "Collections"}, pluck="name")
		self.assertEqual(set(names), set(REPORTS))

	def test_each_role(self):
		"""Each report opens for the roles it is for, and no other; the auditor sees what the manager sees."""
		users = {role: make_user(*roles) for role, roles in ROLES.items()}
		stranger = make_user("Accounts User")
		for name in REPORTS:
			for role, user in users.items():
				with self.subTest(name, role=role), signed_in(user):
					if role in NOT_FOR.get(name, ()):
						self.assertRaises(frappe.PermissionError, run, name, self.filters_of(name))
						continue
					answer = run(name, self.filters_of(name))
					self.assertTrue(answer["columns"])
			with self.subTest(name), signed_in(stranger):
				self.assertRaises(frappe.PermissionError, run, name, self.filters_of(name))

	def test_another_company(self):
		users = {role: self.restricted(role, "Company") for role in ROLES}
		for name in REPORTS:
			for role, user in users.items():
				if role in NOT_FOR.get(name, ()):
					continue
				with self.subTest(name, role=role), signed_in(user):
					self.assertRaises(frappe.PermissionError, run, name, self.filters_of(name))

	def test_one_customer(self):
		"""Rows, totals, figures and charts are of the one customer alone, or are left out and say why."""
		users = {role: self.restricted(role, "Customer") for role in ROLES}
		for name in REPORTS:
			for role, user in users.items():
				if role in NOT_FOR.get(name, ()):
					continue
				with self.subTest(name, role=role), signed_in(user):
					answer = run(name, self.filters_of(name))
					self.assertHides(answer)
					if name in OF_ALL:
						self.assertFalse(answer["result"])
						self.assertIn("do not see all", answer["message"])

	def test_what_is_hidden_is_there(self):
		"""The manager sees it, so that the tests above look at something."""
		seen = 0
		with signed_in(make_user(*ROLES["Credit Manager"])):
			for name in REPORTS:
				text = frappe.as_json(run(name, self.filters_of(name)))
				seen += any(abs(one) >= HIDDEN_AMOUNT for one in numbers(json.loads(text)))
		self.assertGreaterEqual(seen, 10)


class TestSentReports(SurfaceTestCase):
	def mail(self, name: str, user: str, form: str):
		return frappe.get_doc(
			{
				"doctype": "Auto Email Report",
				"report": name,
				"report_type": "Script Report",
				"user": user,
				"email_to": "somebody@example.com",
				"format": form,
				"frequency": "Daily",
				"no_of_rows": 100,
				"filters": json.dumps(self.filters_of(name)),
			}
		)

	def test_each_report_as_frappe_sends_it(self):
		"""The scheduler's job, as Administrator, sends a restricted user what that user may see, in each format."""
		user = self.restricted("Credit Manager", "Customer")
		for name in REPORTS:
			for form in ("HTML", "CSV", "XLSX"):
				with self.subTest(name, form=form):
					content = self.mail(name, user, form).get_report_content()
					self.assertEqual(frappe.session.user, "Administrator")
					self.assertTrue(content)
					if form == "XLSX":
						continue
					text = str(content)
					self.assertNotIn(HIDDEN_NAME, text)
					for amount in ("77,777", "77777", "82,098", "82098", "155,554", "155554"):
						self.assertNotIn(amount, text)

	def test_the_manager_gets_all(self):
		user = make_user(*ROLES["Credit Manager"])
		content = self.mail("Receivables Ageing by Risk", user, "HTML").get_report_content()
		self.assertIn(HIDDEN_NAME, content)

	def test_other_apps_reports_go_their_own_way(self):
		"""Only the app's own reports run as their user."""
		user = make_user("Accounts User")
		mail = self.mail("Receivables Ageing by Risk", user, "HTML")
		self.assertRaises(frappe.PermissionError, mail.get_report_content)
		self.assertEqual(frappe.session.user, "Administrator")


class TestCardsAndCharts(SurfaceTestCase):
	def card_methods(self) -> dict:
		rows = frappe.get_all("Number Card", {"module": "Collections"}, ["name", "method"])
		return {row.name: frappe.get_attr(row.method) for row in rows}

	def test_every_card_is_shipped(self):
		"""Each method of the cards stands on a card, and the other way round."""
		methods = {method.__name__ for method in self.card_methods().values()}
		own = {name for name, one in vars(cards).items() if callable(one) and one in frappe.whitelisted}
		self.assertEqual(methods, own)

	def test_cards(self):
		for role in ROLES:
			everything, restricted = make_user(*ROLES[role]), self.restricted(role, "Customer")
			elsewhere = self.restricted(role, "Company")
			for name, method in self.card_methods().items():
				with self.subTest(name, role=role):
					with signed_in(everything):
						whole = method({"company": COMPANY})
					with signed_in(restricted):
						part = method({"company": COMPANY})
					self.assertHides(part)
					if whole["fieldtype"] in ("Currency", "Int"):
						self.assertLess(part["value"], whole["value"])
					with signed_in(elsewhere):
						self.assertRaises(frappe.PermissionError, method, {"company": COMPANY})

	def test_chart_sources(self):
		for role in ROLES:
			for source in (collected_per_week, days_sales_outstanding):
				with self.subTest(source.__name__, role=role):
					with signed_in(self.restricted(role, "Customer")):
						self.assertHides(source.get(filters={"company": COMPANY}))
					with signed_in(self.restricted(role, "Company")):
						self.assertRaises(frappe.PermissionError, source.get, filters={"company": COMPANY})

	def test_charts_of_reports(self):
		"""A chart on the desk asks its report with the chart's own filters, as the user who looks."""
		charts = frappe.get_all(
			"Dashboard Chart",
			{"module": "Collections", "chart_type": "Report"},
			["name", "report_name", "filters_json"],
		)
		self.assertGreaterEqual(len(charts), 10)
		drawn, manager = 0, make_user(*ROLES["Credit Manager"])
		restricted = self.restricted("Collector", "Customer")
		for chart in charts:
			filters = self.filters_of(chart.report_name, **json.loads(chart.filters_json))
			with self.subTest(chart.name), signed_in(manager):
				drawn += bool(run(chart.report_name, filters)["chart"])
			with self.subTest(chart.name), signed_in(restricted):
				self.assertHides(run(chart.report_name, filters))
		self.assertGreaterEqual(drawn, 8)

	def test_dashboards(self):
		"""Their cards and charts exist and are standard, as Frappe asks."""
		names = frappe.get_all("Dashboard", {"module": "Collections"}, pluck="name")
		self.assertEqual(len(names), 4)
		for name in names:
			board = frappe.get_doc("Dashboard", name)
			for row in board.cards:
				self.assertTrue(frappe.db.get_value("Number Card", row.card, "is_standard"), row.card)
			for row in board.charts:
				self.assertTrue(frappe.db.get_value("Dashboard Chart", row.chart, "is_standard"), row.chart)
