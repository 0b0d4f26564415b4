"""Twilio's messages in the words of the outbox, and an outgoing message in Twilio's."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

from collections_app.connectors.errors import ConfigurationError, DataError
from collections_app.connectors.records import MessageStatus, OutgoingMessage
from collections_app.engine.texts import Text

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
		raise DataError("{0} is not a number in international form (+49…).", message.to or Text("The number"))
	if not message.text.strip() or len(message.text) > LONGEST_TEXT:
		raise DataError("The text must have between 1 and {0} characters.", LONGEST_TEXT)
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
		raise DataError("Message {0} has the unknown status {1}.", sid or "?", status or Text("(none)"))
	return MessageStatus(
		sid,
		STATES[status],
		time_of(message, "date_updated", "date_sent"),
		_detail(status, message.get("error_code"), message),
		unreachable=status == "undelivered",
		cost=_cost(message),
		currency=(message.get("price_unit") or "") if message.get("price") else "",
	)


def is_of(message: Mapping[str, Any], text: str, since: datetime) -> bool:
	"""Whether a message resource is that of an attempt to send `text`, begun at `since`; Twilio writes full seconds."""
	created = time_of(message, "date_created", "date_sent")
	outgoing = not str(message.get("direction", "")).startswith("inbound")
	same = " ".join(text.split()) in " ".join(str(message.get("body") or "").split())
	return bool(outgoing and text.strip() and same and created and created >= since - timedelta(seconds=2))


def status_of_callback(form: Mapping[str, str], at: datetime) -> MessageStatus:
	"""A status callback's form (MessageSid, MessageStatus, ErrorCode) as a MessageStatus."""
	status = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
	sid = form.get("MessageSid") or form.get("SmsSid")
	if not sid or status not in STATES:
		raise DataError("Message {0} has the unknown status {1}.", sid or "?", status or Text("(none)"))
	detail = _detail(status, form.get("ErrorCode"), {})
	return MessageStatus(sid, STATES[status], at, detail, unreachable=status == "undelivered")


def _detail(status: str, code: Any, message: Mapping[str, Any]) -> str:
	if not code:
		return status
	return Text("{0}: error {1}", status, f"{code} {message.get('error_message') or ''}".strip())


def _cost(message: Mapping[str, Any]) -> Decimal | None:
	"""Twilio tells what it took as a negative price, a while after sending."""
	try:
		return abs(Decimal(message["price"])) if message.get("price") else None
	except InvalidOperation:
		return None


def time_of(message: Mapping[str, Any], *fields: str) -> datetime | None:
	"""The first of the fields that is there; Twilio writes times as in e-mails (RFC 2822)."""
	try:
		return parsedate_to_datetime(next((message[one] for one in fields if message.get(one)), ""))
	except (TypeError, ValueError):
		return None
