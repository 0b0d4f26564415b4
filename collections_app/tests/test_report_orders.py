"""Reports that a bureau takes its time for: ordered once, followed, brought, refused; what stands in the customer's file."""

import frappe
from frappe.utils import add_days, add_to_date, getdate, now_datetime

from collections_app.api import connectors as connectors_api
from collections_app.api import credit_reports as api
from collections_app.services.connectors.outgoing import connectors_for
from collections_app.services.connectors.sync import sync_connector
from collections_app.services.credit import report_orders
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.providers import coface_information as coface
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import CycleTestCase

ORDERS = "/publications/orders"


class OrderTestCase(CycleTestCase):
	def setUp(self):
		super().setUp()
		self.server = coface.CofaceInformationServer().start()
		self.addCleanup(self.server.stop)
		self.number = self.server.add("5415240", "6", name="Hydrobudowa", reg="KRS0000079628", currency="EUR")
		before = frappe.local.conf.get("collections_allowed_hosts")
		frappe.local.conf["collections_allowed_hosts"] = [self.server.host]
		self.addCleanup(frappe.local.conf.__setitem__, "collections_allowed_hosts", before)
		self.config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Coface {frappe.generate_hash(length=6)}",
				"connector": "coface_information",
				"company": COMPANY,
				"environment": "production",
				"base_url": self.server.url,
			}
		).insert()
		self.addCleanup(frappe.db.set_value, "Connector Config", self.config.name, "enabled", 0)
		self.enter()
		self.debtor = self.customer()
		self.identity = self.choose()

	def enter(self, **values):
		connectors_api.save_credentials(self.config.name, {**coface.CREDENTIALS, **values})
		self.config.reload()

	def choose(self, number: str = "", customer: str = "") -> str:
		return api.choose_candidate(
			self.config.name, customer or self.debtor, number or self.number, "As Told", ""
		)

	def order(self) -> dict:
		return api.order_report(self.config.name, self.debtor)

	def reports(self) -> list:
		return frappe.get_all("Credit Report", {"connector": self.config.name}, ["*"], order_by="creation")

	def source(self) -> dict:
		sources = api.overview(self.debtor, COMPANY)["sources"]
		return next(one for one in sources if one["name"] == self.config.name)

	def state(self) -> str:
		return self.source()["identity"].order_state or ""

	def earlier(self, **by) -> None:
		"""As if it had been ordered so long ago."""
		back = {name: -value for name, value in by.items()}
		frappe.db.set_value(
			"Customer Identity", self.identity, "ordered_on", add_to_date(now_datetime(), **back)
		)


class TestOrders(OrderTestCase):
	def test_there_at_once(self):
		"""requirement: a report that is ready comes with the order; ordered again, it is another one"""
		self.assertEqual(self.order(), {"created": 1, "summary": "DRA 6. Status: OPEN", "state": ""})
		(report,) = self.reports()
		self.assertEqual((report.provider, report.score_0_100, report.credit_limit), ("Coface", 60, 45000))
		self.assertEqual(report.valid_until, add_days(getdate(), 365))
		self.assertEqual(
			frappe.db.get_value("Customer", self.debtor, "collections_registration_number"), "KRS0000079628"
		)
		self.assertEqual(self.order()["created"], 1)
		self.assertEqual((len(self.server.orders), len(self.reports())), (2, 2))

	def test_it_takes_its_time(self):
		"""requirement: what is ordered is followed, shown in the file, not ordered twice, and brought when it is ready"""
		self.server.processing = coface.PENDING
		self.assertEqual(self.order()["state"], "Ordered")
		self.assertIn("Expected", self.source()["identity"].order_message)
		self.order()
		report_orders.follow_all()
		self.assertEqual((len(self.server.orders), self.reports(), self.state()), (1, [], "Ordered"))
		with self.assertRaisesRegex(frappe.ValidationError, "wait until it is there"):
			self.choose("PL icon#1")
		self.server.settle()
		report_orders.follow_all()
		self.assertEqual((len(self.server.orders), len(self.reports()), self.state()), (1, 1, ""))
		report_orders.follow_all()
		self.assertEqual(len(self.reports()), 1)

	def test_refused(self):
		"""requirement: a cancelled order is told with its reason; a person may order anew, nobody else does"""
		self.server.processing = coface.CANCELLED
		self.assertEqual(self.order()["state"], "Refused")
		self.assertIn("cancelled", self.source()["identity"].order_message)
		report_orders.follow_all()
		report_orders.order_due()
		self.assertEqual(len(self.server.orders), 1)
		self.server.processing = coface.READY
		self.assertEqual(self.order()["created"], 1)

	def test_never_made(self):
		"""requirement: an order that the bureau answered and never made does not wait for ever"""
		self.server.processing = coface.PENDING
		self.order()
		self.server.orders.clear()
		report_orders.follow_all()
		self.assertEqual(self.state(), "Ordered")
		self.earlier(hours=2)
		report_orders.follow_all()
		self.assertEqual(self.state(), "Refused")

	def test_nothing_ever_came(self):
		self.server.processing = coface.PENDING
		self.order()
		self.earlier(days=31)
		report_orders.follow_all()
		self.assertEqual(self.state(), "Refused")

	def test_a_lost_answer(self):
		"""requirement: it is found by our reference, and never ordered twice"""
		self.server.fault("cut", path=ORDERS, method="POST")
		self.assertEqual(self.order()["created"], 1)
		self.assertEqual((len(self.server.orders), self.state()), (1, ""))

	def test_a_lost_answer_that_is_not_found(self):
		"""requirement: where nobody can know it is asked for; then a person decides, and only then it is ordered again"""
		self.server.fault("cut", path=ORDERS, method="POST")
		self.server.fault("503", 20, path=ORDERS, method="GET")
		self.assertEqual(self.order()["state"], "Uncertain")
		self.server.forget()
		frappe.db.set_value("Connector Config", self.config.name, "state", None)
		self.server.orders.clear()
		for _ in range(2):
			self.assertEqual(self.order()["state"], "Uncertain")
		self.assertEqual(self.server.orders, [])
		self.earlier(hours=5)
		report_orders.follow_all()
		self.assertEqual(self.state(), "Refused")
		self.assertEqual(self.order()["created"], 1)

	def test_a_worker_that_died(self):
		"""requirement: an attempt whose end nobody saw is looked for, not made again"""
		self.server.processing = coface.PENDING
		self.order()
		frappe.db.set_value(
			"Customer Identity", self.identity, {"order_state": "Sending", "order_reference": None}
		)
		self.assertEqual(self.order()["state"], "Sending")
		self.earlier(minutes=20)
		report_orders.follow_all()
		self.assertEqual((self.state(), len(self.server.orders)), ("Ordered", 1))

	def test_surely_not_taken(self):
		"""requirement: a limit or a refusal leaves nothing behind: it is told and may be ordered again"""
		for fault in ("429", "403", "422"):
			self.server.fault(fault, 9, path=ORDERS, method="POST")
			self.assertRaises(frappe.ValidationError, self.order)
			self.assertEqual((self.state(), self.server.orders), ("", []), fault)
			self.server.forget()
			frappe.db.set_value("Connector Config", self.config.name, "state", None)

	def test_a_report_that_is_refused_here(self):
		"""requirement: what is paid for is not lost because something is missing here"""
		self.server.companies["5415240"]["currency"] = "XXQ"
		self.assertEqual(self.order()["state"], "Ordered")
		self.assertIn("XXQ", self.source()["identity"].order_message)
		self.server.companies["5415240"]["currency"] = "EUR"
		report_orders.follow_all()
		self.assertEqual((len(self.server.orders), len(self.reports())), (1, 1))

	def test_due(self):
		"""requirement: a report as old as the connection lets it become is ordered anew, once"""
		self.order()
		report_orders.order_due()
		self.assertEqual(len(self.server.orders), 1)
		on = add_days(getdate(), -400)
		frappe.db.set_value("Credit Report", {"connector": self.config.name}, "reported_on", on)
		self.earlier(days=400)
		report_orders.order_due()
		report_orders.order_due()
		self.assertEqual((len(self.server.orders), len(self.reports())), (2, 2))

	def test_who_may(self):
		"""requirement: a collector sees the order and does not make one"""
		self.server.processing = coface.PENDING
		self.order()
		with signed_in(make_user("Collector", "Accounts User")):
			self.assertEqual(self.state(), "Ordered")
			self.assertRaises(frappe.PermissionError, self.order)


class TestMonitoring(OrderTestCase):
	def monitor(self, on: bool = True) -> bool:
		return api.monitor(self.config.name, self.debtor, on)

	def test_for_a_year(self):
		"""requirement: until when stands in the file; afterwards it is not shown as going on"""
		self.monitor()
		identity = self.source()["identity"]
		self.assertEqual((identity.monitored, identity.monitored_until), (1, add_days(getdate(), 365)))
		frappe.db.set_value("Customer Identity", self.identity, "monitored_until", add_days(getdate(), -1))
		self.assertEqual(self.source()["identity"].monitored, 0)

	def test_ending_it(self):
		"""requirement: offered where an administrator entered how; else another company may take its place"""
		self.monitor()
		self.assertNotIn(self.config.name, connectors_for(COMPANY, "end_monitoring"))
		self.enter(end_path="monitorings/{id}")
		self.assertIn("end_monitoring", self.source()["can"])
		with self.assertRaisesRegex(frappe.ValidationError, "End the monitoring"):
			self.choose("PL icon#1")
		self.monitor(False)
		self.assertEqual((self.server.monitorings, self.source()["identity"].monitored_until), ([], None))
		self.monitor()
		self.enter(end_path="")
		self.choose("PL icon#1")

	def test_what_changed(self):
		"""requirement: a notification is a report without another order"""
		self.monitor()
		self.server.change("5415240", "2")
		(result,) = sync_connector(self.config.name, streams=["monitoring_events"])
		self.assertEqual(result.created, 1)
		(report,) = self.reports()
		self.assertEqual((report.score_0_100, self.server.orders), (20, []))
