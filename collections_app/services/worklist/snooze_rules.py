"""When a snoozed case stands on the worklist again: on its day, or earlier when something happened. Pure."""

from datetime import date

from frappe.utils import getdate

from collections_app.services.worklist.rules import CaseFacts, ended_on

# what a person has to see at once
FAILED = ("Failed", "Uncertain")
RISKY_BANDS = ("D", "E")


def is_snoozed(case: dict, today: date) -> bool:
	"""Whether the case is off the list today; on the day itself it is back."""
	until = case.get("snoozed_until")
	return bool(until and getdate(until) > today)


def came_back(facts: CaseFacts, today: date) -> date | None:
	"""The day a snooze ended by itself, until somebody contacted the customer again."""
	until = facts.case.get("snoozed_until")
	if not until or getdate(until) > today:
		return None
	last = facts.last_contact()
	return None if last and last >= getdate(until) else getdate(until)


def events(facts: CaseFacts, today: date) -> dict[str, str]:
	"""What would wake the case: a key of each event -> its kind.

	promise (broken, or kept in part), message (failed, or its fate unknown), payment (to review), reply (of the customer),
	risk (band D or E). A snooze keeps the keys it knew; one that is not among them is new.
	"""
	found = {f"promise:{one['name']}:{ended_on(one)}": "promise" for one in facts.promises_broken(today)}
	found.update({f"message:{one['name']}:{one['status']}": "message" for one in facts.actions_in(FAILED)})
	found.update({f"payment:{one['name']}": "payment" for one in facts.payments})
	if facts.last_reply:
		found[f"reply:{facts.last_reply}"] = "reply"
	band = facts.case.get("risk_band")
	if band in RISKY_BANDS:
		found[f"risk:{band}"] = "risk"
	return found


def woken_by(facts: CaseFacts, known: list[str], today: date) -> list[str]:
	"""The kinds of events since the case was snoozed, each once; empty when it may sleep on."""
	new = [kind for key, kind in events(facts, today).items() if key not in known]
	return list(dict.fromkeys(new))
