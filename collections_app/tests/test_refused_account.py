"""One bank account that is refused: the others are booked, the connection says so, and it is tried again."""

from datetime import date
from decimal import Decimal
from unittest.mock import patch

import frappe

from collections_app.connectors.bank_feed import BankAccount, BankFeed, Fetched
from collections_app.connectors.base import ConfigurationError
from collections_app.connectors.records import BankLine
from collections_app.services.connectors import sync
from collections_app.tests.acme_app.connectors.acme_bank import connector as acme
from collections_app.tests.test_connector_api import AcmeTestCase
from collections_app.tests.utils import BANK_IBAN


class Feed(BankFeed):
	"""A feed of two accounts, of which the bank refuses one."""

	manifest = acme.MANIFEST
	refuses = True

	def accounts(self):
		return [BankAccount("B2", "B2", "DE02500105170137075030"), BankAccount("A1", "A1", BANK_IBAN)]

	def fetch(self, account, period):
		if account.account_id == "B2" and self.refuses:
			raise ConfigurationError("Bank answered 403: this account may not be read.", status=403)
		return Fetched([account.account_id])

	def line(self, row, account):
		number = f"{row}-{self.config['company']}"
		return BankLine(number, date.today(), date.today(), Decimal("10.00"), "EUR", remittance="x")


class TestRefusedAccount(AcmeTestCase):
	def test_the_others_go_on(self):
		"""The other accounts are booked; log and health say Partial and name the account; it is read when it may"""
		config = self.acme()
		with patch.object(acme, "CONNECTOR", Feed):
			(result,) = sync.sync_connector(config.name)
			self.assertEqual((result.status, result.created), ("Partial", 1))
			log = self.last_log(config, kind="Sync")
			self.assertEqual((log.status, log.failed_count, log.created_count), ("Partial", 1, 1))
			self.assertIn("this account may not be read", log.failures[0].message)
			self.assertEqual(log.failures[0].status, "", "there is nothing to park: the next sync asks again")
			config.reload()
			self.assertEqual(config.status, "Warning")
			self.assertIn("may not be read", config.status_message)
			self.assertEqual(list(frappe.parse_json(config.streams[0].cursor)["accounts"]), ["A1"])
			with patch.object(Feed, "refuses", False):
				(result,) = sync.sync_connector(config.name)
			config.reload()
			self.assertEqual(sorted(frappe.parse_json(config.streams[0].cursor)["accounts"]), ["A1", "B2"])

	def test_all_of_them(self):
		"""When every account is refused the connection fails"""
		config = self.acme()
		with (
			patch.object(acme, "CONNECTOR", Feed),
			patch.object(Feed, "accounts", lambda self: [BankAccount("B2", "B2", "DE02500105170137075030")]),
		):
			(result,) = sync.sync_connector(config.name)
		self.assertEqual(result.status, "Failed")
		self.assertEqual(config.reload().status, "Failing")
