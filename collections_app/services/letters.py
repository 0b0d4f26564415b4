"""Letters: which translation a customer gets, and the text with all variables filled in."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_percent
from jinja2.defaults import DEFAULT_NAMESPACE

import frappe
from frappe import _
from frappe.utils import getdate

from collections_app.exceptions import SettingsMissingError
from collections_app.services import settings
from collections_app.services.charges import CHARGE_FIELDS
from collections_app.services.customers import contacts

PAY_WITHIN_DAYS = 7
# the Portuguese texts are European; Babel takes the bare language for Brazil's
LOCALES = {"pt": "pt_PT"}
LABELS = Path(__file__).parents[1] / "data" / "letter_labels.json"


@dataclass(frozen=True)
class Letter:
	"""A letter ready to go out."""

	subject: str
	html: str
	language: str


def render_action(action) -> Letter:
	"""The letter of a Collection Action, in its language or the nearest one the letter has."""
	letter = frappe.get_cached_doc("Collection Letter", action.letter)
	items = [
		{
			"invoice": row.voucher_no,
			"posting_date": row.posting_date,
			"due_date": row.due_date,
			"days_overdue": (getdate() - getdate(row.due_date)).days,
			"currency": row.currency,
			"outstanding": row.outstanding,
			**{field: row.get(field) for field in CHARGE_FIELDS},
		}
		for row in action.items
	]
	return render(
		letter,
		company=action.company,
		customer=action.customer,
		items=items,
		currency=action.currency,
		language=action.language,
		level=action.dunning_level,
		reference=action.name,
		collector=frappe.db.get_value("Collection Case", action.case, "collector"),
	)


def render(
	letter,
	*,
	company: str,
	customer: str,
	items: list[dict],
	currency: str,
	language: str | None = None,
	level: int = 1,
	reference: str = "",
	collector: str | None = None,
) -> Letter:
	"""Renders subject and body in Frappe's sandboxed Jinja.

	`items`: invoice, due_date, days_overdue, outstanding; where they are charged, the fields of `charges.Charge`.
	"""
	translation = pick_translation(letter, language)
	with speaking(translation.language):
		values = variables(company, customer, items, currency, translation.language)
		values.update({"level": level, "reference": reference, "collector": person(collector)})
		subject = render_text(translation.subject, values)
		body = render_text(translation.body, values)
		html = frappe.render_template(
			"collections_app/templates/collections/email.html",
			{
				"content": body,
				"company": values["company"],
				"reference": reference,
				"labels": labels(translation.language),
				"lang": translation.language,
			},
		)
	return Letter(" ".join(subject.split()), html, translation.language)


def render_text(template: str, values: dict) -> str:
	"""The user's own template. Frappe's globals would let it read, write and commit as it likes, whoever wrote it; it
	sees Jinja's own ones, the translation function and the documented variables instead."""
	hidden = dict.fromkeys(set(frappe.get_jenv().globals) - {*DEFAULT_NAMESPACE, "_"})
	return frappe.render_template(template, {**hidden, **values})


def pick_translation(letter, language: str | None):
	"""The customer's language, its base (de for de-AT), the site's fallback, English, else the first there is."""
	rows = {row.language: row for row in letter.translations}
	wanted = [language, (language or "").split("-")[0], settings.get().fallback_language, "en"]
	for one in wanted:
		if one in rows:
			return rows[one]
	if not rows:
		raise SettingsMissingError(_("Letter {0} has no text in any language.").format(letter.name))
	return letter.translations[0]


@contextmanager
def speaking(language: str) -> Iterator[None]:
	"""Everything translated inside is in that language."""
	before = frappe.local.lang
	frappe.local.lang = language
	try:
		yield
	finally:
		frappe.local.lang = before


def variables(company: str, customer: str, items: list[dict], currency: str, language: str) -> dict:
	"""The variables a letter may use; see `docs/letters.md`."""
	locale = locale_of(language)
	rows = _item_rows(items, currency, locale)
	overdue = [item for item in items if item["days_overdue"] > 0]
	total = format_money(sum(item["outstanding"] for item in items), currency, locale)
	total_overdue = format_money(sum(item["outstanding"] for item in overdue), currency, locale)
	table = {
		"items": rows,
		"has_po": any(row["po_no"] for row in rows),
		"total": total,
		"total_overdue": total_overdue,
		"labels": labels(language),
	}
	charges = _charges(items, currency, locale, table["labels"])
	person_there = contacts([customer])
	return {
		"customer": frappe._dict(
			name=customer, customer_name=frappe.get_cached_value("Customer", customer, "customer_name")
		),
		"company": _company(company),
		"contact_name": person_there["contact_name"].iloc[0] if len(person_there) else "",
		"items": rows,
		"items_table": frappe.render_template("collections_app/templates/collections/items_table.html", table)
		+ charges["html"],
		"total": total,
		"total_overdue": total_overdue,
		"interest": charges["interest"],
		"indemnity": charges["indemnity"],
		"total_with_charges": charges["total_with_charges"],
		"currency": currency,
		"oldest_days_overdue": max((item["days_overdue"] for item in items), default=0),
		"item_count": len(items),
		"bank_account": _bank_account(company),
		"pay_by": format_day(getdate() + timedelta(days=PAY_WITHIN_DAYS), locale),
		"today": format_day(getdate(), locale),
	}


def _charges(items: list[dict], currency: str, locale: Locale, words: dict[str, str]) -> dict[str, str]:
	"""Late interest, indemnity and the total with both as text, and the block that shows them; empty without any."""
	interest, indemnity, total = (
		sum(item.get(field) or 0 for item in items) for field in ("interest", "indemnity", "outstanding")
	)
	texts = {
		"interest": format_money(interest, currency, locale) if interest else "",
		"indemnity": format_money(indemnity, currency, locale) if indemnity else "",
		"total_with_charges": format_money(total + interest + indemnity, currency, locale),
	}
	rows = [
		{
			"invoice": item["invoice"],
			"amount": format_money(item["interest"], currency, locale),
			"basis": words["interest_basis"].format(
				days=item["interest_days"], rate=format_rate(item["interest_rate"], locale)
			),
		}
		for item in items
		if item.get("interest")
	]
	if not (interest or indemnity):
		return {**texts, "html": ""}
	values = {"rows": rows, "labels": words, **texts}
	html = frappe.render_template("collections_app/templates/collections/charges.html", values)
	return {**texts, "html": html}


def _item_rows(items: list[dict], currency: str, locale: Locale) -> list[dict]:
	known = {
		row.name: row
		for row in frappe.get_all(
			"Sales Invoice",
			{"name": ["in", [item["invoice"] for item in items]]},
			["name", "posting_date", "po_no"],
		)
	}
	rows = []
	for item in items:
		invoice = known.get(item["invoice"])
		posting_date = invoice.posting_date if invoice else item.get("posting_date")
		rows.append(
			frappe._dict(
				invoice=item["invoice"],
				po_no=(invoice.po_no if invoice else "") or "",
				posting_date=format_day(posting_date, locale) if posting_date else "",
				due_date=format_day(item["due_date"], locale),
				days_overdue=item["days_overdue"],
				currency=currency,
				outstanding=format_money(item["outstanding"], currency, locale),
			)
		)
	return rows


def person(user: str | None) -> dict:
	"""Name, e-mail and phone of a collector; empty when nobody is named."""
	if not user:
		return {}
	values = frappe.get_cached_value("User", user, ["full_name", "email", "phone"], as_dict=True)
	return values or {}


def _company(company: str) -> dict:
	values = frappe.get_cached_value("Company", company, ["email", "phone_no"], as_dict=True) or {}
	return frappe._dict(name=company, email=values.get("email") or "", phone=values.get("phone_no") or "")


def _bank_account(company: str) -> dict:
	"""The account the customer should pay to: the one set for the company, else its default account."""
	account = settings.company_row(company).bank_account or frappe.db.get_value(
		"Bank Account", {"company": company, "is_company_account": 1, "is_default": 1}
	)
	if not account:
		return {}
	return frappe.get_cached_value("Bank Account", account, ["bank", "iban", "account_name"], as_dict=True)


def labels(language: str) -> dict[str, str]:
	"""The words of the items table and of the charges; those of the base language for de-AT."""
	every = json.loads(LABELS.read_text(encoding="utf-8"))
	known = every.get(language) or every.get(language.split("-")[0])
	return known or {key: _(text, lang=language) for key, text in every["en"].items()}


def locale_of(language: str) -> Locale:
	"""How numbers and days are written for readers of a language; English where it is not known."""
	try:
		return Locale.parse(LOCALES.get(language) or language.replace("-", "_"))
	except (UnknownLocaleError, ValueError):
		return Locale("en")


def format_money(amount: float, currency: str, locale: Locale) -> str:
	# a line must not break between an amount and its currency
	return format_currency(amount, currency, locale=locale).replace(" ", "\u00a0")


def format_rate(percent: float, locale: Locale) -> str:
	pattern = locale.percent_formats[None].pattern.replace("0", "0.###", 1)
	text = format_percent(Decimal(str(percent)) / 100, format=pattern, locale=locale)
	return text.replace(" ", "\u00a0")


def format_day(day: date, locale: Locale) -> str:
	return format_date(getdate(day), format="medium", locale=locale)
