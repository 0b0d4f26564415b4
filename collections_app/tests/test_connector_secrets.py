"""Secrets and tokens of a connection stay with it, and with nobody else, whatever becomes of its document."""

import json
from contextlib import contextmanager

import frappe
from frappe.utils.password import get_decrypted_password

from collections_app.api import connectors as api
from collections_app.connectors.base import Token
from collections_app.services.connectors import registry
from collections_app.services.connectors.credentials import FrappeTokens
from collections_app.services.connectors.lending import lend
from collections_app.tests.acme_app.server import CREDENTIALS
from collections_app.tests.test_connector_api import AcmeTestCase

SECRET, REFRESH = CREDENTIALS["client_secret"], "refresh-0123456789"


class TestSecrets(AcmeTestCase):
	def setUp(self):
		super().setUp()
		self.config = self.acme()
		FrappeTokens(self.config.name).set("access", Token("access-0123456789", None, REFRESH))

	def assertKept(self, name: str) -> None:
		config = frappe.get_doc("Connector Config", name)
		credentials = registry.settings_of(config)["credentials"]
		self.assertEqual(credentials, {**credentials, **CREDENTIALS})
		self.assertEqual(FrappeTokens(name).get("access").refresh, REFRESH)

	def assertNothing(self, name: str) -> None:
		for field in ("credentials", "tokens"):
			kept = get_decrypted_password("Connector Config", name, field, raise_exception=False)
			self.assertIn(kept, (None, "{}"))

	def test_saved(self):
		"""Saving the form, also with values that it never had, leaves secrets and tokens"""
		self.config.enabled = 0
		self.config.save()
		self.assertKept(self.config.name)
		frappe.get_doc(json.loads(frappe.as_json(self.config))).save()
		self.assertKept(self.config.name)
		self.assertTrue(api.test_connection(self.config.name)["ok"])

	def test_another_address(self):
		"""Secrets are not sent to a host they were not entered for; another path on the same one is no other host."""
		own = self.config.base_url
		self.config.base_url = f"{own}/v2"
		self.config.save()
		self.assertKept(self.config.name)
		with self.allowed("127.0.0.1:1"):
			self.config.base_url = "http://127.0.0.1:1"
			self.config.save()
		self.assertNothing(self.config.name)

	@contextmanager
	def allowed(self, host: str):
		hosts = list(frappe.conf.get("collections_allowed_hosts") or [])
		frappe.conf.collections_allowed_hosts = [*hosts, host]
		try:
			yield
		finally:
			frappe.conf.collections_allowed_hosts = hosts

	def test_renamed(self):
		"""They move with the name, and nothing stays under the old one"""
		old, new = self.config.name, f"Renamed {frappe.generate_hash(length=6)}"
		frappe.rename_doc("Connector Config", old, new)
		self.assertKept(new)
		self.assertNothing(old)

	def test_duplicated(self):
		"""A copy has no secrets, tokens, memory or webhook address of its original"""
		self.config.db_set("state", json.dumps({"accounts": {"x": 1}}))
		copy = frappe.copy_doc(self.config.reload())
		copy.connector_name = f"Copy {frappe.generate_hash(length=6)}"
		copy.insert()
		self.assertNothing(copy.name)
		self.assertFalse(copy.state or copy.settings)
		self.assertNotIn(copy.webhook_token, ("", None, self.config.webhook_token))
		self.assertIn("Client ID", api.overview(copy.name)["next"])
		self.assertKept(self.config.name)

	def test_deleted(self):
		"""They go with the document; who gets the name later finds nothing"""
		name = self.config.name
		self.config.delete()
		self.assertNothing(name)
		# a document that went another way than through its form
		left = self.acme()
		frappe.db.delete("Connector Config", {"name": left.name})
		again = self.acme(credentials=None, connector_name=left.name)
		self.assertNothing(again.name)

	def test_nowhere_else(self):
		"""Neither the document, its history, an export nor a log shows them"""
		api.test_connection(self.config.name)
		self.config.reload().save()
		shown = frappe.as_json(self.config.as_dict())
		for doctype, filters in (
			("Version", {"docname": self.config.name}),
			("Connector Log", {"connector": self.config.name}),
		):
			for name in frappe.get_all(doctype, filters, pluck="name"):
				shown += frappe.as_json(frappe.get_doc(doctype, name).as_dict())
		for secret in (SECRET, REFRESH, CREDENTIALS["webhook_secret"]):
			self.assertNotIn(secret, shown)


class TestMemory(AcmeTestCase):
	def test_two_at_a_time(self):
		"""What one process remembers (a limit, a key) is not forgotten by another that began before it"""
		config = self.acme()
		with lend(config) as longer:
			longer.state["limits"] = {"": {"calls": [1.0]}}
			with lend(config) as shorter:
				shorter.state["webhook_keys"] = {"k": {}}
		kept = json.loads(frappe.db.get_value("Connector Config", config.name, "state"))
		self.assertEqual(kept, {"limits": {"": {"calls": [1.0]}}, "webhook_keys": {"k": {}}})
		with lend(config) as lent:
			lent.state.pop("limits")
		self.assertNotIn("limits", frappe.db.get_value("Connector Config", config.name, "state"))
