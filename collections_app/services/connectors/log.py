"""The Connector Log: what was done, what came, what failed, and each request with its secrets masked."""

from typing import Any

import frappe
from frappe.utils import add_to_date, now_datetime

from collections_app.connectors.runtime import RequestRecord
from collections_app.services.texts import told

PARKED = "Parked"


def write_log(
	connector: str,
	kind: str,
	status: str,
	*,
	seconds: float = 0,
	requests: list[RequestRecord] = (),
	request_count: int = 0,
	failures: list[dict] = (),
	**values: Any,
) -> str:
	"""Adds an entry and returns its name."""
	log = frappe.get_doc(
		{
			"doctype": "Connector Log",
			"connector": connector,
			"kind": kind,
			"status": status,
			"started_at": add_to_date(now_datetime(), seconds=-seconds),
			"seconds": seconds,
			"request_count": request_count,
			"failed_count": len(failures),
			"failures": [dict(one) for one in failures],
			"requests": [request_row(one) for one in requests],
			**values,
		}
	)
	return log.insert(ignore_permissions=True).name


def log_result(connector: str, kind: str, result, lent, message: str = "", **values: Any) -> str:
	"""Adds the entry of a SyncResult and of what was `lent` for it (None: it did not come that far)."""
	failures = [{**one, "message": plain(one["message"])} for one in result.failures]
	return write_log(
		connector,
		kind,
		result.status,
		seconds=result.seconds,
		created_count=result.created,
		seen_count=result.seen,
		message=plain(message or result.error),
		failures=_parked_once(connector, failures),
		traceback=result.traceback,
		requests=lent.requests if lent else [],
		request_count=lent.request_count if lent else 0,
		**values,
	)


def _parked_once(connector: str, failures: list[dict]) -> list[dict]:
	"""The failures without the payload of those that are parked already: a record read twice is parked once."""
	if not failures:
		return []
	waiting = noted_before(connector, failures, PARKED)
	kept = []
	for one in failures:
		again = one.get("status") == PARKED and (one["stream"], one["external_id"], one["payload"]) in waiting
		kept.append({**one, "status": "", "payload": "", "payload_kind": ""} if again else one)
	return kept


def noted_before(connector: str, failures: list[dict], status: str) -> set[tuple]:
	"""Stream, id and payload of those of the failures that stand in the connector's log with that status."""
	logs = frappe.get_all("Connector Log", {"connector": connector, "failed_count": [">", 0]}, pluck="name")
	rows = frappe.get_all(
		"Connector Log Failure",
		filters={
			"status": status,
			"external_id": ["in", [one["external_id"] for one in failures]],
			"parent": ["in", logs or [""]],
		},
		fields=["stream", "external_id", "payload"],
	)
	return {(row.stream, row.external_id, row.payload) for row in rows}


def request_row(request: RequestRecord) -> dict[str, Any]:
	return {
		"method": request.method,
		"url": plain(request.url[:1000]),
		"status_code": request.status or 0,
		"seconds": request.seconds,
		"attempt": request.attempt,
		"request": request.request,
		"answer": request.answer,
		"error": plain(told(request.error)),
	}


def plain(text: str) -> str:
	"""A message that may quote a file, harmless and whole wherever it is shown: Frappe cuts out or renders tags."""
	return text.replace("<", "‹").replace(">", "›")
