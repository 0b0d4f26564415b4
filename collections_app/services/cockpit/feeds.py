"""How fresh the bank data is, and which connections are in trouble."""

from collections import defaultdict
from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from collections_app.connectors.base import ConfigurationError
from collections_app.services.cockpit.scope import Scope
from collections_app.services.connectors import registry

BANK = "bank_statement"
# a stream that is so much later than its schedule is late
PATIENCE = timedelta(hours=2)
FAILING, LATE, WAITING, PARKED = "failing", "late", "waiting", "parked"


def feeds(scope: Scope) -> dict:
	"""`bank_as_of`: when bank data was read last; `bank_until`: the day it reaches to. `troubles`: streams that fail, are
	late, wait for the provider or have records set aside: connection, label, state, since, message. `healthy`: how many
	streams work. The connections are told only to who may read them; `may_see` says so."""
	read_on, reaches_to = bank_data(scope)
	may_see = frappe.has_permission("Connector Config", "read")
	states = stream_states(scope) if may_see else []
	return {
		"bank_as_of": read_on,
		"bank_until": reaches_to,
		"may_see": may_see,
		"troubles": [one for one in states if one["state"]],
		"healthy": sum(not one["state"] for one in states),
		"route": ["query-report", "Connector Health"],
		"options": {"company": scope.companies[0] if scope.companies else None},
		"bank_route": ["cash-review"],
	}


def bank_data(scope: Scope) -> tuple:
	"""When the bank feeds were last read with success, that of the one that is furthest behind; and the oldest day up to
	which the bank accounts' data is known."""
	configs = dict(
		frappe.get_all(
			"Connector Config",
			filters={"company": ["in", [*scope.companies, ""]], "enabled": 1},
			fields=["name", "connector"],
			as_list=True,
		)
	)
	read_on = [
		row.last_success
		for row in _streams(configs)
		if row.last_success and _is_bank(configs[row.parent], row.stream)
	]
	until = frappe.get_all(
		"Bank Account",
		filters={
			"company": ["in", [*scope.companies, ""]],
			"is_company_account": 1,
			"last_integration_date": ["is", "set"],
		},
		pluck="last_integration_date",
		order_by="last_integration_date",
		limit=1,
	)
	return min(read_on, default=None), until[0] if until else None


def _is_bank(connector: str, stream: str) -> bool:
	try:
		streams = registry.manifest(connector).streams
	except ConfigurationError:
		# a connector that is not there any more reads nothing
		return False
	return any(one.name == stream and one.target == BANK for one in streams)


def _streams(configs) -> list:
	return frappe.get_all(
		"Connector Stream",
		filters={"parenttype": "Connector Config", "parent": ["in", [*configs, ""]], "enabled": 1},
		fields=[
			*("parent", "stream", "label", "last_success", "last_status", "last_message"),
			*("failures", "wait_until", "every_minutes"),
		],
		order_by="parent, idx",
	)


def stream_states(scope: Scope) -> list[dict]:
	"""Each stream that is switched on, of the connections the user may see; `state` is "" for one that works."""
	streams = _streams(
		frappe.get_list(
			"Connector Config",
			filters={"company": ["in", [*scope.companies, ""]], "enabled": 1},
			pluck="name",
			order_by="name",
			limit=0,
		)
	)
	began = _failing_since([row for row in streams if row.failures])
	return [_state(row, began) for row in streams]


def _state(row, began: dict) -> dict:
	now = now_datetime()
	state, since = "", row.last_success
	if row.failures:
		state, since = FAILING, began.get((row.parent, row.stream)) or row.last_success
	elif row.wait_until and get_datetime(row.wait_until) > now:
		state = WAITING
	elif row.last_status == "Partial":
		state = PARKED
	elif row.every_minutes and row.last_success:
		due = get_datetime(row.last_success) + timedelta(minutes=row.every_minutes)
		state = LATE if due + PATIENCE < now else ""
	return {
		"connection": row.parent,
		"stream": row.stream,
		"label": _(row.label) if row.label else row.stream,
		"state": state,
		"since": since,
		"last_success": row.last_success,
		"failures": row.failures or 0,
		"message": (row.last_message or "").split("\n")[0][:200],
	}


def _failing_since(streams: list) -> dict:
	"""(connection, stream) -> the first failure after its last success."""
	if not streams:
		return {}
	successes = {(row.parent, row.stream): row.last_success for row in streams}
	found: dict = defaultdict(lambda: None)
	for log in frappe.get_all(
		"Connector Log",
		filters={"connector": ["in", [row.parent for row in streams]], "kind": "Sync", "status": "Failed"},
		fields=["connector", "stream", "started_at"],
		order_by="started_at desc",
		limit=1000,
	):
		key = (log.connector, log.stream)
		success = successes.get(key)
		if key in successes and log.started_at and (not success or log.started_at > success):
			found[key] = log.started_at
	return found
