"""A WhatsApp message: the letter's text message, through a connector; nothing else sends it."""

import frappe

from collections_app.engine.reasons import Reason
from collections_app.exceptions import SettingsMissingError
from collections_app.services.outbox.channels.sms import compose
from collections_app.services.reasons import sentence

__all__ = ["check", "compose", "hand_over"]


def check() -> None:
	"""All it needs is the connector."""


def hand_over(action) -> dict:
	"""SettingsMissingError: without a connector nothing can be done."""
	frappe.throw(sentence(Reason("no_connector", {"channel": action.channel})), SettingsMissingError)
