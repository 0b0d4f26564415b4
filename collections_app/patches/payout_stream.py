"""Connections to payment providers that read payouts now get the stream."""

import frappe

from collections_app.services.connectors import registry


def execute() -> None:
	with_payouts = [
		one.name for one in registry.catalogue() if any(stream.target == "payout" for stream in one.streams)
	]
	for name in frappe.get_all("Connector Config", {"connector": ["in", [*with_payouts, ""]]}, pluck="name"):
		config = frappe.get_doc("Connector Config", name)
		config.set_streams(registry.manifest(config.connector))
		# what else may be wrong with it keeps no site from being upgraded
		config.flags.ignore_validate = True
		config.save(ignore_permissions=True)
