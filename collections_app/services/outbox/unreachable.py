"""Numbers and addresses that nothing reaches: flagged on the case, refused until they are corrected or somebody retries."""

import re

import frappe
from frappe import _
from frappe.utils import escape_html

from collections_app.exceptions import ActionStateError

NOT_BOUNCED = {"bounced_address": None, "bounced_reason": None}
LENGTH = 140


def flag(action, address: str, reason: str) -> None:
	"""Notes on the case that this address of the customer is not reached any more, and why."""
	frappe.db.set_value(
		"Collection Case",
		action.case,
		{"bounced_address": address[:LENGTH], "bounced_reason": reason},
	)
	text = {
		"Letter": _("The letter to {0} came back: {1}"),
		"SMS": _("The text message to {0} did not arrive: {1}"),
		"WhatsApp": _("The WhatsApp message to {0} did not arrive: {1}"),
	}.get(action.channel, _("E-mail to {0} came back: {1}"))
	case = frappe.get_doc("Collection Case", action.case)
	case.add_comment("Info", text.format(escape_html(address), escape_html(reason)))


def refuse(case: str, recipients: list[str]) -> None:
	"""ActionStateError while one of them is the one flagged; a corrected one clears the flag."""
	address, reason = frappe.db.get_value("Collection Case", case, ["bounced_address", "bounced_reason"])
	if not address or not any(_kind(one) == _kind(address) for one in recipients):
		return
	if address.lower() in (one[:LENGTH].lower() for one in recipients):
		frappe.throw(
			_("The last message to {0} came back ({1}). Correct the address, or try again.").format(
				address, reason
			),
			ActionStateError,
		)
	frappe.db.set_value("Collection Case", case, NOT_BOUNCED)


def reached(case: str, recipient: str) -> None:
	"""Something arrived there: the flag is taken away, unless it is on another kind of address."""
	flagged = frappe.db.get_value("Collection Case", case, "bounced_address")
	if flagged and _kind(flagged) == _kind(recipient or flagged):
		frappe.db.set_value("Collection Case", case, NOT_BOUNCED)


def _kind(address: str) -> str:
	"""What it is the address of (the first of several): a corrected postal address says nothing about a mailbox."""
	address = address.split(",")[0].strip()
	if re.fullmatch(r"\S+@\S+", address):
		return "mailbox"
	return "number" if re.fullmatch(r"\+?\d+", address) else "postal"
