"""Low-code connectors on a site: tried, and read into documents."""

import json

import frappe

from collections_app.api import connectors as connector_api
from collections_app.api import low_code as api
from collections_app.services.connectors import sync
from collections_app.tests.desk import make_user, signed_in
from collections_app.tests.low_code import CREDENTIALS, LowCodeTestCase
from collections_app.tests.rest_server import API_KEY, APP_KEY, CLIENT, LOGIN, definition


class TestSync(LowCodeTestCase):
	def transactions(self, config) -> list:
		names = frappe.get_all("External Reference", {"connector": config.name}, pluck="reference_name")
		fields = ["date", "deposit", "withdrawal", "description", "bank_party_name", "bank_party_iban"]
		return frappe.get_all("Bank Transaction", {"name": ["in", names]}, fields, order_by="creation")

	def test_bank_transactions_are_written_once(self):
		"""Amount, sign, date, party, IBAN and text of each row become one Bank Transaction, once"""
		_doc, config = self.service("bank")
		self.server.book(amount="12.30")
		self.server.book(amount="4.50", side="DBIT", texts=["Fee"], party={})
		self.server.book(status="pending")
		result = sync.sync_connector(config.name)[0]
		self.assertEqual((result.error, result.created, result.failures), ("", 2, []))
		got, fee = self.transactions(config)
		self.assertEqual((got.deposit, got.withdrawal, got.description), (12.3, 0, "Invoice 4711"))
		self.assertEqual((got.bank_party_name, got.bank_party_iban), ("Payer GmbH", "DE89370400440532013000"))
		self.assertEqual((fee.deposit, fee.withdrawal, fee.description), (0, 4.5, "Fee"))
		self.assertEqual(sync.sync_connector(config.name)[0].created, 0)

	def test_a_row_that_cannot_be_mapped_is_parked(self):
		"""It is parked with its payload and what is wrong, the rest goes on; once the mapping is mended it is
		written"""
		doc, config = self.service("bank")
		self.server.book(amount="1.234,50")
		self.server.book(amount="10.00")
		result = sync.sync_connector(config.name)[0]
		self.assertEqual((result.created, len(result.failures)), (1, 1))
		self.assertIn("amount", result.failures[0]["message"])
		self.assertIn("1.234,50", result.failures[0]["payload"])
		doc.streams[0].amounts = "1.234,56"
		doc.save()
		log = frappe.get_all("Connector Log", {"connector": config.name, "failed_count": 1}, pluck="name")[0]
		self.assertEqual(connector_api.retry_records(log), {"done": 1, "failed": 0})
		self.assertEqual(sorted(row.deposit for row in self.transactions(config)), [10, 1234.5])

	def test_customer_fields(self):
		"""A CRM's rows fill the fields of the customer with the same tax ID"""
		_doc, config = self.service("crm")
		# a tax ID of its own: sites of tests keep customers of other tests
		number = f"DE{frappe.generate_hash(length=9)}"
		customer = self.customer(tax_id=number)
		self.server.company("Acme", vat=number, site="https://acme.example")
		result = sync.sync_connector(config.name)[0]
		self.assertEqual((result.error, result.failures), ("", []))
		self.assertEqual(frappe.db.get_value("Customer", customer, "website"), "https://acme.example")

	def test_credit_reports(self):
		"""A bureau's row becomes a Credit Report of the customer with the same tax ID, on our scale"""
		_doc, config = self.service("bureau")
		customer = self.customer(tax_id="DE223456789")
		self.server.report("C1", vat="DE223456789")
		result = sync.sync_connector(config.name)[0]
		self.assertEqual((result.error, result.created, result.failures), ("", 1, []))
		report = frappe.get_last_doc("Credit Report", {"customer": customer})
		self.assertEqual((report.score_0_100, report.credit_limit, report.currency), (66, 12500, "EUR"))
		self.assertEqual(sync.sync_connector(config.name)[0].created, 0)

	def test_covers(self):
		"""An insurer's row becomes the customer's Credit Cover; its amount is in cents there"""
		_doc, config = self.service("insurer")
		customer = self.customer(tax_id="DE323456789")
		self.server.cover("B1", buyer={"no": "B1", "vat": "DE323456789"})
		result = sync.sync_connector(config.name)[0]
		self.assertEqual((result.error, result.created, result.failures), ("", 1, []))
		cover = frappe.get_last_doc("Credit Cover", {"customer": customer})
		self.assertEqual((cover.amount, cover.currency, cover.status), (25000, "EUR", "Approved"))

	def test_private_addresses_are_not_called(self):
		"""A definition leads to public https addresses only"""
		doc = self.bring_in("bank")
		config = self.connect(doc, CREDENTIALS["bank"], base_url=None)
		self.allow()
		for address in (
			"https://127.0.0.1/api",
			"https://10.1.2.3",
			"https://[::1]/",
			"https://169.254.169.254",
		):
			with self.subTest(address):
				doc.production_url = address
				doc.sandbox_url = address
				doc.save()
				connector_api.save_credentials(config.name, dict(CREDENTIALS["bank"]))
				answer = api.test_stream(doc.name, "transactions", config.name)
				self.assertFalse(answer["ok"])
				self.assertIn("not a public address", answer["message"])

	def test_no_secret_in_the_log(self):
		"""Keys, passwords and what a login answers are masked in every request of the log"""
		for name, secrets in {
			"insurer": [LOGIN[1]],
			"payments": [API_KEY],
			"bureau": [CLIENT[1], APP_KEY],
		}.items():
			with self.subTest(name):
				self.server.requests.clear()
				_doc, config = self.service(name)
				sync.sync_connector(config.name)
				issued = [one for one in self.server.tokens if one != API_KEY]
				logs = frappe.get_all("Connector Log", {"connector": config.name}, pluck="name")
				text = frappe.as_json([frappe.get_doc("Connector Log", one).as_dict() for one in logs])
				self.assertTrue(self.server.requests)
				for secret in [*secrets, *issued]:
					self.assertNotIn(secret, text)


class TestTrial(LowCodeTestCase):
	def test_raw_answer_beside_mapped_rows(self):
		"""The answer as it came and its rows as they would be mapped; nothing is written"""
		doc, config = self.service("bank")
		self.server.book(amount="12.30")
		self.server.book(amount="no number")
		before = frappe.db.count("Bank Transaction")
		answer = api.test_stream(doc.name, "transactions", config.name)
		self.assertTrue(answer["ok"])
		raw = json.loads(answer["answer"])
		self.assertEqual(raw["data"]["transactions"][0]["amount"]["value"], "12.30")
		good, bad = answer["rows"]
		self.assertEqual((good["values"]["amount"], good["problems"]), ("12.30", []))
		self.assertEqual(bad["problems"][0]["field"], "amount")
		self.assertIn("no number", bad["problems"][0]["message"])
		self.assertEqual(frappe.db.count("Bank Transaction"), before)
		self.assertFalse(config.reload().streams[0].cursor)
		self.assertEqual(self.server.calls("/transactions")[0].query["page"], "1")

	def test_rows_that_are_not_there(self):
		"""The raw answer is shown also where the rows are not found in it, and the place is named"""
		doc, config = self.service("bank")
		doc.streams[0].rows_at = "data.entries"
		doc.save()
		answer = api.test_stream(doc.name, "transactions", config.name)
		self.assertFalse(answer["ok"])
		self.assertIn("data.entries", answer["message"])
		self.assertIn("transactions", answer["answer"])

	def test_secrets_in_an_answer(self):
		"""What the connection entered is masked in the raw answer and in the rows"""
		doc, config = self.service("payments")
		self.server.payment("INV-1", payer=API_KEY, access_token="abc-def-ghi")
		doc.append("mappings", {"stream": "payments", "target_field": "payer", "expression": "payer"})
		doc.save()
		text = frappe.as_json(api.test_stream(doc.name, "payments", config.name))
		self.assertNotIn(API_KEY, text)
		self.assertNotIn("abc-def-ghi", text)
		self.assertIn("INV-1", text)

	def test_a_large_answer_is_cut(self):
		doc, config = self.service("messenger")
		for number in range(200):
			self.server.message(text="x" * 1000, number=number)
		answer = api.test_stream(doc.name, "statuses", config.name)
		self.assertLess(len(answer["answer"]), 70_000)
		self.assertIn("cut here", answer["answer"])
		self.assertEqual(len(answer["rows"]), 50)

	def test_each_target(self):
		"""A row of each kind of service is shown as the target takes it"""
		expected = {
			"bureau": (
				"reports",
				lambda: self.server.report("C1"),
				{"score": "270", "credit_limit": "12500.00"},
			),
			"insurer": (
				"covers",
				lambda: self.server.cover("C1"),
				{"status": "Active", "amount": "25000.00"},
			),
			"messenger": ("statuses", lambda: self.server.message(), {"state": "Delivered"}),
			"payments": (
				"payments",
				lambda: self.server.payment("I1"),
				{"status": "Paid", "currency": "EUR"},
			),
		}
		for name, (stream, add, values) in expected.items():
			with self.subTest(name):
				doc, config = self.service(name)
				add()
				answer = api.test_stream(doc.name, stream, config.name)
				self.assertEqual((answer["ok"], answer["rows"][0]["problems"]), (True, []))
				self.assertEqual({key: answer["rows"][0]["values"][key] for key in values}, values)

	def test_another_connectors_credentials(self):
		"""A connection is used for its own connector only"""
		doc, _config = self.service("bank")
		_other, stranger = self.service("payments")
		self.assertIn(
			"no connection of", self.refused(api.test_stream, doc.name, "transactions", stranger.name)
		)

	def test_permissions(self):
		doc, config = self.service("bank")
		with signed_in(make_user("Collections Auditor")):
			with self.assertRaises(frappe.PermissionError):
				api.test_stream(doc.name, "transactions", config.name)
			with self.assertRaises(frappe.PermissionError):
				api.import_definition(json.dumps(definition("bureau")))
			self.assertTrue(api.export_definition(doc.name))
		with signed_in(make_user("Collector")):
			with self.assertRaises(frappe.PermissionError):
				api.export_definition(doc.name)
		self.assertFalse(self.server.calls("/transactions"))
