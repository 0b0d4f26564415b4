"""Records that failed: kept in the Connector Log with their payload, tried again from there."""

import json

import frappe
from frappe import _

from collections_app.connectors.base import BadRecord, ConnectorError, Record, UnsupportedError
from collections_app.services.connectors import codec, registry
from collections_app.services.connectors.batches import PARKED, write_record
from collections_app.services.connectors.lending import lend
from collections_app.services.connectors.log import plain
from collections_app.services.connectors.targets import RefusedRecord

DONE, DISMISSED = "Done", "Dismissed"


def new_ones(connector: str, failures: list[dict]) -> list[dict]:
	"""The failures without those that are parked already: a record read twice is parked once."""
	waiting = {
		(row.stream, row.external_id, row.payload)
		for row in frappe.get_all(
			"Connector Log Failure",
			filters={
				"status": PARKED,
				"external_id": ["in", [one["external_id"] for one in failures] or [""]],
				"parent": [
					"in",
					frappe.get_all(
						"Connector Log", {"connector": connector, "failed_count": [">", 0]}, pluck="name"
					)
					or [""],
				],
			},
			fields=["stream", "external_id", "payload"],
		)
	}
	kept = []
	for one in failures:
		again = one.get("status") == PARKED and (one["stream"], one["external_id"], one["payload"]) in waiting
		kept.append({**one, "status": "", "payload": "", "payload_kind": ""} if again else one)
	return kept


def retry(log_name: str) -> dict[str, int]:
	"""Tries every parked record of a log again. Counts: done, still failing."""
	log = frappe.get_doc("Connector Log", log_name)
	config = frappe.get_doc("Connector Config", log.connector)
	counts = {"done": 0, "failed": 0}
	for row in log.failures:
		if row.status != PARKED:
			continue
		problem = _try(config, row)
		values = {"message": plain(problem)} if problem else {"status": DONE}
		frappe.db.set_value("Connector Log Failure", row.name, values)
		counts["failed" if problem else "done"] += 1
	return counts


def dismiss(log_name: str) -> int:
	"""Parked records that nobody wants any more."""
	log = frappe.get_doc("Connector Log", log_name)
	rows = [row.name for row in log.failures if row.status == PARKED]
	for name in rows:
		frappe.db.set_value("Connector Log Failure", name, "status", DISMISSED)
	log.add_comment("Info", _("{0} parked record(s) dismissed").format(len(rows)))
	return len(rows)


def _try(config, row) -> str:
	"""What is wrong with it still; empty when it was written."""
	try:
		target = registry.manifest(config.connector).stream(row.stream).target
		if row.payload_kind == "record":
			entries = [Record(row.stream, row.external_id, row.source, codec.loads(row.payload))]
		else:
			with lend(config) as lent:
				entries = list(lent.connector.read_again(row.stream, json.loads(row.payload)))
		frappe.db.savepoint("parked_record")
		for entry in entries:
			if isinstance(entry, BadRecord):
				frappe.db.rollback(save_point="parked_record")
				return entry.message
			written = write_record(config, target, entry)
			if written.failures:
				return written.failures[0]["message"]
	except UnsupportedError:
		return _("{0} The connector cannot read it again by itself.").format(row.message)
	except (ConnectorError, RefusedRecord) as error:
		return str(error)
	return ""
