"""Base of the bureaus that watch companies for us and tell what changed: the report of such a company is ordered anew."""

import hashlib
import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from collections_app.connectors.base import Action, BadRecord, Checkpoint, Discovery, Pushed, Record
from collections_app.connectors.company_source import UNREADABLE, CompanySource
from collections_app.connectors.errors import reason_of
from collections_app.connectors.http.cursors import window
from collections_app.connectors.records import CreditReport, Subject
from collections_app.engine.texts import Text

EVENTS = "monitoring_events"
MONITOR, END = "monitor", "end_monitoring"
# events are told late and dated back; what was acted on is remembered that long
OVERLAP = timedelta(days=3)
# what changed before the connection existed is in the first report
INITIAL = timedelta(days=1)


@dataclass(frozen=True)
class Change:
	"""An event of the provider's: its `event` id and the `number` of the company that changed."""

	event: str
	number: str


class MonitoredSource(CompanySource):
	"""A source says `watches` (whether monitoring is set up), `events`, `change_of`, `watch` and `unwatch`. Its manifest has the
	stream `monitoring_events` and the actions `monitor` and `end_monitoring`."""

	@abstractmethod
	def watches(self) -> bool:
		"""Whether the connection has what monitoring needs."""

	@abstractmethod
	def events(self, since: datetime) -> Iterator[Mapping[str, Any]]:
		"""What was told since, as the provider tells it; some of it may have been told before."""

	@abstractmethod
	def change_of(self, event: Mapping[str, Any]) -> Change | None:
		"""An event; None where it is not about what this connection watches. One of UNREADABLE where it says too little."""

	def changed(self, subject: Subject, change: Change) -> CreditReport:
		"""The report of a company that changed: ordered anew, unless the event brings it."""
		return self.report(subject, change.number)

	@abstractmethod
	def watch(self, subject: Subject, number: str) -> date | None:
		"""Puts the company under monitoring; one that is already stays so. Returns the last day where it ends by itself."""

	@abstractmethod
	def unwatch(self, subject: Subject, number: str) -> None:
		"""Ends it; of one that is not under monitoring nothing changes."""

	def discover(self) -> Discovery:
		own = super().discover()
		return replace(own, streams=(*own.streams, EVENTS)) if self.watches() else own

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		if stream == EVENTS:
			yield from self._read_events(cursor)
		else:
			yield from super().read(stream, cursor)

	def read_again(self, stream: str, payload: Any) -> Iterator[Record | BadRecord]:
		asked = dict(payload)
		if "told" in asked:
			yield from self._told_again(asked["told"])
			return
		event = asked.pop("event", "")
		if event:
			subject = self._parked(asked)
			yield self._changed(subject, Change(event, subject.customer_id))
			return
		yield from super().read_again(stream, asked)

	def push(self, action: Action) -> Pushed:
		if action.kind not in (MONITOR, END):
			return super().push(action)
		number = self.number_of(action.data)
		if action.kind == END:
			self.unwatch(action.data, number)
			return Pushed(number, "Delivered")
		until = self.watch(action.data, number)
		return Pushed(number, "Delivered", answers=(until,) if until else ())

	def _read_events(self, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""One report for each company that changed, however often, each committed by itself. An event is acted on once: a
		report may cost something. Companies that are no customers of ours are passed over."""
		span = window(cursor, self.runtime.now(), overlap=OVERLAP, initial=INITIAL)
		if not self.watches():
			yield Checkpoint(span.done())
			return
		before = {name: cursor[name] for name in ("read_until",) if name in cursor}
		seen = set(cursor.get("seen") or ())
		told: list[Change] = []
		for event in self.events(span.since):
			found = self._read_event(event)
			if isinstance(found, BadRecord):
				yield found
			elif found:
				told.append(found)
		customers = self._by_number()
		for number, changes in _by_company(one for one in told if one.event not in seen).items():
			for subject in customers.get(number, ()):
				yield self._changed(subject, changes[-1])
			seen.update(one.event for one in changes)
			yield Checkpoint({**before, "seen": sorted(seen)})
		# what lies before the window is not told again
		yield Checkpoint({**span.done(), "seen": sorted({one.event for one in told})})

	def _read_event(self, event: Any) -> Change | BadRecord | None:
		try:
			return self.change_of(event)
		except UNREADABLE as error:
			words = Text("An event of {0} is not readable: {1}", self.manifest.label, reason_of(error))
			digest = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
			return BadRecord(EVENTS, digest[:20], "events", words, {"told": event})

	def _told_again(self, event: Any) -> Iterator[Record | BadRecord]:
		found = self._read_event(event)
		if isinstance(found, BadRecord):
			yield found
		elif found:
			for subject in self._by_number().get(found.number, ()):
				yield self._changed(subject, found)

	def _changed(self, subject: Subject, change: Change) -> Record | BadRecord:
		"""What an event brought is another report than the one that was ordered on the same day."""
		number = change.number
		try:
			identity = f"{number}|{subject.customer}|{change.event}"
			return Record(EVENTS, identity, number, self.changed(subject, change))
		except UNREADABLE as error:
			bad = self._bad(EVENTS, subject, error)
			return replace(bad, payload={**bad.payload, "event": change.event})

	def _by_number(self) -> dict[str, list[Subject]]:
		found: dict[str, list[Subject]] = {}
		for subject in self.config.get("subjects") or ():
			if subject.customer_id:
				found.setdefault(subject.customer_id, []).append(subject)
		return found


def _by_company(changes: Iterator[Change]) -> dict[str, list[Change]]:
	found: dict[str, list[Change]] = {}
	for one in changes:
		found.setdefault(one.number, []).append(one)
	return found
