"""What is wrong with a letter is found when it is saved, and no template breaks out."""

import frappe

from collections_app.services.letters import checks
from collections_app.tests.test_letters import LetterTestCase
from collections_app.tests.world import make_letter


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

	def test_unknown_names_are_refused(self):
		"""A variable, field or filter that does not exist, and text that fails, are told with letter, place and guess."""
		for body, says in (
			("one\n{{ company.nam }}", "line 2: 'company' has no field 'nam'; .* Did you mean name"),
			("{{ totl }}", "line 1: There is no variable named 'totl'. Did you mean total"),
			("{% for item in items %}\n\n{{ item.foo }}{% endfor %}", "line 3: 'items.*' has no field 'foo'"),
			("one\n\n{{ 1 // 0 }}", "line 3: It cannot be filled in: .*zero"),
			("{{ items[2].invoice }}", "line 1: It cannot be filled in"),
		):
			with (
				self.subTest(body),
				self.assertRaisesRegex(frappe.ValidationError, f"Letter .*Body in de, {says}"),
			):
				self.letter(body, language="de")

	def test_every_field_is_checked(self):
		"""The text message too, and a language with a subject but no body."""
		letter = self.letter("Text")
		letter.translations[0].sms_text = "fine {{ nothing }}"
		letter.append("translations", {"language": "fr", "subject": "Sujet"})
		with self.assertRaises(frappe.ValidationError) as caught:
			letter.save()
		self.assertIn(
			"Text Message in en, line 1: There is no variable named 'nothing'", str(caught.exception)
		)
		self.assertIn("Body in fr, line 1: There is no text", str(caught.exception))

	def test_languages_of_customers_are_missed(self):
		"""Customers' languages without a text, and text messages in some languages alone, are warned of."""
		self.customer(language="es")
		frappe.db.set_value("Customer", self.customer(), "language", "de-AT")
		letter = make_letter(frappe.generate_hash(length=6), {"en": ("S", "B"), "de": ("S", "B")})
		letter.translations[0].sms_text = "Text"
		missing, silent = checks.warnings(letter)
		self.assertIn("es (", missing)
		self.assertNotIn("de", missing.split(": ")[1])
		self.assertIn("no Text Message in de", silent)
		frappe.clear_messages()
		letter.save()
		told = " ".join(str(one.get("message", one)) for one in frappe.get_message_log())
		self.assertIn("es (", told)

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

	def test_text_that_looks_like_a_path(self):
		"""A line that ends like the name of a file is text, not a template of the site."""
		letter = self.letter("Terms: templates/emails/new_user.html")
		self.assertIn("Terms: templates/emails/new_user.html", self.render(letter).html)

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
