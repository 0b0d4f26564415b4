"""The Connector Log: what was done, what came, what failed, and each request with its secrets masked."""

from typing import Any

import frappe
from frappe.utils import add_to_date, now_datetime

from collections_app.connectors.runtime import RequestRecord


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


def request_row(request: RequestRecord) -> dict[str, Any]:
	return {
		"method": request.method,
		"url": plain(request.url[:1000]),
		"status_code": request.status or 0,
		"seconds": request.seconds,
		"attempt": request.attempt,
		"request": request.request,
		"answer": request.answer,
		"error": plain(request.error),
	}


def plain(text: str) -> str:
	"""A message that may quote a file, harmless and whole wherever it is shown: Frappe cuts out or renders tags."""
	return text.replace("<", "‹").replace(">", "›")
