"""Records that failed: kept in the Connector Log with their payload, tried again from there."""

import json

import frappe
from frappe import _

from collections_app.connectors.base import BadRecord, ConnectorError, Record, UnsupportedError
from collections_app.services.connectors import codec, registry
from collections_app.services.connectors.batches import write_record
from collections_app.services.connectors.lending import lend
from collections_app.services.connectors.log import PARKED, noted_before, plain
from collections_app.services.connectors.targets import RefusedRecord
from collections_app.services.run.errors import error_text
from collections_app.services.texts import message_of, told

DONE, DISMISSED = "Done", "Dismissed"


def retry(log_name: str, row: str | None = None) -> dict[str, int]:
	"""Tries every parked record of a log again, or the one of that row. Counts: done, still failing."""
	log = frappe.get_doc("Connector Log", log_name)
	config = frappe.get_doc("Connector Config", log.connector)
	counts = {"done": 0, "failed": 0}
	for failure in _parked(log, row):
		problem = _try(config, failure)
		values = {"message": plain(problem)} if problem else {"status": DONE}
		frappe.db.set_value("Connector Log Failure", failure.name, values)
		frappe.db.commit()  # nosemgrep: what was written stays, whatever the next one does
		counts["failed" if problem else "done"] += 1
	return counts


def retry_all(connector: str) -> dict[str, int]:
	"""Tries every parked record of a connector again, the oldest first. Counts as `retry`."""
	logs = frappe.get_all(
		"Connector Log",
		{"connector": connector, "failed_count": [">", 0]},
		pluck="name",
		order_by="creation",
	)
	waiting = frappe.get_all(
		"Connector Log Failure",
		{"status": PARKED, "parent": ["in", logs or [""]]},
		pluck="parent",
		distinct=True,
	)
	total = {"done": 0, "failed": 0}
	for log in [one for one in logs if one in set(waiting)]:
		for outcome, count in retry(log).items():
			total[outcome] += count
	return total


def dismiss(log_name: str, row: str | None = None) -> int:
	"""Parked records, or one, that nobody wants any more."""
	log = frappe.get_doc("Connector Log", log_name)
	rows = [failure.name for failure in _parked(log, row)]
	for name in rows:
		frappe.db.set_value("Connector Log Failure", name, "status", DISMISSED)
	log.add_comment("Info", _("{0} parked record(s) dismissed").format(len(rows)))
	return len(rows)


def without_dismissed(connector: str, failures: list[dict]) -> list[dict]:
	"""The failures but for records that somebody gave up: a provider that lists them again does not bring them back."""
	if not failures:
		return failures
	dismissed = noted_before(connector, failures, DISMISSED)
	return [
		one
		for one in failures
		if (one.get("stream"), one["external_id"], one.get("payload")) not in dismissed
	]


def _parked(log, row: str | None) -> list:
	return [one for one in log.failures if one.status == PARKED and row in (None, one.name)]


def _try(config, row) -> str:
	"""What is wrong with it still; empty when it was written."""
	try:
		spec = next(one for one in registry.manifest(config.connector).streams if one.name == row.stream)
		entries = _entries(config, row)
	except StopIteration:
		return _("{0} does not read {1} any more.").format(config.name, row.stream)
	except UnsupportedError:
		return _("{0} The connector cannot read it again by itself.").format(row.message)
	except ConnectorError as error:
		return message_of(error)
	except Exception as error:
		return _("Unexpected error: {0}").format(error_text(error))
	frappe.db.savepoint("parked_record")
	try:
		return _write(config, spec.target, entries)
	except RefusedRecord as refused:
		return str(refused)
	except Exception as error:
		frappe.db.rollback(save_point="parked_record")
		return _("Unexpected error: {0}").format(error_text(error))


def _entries(config, row) -> list[Record | BadRecord]:
	"""What the payload says, now. The connector may ask its provider for it."""
	if row.payload_kind == "record":
		return [Record(row.stream, row.external_id, row.source, codec.loads(row.payload))]
	with lend(config) as lent:
		return list(lent.connector.read_again(row.stream, json.loads(row.payload)))


def _write(config, target: str, entries: list[Record | BadRecord]) -> str:
	for entry in entries:
		if isinstance(entry, BadRecord):
			frappe.db.rollback(save_point="parked_record")
			return told(entry.message)
		written = write_record(config, target, entry)
		if written.failures:
			return written.failures[0]["message"]
	return ""
