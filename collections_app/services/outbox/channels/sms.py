"""A text message, through a connector or through the gateway of Frappe's SMS Settings.

The gateway is outside the database: what it took cannot be taken back, and it cannot be asked later. So the attempt is
committed before the call, nothing is written between the call and the action's own fields, and where the gateway's answer
does not say what became of the message, the action becomes Uncertain.
"""

import re

import phonenumbers

import frappe
from frappe import _
from frappe.utils import escape_html, now_datetime

from collections_app.connectors.records import OutgoingMessage
from collections_app.engine.sms import sms_size
from collections_app.exceptions import ActionStateError
from collections_app.services.customers import customer_frame
from collections_app.services.letters import writer_of_action
from collections_app.services.outbox import sms_gateway, unreachable
from collections_app.services.outbox.claims import begin_transmission
from collections_app.services.outbox.connected import Composed
from collections_app.services.plans.work_calendar import company_country, country_codes

LEAVES_AT_ONCE = True
# E.164: a country code and at most fifteen digits; gateways also take national numbers
NUMBER = re.compile(r"\+?\d{5,15}")


def check() -> None:
	"""SettingsMissingError when the site has no SMS gateway."""
	sms_gateway.settings()


def hand_over(action) -> dict:
	"""Writes the text and sends it through the gateway. Returns the fields to write on the action."""
	gateway = sms_gateway.settings()
	values = text_of(action, number_of(action))
	if not begin_transmission(action.name, action.lock_token, values):
		frappe.throw(_("Another worker has this message."), ActionStateError)
	reference = sms_gateway.send(gateway, values["phone"], values["sms_text"])
	return {**values, "status": "Sent", "sent_at": now_datetime(), "provider_reference": reference}


def compose(action) -> Composed:
	"""The text for a connector, which takes numbers in international form only."""
	if action.our_reference and action.sms_text:
		# the provider may know it by our reference: it goes out as it was
		return Composed(OutgoingMessage(to=action.phone, text=action.sms_text))
	values = text_of(action, international(action))
	return Composed(OutgoingMessage(to=values["phone"], text=values["sms_text"]), values)


def text_of(action, number: str) -> dict:
	"""The fields of the action that keep the text and whom it goes to."""
	unreachable.refuse(action.case, [number])
	writer = writer_of_action(action)
	text = writer.sms
	if not text:
		message = _("Letter {0} has no Text Message in {1}.").format(
			escape_html(action.letter), writer.language
		)
		frappe.throw(message, ActionStateError)
	return {
		"phone": number,
		"recipients": number,
		"sms_text": text,
		"sms_parts": sms_size(text).parts if action.channel == "SMS" else 0,
		"language": writer.language,
	}


def number_of(action) -> str:
	"""The customer's mobile number, without what people write between the digits."""
	people = customer_frame([action.customer])
	found = people["phone"].iloc[0] if len(people) else None
	found = found if isinstance(found, str) else ""
	if found.strip().startswith(("+", "00")):
		# +49 (0)171: the nought is for callers at home
		found = found.replace("(0)", "")
	number = re.sub(r"[\s().\-/]", "", found)
	if number.startswith("00"):
		number = f"+{number[2:]}"
	if not NUMBER.fullmatch(number):
		name = escape_html(action.customer_name or action.customer)
		frappe.throw(_("{0} has no usable mobile number.").format(name), ActionStateError)
	return number


def international(action) -> str:
	"""The number in E.164; a national one is read as of the customer's country."""
	number = number_of(action)
	country = customer_frame([action.customer])["country"].iloc[0]
	country = country if isinstance(country, str) and country else company_country(action.company)
	try:
		parsed = phonenumbers.parse(number, (country_codes([country]).get(country) or "").upper() or None)
	except phonenumbers.NumberParseException:
		parsed = None
	if parsed is None or not phonenumbers.is_possible_number(parsed):
		name = escape_html(action.customer_name or action.customer)
		text = _("The mobile number {0} of {1} is not complete: write it with its country code (+49…).")
		frappe.throw(text.format(number, name), ActionStateError)
	return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
