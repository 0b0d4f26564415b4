"""What is to be done next on a case, on which day, and why: the earliest of all that is going on. Pure rules.

Candidates: a message or call that is planned or waits for a person; a task of the collector; an open promise; a dispute
that wants an answer; the next step of the dunning plan. A case where none of these exists still says why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from frappe import _
from frappe.utils import fmt_money, formatdate, getdate

# of candidates on the same day, the first is shown
MESSAGE, TASK, PROMISE, DISPUTE, STEP, NOTHING = (
	"Message",
	"Task",
	"Promise",
	"Dispute",
	"Plan Step",
	"Nothing",
)
ORDER = (MESSAGE, TASK, DISPUTE, PROMISE, STEP, NOTHING)

# a person has to do something before it can go out
NEEDS_A_PERSON = {
	"Failed": "It could not be sent: retry or cancel it",
	"Uncertain": "Not known whether it went out: find out and say so",
}


@dataclass(frozen=True)
class NextAction:
	"""`why` is a sentence; `on` None: no day is known."""

	kind: str
	text: str
	on: date | None
	why: str

	def fields(self) -> dict:
		"""As the case keeps it."""
		return {
			"next_action_kind": self.kind,
			"next_action": self.text[:255],
			"next_action_on": self.on,
			"next_action_reason": self.why[:140],
		}


def choose(candidates: Iterable[NextAction]) -> NextAction | None:
	"""The earliest; a candidate without a day comes after those with one."""
	return min(
		candidates,
		key=lambda one: (one.on is None, one.on or date.max, ORDER.index(one.kind)),
		default=None,
	)


def step_text(step_name: str | None, level: int) -> str:
	name = step_name or _("Message")
	return _("{0} (level {1})").format(name, level) if level else name


def of_message(action: dict, today: date) -> NextAction:
	"""`action`: status, step_name, dunning_level, planned_on, hold_reasons. What waits, waits since its day: it stays
	first until it is cleared."""
	why = (action.get("hold_reasons") or "").strip().split("\n")[0]
	status = action["status"]
	if status in NEEDS_A_PERSON:
		why = _(NEEDS_A_PERSON[status])
	elif not why:
		why = _("Waits for approval") if status == "Awaiting Approval" else _("Goes out with the next run")
	on = getdate(action["planned_on"]) if action.get("planned_on") else today
	return NextAction(MESSAGE, step_text(action.get("step_name"), action.get("dunning_level") or 0), on, why)


def of_task(text: str, on: date | None, allocated_to: str | None) -> NextAction:
	why = _("Task of {0}").format(allocated_to) if allocated_to else _("Open task")
	return NextAction(TASK, text or _("Call"), getdate(on) if on else None, why)


def of_promise(promise: dict) -> NextAction:
	"""`promise`: next_amount and next_due_on of the instalment awaited, currency, promised_by, promised_on, channel."""
	amount = fmt_money(promise["next_amount"], currency=promise["currency"])
	given = formatdate(promise["promised_on"])
	by = promise.get("promised_by")
	why = _("Promised by {0} on {1}").format(by, given) if by else _("Promised on {0}").format(given)
	return NextAction(
		PROMISE, _("Wait for promise of {0}").format(amount), getdate(promise["next_due_on"]), why
	)


def of_dispute(dispute: dict, today: date) -> NextAction:
	"""`dispute`: sales_invoice, reason, answer_due_on, responsible."""
	due = getdate(dispute["answer_due_on"]) if dispute.get("answer_due_on") else None
	why = _(dispute["reason"])
	if dispute.get("responsible"):
		why = _("{0}; {1} answers").format(why, dispute["responsible"])
	if due and due < today:
		why = _("The answer is late: {0}").format(why)
	return NextAction(DISPUTE, _("Answer the dispute about {0}").format(dispute["sales_invoice"]), due, why)


def of_step(step, pause: tuple[date, str | None] | None, today: date) -> NextAction:
	"""`step`: a NextStep. `pause`: until when nothing goes out, and why."""
	days = abs(step.trigger_days)
	if step.trigger_days < 0:
		why = (
			_("{0}: {1} business days before {2} is due")
			if step.business_days
			else _("{0}: {1} days before {2} is due")
		)
	elif days:
		why = (
			_("{0}: {1} business days after {2} was due")
			if step.business_days
			else _("{0}: {1} days after {2} was due")
		)
	else:
		why = _("{0}: on the day {2} is due")
	text, on, why = (
		step_text(step.step_name, step.level),
		step.due_on,
		why.format(step.plan, days, step.voucher_no),
	)
	if step.requires_approval:
		why = _("{0}; it needs approval").format(why)
	if pause and pause[0] >= max(on, today):
		on = pause[0] + timedelta(days=1)
		until = formatdate(pause[0])
		why = (
			_("Paused until {0}: {1}").format(until, pause[1])
			if pause[1]
			else _("Paused until {0}").format(until)
		)
	return NextAction(STEP, text, on, why)


def of_nothing(case: dict, covered: bool) -> NextAction:
	"""When nothing is planned: what is missing. `covered`: a pause or a message covers all that is open."""
	overdue = (case.get("overdue") or 0) > 0
	if not case.get("dunning_plan"):
		if overdue:
			return NextAction(
				NOTHING, _("No dunning plan fits"), None, _("Set a plan on the customer, or widen a plan")
			)
		return NextAction(NOTHING, _("Nothing to do yet"), None, _("Nothing is overdue and no plan fits"))
	if covered:
		return NextAction(NOTHING, _("Nothing to do yet"), None, _("All that is open is paused or in hand"))
	if overdue:
		why = _("{0} has no further step").format(case["dunning_plan"])
		return NextAction(NOTHING, _("Decide how to go on"), None, why)
	if (case.get("outstanding") or 0) <= 0:
		return NextAction(NOTHING, _("Nothing to do yet"), None, _("Credits cover all that is open"))
	return NextAction(NOTHING, _("Nothing to do yet"), None, _("Nothing is overdue"))
