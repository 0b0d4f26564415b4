"""What the site lends a connector while it works (see `connectors/runtime.py`), and takes back afterwards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import get_system_timezone

from collections_app.connectors.base import Connector, ConnectorError
from collections_app.connectors.runtime import RequestRecord, Runtime
from collections_app.services.connectors import registry
from collections_app.services.connectors.credentials import FrappeTokens

# a log of so many requests is still read by a person; of more only their number is kept
KEPT_REQUESTS = 100


@dataclass
class Lent:
	"""A connector at work. `requests` are the first and, after an error, the last that it made."""

	connector: Connector
	state: dict[str, Any]
	requests: list[RequestRecord] = field(default_factory=list)
	request_count: int = 0

	def note(self, request: RequestRecord) -> None:
		self.request_count += 1
		if len(self.requests) == KEPT_REQUESTS:
			self.requests.pop(KEPT_REQUESTS // 2)  # the beginning and the end tell the story
		self.requests.append(request)


@contextmanager
def lend(config, dry_run: bool = False) -> Iterator[Lent]:
	"""The connector of a Connector Config, ready to use. An error that nobody expected takes back what was not committed
	yet (not in a rehearsal, which takes back everything itself); the connector's memory of limits and failures is kept."""
	text = frappe.db.get_value("Connector Config", config.name, "state") or "{}"
	state, before = json.loads(text), json.loads(text)
	lent = Lent(None, state)
	runtime = Runtime(
		log=lent.note,
		tokens=FrappeTokens(config.name),
		state=state,
		allowed_hosts=frozenset(frappe.conf.get("collections_allowed_hosts") or ()),
	)
	lent.connector = registry.connect(config, runtime)
	try:
		yield lent
	except ConnectorError:
		raise
	except BaseException:
		if not dry_run:
			frappe.db.rollback()
		raise
	finally:
		if state != before:
			_remember(config.name, before, state)


def _remember(config: str, before: dict[str, Any], state: dict[str, Any]) -> None:
	"""Keeps what changed of a connector's memory; what another process noted meanwhile stays."""
	kept = json.loads(frappe.db.get_value("Connector Config", config, "state", for_update=True) or "{}")
	for key in {**before, **state}:
		if key not in state:
			kept.pop(key, None)
		elif state[key] != before.get(key):
			kept[key] = state[key]
	frappe.db.set_value("Connector Config", config, "state", json.dumps(kept), update_modified=False)


def site_time(moment: datetime | None) -> datetime | None:
	"""An aware time as the site's documents write it."""
	if not moment:
		return None
	return moment.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None, microsecond=0)
