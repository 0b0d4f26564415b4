"""The demo's connections: set up as an administrator would, against the simulators, and what they brought.

Works in the sandbox and on a bench: the simulators are only spoken to over HTTP.
"""

import urllib.request
from urllib.parse import parse_qsl, urlsplit

from sandbox.providers.consent_screen import link_of

FILES = "Bank Statement Files"
# name of the connection -> its connector
CONNECTIONS = {
	"Atradius": "atradius",
	"Coface Business Information": "coface_information",
	"Companies House": "companies_house",
	"Creditsafe": "creditsafe",
	"GoCardless": "gocardless_bank_data",
	"HubSpot": "hubspot",
	"OpenSanctions": "opensanctions",
	"Pingen": "pingen",
	"Stripe": "stripe",
	"Twilio": "twilio",
}
# trouble that the first sync of the demo meets and gets over: provider, error, where
PROVOKED = (
	("gocardless_bank_data", "429", {"path": "/transactions", "retry_after": 1}),
	("hubspot", "500", {"path": "/search"}),
)
TROUBLE = 400


def connect_files(company: str) -> None:
	"""The folder of bank statements."""
	import frappe

	if not frappe.db.exists("Connector Config", FILES):
		frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": FILES,
				"connector": "file_drop",
				"company": company,
				"inbox_folder": "bank-statements",
			}
		).insert()
	frappe.db.commit()


def connect_providers(company: str, prompt, loaded: dict) -> None:
	"""Credentials entered, consent given in the provider's screen, the connection tested. Whoever was there before is
	only led to where the simulators stand now."""
	import frappe

	prompt.play(loaded["seed"], loaded["as_of"])
	if not any(frappe.db.exists("Connector Config", name) for name in CONNECTIONS):
		prompt.forget()
	cast = prompt.cast()
	_allow([one["host"] for one in cast.values()])
	for name, connector in CONNECTIONS.items():
		_connect(company, name, connector, cast[connector])
	for provider, fault, options in PROVOKED:
		prompt.fault(provider, fault, **options)


def _allow(hosts: list[str]) -> None:
	"""Only public addresses are called: the site's own configuration has to name the simulators."""
	import frappe
	from frappe.installer import update_site_config

	known = frappe.conf.get("collections_allowed_hosts") or []
	update_site_config("collections_allowed_hosts", list(dict.fromkeys([*known, *hosts])))


def _connect(company: str, name: str, connector: str, role: dict) -> None:
	import frappe

	from collections_app.services.connectors import registry, testing
	from collections_app.services.connectors.credentials import save_credentials

	manifest = registry.manifest(connector)
	if frappe.db.exists("Connector Config", name):
		config = frappe.get_doc("Connector Config", name)
	else:
		config = frappe.get_doc(
			{
				"doctype": "Connector Config",
				"connector_name": name,
				"connector": connector,
				"company": company,
				"environment": "sandbox"
				if "sandbox" in manifest.environments
				else next(iter(manifest.environments)),
			}
		)
	config.base_url = role["url"]
	config.enabled = 1
	config.save()
	save_credentials(config, manifest, role["credentials"])
	frappe.db.commit()
	found = testing.test(config)
	if not found["ok"] and manifest.consent:
		give_consent(config)
		config.reload()
		found = testing.test(config)
	if not found["ok"]:
		raise SystemExit(f"demo: {name} cannot be connected: {found['message']}")
	frappe.db.commit()


def give_consent(config) -> None:
	"""What the account holder's browser does: to the provider's screen, a click on Allow, and back to the site."""
	from collections_app.services.connectors import consent

	screen = consent.begin(config)
	opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
	with opener.open(screen, timeout=30) as answer:
		back = dict(parse_qsl(urlsplit(link_of(answer.read().decode())).query))
	consent.finish(back.pop("state"), back)


def switch_off() -> None:
	"""On a bench the simulators end with the demo; nobody should call them afterwards."""
	import frappe

	for name in CONNECTIONS:
		frappe.db.set_value("Connector Config", name, "enabled", 0)


def brought(since) -> list[dict]:
	"""What each stream of a connection brought from then on, and the trouble on the way: the statuses of requests that
	were tried again."""
	import frappe

	rows: dict[tuple[str, str], dict] = {}
	for log in frappe.get_all(
		"Connector Log",
		filters={"kind": "Sync", "creation": [">=", since]},
		fields=[
			*("name", "connector", "stream", "status", "message"),
			*("created_count", "seen_count", "failed_count", "request_count"),
		],
		order_by="creation",
	):
		row = rows.setdefault(
			(log.connector, log.stream),
			{
				"connection": log.connector,
				"connector": frappe.db.get_value("Connector Config", log.connector, "connector"),
				"stream": log.stream,
				**dict.fromkeys(("created", "seen", "failed", "requests"), 0),
				"survived": [],
			},
		)
		for count in ("created", "seen", "failed"):
			row[count] += log[f"{count}_count"]
		row["requests"] += log.request_count
		row |= {"status": log.status, "message": log.message}
		if log.status in ("Success", "Partial"):
			row["survived"] += _troubles(log.name)
	return list(rows.values())


def _troubles(log: str) -> list[int]:
	import frappe

	return frappe.get_all(
		"Connector Log Request",
		filters={"parent": log, "status_code": [">=", TROUBLE]},
		pluck="status_code",
		order_by="idx",
	)
