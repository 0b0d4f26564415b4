"""Consent in the provider's own screen: out from the form, back to the site, and a warning before it ends."""

import json
import secrets
from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import add_days, formatdate, get_url, getdate

from collections_app.services.connectors.lending import lend

RETURN = "/api/method/collections_app.api.connectors.finish_consent"
SECONDS = 15 * 60
WARN_DAYS = 14
CACHE = "collections_consent"


def begin(config) -> str:
	"""The provider's address to send the browser to. What comes back is believed for 15 minutes, once, and only from
	the user who began."""
	state, memory = secrets.token_urlsafe(32), {}
	with lend(config) as lent:
		address = lent.connector.consent_url(get_url(RETURN), state, memory)
	_remember(state, {"connector": config.name, "user": frappe.session.user, "memory": memory})
	return address


def finish(state: str, answer: Mapping[str, str]):
	"""Takes the answer with which the browser came back. Returns the Connector Config."""
	begun = _recall(state)
	if not begun or begun["user"] != frappe.session.user:
		frappe.throw(
			_("This answer does not belong to a consent that you began. Press Connect again."),
			frappe.PermissionError,
		)
	config = frappe.get_doc("Connector Config", begun["connector"])
	config.check_permission("write")
	with lend(config) as lent:
		until = lent.connector.finish_consent(get_url(RETURN), answer, begun["memory"])
	config.db_set({"consent_until": until, "status": "New", "status_message": _("Consent was given.")})
	_close_reminders(config.name)
	return config


def warn_of_ends() -> int:
	"""A ToDo for each consent that ends soon or has ended, once. Returns how many were written."""
	written = 0
	for config in frappe.get_all(
		"Connector Config",
		filters={"enabled": 1, "consent_until": ["between", ["2000-01-01", add_days(getdate(), WARN_DAYS)]]},
		fields=["name", "connector", "consent_until", "owner"],
		order_by="consent_until",
	):
		if frappe.db.exists("ToDo", {**_reference(config.name), "date": config.consent_until}):
			continue
		frappe.get_doc(
			{
				"doctype": "ToDo",
				**_reference(config.name),
				"allocated_to": _responsible(config.owner),
				"date": config.consent_until,
				"priority": "High",
				"description": _("The consent of {0} ends on {1}. Open it and give consent again.").format(
					frappe.bold(config.name), formatdate(config.consent_until)
				),
			}
		).insert(ignore_permissions=True)
		frappe.db.set_value("Connector Config", config.name, "status", "Warning")
		written += 1
	return written


def _responsible(owner: str) -> str:
	"""Who made the connection, while that person is still there; else the administrator."""
	return owner if frappe.db.get_value("User", owner, "enabled") else "Administrator"


def _reference(config: str) -> dict[str, str]:
	return {"reference_type": "Connector Config", "reference_name": config}


def _close_reminders(config: str) -> None:
	for name in frappe.get_all("ToDo", {**_reference(config), "status": "Open"}, pluck="name"):
		frappe.db.set_value("ToDo", name, "status", "Closed")


def _remember(state: str, values: dict) -> None:
	frappe.cache().set_value(f"{CACHE}:{state}", json.dumps(values), expires_in_sec=SECONDS)


def _recall(state: str) -> dict | None:
	"""Once only: whoever comes second finds nothing."""
	key = f"{CACHE}:{state}"
	text = frappe.cache().get_value(key, expires=True)
	frappe.cache().delete_value(key)
	return json.loads(text) if text else None
