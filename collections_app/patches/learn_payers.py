"""Payments that people confirmed before there was a Payer Alias keep teaching who pays."""

import frappe

from collections_app.services.cash import aliases


def execute() -> None:
	names = frappe.get_all(
		"Cash Match",
		filters={"status": "Applied", "rule": "person", "learned": 0, "customer": ["is", "set"]},
		pluck="name",
	)
	for name in names:
		match = frappe.get_doc("Cash Match", name)
		aliases.learn(match, aliases.CONFIRMED)
		match.db_set("learned", match.learned, update_modified=False)
