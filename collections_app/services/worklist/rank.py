"""Works out class, expected gain and reasons of cases and keeps them on the case, so that lists sort and page by SQL.

Done for all cases at the end of each run and every hour, and for one whenever it is refreshed (`cases/state.py`).
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt, get_datetime, getdate

from collections_app.services import live, settings
from collections_app.services.cases import events as case_events
from collections_app.services.frames import chunks
from collections_app.services.worklist.facts import facts_of, open_cases
from collections_app.services.worklist.reasons import reasons_of
from collections_app.services.worklist.rules import CaseFacts, classify, expected_gain, is_due
from collections_app.services.worklist.snooze_rules import is_snoozed, woken_by

DUE, SNOOZED = "Due", "Snoozed"
# what the ranking writes, beside the day
KEPT = ("worklist_state", "worklist_class", "expected_gain", "worklist_reasons", "last_contact_on")
NO_SNOOZE = {
	"snoozed_until": None,
	"snooze_reason": None,
	"snoozed_by": None,
	"snoozed_on": None,
	"snooze_knows": None,
}
# rows of one UPDATE: its CASE grows with each
UPDATE_CHUNK = 200


def rank_company(company: str, today: date | None = None) -> int:
	"""All open cases of the company; closed ones leave the list. Returns how many are on it."""
	today = getdate(today)
	_forget_closed(company)
	return _rank(company, open_cases(company), today)


def rank_cases(names: Iterable[str]) -> None:
	"""These cases, as of today."""
	today = getdate()
	companies = defaultdict(list)
	for part in chunks(names):
		for name, company in frappe.get_all(
			"Collection Case", {"name": ["in", part]}, ["name", "company"], as_list=True
		):
			companies[company].append(name)
	for company, some in companies.items():
		for part in chunks(some):
			_rank(company, open_cases(company, part), today)


def rank_all() -> None:
	"""Every enabled company: a new day has other reasons, and what a run or the outbox did between is seen."""
	for company in settings.enabled_companies():
		try:
			rank_company(company)
			live.moved(company, live.CASE)
			frappe.db.commit()  # nosemgrep: each company by itself
		except Exception:
			# one company's trouble never stops the others
			frappe.db.rollback()
			frappe.log_error(title=f"Worklist of {company}")


def ranked(facts: CaseFacts, today: date) -> dict:
	"""KEPT of one case."""
	klass = classify(facts, today)
	state = (SNOOZED if is_snoozed(facts.case, today) else DUE) if is_due(facts, today) else ""
	reasons = [reason.to_dict() for reason in reasons_of(facts, today)]
	return {
		"worklist_state": state,
		"worklist_class": klass,
		"expected_gain": expected_gain(facts, klass, today),
		"worklist_reasons": json.dumps(reasons, ensure_ascii=False),
		"last_contact_on": _latest(facts),
	}


def _rank(company: str, cases: list[frappe._dict], today: date) -> int:
	found = facts_of(company, cases, today)
	_wake(found, today)
	values = {facts.case["name"]: ranked(facts, today) for facts in found}
	_write(values, today)
	return sum(row["worklist_state"] == DUE for row in values.values())


def _latest(facts: CaseFacts):
	known = [get_datetime(one) for one in (facts.case.get("last_contact_on"), facts.last_sent) if one]
	return max(known, default=None)


def _write(values: dict[str, dict], today: date) -> None:
	"""Only the rows that changed; the day on all of them in one go."""
	case = DocType("Collection Case")
	for names in chunks(values):
		current = {
			row.name: row
			for row in frappe.get_all("Collection Case", {"name": ["in", names]}, ["name", *KEPT])
		}
		changed = {
			name: values[name]
			for name in names
			if any(not _same(current[name][field], values[name][field]) for field in KEPT)
		}
		frappe.db.bulk_update("Collection Case", changed, chunk_size=UPDATE_CHUNK, update_modified=False)
		frappe.qb.update(case).set(case.ranked_on, today).where(case.name.isin(names)).run()


def _same(kept, new) -> bool:
	if isinstance(new, float):
		return abs(flt(kept) - new) < 0.005
	if not kept or not new:
		return not kept and not new
	return str(kept) == str(new)


def _wake(found: list[CaseFacts], today: date) -> None:
	"""Cases on which something happened since they were snoozed stand on the list again."""
	for facts in found:
		if not is_snoozed(facts.case, today):
			continue
		kinds = woken_by(facts, frappe.parse_json(facts.case.get("snooze_knows") or "[]"), today)
		if not kinds:
			continue
		frappe.db.set_value("Collection Case", facts.case["name"], NO_SNOOZE, update_modified=False)
		facts.case.update(NO_SNOOZE)
		text = _("back on the worklist: {0}").format(", ".join(_told(kind) for kind in kinds))
		case_events.tell(facts.case["name"], case_events.WOKEN, text)


def _told(kind: str) -> str:
	return {
		"promise": _("a promise was broken"),
		"message": _("a message did not go out"),
		"payment": _("a payment is to be reviewed"),
		"reply": _("the customer answered"),
		"risk": _("the risk is high now"),
	}[kind]


def _forget_closed(company: str) -> None:
	case = DocType("Collection Case")
	query = frappe.qb.update(case)
	for field, value in {**NO_SNOOZE, "worklist_state": "", "worklist_reasons": None}.items():
		query = query.set(case[field], value)
	query.set(case.expected_gain, 0).where(
		(case.company == company) & (case.status == "Closed") & case.worklist_state.isin([DUE, SNOOZED])
	).run()
