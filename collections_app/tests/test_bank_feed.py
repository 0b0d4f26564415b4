"""Statement files of the folder become Bank Transactions, once and only once, and a bad file harms nothing."""

import shutil
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.utils import add_days, getdate

from collections_app.api import connectors as api
from collections_app.connectors.file_drop import connector as file_drop
from collections_app.connectors.statement_files import StatementFolder
from collections_app.services.connectors import bank_feed, sync
from collections_app.services.connectors.schedule import sync_for_run
from collections_app.services.run.context import ERROR, RunContext
from collections_app.tests.books import bare_company
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.statements import camt, drop, files, inbox, line
from collections_app.tests.utils import BANK_IBAN, COMPANY, CollectionsTestCase, make_connector


class BankFeedTestCase(CollectionsTestCase):
	"""Every test has a connector and a folder of its own; nothing is committed."""

	def setUp(self):
		super().setUp()
		for patched in (
			patch.object(frappe.db, "commit"),
			patch.object(frappe.db, "rollback", savepoints_only()),
		):
			patched.start()
			self.addCleanup(patched.stop)
		self.connector = self.make_connector()

	def make_connector(self):
		connector = make_connector()
		self.addCleanup(shutil.rmtree, inbox(connector), ignore_errors=True)
		return connector

	def sync(self, connector=None):
		(result,) = sync.sync_connector((connector or self.connector).name)
		return result

	def transactions(self, connector=None) -> list:
		"""The Bank Transactions that a connector brought."""
		names = frappe.get_all(
			"External Reference",
			filters={"connector": (connector or self.connector).name},
			pluck="reference_name",
		)
		return frappe.get_all(
			"Bank Transaction",
			filters={"name": ["in", names]},
			fields=["*"],
			order_by="deposit desc, withdrawal desc",
		)

	def log(self, connector=None):
		name = frappe.get_all(
			"Connector Log",
			filters={"connector": (connector or self.connector).name},
			order_by="creation desc, started_at desc",
			pluck="name",
			limit=1,
		)[0]
		return frappe.get_doc("Connector Log", name)

	def assert_failed(self, *words: str):
		"""Nothing was imported, the file waits in `failed`, and the log says why."""
		self.assertEqual(self.transactions(), [])
		self.assertEqual(files(self.connector), {"waiting": [], "done": [], "failed": ["statement.xml"]})
		log = self.log()
		self.assertEqual((log.status, log.failed_count, log.created_count), ("Partial", 1, 0))
		self.assertEqual(log.failures[0].source, "statement.xml")
		for word in ("statement.xml", *words):
			self.assertIn(word, log.failures[0].message)
		config = frappe.get_doc("Connector Config", self.connector.name)
		self.assertEqual(config.status, "Warning")
		self.assertIn(log.failures[0].message, config.status_message)


def savepoints_only():
	"""Rolls back to savepoints only, so that what a test set up outlives a failed sync."""
	rollback = frappe.db.rollback

	def rolled_back(*args, save_point=None, **values):
		if save_point:
			rollback(save_point=save_point)

	return rolled_back


class TestLines(BankFeedTestCase):
	def test_lines_become_bank_transactions(self):
		"""Each booked line is a submitted Bank Transaction with all that the bank tells"""
		drop(
			self.connector,
			camt(
				[
					line(120.5, "Invoice 1 & 2", "Müller AG", "DE02120300000000202051", end_to_end="E2E-1"),
					line(-30, "Rent", "Landlord"),
				]
			),
		)
		result = self.sync()
		self.assertEqual((result.created, result.seen, result.failures, result.error), (2, 0, [], ""))
		credit, debit = self.transactions()
		expected = {
			"company": COMPANY,
			"docstatus": 1,
			"status": "Unreconciled",
			"date": getdate(),
			"deposit": 120.5,
			"withdrawal": 0,
			"unallocated_amount": 120.5,
			"currency": "EUR",
			"description": "Invoice 1 & 2",
			"reference_number": "E2E-1",
			"bank_party_name": "Müller AG",
			"bank_party_iban": "DE02120300000000202051",
		}
		self.assertEqual({field: credit[field] for field in expected}, expected)
		self.assertEqual((debit.deposit, debit.withdrawal), (0, 30))
		self.assertEqual(files(self.connector), {"waiting": [], "done": ["statement.xml"], "failed": []})
		log = self.log()
		self.assertEqual((log.status, log.created_count, log.failed_count), ("Success", 2, 0))
		self.assertEqual(frappe.db.get_value("Connector Config", self.connector.name, "status"), "Healthy")

	def test_the_same_file_again(self):
		"""A statement seen before makes nothing, and the log says so"""
		content = camt([line(10), line(20)])
		drop(self.connector, content)
		self.sync()
		drop(self.connector, content)
		result = self.sync()
		self.assertEqual((result.created, result.seen), (0, 2))
		self.assertIn("all 2 lines are known", self.log().message)
		self.assertEqual(len(self.transactions()), 2)
		self.assertEqual(files(self.connector)["done"], ["statement-2.xml", "statement.xml"])

	def test_overlapping_statements(self):
		"""Of two statements that share lines each line counts once"""
		shared = [line(11), line(12)]
		drop(self.connector, camt([line(10), *shared]), "a.xml")
		drop(self.connector, camt([*shared, line(13)]), "b.xml")
		result = self.sync()
		self.assertEqual((result.created, result.seen), (4, 2))
		self.assertEqual([one.deposit for one in self.transactions()], [13, 12, 11, 10])

	def test_equal_lines_of_one_statement(self):
		"""Two payments alike in everything are two payments, also when read again"""
		twice = {**line(15, "same"), "reference": ""}
		content = camt([twice, twice])
		drop(self.connector, content)
		self.sync()
		drop(self.connector, content)
		self.assertEqual(self.sync().seen, 2)
		self.assertEqual([one.deposit for one in self.transactions()], [15, 15])

	def test_two_connectors_one_after_the_other(self):
		"""The line counts once, whichever connector brings it"""
		other, content = self.make_connector(), camt([line(10)])
		drop(self.connector, content)
		drop(other, content)
		self.assertEqual((self.sync().created, self.sync(other).seen), (1, 1))
		self.assertEqual(len(self.transactions(other)), 0)

	def test_two_connectors_at_the_same_moment(self):
		"""Where neither sees yet what the other writes, the second finds the line taken"""
		other, content = self.make_connector(), camt([line(10), line(20)])
		drop(self.connector, content)
		drop(other, content)
		with patch.object(bank_feed, "known_keys", side_effect=lambda *args: set()):
			first, second = self.sync(), self.sync(other)
		self.assertEqual((first.created, second.created, second.seen), (2, 0, 2))
		self.assertEqual((second.error, second.failures), ("", []))
		self.assertEqual(len(self.transactions()), 2)
		self.assertEqual(frappe.db.count("Bank Transaction", {"transaction_id": ["in", self.ids()]}), 2)

	def ids(self) -> list[str]:
		return [one.transaction_id for one in self.transactions()]

	def test_a_transaction_cancelled_by_hand_stays_away(self):
		"""Once and only once also when a person cancelled the Bank Transaction"""
		content = camt([line(10)])
		drop(self.connector, content)
		self.sync()
		frappe.get_doc("Bank Transaction", self.transactions()[0].name).cancel()
		drop(self.connector, content)
		self.assertEqual(self.sync().created, 0)

	def test_overlong_texts(self):
		"""A name longer than the field does not lose the line"""
		drop(self.connector, camt([line(10, "x" * 900, "N" * 300)]))
		self.assertEqual(self.sync().created, 1)
		transaction = self.transactions()[0]
		self.assertEqual((len(transaction.bank_party_name), len(transaction.description)), (140, 900))

	def test_empty_statement(self):
		"""A statement without lines is read, is no error, and still tells how fresh the data is"""
		self.set_feed_date(None)
		day = add_days(getdate(), -1)
		drop(self.connector, camt([], to_date=day))
		result = self.sync()
		self.assertEqual((result.status, result.created), ("Success", 0))
		self.assertIn("no booked lines", self.log().message)
		self.assertEqual(self.feed_date(), day)
		self.assertEqual(files(self.connector)["done"], ["statement.xml"])

	def test_feed_date(self):
		"""The Bank Account remembers the last day its data reaches to, never back, never ahead"""
		self.set_feed_date(None)
		for days, expected in ((-5, -5), (-2, -2), (-9, -2), (30, 0)):
			drop(self.connector, camt([line(10)], to_date=add_days(getdate(), days)))
			self.sync()
			self.assertEqual(self.feed_date(), add_days(getdate(), expected))

	def test_feed_date_without_a_period(self):
		"""A statement that names no period reaches to its last booking"""
		self.set_feed_date(None)
		day = add_days(getdate(), -4)
		drop(self.connector, camt([line(10, date=day), line(10, date=add_days(day, -1))]))
		self.sync()
		self.assertEqual(self.feed_date(), day)

	def test_feed_date_waits_for_failed_lines(self):
		"""With a line missing, the bank data does not pass for fresh"""
		self.set_feed_date(None)
		drop(self.connector, camt([line(10), line(10, currency="USD")], to_date=getdate()))
		self.sync()
		self.assertIsNone(self.feed_date())

	def feed_date(self):
		return frappe.db.get_value("Bank Account", {"iban": BANK_IBAN}, "last_integration_date")

	def set_feed_date(self, day) -> None:
		frappe.db.set_value("Bank Account", {"iban": BANK_IBAN}, "last_integration_date", day)

	def test_rehearsal(self):
		"""A rehearsal reads the file and leaves it, its cursor and the log as they were"""
		drop(self.connector, camt([line(10)]))
		logs = frappe.db.count("Connector Log")
		(result,) = sync.sync_connector(self.connector.name, dry_run=True)
		self.assertEqual(result.created, 1)
		self.assertEqual(files(self.connector)["waiting"], ["statement.xml"])
		self.assertEqual(frappe.db.count("Connector Log"), logs)
		self.assertFalse(frappe.db.get_value("Connector Stream", self.connector.streams[0].name, "cursor"))


class TestBadFiles(BankFeedTestCase):
	def test_truncated(self):
		"""A file cut off gives nothing, however much of it could be read"""
		content = camt([line(10), line(20), line(30)])
		drop(self.connector, content[: int(len(content) * 0.8)])
		self.sync()
		self.assert_failed("cut off")

	def test_foreign_xml(self):
		"""Another kind of XML is named for what it is"""
		drop(self.connector, '<?xml version="1.0"?><Invoice><ID>1</ID></Invoice>')
		self.sync()
		self.assert_failed("‹?xml", "CAMT")

	def test_other_files(self):
		"""Neither an empty file nor a PDF is taken for a statement"""
		for content, word in ((b"", "empty"), (b"%PDF-1.7 \xff\xfe", "PDF"), (b"\x00\x01\x02", "binary")):
			with self.subTest(word):
				self.connector = self.make_connector()
				drop(self.connector, content)
				self.sync()
				self.assert_failed(word)

	def test_too_large(self):
		"""A file beyond the limit is not even read"""
		drop(self.connector, camt([line(10)]))
		with patch.dict(file_drop.MANIFEST.limits, {"max_file_bytes": 100}):
			self.sync()
		self.assert_failed("at most 100")

	def test_unknown_account(self):
		"""The message names the account and says what to do; the retry then works"""
		iban = "DE75512108001245126199"
		drop(self.connector, camt([line(10)], iban=iban))
		self.sync()
		self.assert_failed(iban, COMPANY, "sync again")
		frappe.db.set_value("Bank Account", {"iban": BANK_IBAN}, "iban", iban)
		self.addCleanup(frappe.db.set_value, "Bank Account", {"iban": iban}, "iban", BANK_IBAN)
		outcome = api.retry_failed(self.connector.name)
		self.assertEqual((outcome["files"], outcome["created"], outcome["failed"]), (1, 1, 0))
		self.assertEqual(files(self.connector), {"waiting": [], "done": ["statement.xml"], "failed": []})

	def test_one_unknown_account_among_several(self):
		"""A file is imported whole or not at all"""
		known, unknown = camt([line(10)]), camt([line(20)], iban="DE75512108001245126199")
		body = unknown[unknown.index("<Stmt>") : unknown.index("</BkToCstmrStmt>")]
		drop(self.connector, known.replace("</BkToCstmrStmt>", f"{body}</BkToCstmrStmt>"))
		self.sync()
		self.assert_failed("DE75512108001245126199")

	def test_account_of_another_company(self):
		"""A connector books nothing on another company's account"""
		connector = self.make_connector()
		frappe.db.set_value("Connector Config", connector.name, "company", bare_company())
		drop(connector, camt([line(10)]))
		self.assertIn(BANK_IBAN, self.sync(connector).failures[0]["message"])

	def test_foreign_currency_line(self):
		"""A line in another currency is told with its number; the others are imported, the file stays
		in `failed`, and reading it again doubles nothing"""
		drop(self.connector, camt([line(10), line(20, currency="USD"), line(30)]))
		result = self.sync()
		self.assertEqual((result.created, len(result.failures)), (2, 1))
		for word in ("statement.xml", "line 2", "USD", "EUR"):
			self.assertIn(word, self.log().failures[0].message)
		self.assertEqual(self.log().status, "Partial")
		self.assertEqual(files(self.connector)["failed"], ["statement.xml"])
		outcome = api.retry_failed(self.connector.name)
		self.assertEqual(
			(outcome["files"], outcome["created"], outcome["seen"], outcome["failed"]), (1, 0, 2, 1)
		)
		self.assertEqual([one.deposit for one in self.transactions()], [30, 10])

	def test_a_line_that_erpnext_refuses(self):
		"""What a validation of the site says against one line costs only that line"""
		drop(self.connector, camt([line(10), line(20), line(30)]))
		make = bank_feed.add_bank_transaction

		def refuse(config, account, one, key):
			name = make(config, account, one, key)
			if one.amount == 20:
				frappe.throw("The books are closed")
			return name

		with patch.object(bank_feed, "add_bank_transaction", refuse):
			result = self.sync()
		self.assertEqual((result.created, len(result.failures)), (2, 1))
		self.assertIn("The books are closed", result.failures[0]["message"])
		self.assertEqual([one.deposit for one in self.transactions()], [30, 10])
		self.assertEqual(api.retry_failed(self.connector.name)["created"], 1)

	def test_zero_amount(self):
		"""A line without an amount is left out with a note; it is no reason to fail a file"""
		drop(self.connector, camt([line(0), line(10)]))
		result = self.sync()
		self.assertEqual((result.created, result.failures), (1, []))
		self.assertIn("line 1: its amount is zero", self.log().message)

	def test_one_bad_file_does_not_stop_the_next(self):
		"""Each file stands for itself"""
		drop(self.connector, "no statement", "a.xml")
		drop(self.connector, camt([line(10)]), "b.xml")
		drop(self.connector, "<x", "c.xml")
		drop(self.connector, camt([line(20)]), "d.xml")
		self.assertEqual(self.sync().created, 2)
		self.assertEqual(
			files(self.connector), {"waiting": [], "done": ["b.xml", "d.xml"], "failed": ["a.xml", "c.xml"]}
		)
		self.assertEqual([row.source for row in self.log().failures], ["a.xml", "c.xml"])

	def test_an_unforeseen_error(self):
		"""The log says Failed with the traceback, the file stays to be read again, others are told"""
		drop(self.connector, camt([line(10)]))
		with patch.object(bank_feed, "known_keys", side_effect=RuntimeError("disk on fire")):
			result = self.sync()
		self.assertEqual(result.status, "Failed")
		log = self.log()
		self.assertIn("disk on fire", log.message)
		self.assertIn("RuntimeError", log.traceback)
		self.assertEqual(files(self.connector)["waiting"], ["statement.xml"])
		self.assertEqual(frappe.db.get_value("Connector Config", self.connector.name, "status"), "Failing")
		self.assertEqual(self.sync().created, 1)

	def test_files_still_being_written(self):
		"""Half a transfer is left alone until it has its name"""
		drop(self.connector, camt([line(10)]), "statement.xml.part")
		drop(self.connector, camt([line(10)]), ".hidden.xml")
		self.assertEqual((self.sync().created, files(self.connector)["done"]), (0, []))

	def test_a_file_taken_by_another_reader(self):
		"""Two syncs of one folder do not fail each other"""
		path = drop(self.connector, camt([line(10)]))
		listed = StatementFolder.files

		def vanish(folder):
			found = listed(folder)
			with suppress(FileNotFoundError):
				path.unlink()
			return found

		with patch.object(StatementFolder, "files", vanish):
			result = self.sync()
		self.assertEqual((result.created, result.status), (0, "Success"))

	def test_the_run_tells_every_failure(self):
		"""The Collection Run shows what the sync could not read, and goes on"""
		frappe.db.set_value("Connector Config", {"company": COMPANY}, "enabled", 0)
		frappe.db.set_value("Connector Config", self.connector.name, "enabled", 1)
		drop(self.connector, "<x", "bad.xml")
		drop(self.connector, camt([line(10)]), "good.xml")
		context = RunContext(COMPANY, getdate(), step="Sync")
		counts = sync_for_run(context)
		self.assertEqual(counts, {"connectors": 1, "created": 1, "seen": 0, "failed": 1})
		(message,) = [one for one in context.messages if one.severity == ERROR]
		self.assertIn("bad.xml", message.message)
		self.assertEqual(message.reference_name, self.connector.name)


class TestUpload(BankFeedTestCase):
	def upload(self, content: bytes, name: str = "upload.xml"):
		return frappe.get_doc(
			{"doctype": "File", "file_name": name, "content": content, "is_private": 1}
		).insert()

	def test_upload(self):
		"""An uploaded file is read at once and stands in the folder as any other"""
		file = self.upload(camt([line(10)]).encode())
		outcome = api.upload_statement(self.connector.name, file.file_url)
		self.assertEqual((outcome["created"], outcome["failed"]), (1, 0))
		self.assertEqual(files(self.connector)["done"], [file.file_name])

	def test_upload_keeps_the_bytes(self):
		"""A statement in another encoding than UTF-8 keeps its letters"""
		content = camt([line(10, "Fällig", "Müller")]).replace("UTF-8", "ISO-8859-1").encode("latin-1")
		api.upload_statement(self.connector.name, self.upload(content).file_url)
		self.assertEqual(self.transactions()[0].bank_party_name, "Müller")

	def test_bad_upload(self):
		"""The user is told at once what is wrong with the file"""
		outcome = api.upload_statement(self.connector.name, self.upload(b"no statement").file_url)
		self.assertEqual((outcome["created"], outcome["failed"]), (0, 1))
		self.assertIn("No bank statement of a known format", outcome["message"])

	def test_retry_overwrites_no_waiting_file(self):
		"""A file moved back keeps its place beside a new one of its name"""
		drop(self.connector, "<x")
		self.sync()
		drop(self.connector, camt([line(10)]))
		outcome = api.retry_failed(self.connector.name)
		self.assertEqual((outcome["files"], outcome["created"], outcome["failed"]), (1, 1, 1))

	def test_folders_outside_are_refused(self):
		"""No folder but one below the site's private files, and not these themselves"""
		outside = Path(frappe.get_site_path("private", "files")) / f"link-{frappe.generate_hash(length=6)}"
		outside.symlink_to("/")
		self.addCleanup(outside.unlink)
		for folder in ("../backups", "/etc", "statements/../../..", ".", "a/..", f"{outside.name}/etc"):
			with self.subTest(folder):
				self.assertRaises(frappe.ValidationError, make_connector, folder)

	def test_a_folder_that_went_bad_later(self):
		"""A folder changed past the form is refused when it is read"""
		frappe.db.set_value("Connector Config", self.connector.name, "inbox_folder", "../../..")
		self.assertIn("below the site's private files", self.sync().error)
		self.assertFalse(api.test_connection(self.connector.name)["ok"])

	def test_who_may(self):
		"""Only who may change the connector syncs, uploads and retries; others' files stay theirs"""
		file = self.upload(camt([line(10)]).encode())
		for user in (make_user("Collector"), make_user("Collections Auditor")):
			with signed_in(user):
				for call in (api.sync_now, api.retry_failed, api.test_connection):
					self.assertRaises(frappe.PermissionError, call, self.connector.name)
				self.assertRaises(
					frappe.PermissionError, api.upload_statement, self.connector.name, file.file_url
				)
		with signed_in(make_user("Credit Manager")):
			self.assertRaises(
				frappe.PermissionError, api.upload_statement, self.connector.name, file.file_url
			)
			self.assertEqual(api.retry_failed(self.connector.name)["failed"], 0)
