"""Letters: the right language, amounts and dates as it writes them, and no template that breaks or breaks out."""

import frappe
from frappe.utils import getdate

from collections_app.api import letters as api
from collections_app.services import letters
from collections_app.services.letters_preview import preview_letter
from collections_app.tests.utils import ABBR, COMPANY, configure, make_invoice
from collections_app.tests.world import CycleTestCase, make_letter

NO_BREAK = "\u00a0"


class LetterTestCase(CycleTestCase):
	def render(self, letter, language: str | None = "en", amount: float = 1234.5, **values):
		customer = self.customer()
		frappe.db.set_value("Customer", customer, "customer_name", "Müller & Söhne <KG>")
		invoice = self.invoice(customer, amount, -10)
		return letters.render(
			letter,
			company=COMPANY,
			customer=invoice.customer,
			items=[
				{
					"invoice": invoice.name,
					"posting_date": invoice.posting_date,
					"due_date": "2026-03-05",
					"days_overdue": 10,
					"outstanding": amount,
				}
			],
			currency="EUR",
			language=language,
			**values,
		)

	def letter(self, body: str = "", subject: str = "Hello", language: str = "en"):
		return make_letter(frappe.generate_hash(length=6), {language: (subject, body)})


class TestLanguage(LetterTestCase):
	def pick(self, languages: list[str], wanted: str | None) -> str:
		texts = {language: ("Subject", "Body") for language in languages}
		letter = make_letter(frappe.generate_hash(length=6), texts)
		return letters.pick_translation(letter, wanted).language

	def test_customers_language_first(self):
		"""The customer's language, its base language, the settings' fallback, English, else what there is."""
		configure(fallback_language="fr")
		self.addCleanup(configure, fallback_language="en")
		for languages, wanted, expected in (
			(["en", "de", "fr"], "de", "de"),
			(["en", "es", "fr"], "es-MX", "es"),
			(["en", "de", "fr"], "it", "fr"),
			(["de", "en"], "it", "en"),
			(["de", "es"], "it", "de"),
			(["en", "fr"], None, "fr"),
		):
			with self.subTest(wanted=wanted, languages=languages):
				self.assertEqual(self.pick(languages, wanted), expected)

	def test_no_text_at_all(self):
		"""A letter without any text says so."""
		letter = self.letter("Text")
		letter.translations = []
		with self.assertRaisesRegex(frappe.ValidationError, "no text in any language"):
			self.render(letter)

	def test_money_and_dates(self):
		"""Amounts and dates as each language writes them."""
		for language, money, day in (
			("en", "€12,345.50", "Mar 5, 2026"),
			("de", f"12.345,50{NO_BREAK}€", "05.03.2026"),
			("fr", f"12\u202f345,50{NO_BREAK}€", "5 mars 2026"),
			("es", f"12.345,50{NO_BREAK}€", "5 mar 2026"),
			("it", f"12.345,50{NO_BREAK}€", "5 mar 2026"),
			("pt", f"12{NO_BREAK}345,50{NO_BREAK}€", "05/03/2026"),
			("nl", f"€{NO_BREAK}12.345,50", "5 mrt 2026"),
		):
			with self.subTest(language):
				letter = self.letter("{{ total }}|{{ items[0].due_date }}|", language=language)
				html = self.render(letter, language, amount=12345.5).html
				self.assertIn(f"{money}|{day}|", html)

	def test_table_speaks_the_language(self):
		"""The headings of the items table are in the letter's language, and each item is there."""
		letter = self.letter("{{ items_table }}", language="de")
		html = self.render(letter, "de").html
		self.assertIn("Rechnung", html)
		self.assertIn("Offener Betrag", html)
		self.assertNotIn("Invoice date", html)
		self.assertEqual(frappe.local.lang or "en", "en")

	def test_site_language_comes_back(self):
		"""After a letter that fails the site's language is what it was."""
		before = frappe.local.lang
		with self.assertRaises(Exception):
			self.render(self.letter("{{ items[9].invoice.name }}", language="de"), "de")
		self.assertEqual(frappe.local.lang, before)

	def test_seeded_letters(self):
		"""Every seeded letter renders in every language it has, with nothing left unfilled."""
		for name in frappe.get_all("Collection Letter", {"name": ["not like", "Cycle Test%"]}, pluck="name"):
			letter = frappe.get_doc("Collection Letter", name)
			for row in letter.translations:
				with self.subTest(letter=name, language=row.language):
					result = self.render(letter, row.language, collector="Administrator", reference="COL-1")
					self.assertEqual(result.language, row.language)
					self.assertTrue(result.subject)
					self.assertNotIn("{{", result.html)
					self.assertIn("COL-1", result.html)
					self.assertNotIn("<KG>", result.html)


class TestChecks(LetterTestCase):
	def test_broken_template_is_refused_with_its_line(self):
		"""A template that cannot be read is refused when saved, naming text, language and line."""
		for body, line in (
			("<p>one</p>\n{% if total %}\n<p>two</p>", "line 2"),
			("<p>one</p>\n{{ total | nosuchfilter }}", "line 2"),
			("one\ntwo\n{{ total", "line 3"),
		):
			with self.subTest(body), self.assertRaisesRegex(frappe.ValidationError, f"Body in de, {line}"):
				self.letter(body, language="de")
		with self.assertRaisesRegex(frappe.ValidationError, "Subject in en, line 1"):
			self.letter("fine", subject="{{ total ")

	def test_no_way_out_of_the_sandbox(self):
		"""Templates reach neither Python's inside nor anything that writes."""
		with self.assertRaisesRegex(frappe.ValidationError, "line 2: '.__' is not allowed"):
			self.letter("fine\n{{ ''.__class__.__mro__ }}")
		frappe.db.set_value("Customer", self.customer(), "customer_details", "untouched")
		for body in (
			"{{ frappe.get_all('User') }}",
			"{{ run_script('x') }}{{ FrappeClient }}",
			"{% set f = frappe %}{{ f.db.sql('select 1') }}",
			"{{ ''['__class__']['__mro__'] }}",
			"{{ frappe.db.commit() }}",
			"{{ frappe.delete_doc('Customer', 'x') }}",
			"{{ frappe.db.set_value('Customer', customer.name, 'customer_details', 'changed') }}",
			"{{ frappe.conf.db_password }}",
			"{{ company.pop('name') }}{{ items.append(1) }}",
			"{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
		):
			with self.subTest(body):
				letter = self.letter("text")
				letter.translations[0].body = body
				try:
					html = self.render(letter).html
				except Exception:
					continue
				self.assertNotIn("class ", html)
				self.assertNotIn("Administrator", html)
				password = frappe.conf.db_password
				self.assertFalse(password and password in html)
		self.assertFalse(frappe.db.exists("Customer", {"customer_details": "changed"}))

	def test_one_text_a_language(self):
		"""The same language twice is refused with its row."""
		with self.assertRaisesRegex(frappe.ValidationError, "Row 2: language en is there twice"):
			letter = self.letter("Text")
			letter.append("translations", {"language": "en", "subject": "Again", "body": "Text"})
			letter.save()

	def test_names_are_shown_as_they_are(self):
		"""A customer's name with signs of HTML is text in the body and in the subject."""
		letter = self.letter("{{ customer.customer_name | e }}", subject="{{ customer.customer_name }}\n now")
		result = self.render(letter)
		self.assertIn("Müller &amp; Söhne &lt;KG&gt;", result.html)
		self.assertIn("Müller & Söhne", result.subject)
		self.assertNotIn("\n", result.subject)


class TestPreview(LetterTestCase):
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
