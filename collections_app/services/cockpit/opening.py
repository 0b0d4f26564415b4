"""What the page needs before it asks for figures: what there is to choose, and what the user may do."""

import frappe
from frappe import _

from collections_app.services import money
from collections_app.services.access import company_for
from collections_app.services.cockpit import sync
from collections_app.services.cockpit.scope import DEFAULT_PERIOD, Scope, choosable
from collections_app.services.settings import company_currency, enabled_companies
from collections_app.services.team.members import teams


def opening() -> dict:
	"""Companies (name, currency), the user's own, teams, and what to do next on a site without a company or settings."""
	names = choosable()
	own = company_for()
	return {
		"companies": [{"name": name, "currency": company_currency(name)} for name in names],
		"company": own if own in names else (names[0] if names else None),
		"teams": teams() if frappe.has_permission("User Group", "read") else [],
		"period": DEFAULT_PERIOD,
		"may_run": sync.may_run(),
		"next": _next_step(names),
	}


def _next_step(names: list[str]) -> dict | None:
	if not names:
		return {
			"title": _("There is no company yet."),
			"text": _("Figures come once a company is set up."),
			"route": ["List", "Company"] if frappe.has_permission("Company", "create") else None,
			"label": _("Companies"),
		}
	if not enabled_companies():
		may = frappe.has_permission("Collections Settings", "write")
		return {
			"title": _("No company is collected for yet."),
			"text": _("Add it to Collections Settings; the first run brings the figures."),
			"route": ["Form", "Collections Settings"] if may else None,
			"label": _("Collections Settings"),
		}
	return None


def head(scope: Scope) -> dict:
	"""What stands above the figures: `messages` about what is left out, `currency` and whether rates were used, when the
	snapshots were taken, and the runs under way."""
	frappe.has_permission("Receivables Snapshot", "read", throw=True)
	last = dict(
		# of whole companies, but only when
		frappe.get_all(
			"Receivables Snapshot",
			filters={"company": ["in", [*scope.companies, ""]], "rebuilt": 0},
			fields=["company", "modified"],
			order_by="snapshot_date",
			as_list=True,
		)
	)
	return {
		"currency": scope.currency,
		"messages": [*scope.messages, *money.told_of_rates(scope.rates, scope.currency)],
		"companies": list(scope.companies),
		"taken": min(last.values(), default=None),
		"missing": [name for name in scope.companies if name not in last],
		"runs": sync.under_way(scope),
	}
