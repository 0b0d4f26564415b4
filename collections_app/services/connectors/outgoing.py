"""What is done through a connector: an action pushed, its fate asked for. Each call is in the Connector Log.

The caller writes its attempt down and commits before it calls `push`; errors are those of `connectors/errors.py`.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import frappe

from collections_app.connectors.base import Action, ConnectorError, MessageStatus, Pushed
from collections_app.services.connectors import registry
from collections_app.services.connectors.credentials import credentials_of
from collections_app.services.connectors.lending import lend
from collections_app.services.connectors.log import plain, write_log
from collections_app.services.texts import message_of


def push(
	connector: str,
	action: Action,
	keep: Callable[[Pushed], Any] | None = None,
	about: tuple[str, str] | None = None,
) -> Pushed:
	"""Does an action by the Connector Config of that name. UncertainError: it may have been done, never push it again.

	`keep` is called with the answer before anything else is written, and commits what it keeps: whatever fails after it
	(the log, the connector's memory) takes nothing of that back. `about`: the document it is done for, named in the log.
	"""

	def call(one) -> Pushed:
		pushed = one.push(action)
		if keep:
			keep(pushed)
		return pushed

	return _logged(connector, "Push", action.kind, call, about)


def find(
	connector: str, action: Action, since: datetime, about: tuple[str, str] | None = None
) -> Pushed | None:
	"""What became of a `push` whose answer was lost, begun at `since` (aware): see `Connector.find`."""
	return _logged(connector, "Status", action.kind, lambda one: one.find(action, since), about)


def status(connector: str, reference: str, about: tuple[str, str] | None = None) -> MessageStatus:
	"""What became of it, by the reference that `push` returned."""
	return _logged(connector, "Status", "", lambda one: one.status(reference), about)


def connector_for(company: str, action: str) -> str | None:
	"""The enabled Connector Config of the company that does this action; the oldest where there are several."""
	return next(iter(connectors_for(company, action)), None)


def connectors_for(company: str, action: str) -> list[str]:
	"""The enabled Connector Configs of the company that do this action, the oldest first."""
	offering = {one.name: one for one in registry.catalogue() if action in one.actions}
	configs = frappe.get_all(
		"Connector Config",
		{"company": company, "enabled": 1, "connector": ["in", [*sorted(offering), ""]]},
		["name", "connector", "settings"],
		order_by="creation",
	)
	return [one.name for one in configs if _has_what_it_needs(one, offering[one.connector], action)]


def offers(connector: str, action: str) -> bool:
	"""Whether the connector of that Connector Config does this action."""
	kind = frappe.db.get_value("Connector Config", connector, "connector")
	return kind in registry.modules() and action in registry.manifest(kind).actions


def _has_what_it_needs(config, manifest, action: str) -> bool:
	"""False where the field stands empty without which the connection does other things only."""
	needed = manifest.action_fields.get(action)
	if not needed:
		return True
	default = next(one.default for one in manifest.fields if one.name == needed)
	return bool(credentials_of(config, manifest).get(needed) or default)


def _logged(
	connector: str,
	kind: str,
	stream: str,
	call: Callable[[Any], Any],
	about: tuple[str, str] | None = None,
) -> Any:
	config = frappe.get_doc("Connector Config", connector)
	started, message, lent = time.perf_counter(), "", None
	try:
		with lend(config) as lent:
			return call(lent.connector)
	except ConnectorError as error:
		message = plain(message_of(error))
		raise
	finally:
		write_log(
			connector,
			kind,
			"Failed" if message else "Success",
			stream=stream,
			reference_doctype=about and about[0],
			reference_name=about and about[1],
			seconds=round(time.perf_counter() - started, 2),
			message=message,
			requests=lent.requests if lent else [],
			request_count=lent.request_count if lent else 0,
		)
