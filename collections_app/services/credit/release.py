"""The release of a document despite what speaks against it: a reason that only a Credit Manager gives."""

import frappe
from frappe import _
from frappe.utils import escape_html, flt, get_link_to_form

from collections_app.constants.roles import MANAGERS
from collections_app.services.cases import events as case_events
from collections_app.services.cases.records import case_key

REASON_FIELD = "collections_release_reason"
# what may grow only with a new release
TOTAL = "base_grand_total"


def guard(doc) -> None:
	"""Only a Credit Manager releases a document, and only as it stands: else its reason is taken out again.

	For `validate`: what stands in the reason when the document is submitted was written by who may.
	"""
	if not doc.get(REASON_FIELD) or MANAGERS.intersection(frappe.get_roles()):
		return
	before = doc.get_doc_before_save()
	if before and _is_as_released(doc, before):
		return
	doc.set(REASON_FIELD, None)
	if before and before.get(REASON_FIELD):
		message = _("It was changed after its release: a Credit Manager has to release it again.")
	else:
		message = _("Only a Credit Manager may release it.")
	frappe.msgprint(message, indicator="orange", alert=True)


def _is_as_released(doc, before) -> bool:
	same = all(doc.get(field) == before.get(field) for field in (REASON_FIELD, "company", "customer"))
	return same and flt(doc.get(TOTAL), 2) <= flt(before.get(TOTAL), 2)


def reason_of(doc) -> str:
	return (doc.get(REASON_FIELD) or "").strip()


def how_to(doc) -> str:
	"""What the user can do about a refusal."""
	return _("A Credit Manager can release this {0}, giving the reason in the field {1}.").format(
		_(doc.doctype), frappe.bold(_("Release Reason"))
	)


def note(doc, despite: str) -> None:
	"""Keeps the release on the customer's case, where it has one."""
	case = frappe.db.get_value("Collection Case", {"case_key": case_key(doc.company, doc.customer)})
	if case:
		text = _("released {0} {1} despite {2}: {3}").format(
			_(doc.doctype),
			get_link_to_form(doc.doctype, doc.name),
			escape_html(despite),
			escape_html(reason_of(doc)),
		)
		case_events.tell(case, case_events.DELIVERY, text)
