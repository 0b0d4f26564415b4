"""Credit bureaus: reports ordered from a customer's file or because of an event, and what the risk score makes of them."""

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import connectors as connectors_api
from collections_app.api import credit_reports as api
from collections_app.services import scoring
from collections_app.services.cases import settling
from collections_app.services.connectors import parked
from collections_app.services.connectors.outgoing import connectors_for
from collections_app.services.connectors.subjects import subject_of
from collections_app.services.connectors.sync import sync_connector
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.providers import creditsafe
from collections_app.tests.utils import COMPANY, pay
from collections_app.tests.world import CycleTestCase

NUMBER, OTHER = "GB-0-01234567", "GB-0-07654321"
REPORTS, EVENTS = "monitored", "monitoring_events"


class BureauTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.server = creditsafe.CreditsafeServer().start()
		self.addCleanup(self.server.stop)
		before = frappe.local.conf.get("collections_allowed_hosts")
		frappe.local.conf["collections_allowed_hosts"] = [self.server.host]
		self.addCleanup(frappe.local.conf.__setitem__, "collections_allowed_hosts", before)
		self.config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Creditsafe {frappe.generate_hash(length=6)}",
				"connector": "creditsafe",
				"company": COMPANY,
				"environment": "production",
				"base_url": self.server.url,
			}
		).insert()
		# what a sync wrote is committed: it would be asked for in the tests after this one
		self.addCleanup(frappe.db.set_value, "Connector Config", self.config.name, "enabled", 0)
		self.enter()
		self.debtor = self.customer()

	def enter(self, **values):
		connectors_api.save_credentials(self.config.name, {**creditsafe.CREDENTIALS, **values})
		self.config.reload()

	def choose(self, number: str = NUMBER, customer: str | None = None) -> str:
		return api.choose_candidate(self.config.name, customer or self.debtor, number, "As Told", "")

	def order(self, customer: str | None = None) -> dict:
		return api.order_report(self.config.name, customer or self.debtor)

	def monitor(self, on: bool = True) -> bool:
		return api.monitor(self.config.name, self.debtor, on)

	def sync(self, stream: str = EVENTS):
		(result,) = sync_connector(self.config.name, streams=[stream])
		return result

	def reports(self, customer: str | None = None) -> list:
		return frappe.get_all(
			"Credit Report",
			{"customer": customer or self.debtor, "connector": self.config.name},
			["*"],
			order_by="creation",
		)

	def source(self) -> dict:
		sources = api.overview(self.debtor, COMPANY)["sources"]
		return next(one for one in sources if one["name"] == self.config.name)

	def age(self, days: int, valid_for: int = 90) -> None:
		"""As if the reports there are had come so many days before."""
		for one in self.reports():
			on = add_days(getdate(), -days)
			values = {"reported_on": on, "creation": on, "valid_until": add_days(on, valid_for)}
			frappe.db.set_value("Credit Report", one.name, values, update_modified=False)
		frappe.db.delete("External Reference", {"connector": self.config.name})

	def pays_on_time(self) -> None:
		for number in range(4):
			due_in = -60 - 20 * number
			pay(self.invoice(self.debtor, 100, due_in), on=add_days(getdate(), due_in))
		self.invoice(self.debtor, 100, 20)

	def score(self):
		"""Scores as a run does; the newest score of the customer."""
		context = self.context()
		settling.settle(context)
		scoring.score(context)
		newest = {"customer": self.debtor, "company": COMPANY}
		return frappe.get_last_doc("Risk Score", newest, order_by="creation desc")

	def bureau(self, score):
		return next(row for row in score.factors if row.factor == "bureau_score")


class TestReports(BureauTestCase):
	def test_identified_and_ordered(self):
		"""requirement: found by a person, the report is a Credit Report with score, limit, status and end of validity"""
		said = {"name": "Example Ltd", "reg": "01234567", "limit": "12500"}
		country = subject_of(self.config.name, self.debtor).country or "GB"
		self.server.add(NUMBER, "C", "45", country=country, **said)
		frappe.db.set_value("Customer", self.debtor, "customer_name", "Example")
		self.enter(country="gb")
		(found,) = api.identify(self.config.name, self.debtor)
		self.assertEqual((found["customer_id"], found["registration_number"]), (NUMBER, "01234567"))
		self.choose()
		self.assertEqual(self.order()["created"], 1)
		(report,) = self.reports()
		self.assertEqual(
			(report.provider, report.score_0_100, report.provider_score), ("Creditsafe", 45, "C")
		)
		self.assertEqual((report.credit_limit, report.currency), (12500, "EUR"))
		self.assertEqual(report.valid_until, add_days(getdate(), 90))
		self.assertEqual(frappe.parse_json(report.details)["insolvent"], False)

	def test_not_rated(self):
		"""requirement: E is no score: neither 0 nor anything else"""
		self.server.add(NUMBER, "E")
		self.choose()
		self.order()
		self.assertEqual((self.reports()[0].has_score, self.reports()[0].provider_score), (0, "E"))

	def test_stale(self):
		"""requirement: past its validity a report is shown as stale, and told as such beside the score"""
		self.server.add(NUMBER, "B")
		self.choose()
		self.order()
		self.pays_on_time()
		fresh = self.score()
		self.assertFalse(api.overview(self.debtor, COMPANY)["reports"][0].stale)
		self.age(100)
		self.assertTrue(api.overview(self.debtor, COMPANY)["reports"][0].stale)
		stale = self.score()
		self.assertEqual((stale.stale, stale.score, stale.band), ("Creditsafe", fresh.score, fresh.band))
		self.assertIn("stale: 100 days old", self.bureau(stale).reason)

	def test_fell(self):
		"""requirement: a fall is a lower score with its reason in plain words"""
		self.server.add(NUMBER, "B")
		self.choose()
		self.order()
		self.pays_on_time()
		before = self.score()
		self.age(30)
		self.server.add(NUMBER, "D")
		self.order()
		after = self.score()
		self.assertLess(after.score, before.score)
		self.assertEqual(self.bureau(after).reason, "Creditsafe fell from B to D (15/100)")

	def test_rose(self):
		"""requirement: a score goes up as well"""
		self.server.add(NUMBER, "C")
		self.choose()
		self.order()
		self.age(30)
		self.server.add(NUMBER, "A")
		self.order()
		self.pays_on_time()
		self.assertEqual(self.bureau(self.score()).reason, "Creditsafe rose from C to A (85/100)")

	def test_down(self):
		"""requirement: a bureau that is down changes no score; what it said last counts on"""
		self.server.add(NUMBER, "D")
		self.choose()
		self.order()
		self.pays_on_time()
		before = self.score()
		self.age(95, valid_for=100)
		frappe.clear_document_cache("Connector Config", self.config.name)
		self.server.fault("403", 99)
		self.assertEqual(self.sync(REPORTS).status, "Failed")
		self.assertRaises(frappe.ValidationError, self.order)
		after = self.score()
		self.assertEqual((after.score, after.band), (before.score, before.band))
		self.assertEqual(len(self.reports()), 1)

	def test_insolvent(self):
		"""requirement: an insolvency in the words of the country is a hard rule; the words can be entered"""
		self.server.add(NUMBER, "E", status="Other", description="In Abwicklung")
		self.choose()
		self.order()
		self.pays_on_time()
		self.assertNotEqual(self.score().band, "E")
		self.age(1)
		self.enter(insolvency_words="abwicklung")
		self.order()
		self.assertEqual(self.score().band, "E")


class TestMonitoring(BureauTestCase):
	def test_under_monitoring(self):
		"""requirement: from the customer's file, seen there, ended there"""
		self.server.add(NUMBER)
		self.choose()
		self.assertIn("monitor", self.source()["can"])
		self.monitor()
		self.assertEqual(list(self.server.watched), [NUMBER])
		self.assertEqual(self.source()["identity"].monitored, 1)
		self.monitor(False)
		self.assertFalse(self.server.watched)
		self.assertEqual(self.source()["identity"].monitored, 0)

	def test_refused(self):
		"""requirement: what the bureau refuses is not shown as done"""
		self.server.add(NUMBER)
		self.choose()
		self.server.fault("403", 9, path="/monitoring")
		self.assertRaises(frappe.ValidationError, self.monitor)
		self.assertEqual(self.source()["identity"].monitored, 0)

	def test_another_company(self):
		"""requirement: nobody else takes the place of a company that is still under monitoring and paid for"""
		self.server.add(NUMBER)
		self.choose()
		self.monitor()
		with self.assertRaisesRegex(frappe.ValidationError, "End the monitoring"):
			self.choose(OTHER)
		self.monitor(False)
		self.choose(OTHER)

	def test_no_portfolio(self):
		"""requirement: without a portfolio monitoring is not offered, and reports are"""
		self.enter(portfolio="")
		self.assertNotIn(self.config.name, connectors_for(COMPANY, "monitor"))
		self.assertIn(self.config.name, connectors_for(COMPANY, "order_report"))
		self.assertEqual((self.sync().status, self.server.requests), ("Success", []))

	def test_who_may(self):
		"""requirement: a collector sees it and does not change it"""
		self.choose()
		with signed_in(make_user("Collector", "Accounts User")):
			self.assertFalse(self.source()["identity"].monitored)
			self.assertRaises(frappe.PermissionError, self.monitor)

	def test_a_change_orders_the_report(self):
		"""requirement: who changed gets a new report, also on the day of another one; nobody else, and once"""
		other = self.customer()
		for number, customer in ((NUMBER, self.debtor), (OTHER, other)):
			self.server.add(number, "B")
			self.choose(number, customer)
			self.order(customer)
		self.pays_on_time()
		before = self.score()
		self.server.change(NUMBER, "D")
		self.assertEqual(self.sync().created, 1)
		self.assertEqual([one.provider_score for one in self.reports()], ["B", "D"])
		self.assertEqual(len(self.reports(other)), 1)
		after = self.score()
		self.assertLess(after.score, before.score)
		self.assertEqual(self.bureau(after).reason, "Creditsafe fell from B to D (15/100)")
		self.assertEqual(self.sync().created, 0)
		self.assertEqual(self.server.orders, [NUMBER, OTHER, NUMBER])

	def test_a_report_that_is_missing_waits(self):
		"""requirement: the report of a change that could not be had is parked and had later"""
		self.server.add(NUMBER, "B")
		self.choose()
		self.server.change(NUMBER, "D")
		company = self.server.companies.pop(NUMBER)
		result = self.sync()
		self.assertEqual((result.created, len(result.failures)), (0, 1))
		self.server.companies[NUMBER] = company
		self.assertEqual(parked.retry_all(self.config.name), {"done": 1, "failed": 0})
		self.assertEqual([one.provider_score for one in self.reports()], ["D"])
