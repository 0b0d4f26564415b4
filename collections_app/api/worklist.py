"""The page Collections Worklist: its list, the file of one customer, snoozing, the progress of the day."""

import frappe
from frappe import _
from frappe.utils import cint, getdate

from collections_app.services.cases.state import refresh_case
from collections_app.services.worklist import calls, file, listing, progress
from collections_app.services.worklist import rank as ranking
from collections_app.services.worklist import snooze as snoozing


@frappe.whitelist()
def opening(filters: str | dict | None = None) -> dict:
	"""What the page shows first: the first `rows`, and the `file` of the customer to begin with, as `case_file` gives it; None where
	there is none, or where it fails: the page asks for it then and says why."""
	first = rows(filters)
	return {**first, "file": _first_file(first["rows"])}


def _first_file(found: list[dict]) -> dict | None:
	begin = next((row for row in found if not row.worked), next(iter(found), None))
	try:
		return begin and case_file(begin.case)
	except Exception:
		frappe.clear_messages()
		return None


@frappe.whitelist()
def rows(filters: str | dict | None = None, start: int = 0, page_length: int = listing.PAGE) -> dict:
	"""One page of the worklist, best first.

	`filters`: company (the user's default when missing), team (User Group), collector, only_mine, risk_band, class (one, or
	"Snoozed"), minimum_overdue, text. Returns `rows` (see `listing.rows`; `worked`: whether somebody worked on it today), `counts`
	by class with their overdue, `as_of`: the day they were worked out, company and currency; company None on a site
	without one.
	"""
	wanted = _wanted(filters)
	if not wanted:
		return {"company": None, "rows": [], "counts": {}}
	length = min(max(cint(page_length), 1), listing.LARGEST_PAGE)
	found = listing.rows(wanted, max(cint(start), 0), length)
	workers = progress.worked_on(wanted.company, getdate())
	for row in found:
		row.worked = row.case in workers
	currency = frappe.get_cached_value("Company", wanted.company, "default_currency")
	return {"company": wanted.company, "currency": currency, "rows": found, **listing.tabs(wanted)}


@frappe.whitelist()
def day(filters: str | dict | None = None) -> dict:
	"""The progress of the day under the same filters: see `progress.progress`."""
	wanted = _wanted(filters)
	return progress.progress(wanted) if wanted else {}


@frappe.whitelist()
def case_file(case: str) -> dict:
	"""The customer's file: see `file.case_file`."""
	return file.case_file(_case(case))


@frappe.whitelist()
def invoices(case: str, limit: int = 0) -> dict:
	"""The open invoices with their expected payments: see `file.invoices_of`."""
	return file.invoices_of(_case(case), max(cint(limit), 0))


@frappe.whitelist()
def call_script(case: str) -> dict:
	"""What to say on the phone: see `calls.call_script`."""
	return calls.call_script(_case(case))


@frappe.whitelist(methods=["POST"])
def snooze(case: str, until: str | None = None, reason: str | None = None) -> dict:
	"""Takes the case off the worklist until a day, for a reason; without a day it is back at once."""
	doc = _case(case, "write")
	snoozing.snooze(doc, until or None, reason)
	return {"snoozed_until": doc.snoozed_until}


@frappe.whitelist(methods=["POST"])
def acted(case: str) -> dict | None:
	"""After somebody did something: works the case's place out anew. Returns its row, None once it is closed."""
	doc = _case(case, "write")
	refresh_case(case)
	row = listing.worklist_row_of(doc.company, case)
	if row:
		row.worked = case in progress.worked_on(doc.company, getdate())
	return row


@frappe.whitelist(methods=["POST"])
def rank_now(company: str) -> None:
	"""Works the whole list of a company out anew."""
	wanted = _wanted({"company": company})
	frappe.has_permission("Collection Case", "write", throw=True)
	ranking.rank_company(wanted.company)


def _wanted(filters: str | dict | None) -> listing.Wanted | None:
	frappe.has_permission("Collection Case", "read", throw=True)
	parsed = frappe.parse_json(filters) if filters else {}
	if not isinstance(parsed, dict):
		frappe.throw(_("The filters must be a dictionary."))
	return listing.Wanted.of(parsed)


def _case(name: str, ptype: str = "read"):
	doc = frappe.get_doc("Collection Case", name)
	doc.check_permission(ptype)
	frappe.has_permission("Customer", "read", doc.customer, throw=True)
	return doc
