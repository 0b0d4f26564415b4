"""Runs one connector: reads its streams, writes what comes, keeps a log. The only one who writes for connectors."""

import json
import time
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from collections_app.connectors.base import BadRecord, Checkpoint, ConnectorError, Record
from collections_app.services.connectors import bank_feed, registry
from collections_app.services.connectors.targets import RefusedRecord, Written

TARGETS = {"bank_statements": bank_feed.write_statement}


@dataclass
class SyncResult:
	"""Counts of one stream's sync. `failures`: source, external_id and message of each refused record."""

	stream: str
	created: int = 0
	seen: int = 0
	failures: list[dict] = field(default_factory=list)
	notes: list[str] = field(default_factory=list)
	error: str = ""
	traceback: str = ""
	seconds: float = 0.0

	@property
	def status(self) -> str:
		if self.error:
			return "Failed"
		return "Partial" if self.failures else "Success"


def sync_connector(name: str, run: str | None = None, dry_run: bool = False) -> list[SyncResult]:
	"""Reads every enabled stream of a Connector Config. In a rehearsal nothing is committed, moved or logged."""
	config = frappe.get_doc("Connector Config", name)
	results = []
	for stream in config.streams:
		if stream.enabled:
			result = _sync_stream(config, stream, dry_run)
			results.append(result)
			if not dry_run:
				_record(config, stream, result, run)
	return results


def _sync_stream(config, stream, dry_run: bool) -> SyncResult:
	result = SyncResult(stream.stream)
	started = time.perf_counter()
	try:
		connector = registry.connect(config)
		batch = _Batch(config, result, dry_run)
		for entry in connector.read(stream.stream, json.loads(stream.cursor or "{}")):
			if isinstance(entry, Checkpoint):
				batch.close(connector, stream, entry)
			else:
				batch.take(entry)
	except ConnectorError as error:
		result.error = str(error)
	except Exception as error:
		if not dry_run:
			frappe.db.rollback()
		result.error = _("Unexpected error: {0}").format(str(error) or type(error).__name__)
		result.traceback = frappe.get_traceback()
	result.seconds = round(time.perf_counter() - started, 2)
	result.error = plain(result.error)
	result.notes = [plain(note) for note in result.notes]
	result.failures = [{**failure, "message": plain(failure["message"])} for failure in result.failures]
	return result


def plain(text: str) -> str:
	"""A message that may quote a file, harmless and whole wherever it is shown: Frappe cuts out or renders tags."""
	return text.replace("<", "‹").replace(">", "›")


class _Batch:
	"""The records up to a checkpoint (a file): all of them are written, or none where one is refused as a whole.

	Single parts of a record (a line) can fail without the others; the file then still counts as failed.
	"""

	def __init__(self, config, result: SyncResult, dry_run: bool):
		self.config, self.result, self.dry_run = config, result, dry_run
		self.reset()

	def reset(self) -> None:
		self.records: list[Record] = []
		self.bad: list[BadRecord] = []

	def take(self, entry: Record | BadRecord) -> None:
		(self.bad if isinstance(entry, BadRecord) else self.records).append(entry)

	def close(self, connector, stream, checkpoint: Checkpoint) -> None:
		written = self._write() if not self.bad else []
		for one in written:
			self.result.created += one.created
			self.result.seen += one.seen
			self.result.notes += one.notes
			self.result.failures += one.failures
		self.result.failures += [
			{"source": bad.source, "external_id": bad.external_id, "message": bad.message} for bad in self.bad
		]
		# what was written stays: read again, its lines are known and only the failed ones are tried anew
		failed = bool(self.bad) or any(one.failures for one in written)
		if not self.dry_run:
			stream.cursor = json.dumps(dict(checkpoint.cursor))
			frappe.db.set_value("Connector Stream", stream.name, "cursor", stream.cursor)
			frappe.db.commit()  # nosemgrep: the cursor is saved with the records it stands for
			connector.keep(checkpoint, failed)
		self.reset()

	def _write(self) -> list[Written]:
		frappe.db.savepoint("connector_batch")
		try:
			return [TARGETS[record.stream](self.config, record) for record in self.records]
		except RefusedRecord as refused:
			frappe.db.rollback(save_point="connector_batch")
			self.bad.append(refused.record)
			return []


def _record(config, stream, result: SyncResult, run: str | None) -> None:
	"""The log entry, the stream's schedule and the connector's health."""
	now = now_datetime()
	message = result.error or "\n".join(result.notes)
	frappe.get_doc(
		{
			"doctype": "Connector Log",
			"connector": config.name,
			"stream": result.stream,
			"status": result.status,
			"started_at": add_to_date(now, seconds=-result.seconds),
			"seconds": result.seconds,
			"run": run,
			"created_count": result.created,
			"seen_count": result.seen,
			"failed_count": len(result.failures),
			"message": message,
			"failures": result.failures,
			"traceback": result.traceback,
		}
	).insert(ignore_permissions=True)
	health = {"Success": "Healthy", "Partial": "Warning", "Failed": "Failing"}[result.status]
	if result.failures and not result.error:
		message = _("{0} record(s) failed; the last: {1}").format(
			len(result.failures), result.failures[-1]["message"]
		)
	frappe.db.set_value(
		"Connector Config",
		config.name,
		{"status": health, "status_message": message, "last_sync": now},
	)
	values = {"next_allowed": add_to_date(now, minutes=stream.every_minutes or 0)}
	if result.status != "Failed":
		values["last_success"] = now
	frappe.db.set_value("Connector Stream", stream.name, values)
	frappe.db.commit()  # nosemgrep: the log survives whatever follows
