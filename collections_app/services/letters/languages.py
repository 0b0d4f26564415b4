"""Which language a message is in: the customer's, else the company's, else English, else what there is."""

from collections.abc import Iterable

from babel.languages import get_official_languages

import frappe
from frappe import _
from frappe.query_builder.functions import Count

from collections_app.exceptions import SettingsMissingError
from collections_app.services import settings


def pick_translation(letter, language: str | None, company: str | None = None):
	"""The translation for a customer's language: that, then the company's, the site's fallback, English, the first.

	Of each the base language is as good (de for de-AT).
	"""
	rows = {row.language: row for row in letter.translations}
	for one in fallbacks(language, company):
		if one in rows:
			return rows[one]
	if not rows:
		raise SettingsMissingError(_("Letter {0} has no text in any language.").format(letter.name))
	return letter.translations[0]


def fallbacks(language: str | None, company: str | None = None) -> list[str]:
	"""The languages to try, first the best; each followed by its base language."""
	wanted = [language, company and company_language(company), settings.get().fallback_language, "en"]
	steps = [step for one in wanted if one for step in (one, base_of(one))]
	return list(dict.fromkeys(steps))


def base_of(language: str) -> str:
	return language.replace("_", "-").split("-")[0]


def company_language(company: str) -> str | None:
	"""The language set for the company, else the first official one of its country; None where neither is known."""
	for row in settings.get().companies:
		if row.company == company and row.get("letter_language"):
			return row.letter_language
	country = frappe.get_cached_value("Company", company, "country")
	code = country and frappe.get_cached_value("Country", country, "code")
	official = get_official_languages(code.upper(), de_facto=True) if code else ()
	return next((one.replace("_", "-") for one in official), None)


def language_without_one(company: str) -> str:
	"""The language of customers that have none themselves."""
	return company_language(company) or settings.get().fallback_language or "en"


def customers_without(languages: Iterable[str]) -> dict[str, int]:
	"""Language -> how many customers read it, of those that no text in `languages` serves; the most wanted first."""
	customer = frappe.qb.DocType("Customer")
	rows = (
		frappe.qb.from_(customer)
		.select(customer.language, Count(customer.name).as_("customers"))
		.where((customer.disabled == 0) & (customer.language != ""))
		.groupby(customer.language)
	).run(as_dict=True)
	there = set(languages)
	missing = {
		row.language: row.customers
		for row in rows
		if row.language and row.language not in there and base_of(row.language) not in there
	}
	return dict(sorted(missing.items(), key=lambda one: (-one[1], one[0])))
