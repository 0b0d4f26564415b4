"""The one error of statement parsing: a file gives either all its statements or this."""

from __future__ import annotations


class StatementError(ValueError):
	"""A statement file that cannot be taken over, with where in the file and why.

	`message`: what is wrong, for the person who provided the file. `position`: where, as "Entry 3 of
	statement 2026-11-20" or "line 7"; empty when the file as a whole is meant.
	"""

	def __init__(self, message: str, position: str = "") -> None:
		self.message = message
		self.position = position
		super().__init__(f"{position}: {message}" if position else message)
