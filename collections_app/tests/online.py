"""What the tests of payment links and online payments share: Stripe, played on 127.0.0.1, and a company that uses it."""

import frappe

from collections_app.api import connectors as api
from collections_app.tests.providers.stripe import CREDENTIALS, StripeServer
from collections_app.tests.utils import COMPANY, configure
from collections_app.tests.world import CycleTestCase, make_letter, make_plan

BODY = "<p>Please pay.</p>{{ items_table }}{% if payment_link %}<p>Pay: {{ payment_link | e }}</p>{% endif %}"


class OnlineTestCase(CycleTestCase):
	"""Letters of the company carry links that Stripe makes."""

	def setUp(self):
		super().setUp()
		self.server = StripeServer(page_size=10).start()
		self.addCleanup(self.server.stop)
		hosts = frappe.local.conf.get("collections_allowed_hosts")
		frappe.local.conf["collections_allowed_hosts"] = [self.server.host]
		self.addCleanup(frappe.local.conf.__setitem__, "collections_allowed_hosts", hosts)
		self.config = self.stripe()
		self.choose(payment_links_through=self.config.name)

	def stripe(self):
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": f"Stripe {frappe.generate_hash(length=6)}",
				"connector": "stripe",
				"company": COMPANY,
				"base_url": self.server.url,
			}
		).insert()
		api.save_credentials(config.name, dict(CREDENTIALS))
		frappe.db.commit()
		return config.reload()

	def choose(self, **values) -> None:
		"""What the company has chosen in the settings."""
		configure()
		settings = frappe.get_single("Collections Settings")
		settings.companies[0].update(values)
		settings.save()
		frappe.db.commit()

	def remind(self, *steps: tuple, body: str = BODY, **invoice):
		"""An overdue invoice and the plan that reminds of it with the link."""
		make_letter(texts={"en": ("Reminder", body)})
		make_plan(*(steps or [(1, "Email")]))
		return self.invoice(self.customer(), 119, **invoice)

	def links(self, **filters) -> list:
		fields = ["*"]
		return frappe.get_all("Payment Link", {"company": COMPANY, **filters}, fields, order_by="creation")

	def sync(self) -> None:
		from collections_app.services.connectors.sync import sync_connector

		for result in sync_connector(self.config.name):
			self.assertEqual((result.error, result.failures), ("", []))
