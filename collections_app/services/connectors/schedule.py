"""When connectors are read: with each run, and in between by their own schedule."""

from typing import Any

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import now_datetime

from collections_app.services.connectors import progress
from collections_app.services.connectors.sync import SyncResult, sync_connector
from collections_app.services.run.context import ERROR, INFO, WARNING, RunContext


def sync_for_run(context: RunContext) -> dict[str, Any]:
	"""The run's first step: reads every enabled connector of the company."""
	names = frappe.get_all(
		"Connector Config",
		filters={"company": context.company, "enabled": 1},
		pluck="name",
		order_by="creation",
	)
	counts = {"connectors": len(names), "created": 0, "seen": 0, "failed": 0}
	for position, name in enumerate(names):
		context.progress(position, len(names))
		for result in sync_connector(name, context.run, context.dry_run):
			counts["created"] += result.created
			counts["seen"] += result.seen
			counts["failed"] += len(result.failures) + bool(result.error)
			_tell(context, name, result)
	if not names:
		context.tell(WARNING, _("No connector brings bank data: add one under Connector Config."))
	return counts


def _tell(context: RunContext, connector: str, result: SyncResult) -> None:
	if result.error:
		context.tell(ERROR, f"{connector}: {result.error}", "Connector Config", connector)
	for failure in result.failures:
		context.tell(ERROR, failure["message"], "Connector Config", connector)
	for note in result.notes:
		context.tell(INFO, note, "Connector Config", connector)


def sync_due_connectors() -> None:
	"""Enqueues each connector that has a stream whose time has come; a job of its own each."""
	config, stream = DocType("Connector Config"), DocType("Connector Stream")
	due = (
		frappe.qb.from_(config)
		.inner_join(stream)
		.on(stream.parent == config.name)
		.select(config.name)
		.distinct()
		.where(
			(config.enabled == 1)
			& (stream.enabled == 1)
			& (stream.next_allowed.isnull() | (stream.next_allowed <= now_datetime()))
		)
	).run(pluck=True)
	for name in due:
		progress.begin(name)
