"""How connections are: streams and their last syncs, the worst one's word, the report, and who may see it."""

from unittest.mock import patch

import frappe
from frappe.utils import add_to_date, now_datetime

from collections_app.api import connectors as api
from collections_app.collections.report.connector_health import connector_health
from collections_app.patches import connector_companies
from collections_app.services.connectors import health, overview, progress, sync, webhooks
from collections_app.services.connectors.log import write_log
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.test_connector_api import AcmeTestCase
from collections_app.tests.utils import COMPANY
from collections_app.tests.world import other_company

HERE = {"company": COMPANY}


class HealthTestCase(AcmeTestCase):
	def read(self, config, *, good: int = 0, bad: int = 0):
		"""A sync that brings so many new transactions and so many that cannot be read."""
		for _ in range(good):
			self.server.add("A1", frappe.generate_hash(length=8))
		for _ in range(bad):
			self.server.add("A1", frappe.generate_hash(length=8), amount="ten")
		(result,) = sync.sync_connector(config.name)
		return result

	def row(self, config, **filters):
		rows = connector_health.execute({**HERE, **filters})[1]
		return next(row for row in rows if row.connection == config.name)


class TestGlance(HealthTestCase):
	def test_last_syncs(self):
		"""Each stream shows its last 30 syncs with their counts, the oldest first"""
		config = self.only_main_account(self.acme())
		self.read(config, good=2)
		self.read(config, good=1, bad=1)
		(stream,) = api.overview(config.name)["streams"]
		self.assertEqual(
			[(one.status, one.created_count, one.failed_count) for one in stream["bars"]],
			[("Success", 2, 0), ("Partial", 1, 1)],
		)
		self.assertEqual(stream["state"], "parked")
		with patch.object(health, "BARS", 1):
			(stream,) = api.overview(config.name)["streams"]
		self.assertEqual([one.created_count for one in stream["bars"]], [1])

	def test_the_worst_stream_speaks(self):
		"""A stream that fails is not hidden by one that was read after it"""
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"CRM {frappe.generate_hash(length=6)}",
				"connector": "hubspot",
				"company": COMPANY,
			}
		).insert()
		first, second = config.streams
		first.db_set({"last_status": "Failed", "last_message": "The key is refused."})
		second.db_set({"last_status": "Success", "last_message": ""})
		health.summarise(config.name)
		config.reload()
		self.assertEqual((config.status, config.status_message), ("Failing", "The key is refused."))
		first.db_set("enabled", 0)
		health.summarise(config.name)
		self.assertEqual(frappe.db.get_value("Connector Config", config.name, "status"), "Healthy")

	def test_told_while_it_reads(self):
		"""Whoever has the connection open is told what came so far, and the end"""
		config = self.only_main_account(self.acme())
		with patch("frappe.publish_realtime") as publish:
			self.read(config, good=3)
		told = [call for call in publish.call_args_list if call.args[0] == progress.EVENT]
		self.assertEqual({call.kwargs["docname"] for call in told}, {config.name})
		events = [call.args[1] for call in told]
		self.assertEqual((events[0]["status"], events[0]["created"]), ("Reading", 0))
		self.assertEqual((events[-1]["status"], events[-1]["created"]), ("Success", 3))

	def test_sync_now_asks_a_worker_once(self):
		"""Two presses, or a press and the schedule, read a connection once at a time"""
		config = self.acme()
		with patch("frappe.enqueue") as enqueue:
			self.assertTrue(api.sync_now(config.name)["queued"])
			enqueue.return_value = None
			self.assertFalse(api.sync_now(config.name)["queued"])
		self.assertTrue(enqueue.call_args.kwargs["deduplicate"])
		self.assertEqual(enqueue.call_args.kwargs["job_id"], progress.job_of(config.name))

	def test_one_record_of_several(self):
		"""A single parked record is tried again or dismissed, the others stay"""
		config = self.only_main_account(self.acme())
		self.read(config, bad=3)
		log = self.last_log(config)
		first, second, _third = (row.name for row in log.failures)
		self.assertEqual(api.retry_records(log.name, first), {"done": 0, "failed": 1})
		self.assertEqual(api.dismiss_records(log.name, second), 1)
		log.reload()
		self.assertEqual([row.status for row in log.failures], ["Parked", "Dismissed", "Parked"])
		self.assertEqual(api.retry_records(log.name), {"done": 0, "failed": 2})

	def test_dismissed_for_good(self):
		"""A record that was dismissed does not come back with the next sync, another one does"""
		config = self.only_main_account(self.acme())
		self.assertEqual(self.read(config, bad=1).status, "Partial")
		api.dismiss_records(self.last_log(config).name)
		self.assertEqual(self.read(config).status, "Success")
		self.assertEqual(len(self.read(config, bad=1).failures), 1)

	def test_an_ending_consent(self):
		"""The form says when the consent ends and what to do, before and after"""
		config = self.acme()
		config.db_set({"status": "Healthy", "consent_until": add_to_date(now_datetime(), days=5).date()})
		manifest = frappe._dict(consent=True)
		said = overview._next_step(config.reload(), manifest, [])
		self.assertIn("in 5 day(s)", said)
		config.db_set("consent_until", add_to_date(now_datetime(), days=-1).date())
		self.assertIn("ended on", overview._next_step(config.reload(), manifest, []))
		config.db_set("consent_until", add_to_date(now_datetime(), days=50).date())
		self.assertEqual(overview._next_step(config.reload(), manifest, []), "")


class TestReport(HealthTestCase):
	def test_counts(self):
		"""New and failed of the last 7 days, parked records, failures in a row"""
		config = self.only_main_account(self.acme())
		self.read(config, good=2, bad=1)
		old = self.last_log(config)
		frappe.db.set_value("Connector Log", old.name, "started_at", add_to_date(now_datetime(), days=-8))
		for _ in range(2):
			self.read(config, good=2)
		row = self.row(config)
		# the bad one is read again each time, and counts once
		self.assertEqual((row.created, row.failed, row.parked, row.failures), (4, 1, 1, 0))
		self.assertEqual(row.state, "parked")
		self.server.fault("403", 50, path="/transactions")
		self.read(config)
		row = self.row(config)
		self.assertEqual((row.state, row.failures), ("failing", 1))
		self.assertIn("403", row.message)

	def test_late(self):
		"""A stream is late by what passed since its last success beyond its schedule; not while it waits"""
		config = self.only_main_account(self.acme())
		self.read(config)
		self.assertIsNone(self.row(config).lag_hours)
		stream = config.reload().streams[0]
		stream.db_set({"last_success": add_to_date(now_datetime(), hours=-5), "every_minutes": 60})
		self.assertEqual(self.row(config).lag_hours, 4.0)
		stream.db_set("wait_until", add_to_date(now_datetime(), hours=1))
		self.assertIsNone(self.row(config).lag_hours)
		stream.db_set("wait_until", None)
		config.db_set("enabled", 0)
		self.assertEqual((self.row(config).lag_hours, self.row(config).state), (None, "off"))

	def test_summary(self):
		"""The figures above count connections, and a parked record once"""
		frappe.db.delete("Connector Config", {"company": COMPANY})
		self.assertEqual(connector_health.execute(HERE)[1:], ([], None, None, []))
		config = self.only_main_account(self.acme())
		self.read(config, good=1, bad=2)
		_columns, _rows, _message, chart, figures = connector_health.execute(HERE)
		values = {one["label"]: one["value"] for one in figures}
		self.assertEqual(
			(values["Connections"], values["Parked Records"], values["New in 7 Days"]), (1, 2, 1)
		)
		self.assertEqual(chart["data"]["datasets"][0]["values"], [1])


class TestWhoMaySee(HealthTestCase):
	def setUp(self):
		super().setUp()
		self.config = self.only_main_account(self.acme())
		self.read(self.config, good=1, bad=1)
		webhooks._keep(
			self.config,
			frappe._dict(url="https://site.example", headers={}, body=b"{}"),
			frappe.generate_hash(),
		)

	def moved(self):
		"""The connection is another company's, with a log and an event of its own. Returns the log."""
		for doctype in ("Connector Log", "Webhook Event"):
			frappe.db.delete(doctype, {"connector": self.config.name})
		self.config.db_set("company", other_company())
		write_log(self.config.name, "Test", "Failed", failures=[{"stream": "x", "status": "Parked"}])
		webhooks._keep(
			self.config,
			frappe._dict(url="https://site.example", headers={}, body=b"{}"),
			frappe.generate_hash(),
		)
		return self.last_log(self.config)

	def test_roles(self):
		"""Managers and auditors see the report, collectors do not"""
		for role in ("Credit Manager", "Collections Auditor"):
			with signed_in(make_user(role)):
				self.assertTrue(self.row(self.config))
		with signed_in(make_user("Collector")):
			self.assertRaises(frappe.PermissionError, connector_health.execute, HERE)

	def test_other_company(self):
		"""Who is restricted to another company sees neither connections nor their logs, payloads or events"""
		user = make_user("Credit Manager")
		# not the company that a new document gets by default: what says whose it is could be that default
		restrict(user, "Company", COMPANY)
		log = self.moved()
		with signed_in(user):
			elsewhere = {"company": other_company()}
			self.assertRaises(frappe.PermissionError, connector_health.execute, elsewhere)
			for doctype in ("Connector Log", "Webhook Event"):
				self.assertEqual(frappe.get_list(doctype, {"connector": self.config.name}), [], doctype)
			self.assertFalse(frappe.get_doc("Connector Log", log.name).has_permission("read"))
			self.assertRaises(frappe.PermissionError, api.retry_records, log.name)

	def test_company_of_the_connection(self):
		"""requirement: a log belongs to the company of its connection, not to the default company of who reads it"""
		log = self.moved()
		(event,) = frappe.get_all("Webhook Event", {"connector": self.config.name}, pluck="company")
		self.assertNotEqual(frappe.defaults.get_user_default("company"), other_company())
		self.assertEqual((log.company, event), (other_company(), other_company()))

	def test_older_logs(self):
		"""Logs and events of before the update get their company"""
		log = self.last_log(self.config)
		log.db_set("company", None)
		connector_companies.execute()
		self.assertEqual(frappe.db.get_value("Connector Log", log.name, "company"), COMPANY)

	def test_a_replay_keeps_the_session(self):
		"""Whoever replays an event stays signed in as before"""
		(event,) = frappe.get_all("Webhook Event", {"connector": self.config.name}, pluck="name")
		with signed_in(make_user("Credit Manager")):
			frappe.session.sid, frappe.session.data = "their-sid", frappe._dict(csrf_token="theirs")
			before = dict(frappe.session)
			api.replay_event(event)
			self.assertEqual(dict(frappe.session), before)
