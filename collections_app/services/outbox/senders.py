"""Which connector sends the messages of a channel: the one chosen for the company, else its oldest that can."""

import json
from datetime import datetime

import frappe

from collections_app.engine.channels import (
	CONNECTED,
	LETTER,
	ONLY_CONNECTED,
	REGISTERED_EMAIL,
	SMS,
	WHATSAPP,
)
from collections_app.services import settings
from collections_app.services.connectors import outgoing
from collections_app.services.connectors.lending import site_time

# field of Collections Company
CHOSEN = {
	SMS: "sms_connector",
	WHATSAPP: "whatsapp_connector",
	LETTER: "letter_connector",
	REGISTERED_EMAIL: "registered_email_connector",
}


def connector_of(company: str, channel: str) -> str | None:
	"""The Connector Config that sends this channel; None: nothing does, or Frappe or a person."""
	if channel not in CONNECTED:
		return None
	row = next((row for row in settings.get().companies if row.company == company), None)
	if row and channel == LETTER and row.get("print_letters"):
		return None
	able = outgoing.connectors_for(company, CONNECTED[channel])
	chosen = row and row.get(CHOSEN[channel])
	return chosen if chosen in able else next(iter(able), None)


def connector_of_action(action) -> str | None:
	"""As `connector_of`; what was handed to a connector under a key goes there again, which knows the key."""
	if action.our_reference and action.connector:
		if frappe.db.get_value("Connector Config", action.connector, "enabled"):
			return action.connector
	return connector_of(action.company, action.channel)


def unconnected(company: str) -> frozenset[str]:
	"""Channels whose messages nothing can send."""
	return frozenset(channel for channel in ONLY_CONNECTED if not connector_of(company, channel))


def rests_until(connector: str) -> datetime | None:
	"""When the provider takes the next call (site time), as it or our own caution named it; None: now."""
	state = json.loads(frappe.db.get_value("Connector Config", connector, "state") or "{}")
	named = [entry.get("held") for entry in state.get("limits", {}).values()]
	named.append(state.get("breaker", {}).get("open_until"))
	until = max((site_time(datetime.fromisoformat(one)) for one in named if one), default=None)
	return until if until and until > frappe.utils.now_datetime() else None
