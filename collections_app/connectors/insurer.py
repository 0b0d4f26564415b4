"""Base of credit insurers: covers are read, requested and changed, overdue buyers declared, buyers identified.

None of them documents an idempotency key. Each change is sent once, with our own reference in it; when its answer is lost,
`find` looks for that reference, and where it is not there nobody can know (UncertainError).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import quote, urljoin, urlsplit

from collections_app.connectors import insurer_mapping as mapping
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
	UncertainError,
)
from collections_app.connectors.http import HttpConnector, pages
from collections_app.connectors.http.client import Response
from collections_app.connectors.http.cursors import window
from collections_app.connectors.records import Candidate, CoverRequest, OverdueNotice, Subject
from collections_app.engine.texts import Text

STREAM = "covers"
METHODS = ("POST", "PUT", "PATCH", "DELETE")
# what is changed at the insurer is read again with an overlap: decisions are dated back
OVERLAP = timedelta(days=7)


class CreditInsurer(HttpConnector):
	"""A connector says `known`, its names (see `insurer_mapping`); its manifest has the fields `policy` and `field_names`."""

	known: ClassVar[Mapping[str, str]]

	@cached_property
	def names(self) -> dict[str, str]:
		return mapping.names_of(self.known, self.credential("field_names"), self.manifest.label)

	def check(self) -> str:
		answer = self.http.get(self.names["path.covers"], self._asked()).json()
		count = len(pages.pick(self.names["covers.rows"], answer) or ())
		return Text("Reads covers of policy {0}: {1} on the first page", self.credential("policy"), count)

	def discover(self) -> Discovery:
		return Discovery((STREAM,))

	def read(self, stream: str, cursor: Mapping[str, Any]) -> Iterator[Record | BadRecord | Checkpoint]:
		"""Those changed since the last time where the insurer can be asked so, else all."""
		span = window(cursor, self.runtime.now(), overlap=OVERLAP)
		since = {}
		if self.names["covers.since"] and "read_until" in cursor:
			since = {self.names["covers.since"]: span.since.isoformat(timespec="seconds")}
		for row in self._covers(since):
			yield self._record(stream, row)
		yield Checkpoint(span.done())

	def read_again(self, stream: str, payload: Any) -> Iterator[Record | BadRecord]:
		yield self._record(stream, payload)

	def push(self, action: Action) -> Pushed:
		if action.kind == "identify":
			return Pushed(action.key, "Delivered", answers=tuple(self.candidates(action.data)))
		if action.kind == "declare_overdue":
			return self._declare(action, action.data)
		return self._change(action, action.data)

	def find(self, action: Action, since: datetime) -> Pushed | None:
		"""By our reference; a cover that was to be cancelled by its status."""
		names, data = self.names, action.data
		if action.kind == "declare_overdue":
			path, rows, own = names["path.overdues"], self._list("overdues", {}), "overdue.own"
		else:
			path, rows, own = names["path.covers"], self._covers({}), "cover.own"
		for row in rows:
			mine = own == "cover.own" and mapping.text(row, names, "cover.id") == data.reference
			cancelled = (
				mine
				and getattr(data, "change", "") == "Cancel"
				and mapping.status_of(row, names) == "Cancelled"
			)
			if mapping.text(row, names, own) == action.key or cancelled:
				return Pushed(self._below(path, mapping.text(row, names, f"{own.split('.')[0]}.id")))
		raise UncertainError("{0} shows nothing with the reference {1}.", self.manifest.label, action.key)

	def status(self, reference: str) -> MessageStatus:
		"""Sent: the insurer has not decided yet. Delivered: it has; `detail` is the cover's status."""
		answer = self.http.get(reference).json()
		if self.names["path.jobs"] and reference.startswith(self.names["path.jobs"] + "/"):
			return self._status_of_job(reference, answer)
		if not reference.startswith(self.names["path.covers"] + "/"):
			return MessageStatus(
				reference, "Delivered", detail=mapping.text(answer, self.names, "overdue.status")
			)
		return self._status_of_cover(reference, answer)

	def candidates(self, subject: Subject) -> Iterator[Candidate]:
		"""By the tax ID, the register's number or the name: the first of them that the customer's file has."""
		for ours in ("tax_id", "registration_number", "name"):
			if getattr(subject, ours) and self.names[f"companies.{ours}"]:
				asked = {self.names[f"companies.{ours}"]: getattr(subject, ours)}
				break
		else:
			raise DataError("{0}: enter a name or a tax ID of {1}.", self.manifest.label, subject.customer)
		if subject.country:
			asked[self.names["companies.country"]] = subject.country
		answer = self.http.get(self.names["path.companies"], asked).json()
		for row in pages.pick(self.names["companies.rows"], answer) or ():
			yield mapping.candidate_of(row, self.names)

	def push_headers(self, action: Action) -> dict[str, str]:
		return {}

	def _asked(self) -> dict[str, Any]:
		name = self.names["covers.policy"]
		return {name: self.credential("policy")} if name else {}

	def _covers(self, asked: Mapping[str, Any]) -> Iterator[Any]:
		return self._list("covers", {**self._asked(), **asked})

	def _list(self, what: str, asked: Mapping[str, Any]) -> Iterator[Any]:
		rows, param = self.names[f"{what}.rows"], self.names["page"]
		first = int(self.names["page.first"])
		for page in pages.by_number(
			self.http, self.names[f"path.{what}"], asked, rows=rows, param=param, first=first
		):
			yield from pages.pick(rows, page)

	def _record(self, stream: str, row: Any) -> Record | BadRecord:
		identity = mapping.text(row, self.names, "cover.id")
		try:
			return Record(stream, identity, "covers", mapping.cover_of(row, self.names, self.manifest.label))
		except DataError as error:
			message = Text("Cover {0}: {1}.", identity or "?", error.text)
			return BadRecord(stream, identity or "?", "covers", message, row)

	def _change(self, action: Action, asked: CoverRequest) -> Pushed:
		values = {
			"buyer": asked.customer_id,
			"amount": mapping.number_of(asked.amount),
			"currency": asked.currency,
			"policy": asked.policy or self.credential("policy"),
			"own": action.key,
		}
		method, path = self.names[f"method.{asked.change.lower()}"].upper(), self.names["path.covers"]
		if method not in METHODS:
			raise ConfigurationError("{0}: {1} of Field Names is no method.", self.manifest.label, method)
		body = mapping.body_of(values, self.names, "request") if method != "DELETE" else None
		if method != "POST":
			path = self._below(path, asked.reference)
		return self._send(action, method, path, body, "cover.id")

	def _declare(self, action: Action, notice: OverdueNotice) -> Pushed:
		values = {
			"buyer": notice.customer_id,
			"policy": notice.policy or self.credential("policy"),
			"cover": notice.reference,
			"kind": self.names["overdue.default"],
			"amount": mapping.number_of(notice.amount),
			"currency": notice.currency,
			"due_date": notice.due_date.isoformat(),
			"document": notice.document,
			"own": action.key,
		}
		body = mapping.body_of(values, self.names, "overdue")
		return self._send(action, "POST", self.names["path.overdues"], body, "overdue.id")

	def _send(self, action: Action, method: str, path: str, body: Any, number: str) -> Pushed:
		# a change is not repeated: an insurer takes it as another one
		response = self.http.request(method, path, json=body, headers=self.push_headers(action), safe=False)
		answer = self._answer(response, action)
		if job := mapping.text(answer, self.names, "job.id"):
			return Pushed(self._below(self.names["path.jobs"], job))
		if method != "POST":
			return Pushed(path)
		named = mapping.text(answer, self.names, number)
		if not named:
			raise UncertainError("{0} took {1} without naming it.", self.manifest.label, action.key)
		return Pushed(self._below(path, named))

	def _answer(self, response: Response, action: Action) -> Any:
		try:
			return response.json() if response.body else {}
		except DataError as error:
			raise UncertainError("{0} Whether {1} was taken is not known.", error.text, action.key) from None

	def _status_of_job(self, reference: str, job: Any) -> MessageStatus:
		state = mapping.text(job, self.names, "job.status").casefold()
		if state == self.names["job.failed"]:
			return MessageStatus(
				reference, "Failed", detail=mapping.text(job, self.names, "job.error") or state
			)
		resource = mapping.text(job, self.names, "job.resource")
		if state != self.names["job.done"]:
			return MessageStatus(reference, "Sent", detail=state)
		if not resource:
			return MessageStatus(reference, "Delivered")
		home = urljoin(self.http.base_url, resource)
		if urlsplit(home)[:2] != urlsplit(self.http.base_url)[:2]:
			raise DataError("{0} names an answer on another host.", self.manifest.label)
		return self._status_of_cover(reference, self.http.get(home).json())

	def _status_of_cover(self, reference: str, row: Any) -> MessageStatus:
		"""Of what is no cover (a declared overdue) only that it is there."""
		if not mapping.text(row, self.names, "cover.status"):
			return MessageStatus(reference, "Delivered")
		status = mapping.status_of(row, self.names)
		return MessageStatus(reference, "Sent" if status == "Requested" else "Delivered", detail=status)

	@staticmethod
	def _below(path: str, number: str) -> str:
		return f"{path}/{quote(number, safe='')}"
