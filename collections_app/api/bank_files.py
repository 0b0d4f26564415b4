"""The form of a Bank CSV Format: guess the mapping from its sample, and show what it makes of it."""

import frappe

from collections_app.services.connectors import csv_formats

DOCTYPE = "Bank CSV Format"


@frappe.whitelist(methods=["POST"])
def guess_csv_format(doc: str | dict) -> dict:
	"""The form's fields as the attached sample seems to be written. Saves nothing."""
	return csv_formats.guess(_draft(doc))


@frappe.whitelist(methods=["POST"])
def preview_csv_format(doc: str | dict) -> dict:
	"""The sample's first rows beside what the form makes of them. Saves nothing."""
	return csv_formats.preview(_draft(doc))


def _draft(doc: str | dict):
	"""The form as it stands, saved or not, of somebody who may save it."""
	draft = frappe.get_doc({**frappe.parse_json(doc), "doctype": DOCTYPE})
	if draft.name and frappe.db.exists(DOCTYPE, draft.name):
		frappe.get_doc(DOCTYPE, draft.name).check_permission("write")
	else:
		frappe.has_permission(DOCTYPE, "create", throw=True)
	if draft.bank_account:
		frappe.has_permission("Bank Account", "read", draft.bank_account, throw=True)
	return draft
