"""Connectors from the desk: choose, test, sync, upload."""

import frappe
from frappe import _

from collections_app.connectors.base import ConnectorError
from collections_app.services.connectors import registry, upload
from collections_app.services.connectors.sync import sync_connector


@frappe.whitelist()
def catalogue() -> list[dict]:
	"""What can be connected: value, label, description, category."""
	frappe.has_permission("Connector Config", "read", throw=True)
	return [
		{
			"value": one.name,
			"label": _(one.label),
			"description": _(one.description),
			"category": _(one.category),
		}
		for one in registry.catalogue()
	]


@frappe.whitelist(methods=["POST"])
def test_connection(connector: str) -> dict:
	"""Really tries the connection."""
	config = _config(connector)
	try:
		return {"ok": True, "message": registry.connect(config).check()}
	except ConnectorError as error:
		return {"ok": False, "message": str(error)}


@frappe.whitelist(methods=["POST"])
def sync_now(connector: str) -> dict:
	"""Reads the connector now and says what came."""
	return _outcome(sync_connector(_config(connector).name))


@frappe.whitelist(methods=["POST"])
def upload_statement(connector: str, file_url: str) -> dict:
	"""Puts an uploaded file into the connector's folder and reads it."""
	config = _config(connector)
	upload.place_file(config, file_url)
	return _outcome(sync_connector(config.name))


@frappe.whitelist(methods=["POST"])
def retry_failed(connector: str) -> dict:
	"""Moves the files that could not be read back into the folder and reads them again."""
	config = _config(connector)
	moved = upload.return_failed_files(config)
	return {"files": moved, **_outcome(sync_connector(config.name))}


def _config(name: str):
	config = frappe.get_doc("Connector Config", name)
	config.check_permission("write")
	return config


def _outcome(results) -> dict:
	lines = [result.error for result in results if result.error]
	lines += [failure["message"] for result in results for failure in result.failures]
	lines += [note for result in results for note in result.notes]
	return {
		"created": sum(result.created for result in results),
		"seen": sum(result.seen for result in results),
		"failed": sum(len(result.failures) + bool(result.error) for result in results),
		"message": "\n".join(lines),
	}
