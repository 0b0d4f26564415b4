"""What payment providers and CRMs say ends up on the invoice and the customer, once, and only where it may."""

from decimal import Decimal

import frappe
from frappe.utils import getdate

from collections_app.connectors.base import Record
from collections_app.connectors.records import BankLine, CreditReport, CustomerField, Payment, Statement
from collections_app.services.connectors import codec
from collections_app.services.connectors.customer_fields import write_customer_field
from collections_app.services.connectors.payments import write_payment
from collections_app.services.connectors.targets import RefusedRecord
from collections_app.tests.utils import CollectionsTestCase, make_connector


class TestTargets(CollectionsTestCase):
	def setUp(self):
		super().setUp()
		self.config = make_connector()

	def pay(self, invoice: str, status: str = "Paid", **values):
		payment = Payment("cs_1", Decimal("119.00"), "EUR", status, getdate(), invoice, **values)
		return write_payment(self.config, Record("payments", "cs_1", "", payment))

	def test_payment(self):
		"""Noted once on its invoice with fee and reference; a refund is a note of its own; nothing is booked"""
		invoice = self.invoice(self.customer(), 119)
		self.assertEqual(self.pay(invoice.name, fee=Decimal("2.10")).created, 1)
		self.assertEqual(self.pay(invoice.name, fee=Decimal("2.10")).seen, 1)
		self.assertEqual(self.pay(invoice.name, "Refunded").created, 1)
		notes = frappe.get_all(
			"Comment", {"reference_name": invoice.name, "content": ["like", "%cs_1%"]}, pluck="content"
		)
		self.assertEqual(len(notes), 2)
		self.assertTrue(any("2.10" in one or "2,10" in one for one in notes))
		self.assertEqual(frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount"), 119)

	def test_payment_of_others(self):
		"""A payment without an invoice of ours is none of ours; one for an unknown invoice is parked"""
		self.assertEqual(self.pay("").seen, 1)
		self.assertRaises(RefusedRecord, self.pay, "NO-SUCH-INVOICE")

	def say(self, fieldname: str, value: str, **values):
		said = CustomerField("77", fieldname, value, **values)
		return write_customer_field(self.config, Record("companies", "77", "", said))

	def test_customer_field(self):
		"""Found by tax ID, then known by the CRM's id"""
		tax_id = f"DE{frappe.generate_hash(length=9)}"
		customer = self.customer(tax_id=tax_id)
		self.assertEqual(self.say("website", "https://a.example").seen, 1)
		self.assertEqual(self.say("website", "https://a.example", tax_id=tax_id).created, 1)
		self.assertEqual(self.say("website", "https://b.example").created, 1)
		self.assertEqual(self.say("website", "https://b.example").seen, 1)
		self.assertEqual(frappe.db.get_value("Customer", customer, "website"), "https://b.example")

	def test_contact_fields(self):
		"""Telephone and e-mail, which ERPNext takes from the contact, are filled where empty and never changed"""
		tax_id = f"DE{frappe.generate_hash(length=9)}"
		customer = self.customer(tax_id=tax_id)
		self.assertEqual(self.say("mobile_no", "+49 171 1234567", tax_id=tax_id).created, 1)
		self.assertEqual(self.say("mobile_no", "+49 171 7654321").seen, 1)
		self.assertEqual(frappe.db.get_value("Customer", customer, "mobile_no"), "+49 171 1234567")

	def test_two_customers_of_that_name(self):
		"""Who is not found for certain is not touched"""
		name = f"Twin {frappe.generate_hash(length=6)}"
		for one in (self.customer(), self.customer()):
			frappe.db.set_value("Customer", one, "customer_name", name)
		self.assertEqual(self.say("website", "https://a.example", name=name).created, 0)

	def test_protected_fields(self):
		"""What decides about money and deliveries is not written by a CRM"""
		for fieldname in ("disabled", "collections_risk_band", "no_such_field", "customer_name"):
			self.assertRaises(RefusedRecord, self.say, fieldname, "1")


class TestCodec(CollectionsTestCase):
	def test_exact(self):
		"""A parked record comes back exactly, to the cent and the day"""
		line = BankLine("x", getdate(), getdate(), Decimal("0.10"), "EUR", remittance="é <b>")
		for record in (
			Statement("DE1", "A1", "EUR", lines=(line, line), closing_balance=Decimal("1.20")),
			CreditReport("1", "Bureau", getdate(), 55.5, details={"a": [1, {"$date": 2, "b": None}]}),
		):
			self.assertEqual(codec.loads(codec.dumps(record)), record)
