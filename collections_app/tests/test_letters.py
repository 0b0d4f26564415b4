"""Letters: the right language, and amounts, dates, promises and charges as it writes them."""

import re
from email import message_from_string, policy
from pathlib import Path

import frappe
from frappe.email.email_body import get_email

from collections_app.engine.letter_variables import BY_NAME
from collections_app.services import letters
from collections_app.services.letters.facts import look_up
from collections_app.services.letters.samples import sample_facts
from collections_app.tests.utils import COMPANY, configure
from collections_app.tests.world import CycleTestCase, make_letter, make_plan, make_promise

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

	def test_company_before_the_site(self):
		"""Between the customer's language and the site's fallback stands the company's: set, else of its country."""
		texts = {one: ("Subject", "Body") for one in ("en", "fr", "de", "nl")}
		letter = make_letter(frappe.generate_hash(length=6), texts)
		configure(fallback_language="fr")
		self.addCleanup(configure, fallback_language="en")
		self.assertEqual(letters.pick_translation(letter, "it", COMPANY).language, "de")
		settings = frappe.get_single("Collections Settings")
		settings.companies[0].letter_language = "nl"
		settings.save()
		self.assertEqual(letters.pick_translation(letter, "it", COMPANY).language, "nl")
		self.assertEqual(letters.pick_translation(letter, "en-GB", COMPANY).language, "en")

	def test_planned_in_the_companys_language(self):
		"""A customer without a language gets its message in the company's."""
		make_plan()
		customer = self.customer()
		self.invoice(customer, 100)
		frappe.db.set_value("Customer", customer, "language", None)
		self.plan()
		self.assertEqual(self.action().language, "de")

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
		letter = self.letter("text", language="de")
		letter.translations[0].body = "{{ items[9].invoice.name }}"
		with self.assertRaises(Exception):
			self.render(letter, "de")
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


class TestValues(LetterTestCase):
	def test_promise(self):
		"""The open promise with its instalments, as the language writes it; one for these invoices before any other."""
		customer = self.customer()
		invoice, other = self.invoice(customer, 900, -10), self.invoice(customer, 50, -10)
		terms = [{"due_on": "2030-05-01", "amount": 400}, {"due_on": "2030-06-01", "amount": 500}]
		make_promise(customer, invoice, amount=900, due_on="2030-06-01", promised_by="Jo", instalments=terms)
		make_promise(customer, other, amount=50)
		item = {"invoice": invoice.name, "due_date": "2026-03-05", "days_overdue": 10, "outstanding": 900}
		body = (
			"{{ promise.amount }}|{{ promise.due_on }}|{{ promise.promised_by }}|"
			"{% for one in promise.instalments %}{{ one.amount }} {{ one.due_on }};{% endfor %}"
		)
		facts = look_up(COMPANY, customer, [item], "EUR")
		writer = letters.Writer(frappe._dict(language="de", subject="x", body=body), facts)
		money = [f"{amount},00{NO_BREAK}€" for amount in (900, 400, 500)]
		expected = f"{money[0]}|01.06.2030|Jo|{money[1]} 01.05.2030;{money[2]} 01.06.2030;"
		self.assertIn(expected, writer.html)

	def test_fee_and_tone(self):
		"""The fee is part of the total with charges and stands below the items; without one there is no word of it."""
		body = "{{ items_table }}|{{ fee }}|{{ total_with_charges }}|{{ tone }}|"
		letter = self.letter(body)
		html = self.render(letter, amount=100, fee=7.5).html
		self.assertIn("|€7.50|€107.50|Neutral|", html)
		self.assertIn("Reminder fee", html)
		self.assertNotIn("Reminder fee", self.render(letter, amount=100).html)

	def test_every_documented_variable_is_there(self):
		"""What a letter gets is just what the list names, on a real customer and on samples."""
		customer = self.customer()
		invoice = self.invoice(customer, 100, -10)
		item = {"invoice": invoice.name, "due_date": "2026-03-05", "days_overdue": 10, "outstanding": 100}
		for facts in (look_up(COMPANY, customer, [item], "EUR"), sample_facts(), sample_facts(1, bare=True)):
			values = letters.variables(facts, "en")
			self.assertEqual(set(values), set(BY_NAME))
			for name, variable in BY_NAME.items():
				if variable.kind == "list":
					self.assertEqual(set(values[name][0]), set(variable.fields))
				elif variable.fields and values[name]:
					self.assertLessEqual(set(variable.fields), set(values[name]))

	def test_docs_name_the_same(self):
		"""The page for users lists every variable and field, and nothing else."""
		docs = (Path(frappe.get_app_path("collections_app")).parent / "docs" / "letters.md").read_text()
		table = docs.split("## Variables")[1].split("\n## ")[0]
		rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
		named = {name.split(".")[0] for cells in rows for name in re.findall(r"`(\w[\w.]*)`", cells[0])}
		self.assertEqual(named, set(BY_NAME))
		for name, variable in BY_NAME.items():
			text = " ".join("|".join(cells) for cells in rows if f"`{name}" in cells[0])
			for field in variable.fields:
				self.assertRegex(text, rf"[`.]{field}`")


class TestEmail(LetterTestCase):
	def mail(self):
		"""The mail as it would leave, parsed."""
		seeded = frappe.get_doc("Collection Letter", "Firm Reminder")
		result = self.render(seeded, collector="Administrator", reference="COL-1", fee=5.0)
		source = get_email(
			["pay@example.com"], sender="us@example.com", subject=result.subject, content=result.html
		).as_string()
		return message_from_string(source, policy=policy.default)

	def test_plain_text_part(self):
		"""Readers without HTML get the same words: amount, invoice, date, signature, and no markup."""
		mail = self.mail()
		text = mail.get_body(("plain",)).get_content()
		for part in ("1,234.50", "Invoice", "Reminder fee", "COL-1", "Accounts Receivable"):
			self.assertIn(part, text)
		self.assertNotRegex(text, r"<(table|td|p|div)|font-family|\[if mso")

	def test_html_part(self):
		"""Tables for layout with inline styles, no wider than 640 pixels, under what Gmail cuts off at."""
		html = self.mail().get_body(("html",)).get_content()
		self.assertIn('role="presentation"', html)
		self.assertIn("max-width: 640px", html)
		self.assertLess(len(html.encode()), 102_000)
		ours = html[html.index('role="presentation"') :]
		self.assertNotRegex(
			ours.split("</body>")[0],
			r"<script|javascript:|position:\s*(absolute|fixed)|display:\s*(flex|grid)",
		)
