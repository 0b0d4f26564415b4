"""The worklist as rows: filtered, sorted and paged by the database, with what the user may see and nothing else."""

from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from collections_app.compat import aggregate
from collections_app.services.access import company_for, seen_customers
from collections_app.services.team.members import NO_PERSON, members_of
from collections_app.services.worklist.facts import SHARED_FIELDS, facts_of, open_cases
from collections_app.services.worklist.rank import DUE, SNOOZED, ranked
from collections_app.services.worklist.rules import CLASSES
from collections_app.services.worklist.words import sentences

PAGE = 50
LARGEST_PAGE = 500
# best first; the name makes the order one that pages can rely on
ORDER = "expected_gain desc, overdue desc, customer asc, name asc"
ROW_FIELDS = (
	*SHARED_FIELDS,
	"company",
	"expected_gain",
	"worklist_state",
	"worklist_class",
	"worklist_reasons",
	"ranked_on",
	"snoozed_until",
	"snooze_reason",
)
# the tab beside those of the classes
SNOOZED_TAB = "Snoozed"


@dataclass(frozen=True)
class Wanted:
	"""What to list. `team`: a User Group, whose members' cases. `klass`: one of CLASSES, SNOOZED_TAB or None for all that is
	due. `minimum_overdue` in company currency. `text`: part of the customer's name or number, or of the case's."""

	company: str
	team: str | None = None
	collector: str | None = None
	only_mine: bool = False
	risk_band: tuple[str, ...] = ()
	klass: str | None = None
	minimum_overdue: float = 0.0
	text: str | None = None
	# whom the user may see, None for all
	customers: tuple[str, ...] | None = None

	@classmethod
	def of(cls, filters: dict | None) -> "Wanted | None":
		"""From the filters of a page or report, the company checked; None on a site without a company."""
		filters = frappe._dict(filters or {})
		company = company_for(filters.company)
		if not company:
			return None
		bands = frappe.parse_json(filters.risk_band) if filters.risk_band else ()
		if filters.team:
			frappe.has_permission("User Group", "read", filters.team, throw=True)
		klass = filters.get("class") or None
		if klass and klass not in (*CLASSES, SNOOZED_TAB):
			frappe.throw(_("There is no class {0}.").format(klass))
		seen = seen_customers()
		return cls(
			company,
			filters.team or None,
			filters.collector or None,
			bool(cint(filters.only_mine)),
			(bands,) if isinstance(bands, str) else tuple(bands),
			klass,
			flt(filters.minimum_overdue),
			(filters.text or "").strip() or None,
			None if seen is None else tuple(seen),
		)

	def filters(self) -> list[list]:
		"""Of the cases, whichever their class."""
		rules = [["company", "=", self.company], ["status", "=", "Open"]]
		if self.customers is not None:
			rules.append(["customer", "in", [*self.customers, ""]])
		if self.only_mine:
			rules.append(["collector", "=", frappe.session.user])
		elif self.collector:
			rules.append(["collector", "=", self.collector])
		if self.team:
			rules.append(["collector", "in", members_of(self.team) or NO_PERSON])
		if self.risk_band:
			rules.append(["risk_band", "in", self.risk_band])
		if self.minimum_overdue > 0:
			rules.append(["overdue", ">=", self.minimum_overdue])
		return rules

	def of_tab(self) -> list[list]:
		"""And of the tab that is open."""
		if self.klass == SNOOZED_TAB:
			return [["worklist_state", "=", SNOOZED]]
		rules = [["worklist_state", "=", DUE]]
		return [*rules, ["worklist_class", "=", self.klass]] if self.klass else rules

	def or_filters(self) -> list[list]:
		if not self.text:
			return []
		like = f"%{self.text}%"
		return [[field, "like", like] for field in ("customer_name", "customer", "name")]


def worklist(filters: dict | None = None, today: date | None = None) -> list[frappe._dict]:
	"""All rows of the worklist, best first, as `rows` gives them; `filters`: those of the report (see `Wanted`)."""
	wanted = Wanted.of(filters)
	return rows(wanted, 0, 0, today) if wanted else []


def rows(
	wanted: Wanted, start: int = 0, page_length: int = PAGE, today: date | None = None
) -> list[frappe._dict]:
	"""One page (`page_length` 0: all). Each row: rank, case, customer, customer_name, why (sentence), reasons (list), class,
	expected_gain, overdue, outstanding (company currency), oldest_days, risk_band, last_contact_on, next_action,
	next_action_on, stage, collector, currency, snoozed_until, snooze_reason, ranked_on."""
	today = getdate(today)
	found = frappe.get_list(
		"Collection Case",
		fields=list(ROW_FIELDS),
		filters=[*wanted.filters(), *wanted.of_tab()],
		or_filters=wanted.or_filters(),
		order_by=ORDER,
		limit_start=start,
		limit_page_length=min(page_length, LARGEST_PAGE),
	)
	shown = [_row(case, today) for case in found]
	for rank, row in enumerate(shown, start=start + 1):
		row.rank = rank
	return shown


def tabs(wanted: Wanted) -> dict:
	"""count and overdue (company currency) of each class and of what is snoozed, whichever tab is open; and `as_of`: the
	oldest day on which any of them was worked out."""
	found = frappe.get_list(
		"Collection Case",
		fields=[
			"worklist_state",
			"worklist_class",
			aggregate("COUNT", "name", "cases"),
			aggregate("SUM", "overdue", "total"),
			aggregate("MIN", "ranked_on", "oldest"),
		],
		filters=[*wanted.filters(), ["worklist_state", "in", [DUE, SNOOZED]]],
		or_filters=wanted.or_filters(),
		group_by="worklist_state, worklist_class",
		order_by="worklist_class",
		limit=0,
	)
	counts = {name: {"count": 0, "overdue": 0.0} for name in (*CLASSES, SNOOZED_TAB)}
	for one in found:
		tab = counts[SNOOZED_TAB if one.worklist_state == SNOOZED else one.worklist_class]
		tab["count"] += cint(one.cases)
		tab["overdue"] = flt(tab["overdue"] + flt(one.total), 2)
	return {
		"counts": counts,
		"as_of": min((getdate(one.oldest) for one in found if one.oldest), default=None),
	}


def worklist_row_of(company: str, case: str, today: date | None = None) -> frappe._dict | None:
	"""The row of one case as of now, whether or not it is due; None when the user may not read it or it is closed."""
	today = getdate(today)
	company = company_for(company)
	seen = frappe.get_list(
		"Collection Case",
		fields=list(ROW_FIELDS),
		filters={"name": case, "company": company, "status": "Open"},
		order_by="name",
		limit=1,
	)
	if not seen or not frappe.has_permission("Customer", "read", seen[0].customer):
		return None
	[facts] = facts_of(company, open_cases(company, [case]), today)
	return _row(frappe._dict({**seen[0], **ranked(facts, today)}), today)


def _row(case: frappe._dict, today: date) -> frappe._dict:
	reasons = sentences(frappe.parse_json(case.pop("worklist_reasons") or "[]"), today)
	last, due = case.last_contact_on, case.oldest_due_date
	case.update(
		{
			"case": case.pop("name"),
			"class": case.pop("worklist_class"),
			"reasons": reasons,
			"why": " · ".join(reasons),
			"last_contact_on": getdate(last) if last else None,
			"oldest_days": max((today - getdate(due)).days, 0) if due and flt(case.overdue) else 0,
		}
	)
	return case
