"""What is handed over: its items are left to the partner, until somebody takes the case back."""

import frappe
from frappe import _
from frappe.query_builder import DocType

from collections_app.engine.channels import HAND_OVER
from collections_app.engine.outbox import OUT, SENDING
from collections_app.services.outbox.items import items_of_actions

# handed over, and not known to have failed
STANDING = (SENDING, *OUT)


def handed_over_items(company: str) -> set[str]:
	"""Keys of the items that a partner pursues: the plan says nothing to the customer about them."""
	action = DocType("Collection Action")
	return items_of_actions(
		(action.company == company)
		& (action.channel == HAND_OVER)
		& action.status.isin(STANDING)
		& action.taken_back_on.isnull()
	)


def mark_handed_over(case: str, recipient: str) -> None:
	"""The case's stage, at once; later runs work it out again from the actions."""
	doc = frappe.get_doc("Collection Case", case)
	if doc.stage != "Handed Over":
		doc.db_set("stage", "Handed Over")
		doc.add_comment("Info", _("handed over to {0}").format(frappe.utils.escape_html(recipient)))
