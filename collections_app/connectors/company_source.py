"""Base of the sources that answer about one company at a time: registers, lists, bureaus.

The platform lends the customers to be watched as `config["subjects"]`; the stream `monitored` asks about those whose report is
older than the connection's *Days Between Reports*. A person identifies a company and orders a report by the actions
`identify` and `order_report`.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from itertools import islice
from typing import Any

from collections_app.connectors.base import (
	Action,
	BadRecord,
	Checkpoint,
	ConfigurationError,
	DataError,
	Discovery,
	MessageStatus,
	Pushed,
	Record,
	TransientError,
)
from collections_app.connectors.http import HttpConnector
from collections_app.connectors.records import Candidate, CreditReport, Subject
from collections_app.engine.texts import Text, joined

STREAM = "monitored"
# customers asked about within one sync; the others come with the next
MOST = 300
WATCHED = ("identified", "all")
# what an answer that is not what the documentation says may raise
UNREADABLE = (DataError, KeyError, TypeError, ValueError, AttributeError)


class PartUnavailableError(TransientError):
	"""A part of the source (the register of one country) is out of reach; the others may be asked."""

	def __init__(self, message: str, *values: Any, part: str):
		super().__init__(message, *values)
		self.part = part


class CompanySource(HttpConnector):
	"""A source says `candidates` and `report`; `own_number` where it knows a company by what the customer's file says, `part_of`
	where a part of it can be out of reach alone. Its manifest has the field `refresh_days`; `monitor` (identified or all)
	where every customer can be watched without being identified first."""

	@abstractmethod
	def candidates(self, subject: Subject) -> tuple[Candidate, ...]:
		"""The companies that may be meant, the likeliest first."""

	@abstractmethod
	def report(self, subject: Subject, number: str) -> CreditReport:
		"""What the source says today of the company of that number; DataError when it does not know it."""

	def own_number(self, subject: Subject) -> str:
		"""The number by which the source knows the customer, from the customer's own data; empty: it has to be identified."""
		return ""

	def part_of(self, subject: Subject) -> str:
		return ""

	def discover(self) -> Discovery:
		self._settings()
		return Discovery((STREAM,))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""Asks one after the other, each committed by itself. Who was refused comes last the next time, so that nobody else
		waits for it."""
		refused = set(cursor.get("refused") or ())
		unavailable: dict[str, PartUnavailableError] = {}
		for subject in islice(self._due(refused), MOST):
			if self.part_of(subject) in unavailable:
				continue
			try:
				yield self._record(stream, subject)
				refused.discard(subject.customer)
			except PartUnavailableError as error:
				unavailable[error.part] = error
				continue
			except UNREADABLE as error:
				refused.add(subject.customer)
				yield self._bad(stream, subject, error)
			yield Checkpoint({"refused": sorted(refused)})
		if unavailable:
			raise TransientError(joined(" ", (error.text for error in unavailable.values())))

	def read_again(self, stream: str, payload: Any) -> Iterator[Record | BadRecord]:
		subject = self._parked(payload)
		try:
			yield self._record(stream, subject)
		except UNREADABLE as error:
			yield self._bad(stream, subject, error)

	def push(self, action: Action) -> Pushed:
		"""Only reads, and may be repeated."""
		subject: Subject = action.data
		try:
			if action.kind == "identify":
				return Pushed(action.key, "Delivered", answers=tuple(self.candidates(subject)))
			report = self.report(subject, self.number_of(subject))
		except (KeyError, TypeError, ValueError, AttributeError) as error:
			raise DataError("{0}: the answer is not readable ({1}).", self.manifest.label, error) from None
		return Pushed(f"{report.customer_id} {report.reported_on}", "Delivered", answers=(report,))

	def status(self, reference: str) -> MessageStatus:
		"""What was ordered came with the answer."""
		return MessageStatus(reference, "Delivered")

	def number_of(self, subject: Subject) -> str:
		"""DataError where it is not known."""
		number = subject.customer_id or self.own_number(subject)
		if not number:
			name = subject.name or subject.customer
			raise DataError("{0}: {1} has to be identified first.", self.manifest.label, name)
		return number

	def valid_until(self, reported_on: date) -> date:
		"""Until the next report is due."""
		return reported_on + timedelta(days=self._settings()[0])

	def today(self) -> date:
		return self.runtime.now().date()

	def _due(self, last: set[str]) -> Iterator[Subject]:
		days, _watched = self._settings()
		before = self.today() - timedelta(days=days)
		due = [
			one
			for one in self.config.get("subjects") or ()
			if not (one.reported_on and one.reported_on > before)
			and (one.customer_id or self.own_number(one))
		]
		return iter(sorted(due, key=lambda one: (one.customer in last, one.reported_on or date.min)))

	def _settings(self) -> tuple[int, str]:
		"""Days between two reports, and who is watched; ConfigurationError where one of them is not readable."""
		days = self.credential("refresh_days")
		watched = WATCHED[0]
		if any(one.name == "monitor" for one in self.manifest.fields):
			watched = self.credential("monitor").strip().casefold()
		if not days.strip().isdigit() or int(days) < 1:
			raise ConfigurationError(
				"{0}: Days Between Reports has to be a number above 0.", self.manifest.label
			)
		if watched not in WATCHED:
			raise ConfigurationError(
				"{0}: Watched Customers has to be identified or all.", self.manifest.label
			)
		return int(days), watched

	def _parked(self, payload: Any) -> Subject:
		"""The customer that `_bad` kept."""
		told = payload.get("reported_on")
		return Subject(**{**payload, "reported_on": date.fromisoformat(told) if told else None})

	def _record(self, stream: str, subject: Subject) -> Record:
		number = self.number_of(subject)
		# two customers may share a number: each has its own report
		return Record(stream, f"{number}|{subject.customer}", number, self.report(subject, number))

	def _bad(self, stream: str, subject: Subject, error: Exception) -> BadRecord:
		payload = {**asdict(subject), "reported_on": subject.reported_on and subject.reported_on.isoformat()}
		words = error.text if isinstance(error, DataError) else Text("Not readable: {0}", error)
		name = subject.name or subject.customer
		return BadRecord(
			stream, subject.customer, subject.customer_id, Text("{0}: {1}", name, words), payload
		)
