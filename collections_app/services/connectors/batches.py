"""What is written up to a checkpoint. The cursor is saved in the same transaction as the records it stands for."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import frappe
from frappe import _

from collections_app.connectors.base import BadRecord, Checkpoint, Record
from collections_app.services.connectors import codec, identities
from collections_app.services.connectors.bank_feed import write_statement
from collections_app.services.connectors.customer_fields import write_customer_field
from collections_app.services.connectors.log import PARKED
from collections_app.services.connectors.message_statuses import write_message_status
from collections_app.services.connectors.payments import write_payment, write_payout
from collections_app.services.connectors.targets import RefusedRecord, UnknownCustomer, Written
from collections_app.services.credit.insurer_covers import write_cover
from collections_app.services.credit.reports import write_credit_report
from collections_app.services.run.errors import error_text
from collections_app.services.texts import told

# target of a stream -> who writes its records
TARGETS = {
	"bank_statement": write_statement,
	"cover": write_cover,
	"credit_report": write_credit_report,
	"customer_field": write_customer_field,
	"message_status": write_message_status,
	"payment": write_payment,
	"payout": write_payout,
}


@dataclass
class SyncResult:
	"""Counts of one stream's sync. `failures`: source, external_id, message and payload of each refused record.
	`wait_until`: the provider takes nothing before (site time)."""

	stream: str
	created: int = 0
	seen: int = 0
	failures: list[dict] = field(default_factory=list)
	notes: list[str] = field(default_factory=list)
	error: str = ""
	traceback: str = ""
	seconds: float = 0.0
	waits: bool = False
	wait_until: datetime | None = None

	@property
	def status(self) -> str:
		if self.waits:
			return "Waiting"
		if self.error:
			return "Failed"
		return "Partial" if self.failures else "Success"


class FileBatch:
	"""The records of a file: all of them are written, or none where one is refused as a whole.

	Single parts of a record (a line) can fail without the others; the file then still counts as failed.
	"""

	def __init__(self, config, result: SyncResult, dry_run: bool, target: str):
		self.config, self.result, self.dry_run = config, result, dry_run
		self.target = target
		self.reset()

	def reset(self) -> None:
		self.records: list[Record] = []
		self.bad: list[BadRecord] = []

	def take(self, entry: Record | BadRecord) -> None:
		(self.bad if isinstance(entry, BadRecord) else self.records).append(entry)

	def close(self, connector, stream, checkpoint: Checkpoint) -> None:
		failed = self.settle()
		if not self.dry_run:
			stream.cursor = json.dumps(dict(checkpoint.cursor))
			frappe.db.set_value("Connector Stream", stream.name, "cursor", stream.cursor)
			frappe.db.commit()  # nosemgrep: the cursor is saved with the records it stands for
			connector.keep(checkpoint, failed)

	def settle(self) -> bool:
		"""Writes what was taken and counts it. Returns whether something failed."""
		written = self.write()
		# what was written stays: read again, its lines are known and only the failed ones are tried anew
		failed = bool(self.bad) or any(one.failures for one in written)
		for one in written:
			self.result.created += one.created
			self.result.seen += one.seen
			self.result.notes += self.notes_of(one)
			self.result.failures += [self.failure(one_part) for one_part in one.failures]
		self.result.failures += [self.bad_failure(bad) for bad in self.bad]
		self.reset()
		return failed

	def write(self) -> list[Written]:
		if self.bad:
			return []
		frappe.db.savepoint("connector_batch")
		try:
			return [TARGETS[self.target](self.config, record) for record in self.records]
		except RefusedRecord as refused:
			frappe.db.rollback(save_point="connector_batch")
			self.bad.append(refused.record)
			return []

	def notes_of(self, written: Written) -> list[str]:
		return written.notes

	def failure(self, failure: dict[str, Any]) -> dict[str, Any]:
		"""A line that failed. The file itself is kept, so its payload need not be."""
		return {key: value for key, value in failure.items() if key != "data"}

	def bad_failure(self, bad: BadRecord) -> dict[str, Any]:
		return {"source": bad.source, "external_id": bad.external_id, "message": told(bad.message)}


class RecordBatch(FileBatch):
	"""The records of a service: each stands for itself, what fails is parked with its payload and the rest goes on.

	The provider gives it only once more at best, so nothing that was read is ever dropped.
	"""

	def write(self) -> list[Written]:
		written = []
		for record in self.records:
			try:
				written.append(write_record(self.config, self.target, record))
			except RefusedRecord as refused:
				self.bad.append(refused.record)
		return written

	def notes_of(self, written: Written) -> list[str]:
		return written.notes if written.created else []

	def failure(self, failure: dict[str, Any]) -> dict[str, Any]:
		data = failure.get("data")
		return {**super().failure(failure), **self._payload("record", codec.dumps(data) if data else "")}

	def bad_failure(self, bad: BadRecord) -> dict[str, Any]:
		refused = next((one for one in self.records if one.external_id == bad.external_id), None)
		if refused and bad.payload is None:
			payload = self._payload("record", codec.dumps(refused.data))
		elif bad.payload is not None:
			payload = self._payload("raw", json.dumps(bad.payload, ensure_ascii=False, indent=1, default=str))
		else:
			payload = {}
		return {**super().bad_failure(bad), **payload}

	def _payload(self, kind: str, payload: str) -> dict[str, Any]:
		if not payload:
			return {}
		return {
			"status": PARKED,
			"stream": self.result.stream,
			"payload_kind": kind,
			"payload": payload,
		}


def write_record(config, target: str, record: Record) -> Written:
	"""Writes one record, in a savepoint. RefusedRecord says what is wrong with it."""
	writer = TARGETS.get(target)
	if not writer:
		raise RefusedRecord(record, _("Nothing on this site takes records of the kind {0}.").format(target))
	frappe.db.savepoint("connector_record")
	try:
		return writer(config, record)
	except RefusedRecord as refused:
		frappe.db.rollback(save_point="connector_record")
		if isinstance(refused, UnknownCustomer):
			identities.ask(config, refused)
		raise
	except frappe.ValidationError as error:
		frappe.db.rollback(save_point="connector_record")
		raise RefusedRecord(record, error_text(error)) from error
