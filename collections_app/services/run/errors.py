"""Errors as text for people."""

import frappe

from collections_app.services.texts import message_of

# what the database says to the one of two workers that has to give way
BUSY = (frappe.QueryDeadlockError, frappe.QueryTimeoutError)


def error_text(error: Exception) -> str:
	"""The message of an error as plain text in the reader's language, its class where it has none."""
	text = frappe.utils.strip_html(message_of(error)).strip()
	return text or type(error).__name__
