"""The timeline of a case: everything that happened on it, the latest first, a page at a time.

Each kind is read by its own queries, which take no more than a page; the pages are merged. An event stands at a moment
and under a key; both together say where the next page begins.
"""

from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import get_datetime

from collections_app.services.cases import timeline_contacts as contacts
from collections_app.services.cases import timeline_credit as credit
from collections_app.services.cases import timeline_facts as facts
from collections_app.services.cases.timeline_events import Event, Page
from collections_app.services.online_payments.timeline import online_payments

PAGE = 30
LARGEST_PAGE = 200


@dataclass(frozen=True)
class Kind:
	"""`doctype`: who may not read it sees none of these events. `native`: Frappe's own timeline shows them already."""

	label: str
	icon: str
	read: tuple
	doctype: str = "Collection Case"
	native: bool = False


def kinds() -> dict[str, Kind]:
	"""In the order of the filter. The labels are in the reader's language."""
	return {
		"message": Kind(_("Messages"), "mail", (contacts.messages,), "Collection Action"),
		"reply": Kind(_("E-mails"), "mail", (contacts.mails,), native=True),
		"call": Kind(_("Calls"), "call", (contacts.calls,), native=True),
		"promise": Kind(
			_("Promises"), "calendar", (facts.promises_made, facts.promises_settled), "Promise to Pay"
		),
		"dispute": Kind(
			_("Disputes"),
			"review",
			(facts.disputes_opened, facts.disputes_closed),
			"Invoice Dispute",
		),
		"payment": Kind(_("Payments"), "money-coins-1", (facts.payments,), "Sales Invoice"),
		"online_payment": Kind(_("Online Payments"), "money-coins-1", (online_payments,), "Online Payment"),
		"score": Kind(_("Score"), "arrow-up-right", (facts.scores,), "Risk Score"),
		"report": Kind(_("Reports"), "file", (credit.reports,), "Credit Report"),
		"cover": Kind(
			_("Cover"),
			"lock",
			(credit.covers, credit.cover_changes, credit.cover_requests),
			"Credit Cover",
		),
		"limit": Kind(
			_("Credit Limit"),
			"upload",
			(credit.limits_proposed, credit.limits_decided, credit.limits_set),
			"Credit Limit Proposal",
		),
		"hand_over": Kind(
			_("Hand-over"), "external-link", (contacts.hand_overs, credit.taken_back), "Collection Action"
		),
		"plan": Kind(_("Plan"), "branch", (contacts.plan_changes,), native=True),
		"pause": Kind(_("Pauses"), "lock", (contacts.pauses,), native=True),
		"delivery": Kind(_("Deliveries"), "stock", (contacts.deliveries,), native=True),
		"team": Kind(_("Assignment"), "assign", (contacts.team,), native=True),
		"note": Kind(_("Comments"), "small-message", (contacts.notes,), native=True),
	}


def timeline(case, wanted: list[str] | None = None, before: str | None = None, limit: int = PAGE) -> dict:
	"""`case`: a Collection Case whose permission was checked. `wanted`: kinds, all when empty. `before`: `next` of the
	page before.

	Returns events (kind, icon, moment, content (HTML), doctype, name) and next (None on the last page).
	"""
	return merged([(case.name, case.customer, case.company)], wanted, before, limit)


def merged(
	cases: list[tuple[str, str, str]], wanted: list[str] | None, before: str | None, limit: int = PAGE
) -> dict:
	"""As `timeline`, of several cases in one: (case, customer, company), "" where there is no case."""
	limit = max(1, min(int(limit or PAGE), LARGEST_PAGE))
	cursor = _cursor(before)
	pages = [Page(*case, *cursor, limit + 1) for case in cases]
	found: list[Event] = []
	for name, kind in kinds().items():
		if wanted and name not in wanted:
			continue
		if not frappe.has_permission(kind.doctype, "read"):
			continue
		for page in pages:
			for read in kind.read:
				found += [event.of_kind(name, kind.icon, page.company) for event in read(page)]
	found.sort(key=lambda event: (event.moment, event.key), reverse=True)
	shown = found[:limit]
	more = len(found) > limit
	return {
		"events": [event.as_dict() for event in shown],
		"next": f"{shown[-1].moment.isoformat()}|{shown[-1].key}" if more else None,
	}


def _cursor(before: str | None) -> tuple[datetime | None, str]:
	if not before:
		return None, ""
	moment, _bar, key = before.partition("|")
	try:
		return get_datetime(moment), key
	except (ValueError, TypeError):
		frappe.throw(_("The timeline cannot go on from {0}.").format(frappe.utils.escape_html(before)))


def for_form(doctype: str, name: str) -> list[dict]:
	"""Hook `additional_timeline_content`: what Frappe's own timeline does not know, as it wants to have it."""
	case = frappe.get_doc("Collection Case", name)
	if not case.has_permission("read"):
		return []
	own = [kind for kind, one in kinds().items() if not one.native]
	page = timeline(case, own)
	contents = [
		{"icon": event["icon"], "is_card": 0, "creation": event["moment"], "content": event["content"]}
		for event in page["events"]
	]
	if page["next"]:
		# where the form goes on when older ones are asked for
		contents[-1]["next"] = page["next"]
	return contents
