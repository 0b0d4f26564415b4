"""The one error of statement parsing: a file gives either all its statements or this."""

from __future__ import annotations

from collections_app.engine.texts import Text


class StatementError(ValueError):
	"""A statement file that cannot be taken over, with where in the file and why.

	`message`: what is wrong, for the person who provided the file. `position`: where, as "Entry 3 of
	statement 2026-11-20" or "line 7"; empty when the file as a whole is meant. `text` is both. Each is a Text where it
	names values.
	"""

	def __init__(self, message: str, position: str = "") -> None:
		self.message, self.position = Text(message), Text(position)
		self.text = Text("{0}: {1}", self.position, self.message) if position else self.message
		super().__init__(self.text)
