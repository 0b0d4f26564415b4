"""Pingen's letters (JSON:API resources) in the words of the outbox, and an outgoing letter in Pingen's."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from collections_app.connectors.errors import DataError
from collections_app.connectors.records import MessageStatus, OutgoingMessage, Pushed
from collections_app.engine.texts import Text

LONGEST_KEY = 64  # what Pingen takes as Idempotency-Key
# Pingen's status -> the outbox's state. Sent: Pingen has it; an ordinary letter gets no further.
STATES = {
	**dict.fromkeys(
		(
			"validating",
			"fixing",
			"valid",
			"inspection",
			"submitted",
			"accepted",
			"awaiting_credits",
			"transferring",
			"processing",
			"printing",
			"sent",
		),
		"Sent",
	),
	"delivered": "Delivered",
	**dict.fromkeys(
		("undeliverable", "unprintable", "invalid", "rejected", "expired", "cancelling", "cancelled"),
		"Failed",
	),
	# it may still go out once somebody has acted at Pingen: sending it anew here could double it
	"action_required": "Uncertain",
}
EVENTS = {
	"webhook_sent": "Sent",
	"webhook_delivered": "Delivered",
	"webhook_undeliverable": "Failed",
	"webhook_issues": "Uncertain",
}


def key_of(key: str) -> str:
	"""Our key as it stays within Pingen's limit."""
	return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def name_of(key: str) -> str:
	"""The file's name at Pingen: our reference, by which the letter is found again."""
	return f"{key_of(key).replace('/', '-')}.pdf"


def letter_of(message: OutgoingMessage, name: str, upload: Mapping[str, str], product: str, position: str):
	"""The JSON:API document that creates a letter and sends it at once; `upload` are the attributes of the file upload."""
	return {
		"data": {
			"type": "letters",
			"attributes": {
				"file_original_name": name,
				"file_url": upload["url"],
				"file_url_signature": upload["url_signature"],
				"address_position": position,
				"auto_send": True,
				"delivery_product": "registered" if message.registered else product,
				"print_mode": "duplex" if message.duplex else "simplex",
				"print_spectrum": "color" if message.color else "grayscale",
			},
		}
	}


def status_of(letter: Mapping[str, Any]) -> MessageStatus:
	"""A letter resource as a MessageStatus; DataError when it has no id or a status not known here."""
	about = letter.get("attributes") or {}
	status = str(about.get("status") or "")
	if not letter.get("id") or status not in STATES:
		raise DataError(
			"Letter {0} has the unknown status {1}.", letter.get("id") or "?", status or Text("(none)")
		)
	tracking = about.get("tracking_number")
	return MessageStatus(
		letter["id"],
		STATES[status],
		time_of(about.get("updated_at")),
		Text("{0}, tracking number {1}", status, tracking) if tracking else status,
		unreachable=status == "undeliverable",
		**_price(about),
	)


def pushed(letter: Mapping[str, Any]) -> Pushed:
	"""A letter resource as what `push` returns."""
	status = status_of(letter)
	return Pushed(status.reference, status.state, detail=status.detail, **_price(letter["attributes"]))


def _price(about: Mapping[str, Any]) -> dict[str, Any]:
	cost = about.get("price_value")
	known = None if cost is None else Decimal(str(cost))
	return {"cost": known, "currency": about.get("price_currency") or "" if known is not None else ""}


def status_of_event(event: Mapping[str, Any]) -> MessageStatus:
	"""A webhook's document as a MessageStatus: the type says what happened. An issue takes the letter's own status where
	that is included."""
	data = event.get("data") or {}
	kind, about, related = data.get("type"), data.get("attributes") or {}, data.get("relationships") or {}
	letter = (related.get("letter") or related.get("deliverable") or {}).get("data") or {}
	if kind not in EVENTS or not letter.get("id"):
		raise DataError("The event {0} is not known or names no letter.", kind or Text("(none)"))
	included = {one.get("id"): one.get("attributes") or {} for one in event.get("included") or ()}
	status = included.get(letter["id"], {}).get("status")
	state = STATES.get(status, EVENTS[kind]) if kind == "webhook_issues" else EVENTS[kind]
	words = [
		kind.removeprefix("webhook_"),
		about.get("reason") or (status if kind == "webhook_issues" else ""),
	]
	return MessageStatus(
		letter["id"],
		state,
		time_of(about.get("created_at")),
		": ".join(filter(None, words)),
		unreachable=kind == "webhook_undeliverable" or status == "undeliverable",
	)


def time_of(value: str | None) -> datetime | None:
	"""Pingen writes 2026-06-18T14:22:41+0200; Python before 3.11 reads offsets with a colon only."""
	try:
		return datetime.strptime(value or "", "%Y-%m-%dT%H:%M:%S%z")
	except ValueError:
		return None
