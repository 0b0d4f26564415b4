"""Low-code connectors: what can be mapped, test of a stream, export and import."""

from typing import Any

import frappe

from collections_app.connectors.low_code.targets import TARGETS
from collections_app.services.connectors.low_code import transfer, trial
from collections_app.services.connectors.low_code.definitions import DOCTYPE


@frappe.whitelist()
def target_fields() -> dict[str, dict]:
	"""By the label of a target: its fields with name, label, kind, help, whether required and usual."""
	frappe.has_permission(DOCTYPE, "read", throw=True)
	return {
		one.label: {
			"prefix": one.prefix,
			"one_of": list(one.one_of),
			"fields": [
				{
					"name": field.name,
					"label": frappe._(field.label),
					"kind": field.kind,
					"help": frappe._(field.help) if field.help else "",
					"required": field.required,
					"usual": field.usual,
					"choices": list(field.choices),
				}
				for field in one.fields
			],
		}
		for one in TARGETS.values()
	}


@frappe.whitelist(methods=["POST"])
def test_stream(connector: str, stream: str, connection: str) -> dict[str, Any]:
	"""Asks the service for the stream's first page: the raw answer, and its rows as they would be mapped."""
	doc = frappe.get_doc(DOCTYPE, connector)
	doc.check_permission("read")
	# it uses the connection's credentials
	config = frappe.get_doc("Connector Config", connection)
	config.check_permission("write")
	return trial.try_stream(doc, stream, config)


@frappe.whitelist()
def export_definition(connector: str) -> dict[str, Any]:
	"""The definition as JSON; it holds no secrets."""
	doc = frappe.get_doc(DOCTYPE, connector)
	doc.check_permission("read")
	return transfer.export(doc)


@frappe.whitelist(methods=["POST"])
def import_definition(text: str, replace: bool = False) -> dict[str, Any]:
	"""Makes a low-code connector of a definition; one of the same name is replaced only when that is asked for."""
	frappe.has_permission(DOCTYPE, "create", throw=True)
	frappe.has_permission(DOCTYPE, "write", throw=True)
	doc, replaced = transfer.bring_in(text, replace)
	return {"name": doc.name, "replaced": replaced}
