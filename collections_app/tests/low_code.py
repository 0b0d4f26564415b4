"""What the tests of low-code connectors share: the services, imported and connected."""

import json

import frappe

from collections_app.api import connectors as connector_api
from collections_app.api import low_code as api
from collections_app.tests.rest_server import API_KEY, APP_KEY, CLIENT, LOGIN, RestServer, definition
from collections_app.tests.test_connectors import ConnectorTestCase
from collections_app.tests.utils import BANK_IBAN, COMPANY

DOCTYPE = "Low-code Connector"
CREDENTIALS = {
	"bank": {"api_key": API_KEY},
	"bureau": {"client_id": CLIENT[0], "client_secret": CLIENT[1], "app_key": APP_KEY},
	"insurer": {"user": LOGIN[0], "password": LOGIN[1]},
	"crm": {"user": "anybody", "password": API_KEY},
	"messenger": {"access_token": API_KEY},
	"payments": {"api_key": API_KEY},
}


class LowCodeTestCase(ConnectorTestCase):
	"""The services of `rest_server.py`, on 127.0.0.1."""

	def setUp(self):
		super().setUp()
		self.server = RestServer(accounts={"acc-1": BANK_IBAN}).start()
		self.addCleanup(self.server.stop)
		self.allow(self.server.host)

	def allow(self, *hosts: str) -> None:
		before = frappe.local.conf.get("collections_allowed_hosts")
		frappe.local.conf["collections_allowed_hosts"] = list(hosts)
		self.addCleanup(frappe.local.conf.__setitem__, "collections_allowed_hosts", before)

	def bring_in(self, fixture: str, **changes):
		"""A definition of the fixtures, imported."""
		# sites of tests keep what another test made
		unique = f"{definition(fixture)['name']} {frappe.generate_hash(length=6)}"
		values = {**definition(fixture), "name": unique, **changes}
		return frappe.get_doc(DOCTYPE, api.import_definition(json.dumps(values))["name"])

	def connect(self, doc, credentials: dict[str, str], **values):
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"{doc.name} {frappe.generate_hash(length=6)}",
				"connector": doc.name,
				"company": COMPANY,
				"base_url": self.server.url,
				**values,
			}
		).insert()
		connector_api.save_credentials(config.name, dict(credentials))
		return config.reload()

	def service(self, name: str):
		"""Definition and connection of one of the services."""
		doc = self.bring_in(name)
		return doc, self.connect(doc, CREDENTIALS[name])

	def refused(self, call, *args, **kwargs) -> str:
		with self.assertRaises(frappe.ValidationError) as raised:
			call(*args, **kwargs)
		return str(raised.exception)
