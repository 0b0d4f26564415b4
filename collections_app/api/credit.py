"""Credit limits: how a customer stands against its own, proposing them, and deciding."""

import frappe
from frappe import _

from collections_app.constants.roles import MANAGERS
from collections_app.services import settings
from collections_app.services.access import company_for
from collections_app.services.credit import limits
from collections_app.services.credit.standing import standing_of


@frappe.whitelist()
def standing(customer: str, company: str | None = None) -> dict:
	"""A customer's exposure against its limit and its cover: see `standing.standing_of`."""
	frappe.has_permission("Customer", "read", doc=customer, throw=True)
	company = company_for(company or None)
	if not company:
		frappe.throw(_("There is no company yet"))
	return {"company": company, **standing_of(customer, company)}


@frappe.whitelist(methods=["POST"])
def propose_limits(company: str) -> str:
	"""Queues the proposing for a company. Returns what to tell the user."""
	_only_deciders()
	company = company_for(company)
	settings.company_row(company)
	limits.queue(company)
	return _("Limits of {0} are being looked at; proposals appear in the list.").format(frappe.bold(company))


@frappe.whitelist(methods=["POST"])
def approve_limits(names: str | list) -> dict:
	"""Sets the approved limits. Returns done (names) and failed (name, error)."""
	return limits.approve(_decidable(names))


@frappe.whitelist(methods=["POST"])
def reject_limits(names: str | list) -> dict:
	"""Returns done (names) and failed (name, error)."""
	return limits.reject(_decidable(names))


def _only_deciders() -> None:
	if not MANAGERS.intersection(frappe.get_roles()):
		frappe.throw(_("Only a Credit Manager decides on credit limits."), frappe.PermissionError)


def _decidable(names: str | list) -> list[str]:
	"""The proposals, each of which the user may decide on. PermissionError otherwise."""
	_only_deciders()
	names = frappe.parse_json(names)
	names = [names] if isinstance(names, str) else names
	for name in names:
		frappe.has_permission(limits.DOCTYPE, "write", name, throw=True)
	return names
