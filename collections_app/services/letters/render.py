"""Texts with all variables filled in, in Frappe's sandboxed Jinja."""

from dataclasses import dataclass
from functools import cached_property

from jinja2.defaults import DEFAULT_NAMESPACE

import frappe
from frappe.utils import getdate

from collections_app.engine.sms import plain_sms
from collections_app.services.charges.compute import CHARGE_FIELDS
from collections_app.services.letters.facts import Facts, look_up
from collections_app.services.letters.formats import labels, speaking
from collections_app.services.letters.languages import pick_translation
from collections_app.services.letters.values import MAIL, PRINT, TEMPLATES, variables
from collections_app.services.online_payments.asked import address_of


@dataclass(frozen=True)
class Letter:
	"""A letter ready to go out by e-mail."""

	subject: str
	html: str
	language: str


class Writer:
	"""One translation of a letter, filled in with the facts of a message; each text is written when it is asked for."""

	def __init__(self, translation, facts: Facts):
		self.translation, self.facts = translation, facts
		self.language = translation.language

	@cached_property
	def values(self) -> dict:
		with speaking(self.language):
			return variables(self.facts, self.language, MAIL)

	@property
	def subject(self) -> str:
		"""One line of plain text."""
		return " ".join(self._write(self.translation.subject, self.values).split())

	@property
	def text(self) -> str:
		"""The body alone, as HTML."""
		return self._write(self.translation.body, self.values)

	@property
	def html(self) -> str:
		"""The whole e-mail, in its frame."""
		body = self.text
		with speaking(self.language):
			return frappe.render_template(
				f"{TEMPLATES}/email.html",
				{
					"content": body,
					"company": self.values["company"],
					"reference": self.facts.reference,
					"labels": labels(self.language),
					"lang": self.language,
				},
			)

	@property
	def print_body(self) -> str:
		"""The text of the printed letter; address, subject and page numbers are the print format's."""
		with speaking(self.language):
			values = variables(self.facts, self.language, PRINT)
		return self._write(self.translation.body, values)

	@property
	def sms(self) -> str:
		"""The text message on one line; empty where the translation has none."""
		return plain_sms(self._write(self.translation.get("sms_text") or "", self.values))

	@property
	def email(self) -> Letter:
		return Letter(self.subject, self.html, self.language)

	def _write(self, template: str | None, values: dict) -> str:
		with speaking(self.language):
			return render_text(template or "", values)


def render_action(action) -> Letter:
	"""The letter of a Collection Action, in its language or the nearest one the letter has."""
	return writer_of_action(action).email


def writer_of_action(action) -> Writer:
	letter = frappe.get_cached_doc("Collection Letter", action.letter)
	return Writer(pick_translation(letter, action.language, action.company), facts_of_action(action))


def facts_of_action(action) -> Facts:
	"""`action.flags.payment_link`: the link made for it, or an example; else the one there is."""
	link = action.flags.payment_link
	items = [
		{
			"invoice": row.voucher_no,
			"posting_date": row.posting_date,
			"due_date": row.due_date,
			"days_overdue": (getdate() - getdate(row.due_date)).days,
			"outstanding": row.outstanding,
			**{field: row.get(field) for field in CHARGE_FIELDS},
		}
		for row in action.items
	]
	return look_up(
		action.company,
		action.customer,
		items,
		action.currency,
		collector=frappe.db.get_value("Collection Case", action.case, "collector"),
		payment_link=link if link is not None else address_of(action),
		fee=action.get("fee") or 0.0,
		level=action.dunning_level,
		tone=action.get("tone") or frappe.get_cached_value("Collection Letter", action.letter, "tone") or "",
		reference=action.name,
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
	fee: float = 0.0,
) -> Letter:
	"""A letter about these items (see `facts.Facts`) as e-mail, in the customer's language or the nearest it has."""
	facts = look_up(
		company,
		customer,
		items,
		currency,
		collector=collector,
		fee=fee,
		level=level,
		tone=letter.tone or "",
		reference=reference,
	)
	return Writer(pick_translation(letter, language, company), facts).email


def render_text(template: str, values: dict) -> str:
	"""The user's own template. Frappe's globals would let it read, write and commit as it likes, whoever wrote it; it
	sees Jinja's own ones, the translation function and the documented variables instead."""
	hidden = dict.fromkeys(set(frappe.get_jenv().globals) - {*DEFAULT_NAMESPACE, "_"})
	# a single line that ends like a file's name would be taken for the path of one; Jinja drops the last line break
	return frappe.render_template(f"{template}\n", {**hidden, **values})
