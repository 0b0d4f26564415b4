"""Incremental reading by time, such that nothing that arrives while it is read, or late, is missed.

The end of a window is set before the first request (the signpost), not when the last page came. The next window begins
`overlap` before that end: what is read twice is known by its external id.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Window:
	"""From `since` to `until`; `page` is where an interrupted window goes on. A cursor is JSON-able."""

	since: datetime
	until: datetime
	page: str = ""

	@property
	def first_day(self) -> date:
		return self.since.date()

	@property
	def last_day(self) -> date:
		return self.until.date()

	def at(self, page: str) -> dict[str, Any]:
		"""The cursor while the window is not finished: read on from `page`."""
		return {"since": self.since.isoformat(), "until": self.until.isoformat(), "page": page}

	def done(self) -> dict[str, Any]:
		"""The cursor when all of the window has been read."""
		return {"read_until": self.until.isoformat()}


def window(
	cursor: Mapping[str, Any],
	now: datetime,
	*,
	overlap: timedelta = timedelta(days=3),
	initial: timedelta = timedelta(days=90),
	longest: timedelta | None = None,
) -> Window:
	"""What to read now. First `initial` back, then from `overlap` before the last end; at most `longest` at once. Our
	clock may have been ahead: a last end in the future counts as now."""
	if "page" in cursor:
		return Window(
			datetime.fromisoformat(cursor["since"]), datetime.fromisoformat(cursor["until"]), cursor["page"]
		)
	if "read_until" in cursor:
		reached = min(datetime.fromisoformat(cursor["read_until"]), now)
		since = reached - overlap
	else:
		reached = since = now - initial
	# counted from what was reached: the overlap must not keep it from getting on
	until = min(now, reached + longest) if longest else now
	return Window(since, until)
