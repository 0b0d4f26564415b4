"""What the bank feeds over an API read becomes Bank Transactions, once."""

import json
from pathlib import Path
from unittest.mock import patch

import frappe

from collections_app import connectors
from collections_app.connectors.base import Record
from collections_app.connectors.enable_banking.mapper import bank_line as enable_banking
from collections_app.connectors.gocardless_bank_data.mapper import bank_line as gocardless
from collections_app.connectors.plaid.mapper import bank_line as plaid
from collections_app.connectors.ponto_connect.mapper import bank_line as ponto
from collections_app.engine.statements import Statement
from collections_app.services.connectors.bank_feed import write_statement
from collections_app.tests.utils import BANK_IBAN, CollectionsTestCase, make_connector


def fixture(provider: str, name: str):
	path = Path(connectors.__file__).parent / provider / "fixtures" / name
	return json.loads(path.read_text(encoding="utf-8"))


class TestBankFeedApis(CollectionsTestCase):
	def setUp(self):
		super().setUp()
		patched = patch.object(frappe.db, "commit")
		patched.start()
		self.addCleanup(patched.stop)
		self.config = make_connector()

	def write(self, *lines):
		statement = Statement(BANK_IBAN, "account-1", "EUR", lines=lines)
		return write_statement(self.config, Record("transactions", "account-1", "Account 1", statement))

	def written(self) -> list:
		names = frappe.get_all("External Reference", {"connector": self.config.name}, pluck="reference_name")
		return frappe.get_all("Bank Transaction", {"name": ["in", names]}, ["*"], order_by="date")

	def test_what_each_documented_answer_says_is_booked_once(self):
		"""Every amount, sign, date, party, IBAN, remittance and end-to-end id survives"""
		booked = fixture("gocardless_bank_data", "transactions.json")["transactions"]["booked"]
		banked = fixture("enable_banking", "transactions.json")["transactions"]
		posted = {**fixture("plaid", "sync.json")["added"][0], "iso_currency_code": "EUR"}
		lines = [gocardless(row, BANK_IBAN) for row in booked]
		lines += [enable_banking(row, BANK_IBAN) for row in banked]
		lines += [plaid(posted), ponto(fixture("ponto_connect", "transactions.json")["data"][0])]
		first = self.write(*lines)
		self.assertEqual((first.created, first.seen, first.failures), (6, 0, []))
		again = self.write(*lines)
		self.assertEqual((again.created, again.seen), (0, 6))
		self.assertEqual(
			[
				(str(one.date), one.deposit, one.withdrawal, one.bank_party_name, one.bank_party_iban)
				for one in self.written()
			],
			[
				("2020-01-03", 1.23, 0, "MyPreferredAisp", "FI8638798819867751"),
				("2020-06-19", 2.76, 0, "Rice Ltd", "BE62467153327786"),
				("2020-10-30", 45, 0, "MON MOTHMA", "GL53SAFI055151515"),
				("2020-11-11", 0, 15, "", ""),
				("2023-09-24", 0, 72.1, "Walmart", ""),
				("2026-04-12", 0, 49.9, "K-Market Tapiola", "123456"),
			],
		)
		by_party = {one.bank_party_name: one for one in self.written()}
		self.assertEqual(by_party["Rice Ltd"].reference_number, "a965fa0788c241f3b13df3fbda744a07")
		self.assertEqual(by_party["MyPreferredAisp"].description, "RF07850352502356628678117 Gift for Alex")
