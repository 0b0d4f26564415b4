"""What the form of a connection shows: what can be picked, what it needs, whether it works."""

from typing import Any

import frappe
from frappe import _
from frappe.utils import formatdate, getdate

from collections_app.connectors.base import Manifest
from collections_app.services.connectors import health, progress, registry, webhooks
from collections_app.services.connectors.consent import WARN_DAYS
from collections_app.services.connectors.credentials import credential_state

WHAT = {
	"bank_statement": "Bank transactions",
	"credit_report": "Credit reports",
	"cover": "Credit covers",
	"message_status": "Message statuses",
	"customer_field": "Customer data",
	"payment": "Payments",
	"payout": "Payouts",
}
DOES = {
	"send_letter": "Sends letters",
	"send_registered_email": "Sends registered e-mail",
	"send_sms": "Sends text messages",
	"send_whatsapp": "Sends WhatsApp messages",
	"create_payment_link": "Makes payment links",
	"deactivate_payment_link": "Switches payment links off",
	"request_cover": "Requests covers",
	"declare_overdue": "Declares overdues",
	"identify": "Identifies companies",
	"order_report": "Orders credit reports",
	"follow_report": "Follows them until they are ready",
	"monitor": "Puts companies under monitoring",
	"end_monitoring": "Ends their monitoring",
	"update_customer": "Updates customers there",
	"log_activity": "Writes activities there",
}


def gallery() -> list[dict[str, Any]]:
	"""Each connector of the site as a card, by category and name."""
	return [card(one) for one in registry.catalogue()]


def card(manifest: Manifest) -> dict[str, Any]:
	abilities = [WHAT[one] for one in dict.fromkeys(stream.target for stream in manifest.streams)]
	abilities += [DOES[one] for one in manifest.actions]
	return {
		"value": manifest.name,
		"label": _(manifest.label),
		"description": _(manifest.description),
		"needs": _(manifest.needs) if manifest.needs else "",
		"category": _(manifest.category),
		"abilities": [_(one) for one in abilities],
		"environments": list(manifest.environments),
		"fields": [_(one.label) for one in manifest.fields if one.required],
		"consent": manifest.consent,
		"webhook": manifest.webhook,
		"docs": manifest.docs,
	}


def overview(config) -> dict[str, Any]:
	"""Card, credentials, health by stream, and the next thing to do. `config` is a document as loaded."""
	manifest = registry.manifest(config.connector)
	credentials = credential_state(config, manifest)
	return {
		"card": card(manifest),
		"credentials": credentials,
		"streams": health.streams_of(config),
		"syncing": progress.is_syncing(config.name),
		"parked": health.parked([config.name])[config.name],
		"logs": frappe.db.count("Connector Log", {"connector": config.name}),
		"events": frappe.db.count("Webhook Event", {"connector": config.name}),
		"waiting_events": frappe.db.count("Webhook Event", {"connector": config.name, "status": "Waiting"}),
		"failed_events": frappe.db.count("Webhook Event", {"connector": config.name, "status": "Failed"}),
		"webhook_url": webhooks.address_of(config) if config.webhook_token else "",
		"consent_days": (config.consent_until - getdate()).days if config.consent_until else None,
		"consent_warning": WARN_DAYS,
		"next": _next_step(config, manifest, credentials),
	}


def _next_step(config, manifest: Manifest, credentials: list[dict]) -> str:
	missing = [one["label"] for one in credentials if one["required"] and not one["set"]]
	if missing:
		return _("Enter {0} under Credentials.").format(", ".join(missing))
	if manifest.consent and config.status == "New" and not config.last_sync and not config.consent_until:
		return _("Press Connect to give consent in the provider's own screen.")
	if config.status == "New":
		return _("Test the connection.")
	days = (config.consent_until - getdate()).days if config.consent_until else WARN_DAYS + 1
	if manifest.consent and days < 0:
		return _("The consent ended on {0}. Press Connect to give it again.").format(
			formatdate(config.consent_until)
		)
	if manifest.consent and days <= WARN_DAYS:
		return _("The consent ends on {0}, in {1} day(s). Press Connect to renew it.").format(
			formatdate(config.consent_until), days
		)
	return ""
