"""Tells open pages that figures of a company moved, so that they ask for them again.

One event per company and commit, in the room of those who may read Collection Cases. It says which company, by a key that
only who may see the company can read, and what kind of thing moved; no amount, no customer.
"""

import hashlib
import hmac
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import frappe
from frappe.realtime import get_doctype_room
from frappe.utils.password import get_encryption_key

EVENT = "collections_moved"
ROOM = "Collection Case"
PAYMENT, PROMISE, DISPUTE, MESSAGE = "payment", "promise", "dispute", "message"
SCORE, CASE, RUN, CASH = "score", "case", "run", "cash"
# how often a job of many commits tells, at most
HELD_SECONDS = 5


@dataclass
class _News:
	"""company -> kinds: of the transaction under way, and committed but not yet told."""

	uncommitted: dict[str, set[str]] = field(default_factory=dict)
	untold: dict[str, set[str]] = field(default_factory=dict)
	held: bool = False
	told_at: float = 0.0


def moved(company: str | None, kind: str) -> None:
	"""Figures of the company move with this transaction; told once it is committed, forgotten if it is not."""
	if not company:
		return
	news = _news()
	if not news.uncommitted:
		frappe.db.after_commit.add(_committed)
		frappe.db.after_rollback.add(_rolled_back)
	news.uncommitted.setdefault(company, set()).add(kind)


@contextmanager
def held() -> Iterator[None]:
	"""For a job of many commits: what moves meanwhile is told every HELD_SECONDS, and at the end."""
	news = _news()
	outer, news.held = news.held, True
	try:
		yield
	finally:
		news.held = outer
		if not outer:
			_tell(news)


def is_held() -> bool:
	"""Whether a job of many commits is at work here."""
	return _news().held


def key_of(company: str) -> str:
	"""What stands for the company in events: the same each time, and no name."""
	return hmac.new(get_encryption_key().encode(), company.encode(), hashlib.sha256).hexdigest()[:16]


def _news() -> _News:
	if not hasattr(frappe.local, "collections_news"):
		frappe.local.collections_news = _News()
	return frappe.local.collections_news


def _committed() -> None:
	news = _news()
	for company, kinds in news.uncommitted.items():
		news.untold.setdefault(company, set()).update(kinds)
	news.uncommitted = {}
	if not news.held or time.monotonic() - news.told_at >= HELD_SECONDS:
		_tell(news)


def _rolled_back() -> None:
	_news().uncommitted = {}


def _tell(news: _News) -> None:
	for company, kinds in sorted(news.untold.items()):
		frappe.publish_realtime(
			EVENT, {"company": key_of(company), "kinds": sorted(kinds)}, room=get_doctype_room(ROOM)
		)
	news.untold = {}
	news.told_at = time.monotonic()
