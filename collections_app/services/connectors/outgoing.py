"""What is done through a connector: an action pushed, its fate asked for. Each call is in the Connector Log.

The caller writes its attempt down and commits before it calls `push`; errors are those of `connectors/errors.py`.
"""

import time
from collections.abc import Callable
from typing import Any

import frappe

from collections_app.connectors.base import Action, ConnectorError, MessageStatus, Pushed
from collections_app.services.connectors import registry
from collections_app.services.connectors.lending import lend
from collections_app.services.connectors.log import plain, write_log


def push(connector: str, action: Action) -> Pushed:
	"""Does an action by the Connector Config of that name. UncertainError: it may have been done, never push it again."""
	return _logged(connector, "Push", action.kind, lambda one: one.push(action))


def status(connector: str, reference: str) -> MessageStatus:
	"""What became of it, by the reference that `push` returned."""
	return _logged(connector, "Status", "", lambda one: one.status(reference))


def connector_for(company: str, action: str) -> str | None:
	"""The enabled Connector Config of the company that does this action; the oldest where there are several."""
	offering = [one.name for one in registry.catalogue() if action in one.actions]
	return frappe.db.get_value(
		"Connector Config",
		{"company": company, "enabled": 1, "connector": ["in", offering or [""]]},
		order_by="creation",
	)


def _logged(connector: str, kind: str, stream: str, call: Callable[[Any], Any]) -> Any:
	config = frappe.get_doc("Connector Config", connector)
	started, message, lent = time.perf_counter(), "", None
	try:
		with lend(config) as lent:
			return call(lent.connector)
	except ConnectorError as error:
		message = plain(str(error))
		raise
	finally:
		write_log(
			connector,
			kind,
			"Failed" if message else "Success",
			stream=stream,
			seconds=round(time.perf_counter() - started, 2),
			message=message,
			requests=lent.requests if lent else [],
			request_count=lent.request_count if lent else 0,
		)
