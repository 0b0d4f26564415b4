"""Mails that come in: an answer to a message of the outbox is kept on its action and told to the collector."""

import frappe

from collections_app.services.outbox import inbound


def after_insert(communication, method=None):
	"""For each new Communication; cheap for all but received e-mails."""
	if communication.sent_or_received != "Received" or communication.communication_medium != "Email":
		return
	inbound.note_reply(communication, frappe.flags.collections_inbound)
