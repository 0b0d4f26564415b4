"""Letters before anyone gets them: saved or as they are being written, on real customers or on samples."""

import frappe
from frappe.utils import getdate

from collections_app.api import letters as api
from collections_app.services import letters
from collections_app.services.letters.preview import preview_letter
from collections_app.tests.desk import make_user, restrict, signed_in
from collections_app.tests.test_letters import LetterTestCase
from collections_app.tests.utils import ABBR, COMPANY, make_invoice
from collections_app.tests.world import make_letter, other_company


class TestPreview(LetterTestCase):
	def test_texts_as_they_are_written(self):
		"""Unsaved texts in each medium, on a real customer or on samples; problems instead of a broken preview."""
		customer = self.customer(language="de")
		late = self.invoice(customer, 100, -10)
		texts = {
			"subject": "{{ total }}",
			"body": "Dear {{ contact_name }} {{ items_table }}",
			"sms_text": "{{ total }} – {{ items[0].invoice }}",
		}
		for medium in ("Email", "Letter", "SMS"):
			result = api.preview_texts("de", medium, **texts, customer=customer, company=COMPANY)
			self.assertEqual((result["problems"], result["sample"]), ([], False))
			self.assertEqual(result["text"], f"100,00 € - {late.name}")
			self.assertEqual((result["size"]["encoding"], result["size"]["parts"]), ("GSM-7", 1))
			if medium != "SMS":
				self.assertIn(late.name, result["html"])
		sample = api.preview_texts("en", "Email", **texts)
		self.assertTrue(sample["sample"])
		self.assertIn("Claire Keller", sample["html"])
		broken = api.preview_texts("en", "Email", **{**texts, "body": "one\n{{ totl }}"})
		self.assertEqual([(one["field"], one["line"]) for one in broken["problems"]], [("body", 2)])
		self.assertNotIn("html", broken)
		self.assertIn("text", broken)

	def test_pdf_of_unsaved_texts(self):
		"""The printed letter of unsaved texts is a PDF, and no document is left behind."""
		before = frappe.db.count("Collection Action"), frappe.db.count("File")
		api.preview_pdf("en", subject="S", body="{{ items_table }}")
		self.assertTrue(frappe.local.response.filecontent.startswith(b"%PDF"))
		self.assertEqual((frappe.db.count("Collection Action"), frappe.db.count("File")), before)

	def test_foreign_customer(self):
		"""A user restricted to another company sees no customer's items in a preview."""
		customer = self.customer()
		self.invoice(customer, 100, -10)
		user = make_user("Collector", "Accounts User")
		restrict(user, "Company", other_company())
		with signed_in(user), self.assertRaises(frappe.PermissionError):
			api.preview_texts("en", "Email", body="{{ total }}", customer=customer, company=COMPANY)

	def test_preview(self):
		"""The preview shows the customer's overdue invoices, in its language, and writes nothing."""
		customer = self.customer(language="de")
		late, early = self.invoice(customer, 100, -10), self.invoice(customer, 50, 20)
		letter = make_letter()
		frappe.db.commit()
		before = frappe.db.count("Communication"), frappe.db.count("Email Queue")
		result = api.preview(letter.name, customer, COMPANY)
		self.assertIn("überfällig", result["subject"])
		self.assertIn(late.name, result["html"])
		self.assertNotIn(early.name, result["html"])
		self.assertEqual((frappe.db.count("Communication"), frappe.db.count("Email Queue")), before)
		self.assertEqual(api.preview(letter.name, customer, COMPANY, "en")["language"], "en")

	def test_nothing_to_show(self):
		"""A customer without an open invoice is told as such."""
		letter, customer = make_letter(), self.customer()
		self.assertIsNone(preview_letter(letter.name, customer, COMPANY))
		with self.assertRaisesRegex(frappe.ValidationError, "no open invoice"):
			api.preview(letter.name, customer, COMPANY)

	def test_one_currency(self):
		"""Of several currencies the preview shows the one with most outstanding."""
		customer, other = self.customer(), self.customer()
		euro = self.invoice(customer, 100)
		dollar = make_invoice(
			other, 500, currency="USD", conversion_rate=0.9, debit_to=f"Debtors USD - {ABBR}"
		)
		frappe.db.set_value("Payment Ledger Entry", {"party": other}, "party", customer)
		result = preview_letter(make_letter().name, customer, COMPANY)
		self.assertIn(dollar.name, result.html)
		self.assertNotIn(euro.name, result.html)
		self.assertIn("$500.00", result.subject)

	def test_bank_account_and_collector(self):
		"""The letter names the company's chosen bank account and the collector."""
		settings = frappe.get_single("Collections Settings")
		settings.companies[0].bank_account = frappe.db.get_value("Bank Account", {"company": COMPANY})
		settings.save()
		letter = self.letter("{{ bank_account.iban }} {{ collector.full_name }} {{ pay_by }} {{ today }}")
		result = self.render(letter, collector="Administrator")
		self.assertIn("DE89370400440532013000 Administrator", result.html)
		self.assertIn(letters.format_day(getdate(), letters.locale_of("en")), result.html)
