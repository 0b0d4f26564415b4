"""A sync at work, told to whoever has the connection open; and a sync begun from there."""

from typing import Any

import frappe
from frappe.utils.background_jobs import is_job_enqueued

EVENT = "connector_sync"
READING = "Reading"
JOB_TIMEOUT = 60 * 60


def tell(config: str, result: Any, status: str = READING) -> None:
	"""Counts of a stream so far; `status` of the sync once it has ended."""
	frappe.publish_realtime(
		EVENT,
		{
			"connector": config,
			"stream": result.stream,
			"status": status,
			"created": result.created,
			"seen": result.seen,
			"failed": len(result.failures),
		},
		doctype="Connector Config",
		docname=config,
	)


def job_of(config: str) -> str:
	"""The job that reads a connection has one name, whoever asks for it: it runs once at a time."""
	return f"connector-sync-{config}"


def begin(config: str) -> bool:
	"""Has the connection read by a worker; False when it is being read, or waits for that, already."""
	job = frappe.enqueue(
		"collections_app.services.connectors.sync.sync_connector",
		queue="long",
		timeout=JOB_TIMEOUT,
		job_id=job_of(config),
		deduplicate=True,
		name=config,
	)
	return job is not None


def is_syncing(config: str) -> bool:
	return is_job_enqueued(job_of(config))
