"""Decisions about Collection Actions."""

import frappe
from frappe import _

from collections_app.constants.roles import CREDIT_MANAGER
from collections_app.services.outbox import decide
from collections_app.services.outbox.work import judge

APPROVERS = frozenset({CREDIT_MANAGER, "System Manager"})


@frappe.whitelist(methods=["POST"])
def approve(names: str | list) -> dict:
	"""Approves actions and releases those that nothing else holds; they go out with the next dispatch.

	A collector may write actions but not approve them: the approval is the second pair of eyes.
	"""
	if not APPROVERS.intersection(frappe.get_roles()):
		frappe.throw(_("Only a Credit Manager may approve messages."), frappe.PermissionError)
	allowed = _writable(names)
	approved = decide.approve(allowed)
	released = judge(approved)
	return {"approved": len(approved), "released": released, "unchanged": len(allowed) - len(approved)}


@frappe.whitelist(methods=["POST"])
def cancel(names: str | list, reason: str) -> dict:
	"""Cancels actions that have not gone out, for a reason that is kept."""
	allowed = _writable(names)
	cancelled = decide.cancel(allowed, reason)
	return {"cancelled": len(cancelled), "unchanged": len(allowed) - len(cancelled)}


@frappe.whitelist(methods=["POST"])
def retry(name: str) -> dict:
	"""Puts a failed action back into the queue."""
	decide.retry(*_writable([name]))
	return {"queued": 1}


@frappe.whitelist(methods=["POST"])
def resolve_uncertain(name: str, outcome: str) -> dict:
	"""`outcome`: "sent" or "not sent", as a person found out."""
	if outcome not in ("sent", "not sent"):
		frappe.throw(_("The outcome is either 'sent' or 'not sent'."))
	decide.resolve_uncertain(*_writable([name]), was_sent=outcome == "sent")
	return {"resolved": 1}


def _writable(names: str | list) -> list[str]:
	"""The names, each checked: one that may not be written stops the call before anything is changed."""
	names = frappe.parse_json(names) if isinstance(names, str) else names
	for name in names:
		frappe.has_permission("Collection Action", "write", name, throw=True)
	return names
