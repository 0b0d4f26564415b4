"""A connection to a service, end to end: credentials, test, accounts, sync, parked records, limits."""

import json

import frappe
from frappe.utils import now_datetime
from frappe.utils.password import get_decrypted_password

from collections_app.api import connectors as api
from collections_app.services.connectors import parked, registry, sync
from collections_app.services.connectors.credentials import FrappeTokens
from collections_app.tests.acme_app import hooks as acme_hooks
from collections_app.tests.acme_app.server import CREDENTIALS, AcmeServer
from collections_app.tests.test_connectors import ConnectorTestCase
from collections_app.tests.utils import BANK_IBAN, COMPANY

ACCOUNTS = [
	{"id": "A1", "name": "Main", "iban": BANK_IBAN, "currency": "EUR"},
	{"id": "A2", "name": "Unknown here", "iban": "DE02500105170137075030", "currency": "EUR"},
]


class AcmeTestCase(ConnectorTestCase):
	"""Acme Bank, brought by another app, played by a server on 127.0.0.1."""

	def setUp(self):
		super().setUp()
		self.add_hook(acme_hooks.collections_connectors[0])
		self.server = AcmeServer(accounts=ACCOUNTS).start()
		self.addCleanup(self.server.stop)
		self.set_conf("collections_allowed_hosts", [self.server.host])

	def set_conf(self, key: str, value) -> None:
		before = frappe.local.conf.get(key)
		frappe.local.conf[key] = value
		self.addCleanup(frappe.local.conf.__setitem__, key, before)

	def acme(self, credentials=CREDENTIALS, **values):
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Acme {frappe.generate_hash(length=6)}",
				"connector": "acme_bank",
				"company": COMPANY,
				"base_url": self.server.url,
				**values,
			}
		).insert()
		if credentials:
			api.save_credentials(config.name, dict(credentials))
		return config.reload()

	def last_log(self, config, **filters):
		name = frappe.get_all(
			"Connector Log",
			{"connector": config.name, **filters},
			pluck="name",
			order_by="creation desc",
			limit=1,
		)[0]
		return frappe.get_doc("Connector Log", name)

	def only_main_account(self, config):
		"""The account that this company has no bank account for is switched off."""
		api.test_connection(config.name)
		config.reload()
		config.accounts[1].enabled = 0
		return config.save()


class TestCredentials(AcmeTestCase):
	def test_kept_out_of_the_document(self):
		"""Secrets lie encrypted outside the document; the form learns only that they are there"""
		config = self.acme()
		stored = frappe.as_json(config.as_dict()) + frappe.as_json(
			frappe.get_all("Version", {"docname": config.name}, ["data"])
		)
		overview = frappe.as_json(api.overview(config.name))
		for name in ("client_secret", "webhook_secret"):
			self.assertNotIn(CREDENTIALS[name], stored)
			self.assertNotIn(CREDENTIALS[name], overview)
		self.assertIn(CREDENTIALS["client_id"], overview)
		kept = json.loads(get_decrypted_password("Connector Config", config.name, "credentials"))
		self.assertEqual(kept["client_secret"], CREDENTIALS["client_secret"])

	def test_an_empty_secret_keeps_the_old_one(self):
		"""Saving the form with an empty secret leaves it; another field of the manifest is refused"""
		config = self.acme()
		api.save_credentials(config.name, {"client_id": "other", "client_secret": ""})
		settings = registry.settings_of(config.reload())["credentials"]
		self.assertEqual(
			(settings["client_id"], settings["client_secret"]), ("other", CREDENTIALS["client_secret"])
		)
		with self.assertRaisesRegex(frappe.ValidationError, "password"):
			api.save_credentials(config.name, {"password": "x"})

	def test_new_credentials_end_old_tokens(self):
		"""A token of the old credentials is not used after they were changed"""
		config = self.acme()
		self.assertTrue(api.test_connection(config.name)["ok"])
		self.assertTrue(FrappeTokens(config.name).get("access"))
		api.save_credentials(config.name, {"client_secret": "wrong-secret"})
		answer = api.test_connection(config.name)
		self.assertFalse(answer["ok"])
		self.assertIn("credentials", answer["message"])
		self.assertNotIn("wrong-secret", frappe.as_json(self.last_log(config, kind="Test").as_dict()))

	def test_missing(self):
		"""What is missing is named, on the form and by the test"""
		config = self.acme(credentials=None)
		self.assertIn("Client ID", api.overview(config.name)["next"])
		self.assertIn("Client ID", api.test_connection(config.name)["message"])

	def test_address(self):
		"""An own address must be public and https"""
		for address in ("http://bank.example", "https://10.0.0.1/v1", "https://user:pass@bank.example"):
			with self.assertRaises(frappe.ValidationError):
				self.acme(base_url=address)


class TestSync(AcmeTestCase):
	def test_accounts(self):
		"""The test finds the accounts; the one with our IBAN is mapped at once"""
		config = self.acme()
		self.assertEqual(
			api.test_connection(config.name), {"ok": True, "message": "2 account(s) can be read"}
		)
		rows = config.reload().accounts
		own = frappe.db.get_value("Bank Account", {"iban": BANK_IBAN})
		self.assertEqual([(row.account_id, row.bank_account) for row in rows], [("A1", own), ("A2", None)])
		api.test_connection(config.name)
		self.assertEqual(len(config.reload().accounts), 2)

	def test_transactions(self):
		"""Each transaction is booked once, the log has counts and masked requests"""
		config = self.only_main_account(self.acme())
		ids = [self.server.add("A1", frappe.generate_hash(length=8), amount="12.50") for _ in range(5)]
		(result,) = sync.sync_connector(config.name)
		self.assertEqual((result.status, result.created, result.failures), ("Success", 5, []))
		(again,) = sync.sync_connector(config.name)
		self.assertEqual((again.created, again.seen), (0, 5))
		references = frappe.get_all("External Reference", {"external_id": ["in", ids]})
		self.assertEqual(len(references), 5)
		log = self.last_log(config, created_count=5)
		self.assertGreaterEqual(log.request_count, 4)
		text = frappe.as_json(log.as_dict())
		for secret in (CREDENTIALS["client_secret"], *self.server.tokens):
			self.assertNotIn(secret, text)

	def test_mapping_beats_the_iban(self):
		"""An account is booked to the bank account that the form maps it to"""
		config = self.acme()
		api.test_connection(config.name)
		config.reload()
		own = config.accounts[0].bank_account
		config.accounts[0].bank_account = None
		config.accounts[0].enabled = 0
		config.accounts[1].bank_account = own
		config.save()
		self.server.add("A2", "mapped-1")
		(result,) = sync.sync_connector(config.name)
		self.assertEqual((result.created, result.failures), (1, []))

	def test_parked_and_retried(self):
		"""What cannot be written is parked once with its payload, the rest is booked, and a retry books it"""
		config = self.acme()
		self.server.add("A1", "good-" + frappe.generate_hash(length=6))
		late = self.server.add("A2", "late-" + frappe.generate_hash(length=6), amount="7.00")
		(result,) = sync.sync_connector(config.name)
		self.assertEqual((result.status, result.created, len(result.failures)), ("Partial", 1, 1))
		log = self.last_log(config)
		(row,) = [one for one in log.failures if one.status == "Parked"]
		self.assertIn(late, row.payload)
		self.assertEqual(api.overview(config.name)["parked"], 1)
		self.assertEqual(api.retry_records(log.name), {"done": 0, "failed": 1})
		sync.sync_connector(config.name)
		self.assertEqual(api.overview(config.name)["parked"], 1, "parked twice")
		own = frappe.db.get_value("Bank Account", {"iban": BANK_IBAN})
		config.reload().append("accounts", {"account_id": "A2", "enabled": 1, "bank_account": own})
		config.save()
		self.assertEqual(api.retry_records(log.name), {"done": 1, "failed": 0})
		self.assertTrue(frappe.db.exists("External Reference", {"external_id": late}))
		self.assertEqual(api.overview(config.name)["parked"], 0)

	def test_unreadable_rows(self):
		"""A row that the connector cannot read is parked as it came; dismissed it is out of the way"""
		config = self.only_main_account(self.acme())
		self.server.add("A1", "bad-1", amount="ten")
		self.server.add("A1", "fine-" + frappe.generate_hash(length=6))
		(result,) = sync.sync_connector(config.name)
		self.assertEqual((result.created, len(result.failures)), (1, 1))
		log = self.last_log(config, created_count=1)
		self.assertEqual(json.loads(log.failures[0].payload)["amount"], "ten")
		self.assertEqual(api.dismiss_records(log.name), 1)
		self.assertEqual(parked.retry(log.name), {"done": 0, "failed": 0})

	def test_outage(self):
		"""An outage loses nothing: the cursor stays, the next sync brings all"""
		config = self.only_main_account(self.acme())
		for _ in range(5):
			self.server.add("A1", frappe.generate_hash(length=8))
		self.server.fault("403", 50, path="/transactions", after=1)
		(result,) = sync.sync_connector(config.name)
		self.assertEqual((result.status, result.created), ("Failed", 0))
		stream = config.reload().streams[0]
		self.assertEqual((stream.failures, stream.cursor), (1, None))
		self.assertEqual(api.overview(config.name)["streams"][0]["state"], "failing")
		self.server.forget()
		(result,) = sync.sync_connector(config.name)
		self.assertEqual((result.status, result.created), ("Success", 5))
		self.assertEqual(config.reload().streams[0].failures, 0)

	def test_rate_limit(self):
		"""A limit is no failure: the stream waits until the provider's time, and nothing is asked before"""
		config = self.only_main_account(self.acme())
		self.server.fault("429", 50, path="/transactions", retry_after=3600)
		(result,) = sync.sync_connector(config.name)
		self.assertEqual((result.status, result.error), ("Waiting", ""))
		stream = config.reload().streams[0]
		self.assertGreater((stream.wait_until - now_datetime()).total_seconds(), 3000)
		self.assertGreaterEqual(stream.next_allowed, stream.wait_until)
		asked = len(self.server.calls("/transactions"))
		sync.sync_connector(config.name)
		self.assertEqual(len(self.server.calls("/transactions")), asked)

	def test_rehearsal(self):
		"""A rehearsal asks no service"""
		config = self.acme()
		(result,) = sync.sync_connector(config.name, dry_run=True)
		self.assertEqual(self.server.requests, [])
		self.assertIn("rehearsal", result.notes[0])
