"""The outbox: the key that makes an action unique, its states, and the moves between them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

PLANNED = "Planned"
AWAITING_APPROVAL = "Awaiting Approval"
HELD = "Held"
QUEUED = "Queued"
SENDING = "Sending"
SENT = "Sent"
DELIVERED = "Delivered"
PROVED = "Proved"
FAILED = "Failed"
CANCELLED = "Cancelled"
UNCERTAIN = "Uncertain"

STATES = (
	PLANNED,
	AWAITING_APPROVAL,
	HELD,
	QUEUED,
	SENDING,
	SENT,
	DELIVERED,
	PROVED,
	FAILED,
	CANCELLED,
	UNCERTAIN,
)

TRANSITIONS: dict[str, frozenset[str]] = {
	PLANNED: frozenset({AWAITING_APPROVAL, HELD, QUEUED, CANCELLED}),
	AWAITING_APPROVAL: frozenset({QUEUED, HELD, CANCELLED}),
	HELD: frozenset({PLANNED, AWAITING_APPROVAL, QUEUED, CANCELLED}),
	QUEUED: frozenset({SENDING, HELD, CANCELLED}),
	# Back to Queued only where the provider surely did not take it; where nobody can know, Uncertain.
	SENDING: frozenset({SENT, FAILED, UNCERTAIN, QUEUED}),
	# A bounce may come after the provider's acceptance, and even after a delivery notice.
	SENT: frozenset({DELIVERED, PROVED, FAILED}),
	DELIVERED: frozenset({PROVED, FAILED}),
	PROVED: frozenset(),
	FAILED: frozenset({QUEUED, CANCELLED}),
	CANCELLED: frozenset(),
	# A person decides what happened, or that it is to go out again.
	UNCERTAIN: frozenset({SENT, DELIVERED, FAILED, QUEUED, CANCELLED}),
}

# Not yet handed to a provider: may still be cancelled without a trace outside.
PENDING = (PLANNED, AWAITING_APPROVAL, HELD, QUEUED)
# The message surely went out.
GONE_OUT = (SENT, DELIVERED, PROVED)
# It reached, or may have reached, the customer: counts as the level done.
OUT = (*GONE_OUT, UNCERTAIN)


def can_move(source: str, target: str) -> bool:
	"""Whether an action may go from state `source` to `target`. ValueError for an unknown state."""
	for state in (source, target):
		if state not in TRANSITIONS:
			raise ValueError(f"Unknown state: {state!r}")
	return target in TRANSITIONS[source]


def action_key(case: str, plan: str, step: str, items: Iterable[tuple[str, int]], channel: str) -> str:
	"""The unique key of an action, 64 hex digits (SHA-256).

	`items`: (item id, level) pairs; their order and repetition do not matter. Two actions have the same key
	exactly when case, plan, step, channel and the set of pairs are the same.
	"""
	pairs = sorted({(str(item), int(level)) for item, level in items})
	# JSON quotes every part, so no two different inputs can run together into the same text.
	text = json.dumps([case, plan, step, channel, pairs], ensure_ascii=True, separators=(",", ":"))
	return hashlib.sha256(text.encode("ascii")).hexdigest()
