"""The Collections Cockpit: one method for each panel. `companies`: list of names; `team`: a User Group; `period`: days."""

import frappe

from collections_app.services.cockpit import ageing as ageings
from collections_app.services.cockpit import cash as cash_of_week
from collections_app.services.cockpit import disputes as open_disputes
from collections_app.services.cockpit import feeds as feed_health
from collections_app.services.cockpit import indicators as key_figures
from collections_app.services.cockpit import movers as moving
from collections_app.services.cockpit import news as changes
from collections_app.services.cockpit import opening as openings
from collections_app.services.cockpit import promises as open_promises
from collections_app.services.cockpit import sync
from collections_app.services.cockpit.scope import make_scope
from collections_app.services.digest import mail


@frappe.whitelist()
def opening() -> dict:
	"""What can be chosen, and what the user may do: see `opening.opening`."""
	frappe.has_permission("Collection Case", "read", throw=True)
	return openings.opening()


@frappe.whitelist()
def head(companies: str | list | None = None, team: str | None = None) -> dict:
	"""What stands above the figures: see `opening.head`."""
	return openings.head(make_scope(companies, team))


@frappe.whitelist()
def cash(companies: str | list | None = None, team: str | None = None) -> dict:
	"""Cash of this week, expected and come in: see `cash.cash`."""
	return cash_of_week.cash(make_scope(companies, team))


@frappe.whitelist()
def indicators(
	companies: str | list | None = None, team: str | None = None, period: int | None = None
) -> dict:
	"""Overdue, DSO and its kin with their lines: see `indicators.indicators`."""
	return key_figures.indicators(make_scope(companies, team, period))


@frappe.whitelist()
def ageing(companies: str | list | None = None, team: str | None = None) -> dict:
	"""Open items by age and risk band: see `ageing.ageing`."""
	return ageings.ageing(make_scope(companies, team))


@frappe.whitelist()
def promises(companies: str | list | None = None, team: str | None = None) -> dict:
	"""Open promises by when they are due: see `promises.promises`."""
	return open_promises.promises(make_scope(companies, team))


@frappe.whitelist()
def disputes(companies: str | list | None = None, team: str | None = None) -> dict:
	"""Open disputes by age: see `disputes.disputes`."""
	return open_disputes.disputes(make_scope(companies, team))


@frappe.whitelist()
def movers(companies: str | list | None = None, team: str | None = None, days: int = 1) -> dict:
	"""Customers that moved most since `days` (1, 7 or 30) ago: see `movers.movers`."""
	return moving.movers(make_scope(companies, team), days)


@frappe.whitelist()
def news(companies: str | list | None = None, team: str | None = None) -> dict:
	"""What changed since yesterday, in sentences: see `news.news`."""
	return changes.news(make_scope(companies, team))


@frappe.whitelist()
def feeds(companies: str | list | None = None, team: str | None = None) -> dict:
	"""How fresh the bank data is, and connections in trouble: see `feeds.feeds`."""
	return feed_health.feeds(make_scope(companies, team))


@frappe.whitelist(methods=["POST"])
def start_runs(companies: str | list | None = None) -> dict:
	"""Starts today's run of each company: see `sync.start_runs`."""
	frappe.has_permission("Collection Run", "create", throw=True)
	return sync.start_runs(make_scope(companies))


@frappe.whitelist(methods=["POST"])
def read_connections(companies: str | list | None = None) -> dict:
	"""Has the companies' connections read, without a run: see `sync.start_reading`."""
	frappe.has_permission("Connector Config", "write", throw=True)
	return sync.start_reading(make_scope(companies))


@frappe.whitelist()
def digest_preview(companies: str | list | None = None) -> dict:
	"""The weekly digest as the signed-in user would get it now: see `mail.preview`."""
	frappe.has_permission("Collection Case", "read", throw=True)
	return mail.preview(companies)
