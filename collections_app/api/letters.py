"""Letters: previews as a real customer would get them, the help of the editor, and printing."""

import frappe
from frappe import _

from collections_app.engine.letter_variables import ENTRIES, VARIABLES
from collections_app.services.letters import preview as previews
from collections_app.services.letters import printed
from collections_app.services.letters.languages import customers_without

MEDIA = ("Email", "Letter", "SMS")
# one file of so many letters is made while the browser waits
MOST_LETTERS = 200


@frappe.whitelist()
def preview(letter: str, customer: str, company: str, language: str | None = None) -> dict:
	"""Subject and HTML with the customer's open invoices of today. Writes and sends nothing."""
	for doctype, name in (("Collection Letter", letter), ("Customer", customer), ("Company", company)):
		frappe.has_permission(doctype, "read", name, throw=True)
	result = previews.preview_letter(letter, customer, company, language)
	if not result:
		frappe.throw(_("{0} has no open invoice in {1}.").format(customer, company))
	return vars(result)


@frappe.whitelist(methods=["POST"])
def preview_texts(
	language: str,
	medium: str,
	subject: str = "",
	body: str = "",
	sms_text: str = "",
	tone: str = "",
	customer: str | None = None,
	company: str | None = None,
) -> dict:
	"""Texts as they are being written, filled in: see `letters.preview.preview_draft`. Writes nothing.

	Without a customer, or when it has no open invoice, on samples (`sample` says so).
	"""
	facts = _facts(customer, company, tone)
	if medium not in MEDIA:
		frappe.throw(_("There is no preview as {0}.").format(medium))
	texts = {"subject": subject, "body": body, "sms_text": sms_text}
	return previews.preview_draft(texts, language, tone, facts, company, medium)


@frappe.whitelist(methods=["POST"])
def preview_pdf(
	language: str,
	subject: str = "",
	body: str = "",
	tone: str = "",
	customer: str | None = None,
	company: str | None = None,
) -> None:
	"""The printed letter of texts as they are being written, as a PDF file to look at."""
	facts = _facts(customer, company, tone)
	writer = previews.draft_writer({"subject": subject, "body": body}, language, tone, facts)
	_answer_pdf(printed.pdf_of(previews.draft_action(writer, company)), _("Letter"))


def _facts(customer: str | None, company: str | None, tone: str):
	"""The customer's open invoices, after the permission of writing letters and of seeing both."""
	frappe.has_permission("Collection Letter", "read", throw=True)
	if not (customer and company):
		return None
	for doctype, name in (("Customer", customer), ("Company", company)):
		frappe.has_permission(doctype, "read", name, throw=True)
	return previews.customer_facts(customer, company, tone)


@frappe.whitelist()
def preview_action(action: str) -> dict:
	"""The very message of a waiting Collection Action: subject, html, language, recipients."""
	doc = frappe.get_doc("Collection Action", action)
	doc.check_permission("read")
	if not doc.letter:
		frappe.throw(_("This action has no letter."))
	return previews.preview_of_action(doc)


@frappe.whitelist()
def editor_help(languages: str = "") -> dict:
	"""`variables`: name, label, optional, what to insert; `missing`: languages of customers that `languages`
	(codes with commas between them) do not serve."""
	frappe.has_permission("Collection Letter", "read", throw=True)
	return {
		"variables": [
			{
				"name": one.name,
				"label": _(one.label),
				"optional": one.optional,
				"kind": one.kind,
				"fields": [{"name": name, "entries": list(ENTRIES.get(name, ()))} for name in one.fields],
			}
			for one in VARIABLES
		],
		"missing": customers_without(languages.split(",")),
	}


@frappe.whitelist()
def print_letters(names: str | list) -> None:
	"""The letters of these Collection Actions (a list, or one as JSON) as one PDF file, in the order given."""
	names = frappe.parse_json(names)
	if not names or len(names) > MOST_LETTERS:
		frappe.throw(_("Choose between 1 and {0} letters.").format(MOST_LETTERS))
	actions = [frappe.get_doc("Collection Action", name) for name in names]
	for action in actions:
		for ptype in ("read", "print"):
			action.check_permission(ptype)
	_answer_pdf(printed.merged_pdf(actions), _("Letters"))


def _answer_pdf(content: bytes, name: str) -> None:
	frappe.local.response.update({"type": "pdf", "filename": f"{name}.pdf", "filecontent": content})
