"""Twilio's messages in the words of the outbox, and an outgoing message in Twilio's."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from collections_app.connectors.errors import ConfigurationError, DataError
from collections_app.connectors.records import MessageStatus, OutgoingMessage

LONGEST_TEXT = 1600  # characters; error 21617 beyond
# Twilio's Status -> the outbox's state. `read` (WhatsApp) is more than delivered, but no proof.
STATES = {
	"accepted": "Sent",
	"scheduled": "Sent",
	"queued": "Sent",
	"sending": "Sent",
	"sent": "Sent",
	"delivered": "Delivered",
	"partially_delivered": "Delivered",
	"read": "Delivered",
	"undelivered": "Failed",
	"failed": "Failed",
	"canceled": "Failed",
}


def form_of(
	message: OutgoingMessage, kind: str, sender: str, template: str = "", callback: str = ""
) -> dict[str, str]:
	"""The form of POST Messages.json. DataError for a number that is not E.164 or a text that is empty or too long;
	ConfigurationError where no sender is known."""
	if not re.fullmatch(r"\+[1-9]\d{6,14}", message.to):
		raise DataError(f"{message.to or 'The number'} is not a number in international form (+49…).")
	if not message.text.strip() or len(message.text) > LONGEST_TEXT:
		raise DataError(f"The text must have between 1 and {LONGEST_TEXT} characters.")
	if not sender:
		raise ConfigurationError("Twilio: enter a sender for this channel under Credentials.")
	prefix = "whatsapp:" if kind == "send_whatsapp" else ""
	form = {"To": prefix + message.to}
	if sender.startswith("MG"):
		form["MessagingServiceSid"] = sender
	else:
		form["From"] = prefix + sender
	if prefix and template:
		# a variable of a WhatsApp template takes no line breaks or tabs
		form |= {
			"ContentSid": template,
			"ContentVariables": json.dumps({"1": " ".join(message.text.split())}),
		}
	else:
		form["Body"] = message.text
	return form | ({"StatusCallback": callback} if callback else {})


def status_of(message: Mapping[str, Any]) -> MessageStatus:
	"""A message resource as a MessageStatus; DataError when it has no sid or no status known here."""
	sid, status = message.get("sid"), str(message.get("status") or "").lower()
	if not sid or status not in STATES:
		raise DataError(f"Message {sid or '?'} has the unknown status {status or '(none)'}.")
	return MessageStatus(
		sid, STATES[status], _time(message), _detail(status, message.get("error_code"), message)
	)


def status_of_callback(form: Mapping[str, str], at: datetime) -> MessageStatus:
	"""A status callback's form (MessageSid, MessageStatus, ErrorCode) as a MessageStatus."""
	status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
	sid = form.get("MessageSid") or form.get("SmsSid")
	if not sid or status not in STATES:
		raise DataError(f"Message {sid or '?'} has the unknown status {status or '(none)'}.")
	return MessageStatus(sid, STATES[status], at, _detail(status, form.get("ErrorCode"), {}))


def _detail(status: str, code: Any, message: Mapping[str, Any]) -> str:
	if not code:
		return status
	return f"{status}: error {code} {message.get('error_message') or ''}".strip()


def _time(message: Mapping[str, Any]) -> datetime | None:
	"""Twilio writes times as in e-mails (RFC 2822)."""
	try:
		return parsedate_to_datetime(message.get("date_updated") or message.get("date_sent") or "")
	except (TypeError, ValueError):
		return None
