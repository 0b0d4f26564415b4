"""A letter as a real customer would get it."""

import frappe
from frappe import _

from collections_app.services.letters_preview import preview_letter, preview_of_action


@frappe.whitelist()
def preview(letter: str, customer: str, company: str, language: str | None = None) -> dict:
	"""Subject and HTML with the customer's open invoices of today. Writes and sends nothing."""
	for doctype, name in (("Collection Letter", letter), ("Customer", customer), ("Company", company)):
		frappe.has_permission(doctype, "read", name, throw=True)
	result = preview_letter(letter, customer, company, language)
	if not result:
		frappe.throw(_("{0} has no open invoice in {1}.").format(customer, company))
	return vars(result)


@frappe.whitelist()
def preview_action(action: str) -> dict:
	"""The very message of a waiting Collection Action: subject, html, language, recipients."""
	doc = frappe.get_doc("Collection Action", action)
	doc.check_permission("read")
	if not doc.letter:
		frappe.throw(_("This action has no letter."))
	return preview_of_action(doc)
