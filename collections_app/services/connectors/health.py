"""How connections are: each stream's state, what its last syncs brought, and the state of the connection as a whole."""

from collections import defaultdict
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, cint, now_datetime, time_diff_in_seconds

from collections_app.services.connectors.log import PARKED
from collections_app.services.frames import chunks

BARS = 30
NEW_DAYS = 7
SYNC = "Sync"
# what a sync's end says of its stream; the worst stream speaks for the connection
WORST_FIRST = ("Failing", "Warning", "Healthy", "New")
OF_RESULT = {"Success": "Healthy", "Partial": "Warning", "Waiting": "Warning", "Failed": "Failing"}


def summarise(config: str) -> None:
	"""Writes the connection's status: that of the worst stream that is switched on, with its message."""
	streams = frappe.get_all(
		"Connector Stream",
		filters={"parent": config, "enabled": 1, "last_status": ["is", "set"]},
		fields=["last_status", "last_message"],
		order_by="idx",
	)
	states = [(OF_RESULT[one.last_status], one.last_message or "") for one in streams]
	status, message = min(states, key=lambda one: WORST_FIRST.index(one[0]), default=("New", ""))
	frappe.db.set_value("Connector Config", config, {"status": status, "status_message": message})


def streams_of(config) -> list[dict[str, Any]]:
	"""Of each stream of a Connector Config: state, times, and its last syncs, the oldest first."""
	bars = _last_syncs(config.name)
	return [{**_state(row), "bars": bars.get(row.stream, [])} for row in config.streams]


def _state(row) -> dict[str, Any]:
	state = "off" if not row.enabled else "new"
	if row.enabled and row.failures:
		state = "failing"
	elif row.enabled and row.wait_until and row.wait_until > now_datetime():
		state = "waiting"
	elif row.enabled and row.last_success:
		state = "parked" if row.last_status == "Partial" else "fresh"
	return {
		"stream": row.stream,
		"label": _(row.label) if row.label else row.stream,
		"state": state,
		"last_success": row.last_success,
		"next_allowed": row.next_allowed,
		"wait_until": row.wait_until,
		"failures": row.failures,
		"message": row.last_message or "",
	}


def _last_syncs(config: str) -> dict[str, list[dict[str, Any]]]:
	"""The last syncs by stream."""
	found: dict[str, list] = defaultdict(list)
	streams = set(frappe.get_all("Connector Stream", {"parent": config}, pluck="stream"))
	for stream in streams:
		rows = frappe.get_all(
			"Connector Log",
			filters={"connector": config, "kind": SYNC, "stream": stream},
			fields=["name", "status", "started_at", "seconds", "created_count", "seen_count", "failed_count"],
			order_by="started_at desc, creation desc",
			limit=BARS,
		)
		found[stream] = rows[::-1]
	return found


def parked(configs: list[str]) -> dict[str, int]:
	"""Connection -> records that wait to be tried again."""
	logs = dict(
		frappe.get_all(
			"Connector Log",
			filters={"connector": ["in", configs or [""]], "failed_count": [">", 0]},
			fields=["name", "connector"],
			as_list=True,
		)
	)
	counts: dict[str, int] = defaultdict(int)
	for log in frappe.get_all(
		"Connector Log Failure",
		filters={"status": PARKED, "parent": ["in", list(logs) or [""]]},
		pluck="parent",
	):
		counts[logs[log]] += 1
	return counts


def report(company: str) -> list[frappe._dict]:
	"""One row for each stream of the company's connections that the user may see: state, last_success, lag_hours,
	failures, wait_until, created and failed in the last 7 days; parked and consent_until of the connection."""
	configs = frappe.get_list(
		"Connector Config",
		filters={"company": company},
		fields=["name", "connector", "enabled", "status", "consent_until"],
		order_by="name",
		limit=0,
	)
	names = [one.name for one in configs]
	counts, waiting = _recent_counts(names), parked(names)
	rows = []
	for config in configs:
		for stream in _streams(config):
			state = _state(stream)
			created, failed = counts.get((config.name, stream.stream), (0, 0))
			rows.append(
				frappe._dict(
					connection=config.name,
					connector=config.connector,
					stream=state["label"],
					state=state["state"] if config.enabled else "off",
					last_success=stream.last_success,
					lag_hours=_lag_hours(stream, config),
					failures=cint(stream.failures),
					wait_until=stream.wait_until,
					created=created,
					failed=failed,
					parked=waiting.get(config.name, 0),
					consent_until=config.consent_until,
					message=state["message"],
				)
			)
	return rows


def _streams(config) -> list[frappe._dict]:
	"""A connection that only sends has one line, too."""
	return frappe.get_all(
		"Connector Stream",
		filters={"parent": config.name},
		fields=["*"],
		order_by="idx",
	) or [frappe._dict(stream="", label="", enabled=config.enabled)]


def _lag_hours(stream, config) -> float | None:
	"""Hours since the last success by which a stream is later than its schedule; None where nothing is due."""
	if not (config.enabled and stream.enabled and stream.every_minutes and stream.last_success):
		return None
	waits = isinstance(stream.wait_until, datetime) and stream.wait_until > now_datetime()
	late = time_diff_in_seconds(now_datetime(), stream.last_success) - stream.every_minutes * 60
	return None if waits or late <= 0 else round(late / 3600, 1)


def _recent_counts(configs: list[str]) -> dict[tuple[str, str], tuple[int, int]]:
	"""(connection, stream) -> records created, records that failed, each once, in the last days."""
	logs = frappe.get_all(
		"Connector Log",
		filters={
			"connector": ["in", configs or [""]],
			"kind": SYNC,
			"started_at": [">=", add_days(now_datetime(), -NEW_DAYS)],
		},
		fields=["name", "connector", "stream", "created_count", "failed_count"],
	)
	created: dict[tuple[str, str], int] = defaultdict(int)
	failed: dict[tuple[str, str], set] = defaultdict(set)
	streams = {log.name: (log.connector, log.stream) for log in logs}
	for log in logs:
		created[streams[log.name]] += log.created_count
	troubled = [log.name for log in logs if log.failed_count]
	for part in chunks(troubled):
		for failure in frappe.get_all(
			"Connector Log Failure",
			filters={"parent": ["in", part]},
			fields=["parent", "source", "external_id"],
		):
			failed[streams[failure.parent]].add((failure.source, failure.external_id))
	return {key: (created[key], len(failed[key])) for key in set(streams.values())}
