"""How the worklist decides: what is worth acting on first, and in which class.

**Expected gain** of acting on a customer today, in company currency:

	overdue x chance that it is not paid unasked x share that can still be recovered at its age x weight of the class

- Not paid unasked: what the payment prediction does not expect within two weeks; without a prediction 15 % in risk
  band A, 30 % B, 50 % C, 70 % D, 85 % E; half of the rest more after a broken promise.
- Recoverable at its age: the survey of the Commercial Collection Agency Association of 2004 (a month 89.9 %, two 81.3 %,
  three 69.6 %, half a year 52.1 %, nine months 39.1 %, a year 22.8 %, two years 9.3 %), straight lines between.
- Half of that where the customer was contacted in the last five days.
- Weight of the class: 1 for At Risk and Low-Hanging Fruit, 0.2 for Waiting, 0.05 for De-prioritised.
- Where nothing is overdue yet but something needs a person, a tenth of the outstanding amount stands for it.

Pure: facts and a date in, numbers out. The reasons: `reasons.py`; when a snoozed case comes back: `snooze_rules.py`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise

from frappe.utils import getdate

AT_RISK = "At Risk"
LOW_HANGING = "Low-Hanging Fruit"
WAITING = "Waiting"
DEPRIORITISED = "De-prioritised"
CLASSES = (AT_RISK, LOW_HANGING, WAITING, DEPRIORITISED)

NOT_PAID_UNASKED = {"A": 0.15, "B": 0.30, "C": 0.50, "D": 0.70, "E": 0.85}
UNKNOWN_BAND = 0.50
RECOVERABLE = (
	(0, 0.949),
	(30, 0.899),
	(60, 0.813),
	(90, 0.696),
	(180, 0.521),
	(270, 0.391),
	(365, 0.228),
	(730, 0.093),
)
CLASS_WEIGHT = {AT_RISK: 1.0, LOW_HANGING: 1.0, WAITING: 0.2, DEPRIORITISED: 0.05}
NOT_YET_DUE_SHARE = 0.1
RECENT_CONTACT_WEIGHT = 0.5

# A customer gets this long to react to a message before somebody acts again.
REACTION_DAYS = 5
BROKEN_PROMISE_DAYS = 90
OLD_DEBT_DAYS = 90
LATE_LEVEL = 3

NEEDS_A_PERSON = ("Awaiting Approval", "Failed", "Uncertain")
UNDER_WAY = ("Planned", "Queued", "Sending", "Held")


@dataclass
class CaseFacts:
	"""What is known of one open case. Amounts named *_base are in company currency."""

	case: dict
	promises: list[dict] = field(default_factory=list)
	disputes: list[dict] = field(default_factory=list)
	actions: list[dict] = field(default_factory=list)
	payments: list[dict] = field(default_factory=list)
	credit_limit: float = 0.0
	last_sent: datetime | None = None
	last_reply: datetime | None = None
	# of the overdue items: share of the amount expected within two weeks, and the first day something is expected
	paid_soon: float | None = None
	expected_on: date | None = None

	def days_overdue(self, today: date) -> int:
		due = self.case.get("oldest_due_date")
		return max((today - getdate(due)).days, 0) if due and self.case.get("overdue") else 0

	def promises_ahead(self, today: date) -> list[dict]:
		return [one for one in self.promises if one["status"] == "Open" and getdate(one["due_on"]) > today]

	def promises_today(self, today: date) -> list[dict]:
		return [one for one in self.promises if one["status"] == "Open" and getdate(one["due_on"]) == today]

	def promises_passed(self, today: date) -> list[dict]:
		return [one for one in self.promises if one["status"] == "Open" and getdate(one["due_on"]) < today]

	def promises_broken(self, today: date) -> list[dict]:
		"""Broken or partly kept within the last BROKEN_PROMISE_DAYS, latest first."""
		broken = [
			one
			for one in self.promises
			if one["status"] in ("Broken", "Partly Kept")
			and (today - ended_on(one)).days <= BROKEN_PROMISE_DAYS
		]
		return sorted(broken, key=ended_on, reverse=True)

	def paused(self, today: date) -> bool:
		until = self.case.get("paused_until")
		return bool(until and getdate(until) >= today)

	def over_limit_percent(self) -> float:
		outstanding = self.case.get("outstanding") or 0
		return (outstanding / self.credit_limit - 1) * 100 if self.credit_limit else 0.0

	def actions_in(self, statuses: tuple[str, ...]) -> list[dict]:
		return [one for one in self.actions if one["status"] in statuses]

	def last_contact(self) -> date | None:
		"""The later of the last call and the last message."""
		known = [getdate(day) for day in (self.case.get("last_contact_on"), self.last_sent) if day]
		return max(known, default=None)

	def follow_up(self) -> date | None:
		"""The day of the case's next task. What only waits (a promise, a step of the plan) is nobody's to do."""
		if self.case.get("next_action_kind") not in (None, "", "Task"):
			return None
		due = self.case.get("next_action_on") if self.case.get("next_action") else None
		return getdate(due) if due else None

	def call_due(self, today: date) -> bool:
		"""A next step of the case is due, no waiting action stands for it and none went out for it."""
		due = self.follow_up()
		if self.actions or not due or due > today:
			return False
		return not self.last_sent or getdate(self.last_sent) < due

	def contacted_lately(self, today: date) -> bool:
		last = self.last_contact()
		return bool(last and (today - last).days < REACTION_DAYS)

	def in_hand(self, today: date) -> bool:
		"""Somebody spoke to the customer and said when to come back."""
		follow_up = self.follow_up()
		if self.actions or not follow_up or follow_up <= today or not self.contacted_lately(today):
			return False
		broken = self.promises_broken(today)
		return not broken or ended_on(broken[0]) < self.last_contact()

	def needs_a_person(self, today: date) -> bool:
		return bool(self.actions_in(NEEDS_A_PERSON) or self.promises_today(today) or self.payments)

	def covered_base(self, today: date) -> float:
		"""How much of the overdue amount somebody else has to move first: promised, disputed, or paid but not applied."""
		return sum(
			one["amount_base"] or 0
			for one in (
				*self.promises_ahead(today),
				*self.promises_today(today),
				*self.disputes,
				*self.payments,
			)
		)


def classify(facts: CaseFacts, today: date) -> str:
	"""One of CLASSES.

	De-prioritised: paused, or at least half of the overdue amount is promised, disputed or paid but not applied. At
	Risk: a broken promise, band D or E, a high dunning level or an old debt; it stays on the list while mere messages
	go out, and waits only when a person has it in hand. Waiting: a message is under way or went out in the last
	REACTION_DAYS. Low-Hanging Fruit: the rest.
	"""
	overdue = facts.case.get("overdue") or 0
	if facts.paused(today) or (overdue and facts.covered_base(today) >= overdue / 2):
		return DEPRIORITISED
	decide = bool(facts.actions_in(NEEDS_A_PERSON))
	if at_risk(facts, today):
		return WAITING if facts.in_hand(today) and not decide else AT_RISK
	if not decide and (facts.actions_in(UNDER_WAY) or facts.contacted_lately(today)):
		return WAITING
	return LOW_HANGING


def at_risk(facts: CaseFacts, today: date) -> bool:
	return bool(
		facts.promises_broken(today)
		or facts.case.get("risk_band") in ("D", "E")
		or (facts.case.get("dunning_level") or 0) >= LATE_LEVEL
		or facts.days_overdue(today) > OLD_DEBT_DAYS
	)


def recoverable(days: int) -> float:
	"""Share of a debt that can still be recovered so many days after its due date."""
	for (start, high), (end, low) in pairwise(RECOVERABLE):
		if days <= end:
			return high + (low - high) * (days - start) / (end - start)
	return RECOVERABLE[-1][1]


def expected_gain(facts: CaseFacts, klass: str, today: date) -> float:
	"""See the module's docstring. In company currency, rounded to cents."""
	overdue = facts.case.get("overdue") or 0
	base = overdue or NOT_YET_DUE_SHARE * (facts.case.get("outstanding") or 0)
	unasked = NOT_PAID_UNASKED.get(facts.case.get("risk_band") or "", UNKNOWN_BAND)
	if facts.paid_soon is not None:
		unasked = 1 - facts.paid_soon
	if facts.promises_broken(today):
		unasked += (1 - unasked) / 2
	gain = base * unasked * recoverable(facts.days_overdue(today)) * CLASS_WEIGHT[klass]
	return round(gain * (RECENT_CONTACT_WEIGHT if facts.contacted_lately(today) else 1), 2)


def is_due(facts: CaseFacts, today: date) -> bool:
	"""Whether the case belongs on the list at all."""
	return bool(
		(facts.case.get("overdue") or 0) > 0
		or facts.needs_a_person(today)
		or facts.promises_passed(today)
		or facts.call_due(today)
	)


def ended_on(promise: dict) -> date:
	"""The day a promise was due; one in instalments ends with the first that is missed."""
	due, settled = getdate(promise["due_on"]), promise.get("settled_on")
	return min(due, getdate(settled)) if settled else due
