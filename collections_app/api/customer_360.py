"""The page Customer 360: its head, its panels, and what is done from there that has no place of its own."""

import frappe
from frappe import _
from frappe.utils import add_years, getdate

from collections_app.services import customer_view
from collections_app.services.access import company_for
from collections_app.services.customer_360 import behaviour as paying
from collections_app.services.customer_360 import expected as expecting
from collections_app.services.customer_360 import head as heading
from collections_app.services.customer_360 import limit as limits
from collections_app.services.customer_360 import people as contacts
from collections_app.services.customer_360 import statement as statements
from collections_app.services.customer_360 import timeline as events
from collections_app.services.letters.languages import language_without_one
from collections_app.services.scoring import now as scoring_now


@frappe.whitelist()
def head(customer: str, company: str | None = None) -> dict:
	"""The head of the page: see `head.head`. `may`: what the user may do from here."""
	_check(customer)
	return {
		**heading.head(customer, company or None),
		"may": {
			"write_case": bool(frappe.has_permission("Collection Case", "write")),
			"promise": bool(frappe.has_permission("Promise to Pay", "create")),
			"dispute": bool(frappe.has_permission("Invoice Dispute", "create")),
			"send": bool(frappe.has_permission("Collection Action", "write")),
			"reassign": bool(frappe.has_permission("Collection Case", "write")),
			"propose_limit": _may_propose_limit(),
		},
	}


@frappe.whitelist()
def behaviour(customer: str, company: str) -> dict:
	"""How late each invoice was paid: see `behaviour.behaviour`."""
	return paying.behaviour(customer, _checked(customer, company), getdate())


@frappe.whitelist()
def expected(customer: str, company: str) -> dict:
	"""The open items with the day each will be paid: see `expected.expected`."""
	return expecting.expected(customer, _checked(customer, company), getdate())


@frappe.whitelist()
def score(customer: str, company: str) -> dict | None:
	"""The last score with its factors: see `customer_view.latest_score`; None without one."""
	company = _checked(customer, company)
	frappe.has_permission("Risk Score", "read", throw=True)
	return customer_view.latest_score(customer, company)


@frappe.whitelist()
def people(customer: str, company: str) -> dict:
	"""Contacts and the address of letters: see `people.people`."""
	return contacts.people(customer, _checked(customer, company))


@frappe.whitelist()
def timeline(
	customer: str,
	companies: str | list | None = None,
	kinds: str | list | None = None,
	before: str | None = None,
) -> dict:
	"""A page of all that happened, over all companies or these: see `timeline.timeline`."""
	_check(customer)
	return events.timeline(customer, _list(companies), _list(kinds), before)


@frappe.whitelist()
def statement(
	customer: str,
	company: str,
	from_date: str | None = None,
	to_date: str | None = None,
	open_only: bool = False,
) -> dict:
	"""The statement of account of a period (the last year where none is given): see `statement.shown`."""
	return statements.shown(_statement(customer, company, from_date, to_date, open_only))


@frappe.whitelist()
def statement_pdf(
	customer: str,
	company: str,
	from_date: str | None = None,
	to_date: str | None = None,
	open_only: bool = False,
) -> None:
	"""The statement of account as a PDF file, in the customer's language."""
	wanted = _statement(customer, company, from_date, to_date, open_only)
	language = frappe.db.get_value("Customer", customer, "language") or language_without_one(wanted.company)
	name = _("Statement of Account {0}").format(customer)
	frappe.local.response.update(
		{"type": "pdf", "filename": f"{name}.pdf", "filecontent": statements.pdf(wanted, language)}
	)


@frappe.whitelist(methods=["POST"])
def score_now(customer: str, company: str) -> str:
	"""Has the customer scored now, in the background. Returns what to tell the user."""
	company = _checked(customer, company)
	frappe.has_permission("Risk Score", "read", throw=True)
	frappe.has_permission("Collection Case", "write", throw=True)
	scoring_now.queue(customer, company)
	return _("{0} is being scored.").format(
		frappe.bold(frappe.get_cached_value("Customer", customer, "customer_name"))
	)


@frappe.whitelist()
def suggest_limit(customer: str, company: str) -> dict:
	"""The credit limit the policy would propose: see `limit.suggestion`."""
	company = _checked(customer, company)
	frappe.has_permission("Credit Limit Proposal", "read", throw=True)
	return limits.suggestion(customer, company, getdate())


@frappe.whitelist(methods=["POST"])
def propose_limit(customer: str, company: str, amount: float, reason: str) -> str:
	"""Proposes a credit limit, on which a Credit Manager decides. Returns the Credit Limit Proposal."""
	company = _checked(customer, company)
	if not _may_propose_limit():
		frappe.throw(_("You may not propose credit limits."), frappe.PermissionError)
	return limits.propose_limit(customer, company, amount, reason, getdate())


def _may_propose_limit() -> bool:
	"""Whoever works cases; the decision is a Credit Manager's."""
	return bool(
		frappe.has_permission("Credit Limit Proposal", "read")
		and frappe.has_permission("Collection Case", "write")
	)


def _check(customer: str) -> None:
	frappe.has_permission("Collection Case", "read", throw=True)
	frappe.has_permission("Customer", "read", customer, throw=True)


def _checked(customer: str, company: str) -> str:
	"""The company, which the user may see, of a customer that the user may read."""
	_check(customer)
	return company_for(company)


def _list(value: str | list | None) -> list[str] | None:
	return (frappe.parse_json(value) if isinstance(value, str) else value) or None


def _statement(
	customer: str, company: str, from_date: str | None, to_date: str | None, open_only: bool
) -> statements.Wanted:
	company = _checked(customer, company)
	until = getdate(to_date or None)
	since = getdate(from_date) if from_date else add_years(until, -1)
	if since > until:
		frappe.throw(_("The first day is after the last one."))
	return statements.Wanted(company, customer, since, until, bool(open_only))
