"""Actions through a connector: done once, logged without secrets, with the error that says what to do."""

from decimal import Decimal

from collections_app.connectors.base import Action, ConfigurationError, TransientError
from collections_app.connectors.records import PaymentLinkRequest
from collections_app.services.connectors import outgoing
from collections_app.tests.acme_app.server import CREDENTIALS
from collections_app.tests.test_connector_api import AcmeTestCase
from collections_app.tests.utils import COMPANY

ACTION = Action("create_payment_link", "key-1", PaymentLinkRequest(Decimal("10"), "EUR", "INV-1", "Invoice"))


class TestPush(AcmeTestCase):
	def test_pushed_and_followed(self):
		"""The reference that comes back is worth its status; both calls are in the log"""
		config = self.acme()
		pushed = outgoing.push(config.name, ACTION)
		self.assertEqual(outgoing.status(config.name, pushed.reference).state, "Sent")
		self.assertEqual(self.last_log(config, kind="Push").status, "Success")
		self.assertGreater(self.last_log(config, kind="Status").request_count, 0)

	def test_failures_are_logged_and_raised(self):
		"""The caller gets the typed error, the log the reason without secrets"""
		config = self.acme()
		self.server.fault("403", 50, path="/payment-links")
		with self.assertRaises(ConfigurationError):
			outgoing.push(config.name, ACTION)
		log = self.last_log(config, kind="Push")
		self.assertEqual(log.status, "Failed")
		self.assertIn("403", log.message)
		self.assertNotIn(CREDENTIALS["client_secret"], str(log.as_dict()))

	def test_the_same_key_is_done_once(self):
		"""After an outage the same action is done once"""
		config = self.acme()
		self.server.fault("cut", 4, path="/payment-links")
		with self.assertRaises(TransientError):
			outgoing.push(config.name, ACTION)
		outgoing.push(config.name, ACTION)
		self.assertEqual(len(self.server.links), 1)

	def test_who_does_it(self):
		"""The company's enabled connection that offers the action, or none"""
		self.assertIsNone(outgoing.connector_for("No Such Company", "create_payment_link"))
		config = self.acme()
		self.assertTrue(outgoing.connector_for(COMPANY, "create_payment_link"))
		config.db_set("enabled", 0)
		self.assertNotEqual(outgoing.connector_for(COMPANY, "create_payment_link"), config.name)
