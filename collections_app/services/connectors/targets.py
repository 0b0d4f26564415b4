"""What writing a record gives back, and the error that refuses one."""

from dataclasses import dataclass, field

from collections_app.connectors.base import BadRecord, Record


@dataclass
class Written:
	"""How many documents a record made, how many of its parts were known, and what was wrong with single parts."""

	created: int = 0
	seen: int = 0
	notes: list[str] = field(default_factory=list)
	failures: list[dict] = field(default_factory=list)


class RefusedRecord(Exception):
	"""The record cannot be written; the whole batch it stands in is left out."""

	def __init__(self, record: Record, message: str):
		super().__init__(message)
		self.record = BadRecord(record.stream, record.external_id, record.source, message)


class UnknownCustomer(RefusedRecord):
	"""Nobody knows yet which customer the record is about; `said` are its data."""

	def __init__(self, record: Record, message: str):
		super().__init__(record, message)
		self.said = record.data
