"""Connectors from the desk: choose, enter credentials, test, sync, upload, try again. And what providers call."""

import frappe
from frappe import _
from frappe.utils import get_url_to_form

from collections_app.connectors.base import ConnectorError
from collections_app.services.connectors import (
	consent,
	parked,
	progress,
	registry,
	testing,
	upload,
	webhooks,
)
from collections_app.services.connectors import (
	overview as overviews,
)
from collections_app.services.connectors.credentials import save_credentials as save
from collections_app.services.connectors.sync import sync_connector
from collections_app.services.texts import message_of


@frappe.whitelist()
def catalogue() -> list[dict]:
	"""What can be connected: value, label, category, description, what it does and needs."""
	frappe.has_permission("Connector Config", "read", throw=True)
	return overviews.gallery()


@frappe.whitelist()
def overview(connector: str) -> dict:
	"""What a connection is, what it still needs, and how it is."""
	return overviews.overview(_config(connector, "read"))


@frappe.whitelist(methods=["POST"])
def save_credentials(connector: str, values: str | dict) -> dict:
	"""Keeps what was entered; an empty secret leaves the one that is there."""
	config = _config(connector)
	entered = frappe.parse_json(values) or {}
	save(
		config,
		registry.manifest(config.connector),
		{str(key): str(one or "") for key, one in entered.items()},
	)
	return overviews.overview(config)


@frappe.whitelist(methods=["POST"])
def test_connection(connector: str) -> dict:
	"""Really tries the connection, and learns the bank accounts behind it."""
	return testing.test(_config(connector))


@frappe.whitelist(methods=["POST"])
def start_consent(connector: str) -> str:
	"""The provider's address where the account holder gives consent."""
	try:
		return consent.begin(_config(connector))
	except ConnectorError as error:
		frappe.throw(message_of(error), title=_("Consent cannot be asked for"))


@frappe.whitelist()
def finish_consent(state: str) -> None:
	"""Where the provider's screen sends the browser back to; a GET, because providers do that. The state proves that
	the same user began it."""
	answer = {key: str(value) for key, value in frappe.form_dict.items() if key not in ("state", "cmd")}
	try:
		config = consent.finish(state, answer)
	except ConnectorError as error:
		frappe.throw(message_of(error), title=_("Consent was not given"))
	frappe.db.commit()  # nosemgrep: a GET is rolled back otherwise, and the code was worth one try only
	frappe.local.response["type"] = "redirect"
	frappe.local.response["location"] = get_url_to_form("Connector Config", config.name)


@frappe.whitelist(methods=["POST"])
def sync_now(connector: str) -> dict:
	"""Has a worker read the connector; `queued` is false when one does already. The form is told what comes meanwhile."""
	return {"queued": progress.begin(_config(connector).name)}


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


@frappe.whitelist(methods=["POST"])
def retry_records(log: str, row: str | None = None) -> dict:
	"""Tries the parked records of a log again, or the one of that row."""
	return parked.retry(_log(log), row)


@frappe.whitelist(methods=["POST"])
def dismiss_records(log: str, row: str | None = None) -> int:
	"""Gives the parked records of a log up, or the one of that row."""
	return parked.dismiss(_log(log), row)


@frappe.whitelist(methods=["POST"])
def replay_event(event: str) -> dict:
	"""Works a webhook's event once more."""
	doc = frappe.get_doc("Webhook Event", event)
	doc.check_permission("read")
	_config(doc.connector)
	webhooks.process(doc.name)
	doc.reload()
	return {"status": doc.status, "message": doc.message}


@frappe.whitelist(allow_guest=True, methods=["POST"])  # nosemgrep: believed by its signature alone
def webhook() -> None:
	"""Where providers call. The key in the address names the connection, the signature proves who calls."""
	request = frappe.request
	status, word = webhooks.take(
		request.args.get("key", ""),
		request.headers,
		request.get_data(),
		request.query_string.decode("utf-8", "replace"),
		frappe.local.request_ip or "",
	)
	frappe.local.response["http_status_code"] = status
	frappe.local.response["message"] = word


def _config(name: str, permission: str = "write"):
	config = frappe.get_doc("Connector Config", name)
	config.check_permission(permission)
	return config


def _log(name: str) -> str:
	"""A log that the user may read, of a connection that the user may change."""
	log = frappe.get_doc("Connector Log", name)
	log.check_permission("read")
	_config(log.connector)
	return log.name


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
