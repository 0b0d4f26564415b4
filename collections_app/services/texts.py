"""Sentences of pure modules (`engine/texts.py`) in the reader's language."""

from typing import Any

from frappe import _
from frappe.utils import formatdate

from collections_app.engine.texts import Text


def told(text: Any) -> str:
	"""A Text in the language of whom it is shown to, its values too. Any other text is as it was: words of a provider."""
	if not isinstance(text, Text):
		return str(text)
	template = _(text.template) if text.template else ""
	return template.format(*(_told(value) for value in text.values)) if text.values else template


def message_of(error: BaseException) -> str:
	"""What an error says, in the reader's language where it comes from a pure module."""
	said = error.args[0] if error.args else None
	return told(said) if isinstance(said, Text) else str(error)


def _told(value: Any) -> str:
	return told(value) if isinstance(value, str | int) else formatdate(value)
