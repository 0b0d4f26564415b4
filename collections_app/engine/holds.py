"""Why an action must not go out now. No reason at all means it may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from collections_app.engine.calendar import NO_HOLIDAYS, business_days_between, is_business_day
from collections_app.engine.reasons import Reason

EMAIL = "Email"
# A call is a task for a person: it needs no letter, and that person knows the hour.
CALL = "Call"


@dataclass(frozen=True)
class HoldPolicy:
	"""The company's rules. None (and 0 for the limit) switches a rule off.

	`stale_after_business_days`: how old the last bank statement may be. `bank_feed_required`: hold also
	when there has never been a statement. `send_from`, `send_to`: messages go out from the first up to, not
	at, the second; the window may cross midnight. `weekends`: whether they go out on Saturdays, Sundays and
	`holidays`. `contact_limit` messages per customer in `contact_limit_days`.
	"""

	stale_after_business_days: int | None = 2
	bank_feed_required: bool = False
	send_from: time | None = None
	send_to: time | None = None
	weekends: bool = True
	contact_limit: int | None = None
	contact_limit_days: int = 7
	holidays: frozenset[date] = NO_HOLIDAYS


@dataclass(frozen=True)
class HoldFacts:
	"""What is known about an action at the moment it is judged.

	`now`: the customer's local time of day (None: sending hours are not judged, as when planning). `items`:
	ids of the action's items; `promise_items`, `dispute_items`, `paused_items`, `paid_items`: ids covered by
	an open promise, in open dispute, paused by themselves, and no longer open as they were planned. `contacts`: messages to the customer
	within the policy's days. `paused_until`: the latest pause of customer, item or plan; its day itself is
	still paused.
	"""

	as_of: date
	channel: str
	items: tuple[str, ...] = ()
	letter: str | None = None
	email: str | None = None
	requires_approval: bool = False
	approved: bool = False
	last_statement_on: date | None = None
	promise_items: frozenset[str] = frozenset()
	dispute_items: frozenset[str] = frozenset()
	paused_items: frozenset[str] = frozenset()
	paid_items: frozenset[str] = frozenset()
	contacts: int = 0
	paused_until: date | None = None
	now: time | None = None


def hold_reasons(facts: HoldFacts, policy: HoldPolicy) -> list[Reason]:
	"""Every reason to hold the action, in the order a person would clear them; empty when it may go.

	paid_meanwhile(items), dispute_open(items), promise_open(items), invoice_paused(items),
	paused_until(date), no_bank_feed(), bank_feed_stale(last_statement, days, limit), no_email_address(),
	no_letter(), approval_missing(), contact_limit(count, limit, days), weekend(), outside_hours(from, to).
	"""
	reasons = [
		*_covered("paid_meanwhile", facts.items, facts.paid_items),
		*_covered("dispute_open", facts.items, facts.dispute_items),
		*_covered("promise_open", facts.items, facts.promise_items),
		*_covered("invoice_paused", facts.items, facts.paused_items),
	]
	if facts.paused_until and facts.as_of <= facts.paused_until:
		reasons.append(Reason("paused_until", {"date": facts.paused_until}))
	reasons += _bank_feed(facts, policy)
	if facts.channel == EMAIL and not (facts.email or "").strip():
		reasons.append(Reason("no_email_address"))
	if facts.channel != CALL and not facts.letter:
		reasons.append(Reason("no_letter"))
	if facts.requires_approval and not facts.approved:
		reasons.append(Reason("approval_missing"))
	if policy.contact_limit and facts.contacts >= policy.contact_limit:
		values = {"count": facts.contacts, "limit": policy.contact_limit, "days": policy.contact_limit_days}
		reasons.append(Reason("contact_limit", values))
	automatic = facts.channel != CALL and facts.now is not None
	if automatic and not policy.weekends and not is_business_day(facts.as_of, policy.holidays):
		reasons.append(Reason("weekend"))
	if automatic and not within_hours(facts.now, policy.send_from, policy.send_to):
		hours = {"from": f"{policy.send_from:%H:%M}", "to": f"{policy.send_to:%H:%M}"}
		reasons.append(Reason("outside_hours", hours))
	return reasons


def within_hours(now: time, send_from: time | None, send_to: time | None) -> bool:
	"""Whether `now` lies in [send_from, send_to); always, when either is None or both are equal."""
	if send_from is None or send_to is None or send_from == send_to:
		return True
	if send_from < send_to:
		return send_from <= now < send_to
	return now >= send_from or now < send_to


def _covered(code: str, items: Iterable[str], covered: frozenset[str]) -> list[Reason]:
	both = [item for item in items if item in covered]
	return [Reason(code, {"items": both})] if both else []


def _bank_feed(facts: HoldFacts, policy: HoldPolicy) -> list[Reason]:
	if facts.last_statement_on is None:
		return [Reason("no_bank_feed")] if policy.bank_feed_required else []
	if policy.stale_after_business_days is None:
		return []
	age = business_days_between(facts.last_statement_on, facts.as_of, policy.holidays)
	if age <= policy.stale_after_business_days:
		return []
	values = {
		"last_statement": facts.last_statement_on,
		"days": age,
		"limit": policy.stale_after_business_days,
	}
	return [Reason("bank_feed_stale", values)]
