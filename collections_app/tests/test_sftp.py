"""Statement files fetched from a bank's SFTP server: each line once, whatever breaks off, and secrets stay secret."""

import shutil
from unittest.mock import patch

import frappe

from collections_app.api import connectors as api
from collections_app.services.connectors import sync
from collections_app.tests.providers.sftp import FOLDER, PASSWORD, SftpServer
from collections_app.tests.statements import camt, files, inbox, line
from collections_app.tests.test_bank_feed import BankFeedTestCase
from collections_app.tests.utils import COMPANY


class TestSftp(BankFeedTestCase):
	def make_connector(self):
		self.server = SftpServer()
		self.server.__enter__()
		self.addCleanup(self.server.__exit__)
		allowed = patch.dict(frappe.local.conf, {"collections_allowed_hosts": [self.server.host]})
		allowed.start()
		self.addCleanup(allowed.stop)
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"SFTP {frappe.generate_hash(length=6)}",
				"connector": "sftp_drop",
				"company": COMPANY,
			}
		).insert()
		config.db_set("inbox_folder", f"test-statements/{frappe.generate_hash(length=8)}")
		config.save()
		api.save_credentials(config.name, self.server.credentials)
		self.addCleanup(shutil.rmtree, inbox(config), ignore_errors=True)
		return config.reload()

	def put(self, name: str, content: str, age: int = 3600) -> None:
		self.server.put(name, content.encode(), age=age)

	def test_a_folder_of_its_own(self):
		"""A connection has a folder on the site without anybody entering one"""
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": frappe.generate_hash(length=6),
				"connector": "sftp_drop",
				"company": COMPANY,
			}
		).insert()
		self.assertTrue(config.inbox_folder)

	def test_each_line_once(self):
		"""What is new on the server becomes Bank Transactions, by the next sync nothing more"""
		self.put("a.xml", camt([line(10), line(20)]))
		self.put("b.xml", camt([line(30)]))
		result = self.sync()
		self.assertEqual((result.created, result.failures, result.error), (3, [], ""))
		self.assertEqual(files(self.connector)["done"], ["a.xml", "b.xml"])
		result = self.sync()
		self.assertEqual((result.created, result.seen), (0, 0))
		self.assertEqual(set(self.server.files[FOLDER]), {"a.xml", "b.xml"})

	def test_a_cut(self):
		"""A cut connection gives no half import; the next sync brings the rest, nothing twice"""
		self.put("a.xml", camt([line(10)]))
		self.put("b.xml", camt([line(20), line(30)]) + "\n" * 100_000)
		self.server.fault("cut", 99, path=f"READ {FOLDER}/b.xml", after=1)
		with patch("time.sleep"):
			result = self.sync()
		self.assertEqual((result.created, result.status), (1, "Failed"))
		self.assertIn("connection to 127.0.0.1 failed", result.error)
		self.server.forget()
		self.assertEqual(self.sync().created, 2)
		self.assertEqual(len(self.transactions()), 3)

	def test_a_file_that_cannot_be_read(self):
		"""It waits on the site and is read by a retry, not asked of the bank again"""
		iban = "DE75512108001245126199"
		self.put("a.xml", camt([line(10)], iban=iban))
		self.sync()
		self.assertEqual(files(self.connector)["failed"], ["a.xml"])
		self.assertIn(iban, self.log().failures[0].message)
		self.server.steps.clear()
		self.assertEqual(api.retry_failed(self.connector.name)["failed"], 1)
		self.assertNotIn(f"GET {FOLDER}/a.xml", self.server.steps)

	def test_the_host_key(self):
		"""Without the right host key nothing is sent; the test shows the key that the server has"""
		api.save_credentials(self.connector.name, {"host_key": ""})
		answer = api.test_connection(self.connector.name)
		self.assertFalse(answer["ok"])
		self.assertIn(self.server.credentials["host_key"], answer["message"])
		self.assertNotIn("LOGIN", self.server.steps)
		api.save_credentials(self.connector.name, {"host_key": self.server.credentials["host_key"]})
		self.assertTrue(api.test_connection(self.connector.name)["ok"])

	def test_a_rehearsal_asks_nobody(self):
		"""A rehearsal fetches nothing"""
		self.put("a.xml", camt([line(10)]))
		(result,) = sync.sync_connector(self.connector.name, dry_run=True)
		self.assertEqual((result.created, self.server.steps), (0, []))

	def test_secrets(self):
		"""Neither the document nor its log holds the password"""
		self.put("a.xml", camt([line(10)]))
		self.sync()
		log = self.log()
		self.assertIn("GET", [row.method for row in log.requests])
		for text in (log.as_json(), self.connector.reload().as_json()):
			self.assertNotIn(PASSWORD, text)
