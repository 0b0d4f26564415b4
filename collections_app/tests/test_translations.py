"""The Spanish and the French desk are complete: every text of the source is translated, and fits where it is put in."""

import re
import unittest
from collections import Counter
from unittest.mock import patch

from babel.messages.pofile import read_po

import frappe
from frappe import _
from frappe.gettext.translate import get_mo_path
from frappe.translate import get_all_translations

from collections_app.setup.messages import APP, messages_of_source
from collections_app.setup.seed import in_site_language
from collections_app.setup.translations import compile_locale

LANGUAGES = ("es", "fr")
UPDATE = "run `python3 -m sandbox translations`, then translate what is new in collections_app/locale/{0}.po"
# {0} {name} {} of Python and JavaScript, {{ variable }} of letters, %s and %d, and tags
PLACEHOLDERS = re.compile(r"\{\{.*?\}\}|\{[^{}]*\}|%\([a-z]+\)[sd]|%[sd]|</?\w[^>]*>")


def catalogue(name: str):
	with open(frappe.get_app_path(APP, "locale", name), "rb") as file:
		return read_po(file)


def messages(name: str) -> dict[tuple[str, str | None], object]:
	return {(message.id, message.context): message for message in catalogue(name) if message.id}


def spanish_site():
	return patch.object(frappe, "get_system_settings", return_value="es")


def marks(text: str) -> Counter:
	return Counter(PLACEHOLDERS.findall(text))


class TestTranslations(unittest.TestCase):
	def test_template_has_every_text_of_the_source(self):
		template = messages("main.pot")
		missing = {
			f"{message!r} ({place[0]}:{place[1]})"
			for message, place, _comments, context in messages_of_source()
			if (message, context) not in template
		}
		self.assertFalse(missing, UPDATE.format("*"))

	def test_no_text_has_a_context_by_accident(self):
		"""A literal among the values of a JavaScript `__()` is read as the context, and the text then never found."""
		self.assertFalse([key for key in messages("main.pot") if key[1]])

	def test_languages_have_every_text(self):
		template = messages("main.pot")
		for language in LANGUAGES:
			with self.subTest(language):
				texts = messages(f"{language}.po")
				self.assertFalse([key[0] for key in template if key not in texts], UPDATE.format(language))
				self.assertFalse([key[0] for key in texts if key not in template], UPDATE.format(language))
				untranslated = [key[0] for key, message in texts.items() if not message.string]
				self.assertFalse(untranslated, UPDATE.format(language))
				self.assertFalse([key[0] for key, message in texts.items() if message.fuzzy], "fuzzy")

	def test_translations_keep_placeholders_and_edges(self):
		for language in LANGUAGES:
			for (text, _context), message in messages(f"{language}.po").items():
				with self.subTest(language, text=text):
					self.assertEqual(marks(message.string), marks(text))
					# pieces of a sentence are put together: " and {0} more"
					self.assertEqual(message.string[:1] == " ", text[:1] == " ")
					self.assertEqual(message.string[-1:] == " ", text[-1:] == " ")
					self.assertEqual(message.string.count("\n"), text.count("\n"))

	def test_seeded_texts_are_in_the_language_of_the_site(self):
		plan = {"plan_name": "Gentle", "steps": [{"step_name": "Final notice", "channel": "Letter"}]}
		with spanish_site():
			seeded = in_site_language(plan)
		self.assertEqual(seeded["steps"], [{"step_name": "Último aviso", "channel": "Letter"}])
		# the name is a key: it is shown translated
		self.assertEqual(seeded["plan_name"], "Gentle")
		self.assertEqual(_("Gentle", lang="es"), "Suave")

	def test_jobs_speak_the_language_of_the_site(self):
		"""Frappe's worker runs jobs in English; what ours write down is read by everybody."""
		scheduled = "frappe.core.doctype.scheduled_job_type.scheduled_job_type.run_scheduled_job"
		before = frappe.local.lang
		for method, kwargs, language in (
			("collections_app.services.run.jobs.run", {}, "es"),
			(scheduled, {"job_type": "collections_app.tasks.run_daily_cycle"}, "es"),
			(scheduled, {"job_type": "frappe.email.queue.flush"}, "en"),
			("erpnext.stock.reorder_item.reorder_item", None, "en"),
		):
			with self.subTest(method, kwargs=kwargs), spanish_site():
				frappe.local.lang = "en"
				try:
					for hook in frappe.get_hooks("before_job", app_name=APP):
						frappe.call(hook, method=method, kwargs=kwargs, transaction_type="job")
					self.assertEqual(frappe.local.lang, language)
				finally:
					frappe.local.lang = before

	def test_a_migrated_site_has_them_compiled(self):
		compiled = get_mo_path(APP, "es")
		compiled.unlink(missing_ok=True)
		compile_locale()
		self.assertTrue(compiled.exists())

	def test_a_site_reads_them(self):
		for language, case in (("es", "Expediente de cobro"), ("fr", "Dossier de recouvrement")):
			with self.subTest(language):
				self.assertEqual(get_all_translations(language)["Collection Case"], case)
