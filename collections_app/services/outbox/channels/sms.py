"""A text message through the gateway of Frappe's SMS Settings.

The gateway is outside the database: what it took cannot be taken back, and it cannot be asked later. So the attempt is
committed before the call, nothing is written between the call and the action's own fields, and where the gateway's answer
does not say what became of the message, the action becomes Uncertain.
"""

import re

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from collections_app.engine.sms import sms_size
from collections_app.exceptions import ActionStateError
from collections_app.services.customers import customer_frame
from collections_app.services.letters import writer_of_action
from collections_app.services.outbox import sms_gateway

LEAVES_AT_ONCE = True
# E.164: a country code and at most fifteen digits; gateways also take national numbers
NUMBER = re.compile(r"\+?\d{5,15}")


def check() -> None:
	"""SettingsMissingError when the site has no SMS gateway."""
	sms_gateway.settings()


def hand_over(action) -> dict:
	"""Writes the text and sends it. Returns the fields to write on the action."""
	gateway = sms_gateway.settings()
	number = number_of(action)
	writer = writer_of_action(action)
	text = writer.sms
	if not text:
		message = _("Letter {0} has no Text Message in {1}.").format(
			escape_html(action.letter), writer.language
		)
		frappe.throw(message, ActionStateError)
	values = {
		"phone": number,
		"recipients": number,
		"sms_text": text,
		"sms_parts": sms_size(text).parts,
		"language": writer.language,
	}
	ours = {"name": action.name, "status": "Sending", "lock_token": action.lock_token}
	frappe.db.set_value("Collection Action", ours, values)
	frappe.db.commit()  # nosemgrep: what is about to be sent is kept before the gateway is called
	if not frappe.db.exists("Collection Action", ours):
		frappe.throw(_("Another worker has this message."), ActionStateError)
	reference = sms_gateway.send(gateway, number, text)
	return {**values, "status": "Sent", "sent_at": now_datetime(), "provider_reference": reference}


def number_of(action) -> str:
	"""The customer's mobile number, without what people write between the digits."""
	people = customer_frame([action.customer])
	found = people["phone"].iloc[0] if len(people) else None
	number = re.sub(r"[\s().\-/]", "", found) if isinstance(found, str) else ""
	if number.startswith("00"):
		number = f"+{number[2:]}"
	if not NUMBER.fullmatch(number):
		name = escape_html(action.customer_name or action.customer)
		frappe.throw(_("{0} has no usable mobile number.").format(name), ActionStateError)
	return number
