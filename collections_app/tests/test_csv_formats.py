"""CSV exports of banks: guessed, looked at, saved, and from then on read wherever a file comes from."""

import json

import frappe

from collections_app.api import bank_files as api
from collections_app.api import connectors
from collections_app.services.connectors import csv_formats
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.statements import drop, files
from collections_app.tests.test_bank_feed import BankFeedTestCase
from collections_app.tests.utils import BANK_IBAN, COMPANY

EXPORT = f"""Umsatzanzeige;{BANK_IBAN}
Zeitraum;01.11.2026 - 30.11.2026

Buchungstag;Wertstellung;Auftraggeber;IBAN;Verwendungszweck;Zusatz;Betrag;Währung;Saldo
18.11.2026;19.11.2026;Müller & Söhne;DE02120300000000202051;Rechnung @;Teil 2;1.190,00;EUR;2.190,00
19.11.2026;19.11.2026;Bank;;Entgelt @;;-12,50;EUR;2.177,50
"""


def upload(content: str | bytes, name: str = "umsatz.csv"):
	content = content.encode("cp1252") if isinstance(content, str) else content
	return frappe.get_doc(
		{"doctype": "File", "file_name": name, "is_private": 1, "content": content}
	).insert()


def make_format(content: str = EXPORT, **values):
	"""A format as a person makes it: attach, guess, save."""
	doc = frappe.get_doc(
		{
			"doctype": "Bank CSV Format",
			"format_name": f"Format {frappe.generate_hash(length=6)}",
			"company": COMPANY,
			"sample_file": upload(content).file_url,
		}
	)
	doc.update(csv_formats.guess(doc))
	doc.update(values)
	return doc.insert()


class CsvTestCase(BankFeedTestCase):
	def setUp(self):
		super().setUp()
		frappe.db.delete("Bank CSV Format")
		# nothing is rolled back between the tests: each has movements of its own
		self.number = frappe.generate_hash(length=8)
		self.export = EXPORT.replace("@", self.number)


class TestForm(CsvTestCase):
	def test_guess(self):
		"""The sample fills the mapping: how it is written, each heading, and what it means"""
		doc = make_format()
		self.assertEqual(
			(doc.delimiter, doc.date_format, doc.decimal_mark, doc.encoding),
			("Semicolon", "DD.MM.YYYY", "Comma", "Automatic"),
		)
		self.assertEqual(
			{row.heading: row.meaning for row in doc.columns},
			{
				"Buchungstag": "Booking Date",
				"Wertstellung": "Value Date",
				"Auftraggeber": "Payer or Payee",
				"IBAN": "IBAN or Account Number of the Payer",
				"Verwendungszweck": "Remittance Text",
				"Zusatz": "",
				"Betrag": "Amount",
				"Währung": "Currency",
				"Saldo": "Balance",
			},
		)
		self.assertEqual(doc.columns[2].sample, "Müller & Söhne")

	def test_preview(self):
		"""What each row becomes, or what is wrong with it, stands beside the row itself"""
		doc = make_format()
		doc.sample_file = upload(EXPORT.replace("-12,50", "-12.5O")).file_url
		shown = api.preview_csv_format(json.dumps(doc.as_dict(), default=str))
		self.assertEqual((shown["booked"], shown["failed"], shown["problem"]), (1, 1, ""))
		self.assertEqual(shown["account"], BANK_IBAN)
		good, bad = shown["rows"]
		self.assertEqual(
			(good["number"], good["line"]["amount"], good["line"]["date"]), (5, 1190, "2026-11-18")
		)
		self.assertEqual(bad["cells"][6], "-12.5O")
		self.assertIn("'-12.5O' is no amount", bad["error"])

	def test_preview_of_an_unfinished_mapping(self):
		"""What is still missing is said in place of an error"""
		doc = make_format()
		doc.columns[6].meaning = ""
		shown = api.preview_csv_format(doc.as_dict())
		self.assertIn("no column for the amount", shown["problem"])
		self.assertEqual(len(shown["rows"]), 2)

	def test_what_cannot_work_is_not_saved(self):
		"""A mapping that cannot work says what is wrong with it"""
		doc = make_format()
		cases = {
			"no column for the booking date": lambda one: one.columns[0].set("meaning", ""),
			"two columns for": lambda one: one.columns[5].set("meaning", "Amount"),
			"is there twice": lambda one: one.columns[5].set("heading", "saldo"),
			"File Name Pattern": lambda one: one.set("no_headings", 1),
			"neither an IBAN nor": lambda one: one.set("bank_account", self.account_without_number()),
		}
		for word, change in cases.items():
			with self.subTest(word):
				broken = frappe.get_doc("Bank CSV Format", doc.name)
				change(broken)
				with self.assertRaises(frappe.ValidationError) as raised:
					broken.save()
				self.assertIn(word, str(raised.exception))

	def account_without_number(self) -> str:
		bank = frappe.db.get_value("Bank Account", {"iban": BANK_IBAN}, "bank")
		account = frappe.get_doc(
			{"doctype": "Bank Account", "account_name": frappe.generate_hash(length=8), "bank": bank}
		).insert()
		account.db_set("company", COMPANY)
		return account.name

	def test_who_may(self):
		"""Only who may save a format may look into a file with it, and only into files of theirs"""
		doc = make_format().as_dict()
		others_file = upload(b"Date,Amount\n", "private.csv").file_url
		for user in (make_user("Collector"), make_user("Collections Auditor")):
			with signed_in(user):
				for call in (api.guess_csv_format, api.preview_csv_format):
					self.assertRaises(frappe.PermissionError, call, doc)
		with signed_in(make_user("Credit Manager")):
			self.assertEqual(api.preview_csv_format(doc)["booked"], 2)
			doc.sample_file = others_file
			self.assertRaises(frappe.PermissionError, api.preview_csv_format, doc)


class TestFiles(CsvTestCase):
	def test_a_csv_in_the_folder(self):
		"""A file is known by its headings; each row is a Bank Transaction with all that the bank tells"""
		make_format()
		drop(self.connector, self.export.encode("cp1252"), "umsatz.csv")
		result = self.sync()
		self.assertEqual((result.created, result.failures, result.error), (2, [], ""))
		credit, debit = self.transactions()
		self.assertEqual((credit.deposit, str(credit.date)), (1190, "2026-11-18"))
		self.assertEqual(
			(credit.bank_party_name, credit.description), ("Müller & Söhne", f"Rechnung {self.number}")
		)
		self.assertEqual(credit.bank_party_iban, "DE02120300000000202051")
		self.assertEqual(debit.withdrawal, 12.5)
		self.assertEqual(files(self.connector)["done"], ["umsatz.csv"])

	def test_overlapping_exports(self):
		"""Rows that two exports share are taken once"""
		make_format()
		drop(self.connector, self.export, "a.csv")
		drop(self.connector, self.export + "20.11.2026;20.11.2026;X;;new;;5,00;EUR;2.182,50\n", "b.csv")
		result = self.sync()
		self.assertEqual((result.created, result.seen), (3, 2))

	def test_unknown_headings(self):
		"""An unknown file waits in failed with one clear message; saved, it is read by a retry"""
		drop(self.connector, self.export, "umsatz.csv")
		result = self.sync()
		self.assertEqual(len(result.failures), 1)
		message = result.failures[0]["message"]
		for word in ("umsatz.csv", "Bank CSV Format", "Buchungstag, Wertstellung"):
			self.assertIn(word, message)
		self.assertEqual(files(self.connector)["failed"], ["umsatz.csv"])
		make_format()
		outcome = connectors.retry_failed(self.connector.name)
		self.assertEqual((outcome["created"], outcome["failed"]), (2, 0))
		self.assertEqual(files(self.connector), {"waiting": [], "done": ["umsatz.csv"], "failed": []})

	def test_a_row_that_cannot_be_read(self):
		"""A file is taken whole or not at all; the message names the row"""
		make_format()
		drop(self.connector, self.export.replace("-12,50", "-12.5O"), "umsatz.csv")
		result = self.sync()
		self.assertEqual(self.transactions(), [])
		self.assertIn("Row 6: The amount '-12.5O' is no amount", result.failures[0]["message"])

	def test_the_account_of_the_format(self):
		"""Where the file does not say, the account chosen in the format is meant"""
		content = self.export.split("\n", 3)[3]
		bank_account = frappe.db.get_value("Bank Account", {"iban": BANK_IBAN}, "name")
		make_format(content, bank_account=bank_account)
		drop(self.connector, content, "umsatz.csv")
		self.assertEqual(self.sync().created, 2)

	def test_a_disabled_format(self):
		"""A disabled format reads nothing"""
		make_format(disabled=1)
		drop(self.connector, self.export, "umsatz.csv")
		self.assertEqual((self.sync().created, files(self.connector)["failed"]), (0, ["umsatz.csv"]))

	def test_an_upload(self):
		"""An upload says how many lines are new, known and failed"""
		make_format()
		file = upload(self.export)
		outcome = connectors.upload_statement(self.connector.name, file.file_url)
		self.assertEqual((outcome["created"], outcome["seen"], outcome["failed"]), (2, 0, 0))
		outcome = connectors.upload_statement(self.connector.name, file.file_url)
		self.assertEqual((outcome["created"], outcome["seen"], outcome["failed"]), (0, 2, 0))
