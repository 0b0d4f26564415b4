"""Why a case stands on the worklist: codes with parameters, as the case keeps them. The sentences: `words.py`. Pure.

Days are kept as dates, so that a reason reads right whenever it is read ("broken 3 days ago").
"""

from datetime import date

from frappe.utils import getdate

from collections_app.engine.reasons import Reason
from collections_app.services.worklist.rules import CaseFacts, ended_on
from collections_app.services.worklist.snooze_rules import came_back


def reasons_of(facts: CaseFacts, today: date) -> list[Reason]:
	"""The reasons, the strongest first: what happened, how the customer stands, why nothing should be done just now."""
	return [*_events(facts, today), *_state(facts, today), *_obstacles(facts, today)]


def _events(facts: CaseFacts, today: date) -> list[Reason]:
	"""What happened, or what waits for a decision."""
	found = []
	if back := came_back(facts, today):
		found.append(Reason("came_back", {"on": back, "why": facts.case.get("snooze_reason") or ""}))
	if not facts.promises_ahead(today):
		for one in facts.promises_broken(today)[:1]:
			code = "promise_broken" if one["status"] == "Broken" else "promise_partly_kept"
			found.append(Reason(code, {**_amount(one), "on": ended_on(one)}))
	for status, code in (
		("Uncertain", "message_uncertain"),
		("Failed", "message_failed"),
		("Awaiting Approval", "message_to_approve"),
	):
		found += [Reason(code, _step(one)) for one in facts.actions_in((status,))[:1]]
	found += [Reason("promised_for_today", _amount(one)) for one in facts.promises_today(today)]
	for one in facts.promises_passed(today)[:1]:
		found.append(Reason("promise_passed", {**_amount(one), "on": getdate(one["due_on"])}))
	if facts.payments:
		found.append(Reason("payment_to_review", _sum(facts.payments, facts.case)))
	return found


def _state(facts: CaseFacts, today: date) -> list[Reason]:
	"""How the customer stands."""
	found = []
	days = facts.days_overdue(today)
	if days:
		since = getdate(facts.case["oldest_due_date"])
		found.append(Reason("overdue", {"since": since, "band": facts.case.get("risk_band") or ""}))
	if days and facts.expected_on and getdate(facts.expected_on) > today:
		found.append(Reason("payment_expected", {"on": getdate(facts.expected_on)}))
	if facts.over_limit_percent() >= 1:
		found.append(Reason("over_limit", {"percent": round(facts.over_limit_percent())}))
	if facts.call_due(today):
		found.append(Reason("action_due", _next(facts.case)))
	if days and not facts.last_contact():
		found.append(Reason("never_contacted"))
	return found


def _obstacles(facts: CaseFacts, today: date) -> list[Reason]:
	"""Why nothing should be done just now."""
	found = []
	for one in facts.promises_ahead(today)[:1]:
		found.append(Reason("promised", {**_amount(one), "on": getdate(one["due_on"])}))
	if facts.disputes:
		found.append(Reason("in_dispute", _sum(facts.disputes, facts.case)))
	if facts.paused(today):
		until, why = getdate(facts.case["paused_until"]), facts.case.get("pause_reason") or ""
		found.append(Reason("paused", {"until": until, "why": why}))
	for one in facts.actions_in(("Held",))[:1]:
		why = (one.get("hold_reasons") or "").strip().split("\n")[0]
		found.append(Reason("message_held", {**_step(one), "why": why}))
	found += [
		Reason("message_leaves", _step(one)) for one in facts.actions_in(("Planned", "Queued", "Sending"))[:1]
	]
	if facts.contacted_lately(today):
		found.append(Reason("contacted", {"on": facts.last_contact()}))
	if facts.in_hand(today):
		found.append(Reason("in_hand", _next(facts.case)))
	return found


def _step(action: dict) -> dict:
	return {"step": action.get("step_name") or ""}


def _next(case: dict) -> dict:
	return {"what": case["next_action"], "on": getdate(case["next_action_on"])}


def _amount(row: dict) -> dict:
	return {"amount": row["amount"] or 0, "currency": row["currency"]}


def _sum(rows: list[dict], case: dict) -> dict:
	"""The rows' total in their currency; in company currency where they have several."""
	currencies = {row["currency"] for row in rows}
	if len(currencies) == 1:
		return {"amount": sum(row["amount"] or 0 for row in rows), "currency": currencies.pop()}
	return {"amount": sum(row["amount_base"] or 0 for row in rows), "currency": case.get("currency")}
