"""The app's translation files made from its source: `locale/main.pot`, and each language's `.po` brought up to it."""

from collections_app.setup.messages import APP, messages_of_source
from sandbox.runtime import connected
from sandbox.site import PRISTINE


def update(languages: list[str]) -> None:
	"""Write main.pot and merge it into the languages named, or into all there are; prints what is left to translate."""
	with connected(PRISTINE):
		write_catalogues(languages)


def write_catalogues(languages: list[str]) -> None:
	from frappe.gettext import translate

	template = extracted()
	translate.write_catalog(APP, template)
	print(f"main.pot: {len(template)} messages")
	for language in sorted(languages or translate.get_locales(APP)):
		catalog = translate.get_catalog(APP, language)
		catalog.update(template, no_fuzzy_matching=True)
		catalog.locale = language
		mark(catalog)
		translate.write_catalog(APP, catalog, language)
		missing = sum(1 for message in catalog if message.id and not message.string)
		print(f"{language}.po: {missing} to translate")


def extracted():
	"""The messages of the source as a babel catalogue."""
	from frappe.gettext.translate import new_catalog

	catalog = new_catalog(APP)
	for message, place, comments, context in messages_of_source():
		catalog.add(message, locations=[place], auto_comments=comments, context=context)
	mark(catalog)
	return catalog


def mark(catalog) -> None:
	"""Whose texts these are, in place of what a new catalogue leaves to be filled in."""
	from collections_app import __version__

	catalog.version = __version__
	name = catalog.locale.english_name if catalog.locale else "Texts to translate"
	catalog.header_comment = f"# {name}: Collections\n# The licence is that of the app."
