"""Why an action must not go out now. No reason at all means it may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from collections_app.engine.calendar import WEEKDAYS, Calendar, business_days_between, is_business_day
from collections_app.engine.channels import (
	CONTACTS,
	EMAIL,
	INSTANT,
	LETTER,
	REGISTERED_EMAIL,
	SMS,
	WHATSAPP,
)
from collections_app.engine.reasons import Reason

# days of the weekly contact limit, today among them
WEEK = 7
# channel -> what of the customer it needs, and the reason said without it
ADDRESSES = {
	EMAIL: ("email", "no_email_address"),
	REGISTERED_EMAIL: ("email", "no_email_address"),
	SMS: ("phone", "no_phone_number"),
	WHATSAPP: ("phone", "no_phone_number"),
	LETTER: ("postal_address", "no_postal_address"),
}


@dataclass(frozen=True)
class HoldPolicy:
	"""The company's rules. None (and 0 for the limits) switches a rule off.

	`stale_after_business_days`: how old the last bank statement may be, in business days of `country`.
	`bank_feed_required`: hold also when there has never been a statement. `send_from`, `send_to`: e-mails
	and text messages go out from the first up to, not at, the second; the window may cross midnight.
	`weekends`: whether they go out on weekends and holidays of the customer's country. `contacts_per_day`,
	`contacts_per_week`: messages to a customer on one day, and on the last seven. `calendars`: country -> its
	business days, Monday to Friday for one that is missing. `unconnected`: channels that nothing can send, because no
	service for them is connected.
	"""

	stale_after_business_days: int | None = 2
	bank_feed_required: bool = False
	send_from: time | None = None
	send_to: time | None = None
	weekends: bool = True
	contacts_per_day: int | None = None
	contacts_per_week: int | None = None
	country: str = ""
	calendars: Mapping[str, Calendar] = field(default_factory=dict)
	unconnected: frozenset[str] = frozenset()

	def calendar(self, country: str) -> Calendar:
		return self.calendars.get(country, WEEKDAYS)


@dataclass(frozen=True)
class HoldFacts:
	"""What is known about an action at the moment it is judged.

	`local`: date and time where the customer is, in `time_zone` (local None: hours and days off are not
	judged, as when planning). `country`: the customer's. `items`: ids of the action's items; `promise_items`,
	`dispute_items`, `paused_items`, `paid_items`: ids covered by an open promise, in open dispute, paused by
	themselves or with the customer that owes them, and no longer open as they were planned. `online_items`: ids paid
	online, of which the payout is awaited. `passed_items`:
	ids for which the message is a note before the due date, and which are overdue by now. `contacts_today`,
	`contacts_this_week`: messages to the customer on this day and on the last seven, this one not counted.
	`paused_until`: the later pause of customer and case; `plan_paused_until`: that of the plan; the day itself
	is still paused.
	"""

	as_of: date
	channel: str
	items: tuple[str, ...] = ()
	letter: str | None = None
	email: str | None = None
	phone: str | None = None
	postal_address: str | None = None
	requires_approval: bool = False
	approved: bool = False
	last_statement_on: date | None = None
	promise_items: frozenset[str] = frozenset()
	dispute_items: frozenset[str] = frozenset()
	paused_items: frozenset[str] = frozenset()
	paid_items: frozenset[str] = frozenset()
	online_items: frozenset[str] = frozenset()
	passed_items: frozenset[str] = frozenset()
	contacts_today: int = 0
	contacts_this_week: int = 0
	paused_until: date | None = None
	plan: str = ""
	plan_paused_until: date | None = None
	local: datetime | None = None
	time_zone: str = ""
	country: str = ""


def hold_reasons(facts: HoldFacts, policy: HoldPolicy) -> list[Reason]:
	"""Every reason to hold the action, in the order a person would clear them; empty when it may go.

	paid_meanwhile(items), paid_online(items), dispute_open(items), promise_open(items), invoice_paused(items), window_passed(items),
	paused_until(date), plan_paused(plan, date), no_bank_feed(), bank_feed_stale(last_statement, days, limit),
	no_email_address(), no_phone_number(), no_postal_address(), no_letter(), no_connector(channel),
	approval_missing(), contact_limit(count, limit, days), weekend(), outside_hours(from, to, zone).
	Only what reaches the customer at once (INSTANT) keeps to hours and days, only what addresses it (CONTACTS)
	to the limits.
	"""
	reasons = [
		*_covered("paid_meanwhile", facts.items, facts.paid_items),
		*_covered("paid_online", facts.items, facts.online_items),
		*_covered("dispute_open", facts.items, facts.dispute_items),
		*_covered("promise_open", facts.items, facts.promise_items),
		*_covered("invoice_paused", facts.items, facts.paused_items),
		*_covered("window_passed", facts.items, facts.passed_items),
	]
	if facts.paused_until and facts.as_of <= facts.paused_until:
		reasons.append(Reason("paused_until", {"date": facts.paused_until}))
	if facts.plan_paused_until and facts.as_of <= facts.plan_paused_until:
		reasons.append(Reason("plan_paused", {"plan": facts.plan, "date": facts.plan_paused_until}))
	reasons += _bank_feed(facts, policy)
	reasons += _addressed(facts)
	if facts.channel in policy.unconnected:
		reasons.append(Reason("no_connector", {"channel": facts.channel}))
	if facts.requires_approval and not facts.approved:
		reasons.append(Reason("approval_missing"))
	if facts.channel in CONTACTS:
		reasons += _limited(facts, policy)
	if facts.channel in INSTANT and facts.local is not None:
		reasons += _quiet(facts, policy)
	return reasons


def _addressed(facts: HoldFacts) -> list[Reason]:
	"""What is missing to write to the customer this way."""
	reasons = []
	if facts.channel in ADDRESSES:
		field_name, code = ADDRESSES[facts.channel]
		if not (getattr(facts, field_name) or "").strip():
			reasons.append(Reason(code))
	if facts.channel in CONTACTS and not facts.letter:
		reasons.append(Reason("no_letter"))
	return reasons


def _limited(facts: HoldFacts, policy: HoldPolicy) -> list[Reason]:
	limits = (
		(facts.contacts_today, policy.contacts_per_day, 1),
		(facts.contacts_this_week, policy.contacts_per_week, WEEK),
	)
	return [
		Reason("contact_limit", {"count": count, "limit": limit, "days": days})
		for count, limit, days in limits
		if limit and count >= limit
	]


def _quiet(facts: HoldFacts, policy: HoldPolicy) -> list[Reason]:
	"""Days off and hours, as they are where the customer is."""
	reasons = []
	if not policy.weekends and not is_business_day(facts.local.date(), policy.calendar(facts.country)):
		reasons.append(Reason("weekend"))
	if not within_hours(facts.local.time(), policy.send_from, policy.send_to):
		hours = {"from": f"{policy.send_from:%H:%M}", "to": f"{policy.send_to:%H:%M}"}
		reasons.append(Reason("outside_hours", {**hours, "zone": facts.time_zone}))
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
	age = business_days_between(facts.last_statement_on, facts.as_of, policy.calendar(policy.country))
	if age <= policy.stale_after_business_days:
		return []
	values = {
		"last_statement": facts.last_statement_on,
		"days": age,
		"limit": policy.stale_after_business_days,
	}
	return [Reason("bank_feed_stale", values)]
