"""Snoozing: a case is off the worklist until a day, for a reason. Messages go on; what happens meanwhile brings it back."""

import json

import frappe
from frappe import _
from frappe.utils import escape_html, formatdate, getdate, now_datetime

from collections_app.services.cases import events as case_events
from collections_app.services.worklist.facts import facts_of, open_cases
from collections_app.services.worklist.rank import NO_SNOOZE, rank_cases
from collections_app.services.worklist.snooze_rules import events


def snooze(case, until: str | None, reason: str | None) -> None:
	"""`case`: a Collection Case whose permission was checked. Without a day the snooze ends."""
	if until:
		_start(case, until, (reason or "").strip())
	else:
		case.db_set(NO_SNOOZE)
		case_events.tell(case.name, case_events.PAUSE, _("put the case back on the worklist"))
	rank_cases([case.name])


def _start(case, until: str, reason: str) -> None:
	today = getdate()
	if getdate(until) <= today:
		frappe.throw(_("Snooze until a day after today."))
	if not reason:
		frappe.throw(_("Say why the case is snoozed."))
	if case.status != "Open":
		frappe.throw(_("The case is closed."))
	[facts] = facts_of(case.company, open_cases(case.company, [case.name]), today)
	case.db_set(
		{
			"snoozed_until": getdate(until),
			"snooze_reason": reason[:140],
			"snoozed_by": frappe.session.user,
			"snoozed_on": now_datetime(),
			"snooze_knows": json.dumps(list(events(facts, today))),
		}
	)
	text = _("snoozed until {0}: {1}").format(formatdate(until), escape_html(reason))
	case_events.tell(case.name, case_events.PAUSE, text)
