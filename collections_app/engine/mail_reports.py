"""What comes back for an e-mail: delivery status notifications (RFC 3464) and automatic answers (RFC 3834)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser

FAILED, DELAYED, DELIVERED = "failed", "delayed", "delivered"

MESSAGE_ID = re.compile(r"<([^<>\s]+)>")
# what mail programs set beside, or instead of, RFC 3834's header
AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond")
BULK = frozenset({"bulk", "auto_reply", "auto-reply", "junk"})


@dataclass(frozen=True)
class DeliveryReport:
	"""One recipient's fate as a mail server reports it.

	`message_ids`: what identifies the message reported on, without angle brackets; `diagnostic`: the server's words,
	e.g. "550 5.1.1 mailbox unavailable".
	"""

	outcome: str
	recipient: str
	diagnostic: str
	message_ids: tuple[str, ...]


def delivery_reports(message: Message) -> list[DeliveryReport]:
	"""The reports in a delivery status notification, one a recipient; empty for any other message.

	`message`: the whole mail as parsed by the standard library. Actions other than failed, delayed and delivered
	(relayed, expanded) say nothing about the fate and are left out.
	"""
	if message.get_content_type() != "multipart/report":
		return []
	about = tuple(dict.fromkeys(_original_ids(message)))
	found = []
	for part in message.walk():
		if part.get_content_type() != "message/delivery-status":
			continue
		for group in _groups(part):
			outcome = (group.get("Action") or "").strip().lower()
			if outcome in (FAILED, DELAYED, DELIVERED):
				found.append(DeliveryReport(outcome, _address(group), _diagnostic(group), about))
	return found


def is_automatic(message: Message) -> bool:
	"""Whether no person wrote the message: an out-of-office note, a receipt, a report (RFC 3834, section 5)."""
	if message.get_content_type() == "multipart/report":
		return True
	submitted = (message.get("Auto-Submitted") or "no").split(";")[0].strip().lower()
	if submitted != "no" or (message.get("Precedence") or "").strip().lower() in BULK:
		return True
	return any(header in message for header in AUTOMATIC_HEADERS)


def answered_ids(message: Message) -> list[str]:
	"""The Message-IDs a mail refers to, nearest first, without angle brackets."""
	direct = MESSAGE_ID.findall(str(message.get("In-Reply-To") or ""))
	thread = MESSAGE_ID.findall(str(message.get("References") or ""))
	return list(dict.fromkeys([*direct, *reversed(thread)]))


def _original_ids(message: Message) -> Iterator[str]:
	"""Message-IDs of the message reported on: from its returned headers, else from the report's own threading."""
	for part in message.walk():
		kind = part.get_content_type()
		headers = None
		if kind == "message/rfc822" and part.is_multipart():
			headers = part.get_payload(0)
		elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
			headers = HeaderParser().parsestr(_text(part).lstrip())
		if headers is not None:
			yield from MESSAGE_ID.findall(str(headers.get("Message-ID") or ""))
	yield from answered_ids(message)


def _groups(part: Message) -> list[Message]:
	"""The groups of fields, one a recipient; the parser makes a message of each."""
	payload = part.get_payload()
	if isinstance(payload, list):
		return payload
	blocks = re.split(r"\r?\n\s*\r?\n", _text(part))
	return [HeaderParser().parsestr(block.lstrip()) for block in blocks if block.strip()]


def _text(part: Message) -> str:
	payload = part.get_payload(decode=True)
	if payload is None:
		return str(part.get_payload())
	return payload.decode(part.get_content_charset() or "utf-8", "replace")


def _address(group: Message) -> str:
	value = str(group.get("Original-Recipient") or group.get("Final-Recipient") or "")
	return value.partition(";")[2].strip(" <>\t\r\n") or value.strip()


def _diagnostic(group: Message) -> str:
	"""The server's words on one line, without the `smtp;` before them; the bare status code where it gave none."""
	value = " ".join(str(group.get("Diagnostic-Code") or "").split())
	kind, separator, text = value.partition(";")
	text = text.strip() if separator and " " not in kind else value
	return text or str(group.get("Status") or "").strip()
