"""Decisions about Collection Actions. Each answers with counts, and with `refused`: name, title and why of the others."""

import frappe
from frappe import _

from collections_app.constants.roles import MANAGERS
from collections_app.services.outbox import decide
from collections_app.services.outbox.follow_connected import ask_now
from collections_app.services.outbox.work import judge


@frappe.whitelist(methods=["POST"])
def approve(names: str | list) -> dict:
	"""Approves actions and releases those that nothing else holds; they go out with the next dispatch.

	A collector may write actions but not approve them: the approval is the second pair of eyes.
	"""
	if not MANAGERS.intersection(frappe.get_roles()):
		frappe.throw(_("Only a Credit Manager may approve messages."), frappe.PermissionError)
	decided = decide.approve(_writable(names))
	return {"approved": len(decided.done), "released": judge(decided.done), "refused": decided.refused}


@frappe.whitelist(methods=["POST"])
def cancel(names: str | list, reason: str) -> dict:
	"""Cancels actions that have not gone out, for a reason that is kept."""
	decided = decide.cancel(_writable(names), reason)
	return {"cancelled": len(decided.done), "refused": decided.refused}


@frappe.whitelist(methods=["POST"])
def skip(names: str | list, reason: str) -> dict:
	"""Leaves the plan's step out for these actions' items, for a reason that is kept; the plan goes on with the next."""
	decided = decide.skip(_writable(names), reason)
	return {"skipped": len(decided.done), "refused": decided.refused}


@frappe.whitelist(methods=["POST"])
def retry(names: str | list) -> dict:
	"""Puts failed actions back into the queue."""
	decided = decide.retry(_writable(names))
	return {"queued": len(decided.done), "refused": decided.refused}


@frappe.whitelist(methods=["POST"])
def resolve_uncertain(names: str | list, outcome: str) -> dict:
	"""`outcome`: "sent" or "not sent", as a person found out."""
	if outcome not in ("sent", "not sent"):
		frappe.throw(_("The outcome is either 'sent' or 'not sent'."))
	decided = decide.resolve_uncertain(_writable(names), was_sent=outcome == "sent")
	return {"resolved": len(decided.done), "refused": decided.refused}


@frappe.whitelist(methods=["POST"])
def ask_provider(action: str) -> dict:
	"""Asks the provider of one message what became of it. Returns `said`: a sentence, and the action's `status`."""
	_writable([action])
	return ask_now(action)


def _writable(names: str | list) -> list[str]:
	"""The names, each checked: one that may not be written stops the call before anything is changed."""
	names = frappe.parse_json(names) if isinstance(names, str) else names
	for name in names:
		frappe.has_permission("Collection Action", "write", name, throw=True)
	return names
