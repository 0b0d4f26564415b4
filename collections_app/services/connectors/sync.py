"""Runs one connector: reads its streams, writes what comes, keeps a log. The only one who writes for connectors."""

import json
import time

import frappe
from frappe import _
from frappe.utils import add_to_date, now_datetime

from collections_app.connectors.base import Checkpoint, ConnectorError, RateLimitError, TransientError
from collections_app.services import live
from collections_app.services.connectors import health, parked, progress, registry
from collections_app.services.connectors.batches import FileBatch, RecordBatch, SyncResult
from collections_app.services.connectors.lending import Lent, lend, site_time
from collections_app.services.connectors.log import log_result, plain
from collections_app.services.texts import message_of


def sync_connector(
	name: str, run: str | None = None, dry_run: bool = False, streams: list[str] | None = None
) -> list[SyncResult]:
	"""Reads every enabled stream of a Connector Config, or those named. In a rehearsal nothing is committed, moved or
	logged, and only files are read: a service counts its calls and hands out things once."""
	config = frappe.get_doc("Connector Config", name)
	results = []
	for stream in config.streams:
		if stream.enabled and (streams is None or stream.stream in streams):
			results.append(_sync_stream(config, stream, run, dry_run))
	return results


def _sync_stream(config, stream, run: str | None, dry_run: bool) -> SyncResult:
	result = SyncResult(stream.stream)
	started = time.perf_counter()
	lent = None
	try:
		spec = registry.manifest(config.connector).stream(stream.stream)
		if dry_run and spec.cursor != "file":
			result.notes.append(_("{0} is not asked in a rehearsal.").format(config.name))
			return result
		if not dry_run:
			progress.tell(config.name, result)
		with lend(config, dry_run) as lent:
			_read(config, stream, lent, result, dry_run, spec)
	except RateLimitError as error:
		result.waits, result.wait_until = True, site_time(error.next_allowed)
		result.notes.append(message_of(error))
	except TransientError as error:
		result.error, result.wait_until = message_of(error), site_time(error.next_allowed)
	except ConnectorError as error:
		result.error = message_of(error)
	except Exception as error:
		result.error = _("Unexpected error: {0}").format(str(error) or type(error).__name__)
		result.traceback = frappe.get_traceback()
	result.seconds = round(time.perf_counter() - started, 2)
	result.error = plain(result.error)
	result.notes = [plain(note) for note in result.notes]
	result.failures = [{**failure, "message": plain(failure["message"])} for failure in result.failures]
	if not dry_run:
		result.failures = parked.without_dismissed(config.name, result.failures)
		_record(config, stream, result, run, lent)
	return result


def _read(config, stream, lent: Lent, result: SyncResult, dry_run: bool, spec) -> None:
	# a remote file is a file, though in a rehearsal nobody fetches it
	batch = (FileBatch if spec.cursor in ("file", "remote_file") else RecordBatch)(
		config, result, dry_run, spec.target
	)
	for entry in lent.connector.read(stream.stream, json.loads(stream.cursor or "{}")):
		if isinstance(entry, Checkpoint):
			batch.close(lent.connector, stream, entry)
			if not dry_run:
				progress.tell(config.name, result)
		else:
			batch.take(entry)


def _record(config, stream, result: SyncResult, run: str | None, lent: Lent | None) -> None:
	"""The log entry, the stream's schedule and the connector's health."""
	now = now_datetime()
	message = result.error or "\n".join(result.notes)
	log_result(config.name, "Sync", result, lent, message, stream=result.stream, run=run)
	if result.failures and not result.error:
		message = _("{0} record(s) failed; the last: {1}").format(
			len(result.failures), result.failures[-1]["message"]
		)
	planned = add_to_date(now, minutes=stream.every_minutes or 0)
	values = {
		"next_allowed": max(planned, result.wait_until or planned),
		"wait_until": result.wait_until,
		"failures": (stream.failures or 0) + 1 if result.status == "Failed" else 0,
		"last_status": result.status,
		"last_message": message,
	}
	if result.status in ("Success", "Partial"):
		values["last_success"] = now
	frappe.db.set_value("Connector Stream", stream.name, values)
	frappe.db.set_value("Connector Config", config.name, "last_sync", now)
	health.summarise(config.name)
	live.moved(config.company, live.CASH)
	frappe.db.commit()  # nosemgrep: the log survives whatever follows
	progress.tell(config.name, result, result.status)
