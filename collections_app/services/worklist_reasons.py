"""Why a case stands on the worklist, in words. Pure: facts and a date in, sentences out."""

from datetime import date

from frappe import _
from frappe.utils import fmt_money, formatdate, getdate

from collections_app.services.worklist_rules import CaseFacts, ended_on


def why(facts: CaseFacts, today: date) -> list[str]:
	"""The reasons in words, the strongest first."""
	return [*_events(facts, today), *_state(facts, today), *_obstacles(facts, today)]


def _events(facts: CaseFacts, today: date) -> list[str]:
	"""What happened, or what waits for a decision."""
	lines = []
	if not facts.promises_ahead(today):
		for one in facts.promises_broken(today)[:1]:
			text = (
				_("Promise of {0} broken {1}")
				if one["status"] == "Broken"
				else _("Promise of {0} only partly kept {1}")
			)
			lines.append(text.format(money(one["amount"], one["currency"]), ago(ended_on(one), today)))
	for one in facts.actions_in(("Uncertain",))[:1]:
		lines.append(_("Not known whether {0} went out").format(step(one)))
	for one in facts.actions_in(("Failed",))[:1]:
		lines.append(_("{0} could not be sent").format(step(one)))
	for one in facts.actions_in(("Awaiting Approval",))[:1]:
		lines.append(_("{0} waits for approval").format(step(one)))
	for one in facts.promises_today(today):
		lines.append(_("{0} promised for today").format(money(one["amount"], one["currency"])))
	for one in facts.promises_passed(today)[:1]:
		promised = money(one["amount"], one["currency"])
		lines.append(_("Promise of {0} was due {1}").format(promised, ago(one["due_on"], today)))
	if facts.payments:
		lines.append(_("Payment of {0} to review").format(sum_of(facts.payments, facts.case)))
	return lines


def _state(facts: CaseFacts, today: date) -> list[str]:
	"""How the customer stands."""
	lines = []
	days, band = facts.days_overdue(today), facts.case.get("risk_band")
	if days:
		age = _("1 day overdue") if days == 1 else _("{0} days overdue").format(days)
		lines.append(_("{0}, risk {1}").format(age, band) if band else age)
	if days and facts.expected_on and getdate(facts.expected_on) > today:
		lines.append(_("payment expected {0}").format(formatdate(facts.expected_on)))
	if facts.over_limit_percent() >= 1:
		lines.append(_("Over limit by {0} %").format(round(facts.over_limit_percent())))
	if facts.call_due(today):
		lines.append(
			_("{0} due {1}").format(facts.case["next_action"], ago(facts.case["next_action_on"], today))
		)
	if days and not facts.last_contact():
		lines.append(_("never contacted"))
	return lines


def _obstacles(facts: CaseFacts, today: date) -> list[str]:
	"""Why nothing should be done just now."""
	lines = []
	for one in facts.promises_ahead(today)[:1]:
		promised = money(one["amount"], one["currency"])
		lines.append(_("{0} promised by {1}").format(promised, formatdate(one["due_on"])))
	if facts.disputes:
		lines.append(_("{0} in dispute").format(sum_of(facts.disputes, facts.case)))
	if facts.paused(today):
		reason = facts.case.get("pause_reason")
		until = formatdate(facts.case["paused_until"])
		text = _("Paused until {0}: {1}") if reason else _("Paused until {0}")
		lines.append(text.format(until, reason))
	for one in facts.actions_in(("Held",))[:1]:
		reason = (one.get("hold_reasons") or "").strip().split("\n")[0]
		lines.append(
			_("{0} held: {1}").format(step(one), reason) if reason else _("{0} held").format(step(one))
		)
	for one in facts.actions_in(("Planned", "Queued", "Sending"))[:1]:
		lines.append(_("{0} is about to go out").format(step(one)))
	if facts.contacted_lately(today):
		lines.append(_("contacted {0}").format(ago(facts.last_contact(), today)))
	if facts.in_hand(today):
		lines.append(
			_("{0} on {1}").format(facts.case["next_action"], formatdate(facts.case["next_action_on"]))
		)
	return lines


def step(action: dict) -> str:
	"""What to call an action in a sentence."""
	return action.get("step_name") or _("Message")


def sum_of(rows: list[dict], case: dict) -> str:
	"""The rows' total in their currency; in company currency where they have several."""
	currencies = {row["currency"] for row in rows}
	if len(currencies) == 1:
		return money(sum(row["amount"] or 0 for row in rows), currencies.pop())
	return money(sum(row["amount_base"] or 0 for row in rows), case.get("currency"))


def money(amount: float, currency: str | None) -> str:
	"""An amount in a sentence: whole units are enough."""
	return fmt_money(round(amount or 0), precision=0, currency=currency)


def ago(day: date | str, today: date) -> str:
	days = (today - getdate(day)).days
	if days <= 0:
		return _("today")
	return _("yesterday") if days == 1 else _("{0} days ago").format(days)
